"""One learner, one policy, one school term: what came of it."""

from dataclasses import dataclass
from typing import Final

from lrs.demo.draws import Draws
from lrs.simulation.courses import World
from lrs.simulation.deciders import RUN, Decider, Decision, Place
from lrs.simulation.learners import Pupil
from lrs.simulation.notebook import Notebook
from projections.knowledge import Calibration
from projections.observation import Observation

WEEKS: Final = 10
DAYS: Final = (0.66, 1.66, 3.66, 4.66)  # of the week: four afternoons
LONGEST: Final = 20  # questions in a session
LATER: Final = 28.0  # days after the end of the term
UNCALIBRATED: Final = Calibration()
_MINUTE: Final = 1.0 / 1440.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of one learner. steps: opportunities, help included. secure, seen_secure: skills truly
    secure at the end of the term, and those of which the view has ever said so. until, days:
    opportunities and days until a skill was truly secure first, the mean over skills; those never
    reached count as the whole term. kept: skills truly recalled four weeks later. wasted: steps
    on skills that were secure already. blocked: steps on skills whose prerequisites were not
    known. chosen: decisions that the learner took. told: of the skills that the view called
    secure for the first time, how many were truly known then."""

    steps: int
    secure: int
    seen_secure: int
    until: float
    days: float
    kept: float
    wasted: int
    blocked: int
    decisions: int
    chosen: int
    told: int


class _Tally:
    def __init__(self) -> None:
        self.steps = self.wasted = self.blocked = self.decisions = self.chosen = self.told = 0
        self.first: dict[str, tuple[int, float]] = {}


def term(
    world: World, seed: object, decide: Decider, calibration: Calibration = UNCALIBRATED
) -> Outcome:
    """The same learner for the same seed, whoever decides."""
    place, tally = _through(world, seed, decide, calibration)
    return _outcome(place, tally)


def class_of(world: World, seed: object, decide: Decider) -> list[Observation]:
    """What one learner's term leaves in a log."""
    return _through(world, seed, decide, UNCALIBRATED)[0].notebook.observations


def _through(
    world: World, seed: object, decide: Decider, calibration: Calibration
) -> tuple[Place, _Tally]:
    pupil = Pupil(world, seed)
    notebook = Notebook(f"pupil {seed}", world, _declared(pupil), calibration)
    place, tally = Place(world, pupil, notebook, Draws("choices", seed)), _Tally()
    _look(place, tally)
    for week in range(WEEKS):
        for day in DAYS:
            _session(place, tally, week * 7.0 + day, decide)
    return place, tally


def _declared(pupil: Pupil) -> dict[str, float]:
    """The three skills that the learner says they would like most."""
    liked = sorted(pupil.interest, key=lambda skill: -pupil.interest[skill])
    return dict.fromkeys(liked[:3], 1.0)


def _session(place: Place, tally: _Tally, day: float, decide: Decider) -> None:
    """Until it is over or patience is."""
    done = failures = 0
    while done < LONGEST and failures < place.pupil.patience:
        place.day = day + done * _MINUTE
        made = decide(place)
        place.decided += 1
        tally.decisions += 1
        tally.chosen += made.choice
        steps, failures = _run(place, tally, made, done, failures)
        done += steps


def _run(place: Place, tally: _Tally, made: Decision, done: int, failures: int) -> tuple[int, int]:
    """One decision carried out; the steps it took, and the failures in a row after it."""
    pupil, skill = place.pupil, place.world.skill(made.skill)
    for step in range(1 if made.help else RUN):
        place.day += _MINUTE
        tally.steps += 1
        tally.wasted += pupil.secure(skill.id, place.day)
        tally.blocked += any(pupil.recall(one, place.day) < 0.5 for one in skill.before)
        tired = min(1.0, (done + step) / LONGEST)
        if made.help:
            pupil.study(skill, place.day, tired)
            place.notebook.talked(place.day)
            failures = 0
        else:
            failures = 0 if _question(place, tally, made, step, tired) else failures + 1
        _look(place, tally, skill.id)
    return (1 if made.help else RUN), failures


def _question(place: Place, tally: _Tally, made: Decision, step: int, tired: float) -> bool:
    skill = place.world.skill(made.skill)
    if step < len(made.items):
        item = place.world.item(made.items[step])
    else:
        item = place.draws.pick(skill.items)
    before = place.notebook.secure(skill.id)
    right = place.pupil.answer(skill, item, place.day, tired)
    place.notebook.answered(item.id, right, place.day)
    if not before and place.notebook.secure(skill.id):
        tally.told += skill.id in place.pupil.known
    return right


def _look(place: Place, tally: _Tally, skill: str | None = None) -> None:
    """Note what is truly secure for the first time."""
    for one in [skill] if skill is not None else [one.id for one in place.world.skills]:
        if one not in tally.first and place.pupil.secure(one, place.day):
            tally.first[one] = (tally.steps, place.day)


def _outcome(place: Place, tally: _Tally) -> Outcome:
    world, pupil, end = place.world, place.pupil, WEEKS * 7.0
    most = WEEKS * len(DAYS) * LONGEST
    until = days = kept = 0.0
    secure = 0
    for skill in world.skills:
        steps, day = tally.first.get(skill.id, (most, end))
        until += steps
        days += day
        kept += pupil.recall(skill.id, end + LATER)
        secure += pupil.secure(skill.id, place.day)
    count = len(world.skills)
    return Outcome(
        tally.steps, secure, len([one for one in world.skills if place.notebook.secure(one.id)]),
        until / count, days / count, kept, tally.wasted, tally.blocked, tally.decisions,
        tally.chosen, tally.told,
    )  # fmt: skip
