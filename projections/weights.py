"""Default weights of the mastery model, used where a store has no calibration of its own.

Fitted by `tools/fit_default_weights.py` on learners that it simulates (its seed and parameters as
committed beside these numbers): AUC 0.726 and log-loss 0.541 on held-out simulated learners and
skills. Difficulties are 0 without a calibration; their weights here are stand-ins. Forgetting by
default is `gap_skill`, the logarithm of 1 + days since the skill was last answered: a likely-right
probability of .86 falls to .80 in about half a year; `lag` and `new_session` are left to
calibrations.
"""

from typing import Final

TERMS: Final = (
    "ability", "skill_ability", "skill_difficulty", "item_difficulty", "fast_ability",
    "skill_last", "skill_fails", "skill_seen", "lag", "form_50", "form_75", "form_97", "last",
    "newness", "skill_newness", "item_wins", "item_fails", "gap_skill", "gap_item", "new_session",
    "skill_right", "skill_wrong",
)  # fmt: skip

INTERCEPT: Final = -0.552
WEIGHTS: Final = (
    0.514,  # ability
    0.634,  # skill_ability
    -0.600,  # skill_difficulty
    -0.900,  # item_difficulty
    0.065,  # fast_ability
    0.029,  # skill_last
    -0.029,  # skill_fails
    0.696,  # skill_seen
    0.000,  # lag
    0.029,  # form_50
    0.169,  # form_75
    0.036,  # form_97
    0.033,  # last
    0.613,  # newness
    -0.046,  # skill_newness
    0.805,  # item_wins
    0.301,  # item_fails
    -0.082,  # gap_skill
    -0.037,  # gap_item
    0.000,  # new_session
    0.000,  # skill_right
    0.000,  # skill_wrong
)
