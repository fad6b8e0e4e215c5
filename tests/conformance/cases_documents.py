"""Communication 2.2, 2.3, 2.6, 2.7, 3.1: State and profiles, one table for the three resources."""

import json
import uuid
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import httpx2
from case import Ask as Asked
from case import Case, numbered

from http_server import V1, Client

FUTURE, PAST = "2999-01-01T00:00:00Z", "2000-01-01T00:00:00Z"
NEW = {"If-None-Match": "*"}
TEXT = {"Content-Type": "text/plain"}
JSON = {"Content-Type": "application/json"}


class Place(NamedTuple):
    """One of the three resources. name: the parameter that is a document's id."""

    path: str
    name: str
    needs: tuple[str, ...]

    def about(self) -> dict[str, str]:
        """Parameters of an activity and an agent that nobody used before."""
        made = {
            "activityId": f"https://lms.example.org/activities/{uuid.uuid4()}",
            "agent": json.dumps({"mbox": f"mailto:{uuid.uuid4()}@example.org"}),
        }
        return {name: made[name] for name in self.needs}


class Desk:
    """One place's documents, asked for in short."""

    def __init__(self, client: Client, place: Place) -> None:
        self.client, self.place, self.about = client, place, place.about()

    def ask(
        self,
        method: str,
        status: int,
        name: str | None = "a",
        body: Any = None,
        headers: dict[str, str] | None = None,
        **parameters: str,
    ) -> httpx2.Response:
        given = {**self.about, **parameters}
        if name is not None:
            given[self.place.name] = name
        if method == "PUT":
            headers = {**NEW, **(headers or {})}
        return Asked(method, self.place.path, status, given, body, headers or {}).send(self.client)

    def without(self, method: str, parameter: str) -> None:
        """A request that lacks one parameter is refused."""
        given = {**self.about, self.place.name: "a"}
        del given[parameter]
        body = {"x": 1} if method in {"PUT", "POST"} else None
        headers = NEW if method == "PUT" else {}
        Asked(method, self.place.path, 400, given, body, headers).send(self.client)

    def names(self, **parameters: str) -> list[str]:
        found: list[str] = self.ask("GET", 200, None, **parameters).json()
        return found


STATE = Place("/xapi/activities/state", "stateId", ("activityId", "agent"))
AGENT = Place("/xapi/agents/profile", "profileId", ("agent",))
ACTIVITY = Place("/xapi/activities/profile", "profileId", ("activityId",))
PLACES = (STATE, AGENT, ACTIVITY)
Work = Callable[[Desk], None]
METHODS = ("PUT", "POST", "GET", "DELETE")


def at(place: Place, numbers: int | tuple[int, ...], name: str, work: Work) -> Case:
    def run(client: Client) -> None:
        work(Desk(client, place))

    return Case(numbered(numbers), f"{place.path[6:]} {name}", run)


def puts(desk: Desk) -> None:
    desk.ask("PUT", 204, body={"x": 1})
    assert desk.ask("GET", 200).json() == {"x": 1}


def posts(desk: Desk) -> None:
    desk.ask("POST", 204, body={"x": 1})
    assert desk.ask("GET", 200).json() == {"x": 1}


def gets(desk: Desk) -> None:
    desk.ask("PUT", 204, body=b"\x00\xff binary", headers=TEXT)
    found = desk.ask("GET", 200)
    assert found.content == b"\x00\xff binary"
    assert found.headers["content-type"] == "text/plain"
    assert found.headers["etag"].strip('"')
    desk.ask("GET", 404, "b")


def deletes(desk: Desk) -> None:
    desk.ask("PUT", 204, body={"x": 1})
    desk.ask("PUT", 204, "b", body={"x": 1})
    desk.ask("DELETE", 204)
    desk.ask("GET", 404)
    assert desk.names() == ["b"]


def lists(desk: Desk) -> None:
    assert desk.names() == []
    for name in ("a", "b"):
        desk.ask("PUT", 204, name, body={"x": 1})
    assert sorted(desk.names()) == ["a", "b"]


def since(desk: Desk) -> None:
    desk.ask("PUT", 204, body={"x": 1})
    assert desk.names(since=PAST) == ["a"]
    assert desk.names(since=FUTURE) == []


def bad_since(desk: Desk) -> None:
    for bad in ("yesterday", "", "2026-13-01T00:00:00Z"):
        desk.ask("GET", 400, None, since=bad)


def merges(desk: Desk) -> None:
    desk.ask("PUT", 204, body={"kept": 1, "deep": {"a": 1, "b": 2}})
    desk.ask("POST", 204, body={"deep": {"c": 3}, "new": [1]})
    assert desk.ask("GET", 200).json() == {"kept": 1, "deep": {"c": 3}, "new": [1]}


