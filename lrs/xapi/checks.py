"""The parts of which validation tables are made: checks of one value, reporting into `Faults`.

A check is called with a value, its path and the faults so far; it never raises and never stops
at the first fault.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from lrs.xapi.faults import Faults, pointer, shown

Check = Callable[[Any, str, Faults], None]
_NO_HINTS: Mapping[str, str] = {}


def text(value: Any, path: str, faults: Faults) -> None:
    if type(value) is not str:
        faults.wrong_type(value, path, "a string")


def boolean(value: Any, path: str, faults: Faults) -> None:
    if type(value) is not bool:
        faults.wrong_type(value, path, "true or false")


def number(value: Any, path: str, faults: Faults) -> None:
    if type(value) is not int and type(value) is not float:
        faults.wrong_type(value, path, "a number")


def anything(_value: Any, _path: str, _faults: Faults) -> None:
    """For what another check has looked at, and for values that are the sender's own."""


class Format:
    """A string that follows a format. advice: what to send instead, after "is not …; "."""

    def __init__(self, accepts: Callable[[str], bool], code: str, advice: str) -> None:
        self._accepts, self._code, self._advice = accepts, code, advice

    def __call__(self, value: Any, path: str, faults: Faults) -> None:
        if type(value) is not str:
            faults.wrong_type(value, path, "a string")
        elif not self._accepts(value):
            faults.add(path, self._code, f"{shown(value)} {self._advice}")


class Choice:
    """One of a few strings, in exactly this case."""

    def __init__(self, values: Sequence[str], code: str, what: str) -> None:
        self._values, self._code = frozenset(values), code
        self._advice = f"is not {what}; use {_or(values)}."

    def __call__(self, value: Any, path: str, faults: Faults) -> None:
        if type(value) is not str:
            faults.wrong_type(value, path, "a string")
        elif value not in self._values:
            faults.add(path, self._code, f"{shown(value)} {self._advice}")


class Array:
    """An array whose items all pass one check."""

    def __init__(self, item: Check, *, least: int = 0) -> None:
        self._item, self._least = item, least

    def __call__(self, value: Any, path: str, faults: Faults) -> None:
        if type(value) is not list:
            faults.wrong_type(value, path, "an array")
            return
        if len(value) < self._least:
            faults.add(path, "too_few", f"Put at least {self._least} item in, or leave it out.")
        for index, item in enumerate(value):
            self._item(item, f"{path}/{index}", faults)


class Map:
    """An object whose keys are the sender's, in one format, and whose values pass one check."""

    def __init__(self, accepts: Callable[[str], bool], code: str, advice: str, item: Check) -> None:
        self._accepts, self._code, self._advice, self._item = accepts, code, advice, item

    def __call__(self, value: Any, path: str, faults: Faults) -> None:
        if type(value) is not dict:
            faults.wrong_type(value, path, "an object")
            return
        for key, item in value.items():
            if not self._accepts(key):
                faults.add(pointer(path, key), self._code, f"The key {shown(key)} {self._advice}")
            if self._item is not anything:
                self._item(item, pointer(path, key), faults)


class Record:
    """An object with properties that the specification names.

    what: the object's name with its article. rules: checks of the object as a whole, called
    once its own properties have been checked. hints: advice for properties often misplaced here.
    """

    def __init__(
        self,
        what: str,
        members: Mapping[str, Check],
        *,
        required: Sequence[str] = (),
        rules: Sequence[Check] = (),
        hints: Mapping[str, str] = _NO_HINTS,
    ) -> None:
        self.what, self.members, self._required, self._rules = what, members, required, rules
        self._hints = hints
        self._whose = what[0].upper() + what[1:]
        self._spelling = {name.lower(): name for name in members}

    def __call__(self, value: Any, path: str, faults: Faults) -> None:
        if type(value) is not dict:
            faults.wrong_type(value, path, "an object")
            return
        members = self.members
        for name, member in value.items():
            check = members.get(name)
            if check is not None:
                check(member, f"{path}/{name}", faults)
            else:
                self._unknown(name, path, faults)
        for name in self._required:
            if name not in value:
                faults.add(f"{path}/{name}", "missing", f"{self._whose} needs {name}; add it.")
        for rule in self._rules:
            rule(value, path, faults)

    def _unknown(self, name: str, path: str, faults: Faults) -> None:
        meant = self._spelling.get(name.lower())
        if name in self._hints:
            advice = self._hints[name]
        elif meant is not None:
            advice = f"spell it {meant}"
        elif "extensions" in self.members:
            advice = "take it out, or put it into extensions under an IRI"
        else:
            advice = "take it out"
        faults.add(
            pointer(path, name),
            "unknown_property",
            f"{shown(name)} is not a property of {self.what}; {advice}.",
        )


class ByType:
    """An object whose kind stands in `objectType`. default: the kind when it is left out."""

    def __init__(self, kinds: Mapping[str, Check], *, default: str | None = None) -> None:
        self.kinds, self._default = kinds, default
        self._choices = _or(list(kinds))

    def __call__(self, value: Any, path: str, faults: Faults) -> None:
        if type(value) is not dict:
            faults.wrong_type(value, path, "an object")
            return
        kind = value.get("objectType", self._default)
        check = self.kinds.get(kind) if type(kind) is str else None
        if check is not None:
            check(value, path, faults)
        elif "objectType" not in value:
            faults.add(f"{path}/objectType", "missing", f"Add objectType: {self._choices}.")
        elif type(kind) is not str:
            faults.wrong_type(kind, f"{path}/objectType", "a string")
        else:
            faults.add(
                f"{path}/objectType",
                "object_type",
                f"The objectType {shown(kind)} does not belong here; use {self._choices}.",
            )


def _or(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
