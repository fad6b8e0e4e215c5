"""If-Match and If-None-Match (xAPI 1.0.3, Communication 3.1; RFC 9110, 13.1).

Entity tags stand here without their quotes. Clients that send them without are understood too.
"""

import re
from collections.abc import Container
from dataclasses import dataclass

from lrs.errors import PreconditionFailed

_TAG = re.compile(r'(?P<weak>W/)?"(?P<quoted>[^"]*)"|(?P<bare>[^\s",]+)')
_ANY = "*"


@dataclass(frozen=True, slots=True)
class _Tags:
    """What one header lists."""

    strong: Container[str]
    weak: Container[str]
    any: bool

    def match(self, tag: str | None, *, strongly: bool) -> bool:
        """Whether the current representation is among them. tag: None when there is none."""
        if tag is None:
            return False
        return self.any or tag in self.strong or (not strongly and tag in self.weak)


@dataclass(frozen=True, slots=True)
class Preconditions:
    """The conditions of one request; None where the header is missing."""

    if_match: _Tags | None = None
    if_none_match: _Tags | None = None

    @property
    def given(self) -> bool:
        return self.if_match is not None or self.if_none_match is not None

    def check(self, tag: str | None) -> None:
        """Raise PreconditionFailed unless a change may be made.

        tag: of what is there now, None when nothing is.
        """
        if self.if_match is not None and not self.if_match.match(tag, strongly=True):
            now = f'has the ETag "{tag}"' if tag is not None else "does not exist"
            raise PreconditionFailed(
                f"If-Match does not hold: the document {now}. Get it again, and send the change "
                "with its current ETag."
            )
        if self.if_none_match is not None and self.if_none_match.match(tag, strongly=False):
            raise PreconditionFailed(
                f'If-None-Match does not hold: the document exists, with the ETag "{tag}". '
                "Get it, and send the change with If-Match."
            )

    def unchanged(self, tag: str) -> bool:
        """Whether a reader has what it asks for already (304). Raises PreconditionFailed."""
        if self.if_match is not None and not self.if_match.match(tag, strongly=True):
            raise PreconditionFailed(f'If-Match does not hold: the ETag is "{tag}".')
        return self.if_none_match is not None and self.if_none_match.match(tag, strongly=False)


def preconditions(if_match: str | None, if_none_match: str | None) -> Preconditions:
    """The conditions that two headers set; None where a header is missing."""
    return Preconditions(_tags(if_match), _tags(if_none_match))


def _tags(header: str | None) -> _Tags | None:
    if header is None:
        return None
    strong: set[str] = set()
    weak: set[str] = set()
    anything = False
    for found in _TAG.finditer(header):
        bare = found["bare"]
        if bare == _ANY:
            anything = True
        elif bare is not None:
            strong.add(bare)
        else:
            (weak if found["weak"] else strong).add(found["quoted"])
    return _Tags(frozenset(strong), frozenset(weak), anything)
