"""The statements behind figures: found through the learning events that count for each."""

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote

import orjson

from projections.events import LearningEvent


class Evidence:
    """Which statements stand behind each figure of one learner, the newest first."""

    def __init__(self, bodies: Iterable[bytes], *, most: int, link: str) -> None:
        """bodies: learning events, the newest first. most: ids named for a figure. link: where
        all of them are, to which the figure's key is added."""
        self._most, self._link = most, link
        self._counts: dict[str, int] = {}
        self._ids: dict[str, list[str]] = {}
        for event in events(bodies):
            for key in event.counts:
                count = self._counts.get(key, 0)
                self._counts[key] = count + 1
                if count < most:
                    self._ids.setdefault(key, []).append(event.statement_id)

    def of(self, key: str) -> dict[str, Any]:
        return {
            "count": self._counts.get(key, 0),
            "statements": self._ids.get(key, []),
            "all": f"{self._link}?figure={quote(key, safe='')}",
        }

    def add_to(self, value: Any) -> Any:
        """The same reading with `evidence` beside each figure's key."""
        if isinstance(value, dict):
            found = {name: self.add_to(member) for name, member in value.items()}
            if "figure" in found:
                found["evidence"] = self.of(found["figure"])
            return found
        if isinstance(value, list):
            return [self.add_to(item) for item in value]
        return value


def events(bodies: Iterable[bytes]) -> Iterator[LearningEvent]:
    return (LearningEvent.of(orjson.loads(body)) for body in bodies)
