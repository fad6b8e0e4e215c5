"""Statements in the shapes that well-known tools send, made up here from their documentation.

`TAKEN` are valid; `NOT_TAKEN` are what some versions of these tools are known to send besides,
with the fault that is named to them.
"""

from typing import Any

Value = dict[str, Any]
VERBS = "http://adlnet.gov/expapi/verbs/"
TYPES = "http://adlnet.gov/expapi/activities/"
CMI5 = "https://w3id.org/xapi/cmi5/context/"
REGISTRATION = "5c9d3d3a-52a8-4a5b-8e0a-6a0f6f0c7a11"
SESSION = "c0ffee00-52a8-4a5b-8e0a-6a0f6f0c7a12"
LEARNER = {
    "objectType": "Agent",
    "name": "Ada L.",
    "account": {"homePage": "https://lms.example.org", "name": "4711"},
}
UNIT = "https://lms.example.org/au/fractions"


def verb(name: str, tag: str = "en-US") -> Value:
    return {"id": VERBS + name, "display": {tag: name}}


def thing(identifier: str, kind: str, name: str, **more: Any) -> Value:
    definition = {"type": kind, "name": {"en": name}, **more}
    return {"objectType": "Activity", "id": identifier, "definition": definition}


def cmi5(name: str, category: tuple[str, ...] = ("cmi5",), **members: Any) -> Value:
    extensions = {f"{CMI5}extensions/sessionid": SESSION, **members.pop("extensions", {})}
    return {
        "id": members.pop("id"),
        "actor": {key: value for key, value in LEARNER.items() if key != "name"},
        "verb": verb(name),
        "object": {"objectType": "Activity", "id": UNIT},
        "timestamp": "2026-10-05T09:30:00.000Z",
        "context": {
            "registration": REGISTRATION,
            "contextActivities": {
                "category": [{"id": f"{CMI5}categories/{one}"} for one in category],
                "grouping": [{"id": "https://publisher.example.org/au/7"}],
            },
            "extensions": extensions,
        },
        **members,
    }


_ID = "0a1b2c3d-0000-4000-8000-{:012}".format
CMI5_SESSION = [
    cmi5(
        "launched",
        id=_ID(1),
        extensions={
            f"{CMI5}extensions/launchmode": "Normal",
            f"{CMI5}extensions/launchurl": "https://content.example.org/index.html?x=1",
            f"{CMI5}extensions/moveon": "CompletedAndPassed",
            f"{CMI5}extensions/masteryscore": 0.7,
            f"{CMI5}extensions/launchparameters": "",
        },
    ),
    cmi5("initialized", id=_ID(2)),
    cmi5(
        "completed",
        ("cmi5", "moveon"),
        id=_ID(3),
        result={"completion": True, "duration": "PT1M3.5S"},
    ),
    cmi5(
        "passed",
        ("cmi5", "moveon"),
        id=_ID(4),
        result={
            "success": True,
            "score": {"scaled": 0.85, "raw": 17, "min": 0, "max": 20},
            "duration": "PT1M3.5S",
        },
        extensions={f"{CMI5}extensions/masteryscore": 0.7},
    ),
    cmi5("terminated", id=_ID(5), result={"duration": "PT1M10S"}),
]

