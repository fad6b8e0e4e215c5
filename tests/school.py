"""A school over HTTP: two learners, their teacher, an analyst, and what each of them may ask."""

import json
from typing import Any

import httpx2

from http_server import Server
from lrs.storage.administration.groups import Groups
from lrs.storage.administration.people import People
from lrs.storage.administration.stores import Stores
from lrs.storage.administration.tokens import AccessTokens
from projecting import answer

S = "https://lms.example.org/skills"
HOSTILE = "</td><script>alert('é')</script>\u202e𝒳"


class School:
    """ann and ben in tina's group; carl is an analyst, ada an administrator."""

    def __init__(self, server: Server) -> None:
        self.server, database = server, server.database()
        self.client = httpx2.Client(timeout=30)
        sent = [answer("ann", n, n) for n in range(4)] + [answer("ben", 1, 1)]
        sent[0]["object"]["definition"] = {"name": {"en": HOSTILE}}
        tool = self.tool = server.client(store="default")
        posted = tool.post("/xapi/statements", json=sent)
        self.first = posted.json()[0]
        self.ids = {}
        for name in ("ann", "ben"):
            found = tool.get("/api/v1/learners", params={
                "agent": json.dumps({"mbox": f"mailto:{name}@example.org"}),
                "wait_for": posted.headers["x-lrs-position"],
            })  # fmt: skip
            self.ids[name] = found.json()["items"][0]["id"]
        state = {
            "stateId": "bookmark", "activityId": "https://lms.example.org/items/1",
            "agent": json.dumps({"mbox": "mailto:ann@example.org"}),
        }  # fmt: skip
        stored = tool.put("/xapi/activities/state", params=state, content=b"\xff\x00page 3",
                          headers={"Content-Type": "application/octet-stream"})  # fmt: skip
        assert stored.status_code == 204, stored.text
        people, groups = People(database), Groups(database, origin=server.url)
        self.stores = Stores(database)
        store = self.stores.get("default")
        self.tokens = {}
        for name, role in (
            ("ann", "learner"), ("ben", "learner"), ("tina", "teacher"), ("carl", "analyst"),
            ("ada", "administrator"),
        ):  # fmt: skip
            person = people.create(name, role)
            self.tokens[name] = AccessTokens(database).create(person, "test", 1)[1]
            if role == "learner":
                groups.identify(store, person, f"{name}@example.org")
            elif role == "teacher":
                group = groups.create(store, "7b")
                groups.add(store, group, ["ann@example.org", "ben@example.org"])
                groups.teach(store, group, person)

    def ask(
        self, who: str, method: str, path: str, status: int, about: str = "ann", **given: Any
    ) -> httpx2.Response:
        headers = {"Authorization": f"Bearer {self.tokens[who]}", **given.pop("headers", {})}
        url = f"{self.server.url}/api/v1/learners/{self.ids[about]}/{path}".rstrip("/")
        found = self.client.request(method, url, headers=headers, **given)
        assert found.status_code == status, found.text
        return found

    def raw(self, who: str, path: str, content: bytes, about: str = "ann") -> httpx2.Response:
        """Whatever is answered to a POST of these bytes."""
        headers = {
            "Authorization": f"Bearer {self.tokens[who]}", "Content-Type": "application/json",
        }  # fmt: skip
        url = f"{self.server.url}/api/v1/learners/{self.ids[about]}/{path}"
        return self.client.post(url, headers=headers, content=content)

    def write(self, who: str, path: str, body: Any, status: int = 201, about: str = "ann") -> Any:
        return self.ask(who, "POST", path, status, about, json=body).json()

    def read(self, who: str, path: str, after: Any, about: str = "ann", **query: Any) -> Any:
        query = {"wait_for": after["position"], **query}
        return self.ask(who, "GET", path, 200, about, params=query).json()

    def shared_plans(self, who: str, status: int = 200, **query: Any) -> Any:
        found = self.client.get(
            f"{self.server.url}/api/v1/shared-plans", params=query,
            headers={"Authorization": f"Bearer {self.tokens[who]}"},
        )  # fmt: skip
        assert found.status_code == status, found.text
        return found.json()
