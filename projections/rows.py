"""View rows: what a state shows, with nothing in it that depends on the present moment."""

from typing import Any, Final, Literal, NamedTuple

from projections import mastery as m
from projections import pace as p
from projections.ddsketch import count, quantile
from projections.digests import digest
from projections.goals import SECURED_BEFORE, SET_US, START_US, TARGETS
from projections.independence import ENDS
from projections.knowledge import Knowledge
from projections.state import State
from projections.status import changes

View = Literal["mastery", "pace", "independence", "story"]
_SLIPS: Final = 2  # of the last likely-right probabilities, below what is secure
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
    if state.story:
        made.append(Row("story", OVERALL, None, _story(state)))
    return made


def bodies(
    state: State, view: str, skill: str | None, knowledge: Knowledge
) -> dict[str, dict[str, Any]]:
    """Of one view, the bodies for the learner as a whole and, of mastery, for one skill: by
    subject, as `rows` makes them."""
    if state.last is None:
        return {}
    if view == "pace":
        return {OVERALL: _pace(state, knowledge)}
    if view == "independence":
        return {OVERALL: _independence(state)}
    if view == "story":
        return {OVERALL: _story(state)} if state.story else {}
    made = {OVERALL: _overall(state, knowledge)}
    record = None if skill is None else state.skills.get(skill)
    if skill is not None and record is not None and record[m.S_ANSWERS]:
        made[skill] = _skill(skill, record, knowledge).body
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
        "last_us": state.pace[p.LAST_US],  # the learner's own: being told something is no act
    }


def _skill(skill: str, record: m.Record, knowledge: Knowledge) -> Row:
    ahead = changes(record, knowledge)
    return Row(
        "mastery", skill, ahead[0][0] if ahead else None, {"record": record, "changes": ahead}
    )


def _pace(state: State, knowledge: Knowledge) -> dict[str, Any]:
    pace = state.pace
    lengths = pace[p.ANSWER_LENGTHS]
    return {
        "active_s": pace[p.REPORTED_S : p.IMPUTED_S + 1],
        "active_n": pace[p.REPORTED_N : p.IMPUTED_N + 1],
        "acts": [pace[p.ACTS], pace[p.ACTS_AS_TOLD]],
        "speed": p.speed(pace) if pace[p.SPEED_WEIGHT] else None,
        "expected_s": p.expected_s(pace, None, knowledge),
        "answer_s": [quantile(lengths, q) for q in (0.2, 0.5, 0.8)],
        "timed_answers": count(lengths),
        "expected_met": [pace[p.EXPECTED_N], pace[p.EXPECTED_MET]],
        "timed_s": [pace[p.ANSWERS_REPORTED_S], pace[p.ANSWERS_ESTIMATED_S], 0.0],
        "sessions": state.sessions[0],
        "session_s": quantile(pace[p.SESSION_LENGTHS], 0.5),
        "opportunities": pace[p.OPPORTUNITIES],
        "secured": pace[p.SECURED_N],
        "costs": pace[p.SECURED_COSTS],
        "rate": [pace[p.RATE_SECURED], pace[p.RATE_SINCE_US]],
        "rate_h": pace[p.RATE_REPORTED_H : p.RATE_IMPUTED_H + 1],
        "first_us": pace[p.FIRST_US],
        "last_us": pace[p.LAST_US],
        "weeks": state.weeks,
        "plans": {name: _plan(state, goal) for name, goal in state.goals.items()},
        "stuck": [
            [skill, reason, record[m.S_ANSWERS], record[m.S_LAST_US]]
            for skill, record in state.skills.items()
            if (reason := stuck(record, knowledge, item=digest(skill) in state.items))
        ],
        "told_differently": pace[p.TOLD_DIFFERENTLY],
        "behind": _behind(state, "pace."),
    }


def _story(state: State) -> dict[str, Any]:
    return {**state.story, "behind": _behind(state, "story.")}


def _behind(state: State, view: str) -> dict[str, int]:
    return {key: n for key, n in state.behind.items() if key.startswith(view)}


def _plan(state: State, goal: list[Any]) -> dict[str, Any]:
    """A goal and what is earned of it: how many of its skills have been secure, how many before
    it began, and when the last one came. total: None if it names no skills."""
    if not goal[TARGETS]:
        earned = state.pace[p.SECURED_N] - goal[SECURED_BEFORE]
        return {"goal": goal, "earned": earned, "total": None, "before": 0, "finished_us": None}
    start_us = goal[SET_US] if goal[START_US] is None else goal[START_US]
    earned = before = 0
    last_us = None
    for skill in goal[TARGETS]:
        record = state.skills.get(skill)
        secure_us = None if record is None else record[m.S_FIRST_SECURE_US]
        if secure_us is not None:
            earned += 1
            before += secure_us < start_us
            last_us = secure_us if last_us is None else max(last_us, secure_us)
    total = len(goal[TARGETS])
    finished_us = last_us if earned == total else None
    return {
        "goal": goal, "earned": earned, "total": total, "before": before,
        "finished_us": finished_us,
    }  # fmt: skip


def stuck(record: m.Record, knowledge: Knowledge, *, item: bool = False) -> str | None:
    """Why a learner is stuck on a skill, if they are.

    Ten opportunities without securing it, or no gain over eight. Not while it is secure, nor for
    want of gain where it was likely right nearly all the while (a slip or two, or nothing left to
    gain), nor on a parent that stands in for a skill: a quiz with ten questions is no skill.
    item: the item itself stands for it.
    """
    settings = knowledge.settings
    if record[m.S_SECURE_US] is not None or not (record[m.S_ALIGNED] or item):
        return None
    if record[m.S_FIRST_SECURE_US] is None and record[m.S_ANSWERS] >= settings.stuck_opportunities:
        return "not_secured"
    lately = record[m.S_TRAIL][-1 - settings.stuck_without_gain :]
    if len(lately) <= settings.stuck_without_gain:
        return None
    least = round(settings.secure * 1000.0)
    if len([one for one in lately if one < least]) <= _SLIPS:
        return None
    return "no_gain" if lately[-1] <= lately[0] else None


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
        "goals": state.goals,
        "behind": _behind(state, "independence."),
    }
