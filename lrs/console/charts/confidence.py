"""How sure the learner was, against what became of the answer."""

from collections.abc import Sequence

from lrs.console import wording
from lrs.console.charts import look
from lrs.console.charts.chart import SQUARE, Chart, Row, against, share_axis, spec_of
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
    shares = [
        ((step + 0.5) / _STEPS, sum(some) / len(some), len(some))
        for step, some in sorted(groups.items())
    ]
    rows = [
        Row((wording.percent(sure), wording.percent(right), wording.number(n),
             against(sure, right, _("right by {n} more"), _("right by {n} less"))),
            figure="independence.confidence",
            label=_("{share} sure").format(share=wording.percent(sure)))
        for sure, right, n in shares
    ]  # fmt: skip
    described = _("{n} answers with a stated confidence, in groups of a fifth.").format(
        n=wording.number(len(told))
    )
    described += " " + _("On average {sure} sure, and {right} right.").format(
        sure=wording.percent(_mean([one["confidence"] for one in told])),
        right=wording.percent(_mean([one["right"] for one in told])),
    )
    spec = spec_of(
        SQUARE,
        data={"values": [{"sure": x, "right": y, "n": n} for x, y, n in shares]},
        layer=[
            {"data": {"values": [{"a": 0}, {"a": 1}]},
             "mark": {"type": "line", "color": look.LINE, "strokeDash": [4, 4]},
             "encoding": {"x": {"field": "a", "type": "quantitative"},
                          "y": {"field": "a", "type": "quantitative"}}},
            {"mark": {"type": "point", "filled": True, "color": look.MAIN},
             "encoding": {"x": share_axis("sure", columns[0]), "y": share_axis("right", columns[1]),
                          "size": {"field": "n", "type": "quantitative", "legend": None,
                                   "scale": {"range": [40, 300]}}}},
        ],
    )  # fmt: skip
    note = _("On the dashed line, confidence and outcome agree; below it, more sure than right. "
             "The bigger a point, the more answers.")  # fmt: skip
    return Chart("confidence", title, described, columns, rows, spec, note=note, size=SQUARE)


def _mean(some: Sequence[float]) -> float:
    return sum(some) / len(some)
