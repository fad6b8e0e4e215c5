"""Cross-origin requests of tools that run in a browser (CORS).

By default any origin may ask: what opens this API is the credential in the Authorization header,
and a page has to know it. No cookie opens it. Browsers keep an answer from a page that asks with
their own credentials (`withCredentials`, which some tools set) unless its origin is allowed by
name and may use them; so that is what naming an origin in the setting says.
"""

import re
from functools import lru_cache

from lrs.api.http import Answer, Header, Request

_EXPOSED = (
    b"ETag, Last-Modified, Content-Type, Content-Length, Content-Disposition, "
    b"X-Experience-API-Version, X-Experience-API-Consistent-Through, X-Experience-API-Hash, "
    b"X-LRS-Position, Retry-After, Allow, WWW-Authenticate"
)
_REQUESTED = (
    "Authorization, Content-Type, X-Experience-API-Version, If-Match, If-None-Match, "
    "If-Modified-Since, If-Unmodified-Since, Accept, Accept-Language, X-Requested-With, "
    "X-Experience-API-Hash, Content-Transfer-Encoding, Cache-Control, Pragma"
)
_KNOWN = frozenset(name.lower() for name in _REQUESTED.split(", "))
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}")
_MOST_NAMES = 32
_DAY = b"86400"


def allow_origin(request: Request, answer: Answer, origins: str) -> None:
    """Say that the asking page may read the answer. origins: the setting LRS_CORS_ORIGINS."""
    if b"origin" in request.headers or origins != "*":
        answer.headers += _answer(request.headers.get(b"origin", b""), origins)


@lru_cache(maxsize=256)
def _answer(origin: bytes, origins: str) -> tuple[Header, ...]:
    exposed = (b"access-control-expose-headers", _EXPOSED)
    if origins == "*":
        return (b"access-control-allow-origin", b"*"), exposed
    # A cache must not give one page's answer to another
    vary = (b"vary", b"Origin")
    if origin.decode("latin-1") not in origins.split():
        return (vary,)
    credentials = (b"access-control-allow-credentials", b"true")
    return (b"access-control-allow-origin", origin), credentials, exposed, vary


def preflight(request: Request, methods: tuple[str, ...]) -> Answer:
    """The answer to OPTIONS, before anybody is authenticated."""
    allowed = ", ".join(methods).encode()
    headers = [
        (b"allow", allowed),
        (b"access-control-allow-methods", allowed),
        (b"access-control-allow-headers", _requested(request)),
        (b"access-control-max-age", _DAY),
    ]
    return Answer(204, headers=headers)


def _requested(request: Request) -> bytes:
    """The request headers that may be sent: those known here, and any other that is asked for.

    What is not known changes nothing, and clients add headers of their own (tracing, caching).
    """
    asked = request.header(b"access-control-request-headers").split(",")[:_MOST_NAMES]
    names = [name.strip() for name in asked]
    more = [name for name in names if _NAME.fullmatch(name) and name.lower() not in _KNOWN]
    return ", ".join([_REQUESTED, *more]).encode()
