"""Over HTTP: whoever is shown learners reads what is shared of them, and nothing else; and writes
nothing, by any form or route."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest

import access_table as table
from http_server import ROOT, running
from lrs.console.learner.asked import _ACTS as FORMS
from lrs.storage.administration.groups import Group, Groups
from lrs.storage.administration.passwords import Passwords
from lrs.storage.administration.people import People
from lrs.storage.administration.sessions import SignedIn
from lrs.storage.administration.stores import Stores
from lrs.storage.administration.tokens import AccessTokens
from school import S, School
from services.databases import Databases

pytestmark = pytest.mark.timeout(240)
SAID = "I lose track at step two"
HTML = {"accept": "text/html"}
PEOPLE = {
    "cora": "coach", "wim": "coach", "solo": "coach", "tara": "teacher", "otis": "teacher",
    "odd": "coach",
}  # fmt: skip


class Sharing(School):
    """cora is shown 7b, wim with words, solo ann alone, tara (a teacher) all of it; otis and odd
    are ben as well."""

    def __init__(self, server: Any) -> None:
        super().__init__(server)
        database = server.database()
        people = People(database)
        self.groups = Groups(database, origin=server.url)
        self.store = Stores(database).get("default")
        for name, role in PEOPLE.items():
            made = people.create(name, role)
            self.tokens[name] = AccessTokens(database).create(made, "test", 1)[1]
        self.browsers = {}
        for name in self.tokens:
            session = Passwords(database, SignedIn(database)).sign_in(people.get(name))
            self.browsers[name] = httpx2.Client(
                base_url=server.url, timeout=60, headers=HTML, cookies={"lrs_session": session}
            )
        (self.group,) = self.groups.list(self.store)
        self.at = f"/api/v1/groups/{self.group.id}"
        own = self.groups.create(self.store, "9c")
        self.groups.add(self.store, own, ["ben@example.org"])
        self.groups.teach(self.store, own, people.get("tara"))
        for name in ("otis", "odd"):
            self.groups.identify(self.store, people.get(name), "ben@example.org")
        self.share(name="cora")
        self.share(name="wim", words=True)
        self.share(name="solo", learner="ann@example.org")
        self.share(name="tara")

    def api(self, who: str, method: str, path: str, status: int = 200, **given: Any) -> Any:
        found = self.client.request(
            method, self.server.url + path, headers={"Authorization": f"Bearer {self.tokens[who]}"},
            **given,
        )  # fmt: skip
        assert found.status_code == status, (who, method, path, found.text)
        return found.json() if found.content and "json" in found.headers["content-type"] else None

    def share(self, who: str = "tina", status: int = 201, **given: Any) -> Any:
        return self.api(who, "POST", f"{self.at}/shares", status, json=given)

    def page(self, who: str, path: str, status: int = 200) -> str:
        found = self.browsers[who].get(path, follow_redirects=True)
        assert found.status_code == status, (who, path, found.text[:2_000])
        return found.text

    def post(self, who: str, path: str, form: dict[str, str]) -> httpx2.Response:
        headers = {"origin": self.server.url}
        return self.browsers[who].post(path, data=form, headers=headers)

    def close(self) -> None:
        for one in (self.client, *self.browsers.values()):
            one.close()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def school(
    request: pytest.FixtureRequest, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Sharing]:
    with (
        databases.fresh(request.param) as url,
        running(tmp_path_factory.mktemp("home"), url, worker=True) as server,
    ):
        made = Sharing(server)
        ann = made.ids["ann"]
        made.write("ann", "reflections", {"text": SAID})
        made.write("ann", "preferences", {"preference": f"{S}/how", "value": SAID})
        talked = made.write("tina", "conversations", {
            "voices": [{"prompt": "pace", "who": "learner", "text": SAID}],
            "agreements": [{"text": SAID}],
        })  # fmt: skip
        asked = made.write("ann", "help", {"about": f"{S}/1", "text": SAID})
        made.asked, made.talked, made.ann = asked, talked, ann  # type: ignore[attr-defined]
        made.read("tina", "story", asked)
        yield made
        made.close()


def test_it_is_shared_listed_and_ended_over_http(school: Sharing) -> None:
    items = school.api("tina", "GET", f"{school.at}/shares")["items"]
    assert [(one["name"], one["whole"], one["words"]) for one in items] == [
        ("cora", True, False), ("solo", False, False), ("tara", True, False), ("wim", True, True),
    ]  # fmt: skip
    assert items[1]["learner"] == school.ids["ann"]
    assert {one["by"] for one in items} == {"tina"}
    assert school.api("ada", "GET", f"{school.at}/shares")["items"] == items
    for who in ("cora", "wim", "solo", "tara", "carl", "ann"):
        school.api(who, "GET", f"{school.at}/shares", 403)
        school.share(who, 403, name="solo")
        school.api(who, "DELETE", f"{school.at}/shares/{items[0]['id']}", 403)
    for wrong, status in (
        ({"name": "nobody"}, 404), ({"name": "ann"}, 400), ({"name": "tina"}, 400),
        ({"name": "cora", "until": "2020-01-01"}, 400), ({"name": "cora", "until": "soon"}, 400),
        ({"name": "cora", "learner": "zoe@example.org"}, 400), ({"name": "cora", "x": 1}, 400),
        ({}, 400),
    ):  # fmt: skip
        school.share("tina", status, **wrong)  # type: ignore[arg-type]
    assert school.api("tina", "GET", f"{school.at}/shares")["items"] == items
    school.api("tina", "DELETE", f"{school.at}/shares/0", 404)


@pytest.mark.parametrize(("who", "seen"), [("cora", 2), ("wim", 2), ("solo", 1), ("tara", 2)])
def test_lists_hold_only_who_is_shown(school: Sharing, who: str, seen: int) -> None:
    listed = school.api(who, "GET", "/api/v1/learners")["items"]
    assert len(listed) == seen
    groups = [one["name"] for one in school.api(who, "GET", "/api/v1/groups")["items"]]
    assert groups == ["7b", "9c"] if who == "tara" else ["7b"]
    whole = school.api(who, "GET", school.at)
    assert len(whole["learners"]) == seen
    for view in ("mastery", "pace", "independence"):
        found = school.api(who, "GET", f"{school.at}/{view}")
        assert len(found["learners"]) == seen
        end = school.talked["position"]  # type: ignore[attr-defined]
        then = school.api(who, "GET", f"{school.at}/{view}", params={"as_of": end})
        assert len(then["learners"]) == seen
    rows = school.page(who, f"/groups/default/{school.group.id}/csv").splitlines()
    assert (school.ids["ben"] in "".join(rows)) == (seen == 2)
    if who == "solo":
        school.ask(who, "GET", "mastery", 403, about="ben")
        school.ask(who, "GET", "mastery", 403, about="ben", params={"as_of": 0})
        school.page(who, f"/learners/default/{school.ids['ben']}", 403)


def test_a_coach_reads_figures_evidence_charts_and_statements(school: Sharing) -> None:
    ann = f"/learners/default/{school.ids['ann']}"
    for path in ("mastery", "pace", "independence", "history", "next", "map", "goals"):
        school.ask("cora", "GET", path, 200)
    school.ask("cora", "GET", "evidence", 200, params={"figure": "answers"})
    group = f"/groups/default/{school.group.id}"
    pages = [ann, f"{ann}/goals", f"{ann}/charts", f"{ann}/charts/map", group, "/groups",
             "/learners", f"{group}/compare", f"{group}/pace", f"{group}/independence",
             f"{ann}/evidence?figure=answers", f"/statements/default/{school.first}"]  # fmt: skip
    for path in pages:
        text = school.page("cora", path)
        assert SAID not in text, path
        forms = set(re.findall(r'<form[^>]*method="post"[^>]*action="([^"]*)"', text))
        assert forms <= {"/sign-out", "/reader"}, (path, forms)
        for link in ("/conversation", "/record"):
            assert f'{ann}{link}"' not in text, path
    cell = re.search(rf'href="{school.group.id}/(cell\?c=[^"]+)"', school.page("cora", group))
    assert cell is not None
    assert "Pin as next step" not in school.page("cora", f"{group}/{cell[1]}")


def test_what_was_written_is_for_whom_it_is_shared_with(school: Sharing) -> None:
    ann = f"/learners/default/{school.ids['ann']}"
    statement = f"/statements/default/{school.asked['statement']}"  # type: ignore[attr-defined]
    talk = f"{ann}/conversation/{school.talked['statement']}"  # type: ignore[attr-defined]
    for who in ("cora", "solo", "tara"):
        school.ask(who, "GET", "story", 403)
        for path in (f"{ann}/conversation", talk):
            assert "without what was said and written" in school.page(who, path, 403)
        assert SAID not in school.page(who, statement)
        assert SAID not in school.page(who, f"{ann}/goals")
        assert SAID not in school.page(who, f"/groups/default/{school.group.id}")
        told = school.ask(who, "GET", "independence", 200).text
        assert SAID not in told
        assert SAID not in json.dumps(school.api(who, "GET", f"{school.at}/independence"))
    assert SAID in school.ask("wim", "GET", "story", 200).text
    for path in (statement, f"{ann}/goals", talk, f"/groups/default/{school.group.id}"):
        assert SAID in school.page("wim", path), path
    sheet = school.page("wim", f"{ann}/conversation")
    assert '<button type="submit">Save' not in sheet
    for who in ("cora", "wim", "solo", "tara"):  # with words, too: the record is not taken along
        school.ask(who, "GET", "record", 403)
        school.page(who, f"{ann}/record", 403)


WRITING = sorted(
    path for method, path in table.ROUTES
    if method != "GET" and ("{learner_id}" in path or "{group_id}" in path)
)  # fmt: skip


@pytest.mark.parametrize("who", ["cora", "wim", "tara"])
def test_nothing_is_written_by_any_route(school: Sharing, who: str) -> None:
    size = _size(school)
    routes = [(method, path) for method, path in table.ROUTES if path in WRITING]
    assert len(routes) > 30
    for method, path in routes:
        if method == "GET":
            continue
        found = school.client.request(
            method,
            school.server.url + path.format(
                learner_id=school.ids["ann"], group_id=school.group.id, name="cora", share_id="1",
            ),
            headers={"Authorization": f"Bearer {school.tokens[who]}"}, json={},
        )  # fmt: skip
        assert found.status_code == 403, (method, path, found.text)
    assert _size(school) == size


@pytest.mark.parametrize("who", ["cora", "wim", "tara"])
def test_nothing_is_written_by_any_form(school: Sharing, who: str) -> None:
    ann, size = school.ids["ann"], _size(school)
    for act in FORMS:
        form = {"act": act, "text": "x", "title": "x", "skill": f"{S}/1", "value": "1", "once": "1"}
        assert school.post(who, f"/learners/default/{ann}/say", form).status_code == 403, act
    group = f"/groups/default/{school.group.id}"
    for act in ("answer", "pin", "unpin"):
        form = {"act": act, "learner": ann, "skill": f"{S}/1",
                "ask": school.asked["statement"]}  # type: ignore[attr-defined] # fmt: skip
        assert school.post(who, f"{group}/say", form).status_code == 403, act
    for form in ({"act": "share", "name": "solo"}, {"act": "end", "share": "1"}):
        assert school.post(who, f"{group}/share", form).status_code == 403
    sheet = {"talk": "1", "said-pace-learner": "x"}
    assert school.post(who, f"/learners/default/{ann}/conversation", sheet).status_code == 403
    assert _size(school) == size


def _size(school: Sharing) -> int:
    return int(school.tool.get("/api/v1/status").json()["head"]["default"])


def test_each_look_of_a_coach_stands_in_the_audit(school: Sharing) -> None:
    school.ask("cora", "GET", "mastery", 200)
    found = school.api("ada", "GET", "/api/v1/audit", params={"limit": 500})["items"]
    people = People(school.server.database())
    looks = {(one["by"], one["details"].get("page")) for one in found if one["verb"] == "looked-at"}
    assert (f"user-{people.get('cora').id}", "mastery") in looks
    shared = [one for one in found if one["verb"] == "shared"]
    assert {one["details"]["with"] for one in shared} >= {f"user-{people.get('cora').id}"}
    assert "example.org" not in json.dumps([one["details"] for one in shared])


def test_the_learner_reads_who_can_see_their_page(school: Sharing) -> None:
    school.share(name="solo", learner=school.ids["ann"], until="2099-05-31")
    text = school.page("ann", "/me")
    told = text[text.index('id="watchers"') :]
    for words in ("tina", "your teacher", "cora", "solo", "until 31 May 2099", "without what",
                  "with what was written"):  # fmt: skip
        assert words in told, words
    ben = school.page("ben", "/me")
    assert "solo" not in ben[ben.index('id="watchers"') :]
    assert 'id="watchers"' not in school.page("cora", f"/learners/default/{school.ids['ann']}")
    assert 'id="watchers"' in school.page("tina", f"/learners/default/{school.ids['ann']}")


def test_a_teacher_shares_and_ends_it_on_the_page_of_the_group(school: Sharing) -> None:
    people, group = People(school.server.database()), f"/groups/default/{school.group.id}"
    people.create("pat", "coach")
    form = {"act": "share", "name": "pat", "learner": school.ids["ben"], "words": "1",
            "until": "2099-01-31"}  # fmt: skip
    assert school.post("tina", f"{group}/share", form).status_code == 303
    text = school.page("tina", group)
    told = text[text.index('id="sharing"') :]
    assert "<bdi>pat</bdi>" in told
    assert "until 31 Jan 2099" in told
    wrong = (
        {"name": "nobody"}, {"name": "ann"}, {"name": "pat", "until": "2020-01-01"},
        {"name": "pat", "until": "soon"}, {"name": "pat", "until": "9999-12-31"},
        {"name": "pat", "learner": "zoe"}, {"name": ""}, {"name": "\0"},
    )  # fmt: skip
    for one in wrong:
        answer = school.post("tina", f"{group}/share", {"act": "share", **one})
        assert answer.status_code == 422, one
        assert 'class="fault"' in answer.text
    assert school.post("tina", f"{group}/share", {"act": "x"}).status_code == 400
    (one,) = [
        one for one in school.api("tina", "GET", f"{school.at}/shares")["items"]
        if one["name"] == "pat"
    ]  # fmt: skip
    for _ in range(2):  # pressed twice it is ended once
        gone = {"act": "end", "share": one["id"]}
        assert school.post("tina", f"{group}/share", gone).status_code == 303
    assert "<bdi>pat</bdi>" not in school.page("tina", group)


def test_what_is_ended_is_over_with_the_next_request(school: Sharing) -> None:
    made = school.share(name="odd")
    school.ask("odd", "GET", "mastery", 200)
    school.api("tina", "DELETE", f"{school.at}/shares/{made['id']}", 204)
    school.ask("odd", "GET", "mastery", 403)
    school.page("odd", f"/groups/default/{school.group.id}", 403)
    school.ask("odd", "GET", "mastery", 200, about="ben")  # is ben


def test_following_a_group_ends_with_the_share_and_with_its_last_moment(school: Sharing) -> None:
    made = school.share(name="odd")
    path = f"/groups/default/{school.group.id}/live"
    with ExitStack() as stack:
        streams = {}
        for who in ("odd", "wim"):
            events = {"accept": "text/event-stream"}
            caller = school.browsers[who]
            stream = stack.enter_context(caller.stream("GET", path, headers=events))
            assert stream.status_code == 200
            streams[who] = stream.iter_lines()
            assert next(streams[who]).startswith("retry:")
        school.api("tina", "DELETE", f"{school.at}/shares/{made['id']}", 204)
        soon = datetime.now(UTC) + timedelta(seconds=3)
        school.share(name="wim", until=soon.isoformat(), words=True)
        for who, lines in streams.items():
            assert "event: over" in list(lines), who


def test_the_address_of_a_form_loaded_anew_leads_to_its_page(school: Sharing) -> None:
    group = f"/groups/default/{school.group.id}"
    for path in (f"{group}/say", f"{group}/share"):
        assert "7b" in school.page("tina", path)
    for path in ("/account/password", "/account/sessions"):
        assert "tina" in school.page("tina", path)


@pytest.mark.parametrize("group", ["none", "99999999999999999999", "0", "%00", "-1"])
@pytest.mark.parametrize("who", ["tina", "ada"])
def test_shares_of_what_is_no_group_are_refused(school: Sharing, who: str, group: str) -> None:
    for method, below in (("GET", ""), ("POST", ""), ("DELETE", "/1-all")):
        found = school.client.request(
            method, f"{school.server.url}/api/v1/groups/{group}/shares{below}",
            headers={"Authorization": f"Bearer {school.tokens[who]}"}, json={"name": "cora"},
        )  # fmt: skip
        assert found.status_code in (400, 403, 404), (method, found.status_code, found.text)


@pytest.mark.parametrize(
    "query",
    ["evidence?figure=mastery&after={n}", "?done=goal&seen={n}", "goals?done=goal&seen={n}"],
)
def test_numbers_of_any_length_in_an_address_break_no_page(school: Sharing, query: str) -> None:
    begin = f"/learners/default/{school.ids['ann']}"
    for n in ("0" * 5_000, "9" * 5_000, "0" * 20 + "9" * 20):
        joint = "" if query.startswith("?") else "/"
        found = school.browsers["tina"].get(begin + joint + query.format(n=n))
        assert found.status_code in (200, 400), (query, n[:30], found.status_code)


@pytest.mark.parametrize("who", ["otis", "odd"])
def test_teachers_and_coaches_can_be_learners_too(school: Sharing, who: str) -> None:
    own = school.page(who, "/me")
    assert "Hello" in own
    assert 'href="/me"' in school.page(who, "/groups")  # in the navigation
    assert 'href="/me"' not in school.page("cora", "/groups")
    made = school.write(who, "goals", {"title": "Ratios", "skills": [f"{S}/1"]}, about="ben")
    found = school.read(who, "goals", made, about="ben")["items"]
    assert made["about"] in [one["goal"] for one in found]
    assert school.write(who, "next", {}, 200, about="ben")["wait_for"] >= 0
    chosen = {"how": "own", "skill": f"{S}/1"}
    school.write(who, "next/choices", chosen, about="ben")
    school.page(who, f"/learners/default/{school.ids['ben']}/conversation")
    school.ask(who, "GET", "record", 200, about="ben")
    school.write(who, "pins", {"skill": f"{S}/1"}, 403)  # of ann nothing


def test_the_command_shares_lists_and_ends(school: Sharing) -> None:
    People(school.server.database()).create("cli", "coach")
    made = command(school, "share", "7b", "cli", "--learner", "ben@example.org", "--until",
                   "2099-01-31", "--words")  # fmt: skip
    (one,) = [one for one in made["items"] if one["name"] == "cli"]
    assert (one["learner"], one["words"], one["by"]) == (school.ids["ben"], True, None)
    assert one["until"].startswith("2099-02-01T00:00")
    assert one in command(school, "shares", "7b")["items"]
    command(school, "share", "7b", "cli", "--remove", status=1)  # the whole group is not
    gone = command(school, "share", "7b", "cli", "--learner", school.ids["ben"], "--remove")
    assert "cli" not in [one["name"] for one in gone["items"]]
    command(school, "share", "7b", "ann", status=1)


def command(school: Sharing, *words: str, status: int = 0) -> Any:
    server = school.server
    environment = {
        **os.environ, "LRS_HOME": str(server.home), "LRS_DATABASE_URL": server.database_url,
        "LRS_PUBLIC_URL": server.url,
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "lrs", "group", *words, "--json"],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == status, done.stderr
    return json.loads(done.stdout) if status == 0 else done.stderr


def test_a_group_that_was_shared_is_closed_when_it_ends(school: Sharing) -> None:
    made: Group = school.groups.create(school.store, "short")
    school.groups.add(school.store, made, ["ann@example.org"])
    cora = People(school.server.database()).get("cora")
    school.groups.shares.share(school.store, made, cora)
    school.api("cora", "GET", f"/api/v1/groups/{made.id}")
    school.groups.remove(school.store, made)
    school.api("cora", "GET", f"/api/v1/groups/{made.id}", 403)
