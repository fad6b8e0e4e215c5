"""From a statement to what it says about learning. Never fails, whatever a statement holds."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from projections import observation as kinds
from projections.contexts import context_of
from projections.digests import digest
from projections.durations import seconds
from projections.extensions import read as read_extensions
from projections.groups import ADDS, GroupChange, group_change
from projections.identities import IdentityChange, identity_change
from projections.instants import SECOND_US, event_time
from projections.observation import Observation
from projections.outcomes import outcome
from projections.people import learners, name_of
from projections.signals import PERSON, Signal, SignalMap
from projections.values import boolean, clean, iri, member, text

VOIDED: Final = "http://adlnet.gov/expapi/verbs/voided"
_DETAIL: Final = 200  # characters of a reason that are the sender's own
_NEEDS_ITEM: Final = frozenset((kinds.ANSWER, kinds.HINT, kinds.SOLUTION, kinds.GOAL))
_AHEAD: Final = frozenset((kinds.ESTIMATE, kinds.GOAL, kinds.PLAN, kinds.OFFER))  # not yet spent
_HELD: Final = frozenset((kinds.PICK, kinds.PIN, kinds.SHARE))  # until it is taken back
_REFERS: Final = frozenset((
    kinds.CHOICE, kinds.ASK_ENDED, kinds.AGREEMENT, kinds.DISPUTE, kinds.SETTLEMENT, kinds.WORK,
    kinds.SHARE, kinds.CONVERSATION,
))  # fmt: skip
_PEOPLE: Final = ("Agent", "Group")
_TEAM: Final = 20  # people named beside the learner
_EMPTY: Final[dict[str, Any]] = {}


class Observed(NamedTuple):
    """Whom a statement tells of and what, or the reason why it says nothing.

    observations: pairs of an agent object as in the statement and an observation.
    unread: a code, after a colon perhaps a detail; None if something was read.
    identities: identities that this statement joins or separates; whatever the signal map says.
    enrolled: a learner who is put in a group, which makes them known: nothing more is told of them.
    """

    observations: tuple[tuple[Mapping[str, Any], Observation], ...]
    unread: str | None
    identities: IdentityChange | None = None
    enrolled: Mapping[str, Any] | None = None


def observe(
    statement: Mapping[str, Any], *, position: int, stored_us: int, signals: SignalMap
) -> Observed:
    """What a statement says, by this signal map alone."""
    verb = iri(member(statement.get("verb"), "id")) or ""
    target, result = _dict(statement.get("object")), _dict(statement.get("result"))
    change = identity_change(verb, target)
    if change is not None:
        return _unread(change) if isinstance(change, str) else Observed((), None, change)
    context, definition = _dict(statement.get("context")), _dict(target.get("definition"))
    group = group_change(verb, target, context)  # what it does to a group, the store finds itself
    if group is not None:
        return _unread(group) if isinstance(group, str) else _grouped(group)
    object_type = definition.get("type")
    if not isinstance(object_type, str):
        object_type = None
    told_of = PERSON if object_type is None and target.get("objectType") in _PEOPLE else object_type
    fields, flags = read_extensions(
        (result.get("extensions"), context.get("extensions"), definition.get("extensions")), signals
    )
    signal = signals.find(verb, told_of) or _by_extension(verb, fields)
    if signal is None:
        return _unread("voiding" if verb == VOIDED else f"no_signal:{verb}")
    who = learners(statement.get("actor"), target, context, signal, signals)
    if isinstance(who, str):
        return _unread(who)
    item = _item(target, signal, fields)
    if signal.learner == "object":
        fields["told_by"] = kinds.OTHER
        item = item or fields.get("goal") or _about(context)
    if item is None and signal.kind in _NEEDS_ITEM:
        return _unread(f"no_item:{verb}")
    kind = _result(result, signal, fields, flags)
    _complete(kind, signal, item, fields, flags)
    _place(context, item, object_type, fields, signals)
    event_us, odd = event_time(statement, stored_us)
    if odd is not None:
        flags.append(odd)
    if _dict(statement.get("actor")).get("objectType") == "Group":
        kind = kinds.COLLABORATION
    if flags:
        fields["flags"] = tuple(dict.fromkeys(flags))
    beside: tuple[Mapping[str, Any], ...] = ()
    if kind in _REFERS:
        beside = _beside(target, context, fields)
    name = text(statement.get("id")) or ""
    made = Observation(name.lower(), position, event_us, stored_us, kind, item, **fields)
    told = [(agent, made) for agent in who]
    if kind == kinds.SHARE:
        them = made._replace(kind=kinds.SHARED_WITH, others=_names(who))
        told += [(agent, them) for agent in beside]
    return Observed(tuple(told), None)


def _grouped(group: GroupChange) -> Observed:
    return Observed((), None, enrolled=group.agent if group.kind == ADDS else None)


def _unread(reason: str) -> Observed:
    return Observed((), clean(reason)[:_DETAIL])


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else _EMPTY


_REFLECTION: Final = Signal(kinds.REFLECTION)
_CONFIDENCE: Final = Signal(kinds.CONFIDENCE)


def _by_extension(verb: str, fields: Mapping[str, Any]) -> Signal | None:
    """An unknown verb may still carry a reflection or a confidence."""
    if verb == VOIDED:
        return None
    if "reflection" in fields:
        return _REFLECTION
    return _CONFIDENCE if "confidence" in fields else None


def _item(target: Mapping[str, Any], signal: Signal, fields: dict[str, Any]) -> str | None:
    """The base activity: of a hint or a shown answer, the question it belongs to."""
    kind = target.get("objectType")
    if kind == "SubStatement":  # a plan may tell what is to be done
        target = _dict(target.get("object"))
        kind = target.get("objectType")
    if kind is not None and kind != "Activity":
        return None
    item = iri(target.get("id"))
    suffix = signal.suffix
    if item is None or suffix is None:
        return item
    if suffix.endswith("/"):
        base, found, level = item.rpartition(suffix)
        if found and base and level.isascii() and level.isdigit() and len(level) < 7:
            fields.setdefault("hint_level", int(level))
            return base
        return item
    return item.removesuffix(suffix) or item


def _about(context: Mapping[str, Any]) -> str | None:
    """What somebody's statement about a learner is about: the first of the other activities."""
    others = member(context.get("contextActivities"), "other")
    return iri(member(others[0] if isinstance(others, list) and others else others, "id"))


