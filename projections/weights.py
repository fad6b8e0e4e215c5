"""Default weights of the mastery model, used where a store has no calibration of its own.

Fitted by `tools/fit_default_weights.py` on learners that it simulates (its seed and parameters as
committed beside these numbers; no other data, so no licence but the project's): AUC 0.719 and
log-loss 0.541 on held-out simulated learners and skills. Difficulties are 0 without a calibration;
their weights here are stand-ins, about what calibrations find. Forgetting by default is
`gap_skill`, the logarithm of 1 + days since the skill was last answered: a likely-right
probability of .86 falls to .80 in about three weeks. What depends on how a store's learners
practise (`lag`, `new_session`, `skill_right`, `skill_wrong`) is left to calibrations.
"""

from typing import Final

TERMS: Final = (
    "ability", "skill_ability", "skill_difficulty", "item_difficulty", "fast_ability",
    "skill_last", "skill_fails", "skill_seen", "lag", "form_50", "form_75", "form_97", "last",
    "newness", "skill_newness", "item_wins", "item_fails", "gap_skill", "gap_item", "new_session",
    "skill_right", "skill_wrong",
)  # fmt: skip

INTERCEPT: Final = -0.410
WEIGHTS: Final = (
    0.548,  # ability
    0.612,  # skill_ability
    -0.600,  # skill_difficulty
    -0.900,  # item_difficulty
    0.064,  # fast_ability
    0.000,  # skill_last
    0.000,  # skill_fails
    0.533,  # skill_seen
    0.000,  # lag
    0.000,  # form_50
    0.232,  # form_75
    0.000,  # form_97
    0.000,  # last
    0.668,  # newness
    0.266,  # skill_newness
    0.759,  # item_wins
    0.151,  # item_fails
    -0.142,  # gap_skill
    -0.036,  # gap_item
    0.000,  # new_session
    0.000,  # skill_right
    0.000,  # skill_wrong
)
