"""Thresholds of the projections. Each is a setting; adopting others is recorded in the log."""

from typing import NamedTuple


class Settings(NamedTuple):
    """Defaults are those of projections.md; times in seconds or days as named.

    secure_band: widest 80% range of the likely-right probability that still counts as narrow.
    imputed_s, cap_s: what an answer is taken to last, and at most, where no calibration says.
    """

    pass_score: float = 0.5
    secure: float = 0.85
    slipping: float = 0.80
    secure_observations: int = 3
    secure_band: float = 0.30
    lasting_days: float = 7.0
    idle_s: float = 1_800.0
    imputed_s: float = 30.0
    cap_s: float = 600.0
    told_twice_s: float = 10.0
    help_not_needed: float = 0.80
    help_avoided: float = 0.50
    stuck_opportunities: int = 10
    stuck_without_gain: int = 8


DEFAULT = Settings()
