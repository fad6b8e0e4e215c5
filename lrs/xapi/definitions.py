"""One definition of an activity, one display of a verb, out of all that was said of them."""

from collections.abc import Iterable, Mapping
from typing import Any

Definition = dict[str, Any]
_COMPONENT_LISTS = frozenset({"choices", "scale", "source", "target", "steps"})
_INTERACTION = _COMPONENT_LISTS | {"interactionType", "correctResponsesPattern"}


def merged(said: Iterable[Mapping[str, Any]]) -> Definition:
    """What several definitions, earliest first, say together; valid if each of them is.

    Maps are joined member by member, and interaction components of the same id; otherwise the
    latest holds. Another interaction type takes away what belonged to the one before.
    """
    result: Definition = {}
    for one in said:
        if one.get("interactionType", result.get("interactionType")) != result.get(
            "interactionType"
        ):
            result = {name: value for name, value in result.items() if name not in _INTERACTION}
        for name, value in one.items():
            result[name] = _together(name, result.get(name), value)
    return result


def _together(name: str, before: Any, value: Any) -> Any:
    if isinstance(before, dict) and isinstance(value, dict):
        return {**before, **value}
    if name in _COMPONENT_LISTS and before is not None:
        known = {component["id"]: component for component in before}
        return [_component(known.get(component["id"], {}), component) for component in value]
    return value


def _component(before: Definition, component: Definition) -> Definition:
    """The later list says which components there are; what languages they have is joined."""
    texts = {**before.get("description", {}), **component.get("description", {})}
    return {**component, "description": texts} if texts else component
