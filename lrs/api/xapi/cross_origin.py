"""Cross-origin requests of tools that run in a browser (CORS).

Any origin may ask: what opens this API is the credential in the Authorization header, which no
browser adds by itself. Cookies are never accepted across origins.
"""

from lrs.api.http import Answer, Request

_EXPOSED = (
    b"ETag, Last-Modified, X-Experience-API-Version, X-Experience-API-Consistent-Through, "
    b"X-LRS-Position, Retry-After"
)
_REQUESTED = (
    b"Authorization, Content-Type, X-Experience-API-Version, If-Match, If-None-Match, "
    b"Accept-Language"
)
_ANSWER = ((b"access-control-allow-origin", b"*"), (b"access-control-expose-headers", _EXPOSED))
_DAY = b"86400"


def allow_origin(request: Request, answer: Answer) -> Answer:
    if b"origin" in request.headers:
        answer.headers += _ANSWER
    return answer


def preflight(request: Request, methods: tuple[str, ...]) -> Answer:
    """The answer to OPTIONS, before anybody is authenticated."""
    allowed = ", ".join(methods).encode()
    headers = [
        (b"allow", allowed),
        (b"access-control-allow-methods", allowed),
        (b"access-control-allow-headers", _REQUESTED),
        (b"access-control-max-age", _DAY),
        (b"vary", b"Origin"),
    ]
    return allow_origin(request, Answer(204, headers=headers))
