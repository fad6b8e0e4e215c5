"""The reader's language and time zone, for the page that is being made.

Texts are marked where they stand, with `_` and `ngettext` (in templates the same names), and
looked up when the page is made: never at import. `tools/catalogue.py` collects them.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from urllib.parse import unquote
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from lrs.xapi.formats import accept_language

LANGUAGES: Mapping[str, str] = {"en": "English", "es": "Español"}
LANGUAGE_COOKIE, ZONE_COOKIE = "lrs_language", "lrs_zone"
FOLDER = Path(__file__).parent / "locale"
_LONGEST = 64  # of a zone's name
_REGIONS = (
    "Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian",
    "Pacific",
)  # fmt: skip


@cache
def _translations(language: str) -> NullTranslations:
    """The catalogue of a language, compiled once a process; English is what the code says."""
    path = FOLDER / language / "console.po"
    if not path.exists():
        return NullTranslations()
    compiled = BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled)


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom a page is made. accepted: languages they read, the preferred first, for foreign
    texts; ours are in `language`. zone_known: they chose the zone, or their browser told it.
    path: of the page, below the console's own address. posted: the page answers a form, and what
    was typed into it is nowhere else."""

    language: str = "en"
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    accepted: tuple[str, ...] = ("en",)
    zone_known: bool = False
    path: str = "/"
    posted: bool = False

    @property
    def locale(self) -> Locale:
        return _locale(self.language)


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(language)


_NOBODY = Reader()
_READER: ContextVar[Reader] = ContextVar("reader", default=_NOBODY)


def reader() -> Reader:
    """Whom the page is for that is being made in this thread."""
    return _READER.get()


@contextmanager
def reading(as_whom: Reader) -> Iterator[None]:
    """Make pages for this reader within the block."""
    token = _READER.set(as_whom)
    try:
        yield
    finally:
        _READER.reset(token)


def reader_of(cookies: Mapping[str, str], accept: str, path: str = "/") -> Reader:
    """Their choice by cookie first, else what their browser asks for (Accept-Language)."""
    accepted = [*accept_language(accept)]
    chosen = cookies.get(LANGUAGE_COOKIE, "")
    language = chosen if chosen in LANGUAGES else _first(accepted)
    told = unquote(cookies.get(ZONE_COOKIE, ""))
    zone = zone_named(told)
    known = zone.key == told
    return Reader(language, zone, (language, *accepted, "en"), known, path)


def _first(accepted: list[str]) -> str:
    for one in accepted:
        found = one.lower().partition("-")[0]
        if found in LANGUAGES:
            return found
    return "en"


@cache
def zones() -> tuple[str, ...]:
    """The names that people choose a time zone by, such as `Europe/Madrid`."""
    return tuple(sorted(one for one in available_timezones() if one == "UTC" or _told(one)))


def _told(name: str) -> bool:
    return name.partition("/")[0] in _REGIONS


def zone_named(name: str) -> ZoneInfo:
    """A zone of the IANA database; UTC for what is none."""
    try:
        return ZoneInfo(name) if 0 < len(name) <= _LONGEST else ZoneInfo("UTC")
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


def gettext(message: str) -> str:
    """The message in the reader's language."""
    return _translations(_READER.get().language).gettext(message)


def ngettext(one: str, many: str, n: int) -> str:
    """The message for this number of things in the reader's language."""
    return _translations(_READER.get().language).ngettext(one, many, n)


def pgettext(context: str, message: str) -> str:
    """The message, where the same English words mean different things."""
    return _translations(_READER.get().language).pgettext(context, message)


def mark(message: str) -> str:
    """Marks a text for the catalogue that is looked up later, when it is shown."""
    return message


def pmark(_context: str, message: str) -> str:
    """The same for a text that `pgettext` looks up."""
    return message


_ = gettext
