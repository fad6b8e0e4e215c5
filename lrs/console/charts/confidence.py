"""How sure the learner was, against what became of the answer."""

from collections.abc import Sequence

from lrs.console import wording
from lrs.console.charts.agreement import Point, beside_line, drawn
from lrs.console.charts.chart import SQUARE, Chart, Row
from lrs.console.charts.material import Material
from lrs.console.language import _

_STEPS = 5


def chart(of: Material) -> Chart:
    told = [one for one in of.story["confidence"] if one["right"] is not None]
    title = _("Confidence against outcome")
    columns = (_("How sure"), _("Right"), _("Answers"), _("Right against sure"))
    if not told:
        empty = _("No answer with a stated confidence has been read yet.")
        return Chart("confidence", title, title, columns, empty=empty)
    groups: dict[int, list[int]] = {}
    for one in told:
        groups.setdefault(min(int(one["confidence"] * _STEPS), _STEPS - 1), []).append(one["right"])
    points = [
        Point((step + 0.5) / _STEPS, _mean(some), len(some))
        for step, some in sorted(groups.items())
    ]
    rows = [
        Row((wording.percent(one.expected), wording.percent(one.happened), wording.number(one.n),
             beside_line(one)),
            figure="independence.confidence",
            label=_("{share} sure").format(share=wording.percent(one.expected)))
        for one in points
    ]  # fmt: skip
    described = _("{n} answers with a stated confidence, in groups of a fifth.").format(
        n=wording.number(len(told))
    )
    described += " " + _("On average {sure} sure, and {right} right.").format(
        sure=wording.percent(_mean([one["confidence"] for one in told])),
        right=wording.percent(_mean([one["right"] for one in told])),
    )
    spec = drawn(points, ("sure", "right"), columns)
    note = _("On the dashed line, confidence and outcome agree; below it, more sure than right. "
             "The bigger a point, the more answers.")  # fmt: skip
    return Chart("confidence", title, described, columns, rows, spec, note=note, size=SQUARE)


def _mean(some: Sequence[float]) -> float:
    return sum(some) / len(some)
