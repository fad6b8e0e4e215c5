"""What is wrong with a page's HTML that no other test would look at on every page: markup shown as
text, ids that stand twice, controls without a name, fragments that lead nowhere, and words that
only machines read."""

import re
from collections import Counter
from html.parser import HTMLParser
from typing import Final
from urllib.parse import unquote

_VOID: Final = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta",
                "source", "track", "wbr"}  # fmt: skip
_OWN_WORDS: Final = {"hidden", "submit", "image", "button", "reset"}  # kinds of inputs
_FOR_MACHINES: Final = {"pre", "code", "script", "style", "textarea"}
_MARKUP: Final = re.compile(r"<span|&lt;span|</span")
_MACHINE: Final = re.compile(
    r"urn:uuid:\S*|\bundefined\b|\bNone\b(?! (?:yet|of))|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3,}\S*"
)
Attributes = dict[str, str | None]


class _Element:
    """A control or label and the words in it."""

    def __init__(self, tag: str, told: Attributes) -> None:
        self.tag, self.told, self.words = tag, told, ""

    @property
    def named_by_itself(self) -> bool:
        told = self.told
        if told.get("aria-label") or told.get("aria-labelledby") or told.get("title"):
            return True
        if self.tag == "input" and told.get("type") in _OWN_WORDS - {"hidden"}:
            return bool(told.get("value") or told.get("alt"))
        return self.tag == "button" and bool(self.words.strip())


class _Reading(HTMLParser):
    """Collects from a page what is asked about it afterwards."""

    def __init__(self) -> None:
        super().__init__()
        self.ids, self.fragments, self.labelled = list[str](), list[str](), set[str]()
        self.faults = list[str]()
        self.unnamed = list[_Element]()
        self._open, self._words = list[_Element](), list[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self.faults += [
            f"markup in {tag}/@{name}: {value[:120]}"
            for name, value in attrs
            if value and _MARKUP.search(value)
        ]
        if told.get("id"):
            self.ids.append(str(told["id"]))
        if tag == "a" and (told.get("href") or "").startswith("#"):
            self.fragments.append(unquote(str(told["href"])[1:]))
        if tag == "label" and told.get("for"):
            self.labelled.add(str(told["for"]))
        one = _Element(tag, told)
        if tag in ("input", "select", "textarea") and told.get("type") != "hidden":
            self._control(one)
        if tag not in _VOID:
            self._open.append(one)

    def _control(self, one: _Element) -> None:
        outside = (
            one.tag == "label" or one.told.get("aria-hidden") == "true" for one in self._open
        )
        if not any(outside) and not one.named_by_itself:
            self.unnamed.append(one)

    def handle_endtag(self, tag: str) -> None:
        if not any(one.tag == tag for one in self._open):
            return
        while self._open:
            one = self._open.pop()
            self._closed(one)
            if one.tag == tag:
                return

    def _closed(self, one: _Element) -> None:
        if one.tag == "button" and not one.named_by_itself:
            self.faults.append(f"a button without a name: {one.told}")
        if one.tag in ("title", "option") and _MARKUP.search(one.words):
            self.faults.append(f"markup in {one.tag}: {one.words[:120]}")
        if self._open:
            self._open[-1].words += one.words

    def handle_data(self, data: str) -> None:
        if self._open:
            self._open[-1].words += data
        if not any(one.tag in _FOR_MACHINES for one in self._open):
            self._words.append(data)

    def machine_words(self) -> list[str]:
        return _MACHINE.findall(" ".join(self._words))


def faults(html: str) -> list[str]:
    """What is wrong, each with what it is about; empty for a good page."""
    page = _Reading()
    page.feed(html)
    page.close()
    twice = [one for one, times in Counter(page.ids).items() if times > 1]
    ids = {*page.ids, "", "top"}
    return [
        *page.faults,
        *(f"two elements with the id {one}" for one in twice),
        *(f"a {one.tag} without a name: {one.told}" for one in page.unnamed
          if one.told.get("id") not in page.labelled),
        *(f"#{one} leads nowhere" for one in page.fragments if one not in ids),
        *(f"for machines: {one}" for one in page.machine_words()),
    ]  # fmt: skip
