"""Texts that are not ours: each knows its language, and pages say it (WCAG 2.2, 3.1.2).

A screen reader pronounces what it reads by the language of the element. Names out of statements
have a language of their own, that of the language map's entry; what people wrote has one that
nobody knows.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from markupsafe import Markup, escape

from lrs.console.language import reader

UNKNOWN = "und"
_ELEMENT = re.compile("<span lang=[^>]*>|</span>")


class Foreign(str):
    """A text in a language. language: its tag (RFC 5646), UNKNOWN where nobody knows it.

    In the text of a page it becomes an element with `lang`, where the page's language is another.
    Attributes, titles and options hold no elements: there it has to be `bare`.
    """

    __slots__ = ("language",)
    language: str

    def __new__(cls, text: str, language: str = UNKNOWN) -> "Foreign":
        made = super().__new__(cls, text)
        made.language = language
        return made

    @property
    def lang(self) -> str | None:
        """What the attribute says; None where the page says the same already."""
        if self.language.lower().partition("-")[0] == reader().language:
            return None
        return "" if self.language == UNKNOWN else self.language

    def __html__(self) -> Markup:
        text, lang = escape(str(self)), self.lang
        if lang is None or not self:
            return text
        return Markup('<span lang="{}">{}</span>').format(lang, text)


def bare(text: object) -> str:
    """Without elements, for where there can be none."""
    return text.striptags() if isinstance(text, Markup) else str(text)


def untagged(markup: Markup) -> Markup:
    """Markup of a page without the elements of foreign texts: for its title."""
    return Markup(_ELEMENT.sub("", markup))  # noqa: S704 - what is left was escaped before


def lang_of(text: object) -> Markup:
    """The attribute for an element that holds nothing but this text, with a space before it."""
    lang = text.lang if isinstance(text, Foreign) else None
    return Markup("") if lang is None else Markup(' lang="{}"').format(lang)


def phrase(text: str, /, *values: Any, **named: Any) -> str:
    """`text.format(…)`, in which foreign texts keep their language."""
    if not _marked((*values, *named.values())):
        return text.format(*values, **named)
    return escape(text).format(*values, **named)


def filled(text: str, named: Mapping[str, Any]) -> str:
    """`text % named`, in which foreign texts keep their language."""
    return escape(text) % named if _marked(named.values()) else text % named


def joined(between: str, parts: Iterable[str]) -> str:
    """`between.join(parts)`, in which foreign texts keep their language."""
    some = list(parts)
    return escape(between).join(some) if _marked(some) else between.join(some)


def _marked(values: Iterable[object]) -> bool:
    return any(
        isinstance(one, Markup) or (isinstance(one, Foreign) and one.lang is not None)
        for one in values
    )
