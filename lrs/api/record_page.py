"""The readable record: one page without script, image or link that needs a server.

Whatever a statement holds is text here: everything is escaped, and the page's own policy lets
nothing run.
"""

import base64
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import Any, Final

from lrs.api.record_words import WORDS
from lrs.storage.personal.record import Document, Statement
from lrs.xapi.json import load
from lrs.xapi.timestamps import format_us

_STYLE: Final = (
    "body{font:1rem/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem;"
    "color:#1a1a1a;background:#fff}table{border-collapse:collapse;width:100%;margin:1rem 0}"
    "th,td{text-align:left;vertical-align:top;padding:.3rem .6rem;border-bottom:1px solid #767676;"
    "overflow-wrap:anywhere}caption{text-align:left;font-weight:bold}dt{font-weight:bold}"
    "@media(prefers-color-scheme:dark){body{color:#f2f2f2;background:#16181b}}"
)
_HASH: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
POLICY: Final = f"default-src 'none'; style-src 'sha256-{_HASH}'"
_LONGEST: Final = 4_000  # characters of one text
STORY: Final = (
    "conversations", "reflections", "works", "asks", "disputes", "pins", "picks", "interests",
    "shared", "shared_with",
)  # fmt: skip
_WHEN: Final = ("at", "since")
_ABOUT: Final = ("about", "skill", "work", "plan", "disputed")


class Page:
    """language: one of `WORDS`."""

    def __init__(self, language: str) -> None:
        self._language, self._words = language, WORDS[language]

    def parts(
        self, whole: Mapping[str, Any], documents: Iterable[Document],
        statements: Iterable[Statement],
    ) -> Iterator[str]:  # fmt: skip
        """The page, piece by piece. whole: as the JSON has it before documents and statements."""
        yield self._head(whole)
        yield self._skills(whole["views"]["mastery"]["skills"])
        yield self._goals(whole["goals"])
        yield self._story(whole["story"])
        yield from self._table(
            "documents", ("document", "about", "updated"),
            ([one.name, one.activity or "", format_us(one.updated_us)] for one in documents),
        )  # fmt: skip
        yield from self._table(
            "statements", ("position", "when", "did", "object", "result"),
            (self._statement(one) for one in statements),
        )  # fmt: skip
        yield "</main></body></html>\n"

    def _t(self, word: str) -> str:
        return escape(self._words.get(word, word))

    def _head(self, whole: Mapping[str, Any]) -> str:
        t = self._t
        known = "".join(f"<li>{_text(_agent(one))}</li>" for one in whole["learner"]["agents"])
        return (
            f'<!DOCTYPE html><html lang="{self._language}"><head><meta charset="utf-8">'
            f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
            '<meta name="viewport" content="width=device-width,initial-scale=1">'
            f"<title>{t('title')}</title><style>{_STYLE}</style></head><body><main>"
            f"<h1>{t('title')}</h1><p>{t('intro')}</p><dl>"
            f"<dt>{t('made')}</dt><dd>{_text(whole['made'])}</dd>"
            f"<dt>{t('position')}</dt><dd>{_text(whole['position'])}</dd>"
            f"<dt>{t('identities')}</dt><dd><ul>{known}</ul></dd></dl>"
        )

    def _skills(self, skills: Sequence[Mapping[str, Any]]) -> str:
        return "".join(self._table(
            "skills", ("skill", "status", "likely", "range", "answers"),
            (
                [
                    _last(one["skill"]), self._words.get(one["status"], one["status"]),
                    _percent(one["p"]["value"]) or self._words["unknown"],
                    _range(one["p"]),
                    one["p"]["n"],
                ]
                for one in skills
            ),
        ))  # fmt: skip

    def _goals(self, goals: Sequence[Mapping[str, Any]]) -> str:
        return "".join(self._table(
            "goals", ("goal", "set", "due", "state"),
            (
                [
                    one["name"] or _last(one["goal"]), one["set"] or "", one["due"] or "",
                    self._words.get(one["state"], one["state"]),
                ]
                for one in goals
            ),
        ))  # fmt: skip

    def _story(self, story: Mapping[str, Any]) -> str:
        rows = [
            [self._words[part], _first(one, _WHEN), _last(_first(one, _ABOUT)), _words(one)]
            for part in STORY
            for one in story[part]
        ]
        return "".join(self._table("story", ("kind", "when", "about", "words"), rows))

    def _statement(self, told: Statement) -> list[Any]:
        value = load(told.document)
        target = value.get("object") or {}
        if target.get("objectType") in ("Agent", "Group"):
            others = ((value.get("context") or {}).get("contextActivities") or {}).get("other")
            target = others[0] if isinstance(others, list) and others else others or {}
        definition = target.get("definition") or {}
        verb = value.get("verb") or {}
        did = self._in_language(verb.get("display")) or _last(str(verb.get("id", "")))
        return [
            told.position,
            value.get("timestamp", ""),
            f"{did} ({self._words['voided']})" if told.voided else did,
            self._in_language(definition.get("name")) or _last(str(target.get("id", ""))),
            self._result(value.get("result") or {}),
        ]

    def _result(self, result: Mapping[str, Any]) -> str:
        said = []
        if isinstance(result.get("success"), bool):
            said.append(self._words["right" if result["success"] else "wrong"])
        if isinstance(result.get("response"), str):
            said.append(result["response"])
        return "; ".join(said)

    def _in_language(self, names: Any) -> str:
        if not isinstance(names, Mapping) or not names:
            return ""
        for tag, text in names.items():
            if tag.lower().split("-")[0] == self._language:
                return str(text)
        return str(next(iter(names.values())))

    def _table(
        self, title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]
    ) -> Iterator[str]:
        heads = "".join(f'<th scope="col">{self._t(one)}</th>' for one in columns)
        yield f"<h2>{self._t(title)}</h2>"
        n = 0
        for row in rows:
            if not n:
                caption = f"<caption>{self._t(title)}</caption>"
                yield f"<table>{caption}<thead><tr>{heads}</tr></thead><tbody>"
            n += 1
            first, *rest = (_text(one) for one in row)
            cells = "".join(f"<td>{one}</td>" for one in rest)
            yield f'<tr><th scope="row">{first}</th>{cells}</tr>'
        yield "</tbody></table>" if n else f"<p>{self._t('none')}</p>"


def _text(value: Any) -> str:
    text = str(value)
    return escape(text if len(text) <= _LONGEST else text[:_LONGEST] + " …")


def _agent(agent: Mapping[str, Any]) -> str:
    account = agent.get("account")
    if isinstance(account, Mapping):
        return f"{account.get('name')} ({account.get('homePage')})"
    return str(agent.get("mbox") or agent.get("openid") or agent.get("mbox_sha1sum") or "")


def _range(p: Mapping[str, Any]) -> str:
    """In which it lies four times in five; empty while nothing is known."""
    if p["value"] is None:
        return ""
    return f"{_percent(p['low'])} – {_percent(p['high'])}"


def _percent(value: float | None) -> str:
    return "" if value is None else f"{round(100 * value)} %"


def _last(iri: str) -> str:
    return iri.rstrip("/#").rsplit("/", 1)[-1] or iri


def _first(one: Mapping[str, Any], names: Sequence[str]) -> str:
    return next((str(one[name]) for name in names if one.get(name)), "")


def _words(one: Mapping[str, Any]) -> str:
    said = one.get("said") or {}
    voices = [f"{voice['who']}: {voice['text']}" for voice in said.get("voices", ())]
    some = [said.get("title"), said.get("text"), *voices, *said.get("agreed", {}).values()]
    return "; ".join(text for text in some if text)
