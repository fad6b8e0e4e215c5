"""Default weights of the mastery model, used where a store has no calibration of its own."""

from typing import Final

TERMS: Final = (
    "ability", "skill_ability", "skill_difficulty", "item_difficulty", "fast_ability",
    "skill_last", "skill_fails", "skill_seen", "lag", "form_50", "form_75", "form_97", "last",
    "newness", "skill_newness", "item_wins", "item_fails", "gap_skill", "gap_item", "new_session",
)  # fmt: skip

INTERCEPT: Final = 0.1
WEIGHTS: Final = (
    0.45, 0.35, -0.6, -0.9, 0.25, 0.05, -0.08, 0.05, -0.05, 0.12, 0.2, 0.25, 0.02, 0.0, 0.2, 0.35,
    -0.15, -0.2, -0.05, -0.05,
)  # fmt: skip
