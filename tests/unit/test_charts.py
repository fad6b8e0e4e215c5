"""Charts: the figures drawn are those in the table, foreign names do nothing, colours follow."""

import re
import xml.etree.ElementTree as ET
from types import SimpleNamespace
from typing import Any

import pytest

from lrs.console import language
from lrs.console.charts import (
    confidence,
    drawing,
    help_fading,
    learning_curve,
    look,
    plan,
    reliability,
    skill_map,
    skill_over_time,
    weeks,
)
from lrs.console.charts.chart import Chart
from projections.events import LearningEvent

HOSTILE = '</text><script>alert(1)</script>"&\u202e'
DAY_US = 86_400_000_000
START_US = 1_790_000_000_000_000


def event(at: int, **members: Any) -> LearningEvent:
    given = {"kind": "answer", "item": None, "session": 1, **members}
    return LearningEvent(at, f"id-{at}", START_US + at * DAY_US, **given)


class Names(dict[str, str]):
    def learn(self, activities: Any) -> None:
        pass

    def __call__(self, iri: str) -> str:
        return self.get(iri, iri)


def material(**members: Any) -> Any:
    names = Names()
    return SimpleNamespace(**{
        "events": [], "names": names, "named": names, "at_us": START_US + 40 * DAY_US,
        "skill": "s", "secure": 0.85, "over_time": [], "targets": lambda _goal: ["a", "b"],
        "readings": {"pace": {"weeks": [], "plans": [], "this_week_seconds": {}}},
        "story": {"confidence": []}, "map": {"skills": [], "edges": [], "left_out": 0}, **members,
    })  # fmt: skip


def values(chart: Chart, layer: int | None = None) -> list[dict[str, Any]]:
    assert chart.spec is not None
    part = chart.spec if layer is None else chart.spec["layer"][layer]
    return list(part["data"]["values"])


EVERY = [
    skill_over_time.chart, learning_curve.chart, plan.chart, weeks.chart, help_fading.chart,
    confidence.chart, skill_map.chart,
]  # fmt: skip


@pytest.mark.parametrize("of", EVERY)
def test_what_is_not_known_is_said_and_not_drawn(of: Any) -> None:
    chart = of(material())
    assert chart.spec is None
    assert chart.empty
    assert not chart.rows


def test_mistakes_are_shares_of_first_attempts_with_three_skills_behind_them() -> None:
    told = [event(n, opportunity=1, evidence=n % 2) for n in range(4)]
    told += [event(10 + n, opportunity=2, evidence=1) for n in range(3)]
    told += [event(20, opportunity=3, evidence=0), event(21, opportunity=1, evidence=None)]
    chart = learning_curve.chart(material(events=told))
    assert values(chart) == [{"at": 1, "n": 4, "share": 0.5}, {"at": 2, "n": 3, "share": 0.0}]
    assert [row.cells for row in chart.rows] == [
        ("the 1st time", "50%", "4"), ("the 2nd time", "0%", "3"),
    ]  # fmt: skip


def test_help_counts_where_it_was_on_offer_only() -> None:
    offered = ("independence.hint_rate",)
    told = [event(n, opportunity=1, attempt=1, figures=offered) for n in range(3)]
    told += [event(5, opportunity=1, attempt=1, helped=True)]
    told += [event(6, opportunity=1, attempt=1), event(7, opportunity=1, attempt=2, helped=True)]
    told += [event(10 + n, opportunity=2, attempt=1, figures=offered) for n in range(3)]
    chart = help_fading.chart(material(events=told))
    assert values(chart) == [{"at": 1, "share": 0.25}, {"at": 2, "share": 0.0}]
    assert chart.description.endswith("The most: 25%, the 1st time.")


def test_confidence_without_an_outcome_is_left_out() -> None:
    told = [{"confidence": 0.9, "right": 1}, {"confidence": 0.95, "right": 0},
            {"confidence": 1.0, "right": 1}, {"confidence": 0.1, "right": None}]  # fmt: skip
    chart = confidence.chart(material(story={"confidence": told}))
    assert values(chart) == [{"sure": 0.9, "right": pytest.approx(2 / 3), "n": 3}]


