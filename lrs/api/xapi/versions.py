"""Which xAPI version a request speaks, and what an answer says of it."""

from functools import lru_cache

from lrs.errors import InvalidRequest
from lrs.xapi.versions import Version, parse_version

HEADER = b"x-experience-api-version"
SERVED = tuple(version.value for version in Version)


def spoken(header: bytes | None, default: str = "") -> Version:
    """The version a request speaks. Raises InvalidRequest when it names none or one not served.

    default: the version assumed for a request without the header; empty: such a request is refused
    (xAPI 1.0.3, Communication 3.3).
    """
    if header is not None:
        return _parse(header)
    if default:
        return parse_version(default)
    raise InvalidRequest(
        f"Name the xAPI version in the header X-Experience-API-Version: {' or '.join(SERVED)}.",
        code="version_missing",
    )


@lru_cache(maxsize=64)
def _parse(header: bytes) -> Version:
    return parse_version(header.decode("latin-1").strip())


def assumed(header: bytes | None, fallback: str = Version.V2.value) -> Version:
    """The version an answer speaks when the request's own cannot be served.

    fallback: the version spoken to a request that names none.
    """
    if header is None:
        return _parse(fallback.encode())
    return Version.V1 if header.strip()[:1] in {b"0", b"1"} else Version.V2


def answer_header(version: Version) -> tuple[bytes, bytes]:
    return _ANSWERS[version]


_ANSWERS = {version: (HEADER, version.value.encode()) for version in Version}
