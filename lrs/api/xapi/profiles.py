"""/xapi/agents/profile and /xapi/activities/profile (xAPI 1.0.3, Communication 2.6 and 2.7)."""

from collections.abc import Mapping

from lrs.api.xapi.documents import DocumentResource
from lrs.storage.documents.documents import Place
from lrs.xapi import parameters as check
from lrs.xapi.versions import Version

_ALWAYS = frozenset(Version)
_STRICT = frozenset({Version.V1})  # "a Client making a PUT request … MUST include" one of the two


class AgentProfiles(DocumentResource):
    """Documents about an agent."""

    path = "/xapi/agents/profile"
    scope = "profile"
    name = "profileId"
    required = ("agent",)
    careful = _ALWAYS
    strict = _STRICT

    def place(self, given: Mapping[str, str]) -> Place:
        return Place(agent=check.check_identity("agent", given["agent"]))


class ActivityProfiles(DocumentResource):
    """Documents about an activity."""

    path = "/xapi/activities/profile"
    scope = "profile"
    name = "profileId"
    required = ("activityId",)
    careful = _ALWAYS
    strict = _STRICT

    def place(self, given: Mapping[str, str]) -> Place:
        return Place(activity=check.check_iri("activityId", given["activityId"]))
