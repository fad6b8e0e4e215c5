"""The data dictionary of the three views: one row a learner and skill, or a learner."""

from typing import Final

from lrs.storage.analysis.columns import Column, Kind, Source, Table
from projections import mastery as m

_TEXT, _INTEGER, _NUMBER = Kind.TEXT, Kind.INTEGER, Kind.NUMBER
_BOOLEAN, _TIME = Kind.BOOLEAN, Kind.TIME

_STORE: Final = Column("store", _TEXT, "Name of the store.", Source.COLUMN, "s.name")
_LEARNER: Final = Column("learner", _TEXT, "The learner's id.", Source.COLUMN, "t.learner")


def _record(name: str, kind: Kind, meaning: str, place: int) -> Column:
    source = Source.BODY_MOMENT if kind is _TIME else Source.BODY
    return Column(name, kind, meaning, source, f"record.{place}")


def _read(name: str, kind: Kind, meaning: str, path: str) -> Column:
    return Column(name, kind, meaning, Source.READING, read=path)


MASTERY: Final = Table(
    "mastery",
    "One skill of one learner: how likely they answer a typical item of it correctly, unaided.",
    "views",
    (
        _STORE, _LEARNER,
        Column("skill", _TEXT, "The skill's id.", Source.COLUMN, "t.subject"),
        _record("aligned", _BOOLEAN, "Whether an alignment or a statement names the skill.",
                m.S_ALIGNED),
        _read("status", _TEXT, "new, learning, secure, lasting or slipping, at the moment asked "
              "for.", "status"),
        _read("p", _NUMBER, "Likely-right probability at the moment asked for.", "p.value"),
        _read("p_low", _NUMBER, "Lower end of its 80% band.", "p.low"),
        _read("p_high", _NUMBER, "Upper end of its 80% band.", "p.high"),
        _read("sd", _NUMBER, "Standard deviation of its log-odds.", "p.sd"),
        Column("p_last", _NUMBER, "The probability just after the last answer, to thousandths.",
               Source.BODY_THOUSANDTHS, f"record.{m.S_TRAIL}.#-1"),
        _record("n", _INTEGER, "Opportunities that are evidence.", m.S_ANSWERS),
        _record("right", _INTEGER, "How many of them went right, unaided.", m.S_RIGHT),
        _record("first_time", _TIME, "The first of them.", m.S_FIRST_US),
        _record("last_time", _TIME, "The last of them.", m.S_LAST_US),
        _record("secure_since_time", _TIME, "Since when the skill is secure.", m.S_SECURE_US),
        _read("next_review_time", _TIME, "When a secure skill will be due for review.",
              "next_review"),
    ),
    where="t.view = 'mastery' AND t.subject <> ''",
)  # fmt: skip


def _figures(*described: tuple[str, str, str]) -> tuple[Column, ...]:
    """For each figure its value and its n. described: column, path in the reading, meaning."""
    made: list[Column] = []
    for name, path, meaning in described:
        made.append(_read(name, _NUMBER, meaning, f"{path}.value"))
        made.append(_read(f"{name}_n", _INTEGER, f"What {name} rests on.", f"{path}.n"))
    return tuple(made)


def _sources(name: str) -> tuple[Column, ...]:
    at = ("reported", "estimated", "imputed").index(name)
    return (
        Column(f"{name}_seconds", _NUMBER, f"Active seconds that are {name}.", Source.BODY,
               f"active_s.{at}"),
        Column(f"{name}_seconds_n", _INTEGER, "How many events these come from.", Source.BODY,
               f"active_n.{at}"),
    )  # fmt: skip


PACE: Final = Table(
    "pace",
    "One learner's own speed and rhythm.",
    "views",
    (
        _STORE, _LEARNER,
        *_sources("reported"), *_sources("estimated"), *_sources("imputed"),
        Column("opportunities", _INTEGER, "Opportunities so far.", Source.BODY, "opportunities"),
        Column("secured", _INTEGER, "Skills newly secured so far.", Source.BODY, "secured"),
        Column("sessions", _INTEGER, "Sessions so far.", Source.BODY, "sessions"),
        Column("first_time", _TIME, "The first activity.", Source.BODY_MOMENT, "first_us"),
        Column("last_time", _TIME, "The last activity.", Source.BODY_MOMENT, "last_us"),
        *_figures(
            ("expected_seconds", "expected_duration", "Expected duration of a typical answer."),
            ("opportunities_per_secured", "opportunities_per_secured",
             "Opportunities that the last secured skill took."),
            ("minutes_per_secured", "minutes_per_secured",
             "Active minutes that the last secured skill took."),
            ("secured_per_week", "secured_per_week", "Newly secure skills a week, lately."),
            ("secured_per_active_hour", "secured_per_active_hour",
             "Newly secure skills an active hour, lately."),
            ("active_days_a_week", "active_days_a_week", "Days with activity in a usual week."),
            ("median_session_seconds", "median_session_seconds", "Length of a usual session."),
            ("inactive_days", "inactive_days", "Whole days since the last activity."),
            ("this_week_seconds", "this_week_seconds", "Active seconds this week."),
            ("this_week_opportunities", "this_week_answers", "Opportunities this week."),
        ),
    ),
    where="t.view = 'pace' AND t.subject = ''",
)  # fmt: skip

_SHARES: Final = (
    ("unaided_first_success", "Share of steps with help on offer that went right on the first "
     "try without it."),
    ("difficulty_adjusted", "The same, against what was expected of each step."),
    ("hint_rate", "Share of steps with help on offer at which it was taken."),
    ("hint_depth", "Deepest hint taken, as a share of those available."),
    ("bottom_out", "Share of helped steps at which the answer was shown."),
    ("help_not_needed", "Help taken although the step was likely to go well."),
    ("help_avoided", "No help after two wrong answers at a hard step."),
    ("fading", "Help in the first three less that in the last three opportunities on a skill."),
    ("self_initiated", "Own starts as a share of own, assigned and prompted ones."),
    ("confidence_minus_outcome", "Mean of stated confidence less outcome."),
    ("brier", "Brier score of stated confidence; 0 is perfect."),
)  # fmt: skip
_COUNTS: Final = (
    ("choices_offered", "choices.offered", "Suggestions offered."),
    ("choices_taken", "choices.taken", "Suggestions taken."),
    ("choices_overridden", "choices.overridden", "Suggestions overridden."),
    ("choices_own", "choices.own", "Own picks."),
    ("goals_set", "goals_set", "Goals set."),
    ("goals_kept", "goals_kept", "Goals kept."),
    ("goals_revised", "goals_revised", "Goals revised."),
    ("help_asked", "help_asked", "Times help was asked of people."),
    ("conversations", "conversations", "Conversations."),
    ("reflections", "reflections", "Reflections."),
)  # fmt: skip

INDEPENDENCE: Final = Table(
    "independence",
    "What one learner does on their own, over steps where help was available and logged.",
    "views",
    (
        _STORE, _LEARNER,
        *_figures(*((name, name, meaning) for name, meaning in _SHARES)),
        *(_read(name, _INTEGER, meaning, f"{path}.n") for name, path, meaning in _COUNTS),
    ),
    where="t.view = 'independence' AND t.subject = ''",
)  # fmt: skip
