"""Numbers, durations and moments as people read them; names as far as they fit and do no harm.

In the reader's language and time zone (`language.reader`). What is asked for thousands of times a
page is remembered.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from functools import cache, lru_cache
from math import floor
from typing import Any
from urllib.parse import unquote, urlsplit

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal, format_percent
from markupsafe import Markup

from lrs.console.foreign import Foreign, bare, joined, phrase
from lrs.console.language import _, mark, ngettext, reader

MINUS = "\u2212"
_LONGEST = 160
# Signs that reorder or hide what stands beside them; they would survive any escaping of HTML.
_INVISIBLE = re.compile("[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")
_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
_MOST = 10**15  # beyond, a number is no amount of anything that people count


class Texts(Mapping[str, str]):
    """Marked texts by their keys, looked up in the reader's language when they are read."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts

    def __getitem__(self, key: str) -> str:
        return _(self._texts[key])

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)


STATUSES = Texts(
    {
        "slipping": mark("Slipping"),
        "learning": mark("Learning"),
        "secure": mark("Secure"),
        "lasting": mark("Lasting"),
        "new": mark("Not met yet"),
    }
)
GOAL_STATES = Texts(
    {
        "set": mark("open"),
        "revised": mark("open, revised"),
        "kept": mark("kept"),
        "dropped": mark("dropped"),
    }
)
OPEN_GOALS = ("set", "revised")
SET_BY = Texts(
    {
        "self": mark("set by the learner"),
        "prompted": mark("set when asked to"),
        "assigned": mark("assigned"),
    }
)
SET_BY_YOU = Texts(
    {
        "self": mark("set by you"),
        "prompted": mark("set when you were asked to"),
        "assigned": mark("set for you"),
    }
)
_COUNTED: Mapping[str, Callable[[int], str]] = {
    "activity": lambda n: ngettext("{n} activity", "{n} activities", n),
    "answer": lambda n: ngettext("{n} answer", "{n} answers", n),
    "choice": lambda n: ngettext("{n} choice", "{n} choices", n),
    "conversation": lambda n: ngettext("{n} conversation", "{n} conversations", n),
    "day": lambda n: ngettext("{n} day", "{n} days", n),
    "goal": lambda n: ngettext("{n} goal", "{n} goals", n),
    "group": lambda n: ngettext("{n} group", "{n} groups", n),
    "hour": lambda n: ngettext("{n} hour", "{n} hours", n),
    "learner": lambda n: ngettext("{n} learner", "{n} learners", n),
    "minute": lambda n: ngettext("{n} minute", "{n} minutes", n),
    "month": lambda n: ngettext("{n} month", "{n} months", n),
    "opportunity": lambda n: ngettext("{n} opportunity", "{n} opportunities", n),
    "session": lambda n: ngettext("{n} session", "{n} sessions", n),
    "skill": lambda n: ngettext("{n} skill", "{n} skills", n),
    "span": lambda n: ngettext("{n} span", "{n} spans", n),
    "statement": lambda n: ngettext("{n} statement", "{n} statements", n),
    "step": lambda n: ngettext("{n} step", "{n} steps", n),
    "time": lambda n: ngettext("{n} time", "{n} times", n),
    "timed answer": lambda n: ngettext("{n} timed answer", "{n} timed answers", n),
    "week": lambda n: ngettext("{n} week", "{n} weeks", n),
    "year": lambda n: ngettext("{n} year", "{n} years", n),
}


_ONE = Texts(
    {
        "year": mark("a year"), "month": mark("a month"), "week": mark("a week"),
        "day": mark("a day"), "hour": mark("an hour"), "minute": mark("a minute"),
    }
)  # fmt: skip


def plain(text: object, longest: int = _LONGEST) -> str:
    """Foreign text on one line, without invisible signs, cut where it gets too long. Its language
    stays known; in a phrase of ours only where nothing has to be cut."""
    if isinstance(text, Markup) and len(bare(text)) <= longest:
        return text
    found = " ".join(_INVISIBLE.sub(" ", bare(text)).split())
    cut = found if len(found) <= longest else found[: longest - 1].rstrip() + "…"
    return Foreign(cut, text.language) if isinstance(text, Foreign) else cut


def number(value: float, digits: int = 1) -> str:
    """1234.5 as the reader writes it; whole numbers without decimals."""
    if not abs(value) < _MOST:
        return f"{value:.3g}"
    return _number(reader().locale, value, digits)


@lru_cache(10_000)
def _number(locale: Locale, value: float, digits: int) -> str:
    whole = isinstance(value, int) or float(value).is_integer()
    form = "#,##0" if whole else "#,##0." + "0" * digits
    return _minus(format_decimal(value, form, locale))


def count(n: int, noun: str) -> str:
    """`1 answer`, `12 answers`. noun: one of those known here, in English."""
    return _COUNTED[noun](n).format(n=number(n))


def percent(share: float) -> str:
    return _percent(reader().locale, round(share * 100))


def percent_below(share: float) -> str:
    """Cut, not rounded: of what is called less than a limit, never the limit itself."""
    return _percent(reader().locale, floor(share * 100 + 1e-9))


@cache
def _percent(locale: Locale, hundredths: int) -> str:
    return _minus(format_percent(hundredths / 100, locale=locale))