def _beside(
    target: Mapping[str, Any], context: Mapping[str, Any], fields: dict[str, Any]
) -> tuple[Mapping[str, Any], ...]:
    """Add the statement that this one is about, and the people named beside the learner; those
    of them who learn here."""
    referred = target if target.get("objectType") == "StatementRef" else context.get("statement")
    if (name := text(member(referred, "id"))) is not None:
        fields["refers"] = name.lower()
    team = member(context.get("team"), "member")
    team = team[:_TEAM] if isinstance(team, list) else ()
    found = tuple([one for one in team if isinstance(one, dict)])
    fields["others"] = _names((*found, _dict(context.get("instructor"))))
    return found


def _names(people: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """Who they are, in short."""
    names = [name for one in people if (name := name_of(one)) is not None]
    return tuple(dict.fromkeys(map(digest, names)))


def _result(
    result: Mapping[str, Any], signal: Signal, fields: dict[str, Any], flags: list[str]
) -> str:
    """Add what the result says; the kind, which may depend on there being a result."""
    if not result and signal.success is None:
        return signal.without_result or signal.kind
    success, score, odd = outcome(result, signal.success) if result else (signal.success, None, ())
    flags.extend(odd)
    if success is not None:
        fields["success"] = success
    if score is not None:
        fields["score"] = score
    response = result.get("response")
    if isinstance(response, str):
        fields["response"] = clean(response)[:1_000]
    if boolean(result.get("completion")) is not None:
        fields["completion"] = result["completion"]
    if (duration := result.get("duration")) is not None:
        length = seconds(duration)
        if length is None:
            flags.append("duration_unusable")
        else:
            fields["duration_s"] = length
    if signal.without_result and success is None and score is None:
        return signal.without_result
    return signal.kind


def _complete(
    kind: str, signal: Signal, item: str | None, fields: dict[str, Any], flags: list[str]
) -> None:
    """What the kind of signal adds to the fields."""
    reflection = fields.pop("reflection", None)
    if reflection is not None:
        flags.append("reflection")
        fields.setdefault("value", reflection)
    if kind in _AHEAD and "duration_s" in fields:
        fields.setdefault("planned_s", fields.pop("duration_s"))
    if kind == kinds.PROGRESS and "progress" not in fields and "score" in fields:
        fields["progress"] = fields["score"]  # SCORM
    elif kind in (kinds.GOAL, kinds.PLAN):
        fields["goal_state"] = signal.goal or "set"
        fields.setdefault("goal", item)
        if "due_us" not in fields and "start_us" in fields and "planned_s" in fields:
            fields["due_us"] = fields["start_us"] + int(fields["planned_s"] * SECOND_US)
    elif kind == kinds.CHOICE and signal.choice:
        fields["choice"] = signal.choice
    elif kind in _HELD and signal.goal:
        fields["goal_state"] = signal.goal
    elif kind == kinds.PREFERENCE and "value" not in fields and fields.get("response"):
        fields["value"] = fields["response"]
    elif kind == kinds.SOLUTION:
        fields["bottom_out"] = True


def _place(
    context: Mapping[str, Any], item: str | None, object_type: str | None,
    fields: dict[str, Any], signals: SignalMap,
) -> None:  # fmt: skip
    """Where it happened, and the skills that the statement names itself."""
    objectives, parent, course, group = context_of(context, signals)
    if item is not None and object_type is not None:
        if object_type in signals.course_types:
            course = item
        elif object_type in signals.skill_types:
            objectives = (item, *(one for one in objectives if one != item))
    if "objectives" in fields:
        named = fields["objectives"]
        objectives = (*named, *(one for one in objectives if one not in named))
    fields["objectives"] = objectives
    fields["parent"] = parent
    fields["course"] = course
    fields["group"] = group
    registration = text(context.get("registration"))
    if registration is not None:
        fields["registration"] = registration.lower()
