"""Help taken by opportunity: does it fade?"""

from lrs.console import wording
from lrs.console.charts import look
from lrs.console.charts.chart import WIDE, Chart, Row, practised, share_axis, spec_of
from lrs.console.charts.material import Material
from lrs.console.language import _

_MOST, _LEAST = 12, 3


def chart(of: Material) -> Chart:
    """First answers of opportunities where help was on offer and logged. Where help came before
    the answer, the step was counted with the help: the answer itself says it was helped."""
    told: dict[int, list[bool]] = {}
    for event in of.events:
        offered = event.helped or "independence.hint_rate" in event.figures
        if offered and event.opportunity is not None and event.attempt == 1:
            told.setdefault(event.opportunity, []).append(event.helped)
    shares = [
        (number, len(some), sum(some) / len(some))
        for number, some in sorted(told.items())
        if number <= _MOST and len(some) >= _LEAST
    ]
    title = _("Help taken, by opportunity")
    columns = (_("Time that a skill was practised"), _("With help"), _("Steps"))
    if len(shares) < 2:
        empty = _("Too few steps where help was on offer are known.")
        return Chart("help", title, title, columns, empty=empty)
    described = _("{first} of the first opportunities with help, {last} of the last shown.").format(
        first=wording.percent(shares[0][2]), last=wording.percent(shares[-1][2])
    )
    most = max(shares, key=lambda one: one[2])
    described += " " + _("The most: {share}, {which}.").format(
        share=wording.percent(most[2]), which=practised(most[0])
    )
    rows = [
        Row((practised(at), wording.percent(share), wording.number(n)),
            figure="independence.hint_rate")
        for at, n, share in shares
    ]  # fmt: skip
    spec = spec_of(
        WIDE,
        data={"values": [{"at": at, "share": share} for at, _n, share in shares]},
        mark={"type": "bar", "color": look.OTHER, "cornerRadiusEnd": 2},
        encoding={
            "x": {"field": "at", "type": "ordinal", "title": columns[0],
                  "axis": {"labelAngle": 0}, "scale": {"paddingInner": 0.5, "paddingOuter": 0.4}},
            "y": share_axis("share", columns[1]),
        },
    )  # fmt: skip
    note = _("Fewer hints are not by themselves more independence: avoiding help looks the same.")
    return Chart("help", title, described, columns, rows, spec, note=note)
