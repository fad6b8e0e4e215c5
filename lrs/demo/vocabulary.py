"""The IRIs that the demonstration uses, with the words for the verbs."""

from typing import Any, Final

Value = dict[str, Any]

PROFILE: Final = "tag:lrs.example,2026:profile/"
DEMO: Final = "tag:lrs.example,2026:demo/"
SCHOOL: Final = "https://school.example"

ADL: Final = "http://adlnet.gov/expapi/verbs/"
TINCAN: Final = "http://id.tincanapi.com/"
XAPI: Final = "https://w3id.org/xapi/"

COURSE: Final = "http://adlnet.gov/expapi/activities/course"
QUESTION: Final = "http://adlnet.gov/expapi/activities/cmi.interaction"
ASSESSMENT: Final = "http://adlnet.gov/expapi/activities/assessment"
LESSON: Final = "http://adlnet.gov/expapi/activities/lesson"
COMPETENCY: Final = f"{XAPI}tla/activity-types/competency"
VIDEO: Final = f"{XAPI}video/activity-type/video"
GOAL: Final = f"{TINCAN}activitytype/goal"
PLAN: Final = f"{XAPI}acrossx/activities/learning-plan"
HINT: Final = f"{XAPI}acrossx/extensions/supplemental-info"
SOLUTION: Final = f"{TINCAN}activitytype/solution"
DISCUSSION: Final = f"{TINCAN}activitytype/discussion"
PREFERENCE: Final = f"{PROFILE}activities/preference"
GROUP: Final = f"{PROFILE}activities/group"

ATTEMPT_ID: Final = f"{TINCAN}extension/attempt-id"
REFLECTION: Final = f"{TINCAN}extension/reflection"
PLANNED_DURATION: Final = f"{TINCAN}extension/planned-duration"
OPENEDX_SESSION: Final = f"{XAPI}openedx/extensions/session-id"
CMI5_SESSION: Final = f"{XAPI}cmi5/context/extensions/sessionid"
CMI5_MASTERY: Final = f"{XAPI}cmi5/context/extensions/masteryscore"
CMI5_PROGRESS: Final = f"{XAPI}cmi5/result/extensions/progress"
VIDEO_EXTENSION: Final = f"{XAPI}video/extensions/"
AVT: Final = f"{XAPI}avt/result-extensions/"
TLA_CONFIDENCE: Final = f"{XAPI}tla/extensions/confidence"

ADDED: Final = f"{PROFILE}verbs/added"
ABANDONED: Final = f"{XAPI}adl/verbs/abandoned"
ACHIEVED: Final = f"{XAPI}tla/verbs/achieved"
ANSWERED: Final = f"{ADL}answered"
ASKED_TO_TALK: Final = f"{PROFILE}verbs/asked-to-talk"
ASKED: Final = f"{ADL}asked"
ATTEMPTED: Final = f"{ADL}attempted"
ATTENDED: Final = f"{PROFILE}verbs/attended"
COACHED: Final = f"{XAPI}adb/verbs/coached"
COMPLETED: Final = f"{ADL}completed"
CONFIDED: Final = f"{PROFILE}verbs/rated-confidence"
CONVERSED: Final = f"{PROFILE}verbs/conversed"
DEFINED: Final = f"{TINCAN}verb/defined"
DISPUTED: Final = f"{PROFILE}verbs/disputed"
ESTIMATED: Final = f"{TINCAN}verb/estimated-duration"
EVALUATED: Final = f"{XAPI}acrossx/verbs/evaluated"
FAILED: Final = f"{ADL}failed"
FOLLOWED_UP: Final = f"{PROFILE}verbs/followed-up"
HINTED: Final = f"{PROFILE}verbs/hinted"
INITIALIZED: Final = f"{ADL}initialized"
INTERESTED: Final = f"{PROFILE}verbs/rated-interest"
LAUNCHED: Final = f"{ADL}launched"
LOGGED_IN: Final = "https://brindlewaye.com/xAPITerms/verbs/loggedin/"
NAMED: Final = f"{PROFILE}verbs/named"
OVERRODE: Final = f"{PROFILE}verbs/overrode"
PASSED: Final = f"{ADL}passed"
PAUSED: Final = f"{XAPI}video/verbs/paused"
PICKED: Final = f"{PROFILE}verbs/picked"
PINNED: Final = f"{PROFILE}verbs/pinned"
PLANNED: Final = f"{XAPI}dod-isd/verbs/planned"
PLAYED: Final = f"{XAPI}video/verbs/played"
POSTED: Final = f"{XAPI}acrossx/verbs/posted"
PREFERRED: Final = f"{ADL}preferred"
PROGRESSED: Final = f"{ADL}progressed"
RECOMMENDED: Final = f"{XAPI}tla/verbs/recommended"
REFLECTED: Final = f"{PROFILE}verbs/reflected"
REGISTERED: Final = f"{ADL}registered"
REQUESTED: Final = f"{TINCAN}verb/requested-attention"
REVISED: Final = f"{PROFILE}verbs/revised"
SEEKED: Final = f"{XAPI}video/verbs/seeked"
SELECTED: Final = f"{TINCAN}verb/selected"
SETTLED: Final = f"{PROFILE}verbs/settled"
SHARED: Final = f"{ADL}shared"
SHARED_PLAN: Final = f"{PROFILE}verbs/shared-plan"
SKIPPED: Final = f"{TINCAN}verb/skipped"
STARTED: Final = f"{PROFILE}verbs/started"
TERMINATED: Final = f"{ADL}terminated"
VIEWED: Final = f"{TINCAN}verb/viewed"
VOIDED: Final = f"{ADL}voided"
WAIVED: Final = f"{XAPI}adl/verbs/waived"

_WORDS: Final = {
    ASKED: "asked for help with",
    CONFIDED: "rated their confidence in",
    CONVERSED: "talked about",
    ESTIMATED: "estimated the time for",
    HINTED: "saw a hint for",
    LOGGED_IN: "logged in to",
    RECOMMENDED: "was recommended",
    REGISTERED: "enrolled in",
    FOLLOWED_UP: "told the outcome of",
    REQUESTED: "asked for attention with",
}


def verb(iri: str) -> Value:
    word = _WORDS.get(iri) or iri.rstrip("/").rsplit("/", 1)[-1].replace("-", " ")
    return {"id": iri, "display": {"en": word}}
