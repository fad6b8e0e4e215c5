"""Statements as a reader asks for them: `ids` and `canonical`.

xAPI 1.0.3, Communication 2.1.3. These work on parsed values and leave the originals alone.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from lrs.xapi.languages import choose
from lrs.xapi.rules import IDENTIFIERS

Value = dict[str, Any]
Lookup = Callable[[str], Mapping[str, Any] | None]
_AGENT_TYPES = frozenset({"Agent", "Group"})
_COMPONENT_LISTS = ("choices", "scale", "source", "target", "steps")
_QUALITY = re.compile(r"(?:0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)")
_RANGE = re.compile(r"\*|[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")
_LONGEST_HEADER = 2000


class _Change:
    """What one format makes of a statement's agents, verbs and activities."""

    def __init__(
        self,
        agent: Callable[[Value], Value],
        verb: Callable[[Value], Value],
        activity: Callable[[Value], Value],
    ) -> None:
        self._agent, self._verb, self._activity = agent, verb, activity

    def statement(self, value: Value) -> Value:
        changed = {
            **value,
            "actor": self._agent(value["actor"]),
            "verb": self._verb(value["verb"]),
            "object": self._object(value["object"]),
        }
        if "context" in value:
            changed["context"] = self._context(value["context"])
        if "authority" in value:
            changed["authority"] = self._agent(value["authority"])
        return changed

    def _object(self, value: Value) -> Value:
        kind = value.get("objectType", "Activity")
        if kind == "Activity":
            return self._activity(value)
        if kind == "SubStatement":
            return self.statement(value)
        return self._agent(value) if kind in _AGENT_TYPES else value

    def _context(self, value: Value) -> Value:
        changed = dict(value)
        for name in ("instructor", "team"):
            if name in value:
                changed[name] = self._agent(value[name])
        for name, member in (("contextAgents", "agent"), ("contextGroups", "group")):
            if name in value:
                changed[name] = [
                    {**item, member: self._agent(item[member])} for item in value[name]
                ]
        if "contextActivities" in value:
            changed["contextActivities"] = {
                kind: [self._activity(one) for one in ([some] if isinstance(some, dict) else some)]
                for kind, some in value["contextActivities"].items()
            }
        return changed


def ids_only(value: Value) -> Value:
    """Only what identifies agents, groups, verbs and activities; anonymous groups keep members."""
    return _IDS.statement(value)


def _agent_id(value: Value) -> Value:
    kept = {name: value[name] for name in ("objectType", *IDENTIFIERS) if name in value}
    if "member" in value and not any(name in value for name in IDENTIFIERS):
        kept["member"] = [_agent_id(member) for member in value["member"]]
    return kept


def _verb_id(value: Value) -> Value:
    return {"id": value["id"]}


def _activity_id(value: Value) -> Value:
    return {"id": value["id"]}  # what has no objectType is an Activity wherever one may stand


_IDS = _Change(_agent_id, _verb_id, _activity_id)


def canonical(
    value: Value, definitions: Lookup, displays: Lookup, languages: Sequence[str]
) -> Value:
    """Activities and verbs with the definition and display the LRS holds, in one language each.

    definitions, displays: what is held of an activity or a verb id; where they know nothing, the
    statement's own stays. languages: as `accept_language` gives them. Agents stay as sent.
    """

    def verb(own: Value) -> Value:
        display = displays(own["id"]) or own.get("display")
        return {**own, "display": one_language(display, languages)} if display else own

    def activity(own: Value) -> Value:
        definition = definitions(own["id"]) or own.get("definition")
        return {**own, "definition": in_one_language(definition, languages)} if definition else own

    return _Change(lambda agent: agent, verb, activity).statement(value)


def in_one_language(definition: Mapping[str, Any], languages: Sequence[str]) -> Value:
    """An activity definition with one entry left in each of its language maps."""
    changed = dict(definition)
    for name in ("name", "description"):
        if name in definition:
            changed[name] = one_language(definition[name], languages)
    for name in _COMPONENT_LISTS:
        if name in definition:
            changed[name] = [
                {**component, "description": one_language(component["description"], languages)}
                if "description" in component
                else component
                for component in definition[name]
            ]
    return changed


def one_language(texts: Mapping[str, str], languages: Sequence[str]) -> dict[str, str]:
    """The entry of a language map that suits the reader best; an empty map stays empty."""
    if len(texts) < 2:
        return dict(texts)
    tag = choose(texts, languages)
    return {tag: texts[tag]}


def accept_language(header: str) -> list[str]:
    """Language ranges of an Accept-Language header, best first; what is not one is passed over.

    Ranges of quality 0 come last, behind `*`, so that they are taken only where nothing else is.
    """
    wanted: list[tuple[float, str]] = []
    refused: list[str] = []
    for part in header[:_LONGEST_HEADER].split(","):
        language, *parameters = (piece.strip() for piece in part.split(";"))
        quality = 1.0
        for parameter in parameters:
            name, _, number = parameter.partition("=")
            if name.strip().lower() == "q":
                number = number.strip()
                quality = float(number) if _QUALITY.fullmatch(number) else 0.0
        if not _RANGE.fullmatch(language):
            continue
        if quality > 0:
            wanted.append((quality, language))
        else:
            refused.append(language)
    wanted.sort(key=lambda item: -item[0])
    ranges = [language for _, language in wanted]
    if refused and "*" not in ranges and "*" not in refused:
        ranges.append("*")
    return ranges + refused
