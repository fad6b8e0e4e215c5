"""Error by opportunity over all skills: does practice help?"""

from lrs.console import wording
from lrs.console.charts import look
from lrs.console.charts.chart import WIDE, Chart, Row, practised, share_axis, spec_of
from lrs.console.charts.material import Material
from lrs.console.language import _

_MOST = 15  # opportunities
_LEAST = 3  # skills behind a point


def chart(of: Material) -> Chart:
    """The first graded attempt of each opportunity; a point needs three skills."""
    told: dict[int, list[int]] = {}
    for event in of.events:
        if event.evidence is not None and event.opportunity is not None:
            told.setdefault(event.opportunity, []).append(1 - event.evidence)
    rates = [
        (number, len(told[number]), sum(told[number]) / len(told[number]))
        for number in sorted(told)
        if number <= _MOST and len(told[number]) >= _LEAST
    ]
    title = _("Mistakes by opportunity")
    columns = (_("Time that a skill was practised"), _("Not right, or with help"), _("Skills"))
    if len(rates) < 2:
        return Chart("curve", title, title, columns, empty=_("Too few skills were practised yet."))
    described = _("{first} not right at the first opportunity, {last} at the last shown.").format(
        first=wording.percent(rates[0][2]), last=wording.percent(rates[-1][2])
    )
    rows = [
        Row((practised(at), wording.percent(share), wording.number(n)), figure="mastery")
        for at, n, share in rates
    ]
    spec = spec_of(
        WIDE,
        data={"values": [{"at": at, "n": n, "share": share} for at, n, share in rates]},
        encoding={
            "x": {"field": "at", "type": "quantitative", "title": columns[0],
                  "axis": {"format": "d", "tickMinStep": 1},
                  "scale": {"zero": False, "nice": False, "padding": 12}},
            "y": share_axis("share", columns[1]),
        },
        layer=[
            {"mark": {"type": "line", "color": look.WARN}},
            {"mark": {"type": "point", "filled": True, "color": look.WARN},
             "encoding": {"size": {"field": "n", "type": "quantitative", "legend": None,
                                   "scale": {"range": [20, 160]}}}},
        ],
    )  # fmt: skip
    note = _("Skills that were practised longer are the harder ones: later points rest on fewer. "
             "The bigger a point, the more skills.")  # fmt: skip
    return Chart("curve", title, described, columns, rows, spec, note=note)