def points(difference: float) -> str:
    """A difference of shares, signed, in points of a hundred."""
    whole = round(difference * 100)
    sign = "+" if whole > 0 else MINUS if whole < 0 else "±"
    n = abs(whole)
    return sign + ngettext("{n} point", "{n} points", n).format(n=number(n))


def signed(value: float) -> str:
    """With its sign and two decimals."""
    sign = "+" if value > 0 else MINUS if value < 0 else "±"
    return sign + decimal(abs(value), 2)


def decimal(value: float, digits: int) -> str:
    """With so many decimals, be they 0 or not."""
    form = "#,##0." + "0" * digits
    return _minus(format_decimal(value, form, reader().locale))


def _minus(text: str) -> str:
    return text.replace("-", MINUS)


def length(seconds: float) -> str:
    """A duration in its two largest units: `45 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`."""
    whole = round(seconds)
    if whole < _MINUTE:
        return f"{whole} s"
    for size, unit, below, small in (
        (_DAY, "d", _HOUR, "h"), (_HOUR, "h", _MINUTE, "min"), (_MINUTE, "min", 1, "s"),
    ):  # fmt: skip
        if whole >= size and (unit != "d" or whole >= 3 * _DAY):
            rest = whole % size // below
            return f"{number(whole // size)} {unit}" + (f" {rest} {small}" if rest else "")
    return f"{number(whole // _HOUR)} h"


@lru_cache(10_000)
def moment(text: str) -> datetime:
    """A timestamp as readings and statements write it."""
    found = datetime.fromisoformat(text)
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def local(text: str) -> datetime:
    """The same in the reader's time zone."""
    found = moment(text)
    try:
        return found.astimezone(reader().zone)
    except OverflowError:  # the first and the last day there is
        return found


def date(text: str) -> str:
    """`23 Nov 2026`, the day it was where the reader is."""
    return _date(reader().locale, local(text).date().toordinal())


def day(text: str) -> str:
    """The same of a day that is a day already: `2026-11-23`, wherever the reader is."""
    return _date(reader().locale, datetime.fromisoformat(text).toordinal())


@lru_cache(10_000)
def _date(locale: Locale, day: int) -> str:
    return format_date(datetime.fromordinal(day), "d MMM y", locale)


def date_time(text: str) -> str:
    return f"{date(text)}, {local(text):%H:%M}"


def ago(text: str, now: datetime) -> str:
    """How long before (or after) now, in the largest unit that fits."""
    seconds = (now - moment(text)).total_seconds()
    for size, noun in ((365 * _DAY, "year"), (30 * _DAY, "month"), (7 * _DAY, "week"),
                       (_DAY, "day"), (_HOUR, "hour"), (_MINUTE, "minute")):  # fmt: skip
        times = int(abs(seconds) // size)
        if times:
            told = _ONE[noun] if times == 1 else count(times, noun)
            return (_("{time} ago") if seconds > 0 else _("in {time}")).format(time=told)
    return _("just now")


def last_part(iri: str) -> str:
    """The end of an IRI, which often is a name; the whole where there is none."""
    try:
        parts = urlsplit(iri)
    except ValueError:
        return plain(iri)
    end = parts.fragment or parts.path.rstrip("/").rpartition("/")[2] or parts.query
    found = plain(unquote(end.rpartition(":")[2] or end).replace("-", " ").replace("_", " "))
    return found or plain(iri)


def agent_name(agent: Mapping[str, Any]) -> str:
    """What tells this agent from others: its name, or else its identifier."""
    name = plain(agent.get("name") or "")
    return name or agent_identifier(agent) or _("Somebody unnamed")


def agent_identifier(agent: Mapping[str, Any]) -> str:
    """An inverse functional identifier in words; empty for an anonymous group."""
    if "mbox" in agent:
        return plain(str(agent["mbox"]).removeprefix("mailto:"))
    if "account" in agent:
        account = agent["account"]
        name, home = account.get("name", ""), account.get("homePage", "")
        return plain(_("{name} at {place}").format(name=name, place=home))
    if "openid" in agent:
        return plain(agent["openid"])
    if "mbox_sha1sum" in agent:
        digest = plain(agent["mbox_sha1sum"])[:12]
        return _("mail address with SHA-1 {digest}…").format(digest=digest)
    return ""


def result(told: Mapping[str, Any]) -> str:
    """A statement's result on one line."""
    parts = []
    if "success" in told:
        parts.append(_("right") if told["success"] else _("not right"))
    score = _score(told.get("score", {}))
    if score:
        parts.append(score)
    if told.get("completion"):
        parts.append(_("completed"))
    if "response" in told:
        parts.append(phrase("“{}”", Foreign(plain(told["response"], 60))))
    return joined(", ", parts)


def _score(score: Mapping[str, float]) -> str:
    """As the sender counts it where that says enough: some senders scale from -1 to 1."""
    if "raw" in score and "max" in score and score.get("min", 0) == 0:
        reached, most = _amount(score["raw"]), _amount(score["max"])
        return _("{reached} of {most}").format(reached=reached, most=most)
    if "scaled" in score:
        return percent(score["scaled"])
    return _("score {amount}").format(amount=_amount(score["raw"])) if "raw" in score else ""


def _amount(value: float) -> str:
    """A score is any number of JSON's; one beyond all scales is not written out."""
    return number(value, 2) if abs(value) < 10**9 else f"{value:.3g}"
