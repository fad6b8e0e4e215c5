"""/xapi/statements: storing and reading statements (xAPI 1.0.3, Communication 2.1)."""

from lrs.api.authentication import demand
from lrs.api.http import Answer, Header, Request
from lrs.api.services import Services
from lrs.api.xapi.reading import Reading
from lrs.api.xapi.resource import Resource
from lrs.api.xapi.writing import Writing
from lrs.storage.administration.credentials import Credential
from lrs.xapi.versions import Version

CONSISTENT_THROUGH = b"x-experience-api-consistent-through"
_WRITE = ("statements/write",)
_READ = ("statements/read", "statements/read/mine", "all/read")


class Statements(Resource):
    """The statements resource."""

    path = "/xapi/statements"
    methods = ("GET", "HEAD", "POST", "PUT", "OPTIONS")

    def __init__(self, services: Services) -> None:
        super().__init__(services)
        self._reading = Reading(services)
        self._writing = Writing(services)

    def headers(self, credential: Credential | None) -> tuple[Header, ...]:
        store = credential.store if credential is not None else None
        return ((CONSISTENT_THROUGH, self._services.horizons.header(store)),)

    async def serve(self, request: Request, credential: Credential, version: Version) -> Answer:
        if request.method in {"GET", "HEAD"}:
            demand(credential, *_READ)
            return await self._reading.get(request, credential, version)
        demand(credential, *_WRITE)
        if request.method == "POST":
            return await self._writing.post(request, credential, version)
        return await self._writing.put(request, credential, version)
