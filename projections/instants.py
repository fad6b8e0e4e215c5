"""When something happened: instants in microseconds since the Unix epoch, UTC."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

DAY_US: Final = 86_400_000_000
HOUR_US: Final = 3_600_000_000
WEEK_US: Final = 7 * DAY_US
SECOND_US: Final = 1_000_000
LEEWAY_US: Final = 5 * 60 * SECOND_US  # a timestamp may run ahead of `stored` by this much

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_TO_US: Final = len("1970-01-01T00:00:00.000000")
_EPOCH_NAIVE: Final = datetime(1970, 1, 1)  # noqa: DTZ001


def parse_us(text: object) -> int | None:
    """The instant of an ISO 8601 timestamp; without a zone it is read as UTC. None: not one."""
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text)
        gap: timedelta = moment - (_EPOCH if moment.tzinfo else _EPOCH_NAIVE)
    except (ValueError, OverflowError):
        return None
    return (gap.days * 86_400 + gap.seconds) * SECOND_US + gap.microseconds


def event_time(statement: Mapping[str, Any], stored_us: int) -> tuple[int, str | None]:
    """The event time and a flag if it is not simply the timestamp.

    A clock in the year 2035 does no harm: nothing happens more than five minutes after it was
    stored (projections.md, The fold).
    """
    moment = parse_us(statement.get("timestamp"))
    if moment is None:
        return stored_us, "timestamp_unread"
    if moment > stored_us + LEEWAY_US:
        return stored_us + LEEWAY_US, "clock_cut"
    return moment, None


def day_over(moment_us: int, at_us: int) -> bool:
    """Whether the day (UTC) that holds a moment has ended. What is to be done by a day can be done
    all that day, at whatever hour it was set."""
    return at_us >= (moment_us // DAY_US + 1) * DAY_US


def format_us(us: int | None) -> str | None:
    """An instant as ISO 8601 text in UTC; None of None and of what no calendar holds."""
    if us is None:
        return None
    try:
        moment = _EPOCH + timedelta(microseconds=us)
    except OverflowError:
        return None
    return moment.isoformat(timespec="microseconds")[:_TO_US] + "Z"
