"""Who may use which route: the whole table. A route that is not in it fails the test that reads it.

Callers are `nobody`, tools by their one scope, and people by role. Where a route is about a
learner, `teacher` and `learner` stand for those to whom that learner is shown, `coach` for somebody
with whom the learner's group is shared, without words.
"""

SCOPES = frozenset(
    {
        "statements/write", "statements/read", "statements/read/mine", "state", "define",
        "profile", "all/read", "all",
    }
)  # fmt: skip
ROLES = frozenset({"administrator", "analyst", "teacher", "coach", "learner"})
EVERYBODY = SCOPES | ROLES | {"nobody"}

SIGNED_IN = ROLES
TALKING = ROLES - {"analyst", "coach"}  # talks are the learner's and their teachers'
WHOLE = ROLES - {"coach"}  # what the learner wrote, and the record
ADMINISTRATOR = frozenset({"administrator"})
ADMINISTER = ADMINISTRATOR | {"all"}
MEANING = ADMINISTER | {"analyst"}
READ = MEANING | {"all/read"}
FEED = READ | {"statements/read"}
GROUP = READ | {"teacher", "coach"}
SHARERS = frozenset({"administrator", "teacher"})
LEARNER = GROUP | {"learner"}
WRITES = frozenset({"administrator", "teacher", "learner"})  # about a learner; never a tool
PEOPLE_OF_ALL = frozenset({"administrator", "analyst"})