def merges_json_only(desk: Desk) -> None:
    desk.ask("PUT", 204, body=b"text", headers=TEXT)
    desk.ask("POST", 400, body={"x": 1})
    assert desk.ask("GET", 200).content == b"text"
    desk.ask("PUT", 204, "b", body={"x": 1})
    desk.ask("POST", 400, "b", body=b"text", headers=TEXT)
    assert desk.ask("GET", 200, "b").json() == {"x": 1}


def merges_objects_only(desk: Desk) -> None:
    desk.ask("PUT", 204, body={"x": 1})
    for bad in ([1], 1, "text", None):
        desk.ask("POST", 400, body=json.dumps(bad).encode(), headers=JSON)
    assert desk.ask("GET", 200).json() == {"x": 1}
    desk.ask("PUT", 204, "b", body=[1])
    desk.ask("POST", 400, "b", body={"x": 1})
    assert desk.ask("GET", 200, "b").json() == [1]


def no_json(desk: Desk) -> None:
    for bad in (b"{", b"x=1", b'{"a":1,}', b"\xff"):
        desk.ask("POST", 400, body=bad, headers=JSON)
    desk.ask("GET", 404)


def is_there(desk: Desk) -> None:
    desk.ask("GET", 200, None)
    desk.ask("HEAD", 200, None)


def lacks(method: str, parameter: str) -> Work:
    return lambda desk: desk.without(method, parameter)


def bad(method: str, parameter: str, *values: str) -> Work:
    def work(desk: Desk) -> None:
        body = {"x": 1} if method in {"PUT", "POST"} else None
        for value in values:
            desk.ask(method, 400, body=body, **{parameter: value})

    return work


def any_name(method: str) -> Work:
    """An id may be any string; given twice it names nothing."""

    def work(desk: Desk) -> None:
        name = "ž /?&=+%\u2028 a"
        body = {"x": 1} if method in {"PUT", "POST"} else None
        if body is None:
            desk.ask("PUT", 204, name, body={"x": 1})
        desk.ask(method, 200 if method == "GET" else 204, name, body=body)
        given = [*desk.about.items(), (desk.place.name, "a"), (desk.place.name, "b")]
        twice = desk.client.request(
            method, desk.place.path, params=given, content=b"{}", headers={**JSON, **NEW}
        )
        assert twice.status_code == 400

    return work


def conditional(desk: Desk) -> None:
    desk.ask("PUT", 204, body={"x": 1})
    desk.ask("PUT", 412, body={"x": 2})
    tag = desk.ask("GET", 200).headers["etag"]
    assert tag.startswith('"')
    for method in ("PUT", "POST", "DELETE"):
        sent = {"If-Match": '"0000"', "If-None-Match": ""} if method == "PUT" else {}
        given = {**desk.about, desk.place.name: "a"}
        body = None if method == "DELETE" else b'{"x":3}'
        headers = {**(JSON if body else {}), **sent, "If-Match": '"0000"'}
        headers.pop("If-None-Match", None)
        Asked(method, desk.place.path, 412, given, body, headers).send(desk.client)
    assert desk.ask("GET", 200).json() == {"x": 1}
    given = {**desk.about, desk.place.name: "a"}
    Asked("PUT", desk.place.path, 204, given, {"x": 4}, {"If-Match": tag}).send(desk.client)
    assert desk.ask("GET", 200).json() == {"x": 4}


def unconditional(desk: Desk) -> None:
    """PUT with neither header: 409 over a document; in 1.0.x 400 for a new one."""
    desk.ask("PUT", 204, body={"x": 1})
    given = {**desk.about, desk.place.name: "a"}
    answer = Asked("PUT", desk.place.path, 409, given, {"x": 2}).send(desk.client)
    assert answer.text
    assert desk.ask("GET", 200).json() == {"x": 1}
    new = 400 if desk.client.version == V1 else 204
    Asked("PUT", desk.place.path, new, {**given, desk.place.name: "b"}, {"x": 2}).send(desk.client)


def state_registration(method: str) -> Work:
    def work(desk: Desk) -> None:
        one = str(uuid.uuid4())
        desk.ask("PUT", 204, body={"x": 1}, registration=one)
        if method == "POST":
            desk.ask("POST", 204, body={"y": 2}, registration=one)
        desk.ask("GET", 404, registration=str(uuid.uuid4()))
        found = desk.ask("GET", 200, registration=one).json()
        assert found == ({"x": 1, "y": 2} if method == "POST" else {"x": 1})
        desk.ask("DELETE", 204, registration=str(uuid.uuid4()))
        desk.ask("GET", 200, registration=one)
        desk.ask("DELETE", 204, registration=one)
        desk.ask("GET", 404, registration=one)

    return work


