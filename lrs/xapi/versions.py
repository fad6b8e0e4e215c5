"""The two families of xAPI that are spoken here, and how their numbers are written."""

import enum
import re

from lrs.errors import InvalidRequest


class Version(enum.Enum):
    """A family of versions; the value is its latest patch, which answers carry."""

    V1 = "1.0.3"
    V2 = "2.0.0"


_HEADERS = (
    (re.compile(r"1\.0(\.[0-9]+)?", re.ASCII), Version.V1),
    (re.compile(r"2\.0(\.[0-9]+)?", re.ASCII), Version.V2),
)
# A statement's own version: xAPI 1.0.3, Data 2.4.10; xAPI 2.0, 4.2.4.3
# `1.0` alone stands for 1.0.0, as in the header (Communication 3.3)
_PATCH = r"\.(0|[1-9][0-9]{0,8})([-+][0-9A-Za-z.+-]{1,40})?"
_STATEMENT_V1 = re.compile(rf"1\.0({_PATCH})?", re.ASCII)
_STATEMENT_V2 = re.compile(rf"2\.0{_PATCH}", re.ASCII)


def parse_version(header: str) -> Version:
    """The family that a version header asks for: `1.0`, `1.0.x`, `2.0` or `2.0.x`.

    Raises InvalidRequest for anything else (xAPI 1.0.3, Communication 3.3).
    """
    for pattern, version in _HEADERS:
        if pattern.fullmatch(header):
            return version
    raise InvalidRequest(
        f"xAPI version {header[:40]!r} is not served; send "
        f"{' or '.join(version.value for version in Version)}.",
        code="unsupported_version",
    )


def statement_version(text: str, spoken: Version) -> Version | None:
    """The family of a statement's own `version`; None if a request that speaks `spoken` may
    not bring it. Under 2.0 a statement may be of either family.
    """
    if _STATEMENT_V1.fullmatch(text):
        return Version.V1
    if spoken is Version.V2 and _STATEMENT_V2.fullmatch(text):
        return Version.V2
    return None
