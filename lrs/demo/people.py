"""Who is in the class: thirty learners, each with a story, and a teacher."""

from dataclasses import dataclass
from hashlib import sha1
from typing import Final

from lrs.demo.vocabulary import SCHOOL, Value


@dataclass(frozen=True, slots=True)
class Learner:
    """A learner's identity and habits.

    identifier: which of the four inverse functional identifiers their statements carry.
    ability: logits against the class; learning: what one answer adds to a skill; memory_days: how
    long a skill lasts at first, but for the share `lasting` that stays; pace: time taken, 1 as
    usual. days: of the week, 0 Monday; hour: UTC; answers: in a sitting. absent: weeks without
    work. hints: inclination to take help when unsure; first: even before trying; habitual: whether
    they need it or not; shown: to have the answer shown. sure: how far confidence lies above the
    true chance; confides: how often it is stated. initiative: share of sittings they begin
    themselves. asks, reflects: inclination a week. stuck_on: a skill that does not come. offline:
    statements arrive days later. fades: loses interest. neglects: a course. films, posts,
    overrides: how often they watch, write in the forum, and do something else than what is
    recommended.
    """

    key: str
    name: str
    identifier: str
    story: str
    ability: float = 0.0
    learning: float = 0.8
    memory_days: float = 18.0
    lasting: float = 0.8
    pace: float = 1.0
    days: tuple[int, ...] = (0, 2, 4)
    hour: float = 15.5
    answers: int = 11
    absent: tuple[int, ...] = ()
    hints: float = 0.5
    first: float = 0.04
    shown: float = 0.35
    sure: float = 0.05
    confides: float = 0.12
    habitual: bool = False
    initiative: float = 0.45
    asks: float = 0.12
    reflects: float = 0.25
    goals: int = 1
    stuck_on: str | None = None
    offline: bool = False
    fades: bool = False
    neglects: str | None = None
    films: float = 0.4
    posts: float = 0.08
    overrides: float = 0.15

    @property
    def agent(self) -> Value:
        """The Agent that statements name."""
        mail = f"mailto:{self.key}@school.example"
        identities: dict[str, Value] = {
            "mbox": {"mbox": mail},
            "account": {"account": {"homePage": SCHOOL, "name": self.key}},
            "mbox_sha1sum": {"mbox_sha1sum": sha1(mail.encode()).hexdigest()},  # noqa: S324 - xAPI's
            "openid": {"openid": f"https://id.school.example/{self.key}"},
        }
        return {"objectType": "Agent", "name": self.name, **identities[self.identifier]}


TEACHER: Final[Value] = {
    "objectType": "Agent",
    "name": "Ingrid Solheim",
    "mbox": "mailto:ingrid.solheim@school.example",
}
TABLET: Final[Value] = {
    "objectType": "Agent",
    "name": "not-trackable-5c1f0a",
    "account": {"homePage": "https://science.school.example", "name": "not-trackable-5c1f0a"},
}

