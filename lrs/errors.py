"""The errors the store raises, as one small tree.

LrsError
├── Joined (307, says where)
├── InvalidRequest (400)
│   └── InvalidStatement (400, carries every fault with its path)
│       ├── InvalidFile (400, likewise of a file that an analyst gives)
│       └── InvalidAct (400, likewise of what somebody writes about a learner)
├── NotAuthenticated (401)
├── Forbidden (403)
├── NotFound (404)
├── MethodNotAllowed (405)
├── Conflict (409)
├── Erased (410)
├── PreconditionFailed (412)
├── TooLarge (413)
├── UnsupportedMediaType (415)
├── TooManyRequests (429)
└── Unavailable (503, says when to come back)

Each knows the HTTP status it answers with and a stable machine-readable code; the message
tells the caller what to change.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple


class Fault(NamedTuple):
    """One thing wrong with a value, and where.

    path: a JSON pointer into what was sent (`/2/context/registration`; empty for the whole).
    code: stable identifier of the rule (`wrong_type`, `unknown_property`, …).
    message: one sentence that says what to change.
    """

    path: str
    code: str
    message: str


class LrsError(Exception):
    """Anything the caller can be told about; subclasses fix the status."""

    status = 500
    code = "error"

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        if code is not None:
            self.code = code

    @property
    def headers(self) -> dict[str, str]:
        return {}

    def body(self) -> dict[str, Any]:
        return {"code": self.code, "message": self.message}


class Joined(LrsError):
    """What is asked for is told of another learner since their identities were joined.

    location: the same question about that one. Not for ever: they may be separated again.
    """

    status = 307
    code = "joined"

    def __init__(self, message: str, *, location: str) -> None:
        super().__init__(message)
        self.location = location

    @property
    def headers(self) -> dict[str, str]:
        return {"Location": self.location}


class InvalidRequest(LrsError):
    status = 400
    code = "invalid_request"


class InvalidStatement(InvalidRequest):
    """A body that is not valid xAPI; `faults` lists everything found, with paths."""

    code = "invalid_statement"

    def __init__(self, faults: Sequence[Fault]) -> None:
        first = faults[0]
        where = first.path or "the body"
        more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
        super().__init__(f"{where}: {first.message}{more}")
        self.faults = tuple(faults)

    def body(self) -> dict[str, Any]:
        return {**super().body(), "faults": [fault._asdict() for fault in self.faults]}


class InvalidFile(InvalidStatement):
    """A table or map that an analyst gives and that cannot be used; `faults` say where and why."""

    code = "invalid_file"


class InvalidAct(InvalidStatement):
    """What somebody writes about a learner cannot stand so; `faults` say which field and why."""

    code = "invalid_act"


class NotAuthenticated(LrsError):
    status = 401
    code = "not_authenticated"

    @property
    def headers(self) -> dict[str, str]:
        return {"WWW-Authenticate": 'Basic realm="xAPI", charset="UTF-8"'}


class Forbidden(LrsError):
    status = 403
    code = "forbidden"


class NotFound(LrsError):
    status = 404
    code = "not_found"


class MethodNotAllowed(LrsError):
    """allowed: the methods that are served there (RFC 9110, 15.5.6)."""

    status = 405
    code = "method_not_allowed"

    def __init__(self, message: str, *, allowed: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.allowed = allowed

    @property
    def headers(self) -> dict[str, str]:
        return {"Allow": ", ".join(self.allowed)}


class Conflict(LrsError):
    status = 409
    code = "conflict"


class Erased(LrsError):
    status = 410
    code = "erased"


class PreconditionFailed(LrsError):
    status = 412
    code = "precondition_failed"


class TooLarge(LrsError):
    status = 413
    code = "too_large"


class UnsupportedMediaType(LrsError):
    status = 415
    code = "unsupported_media_type"


class TooManyRequests(LrsError):
    status = 429
    code = "too_many_requests"

    def __init__(self, message: str, *, code: str | None = None, retry_after: int = 1) -> None:
        super().__init__(message, code=code)
        self.retry_after = retry_after

    @property
    def headers(self) -> dict[str, str]:
        return {"Retry-After": str(self.retry_after)}


class Unavailable(LrsError):
    status = 503
    code = "unavailable"

    def __init__(self, message: str, *, code: str | None = None, retry_after: int = 1) -> None:
        super().__init__(message, code=code)
        self.retry_after = retry_after

    @property
    def headers(self) -> dict[str, str]:
        return {"Retry-After": str(self.retry_after)}