H5P: Value = {
    "actor": {"name": "Ada", "mbox": "mailto:ada@example.org", "objectType": "Agent"},
    "verb": verb("answered"),
    "object": thing(
        "https://school.example.org/wp-admin/admin-ajax.php?action=h5p_embed&id=7&subContentId=a",
        f"{TYPES}cmi.interaction",
        "Which are primes?\n",
        description={"en-US": "<p>Which are primes?</p>\n"},
        extensions={"http://h5p.org/x-api/h5p-local-content-id": 7},
        interactionType="choice",
        choices=[{"id": str(n), "description": {"en-US": f"{n}\n"}} for n in range(3)],
        correctResponsesPattern=["0[,]1"],
    ),
    "context": {
        "contextActivities": {
            "category": [
                {"id": "http://h5p.org/libraries/H5P.MultiChoice-1.16", "objectType": "Activity"}
            ],
            "parent": [{"id": "https://school.example.org/h5p/7", "objectType": "Activity"}],
        }
    },
    "result": {
        "score": {"min": 0, "max": 2, "raw": 1, "scaled": 0.5},
        "completion": True,
        "success": False,
        "duration": "PT4.09S",
        "response": "0[,]2",
    },
}
MOODLE: Value = {
    "actor": {"name": "Ada L.", "account": {"homePage": "https://m.example.org", "name": "3"}},
    "verb": {"id": "http://id.tincanapi.com/verb/viewed", "display": {"en": "viewed"}},
    "object": thing(
        "https://m.example.org/mod/page/view.php?id=12",
        "http://activitystrea.ms/schema/1.0/page",
        "Fractions",
        extensions={"https://w3id.org/learning-analytics/learning-management-system/short-id": "x"},
    ),
    "context": {
        "platform": "Moodle",
        "language": "en",
        "extensions": {
            "http://lrs.learninglocker.net/define/extensions/info": {
                "http://moodle.org": "4.1",
                "https://github.com/xAPI-vle/moodle-logstore_xapi": "v4.7",
                "event_name": "\\mod_page\\event\\course_module_viewed",
                "event_function": "\\src\\transformer\\events\\mod_page\\course_module_viewed",
            }
        },
        "contextActivities": {
            "grouping": [
                thing("https://m.example.org", "http://id.tincanapi.com/activitytype/lms", "School")
            ],
            "category": [
                thing(
                    "https://m.example.org", "http://id.tincanapi.com/activitytype/source", "Moodle"
                )
            ],
        },
    },
    "timestamp": "2026-10-05T11:30:00+02:00",
}
OPENEDX: Value = {
    "version": "1.0.3",
    "actor": {
        "objectType": "Agent",
        "account": {"homePage": "http://lms.example.org", "name": "32e08e30-f8ae-4ce2-94a8"},
    },
    "verb": {"id": "https://w3id.org/xapi/acrossx/verbs/evaluated", "display": {"en": "evaluated"}},
    "object": {
        "id": "http://lms.example.org/xblock/block-v1:x+y+z+type@problem+block@ab",
        "objectType": "Activity",
        "definition": {
            "type": f"{TYPES}cmi.interaction",
            "interactionType": "other",
            "description": {"en-US": "Add option text"},
            "extensions": {"http://id.tincanapi.com/extension/attempt-id": 1},
        },
    },
    "result": {
        "success": True,
        "score": {"min": 0, "max": 1, "raw": 1, "scaled": 1},
        "response": "a, b",
    },
    "context": {
        "contextActivities": {
            "parent": [
                thing("http://lms.example.org/course/course-v1:x+y+z", f"{TYPES}course", "Course")
            ]
        },
        "extensions": {
            "https://w3id.org/xapi/openedx/extension/transformer-version": "event-routing@7",
            "https://w3id.org/xapi/openedx/extensions/session-id": "",
        },
    },
    "timestamp": "2026-10-05T09:30:00.000000+00:00",
}
STORYLINE: Value = {
    "actor": {"name": "Ada", "mbox": "mailto:ada@example.org", "objectType": "Agent"},
    "verb": verb("answered"),
    "object": {
        "objectType": "Activity",
        "id": "http://5dZr_course_id/6kMlAcEXWqT_5iVXDSQk3Cf",
        "definition": {
            "name": {"und": "Multiple Choice"},
            "description": {"und": "What is 1/2 + 1/4?"},
            "type": f"{TYPES}cmi.interaction",
            "interactionType": "choice",
            "correctResponsesPattern": ["three_quarters"],
            "choices": [{"id": "three_quarters", "description": {"und": "3/4"}}],
        },
    },
    "result": {
        "response": "three_quarters",
        "success": True,
        "score": {"scaled": 1, "raw": 10, "min": 0, "max": 10},
        "duration": "PT0H0M12.34S",
    },
    "context": {
        "registration": REGISTRATION,
        "contextActivities": {
            "parent": [{"objectType": "Activity", "id": "http://5dZr_course_id/6kMlAcEXWqT"}],
            "grouping": [{"objectType": "Activity", "id": "http://5dZr_course_id"}],
        },
    },
}
CAPTIVATE: Value = {
    "actor": LEARNER,
    "verb": {"id": f"{VERBS}answered", "display": {"en": "answered"}},
    "object": thing(
        "http://adobe.com/xapi/course/Slide 3".replace(" ", "%20"),
        "http://adobe.com/xapi/question",
        "Question 3",
        interactionType="true-false",
        correctResponsesPattern=["true"],
    ),
    "result": {
        "success": True,
        "completion": True,
        "response": "true",
        "duration": "PT00H00M07S",
        "extensions": {"http://adobe.com/xapi/extensions/weight": 10},
    },
}
RUSTICI: Value = {
    "actor": {"objectType": "Agent", "mbox_sha1sum": "f7a4ce1b3f4a8b8f1d6a2b6e0c1d2e3f4a5b6c7d"},
    "verb": {"id": f"{VERBS}completed", "display": {"und": "completed"}},
    "object": thing(
        "http://id.tincanapi.com/activity/tincan-prototypes/golf",
        f"{TYPES}course",
        "Golf",
        moreInfo="http://tincanapi.com/?a=1",
    ),
    "result": {"completion": True, "score": {"scaled": 0.8}, "duration": "P0DT0H4M20.12S"},
    "context": {
        "registration": REGISTRATION.upper(),
        "revision": "",
        "contextActivities": {
            "grouping": {"id": "http://id.tincanapi.com/activity/tincan-prototypes"}
        },
    },
}
LEARNING_LOCKER: Value = {
    "authority": {"objectType": "Agent", "name": "Client", "mbox": "mailto:client@example.org"},
    "stored": "2026-10-05T09:30:01.234Z",
    "version": "1.0.0",
    "timestamp": "2026-10-05T09:30:00.123Z",
    "actor": LEARNER,
    "verb": {"id": "http://activitystrea.ms/schema/1.0/watch", "display": {}},
    "object": {"id": "https://video.example.org/watch?v=ž", "definition": {}},
    "context": {"extensions": {"https://w3id.org/xapi/video/extensions/length": 99.0}},
}
TRUE_FALSE: Value = {
    **CAPTIVATE,
    "object": {
        "id": "http://adobe.com/xapi/course/Slide%204",
        "definition": {
            "type": f"{TYPES}cmi.interaction",
            "interactionType": "true-false",
            "correctResponsesPattern": ["true"],
            "choices": [{"id": "true"}, {"id": "false", "description": {"en": "False"}}],
        },
    },
    "timestamp": "2026-10-05T09:30:00.085000000Z",
}
TAKEN: dict[str, Value] = {
    "H5P": H5P,
    "Moodle logstore_xapi": MOODLE,
    "Open edX": OPENEDX,
    "Articulate Storyline": STORYLINE,
    "Adobe Captivate": CAPTIVATE,
    "choices of a true-false, and nanoseconds": TRUE_FALSE,
    "Rustici": RUSTICI,
    "Learning Locker, forwarding": LEARNING_LOCKER,
    **{f"cmi5: {one['verb']['display']['en-US']}": one for one in CMI5_SESSION},
}
# what was sent, the path and the code of the fault
NOT_TAKEN: dict[str, tuple[Value, str, str]] = {
    "H5P, content without points: min is not below max": (
        {**H5P, "result": {"score": {"min": 0, "max": 0, "raw": 0, "scaled": 0}}},
        "/result/score/min",
        "out_of_range",
    ),
    "Moodle, its own code of a language": (
        {**MOODLE, "context": {"language": "pt_br"}},
        "/context/language",
        "not_a_language",
    ),
    "Storyline before 1.0, properties in arrays": (
        {**STORYLINE, "actor": {"name": ["Ada"], "mbox": ["mailto:ada@example.org"]}},
        "/actor/name",
        "wrong_type",
    ),
    "H5P, nobody's address": (
        {**H5P, "actor": {"name": "12", "mbox": "mailto:false", "objectType": "Agent"}},
        "/actor/mbox",
        "not_a_mailto",
    ),
    "Captivate, an id with a space": (
        {**CAPTIVATE, "object": {"id": "http://adobe.com/xapi/Slide 3"}},
        "/object/id",
        "not_an_iri",
    ),
}
