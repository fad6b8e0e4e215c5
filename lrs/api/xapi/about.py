"""/xapi/about: which versions are served (xAPI 1.0.3, Communication 2.8). Open to everybody."""

from lrs.api.http import Answer, Receive, Request, Scope, Send, json_answer, reply
from lrs.api.refusals import refusal
from lrs.api.xapi import versions
from lrs.api.xapi.cross_origin import allow_origin, preflight
from lrs.api.xapi.queries import refuse_unknown
from lrs.errors import InvalidRequest, LrsError, MethodNotAllowed
from lrs.xapi.versions import Version

METHODS = ("GET", "HEAD", "OPTIONS")


class About:
    """The about resource: every version served is listed, whichever one the request speaks."""

    path = "/xapi/about"

    def __init__(self, *, software: str) -> None:
        self._body = {
            "version": list(versions.SERVED),
            "extensions": {"https://w3id.org/lrs/extensions/software": software},
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["route"] = self
        request = Request(scope, receive)
        await reply(request, send, self._answer(request))

    def _answer(self, request: Request) -> Answer:
        if request.method == "OPTIONS":
            return preflight(request, METHODS)
        try:
            if request.method not in METHODS:
                raise MethodNotAllowed(f"Use {', '.join(METHODS)}.")
            refuse_unknown(request.parameters(), frozenset())
            answer = json_answer(200, self._body)
        except LrsError as error:
            answer = refusal(error, request.header(b"accept"))
        answer.headers.append(versions.answer_header(_speaking(request)))
        return allow_origin(request, answer)


def _speaking(request: Request) -> Version:
    """This resource refuses no version: it is where a client learns which ones there are."""
    header = request.headers.get(versions.HEADER)
    try:
        return versions.spoken(header)
    except InvalidRequest:
        return versions.assumed(header)
