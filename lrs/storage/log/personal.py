"""What in a document names a person, wherever in it the person stands."""

import re
from collections.abc import Iterator
from typing import Any

_IDENTIFIERS = ("mbox", "mbox_sha1sum", "openid")
# one character before the sign is enough, and keeps the search linear
_MAIL = re.compile(r"[^\s@/:]@[^\s@/:]+\.[^\W\d_]{2,}")


def names(value: Any) -> Iterator[str]:
    """The names and identifiers of every agent in a parsed statement, at any depth.

    The authority is left out: it names a credential, and its text is kept beside the log anyway.
    """
    waiting = [{**value, "authority": None}] if isinstance(value, dict) else [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, list):
            waiting += one
        elif isinstance(one, dict):
            waiting += one.values()
            yield from _own_names(one)


def is_mail_address(text: str) -> bool:
    """Whether there is an electronic mail address in the text."""
    return _MAIL.search(text) is not None


def _own_names(agent: dict[str, Any]) -> Iterator[str]:
    account = agent.get("account")
    found = [agent.get(identifier) for identifier in _IDENTIFIERS]
    if isinstance(account, dict):
        found.append(account.get("name"))
    if any(found) or "member" in agent:
        found.append(agent.get("name"))
    for text in found:
        if isinstance(text, str):
            yield text
            yield text.removeprefix("mailto:")
