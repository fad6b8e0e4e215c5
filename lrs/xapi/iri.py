"""IRIs (RFC 3987), URIs (RFC 3986) and mailto IRIs, by regular expression."""

import ipaddress
import re
from functools import lru_cache

_CACHED_LENGTH = 256

_UCS = (
    "\u00a0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef"
    + "".join(f"{chr(plane << 16)}-{chr((plane << 16) + 0xFFFD)}" for plane in range(1, 14))
    + "\U000e1000-\U000efffd"
)
_PRIVATE = "\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd"
_NAME = rf"A-Za-z0-9\-._~{_UCS}!$&'()*+,;="
_PERCENT = "%[0-9A-Fa-f]{2}"


def _run(characters: str) -> str:
    """Any number of these characters and percent-encoded ones; never backtracks."""
    return f"(?:[{characters}]++|{_PERCENT})*+"


_AUTHORITY = (
    rf"(?:{_run(_NAME + ':')}@)?"
    rf"(?:\[(?P<ip>[0-9A-Fa-f:.]+)\]|\[[vV][0-9A-Fa-f]+\.[A-Za-z0-9\-._~!$&'()*+,;=:]+\]"
    rf"|{_run(_NAME)})"
    r"(?::[0-9]*)?"
)
_PATH = _run(_NAME + ":@/")
_IRI = re.compile(
    r"[A-Za-z][A-Za-z0-9+.\-]*:"
    rf"(?://{_AUTHORITY}(?:/{_PATH})?|/(?!/){_PATH}|(?!/){_PATH})"
    rf"(?:\?{_run(_NAME + ':@/?' + _PRIVATE)})?"
    rf"(?:\#{_run(_NAME + ':@/?')})?"
)
# The local part as mail has it (RFC 6531 dot-atom), leaving out what would end the address
_LOCAL = rf"[A-Za-z0-9!$%&'*+\-/=^_`{{|}}~{_UCS}]++"
_DOMAIN = rf"[A-Za-z0-9_\-{_UCS}]++"
_MAILTO = re.compile(rf"mailto:{_LOCAL}(?:\.{_LOCAL})*+@{_DOMAIN}(?:\.{_DOMAIN})*+\.?")


def _matches(text: str) -> bool:
    found = _IRI.fullmatch(text)
    if found is None:
        return False
    literal = found["ip"]
    if literal is None:
        return True
    try:
        ipaddress.IPv6Address(literal)
    except ValueError:
        return False
    return True


_remembered = lru_cache(maxsize=8192)(_matches)


def is_iri(text: str) -> bool:
    """Whether this is an IRI with a scheme (RFC 3987, 2.2); relative references are not."""
    return _remembered(text) if len(text) <= _CACHED_LENGTH else _matches(text)


def is_uri(text: str) -> bool:
    """Whether this is a URI with a scheme: an IRI in ASCII (RFC 3986)."""
    return text.isascii() and is_iri(text)


def is_mailto(text: str) -> bool:
    """Whether this is `mailto:` and one mail address (xAPI 1.0.3, Data 2.4.2.3)."""
    return _MAILTO.fullmatch(text) is not None
