"""What the first start of an installation makes, and where it is written down."""

import json
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lrs.commands.parts import Parts, parts
from lrs.errors import Conflict, NotFound
from lrs.settings import Settings
from lrs.storage.administration.people import People
from lrs.storage.administration.stores import Store

DEFAULT, DEMO = "default", "demo"
ADMINISTRATOR = "administrator"
_ADDRESS = "address"


@dataclass(frozen=True, slots=True)
class Installation:
    """What a start found or made.

    fresh: this was the first one. link: signs the administrator in once. demonstration: key and
    secret to load it with.
    """

    fresh: bool
    link: str
    demonstration: tuple[str, str] | None = None


def install(settings: Settings, *, demo: bool) -> Installation:
    """Make what is missing: the store `default` and its credential, and those of the demo."""
    file = CredentialsFile(settings.home / "credentials.json")
    with suppress(OSError):  # a home that is not to be written to serves all the same
        (settings.home / _ADDRESS).write_text(settings.origin)
    with parts() as opened:
        fresh = _lacks_credential(opened, DEFAULT)
        link = _link(opened)
        if fresh:
            administrator = {"name": ADMINISTRATOR, "sign_in": link}
            made = _credential(opened, DEFAULT, "administrator")
            file.add({**made, "administrator": administrator})
        if demo and _lacks_credential(opened, DEMO):
            file.add({DEMO: _credential(opened, DEMO, "demonstration")})
    return Installation(fresh, link, file.demonstration() if demo else None)


def _lacks_credential(opened: Parts, name: str) -> bool:
    """Whether nobody can use the store yet. Makes it when it is not there."""
    try:
        store = opened.stores.get(name)
    except NotFound:
        try:
            store = opened.stores.create(name)
        except Conflict:  # of several servers that start together, one makes it
            return False
    return not opened.credentials.list(store)


def _link(opened: Parts) -> str:
    """A fresh link for the administrator, who is made if there is none."""
    people = People(opened.database)
    try:
        person = people.get(ADMINISTRATOR)
    except NotFound:
        with suppress(Conflict):  # another server was first
            people.create(ADMINISTRATOR, "administrator")
        person = people.get(ADMINISTRATOR)
    return sign_in_url(opened.settings, people.link(person))


def sign_in_url(settings: Settings, token: str) -> str:
    return f"{_origin(settings)}/sign-in/{token}"


def _origin(settings: Settings) -> str:
    """As the settings say; where they say nothing, that of the server that was started last with
    this home: `make run PORT=8311` is not known to a command in another terminal."""
    if settings.model_fields_set & {"public_url", "host", "port"}:
        return settings.origin
    try:
        return (settings.home / _ADDRESS).read_text()
    except OSError:
        return settings.origin


def _credential(opened: Parts, store: str, name: str) -> dict[str, Any]:
    found: Store = opened.stores.get(store)
    made, secret = opened.credentials.create(
        found, name=name, scopes=["all"], origin=opened.settings.origin
    )
    return {
        "endpoint": f"{opened.settings.origin}/xapi",
        "store": store,
        "key": made.key,
        "secret": secret,
        "scopes": sorted(made.scopes),
    }


class CredentialsFile:
    """The file that keeps what the first start made, readable by its owner alone."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> dict[str, Any]:
        try:
            found: dict[str, Any] = json.loads(self._path.read_text())
        except FileNotFoundError:
            return {}
        return found

    def add(self, members: dict[str, Any]) -> None:
        """Write it beside and move it in place: never readable by others, never half."""
        content = self.read() | members
        unfinished = self._path.with_suffix(".part")
        unfinished.unlink(missing_ok=True)
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(content, file, indent=2)
            file.write("\n")
        unfinished.replace(self._path)

    def demonstration(self) -> tuple[str, str] | None:
        """Key and secret of the demonstration store's credential."""
        found = self.read().get(DEMO)
        return (found["key"], found["secret"]) if found is not None else None
