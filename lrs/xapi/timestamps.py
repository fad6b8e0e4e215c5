"""Timestamps as text and as instants: integer microseconds since the Unix epoch, UTC.

xAPI 1.0.3 (Data 4.5) takes ISO 8601's combined date and time; a zone is recommended, and a
timestamp without one is read as UTC. xAPI 2.0 takes RFC 3339, whose zone is required. Both
demand capital T and Z (RFC 3339, 5.6 leaves that open) and refuse an offset of negative zero.
"""

import re
from datetime import UTC, datetime, timedelta

from lrs.xapi.versions import Version

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LOCAL_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001  # for what is read as UTC
_FIRST_US = -62_135_596_800_000_000
_LAST_US = 253_402_300_799_999_999

_RFC_3339 = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:([0-9]{2})(?:\.[0-9]+)?"
    r"(?:Z|(?!-00:00)[+-][0-9]{2}:[0-5][0-9])"
)
_ZONE = r"(?:Z|(?!-00(?:\Z|:?00))[+-][0-9]{2}(?::?[0-5][0-9])?)?"
_ISO_8601 = re.compile(
    rf"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}T[0-9]{{2}}:[0-9]{{2}}(?::([0-9]{{2}})(?:[.,][0-9]+)?)?{_ZONE}"
    rf"|[0-9]{{8}}T[0-9]{{4}}(?:([0-9]{{2}})(?:[.,][0-9]+)?)?{_ZONE}"
)


def parse_us(text: str, version: Version = Version.V1) -> int:
    """The instant of a timestamp; digits beyond microseconds are cut.

    Raises ValueError for what is not a timestamp in this version.
    """
    pattern = _RFC_3339 if version is Version.V2 else _ISO_8601
    found = pattern.fullmatch(text)
    if found is None:
        raise ValueError("not a timestamp")
    seconds = found.lastindex
    if seconds is not None and found[seconds] == "60":
        return _leap_second(f"{text[: found.start(seconds)]}59{text[found.end(seconds) :]}")
    return _in_range(_instant(text))


def _instant(text: str) -> int:
    moment = datetime.fromisoformat(text)
    since = moment - (_EPOCH if moment.tzinfo is not None else _LOCAL_EPOCH)
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def _in_range(us: int) -> int:
    if not _FIRST_US <= us <= _LAST_US:
        raise ValueError("beyond the years 0001 to 9999 in UTC")
    return us


def _leap_second(second_before: str) -> int:
    """23:59:60 UTC at the end of a month is the first instant of the next day."""
    before = _instant(second_before)
    whole = before - before % 1_000_000 + 1_000_000
    moment = _EPOCH + timedelta(microseconds=_in_range(whole))
    if (moment.day, moment.hour, moment.minute, moment.second) != (1, 0, 0, 0):
        raise ValueError("not a leap second")
    return whole


def is_timestamp(text: str, version: Version) -> bool:
    try:
        parse_us(text, version)
    except (ValueError, OverflowError):
        return False
    return True


def format_us(us: int) -> str:
    """`2026-11-23T09:30:00.123456Z`: always six decimals, so that text sorts as time does."""
    moment = _EPOCH + timedelta(microseconds=us)
    return moment.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
