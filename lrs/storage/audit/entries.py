"""Reading the audit: newest first, by who did what to whom, and when."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

import orjson

from lrs.errors import NotFound
from lrs.storage.administration.stores import AUDIT, Store, Stores
from lrs.storage.audit.audit import BASE, DETAILS, STORE
from lrs.storage.database.engine import Database
from lrs.storage.database.session import Session
from lrs.storage.log.entries import short
from lrs.storage.log.framing import Framer
from lrs.xapi.references import identity

_READ = "SELECT position, document FROM log WHERE store = ? AND position < ?"
_ORIGINS = "SELECT body FROM authorities WHERE store = ?"
_FIRST_COMMIT = (
    "SELECT position FROM commits WHERE store = ? AND stored_us >= ? ORDER BY stored_us LIMIT 1"
)
_END = 2**62


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which acts. by: an account, such as `user-3`. verb: such as `exported`. kind, about: what
    it was done to; `about` goes with `kind`. since_us, until_us: from then on, and before then.
    others: more kinds and things like the first; an act on any of them will do."""

    by: str | None = None
    verb: str | None = None
    kind: str | None = None
    about: str | None = None
    since_us: int | None = None
    until_us: int | None = None
    others: tuple[tuple[str, str], ...] = ()


_ALL = Wanted()


def acts(
    database: Database, framer: Framer, stores: Stores, wanted: Wanted = _ALL, *,
    before: int | None = None, limit: int = 100,
) -> list[dict[str, Any]]:  # fmt: skip
    """The acts before a position, the newest first; none while nothing was ever recorded.

    Each condition is an index of the log.
    """
    try:
        store = stores.get(AUDIT)
    except NotFound:
        return []
    with database.read() as connection:
        session = Session(connection)
        end = min(_END if before is None else before, _position(session, store, wanted.until_us))
        start = 0 if wanted.since_us is None else _position(session, store, wanted.since_us)
        conditions, values = _conditions(session, store, wanted)
        query = f"{_READ} AND position >= ?{conditions} ORDER BY position DESC LIMIT ?"
        rows = session.rows(query, (store.id, end, start, *values, limit))
    return [_plain(position, framer.unframe(bytes(body))) for position, body in rows]


def _position(session: Session, store: Store, moment_us: int | None) -> int:
    """The first position stored at a moment or after it: each act is a commit of its own."""
    if moment_us is None:
        return _END
    row = session.row(_FIRST_COMMIT, (store.id, min(moment_us, _END)))
    return _END if row is None else int(row[0])


def _conditions(session: Session, store: Store, wanted: Wanted) -> tuple[str, list[int]]:
    text, values = "", []
    if wanted.by is not None:
        agents = sorted(_agents(session, store, wanted.by))
        text += f" AND agent IN ({', '.join('?' * len(agents))})"
        values += agents
    if wanted.verb is not None:
        text += " AND verb = ?"
        values.append(short(store.keys.verb(f"{BASE}verbs/{wanted.verb}")))
    if wanted.kind is not None and wanted.about is not None:
        things = [(wanted.kind, wanted.about), *wanted.others]
        iris = [f"{BASE}audit/{kind}/{quote(about, safe='')}" for kind, about in things]
        text += f" AND activity IN ({', '.join('?' * len(iris))})"
        values += [short(store.keys.activity(iri)) for iri in iris]
    return text, values


def _agents(session: Session, store: Store, by: str) -> set[int]:
    """The keys of an account: this server may have had other addresses before."""
    homes = {
        orjson.loads(bytes(body))["account"]["homePage"]
        for (body,) in session.rows(_ORIGINS, (store.id,))
    } | {""}
    names = (identity({"account": {"homePage": home, "name": by}}) or "" for home in homes)
    return {short(store.keys.agent(name)) for name in names}


def _plain(position: int, document: bytes) -> dict[str, Any]:
    value = orjson.loads(document)
    kind, _, about = value["object"]["id"].removeprefix(f"{BASE}audit/").partition("/")
    extensions = value.get("context", {}).get("extensions", {})
    return {
        "position": position,
        "at": value["stored"],
        "by": value["actor"]["account"]["name"],
        "verb": value["verb"]["id"].removeprefix(f"{BASE}verbs/"),
        "kind": kind,
        "about": unquote(about),
        "store": extensions.get(STORE),
        "details": extensions.get(DETAILS, {}),
        "statement": value["id"],
    }
