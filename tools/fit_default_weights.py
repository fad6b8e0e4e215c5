"""Fit the default weights of the mastery model: `python -m tools.fit_default_weights`.

The data is simulated here and comes from nowhere else, so the weights carry no licence but the
project's. Learners practise skills in runs, learn with practice, forget with time (a power law;
the slower, the more days they came back), have good and bad days, guess, slip, and remember single
tasks. The terms are the fold's own; the weights are a logistic regression on them (a little
shrinkage) in which success never counts against, and failure and time never for, the learner.
"""

import random
from dataclasses import dataclass, field
from math import exp, inf

import numpy as np

from projections.fold import fold
from projections.knowledge import Calibration, Knowledge
from projections.mastery import sigmoid
from projections.observation import ANSWER, Observation
from projections.state import State
from projections.weights import INTERCEPT, TERMS, WEIGHTS
from workers.calibration.measures import measured
from workers.calibration.ridge import Floats, Problem, solve
from workers.calibration.ridge import sigmoid as sigmoids

SEED = 20260731
LEARNERS, HELD_OUT = 1_500, 400
SKILLS, ITEMS_A_SKILL = 60, 25
DAY_US = 86_400_000_000
GUESS, SLIP = 0.12, 0.06
SHRINKAGE = 20.0
NOT_BELOW_0 = (
    "ability", "skill_ability", "fast_ability", "skill_last", "form_50", "form_75", "form_97",
    "last", "item_wins", "skill_right",
)  # fmt: skip
NOT_ABOVE_0 = ("skill_fails", "skill_wrong", "gap_skill", "gap_item")
UNFITTED = ("skill_difficulty", "item_difficulty")  # always 0 without a calibration
LEFT_OUT = ("lag", "new_session", "skill_right", "skill_wrong")  # to calibrations, see weights.py

Sample = tuple[tuple[float, ...], int]


@dataclass(slots=True)
class World:
    """What the learners meet: how hard and how learnable skills are, how hard items are."""

    skills: list[float]
    gains: list[float]
    items: list[list[float]]

    @staticmethod
    def make(draw: random.Random) -> "World":
        skills = [draw.gauss(-0.5, 1.0) for _ in range(SKILLS)]
        gains = [draw.uniform(0.05, 0.35) for _ in range(SKILLS)]
        items = [[skill + draw.gauss(0.0, 0.9) for _ in range(ITEMS_A_SKILL)] for skill in skills]
        return World(skills, gains, items)


@dataclass(slots=True)
class Learner:
    """ability over all, what they brought to each skill, and what they have gained since."""

    draw: random.Random
    ability: float
    speed: float
    forgetting: float
    brought: dict[int, float] = field(default_factory=dict)
    gained: dict[int, float] = field(default_factory=dict)
    seen_us: dict[int, int] = field(default_factory=dict)
    returns: dict[int, int] = field(default_factory=dict)
    remembered: dict[tuple[int, int], float] = field(default_factory=dict)
    mood: float = 0.0

    @staticmethod
    def make(draw: random.Random) -> "Learner":
        return Learner(
            draw, draw.gauss(0.0, 0.9), exp(draw.gauss(0.0, 0.5)), draw.uniform(0.25, 1.0)
        )

    def answer(self, world: World, skill: int, item: int, now_us: int) -> bool:
        """Answer an item, and be changed by it."""
        brought = self.brought.setdefault(skill, self.draw.gauss(0.0, 0.7))
        gap_days = (now_us - self.seen_us.get(skill, now_us)) / DAY_US
        gained = self.gained.get(skill, 0.0)
        returns = self.returns.get(skill, 0)
        gained *= (1.0 + gap_days) ** (-self.forgetting / (1.0 + 0.3 * returns))
        self.returns[skill] = returns + (gap_days > 0.5)
        self.mood = 0.9 * self.mood + self.draw.gauss(0.0, 0.25)
        level = self.ability + brought + gained + self.mood
        level += self.remembered.get((skill, item), 0.0) - world.items[skill][item]
        right = self.draw.random() < GUESS + (1.0 - GUESS - SLIP) * sigmoid(1.3 * level)
        self.gained[skill] = min(gained + world.gains[skill] * self.speed, 3.0)
        self.seen_us[skill] = now_us
        self.remembered[skill, item] = self.remembered.get((skill, item), 0.0) + 0.4
        return right


