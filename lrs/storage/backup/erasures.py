"""Erasures that a restored backup does not know of are applied again."""

from lrs.errors import NotFound
from lrs.storage.administration.stores import Store, Stores
from lrs.storage.database.session import Session
from lrs.storage.erasure import records
from lrs.storage.erasure.erasing import Eraser
from lrs.storage.erasure.outside import Line, OutsideErasures

_SAME = "SELECT entry FROM log WHERE store = ? AND position = ? AND document IS NOT NULL"


def apply_again(eraser: Eraser, outside: OutsideErasures) -> int:
    """Apply every erasure of the file that the database has not; how many those were.

    A statement goes only if it is the very one that was erased: position and entry are the same.
    """
    whole: dict[tuple[str, int], list[Line]] = {}
    for line in outside.lines():
        whole.setdefault((line.store, line.begun_us), []).append(line)
    stores, applied = Stores(eraser.database), 0
    for (name, begun_us), lines in whole.items():
        try:
            store = stores.get(name)
        except NotFound:
            continue  # made after the backup
        known = [
            one
            for one in records.all_of(eraser.database, store.id)
            if one.begun_us == begun_us and one.finished_us is not None
        ]
        if not known:
            eraser.again(store, lines[0], _there(eraser, store, lines))
            applied += 1
    return applied


def _there(eraser: Eraser, store: Store, lines: list[Line]) -> list[int]:
    found = []
    with eraser.database.read() as connection:
        session = Session(connection)
        for position, entry in (one for line in lines for one in line.statements):
            row = session.row(_SAME, (store.id, position))
            if row is not None and bytes(row[0]) == entry:
                found.append(position)
    return sorted(set(found))