V1 = "/api/v1"
# (method, path): who may. HEAD goes with GET.
ROUTES: dict[tuple[str, str], frozenset[str]] = {
    ("GET", "/health/live"): EVERYBODY,
    ("GET", "/health/ready"): EVERYBODY,
    ("GET", "/metrics"): EVERYBODY,
    ("GET", f"{V1}/openapi.json"): EVERYBODY,
    ("GET", f"{V1}/docs"): EVERYBODY,
    # the transparency log: salted hashes, nothing of a person
    ("GET", "/log/{store}/checkpoint"): EVERYBODY,
    ("GET", "/log/{store}/keys"): EVERYBODY,
    ("GET", "/log/{store}/tile/{path:path}"): EVERYBODY,
    ("GET", "/log/{store}/proof/inclusion"): EVERYBODY,
    ("GET", "/log/{store}/proof/consistency"): EVERYBODY,
    # learners and their views
    ("GET", f"{V1}/learners"): LEARNER,
    ("GET", f"{V1}/learners/{{learner_id}}"): LEARNER,
    ("GET", f"{V1}/learners/{{learner_id}}/mastery"): LEARNER,
    ("GET", f"{V1}/learners/{{learner_id}}/pace"): LEARNER,
    ("GET", f"{V1}/learners/{{learner_id}}/independence"): LEARNER,
    ("GET", f"{V1}/learners/{{learner_id}}/evidence"): LEARNER,
    ("GET", f"{V1}/learners/{{learner_id}}/history"): LEARNER,
    ("GET", f"{V1}/learners/{{learner_id}}/next"): LEARNER,
    ("GET", f"{V1}/learners/{{learner_id}}/map"): LEARNER,
    ("GET", f"{V1}/learners/{{learner_id}}/next/audit"): LEARNER,
    ("POST", f"{V1}/learners/{{learner_id}}/next"): WRITES,
    ("POST", f"{V1}/learners/{{learner_id}}/next/choices"): WRITES,
    ("GET", f"{V1}/learners/{{learner_id}}/story"): LEARNER - {"coach"},
    ("GET", f"{V1}/learners/{{learner_id}}/goals"): LEARNER,
    ("GET", f"{V1}/learners/{{learner_id}}/record"): LEARNER - {"coach"},
    ("GET", f"{V1}/shared-plans"): SIGNED_IN,  # what is shared with whoever asks
    # what the data of a store means
    ("GET", f"{V1}/observations"): READ,
    ("GET", f"{V1}/unread"): READ,
    ("GET", f"{V1}/identities"): READ,
    ("POST", f"{V1}/identities/join"): ADMINISTER,
    ("POST", f"{V1}/identities/separate"): ADMINISTER,
    ("GET", f"{V1}/alignments"): READ,
    ("POST", f"{V1}/alignments"): MEANING,
    ("POST", f"{V1}/alignments/{{number}}/adopt"): MEANING,
    ("GET", f"{V1}/alignments/{{number}}"): READ,
    ("GET", f"{V1}/alignments/{{number}}/csv"): READ,
    ("GET", f"{V1}/alignments/{{number}}/prerequisites"): READ,
    ("GET", f"{V1}/signals"): READ,
    ("PUT", f"{V1}/signals"): ADMINISTER,
    ("POST", f"{V1}/signals"): ADMINISTER,
    ("POST", f"{V1}/signals/versions/{{number}}/adopt"): ADMINISTER,
    ("GET", f"{V1}/signals/schema"): READ,
    ("GET", f"{V1}/signals/versions"): READ,
    ("GET", f"{V1}/signals/versions/{{number}}"): READ,
    ("GET", f"{V1}/calibrations"): READ,
    ("GET", f"{V1}/calibrations/{{number}}"): READ,
    ("GET", f"{V1}/calibrations/{{number}}/evaluation"): READ,
    ("GET", f"{V1}/export"): READ,
    ("GET", f"{V1}/export/{{table}}"): READ,
    # the log
    ("GET", f"{V1}/feed"): FEED,
    ("GET", f"{V1}/attachments/{{sha2}}"): FEED,
    ("GET", f"{V1}/statements/{{statement_id}}"): FEED,
    ("GET", f"{V1}/statements/{{statement_id}}/receipt"): FEED,
    # administration
    ("GET", f"{V1}/status"): READ,
    ("GET", f"{V1}/stores"): ADMINISTER,
    ("POST", f"{V1}/learners/{{learner_id}}/erase"): ADMINISTER,
    ("GET", f"{V1}/audit"): ADMINISTER,
    ("GET", f"{V1}/credentials"): ADMINISTER,
    ("POST", f"{V1}/credentials"): ADMINISTER,
    ("DELETE", f"{V1}/credentials/{{key}}"): ADMINISTER,
    ("POST", f"{V1}/credentials/{{key}}/rotate"): ADMINISTER,
    # groups
    ("GET", f"{V1}/groups"): GROUP,
    ("POST", f"{V1}/groups"): ADMINISTER,
    ("GET", f"{V1}/groups/{{group_id}}"): GROUP,
    ("GET", f"{V1}/groups/{{group_id}}/mastery"): GROUP,
    ("GET", f"{V1}/groups/{{group_id}}/pace"): GROUP,
    ("GET", f"{V1}/groups/{{group_id}}/independence"): GROUP,
    ("GET", f"{V1}/groups/{{group_id}}/attention"): GROUP,
    ("PATCH", f"{V1}/groups/{{group_id}}"): ADMINISTER,
    ("DELETE", f"{V1}/groups/{{group_id}}"): ADMINISTER,
    ("POST", f"{V1}/groups/{{group_id}}/members"): ADMINISTER,
    ("POST", f"{V1}/groups/{{group_id}}/members/remove"): ADMINISTER,
    ("PUT", f"{V1}/groups/{{group_id}}/teachers/{{name}}"): ADMINISTRATOR,
    ("DELETE", f"{V1}/groups/{{group_id}}/teachers/{{name}}"): ADMINISTRATOR,
    ("GET", f"{V1}/groups/{{group_id}}/shares"): SHARERS,
    ("POST", f"{V1}/groups/{{group_id}}/shares"): SHARERS,
    ("DELETE", f"{V1}/groups/{{group_id}}/shares/{{share_id}}"): SHARERS,
    # people are of no store: no credential administers them
    ("GET", f"{V1}/users"): ADMINISTRATOR,
    ("POST", f"{V1}/users"): ADMINISTRATOR,
    ("PATCH", f"{V1}/users/{{name}}"): ADMINISTRATOR,
    ("PUT", f"{V1}/users/{{name}}/learner"): ADMINISTRATOR,
    ("GET", f"{V1}/users/{{name}}/sessions"): ADMINISTRATOR,
    ("DELETE", f"{V1}/users/{{name}}/sessions"): ADMINISTRATOR,
    # oneself, with a session
    ("GET", f"{V1}/me"): SIGNED_IN,
    ("GET", f"{V1}/sessions"): SIGNED_IN,
    ("DELETE", f"{V1}/sessions"): SIGNED_IN,
    ("GET", f"{V1}/tokens"): SIGNED_IN,
    ("POST", f"{V1}/tokens"): SIGNED_IN,
    ("DELETE", f"{V1}/tokens/{{token_id}}"): SIGNED_IN,
    # the console
    ("GET", "/"): SIGNED_IN,
    ("GET", "/learners"): SIGNED_IN,
    ("GET", "/shared-plans"): SIGNED_IN,
    ("GET", "/me"): SIGNED_IN,  # 404 for whoever is no learner
    ("GET", "/me/{page}"): SIGNED_IN,
    ("GET", "/reader"): EVERYBODY,  # language and time zone
    ("POST", "/reader"): EVERYBODY,
    ("GET", "/learners/{store:path}/{learner}"): SIGNED_IN,
    ("GET", "/learners/{store:path}/{learner}/evidence"): SIGNED_IN,
    ("GET", "/learners/{store:path}/{learner}/goals"): SIGNED_IN,
    ("GET", "/learners/{store:path}/{learner}/record"): WHOLE,
    ("GET", "/learners/{store:path}/{learner}/say"): SIGNED_IN,
    ("POST", "/learners/{store:path}/{learner}/say"): SIGNED_IN,  # 403 for what is not theirs
    ("GET", "/learners/{store:path}/{learner}/charts"): SIGNED_IN,
    ("GET", "/learners/{store:path}/{learner}/charts/{name}"): SIGNED_IN,
    ("GET", "/learners/{store:path}/{learner}/conversation"): TALKING,
    ("POST", "/learners/{store:path}/{learner}/conversation"): SIGNED_IN,
    ("GET", "/learners/{store:path}/{learner}/conversation/{talk}"): TALKING,
    ("GET", "/statements/{store:path}/{statement}"): SIGNED_IN,
    # groups: 403 for learners, who are in no group of theirs
    ("GET", "/groups"): PEOPLE_OF_ALL | {"teacher", "coach"},
    ("GET", "/groups/{store:path}/{group}"): PEOPLE_OF_ALL | {"teacher", "coach"},
    ("GET", "/groups/{store:path}/{group}/cell"): PEOPLE_OF_ALL | {"teacher", "coach"},
    ("GET", "/groups/{store:path}/{group}/compare"): PEOPLE_OF_ALL | {"teacher", "coach"},
    ("GET", "/groups/{store:path}/{group}/pace"): PEOPLE_OF_ALL | {"teacher", "coach"},
    ("GET", "/groups/{store:path}/{group}/independence"): PEOPLE_OF_ALL | {"teacher", "coach"},
    ("GET", "/groups/{store:path}/{group}/heat"): PEOPLE_OF_ALL | {"teacher", "coach"},
    ("GET", "/groups/{store:path}/{group}/heat.svg"): PEOPLE_OF_ALL | {"teacher", "coach"},
    ("GET", "/groups/{store:path}/{group}/heat.vl.json"): PEOPLE_OF_ALL | {"teacher", "coach"},
    ("GET", "/groups/{store:path}/{group}/csv"): PEOPLE_OF_ALL | {"teacher", "coach"},
    ("GET", "/groups/{store:path}/{group}/live"): PEOPLE_OF_ALL | {"teacher", "coach"},  # else 400
    ("GET", "/groups/{store:path}/{group}/say"): PEOPLE_OF_ALL | {"teacher", "coach"},
    ("GET", "/groups/{store:path}/{group}/share"): PEOPLE_OF_ALL | {"teacher", "coach"},
    ("POST", "/groups/{store:path}/{group}/say"): SHARERS,
    ("POST", "/groups/{store:path}/{group}/share"): SHARERS,
    ("GET", "/calibrations"): PEOPLE_OF_ALL,
    ("GET", "/calibrations/{number}"): PEOPLE_OF_ALL,
    ("GET", "/account"): SIGNED_IN,
    ("GET", "/account/password"): SIGNED_IN,
    ("GET", "/account/sessions"): SIGNED_IN,
    ("POST", "/account/password"): SIGNED_IN,
    ("POST", "/account/sessions"): SIGNED_IN,
    ("POST", "/groups"): ADMINISTRATOR,
    ("GET", "/groups/{store:path}/{group}/settings"): ADMINISTRATOR,
    ("POST", "/groups/{store:path}/{group}/settings"): ADMINISTRATOR,
    ("GET", "/people"): ADMINISTRATOR,
    ("POST", "/people"): ADMINISTRATOR,
    ("GET", "/people/{number}"): ADMINISTRATOR,
    ("POST", "/people/{number}"): ADMINISTRATOR,
    ("GET", "/audit"): ADMINISTRATOR,
    ("GET", "/audit/csv"): ADMINISTRATOR,
    ("GET", "/sign-in"): EVERYBODY,
    ("POST", "/sign-in"): EVERYBODY,
    ("GET", "/sign-in/openid"): EVERYBODY,  # 404 without a provider
    ("GET", "/sign-in/openid/callback"): EVERYBODY,
    ("GET", "/sign-in/{token}"): EVERYBODY,
    ("POST", "/sign-in/{token}"): EVERYBODY,
    ("POST", "/sign-out"): EVERYBODY,
    ("GET", "/signed-out"): EVERYBODY,
    ("GET", "/static/{name}"): EVERYBODY,
}

