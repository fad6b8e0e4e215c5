"""Strings that follow a format, and maps with such keys (xAPI 1.0.3, Data 2.2 and 4.0)."""

import re
from typing import Any

from lrs.xapi.checks import Format, Map, anything, text
from lrs.xapi.durations import is_duration
from lrs.xapi.faults import Faults
from lrs.xapi.iri import is_iri, is_mailto, is_uri
from lrs.xapi.languages import is_language_tag

_UUID = re.compile(r"[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}")
_SHA1 = re.compile(r"[0-9A-Fa-f]{40}")
_SHA2 = re.compile(r"[0-9A-Fa-f]{56}(?:[0-9A-Fa-f]{8}|[0-9A-Fa-f]{40}|[0-9A-Fa-f]{72})?")
_TOKEN = r"[A-Za-z0-9!#$%&'*+.^_`|~-]+"  # noqa: S105  # RFC 9110, 5.6.2
_QUOTED = r"\"(?:[^\"\\\x00-\x08\x0a-\x1f\x7f]|\\[\t -~])*+\""  # RFC 9110, 5.6.4
_MEDIA_TYPE = re.compile(
    rf"{_TOKEN}/{_TOKEN}(?:[ \t]*+;[ \t]*+(?:{_TOKEN}=(?:{_TOKEN}|{_QUOTED}))?)*+"
)
_LARGEST_LENGTH = 2**63 - 1


def is_uuid(value: str) -> bool:
    """Whether this is a UUID in its standard form, of any version, in any case (4.4)."""
    return _UUID.fullmatch(value) is not None


UUID = Format(is_uuid, "not_a_uuid", "is not a UUID; send 8-4-4-4-12 hexadecimal digits.")
IRI = Format(
    is_iri, "not_an_iri", "is not an IRI; begin with a scheme such as https: and encode spaces."
)
IRL = Format(
    is_iri, "not_an_irl", "is not an IRL; send the whole address, such as https://example.org/a."
)
LANGUAGE = Format(
    is_language_tag, "not_a_language", "is not an RFC 5646 language tag; send one such as en-US."
)
DURATION = Format(
    is_duration, "not_a_duration", "is not an ISO 8601 duration; send one such as PT1M30.5S."
)
MAILTO = Format(
    is_mailto, "not_a_mailto", "is not a mailto IRI; send mailto: and one mail address."
)
SHA1SUM = Format(
    lambda value: _SHA1.fullmatch(value) is not None,
    "not_a_sha1",
    "is not a SHA-1 hash; send the 40 hexadecimal digits of the hash of a mailto IRI.",
)
OPENID = Format(is_uri, "not_a_uri", "is not a URI; begin with a scheme such as https:.")
HASH = Format(
    lambda value: _SHA2.fullmatch(value) is not None,
    "not_a_sha2",
    "is not a SHA-2 hash; send its 56, 64, 96 or 128 hexadecimal digits.",
)
CONTENT_TYPE = Format(
    lambda value: _MEDIA_TYPE.fullmatch(value) is not None,
    "not_a_media_type",
    "is not a media type; send one such as text/plain.",
)
LANGUAGE_MAP = Map(
    is_language_tag,
    "not_a_language",
    "is not an RFC 5646 language tag; use one such as en-US.",
    text,
)
EXTENSIONS = Map(
    is_iri, "not_an_iri", "is not an IRI; extensions have IRIs for their keys.", anything
)


def octets(value: Any, path: str, faults: Faults) -> None:
    if type(value) is not int:
        faults.wrong_type(value, path, "a whole number of octets")
    elif not 0 <= value <= _LARGEST_LENGTH:
        faults.add(path, "out_of_range", "A length in octets is between 0 and 2^63 - 1.")
