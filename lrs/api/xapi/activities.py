"""/xapi/activities: everything known of an activity (xAPI 1.0.3, Communication 2.5)."""

from typing import Any

from lrs.api.authentication import demand
from lrs.api.http import Answer, Request
from lrs.api.xapi.queries import refuse_unknown
from lrs.api.xapi.representations import made_answer
from lrs.api.xapi.resource import Resource
from lrs.errors import InvalidRequest
from lrs.storage.administration.credentials import Credential
from lrs.storage.administration.stores import Store
from lrs.xapi import parameters as check
from lrs.xapi.definitions import merged
from lrs.xapi.json import dump
from lrs.xapi.versions import Version

_PARAMETERS = frozenset({"activityId"})
_READ = ("statements/read", "define", "all/read")


class Activities(Resource):
    """The Activities resource. An activity nobody has mentioned is still an Activity."""

    path = "/xapi/activities"
    methods = ("GET", "HEAD", "OPTIONS")

    async def serve(self, request: Request, credential: Credential, version: Version) -> Answer:  # noqa: ARG002
        demand(credential, *_READ)
        given = request.parameters()
        refuse_unknown(given, _PARAMETERS)
        if "activityId" not in given:
            raise InvalidRequest("The parameter activityId is missing.", code="missing_parameter")
        iri = check.check_iri("activityId", given["activityId"])
        activity = await self._services.reading(self._activity, credential.store, iri)
        return made_answer(request, dump(activity))

    def _activity(self, store: Store, iri: str) -> dict[str, Any]:
        activity: dict[str, Any] = {"objectType": "Activity", "id": iri}
        said = self._services.definitions.definitions(store, [iri]).get(iri)
        if said:
            activity["definition"] = merged(said)
        return activity
