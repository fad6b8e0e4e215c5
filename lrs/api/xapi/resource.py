"""What every resource of xAPI has in common: who asks, in which version, and how refusals look.

Raw ASGI endpoints: a decorated route would cost more than validating and storing a statement.
"""

from abc import ABC, abstractmethod

from lrs.api.authentication import authenticate
from lrs.api.http import Answer, DisconnectedError, Header, Receive, Request, Scope, Send, reply
from lrs.api.refusals import refusal, unexpected
from lrs.api.services import Services
from lrs.api.xapi import versions
from lrs.api.xapi.cross_origin import allow_origin, preflight
from lrs.errors import LrsError, MethodNotAllowed
from lrs.storage.administration.credentials import Credential
from lrs.xapi.versions import Version


class Resource(ABC):
    """One resource of the specification, as an ASGI application.

    path: as metrics and logs name it. methods: those served, OPTIONS among them.
    """

    path: str
    methods: tuple[str, ...]

    def __init__(self, services: Services) -> None:
        self._services = services

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

    @abstractmethod
    async def serve(self, request: Request, credential: Credential, version: Version) -> Answer:
        """Answer a request of one of `methods` (never OPTIONS), or raise an LrsError."""

    def headers(self, credential: Credential | None) -> tuple[Header, ...]:  # noqa: ARG002
        """What every answer of this resource carries beside the version, refusals included."""
        return ()

    async def _answer(self, request: Request) -> Answer:
        if request.method == "OPTIONS":
            return preflight(request, self.methods)
        services, headers = self._services, request.headers
        version = versions.assumed(headers.get(versions.HEADER))
        credential: Credential | None = None
        try:
            version = versions.spoken(
                headers.get(versions.HEADER), services.settings.default_version
            )
            credential = await authenticate(services, headers.get(b"authorization"))
            if request.method not in self.methods:
                raise MethodNotAllowed(
                    f"{request.method[:20]} is not served here; use {', '.join(self.methods)}."
                )
            answer = await self.serve(request, credential, version)
        except LrsError as error:
            answer = refusal(error, request.header(b"accept"))
        except DisconnectedError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, the client gets an answer
            fault = unexpected(error, request.method, self.path)
            answer = refusal(fault, request.header(b"accept"))
        answer.headers += (versions.answer_header(version), *self.headers(credential))
        return allow_origin(request, answer)
