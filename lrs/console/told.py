"""A statement in words: who did what, and what came of it."""

from typing import Any, NamedTuple

from lrs.console import verbs, wording
from lrs.console.language import _
from lrs.console.names import Names


class Told(NamedTuple):
    """When, who did what, and with which result. notes: what else there is to know of it.
    questioned: the learner says that it is wrong, and nobody has settled it."""

    id: str
    when: str | None
    who: str
    verb: str
    object: str
    result: str
    notes: tuple[str, ...] = ()
    questioned: bool = False


def tell(value: dict[str, Any], names: Names, *, worded: bool = True) -> Told:
    """A statement in words. worded: with what somebody wrote in it."""
    verb, target = value["verb"], value["object"]
    result = value.get("result", {})
    if not worded:
        result = {name: told for name, told in result.items() if name != "response"}
    return Told(
        value["id"],
        value["timestamp"] if "timestamp" in value else value.get("stored"),
        wording.agent_name(value["actor"]),
        verbs.told(verb, names),
        _object(target, names),
        wording.result(result),
    )


def _object(target: dict[str, Any], names: Names) -> str:
    kind = target.get("objectType", "Activity")
    if kind == "Activity":
        name = names.text(target.get("definition", {}).get("name"))
        return name or wording.last_part(target["id"])
    if kind == "StatementRef":
        return _("statement {id}").format(id=target["id"])
    if kind == "SubStatement":
        return _("a statement within")
    return wording.agent_name(target)
