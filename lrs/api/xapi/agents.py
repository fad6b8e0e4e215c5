"""/xapi/agents: everything known of an agent, as a Person (xAPI 1.0.3, Communication 2.4)."""

from typing import Any

import orjson

from lrs.api.authentication import demand
from lrs.api.http import Answer, Request
from lrs.api.xapi.queries import refuse_unknown
from lrs.api.xapi.representations import made_answer
from lrs.api.xapi.resource import Resource
from lrs.errors import InvalidRequest
from lrs.storage.administration.credentials import Credential
from lrs.storage.administration.stores import Store
from lrs.xapi import parameters as check
from lrs.xapi.references import identity
from lrs.xapi.versions import Version

_PARAMETERS = frozenset({"agent"})
_READ = ("statements/read", "define", "all/read")
_IDENTIFIERS = ("mbox", "mbox_sha1sum", "openid", "account")


class Agents(Resource):
    """The Agents resource.

    A Person has the one identifier that was asked for: which others are the same person's is for
    those who may read learners (`/api/v1/learners`).
    """

    path = "/xapi/agents"
    methods = ("GET", "HEAD", "OPTIONS")

    async def serve(self, request: Request, credential: Credential, version: Version) -> Answer:  # noqa: ARG002
        demand(credential, *_READ)
        given = request.parameters()
        refuse_unknown(given, _PARAMETERS)
        if "agent" not in given:
            raise InvalidRequest("The parameter agent is missing.", code="missing_parameter")
        agent = check.check_single_agent("agent", given["agent"])
        person = await self._services.reading(self._person, credential.store, agent)
        return made_answer(request, orjson.dumps(person))

    def _person(self, store: Store, agent: dict[str, Any]) -> dict[str, Any]:
        """The agent and every name that statements gave it, in their order."""
        known = identity(agent)
        names = self._services.definitions.names(store, [known]).get(known, []) if known else []
        if "name" in agent:
            names.append(agent["name"])
        person: dict[str, Any] = {"objectType": "Person"}
        if names:
            person["name"] = list(dict.fromkeys(names))
        person.update((name, [agent[name]]) for name in _IDENTIFIERS if name in agent)
        return person
