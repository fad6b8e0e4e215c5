"""Values that differ from a valid one in a single place, mostly for the worse."""

import copy
from typing import Any

from hypothesis import strategies as st

from strategies import (
    Draw,
    activities,
    actors,
    big_integers,
    booleans,
    free_text,
    iris,
    json_values,
    numbers,
    uuids,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of every value inside, the whole included."""
    found = [path]
    if isinstance(value, (dict, list)):
        for key, member in value.items() if isinstance(value, dict) else enumerate(value):
            found += places(member, (*path, key))
    return found


def replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    """A copy with another value at a path."""
    if not path:
        return new
    changed = copy.copy(value)
    changed[path[0]] = replaced(value[path[0]], path[1:], new)
    return changed


_odd_values = st.one_of(
    st.none(),
    booleans,
    numbers,
    big_integers,
    free_text,
    st.just([]),
    st.just({}),
    st.sampled_from(["", "not an IRI", "mailto:null", "2.0.0", "Group", "SubStatement", "en_US"]),
    iris,
    uuids,
    actors,
    activities,
    json_values,
)


@st.composite
def mutations(draw: Draw, value: Any) -> Any:
    """The value with one place replaced, removed, renamed or joined by a stranger."""
    path = draw(st.sampled_from(places(value)))
    at = value
    for step in path:
        at = at[step]
    kinds = ["replace"] + (["add"] if isinstance(at, dict) else [])
    if path and isinstance(path[-1], str):
        kinds += ["remove", "rename"]
    kind = draw(st.sampled_from(kinds))
    if kind == "replace":
        return replaced(value, path, draw(_odd_values))
    if kind == "add":
        names = st.sampled_from(["name", "extensions", "member", "mbox", "id"]) | free_text
        return replaced(value, path, {**at, draw(names): draw(_odd_values)})
    parent = value
    for step in path[:-1]:
        parent = parent[step]
    rest = {name: member for name, member in parent.items() if name != path[-1]}
    if kind == "rename":
        rest[path[-1].swapcase() or "x"] = at
    return replaced(value, path[:-1], rest)