def deletes_all(desk: Desk) -> None:
    lists(desk)
    desk.ask("DELETE", 204, None)
    assert desk.names() == []


# What is shown: (its numbers for State, for agents' profiles, for activities' profiles)
SHARED: tuple[tuple[Work, str, tuple[int, ...], tuple[int, ...], tuple[int, ...]], ...] = (
    (puts, "PUT", (190,), (273,), (287, 293)),
    (posts, "POST", (189, 231, 233), (272, 280, 283), (286, 292, 310, 312)),
    (gets, "GET", (188, 192, 217), (259, 269), (288,)),
    (deletes, "DELETE", (187, 191, 216), (271,), (285, 291)),
    (lists, "ids", (193,), (270, 274), (289, 290)),
    (since, "since", (141, 195, 221, 222), (141, 268, 275), (141, 294, 303)),
    (bad_since, "bad since", (12, 204), (12, 260), (12, 295)),
    (merges, "merge", (183, 184, 234), (183, 184, 279), (183, 184, 308)),
    (merges_json_only, "merge of JSON alone", (232,), (278,), (309,)),
    (merges_objects_only, "merge of objects alone", (229,), (281,), (313,)),
    (no_json, "no JSON", (235,), (284,), (314,)),
    (is_there, "path", (140, 230), (140, 282), (140, 311)),
    (conditional, "ETags", (322,), (322,), (322,)),
    (any_name("DELETE"), "any id DELETE", (224,), (), (305,)),
    (any_name("GET"), "any id GET", (225,), (), ()),
    (any_name("POST"), "any id POST", (226,), (276,), (306,)),
    (any_name("PUT"), "any id PUT", (228,), (277,), (307,)),
    (gets, "kept apart, kept as sent", (185, 186), (186,), (186,)),
)
# A parameter that is missing: place, parameter, (method, number) …
MISSING: tuple[tuple[Place, str, tuple[tuple[str, int], ...]], ...] = (
    (STATE, "stateId", (("PUT", 206), ("POST", 211))),
    (STATE, "activityId", (("DELETE", 207), ("GET", 208), ("POST", 209), ("PUT", 210))),
    (STATE, "agent", (("DELETE", 212), ("GET", 213), ("POST", 214), ("PUT", 215))),
    (AGENT, "agent", (("GET", 261), ("DELETE", 262), ("POST", 263), ("PUT", 264))),
    (AGENT, "profileId", (("DELETE", 265), ("POST", 266), ("PUT", 267))),
    (ACTIVITY, "activityId", (("GET", 296), ("DELETE", 297), ("POST", 298), ("PUT", 299))),
    (ACTIVITY, "profileId", (("DELETE", 300), ("POST", 301), ("PUT", 302))),
)
NO_AGENTS = ("x", "{", "[]", "1", "{}", '{"name":"x"}', '{"mbox":"x"}', "")
# A parameter that is wrong: place, parameter, values, (method, number) …
WRONG: tuple[tuple[Place, str, tuple[str, ...], tuple[tuple[str, int], ...]], ...] = (
    (STATE, "agent", NO_AGENTS, (("DELETE", 196), ("GET", 197), ("POST", 198), ("PUT", 199))),
    (
        STATE,
        "registration",
        ("x", "", "123"),
        (("DELETE", 200), ("GET", 201), ("POST", 202), ("PUT", 203)),
    ),
    (STATE, "since", (PAST,), (("DELETE", 205), ("DELETE", 223))),
    (AGENT, "agent", NO_AGENTS, (("DELETE", 255), ("POST", 256), ("PUT", 257), ("GET", 258))),
    (ACTIVITY, "agent", ('{"mbox":"mailto:a@b.org"}',), (("GET", 304), ("PUT", 304))),
    (ACTIVITY, "activityId", ("x", ""), (("GET", 12), ("PUT", 12))),
)


def _cases() -> Iterator[Case]:
    for work, name, *numbers in SHARED:
        for place, shown in zip(PLACES, numbers, strict=True):
            if shown:
                yield at(place, shown, name, work)
    for place, parameter, methods in MISSING:
        for method, number in methods:
            yield at(place, number, f"{method} without {parameter}", lacks(method, parameter))
    for place, parameter, values, methods in WRONG:
        for method, number in methods:
            name = f"{method} with a bad {parameter}"
            yield at(place, number, name, bad(method, parameter, *values))
    yield at(AGENT, 273, "PUT without a precondition", unconditional)
    yield at(ACTIVITY, 287, "PUT without a precondition", unconditional)
    yield at(STATE, 194, "DELETE of all", deletes_all)
    for method, number in (("PUT", 218), ("DELETE", 219), ("GET", 220), ("POST", 227)):
        yield at(STATE, number, f"{method} with registration", state_registration(method))


CASES = list(_cases())
