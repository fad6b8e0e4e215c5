"""Language tags (RFC 5646): whether they are well formed, and which one a reader prefers."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

_LONGEST = 256
_TAG = re.compile(
    r"""
    (?: (?: [a-z]{2,3} (?: -[a-z]{3} ){0,3} | [a-z]{4} | [a-z]{5,8} )  # language, extlang
        (?: -[a-z]{4} )?                                               # script
        (?: -(?: [a-z]{2} | [0-9]{3} ) )?                              # region
        (?: -(?: [a-z0-9]{5,8} | [0-9][a-z0-9]{3} ) )*                 # variants
        (?: -[0-9a-wy-z] (?: -[a-z0-9]{2,8} )+ )*                      # extensions
        (?: -x (?: -[a-z0-9]{1,8} )+ )?                                # private use
      | x (?: -[a-z0-9]{1,8} )+
      | en-gb-oed | i-ami | i-bnn | i-default | i-enochian | i-hak | i-klingon | i-lux
      | i-mingo | i-navajo | i-pwn | i-tao | i-tay | i-tsu
      | sgn-be-fr | sgn-be-nl | sgn-ch-de                              # irregular, grandfathered
    )
    """,
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)


@lru_cache(maxsize=2048)
def _well_formed(tag: str) -> bool:
    return _TAG.fullmatch(tag) is not None


def is_language_tag(text: str) -> bool:
    """Whether the tag is well formed in any case (RFC 5646, 2.2.9)."""
    return len(text) <= _LONGEST and _well_formed(text)


def choose(tags: Iterable[str], ranges: Sequence[str]) -> str:
    """The tag that suits best. tags: at least one; ranges: best first, as `accept_language` says.

    A tag has the rank of the longest range that covers it (RFC 2616, 14.4). If none covers any,
    ranges are shortened step by step (RFC 4647, 3.4); then the first tag is as good as another.
    """
    candidates = list(tags)
    wanted = [language.lower() for language in ranges]
    unranked = wanted.index("*") if "*" in wanted else len(wanted)
    best = min(candidates, key=lambda tag: _rank(tag.lower(), wanted, unranked))
    if _rank(best.lower(), wanted, unranked) < len(wanted):
        return best
    for language in wanted:
        while "-" in language:
            language = language.rpartition("-")[0]  # noqa: PLW2901
            for tag in candidates:
                if tag.lower() == language or tag.lower().startswith(language + "-"):
                    return tag
    return best


def _rank(tag: str, wanted: list[str], unranked: int) -> int:
    while tag:
        if tag in wanted:
            return wanted.index(tag)
        tag = tag.rpartition("-")[0]
    return unranked
