"""What the audit says of every route that changes something. A route that is in neither list fails
the test that reads them.

The steps are taken in this order by an administrator, each with what the earlier ones made.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from access_table import PERSONAL

V1 = "/api/v1"
PASSWORD = "correct horse battery"
ADA, BOB = "ada@example.org", "bob@example.org"
_CSV = "activity,skill\nhttps://x.example/item,https://x.example/skill\n"
_MAP = '{"signals": []}'
Made = dict[str, Any]


@dataclass(frozen=True)
class Step:
    """A request that succeeds, and the act that it records."""

    route: tuple[str, str]
    verb: str
    kind: str
    body: Any = None  # JSON, text, or a function of what was made before
    query: dict[str, str] = field(default_factory=dict)
    learn: Callable[[Made, Any], object] | None = None
    own: bool = False  # done by the teacher, who has just signed in
    signs_in: bool = False  # the teacher signs in beforehand


def _credential(made: Made, answer: Any) -> None:
    made["key"] = answer["key"]


def _user(made: Made, answer: Any) -> None:
    made["name"] = answer["name"]


def _group(made: Made, answer: Any) -> None:
    made["group_id"] = answer["id"]


def _share(made: Made, answer: Any) -> None:
    made["share_id"] = answer["id"]


def _token(made: Made, answer: Any) -> None:
    made["token_id"] = answer["id"]


def _survivor(made: Made, answer: Any) -> None:
    made["learner_id"] = answer["survivor"]


def _number(made: Made, answer: Any) -> None:
    made["number"] = 0  # back to what is built in


STEPS: list[Step] = [
    Step(("POST", f"{V1}/credentials"), "created", "credential", {"name": "x"}, {}, _credential),
    Step(("POST", f"{V1}/credentials/{{key}}/rotate"), "rotated", "credential", {}),
    Step(("DELETE", f"{V1}/credentials/{{key}}"), "revoked", "credential"),
    Step(
        ("POST", f"{V1}/users"), "created", "user",
        {"name": "tina", "role": "teacher", "password": PASSWORD}, {}, _user,
    ),
    Step(("PATCH", f"{V1}/users/{{name}}"), "gave-password", "user", {"password": PASSWORD}),
    Step(("PATCH", f"{V1}/users/{{name}}"), "assigned", "user", {"role": "teacher"}),
    Step(("PATCH", f"{V1}/users/{{name}}"), "disabled", "user", {"disabled": True}),
    Step(("PATCH", f"{V1}/users/{{name}}"), "enabled", "user", {"disabled": False}),
    Step(("PUT", f"{V1}/users/{{name}}/learner"), "identified", "user", {"learner": ADA}),
    Step(("DELETE", f"{V1}/users/{{name}}/sessions"), "ended-sessions", "user", signs_in=True),
    Step(("DELETE", f"{V1}/sessions"), "ended-sessions", "user", own=True),
    Step(("POST", f"{V1}/groups"), "created", "group", {"name": "7b"}, {}, _group),
    Step(("PATCH", f"{V1}/groups/{{group_id}}"), "renamed", "group", {"name": "8b"}),
    Step(
        ("POST", f"{V1}/groups/{{group_id}}/members"), "added-members", "group",
        {"learners": [ADA, BOB]},
    ),
    Step(
        ("POST", f"{V1}/groups/{{group_id}}/members/remove"), "removed-members", "group",
        {"learners": [BOB]},
    ),
    Step(("PUT", f"{V1}/groups/{{group_id}}/teachers/{{name}}"), "appointed", "group"),
    Step(("DELETE", f"{V1}/groups/{{group_id}}/teachers/{{name}}"), "relieved", "group"),
    Step(("POST", f"{V1}/users"), "created", "user", {"name": "cora", "role": "coach"}),
    Step(
        ("POST", f"{V1}/groups/{{group_id}}/shares"), "shared", "group",
        {"name": "cora", "learner": ADA, "until": "2099-01-31", "words": True}, {}, _share,
    ),
    Step(("DELETE", f"{V1}/groups/{{group_id}}/shares/{{share_id}}"), "unshared", "group"),
    Step(("DELETE", f"{V1}/groups/{{group_id}}"), "removed", "group"),
    Step(("POST", f"{V1}/tokens"), "created", "token", {"name": "notebook"}, {}, _token),
    Step(("DELETE", f"{V1}/tokens/{{token_id}}"), "revoked", "token"),
    Step(
        ("POST", f"{V1}/identities/join"), "joined", "learner",
        {"identities": [ADA, BOB]}, {}, _survivor,
    ),
    Step(("POST", f"{V1}/identities/separate"), "separated", "learner", {"identity": BOB}),
    Step(("POST", f"{V1}/alignments"), "adopted", "alignment", _CSV, {"name": "a"}, _number),
    Step(("POST", f"{V1}/alignments/{{number}}/adopt"), "adopted", "alignment"),
    Step(("POST", f"{V1}/signals"), "adopted", "signals", _MAP),
    Step(("POST", f"{V1}/signals/versions/{{number}}/adopt"), "adopted", "signals"),
    Step(("PUT", f"{V1}/signals"), "adopted", "signals", _MAP),
    Step(("POST", f"{V1}/learners/{{learner_id}}/erase"), "erased", "learner", {}),
]  # fmt: skip

# (method, path): why nothing is recorded of it
EXCEPTED: dict[tuple[str, str], str] = dict.fromkeys(
    (
        *PERSONAL,
        ("POST", f"{V1}/learners/{{learner_id}}/next"),
        ("POST", f"{V1}/learners/{{learner_id}}/next/choices"),
    ),
    "it is a statement of the store's own log, with who said it",
)

# the forms of administrators' pages, sent in this order: what each records, of which kind. The
# values stand for the person and the group that the first of them made
FORMS: list[tuple[str, dict[str, str], str, str]] = [
    ("/people", {"name": "tess", "role": "learner"}, "created", "user"),
    ("/people/{person}", {"act": "link"}, "made-link", "user"),
    ("/people/{person}", {"act": "role", "role": "teacher"}, "assigned", "user"),
    ("/people/{person}", {"act": "disable"}, "disabled", "user"),
    ("/people/{person}", {"act": "enable"}, "enabled", "user"),
    ("/people/{person}", {"act": "identify", "store": "default", "learner": ADA}, "identified",
     "user"),
    ("/people/{person}", {"act": "forget", "store": "default"}, "identified", "user"),
    ("/groups", {"name": "9a", "store": "default"}, "created", "group"),
    ("/groups/default/{group}/settings", {"act": "rename", "name": "9b"}, "renamed", "group"),
    ("/groups/default/{group}/settings", {"act": "add", "learners": f"{ADA}\r\n{BOB}"},
     "added-members", "group"),
    ("/groups/default/{group}/settings", {"act": "remove", "learner": BOB}, "removed-members",
     "group"),
    ("/groups/default/{group}/settings", {"act": "appoint", "teacher": "tess"}, "appointed",
     "group"),
    ("/groups/default/{group}/settings", {"act": "relieve", "teacher": "tess"}, "relieved",
     "group"),
]  # fmt: skip