# what people write about a learner: only the learner, or their teachers as well, or those alone
_BY_ACT = {
    **dict.fromkeys(
        (
            "preferences", "interests", "confidence", "reflections", "picks", "picks/remove",
            "help", "talk", "asks/withdraw", "disputes", "works", "choices",
        ),
        frozenset({"learner"}),
    ),
    **dict.fromkeys(
        (
            "goals", "goals/revise", "goals/end", "plans", "plans/revise", "plans/end", "pins",
            "pins/remove", "conversations", "conversations/follow-up", "disputes/settle", "shares",
            "shares/remove", "offers",
        ),
        frozenset({"learner", "teacher", "administrator"}),
    ),
    "asks/answer": frozenset({"teacher", "administrator"}),
}  # fmt: skip
PERSONAL = {
    ("POST", f"{V1}/learners/{{learner_id}}/{path}"): allowed for path, allowed in _BY_ACT.items()
}
ROUTES |= PERSONAL

# not for tokens: one that was stolen must neither make others nor end its owner's sessions
SESSION_ONLY = frozenset(
    {f"{V1}/me", f"{V1}/sessions", f"{V1}/tokens", f"{V1}/tokens/{{token_id}}"}
)
# about one learner: of these, teachers and learners see their own only
ABOUT_A_LEARNER = ("{learner_id}", "{learner}", "{statement}")

