"""Every verb that a tool is known to send is read as what its profile says, or says why not."""

from typing import Any

import pytest

from projections.observe import Observed, observe
from projections.signals import SignalMap

ADL = "http://adlnet.gov/expapi/verbs/"
ADL_TYPE = "http://adlnet.gov/expapi/activities/"
TINCAN, TINCAN_TYPE = "http://id.tincanapi.com/verb/", "http://id.tincanapi.com/activitytype/"
W3 = "https://w3id.org/xapi/"
ACROSSX, TLA, VIDEO = W3 + "acrossx/verbs/", W3 + "tla/verbs/", W3 + "video/verbs/"
DOD, ADB, CMI5 = W3 + "dod-isd/verbs/", W3 + "adb/verbs/", W3 + "adl/verbs/"
STREAMS = "http://activitystrea.ms/schema/1.0/"
QUESTION, INTERACTION = ADL_TYPE + "question", ADL_TYPE + "cmi.interaction"
COURSE, GOAL = ADL_TYPE + "course", TINCAN_TYPE + "goal"
VIDEO_TYPE = W3 + "video/activity-type/video"
RIGHT = {"success": True}

SENT = [
    # Open edX
    ("Open edX", ACROSSX + "evaluated", INTERACTION, RIGHT, "answer"),
    ("Open edX", ADL + "attempted", INTERACTION, None, "start"),
    ("Open edX", ADL + "attempted", QUESTION, RIGHT, "answer"),
    ("Open edX", ADL + "asked", W3 + "acrossx/extensions/supplemental-info", None, "hint"),
    ("Open edX", ADL + "asked", TINCAN_TYPE + "solution", None, "solution"),
    ("Open edX", ADL + "completed", INTERACTION, None, "completion"),
    ("Open edX", ADL + "progressed", TINCAN_TYPE + "resource", None, "progress"),
    ("Open edX", TINCAN + "earned", COURSE, None, "completion"),
    ("Open edX", ADL + "registered", COURSE, None, "enrolment"),
    ("Open edX", TINCAN + "unregistered", COURSE, None, "enrolment"),
    ("Open edX", DOD + "navigated", ADL_TYPE + "link", None, "view"),
    ("Open edX", ACROSSX + "posted", TINCAN_TYPE + "discussion", None, "discussion"),
    ("Open edX", W3 + "openedx/verb/voted", TINCAN_TYPE + "discussion", None, "view"),
    # Moodle's logstore
    ("Moodle", ADL + "answered", INTERACTION, RIGHT, "answer"),
    ("Moodle", ADL + "completed", ADL_TYPE + "attempt", RIGHT, "completion"),
    ("Moodle", ADL + "scored", COURSE, {"score": {"raw": 3, "max": 4}}, "completion"),
    ("Moodle", TINCAN + "viewed", COURSE, None, "view"),
    ("Moodle", STREAMS + "start", ADL_TYPE + "attempt", None, "start"),
    ("Moodle", STREAMS + "submit", ADL_TYPE + "assessment", None, "end"),
    ("Moodle", STREAMS + "receive", TINCAN_TYPE + "resource", None, "view"),
    # H5P
    ("H5P", ADL + "answered", INTERACTION, RIGHT, "answer"),
    ("H5P", ADL + "attempted", None, None, "start"),
    ("H5P", ADL + "interacted", None, None, "view"),
    ("H5P", ADL + "progressed", None, None, "progress"),
    # exercises with hints, as Khan Academy and AVT tell of them
    ("exercises", ADL + "answered", QUESTION, RIGHT, "answer"),
    ("exercises", ADL + "failed", QUESTION, None, "answer"),
    ("exercises", ADL + "mastered", ADL_TYPE + "objective", None, "completion"),
    # cmi5
    ("cmi5", ADL + "launched", COURSE, None, "start"),
    ("cmi5", ADL + "initialized", COURSE, None, "start"),
    ("cmi5", ADL + "terminated", COURSE, None, "end"),
    ("cmi5", ADL + "passed", COURSE, RIGHT, "completion"),
    ("cmi5", CMI5 + "satisfied", COURSE, None, "completion"),
    ("cmi5", CMI5 + "waived", COURSE, None, "waived"),
    ("cmi5", CMI5 + "abandoned", COURSE, None, "end"),
    # the SCORM profile
    ("SCORM", ADL + "responded", INTERACTION, RIGHT, "answer"),
    ("SCORM", ADL + "scored", ADL_TYPE + "lesson", None, "completion"),
    ("SCORM", ADL + "suspended", ADL_TYPE + "attempt", None, "end"),
    ("SCORM", ADL + "resumed", ADL_TYPE + "attempt", None, "start"),
    ("SCORM", ADL + "exited", ADL_TYPE + "attempt", None, "end"),
    ("SCORM", ADL + "commented", ADL_TYPE + "lesson", None, "discussion"),
    # the video profile
    ("video", ADL + "initialized", VIDEO_TYPE, None, "start"),
    ("video", VIDEO + "played", VIDEO_TYPE, None, "video"),
    ("video", VIDEO + "paused", VIDEO_TYPE, None, "video"),
    ("video", VIDEO + "seeked", VIDEO_TYPE, None, "video"),
    ("video", ADL + "interacted", VIDEO_TYPE, None, "view"),
    ("video", ADL + "completed", VIDEO_TYPE, None, "completion"),
    # TLA, and the profiles of help, choice and plans
    ("TLA", TLA + "recommended", None, None, "offer"),
    ("TLA", TLA + "selected", None, None, "choice"),
    ("TLA", TLA + "planned", None, None, "plan"),
    ("TLA", TLA + "registered", COURSE, None, "enrolment"),
    ("TLA", TLA + "initialized", COURSE, None, "start"),
    ("TLA", TLA + "suspended", COURSE, None, "end"),
    ("TLA", TLA + "forfeited", COURSE, None, "end"),
    ("TLA", TLA + "waived", COURSE, None, "waived"),
    ("TLA", TLA + "achieved", GOAL, None, "goal"),
    ("TLA", TLA + "scored", QUESTION, RIGHT, "answer"),
    ("choices", TINCAN + "skipped", None, None, "choice"),
    ("choices", DOD + "chose", None, None, "choice"),
    ("choices", DOD + "navigated", None, None, "choice"),
    ("plans", DOD + "planned", None, None, "plan"),
    ("plans", TINCAN + "defined", GOAL, None, "goal"),
    ("help", TINCAN + "requested-attention", None, None, "help_asked"),
    ("help", ADB + "requested", None, None, "help_asked"),
    ("oneself", TINCAN + "estimated-duration", None, None, "estimate"),
    ("oneself", ADL + "preferred", None, None, "preference"),
]  # fmt: skip


