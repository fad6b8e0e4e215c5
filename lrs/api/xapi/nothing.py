"""Paths under /xapi where there is no resource: told in the manner of xAPI, to browsers too."""

from lrs.api.http import Answer, Request
from lrs.api.refusals import refusal
from lrs.api.xapi import versions
from lrs.api.xapi.resource import Endpoint
from lrs.errors import NotFound


class Nothing(Endpoint):
    """Answers whatever no resource is at."""

    path = "/xapi/…"
    methods = ("GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS")

    async def answer(self, request: Request) -> Answer:
        path = request.scope["path"][:200]
        answer = refusal(
            NotFound(f"There is no xAPI resource at {path}."), request.header(b"accept")
        )
        answer.headers.append(versions.answer_header(self.assumed(request)))
        return answer