# asked of learners that there are: without a body, which the test never sends, nothing changes
NEED_A_BODY = frozenset(
    {
        f"{V1}/learners/{{learner_id}}/next",
        f"{V1}/learners/{{learner_id}}/next/choices",
        f"{V1}/groups/{{group_id}}/shares",
        f"{V1}/groups/{{group_id}}/shares/{{share_id}}",
    }
) | {path for _, path in PERSONAL}

_STATE = frozenset({"state", "all"})
_PROFILE = frozenset({"profile", "all"})
_WHOM = frozenset({"statements/read", "define", "all/read", "all"})
# under /xapi only tools, each for what its scope says (xAPI 1.0.3, Communication 4.2)
XAPI: dict[tuple[str, str], frozenset[str]] = {
    ("GET", "/xapi/about"): EVERYBODY,
    ("GET", "/xapi/statements"): frozenset(
        {"statements/read", "statements/read/mine", "all/read", "all"}
    ),
    ("POST", "/xapi/statements"): frozenset({"statements/write", "all"}),
    ("PUT", "/xapi/statements"): frozenset({"statements/write", "all"}),
    ("GET", "/xapi/activities"): _WHOM,
    ("GET", "/xapi/agents"): _WHOM,
    **{
        (method, path): scopes | ({"all/read"} if method == "GET" else set())
        for path, scopes in (
            ("/xapi/activities/state", _STATE),
            ("/xapi/activities/profile", _PROFILE),
            ("/xapi/agents/profile", _PROFILE),
        )
        for method in ("GET", "PUT", "POST", "DELETE")
    },
}
