"""Templates, the headers that every page carries, and the kinds of page."""

import hashlib
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

from lrs.console import foreign, language, wording
from lrs.console.contexts import PageContext, let_go
from lrs.console.navigation import navigation

_HERE = Path(__file__).parent
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    # not `no-referrer`: with it, browsers send `Origin: null` with our own forms
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cache-control": "no-store",  # the pages are about people
}
_KINDS = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}

# whose own titles say what is wrong; any other page says by its title that something is
_FAULTS = {"error.html", "kept.html", "signed_out.html"}


class Renderer:
    """Makes pages. base: the path under which the outside sees the server, no final slash."""

    def __init__(self, base: str) -> None:
        self._base = base
        self._files = {
            file.name: file.read_bytes()
            for file in sorted((_HERE / "static").iterdir())
            if file.suffix in _KINDS
        }
        self._environment = Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.i18n"],
        )
        self._environment.context_class = PageContext
        self._environment.policies["ext.i18n.trimmed"] = True
        self._environment.globals.update(
            _=language.gettext, gettext=language.gettext, ngettext=language.ngettext,
            pgettext=language.pgettext, reader=language.reader, languages=language.LANGUAGES,
        )  # fmt: skip
        self._environment.filters.update(
            bare=foreign.bare, lang_of=foreign.lang_of, untagged=foreign.untagged
        )
        self._environment.globals.update(
            url=self.url, asset=self._asset, statuses=wording.STATUSES, navigation=navigation,
            phrase=foreign.phrase, groups_with=_nobody,
            **_words(),
        )  # fmt: skip

    def knows(self, **more: Any) -> None:
        """What pages may ask for, of what the server keeps."""
        self._environment.globals.update(more)

    def url(self, *parts: str, **query: Any) -> str:
        """A path of the console from its parts, each escaped; a query without what is None, and
        with every one of a list."""
        path = "/".join(quote(part, safe="") for part in parts)
        asked = urlencode(
            {name: value for name, value in query.items() if value is not None}, doseq=True
        )
        return f"{self._base}/{path}" + (f"?{asked}" if asked else "")

    def page(self, template: str, status: int = 200, **values: Any) -> HTMLResponse:
        # once: in every form of a page, so that one sent twice is known to be the same
        once = secrets.token_hex(8)
        failed = status >= 400 and template not in _FAULTS
        given = {"now": datetime.now(UTC), "person": None, "once": once, "failed": failed}
        with let_go({**given, **values}) as known:
            content = self._environment.get_template(template).render(known)
        return HTMLResponse(content, status, headers=HEADERS)

    def parts(self, template: str, **values: Any) -> Iterator[str]:
        """A page by itself, piece by piece: what it lists may be long."""
        with let_go(values) as known:
            yield from self._environment.get_template(template).generate(known)

    def text(self, name: str) -> str:
        """A file of the console's own, as text."""
        return self._files[name].decode()

    def static(self, name: str) -> Response | None:
        """A file of the console's own; its address changes with its content."""
        if name not in self._files:
            return None
        kept = "public, max-age=31536000, immutable"
        kind = _KINDS[Path(name).suffix]
        headers = {**HEADERS, "cache-control": kept, "content-type": kind}
        return Response(self._files[name], headers=headers)

    def _asset(self, name: str) -> str:
        digest = hashlib.sha256(self._files[name]).hexdigest()[:12]
        return self.url("static", name, v=digest)


def _nobody(*_asked: object) -> tuple[()]:
    return ()


def _words() -> dict[str, Any]:
    names = (
        "plain", "number", "count", "percent", "points", "signed", "length", "date", "date_time",
        "ago", "decimal", "last_part", "agent_name", "agent_identifier",
    )  # fmt: skip
    return {name: getattr(wording, name) for name in names}
