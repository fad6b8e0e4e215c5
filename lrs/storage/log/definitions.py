"""What statements have said of activities, verbs and agents: insert-only, merged at reading."""

from collections.abc import Callable, Iterable
from typing import Any

from lrs.storage.administration.stores import Store
from lrs.storage.database.engine import Database
from lrs.storage.database.session import Session
from lrs.xapi.json import load

_SAID = "SELECT key, position, body FROM definitions WHERE store = ? AND key {among}"


class Definitions:
    """Looks up what was said, each list in the order in which it was first said."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def definitions(self, store: Store, activities: Iterable[str]) -> dict[str, list[Any]]:
        """Definitions of activities, by IRI; those of which nothing was said are left out."""
        return _parsed(self._said(store, activities, store.keys.activity))

    def displays(self, store: Store, verbs: Iterable[str]) -> dict[str, list[Any]]:
        """Displays of verbs, by IRI."""
        return _parsed(self._said(store, verbs, store.keys.verb))

    def names(self, store: Store, identities: Iterable[str]) -> dict[str, list[str]]:
        """Names of agents, by identity."""
        said = self._said(store, identities, store.keys.agent)
        return {identity: [body.decode() for body in bodies] for identity, bodies in said.items()}

    def _said(
        self, store: Store, about: Iterable[str], key: Callable[[str], bytes]
    ) -> dict[str, list[bytes]]:
        by_key = {key(one): one for one in about}
        with self._database.read() as connection:
            session = Session(connection)
            rows = session.among(_SAID, (store.id,), list(by_key))
        found: dict[str, list[bytes]] = {}
        for digest, _, body in sorted(rows, key=lambda row: (row[1], bytes(row[2]))):
            found.setdefault(by_key[bytes(digest)], []).append(bytes(body))
        return found


def _parsed(said: dict[str, list[bytes]]) -> dict[str, list[Any]]:
    return {about: [load(body) for body in bodies] for about, bodies in said.items()}
