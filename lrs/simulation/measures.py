"""What is compared, with how sure it is: means over learners and their 95% intervals."""

from collections.abc import Callable, Sequence
from math import fsum, sqrt
from typing import Any, Final, NamedTuple

from lrs.simulation.terms import Outcome

_WIDTH: Final = 1.96  # standard normal: 95% lie within


class Measure(NamedTuple):
    """title: for people. of: the value of one learner's term."""

    title: str
    of: Callable[[Outcome], float]


MEASURES: Final[dict[str, Measure]] = {
    "secure": Measure("skills truly secure at the end, of 24", lambda o: float(o.secure)),
    "kept": Measure("skills still recalled four weeks later", lambda o: o.kept),
    "until": Measure("opportunities until a skill is secure", lambda o: o.until),
    "days": Measure("days until a skill is secure", lambda o: o.days),
    "seen_secure": Measure("skills our view has called secure", lambda o: float(o.seen_secure)),
    "steps": Measure("opportunities used", lambda o: float(o.steps)),
    "overpractice": Measure("% of them on skills secure already", lambda o: _share(o.wasted, o)),
    "blocked": Measure("% of them before the prerequisites", lambda o: _share(o.blocked, o)),
    "chosen": Measure(
        "% of decisions left to the learner", lambda o: 100.0 * o.chosen / max(1, o.decisions)
    ),
}


def _share(part: int, outcome: Outcome) -> float:
    return 100.0 * part / max(1, outcome.steps)


class Interval(NamedTuple):
    """A mean over n learners, and the half width of its 95% interval (normal approximation)."""

    mean: float
    half: float
    n: int

    def plain(self) -> dict[str, Any]:
        return {
            "mean": round(self.mean, 3),
            "low": round(self.mean - self.half, 3),
            "high": round(self.mean + self.half, 3),
            "n": self.n,
        }


def interval(values: Sequence[float]) -> Interval:
    """The mean of some values and its 95% interval, endlessly wide for a single one."""
    n = len(values)
    mean = fsum(values) / n
    if n < 2:
        return Interval(mean, float("inf"), n)
    spread = fsum([(value - mean) ** 2 for value in values]) / (n - 1)
    return Interval(mean, _WIDTH * sqrt(spread / n), n)


def compared(outcomes: dict[str, list[Outcome]], ours: str) -> dict[str, Any]:
    """By policy, every measure; and, learner by learner, how `ours` differs from the others in
    skills secure at the end."""
    secure = MEASURES["secure"].of
    return {
        name: {
            "measures": {
                key: interval([measure.of(one) for one in told]).plain()
                for key, measure in MEASURES.items()
            },
            "ours_minus_this": interval(
                [secure(a) - secure(b) for a, b in zip(outcomes[ours], told, strict=True)]
            ).plain(),
        }
        for name, told in outcomes.items()
    }


def markdown(found: dict[str, Any]) -> str:
    """A table for the documentation: a row for each measure, a column for each policy."""
    names = list(found)
    lines = ["| | " + " | ".join(names) + " |", "|---|" + "---|" * len(names)]
    for key, measure in MEASURES.items():
        cells = [_cell(found[name]["measures"][key]) for name in names]
        lines.append(f"| {measure.title} | " + " | ".join(cells) + " |")
    cells = [_cell(found[name]["ours_minus_this"], sign="+") for name in names]
    lines.append(
        "| skills that our policy has more than this one, learner by learner | "
        + " | ".join(["–", *cells[1:]])
        + " |"
    )
    return "\n".join(lines)


def _cell(told: dict[str, Any], sign: str = "") -> str:
    mean, half = told["mean"], told["high"] - told["mean"]
    digits = 1 if abs(mean) < 100 else 0
    return f"{mean:{sign}.{digits}f} ± {half:.{digits}f}"
