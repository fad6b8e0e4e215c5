"""The JSON Schema (2020-12) of a signal map, for editors; `SignalMap` is what decides."""

from typing import Any, Final

from projections.observation import KINDS
from projections.signals import CHOICES, FIELDS, GOAL_STATES

_TEXT: Final = {"type": "string", "minLength": 1}
_TEXTS: Final = {"type": "array", "items": _TEXT}
_NAMED: Final = {"type": "array", "items": _TEXT, "minItems": 1}


def schema() -> dict[str, Any]:
    """Every member of a signal map, with what it means."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Signal map",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "extends": {"const": "built-in", "description": "Add to the map that is built in."},
            "version": {"type": "integer", "minimum": 1},
            "signals": {"type": "array", "items": _row()},
            "extensions": {"type": "object", "additionalProperties": _extension()},
            "skill_types": {**_TEXTS, "description": "Types of activities that are skills."},
            "skill_prefixes": {**_TEXTS, "description": "How ids of skills begin."},
            "course_types": {**_TEXTS, "description": "Types of activities that are courses."},
            "group_types": {**_TEXTS, "description": "Types of activities that are classes."},
            "not_learners": _not_learners(),
        },
    }


def _row() -> dict[str, Any]:
    kinds = {"enum": list(KINDS)}
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["verbs", "kind"],
        "properties": {
            "verbs": _NAMED,
            "objects": {**_NAMED, "description": "Types of the object; * (the default) is any."},
            "kind": {**kinds, "description": "What the statement says."},
            "without_result": {**kinds, "description": "What it says without a result."},
            "success": {"type": "boolean", "description": "The outcome that the verb itself says."},
            "learner": {"enum": ["actor", "object"], "description": "Whom it tells of."},
            "suffix": {**_TEXT, "description": "What stands after the base item in the id."},
            "goal": {"enum": list(GOAL_STATES)},
            "choice": {"enum": list(CHOICES)},
        },
    }


def _extension() -> dict[str, Any]:
    scale = {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1e9}
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["field"],
        "properties": {
            "field": {"enum": list(FIELDS)},
            "scale": {**scale, "description": "The number that stands for 1."},
        },
    }


def _not_learners() -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "name_prefixes": {
                "type": "object",
                "additionalProperties": _TEXT,
                "description": "How names begin that are nobody's, and the reason to note.",
            },
            "agents": {**_TEXTS, "description": "Identifiers of systems and robots."},
        },
    }
