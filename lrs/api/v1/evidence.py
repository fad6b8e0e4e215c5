"""The statements behind figures: found through the learning events that count for each."""

from collections.abc import Collection, Iterable, Iterator
from typing import Any
from urllib.parse import quote

import orjson

from projections.events import LearningEvent
from projections.instants import parse_us


class Evidence:
    """Which statements stand behind each figure of one learner, the newest first."""

    def __init__(
        self, bodies: Iterable[bytes], *, most: int, link: str, more: str = "",
        disputed: Collection[str] = (),
    ) -> None:  # fmt: skip
        """bodies: learning events, the newest first. most: ids named for a figure. link: where
        all of them are, to which the figure's key is added, and what more is asked for.
        disputed: ids of statements that the learner says are wrong: they are noted."""
        self._most, self._link, self._more = most, link, more
        self._disputed = frozenset(disputed)
        self._found: dict[str, list[LearningEvent]] = {}
        for event in events(bodies):
            for key in event.counts:
                self._found.setdefault(key, []).append(event)

    def of(self, key: str, since: str | None = None, until: str | None = None) -> dict[str, Any]:
        """since, until: the figure rests on what happened from then on, and before then."""
        found = self._found.get(key, [])
        link = f"{self._link}?figure={quote(key, safe='')}{self._more}"
        for name, moment in (("since", since), ("until", until)):
            if moment is not None:
                link += f"&{name}={quote(moment, safe='')}"
        found = within(found, moment_us(since), moment_us(until))
        made: dict[str, Any] = {
            "count": len(found),
            "statements": [event.statement_id for event in found[: self._most]],
            "all": link,
        }
        noted = [one.statement_id for one in found if one.statement_id in self._disputed]
        return {**made, "disputed": noted} if noted else made

    def add_to(self, value: Any) -> Any:
        """The same reading with `evidence` beside each figure's key."""
        if isinstance(value, dict):
            found = {name: self.add_to(member) for name, member in value.items()}
            if "figure" in found:
                since, until = found.get("since"), found.get("until")
                found["evidence"] = self.of(found["figure"], since, until)
            return found
        if isinstance(value, list):
            return [self.add_to(item) for item in value]
        return value


def events(bodies: Iterable[bytes]) -> Iterator[LearningEvent]:
    return (LearningEvent.of(orjson.loads(body)) for body in bodies)


def moment_us(text: str | None) -> int | None:
    return None if text is None else parse_us(text)


def within(
    some: Iterable[LearningEvent], since_us: int | None, until_us: int | None
) -> list[LearningEvent]:
    """Those from `since` on and before `until`; None: no bound."""
    return [
        event
        for event in some
        if (since_us is None or event.event_us >= since_us)
        and (until_us is None or event.event_us < until_us)
    ]
