"""/xapi/statements: storing and reading statements (xAPI 1.0.3, Communication 2.1).

A raw ASGI endpoint: a decorated route would cost more than validating and storing a statement.
"""

from lrs.api import versions
from lrs.api.authentication import authenticate, demand
from lrs.api.cross_origin import allow_origin, preflight
from lrs.api.http import Answer, DisconnectedError, Receive, Request, Scope, Send, reply
from lrs.api.reading import Reading
from lrs.api.refusals import refusal, unexpected
from lrs.api.services import Services
from lrs.api.writing import Writing
from lrs.errors import LrsError, MethodNotAllowed
from lrs.storage.credentials import Credential
from lrs.xapi.versions import Version

CONSISTENT_THROUGH = b"x-experience-api-consistent-through"
METHODS = ("GET", "HEAD", "POST", "PUT", "OPTIONS")
_WRITE = ("statements/write",)
_READ = ("statements/read", "statements/read/mine", "all/read")


class Statements:
    """The statements resource, as an ASGI application."""

    path = "/xapi/statements"

    def __init__(self, services: Services) -> None:
        self._services = services
        self._reading = Reading(services)
        self._writing = Writing(services)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["route"] = self
        request = Request(scope, receive)
        try:
            answer = await self._answer(request)
        except DisconnectedError:
            return
        finally:
            request.release()
        await reply(request, send, answer)

    async def _answer(self, request: Request) -> Answer:
        """The answer with the headers that every one of this resource's answers carries."""
        if request.method == "OPTIONS":
            return preflight(request, METHODS)
        services, headers = self._services, request.headers
        version = versions.assumed(headers.get(versions.HEADER))
        credential: Credential | None = None
        try:
            version = versions.spoken(
                headers.get(versions.HEADER), services.settings.default_version
            )
            credential = await authenticate(services, headers.get(b"authorization"))
            answer = await self._dispatch(request, credential, version)
        except LrsError as error:
            answer = refusal(error, request.header(b"accept"))
        except DisconnectedError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, the client gets an answer
            fault = unexpected(error, request.method, self.path)
            answer = refusal(fault, request.header(b"accept"))
        store = credential.store if credential is not None else None
        answer.headers += (
            versions.answer_header(version),
            (CONSISTENT_THROUGH, services.horizons.header(store)),
        )
        return allow_origin(request, answer)

    async def _dispatch(self, request: Request, credential: Credential, version: Version) -> Answer:
        method = request.method
        if method == "POST":
            demand(credential, *_WRITE)
            return await self._writing.post(request, credential, version)
        if method in {"GET", "HEAD"}:
            demand(credential, *_READ)
            return await self._reading.get(request, credential, version)
        if method == "PUT":
            demand(credential, *_WRITE)
            return await self._writing.put(request, credential, version)
        raise MethodNotAllowed(f"{method[:20]} is not served here; use {', '.join(METHODS)}.")
