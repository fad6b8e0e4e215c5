"""What every resource of xAPI has in common: who asks, in which version, and how refusals look.

Raw ASGI endpoints: a decorated route would cost more than validating and storing a statement.
"""

from abc import ABC, abstractmethod

from lrs.api.authentication import authenticate
from lrs.api.http import Answer, DisconnectedError, Header, Receive, Request, Scope, Send, reply
from lrs.api.refusals import refusal, unexpected
from lrs.api.services import Services
from lrs.api.xapi import versions
from lrs.api.xapi.alternate import is_alternate, refuse_version, translate
from lrs.api.xapi.cross_origin import allow_origin, preflight
from lrs.errors import LrsError, MethodNotAllowed
from lrs.storage.administration.credentials import Credential
from lrs.xapi.versions import Version


class Endpoint(ABC):
    """An ASGI application under /xapi.

    path: as metrics and logs name it. methods: those served, OPTIONS among them.
    """

    path: str
    methods: tuple[str, ...]

    def __init__(self, services: Services) -> None:
        self._services = services
        self._origins = services.settings.cors_origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["route"] = self
        request = Request(scope, receive)
        try:
            if request.method == "OPTIONS":
                answer = self._preflight(request)
            else:
                answer = await self.answer(request)
        except DisconnectedError:
            return
        finally:
            request.release()
        if request.translated and request.method == "HEAD":
            answer.body = b""  # it came as a POST, so nobody below leaves the body out
        allow_origin(request, answer, self._origins)
        await reply(request, send, answer)

    def _preflight(self, request: Request) -> Answer:
        answer = preflight(request, self.methods)
        answer.headers.append(versions.answer_header(self.assumed(request)))
        return answer

    @abstractmethod
    async def answer(self, request: Request) -> Answer:
        """Answer a request, refusals included."""

    def assumed(self, request: Request) -> Version:
        """The version of an answer to a request whose own version cannot be told."""
        settings = self._services.settings
        fallback = settings.default_version or settings.refusal_version
        return versions.assumed(request.headers.get(versions.HEADER), fallback)

    def demand_method(self, request: Request) -> None:
        if request.method not in self.methods:
            served = ", ".join(self.methods)
            raise MethodNotAllowed(
                f"{request.method[:20]} is not served here; use {served}.", allowed=self.methods
            )


class Resource(Endpoint):
    """One resource of the specification, for whoever holds a credential."""

    @abstractmethod
    async def serve(self, request: Request, credential: Credential, version: Version) -> Answer:
        """Answer a request of one of `methods` (never OPTIONS), or raise an LrsError."""

    def headers(self, credential: Credential | None) -> tuple[Header, ...]:  # noqa: ARG002
        """What every answer of this resource carries beside the version, refusals included."""
        return ()

    async def answer(self, request: Request) -> Answer:
        services = self._services
        version: Version | None = None
        credential: Credential | None = None
        try:
            if is_alternate(request):
                await translate(request, services)
            headers = request.headers
            version = versions.spoken(
                headers.get(versions.HEADER), services.settings.default_version
            )
            if request.translated:
                refuse_version(version)
            credential = await authenticate(
                services, headers.get(b"authorization"), request.address()
            )
            self.demand_method(request)
            answer = await self.serve(request, credential, version)
        except LrsError as error:
            answer = refusal(error, request.header(b"accept"))
        except DisconnectedError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, the client gets an answer
            fault = unexpected(error, request.method, self.path)
            answer = refusal(fault, request.header(b"accept"))
        spoken = version or self.assumed(request)
        answer.headers += (versions.answer_header(spoken), *self.headers(credential))
        return answer
