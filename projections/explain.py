"""Why a probability is what it is: the contribution of each term, in five groups for people."""

from collections.abc import Sequence
from typing import Any, Final

from projections.figures import rounded
from projections.weights import TERMS

GROUPS: Final = (
    ("task", "how hard the task is", ("skill_difficulty", "item_difficulty")),
    ("overall", "how you do overall", ("ability", "fast_ability", "form_97", "last", "newness")),
    (
        "skill", "how you do on this skill",
        ("skill_ability", "skill_newness", "form_50", "form_75", "skill_last", "skill_fails",
         "skill_right", "skill_wrong"),
    ),
    (
        "practice", "how much and how lately you practised it",
        ("skill_seen", "lag", "gap_skill", "new_session"),
    ),
    ("met", "you met this very task before", ("item_wins", "item_fails", "gap_item")),
)  # fmt: skip
_PLACE: Final = {name: at for at, name in enumerate(TERMS)}


def explain(values: Sequence[float], weights: Sequence[float], base: float) -> list[dict[str, Any]]:
    """The groups with their terms; contributions add up to the logit.

    base: what every answer begins with, the intercept and calibrated offsets; in the task's group.
    """
    return [_group(name, label, terms, values, weights, base) for name, label, terms in GROUPS]


def _group(
    name: str, label: str, terms: Sequence[str], values: Sequence[float],
    weights: Sequence[float], base: float,
) -> dict[str, Any]:  # fmt: skip
    parts = [_part(term, values[_PLACE[term]], weights[_PLACE[term]]) for term in terms]
    if name == "task":
        parts.insert(0, {"term": "base", "value": 1.0, "contribution": base})
    total = 0.0
    for part in parts:
        total += part["contribution"]
        part["contribution"] = rounded(part["contribution"], 6)
        part["value"] = rounded(part["value"], 6)
    return {"group": name, "label": label, "contribution": rounded(total, 6), "terms": parts}


def _part(term: str, value: float, weight: float) -> dict[str, Any]:
    return {"term": term, "value": value, "contribution": weight * value + 0.0}
