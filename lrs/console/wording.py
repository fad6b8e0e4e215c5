"""Numbers, durations and moments as people read them; names as far as they fit and do no harm."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote, urlsplit

THIN = "\u202f"
MINUS = "\u2212"
_LONGEST = 160
# Signs that reorder or hide what stands beside them; they would survive any escaping of HTML.
_INVISIBLE = re.compile("[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")
_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
_PLURALS = {"activity": "activities", "opportunity": "opportunities"}
STATUSES = {
    "slipping": "Slipping",
    "learning": "Learning",
    "secure": "Secure",
    "lasting": "Lasting",
    "new": "Not met yet",
}
GOAL_STATES = {"set": "open", "revised": "open, revised", "kept": "kept", "dropped": "dropped"}
OPEN_GOALS = ("set", "revised")
SET_BY = {"self": "set by the learner", "prompted": "set when asked to", "assigned": "assigned"}


def plain(text: object, longest: int = _LONGEST) -> str:
    """Foreign text on one line, without invisible signs, cut where it gets too long."""
    found = " ".join(_INVISIBLE.sub(" ", str(text)).split())
    return found if len(found) <= longest else found[: longest - 1].rstrip() + "…"


def number(value: float, digits: int = 1) -> str:
    """1234.5 as `1 234.5`, with thin spaces; whole numbers without decimals."""
    if isinstance(value, int) or float(value).is_integer():
        text = f"{int(value):,}"
    else:
        text = f"{value:,.{digits}f}"
    return text.replace(",", THIN).replace("-", MINUS)


def count(n: int, noun: str) -> str:
    """`1 answer`, `12 answers`."""
    word = noun if n == 1 else _PLURALS.get(noun, noun + "s")
    return f"{number(n)} {word}"


def percent(share: float) -> str:
    return f"{round(share * 100)}%".replace("-", MINUS)


def points(difference: float) -> str:
    """A difference of shares, signed, in points of a hundred."""
    whole = round(difference * 100)
    sign = "+" if whole > 0 else MINUS if whole < 0 else "±"
    return f"{sign}{abs(whole)} {'point' if abs(whole) == 1 else 'points'}"


def signed(value: float) -> str:
    return f"{'+' if value > 0 else MINUS if value < 0 else '±'}{abs(value):.2f}"


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


def moment(text: str) -> datetime:
    """A timestamp as readings and statements write it."""
    found = datetime.fromisoformat(text)
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def date(text: str) -> str:
    found = moment(text)
    return f"{found.day} {found:%b %Y}"


def date_time(text: str) -> str:
    return f"{date(text)}, {moment(text):%H:%M}"


def ago(text: str, now: datetime) -> str:
    """How long before (or after) now, in the largest unit that fits."""
    seconds = (now - moment(text)).total_seconds()
    if abs(seconds) < _MINUTE:
        return "just now"
    for size, noun in ((365 * _DAY, "year"), (30 * _DAY, "month"), (7 * _DAY, "week"),
                       (_DAY, "day"), (_HOUR, "hour"), (_MINUTE, "minute")):  # fmt: skip
        times = int(abs(seconds) // size)
        if times:
            return f"{count(times, noun)} ago" if seconds > 0 else f"in {count(times, noun)}"
    return "just now"


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
    return name or agent_identifier(agent) or "Somebody unnamed"


def agent_identifier(agent: Mapping[str, Any]) -> str:
    """An inverse functional identifier in words; empty for an anonymous group."""
    if "mbox" in agent:
        return plain(str(agent["mbox"]).removeprefix("mailto:"))
    if "account" in agent:
        account = agent["account"]
        return plain(f"{account.get('name', '')} at {account.get('homePage', '')}")
    if "openid" in agent:
        return plain(agent["openid"])
    if "mbox_sha1sum" in agent:
        return f"mail address with SHA-1 {plain(agent['mbox_sha1sum'])[:12]}…"
    return ""


def result(told: Mapping[str, Any]) -> str:
    """A statement's result on one line."""
    parts = []
    if "success" in told:
        parts.append("right" if told["success"] else "not right")
    score = _score(told.get("score", {}))
    if score:
        parts.append(score)
    if told.get("completion"):
        parts.append("completed")
    if "response" in told:
        parts.append(f"“{plain(told['response'], 60)}”")
    return ", ".join(parts)


def _score(score: Mapping[str, float]) -> str:
    """As the sender counts it where that says enough: some senders scale from -1 to 1."""
    if "raw" in score and "max" in score and score.get("min", 0) == 0:
        return f"{_amount(score['raw'])} of {_amount(score['max'])}"
    if "scaled" in score:
        return percent(score["scaled"])
    return f"score {_amount(score['raw'])}" if "raw" in score else ""


def _amount(value: float) -> str:
    """A score is any number of JSON's; one beyond all scales is not written out."""
    return number(value, 2) if abs(value) < 10**9 else f"{value:.3g}"
