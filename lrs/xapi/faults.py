"""Collecting everything that is wrong with a value, each fault with its path."""

import json
from typing import Any

from lrs.errors import Fault, InvalidStatement

LIMIT = 100
_KEY_LENGTH = 256
_SHOWN_LENGTH = 80

_TYPES: dict[type, str] = {
    str: "a string",
    bool: "a boolean",
    int: "a number",
    float: "a number",
    list: "an array",
    dict: "an object",
    type(None): "null",
}


class Faults:
    """Faults in the order found; beyond LIMIT further ones are dropped."""

    __slots__ = ("found",)

    def __init__(self) -> None:
        self.found: list[Fault] = []

    @property
    def full(self) -> bool:
        return len(self.found) >= LIMIT

    def add(self, path: str, code: str, message: str) -> None:
        if len(self.found) < LIMIT:
            self.found.append(Fault(path, code, message))

    def wrong_type(self, value: Any, path: str, expected: str) -> None:
        """xAPI 1.0.3, Data 2.2: null anywhere but in extensions, or the wrong JSON type."""
        if value is None:
            self.add(path, "null", "null is not allowed here; leave it out.")
        else:
            self.add(path, "wrong_type", f"This must be {expected}, not {_TYPES[type(value)]}.")

    def raise_any(self) -> None:
        if self.found:
            raise InvalidStatement(self.found)


def pointer(path: str, key: str) -> str:
    """`path` and one more step, as a JSON pointer (RFC 6901); endless keys are cut."""
    if len(key) > _KEY_LENGTH:
        key = key[:_KEY_LENGTH] + "…"
    if "~" in key or "/" in key:
        key = key.replace("~", "~0").replace("/", "~1")
    return f"{path}/{key}"


def shown(value: str) -> str:
    """A value as a message quotes it: JSON, one line, cut."""
    if len(value) > _SHOWN_LENGTH:
        value = value[:_SHOWN_LENGTH] + "…"
    return json.dumps(value, ensure_ascii=False)
