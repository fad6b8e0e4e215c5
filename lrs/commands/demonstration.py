"""What LRS_HOME remembers of the demonstration class."""

import datetime
import json
from pathlib import Path
from typing import Any


class Demonstration:
    """Its last day, fixed when it was first loaded, and whether it is complete."""

    def __init__(self, home: Path) -> None:
        self._file = home / "demonstration.json"

    def until(self) -> datetime.date:
        """The last day, fixed at the first run: the last Friday before that day."""
        known = self._read().get("until")
        if known is not None:
            return datetime.date.fromisoformat(known)
        day = last_friday(datetime.datetime.now(datetime.UTC).date())
        self._write({"until": day.isoformat(), "loaded": False})
        return day

    def is_loaded(self) -> bool:
        return bool(self._read().get("loaded"))

    def loaded(self, until: datetime.date) -> None:
        self._write({"until": until.isoformat(), "loaded": True})

    def _read(self) -> dict[str, Any]:
        try:
            found: dict[str, Any] = json.loads(self._file.read_text())
        except FileNotFoundError:
            return {}
        return found

    def _write(self, content: dict[str, Any]) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        unfinished = self._file.with_suffix(".part")
        unfinished.write_text(json.dumps(content) + "\n")
        unfinished.replace(self._file)


def last_friday(day: datetime.date) -> datetime.date:
    """The last Friday before a day."""
    return day - datetime.timedelta(days=(day.weekday() - 5) % 7 + 1)