def test_a_skill_over_time_has_its_band_and_the_statement_of_each_point() -> None:
    point = {
        "at": "2026-10-01T22:30:00Z", "statement": "id-1", "right": {"value": None},
        "p": {"value": 0.7, "low": 0.5, "high": 0.8},
    }  # fmt: skip
    unknown = {**point, "p": {"value": None}}
    again = {**point, "statement": "id-2", "p": {"value": 0.1, "low": 0, "high": 1}}
    told = [event(1, evidence=1), event(2, evidence=None)]  # the second moves no estimate
    with language.reading(language.reader_of({"lrs_zone": "Europe/Madrid"}, "es")):
        chart = skill_over_time.chart(material(events=told, over_time=[unknown, point, again]))
        assert values(chart) == [{"at": "2026-10-02T00:30:00Z", "p": 0.7, "low": 0.5, "high": 0.8}]
    assert [row.statement for row in chart.rows] == ["id-1"]


def _plan(**members: Any) -> dict[str, Any]:
    return {
        "goal": "g", "state": "set", "total": 2, "earned": 1, "due": "2026-12-01T00:00:00Z",
        "start": "2026-09-01T00:00:00Z", "forecast": {"from": None, "to": None}, **members,
    }  # fmt: skip


def test_a_plan_counts_each_of_its_skills_once_when_it_first_became_secure() -> None:
    told = [event(1, secured=("a",)), event(2, secured=("other",)), event(3, secured=("a", "b"))]
    pace = {"weeks": [], "plans": [_plan(earned=2)], "this_week_seconds": {}}
    chart = plan.chart(material(events=told, readings={"pace": pace}))
    assert [(row.cells[2], row.statement) for row in chart.rows if row.statement] == [
        ("1", "id-1"), ("2", "id-3"),
    ]  # fmt: skip
    kept = plan.chart(material(readings={"pace": {**pace, "plans": [_plan(state="kept")]}}))
    assert kept.spec is None


def test_the_end_the_even_pace_and_the_due_day_of_a_plan_stand_in_words_and_rows() -> None:
    ends = {"from": "2026-11-28T00:00:00Z", "to": "2026-12-07T00:00:00Z"}
    now_us = START_US + 69 * DAY_US  # 29 Nov, between the two ends: drawn and told from today
    pace = {"weeks": [], "plans": [_plan(total=4, forecast=ends)], "this_week_seconds": {}}
    told = [event(-60, secured=("a",)), event(3, secured=("b",))]
    chart = plan.chart(material(events=told, at_us=now_us - 8 * DAY_US,
                                readings={"pace": pace}))  # fmt: skip
    assert "28 Nov 2026" in chart.description
    assert "7 Dec 2026" in chart.description
    assert "Due on 1 Dec 2026." in chart.description
    assert "At an even pace it would be 3.7 by now." in chart.description
    rows = {row.cells[1]: row.cells for row in chart.rows}
    assert rows["The end, at the pace of faster weeks"][::2] == ("28 Nov 2026", "4")
    assert rows["The end, at the pace of slower weeks"][::2] == ("7 Dec 2026", "4")
    assert rows["The day it is due"] == ("1 Dec 2026", "The day it is due", "not known", "4")
    assert rows["The beginning"][2:] == ("1", "1")
    assert rows["b became secure"][2] == "2"
    days = [row.cells[1] for row in chart.rows]
    assert days[0] == "a became secure"  # in the order of the picture, from left to right
    assert days[-1] == "The end, at the pace of slower weeks"


def test_a_plan_without_a_day_or_a_forecast_says_that_nobody_knows() -> None:
    pace = {"weeks": [], "plans": [_plan(due=None)], "this_week_seconds": {}}
    chart = plan.chart(material(readings={"pace": pace}))
    assert "not known yet" in chart.description
    assert {row.cells[3] for row in chart.rows} == {"not known"}


