"""What is said and agreed in the talks of learners and their teacher, and what becomes of it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from lrs.demo import vocabulary as v
from lrs.demo.calendar import written
from lrs.demo.courses import Skill, activity
from lrs.demo.diary import Diary, statement_id
from lrs.demo.draws import Draws
from lrs.demo.people import TEACHER, Learner
from lrs.demo.vocabulary import Value

_X: Final = f"{v.PROFILE}extensions/"
_CONVERSATION: Final = f"{v.PROFILE}activities/conversation"
_SAYS: Final = {
    "mastery": (
        ("I can do it when I see an example first.", "You have the first step. The second is new."),
        ("I thought I had it, and then the test went wrong.", "Show me how you did the last one."),
        ("It is easier than it was in September.", "That shows: you hardly needed help."),
    ),
    "pace": (
        ("Two evenings a week are enough for me.", "Let us look at it again after the holidays."),
        ("I fell behind when football began.", "Then a smaller plan that you can keep."),
        ("I am ahead in science.", "You may choose something of your own there."),
    ),
    "independence": (
        ("I only ask when I have tried twice.", "Good. Ask me sooner when it is a new topic."),
        ("I would rather find out by myself.", "And when you are stuck, a hint is no shame."),
        ("I take the hint because it is faster.", "Try the first step without it this week."),
    ),
}
_AGREED: Final = (
    ("Draw {skill} before calculating", "learner"),
    ("Three tasks of {skill} without a hint", "learner"),
    ("Bring an example of {skill}", "teacher"),
    ("Find a film about {skill}", "teacher"),
)


@dataclass(slots=True)
class Talks:
    """The talks of one learner. open: agreements of the last one, not told of yet."""

    learner: Learner
    diary: Diary
    draws: Draws = field(init=False)
    open: list[str] = field(default_factory=list)
    count: int = 0

    def __post_init__(self) -> None:
        self.draws = Draws("talks", self.learner.key)

    def hold(self, skill: Skill, when: datetime, *, own: bool) -> None:
        """Talk: first about what was agreed last time, then about now, then what comes next."""
        self.count += 1
        for agreement in self.open:
            if self.draws.chance(0.6):
                self._settle(agreement, when)
        agreed = self._agree(skill, when)
        self.open = [str(one["id"]) for one in agreed]
        key = f"{self.learner.key}/talk/{self.count}"
        extensions: Value = {
            f"{_X}initiative": "self" if own else "prompted",
            f"{_X}voices": self._voices(),
            f"{_X}agreed": agreed,
            f"{_X}next": written(when + timedelta(weeks=3)),
        }
        context: Value = {
            "platform": "Planner",
            "instructor": TEACHER,
            "contextActivities": {"other": [skill.activity]},
            "extensions": extensions,
        }
        target = activity(f"urn:uuid:{statement_id(key)}", _CONVERSATION, "Conversation")
        self.diary.tell(self.learner.agent, v.CONVERSED, target, when, context=context)

    def _voices(self) -> list[Value]:
        found = []
        for prompt, pairs in _SAYS.items():
            for voice, text in zip(("learner", "teacher"), self.draws.pick(pairs), strict=True):
                found.append({"prompt": prompt, "voice": voice, "text": text})
        return found

    def _agree(self, skill: Skill, when: datetime) -> list[Value]:
        made = []
        for at, (text, who) in enumerate(self.draws.some(_AGREED, self.draws.whole(1, 2))):
            made.append({
                "id": statement_id(f"{self.learner.key}/agreement/{self.count}/{at}"),
                "text": text.format(skill=skill.name.lower()), "about": skill.id, "who": who,
                "due": written(when + timedelta(weeks=2)),
            })  # fmt: skip
        return made

    def _settle(self, agreement: str, when: datetime) -> None:
        how = "done" if self.draws.chance(0.8) else "dropped"
        target = activity(f"urn:uuid:{agreement}", f"{v.PROFILE}activities/agreement", "Agreement")
        extensions = {f"{_X}agreement": agreement, f"{_X}outcome": how}
        context = {"instructor": TEACHER, "extensions": extensions}
        self.diary.tell(
            self.learner.agent, v.FOLLOWED_UP, target, when - timedelta(minutes=1), context=context
        )