def told(verb: str, type_: str | None, result: dict[str, Any] | None) -> Observed:
    definition = {"definition": {"type": type_}} if type_ else {}
    return observe(
        {
            "id": "6690e6c9-3ef0-4ed3-8b37-7f3964730bee",
            "actor": {"mbox": "mailto:ann@example.org"},
            "verb": {"id": verb},
            "object": {"id": "https://school.example/things/1", **definition},
            **({} if result is None else {"result": result}),
        },
        position=0,
        stored_us=1,
        signals=SignalMap.default(),
    )


@pytest.mark.parametrize(("tool", "verb", "type_", "result", "kind"), SENT)
def test_what_a_tool_sends_is_read_as_its_profile_says(
    tool: str, verb: str, type_: str | None, result: dict[str, Any] | None, kind: str
) -> None:
    observed = told(verb, type_, result)
    assert observed.unread is None, tool
    assert [o.kind for _, o in observed.observations] == [kind]


def test_nothing_that_the_map_names_is_misspelt() -> None:
    """A verb or type with a space, or of a scheme that nobody uses, would never match."""
    plain = SignalMap.default().plain()
    names = [name for row in plain["signals"] for name in (*row["verbs"], *row.get("objects", ()))]
    names += [*plain["extensions"], *plain["skill_types"], *plain["course_types"]]
    for name in names:
        assert name.startswith(("http://", "https://", "tag:")), name
        assert " " not in name


LOGGED_IN = "https://brindlewaye.com/xAPITerms/verbs/loggedin/"


@pytest.mark.parametrize(
    ("verb", "reason"),
    [
        ("https://nobody.example/verbs/waved", "no_signal:https://nobody.example/verbs/waved"),
        (ADL + "asked", f"no_signal:{ADL}asked"),
        (ADL + "voided", "voiding"),
        (LOGGED_IN, f"no_signal:{LOGGED_IN}"),  # to be there is no learning, and no active day
    ],
)
def test_what_is_not_read_says_why(verb: str, reason: str) -> None:
    assert told(verb, None, None) == Observed((), reason)


def test_the_words_of_the_object_decide_what_responded_means() -> None:
    assert told(ADL + "responded", INTERACTION, RIGHT).observations[0][1].kind == "answer"
    assert told(ADL + "responded", None, None).observations[0][1].kind == "discussion"