def _node(skill: str, **members: Any) -> dict[str, Any]:
    return {"skill": skill, "name": skill, "status": "new", "p": None, "n": 0, "fringe": False,
            "figure": f"mastery:{skill}", **members}  # fmt: skip


def test_the_map_goes_from_what_comes_first_to_what_builds_on_it() -> None:
    skills = [_node(one) for one in "cabz"] + [_node("alone")]
    edges = [["a", "b"], ["b", "c"], ["a", "c"], ["z", "c"]]
    chart = skill_map.chart(material(map={"skills": skills, "edges": edges, "left_out": 0}))
    assert chart.spec is not None
    boxes = {one["skill"]: one for one in chart.spec["layer"][1]["data"]["values"]}
    left = sorted({one["x"] for one in boxes.values()})
    assert {name: left.index(one["x"]) for name, one in boxes.items()} == {
        "a": 0, "z": 0, "b": 1, "c": 2,
    }  # fmt: skip
    assert dict(row.cells[::4] for row in chart.rows)["c"] == "b, a, z"


def test_the_map_names_what_is_within_reach_in_the_caption_and_in_each_row() -> None:
    skills = [_node("a", status="secure"), _node("b", fringe=True), _node("c", fringe=True),
              _node("d")]  # fmt: skip
    edges = [["a", "b"], ["a", "c"], ["b", "d"]]
    chart = skill_map.chart(material(map={"skills": skills, "edges": edges, "left_out": 0}))
    assert chart.description == "4 skills, 2 of them within reach now: b, c."
    assert {row.cells[0]: row.cells[2] for row in chart.rows} == {
        "a": "reached", "b": "within reach now", "c": "within reach now", "d": "not yet",
    }  # fmt: skip
    drawn = [_node(f"s{n}", fringe=True) for n in range(14)]
    edges = [["s0", f"s{n}"] for n in range(1, 14)]
    many = skill_map.chart(material(map={"skills": drawn, "edges": edges, "left_out": 0}))
    assert many.description.endswith("s11 and 2 more.")


def test_what_a_line_in_a_picture_is_for_is_said_in_words_and_in_the_table() -> None:
    told = [{"confidence": 0.9, "right": 1}, {"confidence": 0.9, "right": 0}]
    sure = confidence.chart(material(story={"confidence": told}))
    assert sure.rows[0].cells == ("90%", "50%", "2", "right by 40 points less")
    assert "dashed line" in sure.note
    assert sure.description.endswith("On average 90% sure, and 50% right.")
    bins = [{"n": 3, "predicted": 0.5, "right": 0.6}, {"n": 2, "predicted": 0.7, "right": 0.7}]
    found = reliability.chart({"reliability": bins, "n": 5})
    assert [row.cells[3] for row in found.rows] == ["right by 10 points more", "on the line"]
    assert "dashed line" in found.note
    point = {"at": "2026-10-01T22:30:00Z", "statement": "id-1", "right": None,
             "p": {"value": 0.7, "low": 0.5, "high": 0.8}}  # fmt: skip
    one = skill_over_time.chart(material(events=[event(1, evidence=1)], over_time=[point]))
    assert "85%" in one.note
    assert one.description.endswith("in a range of 50% to 80%.")
    assert one.rows[0].cells[2:] == ("50% to 80%", "not known")


