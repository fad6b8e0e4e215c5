"""/xapi/about: which versions are served (xAPI 1.0.3, Communication 2.8). Open to everybody."""

from lrs.api.http import Answer, DisconnectedError, Request, json_answer
from lrs.api.refusals import refusal, unexpected
from lrs.api.services import Services
from lrs.api.xapi import versions
from lrs.api.xapi.alternate import is_alternate, translate
from lrs.api.xapi.queries import refuse_unknown
from lrs.api.xapi.resource import Endpoint
from lrs.errors import LrsError


class About(Endpoint):
    """The about resource: every version served is listed, whichever one the request speaks."""

    path = "/xapi/about"
    methods = ("GET", "HEAD", "OPTIONS")

    def __init__(self, services: Services, *, software: str) -> None:
        super().__init__(services)
        self._body = {
            "version": list(versions.SERVED),
            "extensions": {"https://w3id.org/lrs/extensions/software": software},
        }

    async def answer(self, request: Request) -> Answer:
        try:
            if is_alternate(request):
                await translate(request, self._services)
            self.demand_method(request)
            refuse_unknown(request.parameters(), frozenset())
            answer = json_answer(200, self._body)
        except LrsError as error:
            answer = refusal(error, request.header(b"accept"))
        except DisconnectedError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, the client gets an answer
            answer = refusal(unexpected(error, request.method, self.path))
        # No version is refused here: this is where a client learns which ones there are
        answer.headers.append(versions.answer_header(self.assumed(request)))
        return answer
