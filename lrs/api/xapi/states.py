"""/xapi/activities/state: what an activity keeps of an agent (xAPI 1.0.3, Communication 2.3)."""

from collections.abc import Mapping

from lrs.api.xapi.documents import DocumentResource
from lrs.storage.documents.documents import Place
from lrs.xapi import parameters as check
from lrs.xapi.versions import Version


class States(DocumentResource):
    """The State resource. 1.0 asks for no precondition here: conflicts are unlikely (3.1)."""

    path = "/xapi/activities/state"
    scope = "state"
    name = "stateId"
    required = ("activityId", "agent")
    optional = ("registration",)
    several = True
    careful = frozenset({Version.V2})

    def place(self, given: Mapping[str, str]) -> Place:
        registration = given.get("registration")
        return Place(
            agent=check.check_identity("agent", given["agent"]),
            activity=check.check_iri("activityId", given["activityId"]),
            registration=(
                check.check_uuid("registration", registration) if registration is not None else None
            ),
        )