def test_the_maps_curves_pass_behind_its_boxes_and_long_names_are_broken_and_not_cut() -> None:
    long = "Adding and subtracting fractions with unlike parts"
    skills = [_node("a", name=long), _node("b"), _node("c")]
    edges = [["a", "b"], ["b", "c"], ["a", "c"]]
    names = Names(a=long)
    found = {"skills": skills, "edges": edges, "left_out": 0}
    chart = skill_map.chart(material(names=names, map=found))
    assert chart.spec is not None
    curves, boxes, texts, _status = chart.spec["layer"]
    assert (curves["mark"]["type"], boxes["mark"]["fillOpacity"]) == ("line", 1)
    assert len({one["edge"] for one in curves["data"]["values"]}) == 3
    shown = {one["name"] for one in texts["data"]["values"]}
    assert shown >= {"b", "c"}
    (broken,) = (one for one in shown if "\n" in one)
    assert broken.startswith("Adding and")
    assert all(len(line) <= 24 for line in broken.split("\n"))
    for wide in ("W" * 60, "分数の足し算と引き算を" * 4):
        chart = skill_map.chart(material(names=Names(a=wide), map=found))
        assert chart.spec is not None
        (told,) = (one["name"] for one in values(chart, 2) if one["name"][0] == wide[0])
        first, last = told.split("\n")
        assert max(len(first), len(last)) <= 16  # of these, fewer fit into a box
        assert last.endswith("…")
    assert long in {one["skill"] for one in boxes["data"]["values"]}
    assert (chart.narrow, chart.size[0] > 3 * 150) == (None, True)


def test_active_weeks_say_the_usual_range_and_the_most_and_stand_on_their_own_days() -> None:
    told = [
        {
            "from": f"2026-{day}T00:00:00Z",
            "active_seconds": seconds,
            "opportunities": 4,
            "secured": 1,
        }
        for day, seconds in (("11-02", 1801.0), ("11-09", 3700.0))
    ]
    pace = {"weeks": told, "plans": [], "this_week_seconds": {"usual": [1802.0, 2643.0]}}
    chart = weeks.chart(material(readings={"pace": pace}))
    assert chart.description == (
        "2 weeks with activity. The most: 1 h 1 min, the week of 9 Nov 2026. "
        "Usually 30 min to 44 min a week."
    )
    assert chart.spec is not None
    x = chart.spec["layer"][-1]["encoding"]["x"]
    assert x["axis"]["values"] == [one["week"] for one in values(chart)]


def test_charts_are_of_one_size_and_smaller_on_a_phone() -> None:
    told = [event(n, opportunity=1 + n % 2, evidence=1) for n in range(6)]
    curve = learning_curve.chart(material(events=told))
    offered = [event(n, opportunity=1 + n % 2, attempt=1, helped=True) for n in range(6)]
    assert help_fading.chart(material(events=offered)).size == curve.size == (720, 300)
    phone = curve.narrow
    assert phone is not None
    for chart in (curve, phone):
        head = drawing.Drawings().svg(chart)[:400]
        wide, high = chart.size  # axes and all
        assert f'width="{wide}"' in head
        assert f'height="{high}"' in head
    assert phone.size[0] <= 350


def test_a_hostile_name_is_text_in_the_drawing_and_the_colours_follow_the_scheme() -> None:
    names = Names(a=HOSTILE)
    skills, edges = [_node("a", fringe=True), _node("b")], [["a", "b"]]
    drawn = skill_map.chart(
        material(names=names, map={"skills": skills, "edges": edges, "left_out": 0})
    )
    hostile = Chart(drawn.name, HOSTILE, HOSTILE, drawn.columns, drawn.rows, drawn.spec)
    svg = drawing.Drawings().svg(hostile)
    tree = ET.fromstring(svg)  # noqa: S314 - our own
    assert not [one for one in tree.iter() if one.tag.endswith("script")]
    assert "href" not in svg.replace("http://www.w3.org/1999/xlink", "")
    assert tree.find("{http://www.w3.org/2000/svg}title") is not None
    assert tree.get("role") == "img"
    assert "prefers-color-scheme:dark" in svg
    _style, rest = svg.split("</style>")
    assert not re.search("|".join(look.STATUS.values()), rest)
    assert drawing.Drawings().svg(hostile) == svg


def test_what_is_taken_away_has_its_data_and_its_look_inside() -> None:
    told = [event(n, opportunity=1 + n % 2, evidence=1) for n in range(6)]
    chart = learning_curve.chart(material(events=told))
    whole = drawing.whole(chart)
    assert whole["$schema"] == "https://vega.github.io/schema/vega-lite/v5.json"
    assert whole["config"] == look.CONFIG
    assert "var(" not in str(whole)
