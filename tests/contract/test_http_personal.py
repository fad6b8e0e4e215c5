"""Over HTTP: what people write, the story it makes, and the record that is taken away."""

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import httpx2
import pytest

from http_server import running
from school import HOSTILE, S, School
from services.databases import Databases

pytestmark = pytest.mark.timeout(240)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def school(
    request: pytest.FixtureRequest, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[School]:
    with (
        databases.fresh(request.param) as url,
        running(tmp_path_factory.mktemp("home"), url, worker=True) as server,
    ):
        made = School(server)
        yield made
        made.client.close()


def test_a_goal_is_a_statement_and_is_read_back_with_its_name(school: School) -> None:
    made = school.write("ann", "goals", {
        "title": HOSTILE, "skills": [f"{S}/1"], "due": "2027-05-01T00:00:00Z", "why": "for myself",
    })  # fmt: skip
    (goal,) = school.read("ann", "goals", made)["items"]
    assert goal["goal"] == made["about"]
    assert (goal["name"], goal["set_by"], goal["state"]) == (HOSTILE, "self", "set")
    assert goal["due"].startswith("2027-05-01")
    revised = {"goal": made["about"], "due": "2027-06-01T00:00:00Z"}
    school.write("tina", "goals/revise", revised)
    ended = school.write("ann", "goals/end", {"goal": made["about"], "how": "kept"})
    (goal,) = school.read("ann", "goals", ended)["items"]
    assert (goal["state"], goal["revised"], goal["outcome"]) == ("kept", 1, "kept")


def test_a_wish_and_what_it_says_are_in_the_story_with_the_words(school: School) -> None:
    made = school.write("ann", "talk", {"text": HOSTILE})
    story = school.read("tina", "story", made)
    (ask,) = [one for one in story["asks"] if one["statement"] == made["statement"]]
    assert (ask["what"], ask["open"], ask["said"]["text"]) == ("talk", True, HOSTILE)
    assert ask["evidence"]["count"] >= 1
    bare = school.read("tina", "story", made, texts=False)
    assert "said" not in bare["asks"][0]
    again = school.ask("ann", "GET", "story", 200, params={"as_of": made["position"] - 1}).json()
    assert made["statement"] not in [one["statement"] for one in again["asks"]]


def noted_in_group(school: School, query: dict[str, Any]) -> Any:
    """What a teacher's grid says is disputed, by learner."""
    headers = {"Authorization": f"Bearer {school.tokens['tina']}"}
    groups = f"{school.server.url}/api/v1/groups"
    group = school.client.get(groups, headers=headers).json()["items"][0]["id"]
    found = school.client.get(f"{groups}/{group}/mastery", headers=headers, params=query).json()
    return {one["learner"]: one["disputed_figures"] for one in found["learners"]}


def test_a_note_stands_beside_every_figure_that_uses_a_disputed_statement(school: School) -> None:
    made = school.write("ann", "disputes", {"disputed": school.first, "text": "Not me"})
    story = school.read("ann", "story", made)
    noted = story["disputed_figures"]
    assert school.first in noted["pace.opportunities"]
    pace = school.ask("tina", "GET", "pace", 200).json()
    assert pace["opportunities"]["evidence"]["disputed"] == [school.first]
    assert "disputed" not in pace["secured"]["evidence"]
    evidence = school.ask("ann", "GET", "evidence", 200, params={"figure": "pace.opportunities"})
    told = {one["statement"]: one for one in evidence.json()["items"]}
    assert [name for name, one in told.items() if "disputed" in one] == [school.first]
    for who, path in (("ann", "next"), ("tina", "map")):
        assert school.ask(who, "GET", path, 200).json()["disputed_figures"] == noted
    for query in ({}, {"as_of": made["position"]}):
        assert noted_in_group(school, query) == {school.ids["ann"]: noted, school.ids["ben"]: {}}
    whole = school.ask("ann", "GET", "record", 200).json()
    assert whole["story"]["disputed_figures"] == noted
    for query in ({}, {"as_of": made["position"]}):
        series = school.ask("ann", "GET", "history", 200, params={"view": "pace", **query}).json()
        marked = [one["statement"] for one in series["items"] if one.get("disputed")]
        assert marked == [school.first]
    dispute = {"dispute": made["statement"]}
    school.write("ann", "disputes/settle", {**dispute, "how": "corrected"}, 403)
    ended = school.write("ann", "disputes/settle", {**dispute, "how": "withdrawn"})
    assert school.read("ann", "story", ended)["disputed_figures"] == {}
    assert school.ask("ann", "GET", "next", 200).json()["disputed_figures"] == {}


def test_how_the_story_came_about_is_a_series(school: School) -> None:
    goal = school.write("ann", "goals", {"title": "By May"})
    ask = school.write("ann", "talk", {"text": HOSTILE}, about="ann")
    ended = school.write("ann", "asks/withdraw", {"ask": ask["statement"]})
    found = school.read("tina", "history", ended, view="story")
    own = [one for one in found["items"] if one["position"] >= goal["position"]]
    assert [one["statement"] for one in own] == [
        goal["statement"], ask["statement"], ended["statement"],
    ]  # fmt: skip
    assert [list(one["story"]) for one in own] == [["goals"], ["asks"], ["asks"]]
    assert own[0]["story"]["goals"][-1]["goal"] == goal["about"]
    assert [one["story"]["asks"][0]["open"] for one in own[1:]] == [True, False]
    assert HOSTILE not in json.dumps(found)
    query = {"view": "story", "figure": "story.asks", "points": 2, "wait_for": ended["position"]}
    alone = school.ask("ann", "GET", "history", 200, params=query).json()
    assert [set(one["story"]) for one in alone["items"]] == [{"asks"}, {"asks"}]
    school.ask("ann", "GET", "history", 400, params={"view": "story", "skill": S})
    school.ask("ben", "GET", "history", 403, params={"view": "story"})


NAMES = ("", "mastery", "pace", "independence", "next", "map", "goals", "story", "history",
         "record")  # fmt: skip


@pytest.mark.parametrize("who", ["ann", "tina", "carl", "ada"])
def test_every_view_of_a_learner_is_there_for_whoever_may_see_them(
    school: School, who: str
) -> None:
    for name in NAMES:
        school.ask(who, "GET", name, 200)
    assert [
        school.tool.get(f"/api/v1/learners/{school.ids['ann']}/{name}".rstrip("/")).status_code
        for name in NAMES
    ] == [200] * len(NAMES)


def test_a_learner_is_looked_for_in_the_store_that_is_named(school: School) -> None:
    """Without a name that is `default`, and an answer says so."""
    school.stores.create("evening")
    school.ask("ada", "GET", "story", 200, params={"store": "default"})
    missing = school.ask("ada", "GET", "story", 404, params={"store": "evening"}).json()
    assert "in the store 'evening'" in missing["message"]


def test_nobody_writes_for_others(school: School) -> None:
    goal = {"title": "x"}
    school.write("carl", "goals", goal, 403)
    school.write("ben", "goals", goal, 403)
    school.write("tina", "reflections", {"text": "x"}, 403)
    url = f"/api/v1/learners/{school.ids['ann']}/goals"
    assert school.tool.post(url, json=goal).status_code == 403
    assert httpx2.post(school.server.url + url, json=goal).status_code == 401


def test_an_offer_and_what_became_of_it_are_in_the_log(school: School) -> None:
    offered = school.write("ann", "offers", {
        "skills": [f"{S}/1", f"{S}/2"], "basis": {"policy": 1, "position": 4},
    })  # fmt: skip
    made = school.write("ann", "choices", {
        "how": "overridden", "skill": f"{S}/9", "offer": offered["statement"],
    })  # fmt: skip
    (offer,) = school.read("ann", "story", made)["offers"]
    assert (offer["chosen"], offer["how"]) == (f"{S}/9", "overridden")
    assert offer["skills"] == [f"{S}/1", f"{S}/2"]


def test_a_shared_plan_is_read_by_whom_it_is_shared_with_and_nothing_else(school: School) -> None:
    school.stores.create("elsewhere")
    plan = school.write("ann", "plans", {
        "title": HOSTILE, "skills": [f"{S}/1"], "due": "2027-05-01T00:00:00Z",
    })["about"]  # fmt: skip
    shared = {"plan": plan, "learner": school.ids["ben"]}
    school.read("ben", "story", school.write("ann", "shares", shared), about="ben")
    (one,) = school.shared_plans("ben")["items"]
    assert (one["learner"], one["plan"]) == (school.ids["ann"], plan)
    assert (one["told"]["name"], one["told"]["total"], one["told"]["state"]) == (HOSTILE, 1, "set")
    assert one["said"]["with"] == [school.ids["ben"]]
    school.ask("ben", "GET", "goals", 403)
    assert [school.shared_plans(name)["items"] for name in ("ann", "tina", "carl")] == [[], [], []]
    for store in ("nowhere", "elsewhere"):
        school.shared_plans("ben", 403, store=store)
    assert school.tool.get("/api/v1/shared-plans").status_code == 403
    school.read("ann", "story", school.write("ann", "shares/remove", shared))
    assert school.shared_plans("ben")["items"] == []


def test_the_whole_record_is_taken_away_as_json(school: School) -> None:
    said = school.write("ann", "reflections", {"text": HOSTILE})
    found = school.ask("ann", "GET", "record", 200, params={"wait_for": said["position"]})
    assert "attachment" in found.headers["content-disposition"]
    whole = found.json()
    positions = [one["position"] for one in whole["statements"]]
    assert positions == sorted(set(positions))
    ids = {one["statement"]["id"] for one in whole["statements"]}
    assert {school.first, said["statement"]} <= ids
    assert all("ben@" not in json.dumps(one["statement"]["actor"]) for one in whole["statements"])
    assert whole["documents"][0]["id"] == "bookmark"
    assert whole["documents"][0]["base64"]
    assert whole["story"]["reflections"][0]["said"]["text"] == HOSTILE
    assert whole["views"]["mastery"]["skills"]
    school.ask("ben", "GET", "record", 403)


class Seen(HTMLParser):
    """Tags, attributes and texts of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@pytest.mark.parametrize(("lang", "title"), [("en", "Record of "), ("es", "Historial de ")])
def test_the_record_is_read_without_the_server(school: School, lang: str, title: str) -> None:
    said = school.write("ann", "reflections", {"text": HOSTILE})
    query = {"format": "html", "wait_for": said["position"]}
    found = school.ask("ann", "GET", "record", 200, params=query,
                       headers={"Accept-Language": f"{lang}-MX,{lang};q=0.8"})  # fmt: skip
    seen = Seen()
    seen.feed(found.text)
    assert f'<html lang="{lang}">' in found.text
    assert any(title in text for text in seen.texts)
    assert {"script", "img", "link", "iframe", "a"} & set(seen.tags) == set()
    assert not any(name in ("src", "href") or name.startswith("on") for name, _ in seen.attributes)
    shown = HOSTILE.replace("\u202e", " ")  # a sign that would turn around what follows it
    assert any(shown in text for text in seen.texts)
    assert "\u202e" not in found.text
    assert "default-src 'none'" in found.headers["content-security-policy"]
    assert seen.tags.count("caption") == seen.tags.count("table") > 2


def test_the_record_is_for_people(school: School) -> None:
    """Names, days of the reader's zone, a talk one paragraph a voice, pace and independence."""
    talk = {
        "voices": [
            {"prompt": "pace", "who": "learner", "text": "Two evenings are enough for me."},
            {"prompt": "pace", "who": "teacher", "text": "Then we leave it at two."},
        ],
        "agreements": [{"text": "Try one without help"}],
    }
    school.write("tina", "conversations", talk)
    school.write("ann", "goals", {"title": "By spring", "due": "2027-03-01T23:30:00Z"})
    said = school.write("ann", "disputes", {"disputed": school.first, "text": "Not mine"})
    query = {"format": "html", "wait_for": said["position"], "zone": "Asia/Tokyo", "lang": "en"}
    found = school.ask("ann", "GET", "record", 200, params=query)
    name = found.headers["content-disposition"].partition("filename=")[2]
    assert re.fullmatch(r'"record-[a-z0-9]+(-[a-z0-9]+)*-20\d\d-\d\d-\d\d\.html"', name)
    seen = Seen()
    seen.feed(found.text)
    page = " ".join(" ".join(seen.texts).split())
    assert re.search("urn:|tag:lrs|[0-9a-f]{8}-[0-9a-f]{4}|T[0-9]{2}:[0-9]{2}", page) is None
    for text in (
        "Active time in all", "Right at the first try, unaided", "due 2 Mar 2027",
        "The teacher said: Then we leave it at two.", "(Times: Asia/Tokyo)",
        "Try one without help", "Not mine",
    ):  # fmt: skip
        assert text in page, text
    assert "Two evenings are enough for me. Pace. The teacher said" in page
    assert page.count("Then we leave it at two.") == 1
