"""View rows: what a state shows, with nothing in it that depends on the present moment."""

from typing import Any, Final, Literal, NamedTuple

from projections import mastery as m
from projections import pace as p
from projections.ddsketch import quantile
from projections.goals import SECURED_BEFORE, TARGETS
from projections.independence import ENDS
from projections.knowledge import Knowledge
from projections.state import State
from projections.status import changes

View = Literal["mastery", "pace", "independence"]
OVERALL: Final = ""  # the subject of the row that holds for all skills together


class Row(NamedTuple):
    """subject: a skill, or OVERALL. changes_at_us: when its status next changes by itself."""

    view: View
    subject: str
    changes_at_us: int | None
    body: dict[str, Any]


def rows(state: State, knowledge: Knowledge) -> list[Row]:
    """Every row of a learner. A skill's row is a function of the skill's own record."""
    if state.last is None:
        return []
    made = [Row("mastery", OVERALL, None, _overall(state, knowledge))]
    for skill, record in state.skills.items():
        if record[m.S_ANSWERS]:
            made.append(_skill(skill, record, knowledge))
    made.extend(_unmet(state))
    made.append(Row("pace", OVERALL, None, _pace(state, knowledge)))
    made.append(Row("independence", OVERALL, None, _independence(state)))
    return made


def _unmet(state: State) -> list[Row]:
    """Skills that a goal is about and that were never answered: new, and not left out."""
    found: dict[str, Row] = {}
    for goal in state.goals.values():
        for skill in goal[TARGETS]:
            record = state.skills.get(skill)
            if skill not in found and (record is None or not record[m.S_ANSWERS]):
                body = {"record": m.new_skill(True), "changes": []}
                found[skill] = Row("mastery", skill, None, body)
    return list(found.values())


def _overall(state: State, knowledge: Knowledge) -> dict[str, Any]:
    return {
        "record": state.overall,
        "observations": state.count,
        "calibration": knowledge.calibration.number,
        "last_us": None if state.last is None else state.last[0],
    }


def _skill(skill: str, record: m.Record, knowledge: Knowledge) -> Row:
    ahead = changes(record, knowledge)
    return Row(
        "mastery", skill, ahead[0][0] if ahead else None, {"record": record, "changes": ahead}
    )


def _pace(state: State, knowledge: Knowledge) -> dict[str, Any]:
    pace = state.pace
    return {
        "active_s": pace[p.REPORTED_S : p.IMPUTED_S + 1],
        "active_n": pace[p.REPORTED_N : p.IMPUTED_N + 1],
        "speed": pace[p.SPEED] / (pace[p.SPEED_WEIGHT] + 1.0),
        "expected_s": p.expected_s(pace, None, knowledge),
        "answer_s": [quantile(pace[p.ANSWER_LENGTHS], q) for q in (0.2, 0.5, 0.8)],
        "timed_answers": _count(pace[p.ANSWER_LENGTHS]),
        "sessions": state.sessions[0],
        "session_s": quantile(pace[p.SESSION_LENGTHS], 0.5),
        "opportunities": pace[p.OPPORTUNITIES],
        "secured": pace[p.SECURED_N],
        "secured_after": [pace[p.SECURED_STEPS], pace[p.SECURED_MINUTES]],
        "rate": [pace[p.RATE_SECURED], pace[p.RATE_HOURS], pace[p.RATE_SINCE_US]],
        "first_us": pace[p.FIRST_US],
        "last_us": pace[p.LAST_US],
        "weeks": state.weeks,
        "plans": {name: [*goal, *_earned(state, goal)] for name, goal in state.goals.items()},
        "stuck": [
            [skill, reason]
            for skill, record in state.skills.items()
            if (reason := _stuck(record, knowledge)) is not None
        ],
    }


def _count(sketch: dict[str, int]) -> int:
    total = 0
    for n in sketch.values():
        total += n
    return total


def _earned(state: State, goal: list[Any]) -> tuple[int, int | None]:
    """How many of a goal's skills have been secured, and how many it has; None: it names none."""
    if not goal[TARGETS]:
        return state.pace[p.SECURED_N] - goal[SECURED_BEFORE], None
    earned = 0
    for skill in goal[TARGETS]:
        record = state.skills.get(skill)
        if record is not None and record[m.S_FIRST_SECURE_US] is not None:
            earned += 1
    return earned, len(goal[TARGETS])


def _stuck(record: m.Record, knowledge: Knowledge) -> str | None:
    """Why a skill that is not secure is stuck, if it is."""
    settings = knowledge.settings
    if record[m.S_SECURE_US] is not None:
        return None
    if record[m.S_ANSWERS] >= settings.stuck_opportunities and record[m.S_FIRST_SECURE_US] is None:
        return "not_secured"
    trail = record[m.S_TRAIL]
    if (
        len(trail) > settings.stuck_without_gain
        and trail[-1] <= trail[-1 - settings.stuck_without_gain]
    ):
        return "no_gain"
    return None


def _independence(state: State) -> dict[str, Any]:
    first = last = practised = 0
    for record in state.skills.values():
        if record[m.S_HELP_STEPS] >= 2 * ENDS:
            practised += 1
            first += record[m.S_HELPED_FIRST].bit_count()
            last += record[m.S_HELPED_LAST].bit_count()
    return {
        "tallies": state.tallies,
        "fading": [practised, first, last],
        "preferences": state.preferences,
        "goals": {name: goal[:8] for name, goal in state.goals.items()},
    }
