"""When things happen: a term of some weeks that ends on a given day."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

FRIDAY = 4


@dataclass(frozen=True, slots=True)
class Term:
    """Calendar weeks, the last of them the one that holds `until`; nothing is later than it."""

    until: date
    weeks: int

    @property
    def begins(self) -> datetime:
        """The first Monday, midnight UTC."""
        monday = self.until - timedelta(days=self.until.weekday(), weeks=self.weeks - 1)
        return datetime(monday.year, monday.month, monday.day, tzinfo=UTC)

    @property
    def ends(self) -> datetime:
        """The first moment after the last day."""
        day = self.until + timedelta(days=1)
        return datetime(day.year, day.month, day.day, tzinfo=UTC)

    def moment(self, week: int, weekday: int, hour: float) -> datetime:
        return self.begins + timedelta(weeks=week, days=weekday, hours=hour)

    def day(self, moment: datetime) -> float:
        """Days since the term began."""
        return (moment - self.begins).total_seconds() / 86_400.0


def last_friday(before: date) -> date:
    """The last Friday before a day, never that day itself."""
    return before - timedelta(days=(before.weekday() - FRIDAY - 1) % 7 + 1)


def written(moment: datetime) -> str:
    """As statements carry it, to the millisecond."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def lasting(seconds: float) -> str:
    """An ISO 8601 duration, to the hundredth of a second."""
    return f"PT{seconds:.2f}S"