def history(world: World, draw: random.Random, name: int) -> list[Observation]:
    """A learner's answers: sittings of runs on one skill, some of them reviews."""
    learner = Learner.make(draw)
    now_us = 1_700_000_000_000_000 + draw.randrange(DAY_US)
    made: list[Observation] = []
    met: list[int] = []
    for _ in range(draw.randrange(2, 25)):
        for _ in range(draw.randrange(1, 5)):
            skill = draw.choice(met) if met and draw.random() < 0.5 else draw.randrange(SKILLS)
            met.append(skill)
            for _ in range(draw.randrange(1, 9)):
                item = draw.randrange(ITEMS_A_SKILL)
                right = learner.answer(world, skill, item, now_us)
                made.append(_observation(name, len(made), now_us, skill, item, right))
                now_us += int(draw.expovariate(1 / 45) * 1e6) + 1
        now_us += int(draw.expovariate(1 / 4) * DAY_US)
    return made


def _observation(
    name: int, at: int, now_us: int, skill: int, item: int, right: bool
) -> Observation:
    """Each an opportunity of its own."""
    return Observation(
        f"{name}-{at}", at, now_us, now_us, ANSWER, f"item:{skill}:{item}",
        registration=f"{name}-{at}", objectives=(f"skill:{skill}",), success=right,
    )  # fmt: skip


def samples(world: World, draw: random.Random, learners: int, knowledge: Knowledge) -> list[Sample]:
    found: list[Sample] = []
    for name in range(learners):
        events = fold(State.new(), history(world, draw, name), knowledge)
        found.extend((one.terms, one.evidence) for one in events if one.evidence is not None)
    return found


def columns(data: list[Sample]) -> tuple[Floats, Floats]:
    """1 and the terms of each sample, and whether it was right."""
    dense = np.ones((len(data), 1 + len(TERMS)))
    dense[:, 1:] = [values for values, _ in data]
    return dense, np.array([float(right) for _, right in data])


def fit(data: list[Sample]) -> list[float]:
    """Intercept and weights."""
    dense, right = columns(data)
    bounds = np.array([(-inf, inf), *map(_bounds, TERMS)])
    ridge = np.array([0.0, *[SHRINKAGE] * len(TERMS)])
    problem = Problem(
        right, np.ones(len(right), bool), dense, np.zeros(len(right)), ridge,
        lower=bounds[:, 0], upper=bounds[:, 1],
    )  # fmt: skip
    found: list[float] = solve(problem, iterations=500).dense.tolist()
    return found


def _bounds(term: str) -> tuple[float, float]:
    if term in UNFITTED or term in LEFT_OUT:
        return 0.0, 0.0
    return (0.0 if term in NOT_BELOW_0 else -inf), (0.0 if term in NOT_ABOVE_0 else inf)


def report(name: str, weights: list[float], data: list[Sample]) -> None:
    dense, right = columns(data)
    found = measured(sigmoids(dense @ np.array(weights)), right).plain()
    print(f"{name}: n {found['n']}  AUC {found['auc']:.4f}  log-loss {found['log_loss']:.4f}")


def main() -> None:
    draw = random.Random(SEED)  # noqa: S311
    world = World.make(draw)
    knowledge = Knowledge(calibration=Calibration())
    train = samples(world, draw, LEARNERS, knowledge)
    held_out = samples(World.make(draw), draw, HELD_OUT, knowledge)
    fitted = fit(train)
    shown = [INTERCEPT, *WEIGHTS]
    for at in (1 + TERMS.index(name) for name in UNFITTED):
        fitted[at] = shown[at]
    report("shipped weights, held-out learners and skills", shown, held_out)
    report("fitted weights,  held-out learners and skills", fitted, held_out)
    print(f"INTERCEPT: Final = {fitted[0]:.3f}")
    for name, weight in zip(TERMS, fitted[1:], strict=True):
        print(f"    {weight:.3f},  # {name}")


if __name__ == "__main__":
    main()