LEARNERS: Final = (
    Learner("amara.okafor", "Amara Okafor", "mbox",
            "Fast starter: able, ahead of the course, chooses her own way.",
            ability=1.1, learning=1.0, pace=0.75, days=(0, 1, 3, 5), initiative=0.85, hints=0.15,
            shown=0.05, goals=2, reflects=0.5),
    Learner("bjorn.lindqvist", "Björn Lindqvist", "account",
            "Stuck on adding fractions; everything else comes.",
            ability=0.9, stuck_on="adding-fractions", days=(0, 2, 3), hints=0.5, asks=0.2),
    Learner("chiara.esposito", "Chiara Esposito", "mbox_sha1sum",
            "Avoids help: tries again and again, and never looks at a hint.",
            ability=-1.7, hints=0.0, first=0.0, shown=0.0, asks=0.0, sure=0.1, learning=0.5),
    Learner("dang.minh.anh", "Đặng Minh Anh", "openid",
            "Overuses hints: takes them before trying, even where she would be right.",
            ability=0.7, hints=0.9, first=0.6, habitual=True, shown=0.6, sure=-0.15, learning=0.75),
    Learner("eitan.levi", "Eitan Levi", "account",
            "Away for three weeks in the middle, then back.",
            ability=0.25, absent=(5, 6, 7), days=(1, 3, 4)),
    Learner("fatima.alzahra", "Fatima al-Zahra", "mbox",
            "Works on Sunday nights only, in one long sitting.",
            ability=0.3, days=(6,), hour=19.4, answers=24, pace=1.1),
    Learner("gudrun.jonsdottir", "Guðrún Jónsdóttir", "mbox",
            "Steady: four days a week, nothing missed.",
            ability=0.15, days=(0, 1, 2, 4), answers=6, reflects=0.5, goals=2),
    Learner("haruto.sato", "佐藤 陽翔", "account",
            "Secured much early, was away from week 7 to 10, and slips on the return.",
            ability=0.55, learning=0.95, memory_days=4.0, lasting=0.35,
            absent=(6, 7, 8, 9), days=(0, 2, 3, 5)),
    Learner("ines.munoz", "Inés Muñoz", "openid",
            "Slow to begin, then it clicks: hints fade away.",
            ability=-0.6, learning=1.9, hints=0.95, first=0.8, days=(0, 1, 3, 4)),
    Learner("jakub.wisniewski", "Jakub Wiśniewski", "mbox_sha1sum",
            "Overconfident: sure of answers that are wrong.",
            ability=-0.3, sure=0.4, confides=0.5, hints=0.15, pace=0.6),
    Learner("kwame.mensah", "Kwame Mensah", "mbox",
            "No network at home: works offline, and it arrives on Saturdays.",
            ability=0.3, offline=True, days=(1, 2, 3, 6), hour=17.0),
    Learner("lea.dubois", "Léa Dubois", "account",
            "Underrates herself: right more often than she thinks.",
            ability=0.6, sure=-0.35, confides=0.5, asks=0.25),
    Learner("mateo.quispe", "Mateo Quispe", "mbox",
            "Asks people rather than the computer.",
            ability=-0.15, asks=0.7, hints=0.1, reflects=0.4, days=(1, 3)),
    Learner("ngaire.tuhoe", "Ngaire Tūhoe", "openid",
            "Sets goals for herself, puts some off, keeps most.",
            ability=0.2, goals=4, reflects=0.7, initiative=0.8, days=(0, 2, 4, 5)),
    Learner("olena.shevchenko", "Олена Шевченко", "mbox",
            "Joined in week 3 and caught up.",
            ability=0.5, learning=0.95, absent=(0, 1), days=(0, 1, 2, 3), answers=8),
    Learner("priya.raghunathan", "Priya Raghunathan", "account",
            "Strong in writing and science, little time for algebra.",
            ability=0.5, days=(2, 5), answers=9, neglects="algebra"),
    Learner("quentin.baptiste", "Quentin Baptiste", "mbox_sha1sum",
            "Loses interest: less every week, until almost nothing.",
            ability=0.0, fades=True, initiative=0.1, goals=0, reflects=0.0, days=(0, 1, 2, 3)),
    Learner("rosa.begay", "Rosa Begay", "mbox",
            "Careful and slow, and nearly always right.",
            ability=1.1, pace=1.9, hints=0.3, days=(1, 3, 5), answers=6),
    Learner("soren.kjaer", "Søren Kjær", "openid",
            "Rushes: answers in seconds, many wrong at first.",
            ability=-0.2, pace=0.4, hints=0.2, days=(0, 3), answers=11),
    Learner("tane.ngata", "Tāne Ngata", "account",
            "Best with others: much group work and discussion.",
            ability=0.05, asks=0.4, reflects=0.3, days=(0, 2), posts=0.8),
    Learner("uxia.castro", "Uxía Castro", "mbox",
            "Crams: hardly anything, then everything in the last weeks.",
            ability=0.3, absent=(2, 3, 5, 6, 8), days=(1, 2, 3, 4), answers=9,
            memory_days=6.0, lasting=0.5),
    Learner("vusi.dlamini", "Vusi Dlamini", "mbox",
            "Only does what is assigned, and does it well.",
            ability=0.5, initiative=0.0, goals=0, overrides=0.0, days=(0, 2, 4)),
    Learner("wanjiru.kamau", "Wanjiru Kamau", "account",
            "Early bird: before school, short sittings, every day.",
            ability=0.25, hour=6.0, days=(0, 1, 2, 3, 4), answers=4),
    Learner("xochitl.ramirez", "Xóchitl Ramírez", "mbox_sha1sum",
            "Stuck on claims and evidence; takes hints and still it does not come.",
            ability=0.9, stuck_on="claims", hints=1.0, first=0.1, shown=0.6, asks=0.4,
            days=(1, 2, 4)),
    Learner("yusuf.demir", "Yusuf Demir", "mbox",
            "Forgets between sittings; needs reviews.",
            ability=0.1, memory_days=3.0, lasting=0.4, learning=0.85, days=(0, 4)),
    Learner("zoe.vandenberg", "Zoë van den Berg", "openid",
            "Chooses something else than what is recommended, mostly to her good.",
            ability=0.5, initiative=0.9, days=(1, 3, 6), overrides=0.75),
    Learner("wang.fang", "王芳", "account",
            "Strong from the first day; secure everywhere by the end.",
            ability=1.4, learning=0.95, hints=0.2, days=(0, 2, 4)),
    Learner("kim.seoyeon", "김서연", "mbox",
            "Behind at first, steady gains, proud of it.",
            ability=-0.5, learning=0.85, reflects=0.6, goals=2, days=(0, 1, 3, 4)),
    Learner("ahmad.hasan", "أحمد حسن", "mbox",
            "Two jobs at home: few and irregular sittings.",
            ability=0.2, days=(5,), hour=20.2, answers=9, absent=(3, 7, 9)),
    Learner("ananya.sharma", "अनन्या शर्मा", "account",
            "Helps others, watches every video, likes diagrams.",
            ability=0.6, reflects=0.5, days=(0, 3, 4), asks=0.05, films=1.0,
            posts=0.5),
)  # fmt: skip
