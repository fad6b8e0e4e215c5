"""Every policy with the same learners in the same courses."""

from collections.abc import Callable
from typing import Any, Final

from lrs.simulation.calibrated import calibrated
from lrs.simulation.courses import world
from lrs.simulation.deciders import DECIDERS
from lrs.simulation.measures import compared
from lrs.simulation.terms import UNCALIBRATED, Outcome, term

COURSES: Final = 4
LEARNERS: Final = 80
SEED: Final = 7
OURS: Final = "ours"
Progress = Callable[[str, int, int], None]


def compare(
    learners: int, seed: int, *, fit: bool = True, progress: Progress = lambda *_: None
) -> dict[str, Any]:
    """learners: of each policy, in turns over the courses. fit: with a calibration made from
    another class of the same course; else with what is shipped."""
    courses = [world(seed * 1_000 + number) for number in range(min(COURSES, learners))]
    calibrations = [UNCALIBRATED] * len(courses)
    for number, one in enumerate(courses if fit else []):
        calibrations[number] = calibrated(one, f"{seed} {number}")
        progress("courses calibrated", number + 1, len(courses))
    outcomes: dict[str, list[Outcome]] = {name: [] for name in DECIDERS}
    for learner in range(learners):
        place = learner % len(courses)
        for name, decide in DECIDERS.items():
            told = term(courses[place], f"{seed} {learner}", decide, calibrations[place])
            outcomes[name].append(told)
        progress("learners", learner + 1, learners)
    return {
        "learners": learners,
        "courses": len(courses),
        "seed": seed,
        "calibrated": fit,
        "policies": compared(outcomes, OURS),
    }
