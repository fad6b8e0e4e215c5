"""What stands around a statement: its parent, course and group, and the skills it names."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from projections.signals import SignalMap
from projections.values import iri, member, text

_WAYS: Final = ("parent", "grouping", "category", "other")
_SKILLS: Final = 50


class Context(NamedTuple):
    objectives: tuple[str, ...]
    parent: str | None
    course: str | None
    group: str | None


def context_of(context: Mapping[str, Any], signals: SignalMap) -> Context:
    """Told apart by definition type: skills stand among schools, owners and applications."""
    activities = context.get("contextActivities")
    group = _team(context.get("team"))
    if not isinstance(activities, dict):
        return Context((), None, None, group)
    objectives: list[str] = []
    parent = course = None
    for way in _WAYS:
        given = activities.get(way)
        if not given:
            continue
        for activity in given if isinstance(given, list) else (given,):
            name = iri(member(activity, "id"))
            if name is None:
                continue
            kind = _kind(name, member(activity.get("definition"), "type"), signals)
            if kind == "skill":
                objectives.append(name)
                continue
            if way == "parent":
                parent = parent or name
            if kind == "course":
                course = course or name
            elif kind == "group":
                group = group or name
    if len(objectives) > 1:
        objectives = list(dict.fromkeys(objectives))[:_SKILLS]
    return Context(tuple(objectives), parent, course, group)


def _kind(name: str, type_: Any, signals: SignalMap) -> str | None:
    if isinstance(type_, str):
        if type_ in signals.skill_types:
            return "skill"
        if type_ in signals.course_types:
            return "course"
        if type_ in signals.group_types:
            return "group"
    return "skill" if name.startswith(signals.skill_prefixes) else None


def _team(team: Any) -> str | None:
    """A name for an identified group."""
    if not isinstance(team, dict):
        return None
    account = team.get("account")
    if isinstance(account, dict):
        home, name = text(account.get("homePage")), text(account.get("name"))
        return f"{home} {name}" if home and name else None
    for key in ("mbox", "mbox_sha1sum", "openid"):
        if name := text(team.get(key)):
            return name
    return None
