"""/api/v1/docs: the OpenAPI document as a page to read, without a script or a foreign host."""

from html import escape
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse

_STYLE = """
:root{color-scheme:light dark;--paper:#faf8f4;--ink:#1c2127;--soft:#545d67;--rule:#e3ddd1;
--accent:#145752;--focus:#b3540b}
@media (prefers-color-scheme:dark){:root{--paper:#14181b;--ink:#e9e6df;--soft:#a9b1b8;
--rule:#30373d;--accent:#84cfc5;--focus:#f3a45c}}
*{box-sizing:border-box}
body{font:16px/1.55 system-ui,sans-serif;max-width:62rem;margin:0 auto;padding:1.25rem;
color:var(--ink);background:var(--paper);overflow-wrap:anywhere}
a{color:var(--accent);text-underline-offset:.18em}
:focus-visible{outline:3px solid var(--focus);outline-offset:2px}
header a{display:inline-block;padding:.5rem 0}
nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;padding:0;list-style:none}
nav li a{display:inline-block;padding:.25rem 0}
h1,h2{font-family:"Iowan Old Style","Palatino Linotype",Palatino,"URW Palladio L",P052,
"Book Antiqua",Georgia,"Noto Serif","DejaVu Serif",serif;line-height:1.2}
h2{margin:3rem 0 0;padding-bottom:.4rem;border-bottom:1px solid var(--rule)}
h3{margin:2rem 0 .25rem;font:600 1rem/1.5 ui-monospace,"DejaVu Sans Mono",monospace}
.method{display:inline-block;min-width:4.5rem;color:var(--accent)}
p{max-width:46rem;margin:.4rem 0}
.answers,caption,thead th{color:var(--soft);font-size:.875rem}
.scroll{overflow-x:auto;margin:.5rem 0;overflow-wrap:normal}
table{border-collapse:collapse;width:100%;font-size:.9375rem}
caption{text-align:start}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);
white-space:nowrap}
td,th{text-align:start;vertical-align:baseline;font-weight:400;padding:.3rem 1rem .3rem 0;
border-top:1px solid var(--rule)}
thead th{border:0}
code{font:.9em ui-monospace,"DejaVu Sans Mono",monospace}
"""
_HEADERS = {"content-security-policy": "default-src 'none'; style-src 'unsafe-inline'"}


def documentation(request: Request) -> HTMLResponse:
    """Every route with its parameters, by tag."""
    document = request.app.openapi()
    sections: dict[str, list[str]] = {}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            tag = operation.get("tags", ["other"])[0]
            sections.setdefault(tag, []).append(_operation(path, method, operation))
    title = f"{escape(document['info']['title'])}: HTTP API"
    return HTMLResponse(_page(title, sections), headers=_HEADERS)


def _page(title: str, sections: dict[str, list[str]]) -> str:
    numbered = [(n, escape(tag), parts) for n, (tag, parts) in enumerate(sections.items())]
    links = "".join(f'<li><a href="#part-{n}">{tag}</a></li>' for n, tag, _ in numbered)
    body = "".join(
        f'<section aria-labelledby="part-{n}"><h2 id="part-{n}">{tag}</h2>{"".join(parts)}'
        "</section>"
        for n, tag, parts in numbered
    )
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f"<title>{title} · Learning record</title>"
        f'<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="color-scheme" content="light dark"><style>{_STYLE}</style></head><body>'
        '<header><a href="../../">Back to the learning record</a></header>'
        f"<main><h1>{title}</h1>"
        '<p>Machines read <a href="openapi.json">openapi.json</a>.</p>'
        f'<nav aria-label="Parts"><ul>{links}</ul></nav>{body}</main></body></html>'
    )


def _operation(path: str, method: str, operation: dict[str, Any]) -> str:
    text = operation.get("description") or operation.get("summary", "")
    name = f"{method.upper()} {escape(path)}"
    answers = ", ".join(code for code in operation["responses"] if code != "default")
    rows = "".join(_parameter(one) for one in operation.get("parameters", ()))
    return (
        f'<h3><span class="method">{method.upper()}</span> {escape(path)}</h3>'
        f"<p>{escape(text)}</p>{_table(name, rows) if rows else ''}"
        f'<p class="answers">Answers {escape(answers)}.</p>'
    )


def _table(name: str, rows: str) -> str:
    """Scrolls by itself where it is too wide; no landmark, for there are hundreds."""
    return (
        f'<div class="scroll" role="group" aria-label="Parameters of {name}" tabindex="0"><table>'
        f'<caption class="hidden">Parameters of {name}</caption><thead><tr>'
        '<th scope="col">Parameter</th><th scope="col">In</th><th scope="col">Meaning</th>'
        f"</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _parameter(one: dict[str, Any]) -> str:
    needed = " (required)" if one.get("required") else ""
    return (
        f'<tr><th scope="row"><code>{escape(one["name"])}</code>{needed}</th>'
        f"<td>{escape(one['in'])}</td><td>{escape(one.get('description', ''))}</td></tr>"
    )
