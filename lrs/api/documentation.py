"""/api/v1/docs: the OpenAPI document as a page to read, without a script or a foreign host."""

from html import escape
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse

_STYLE = """
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;
color:#1c2430;background:#fff}
h2{margin-top:2.5rem;border-bottom:1px solid #d5dbe3}
h3{margin:1.5rem 0 .25rem;font:600 1rem ui-monospace,monospace}
b{display:inline-block;min-width:4.5rem;color:#0b5394}
table{border-collapse:collapse;width:100%}
td,th{text-align:left;vertical-align:top;padding:.2rem .8rem .2rem 0;border-top:1px solid #e6eaef}
code{font-family:ui-monospace,monospace}
"""


def documentation(request: Request) -> HTMLResponse:
    """Every route with its parameters, by tag."""
    document = request.app.openapi()
    sections: dict[str, list[str]] = {}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            tag = operation.get("tags", ["other"])[0]
            sections.setdefault(tag, []).append(_operation(path, method, operation))
    body = "".join(f"<h2>{escape(tag)}</h2>{''.join(parts)}" for tag, parts in sections.items())
    return HTMLResponse(
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>API</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head>'
        f"<body><h1>{escape(document['info']['title'])}</h1>"
        '<p>Machines read <a href="openapi.json">openapi.json</a>.</p>'
        f"{body}</body></html>",
        headers={"content-security-policy": "default-src 'none'; style-src 'unsafe-inline'"},
    )


def _operation(path: str, method: str, operation: dict[str, Any]) -> str:
    text = operation.get("description") or operation.get("summary", "")
    rows = "".join(_parameter(one) for one in operation.get("parameters", ()))
    answers = ", ".join(code for code in operation["responses"] if code != "default")
    table = f"<table><tr><th>Parameter<th>In<th>Meaning</tr>{rows}</table>" if rows else ""
    return (
        f"<h3><b>{method.upper()}</b> {escape(path)}</h3><p>{escape(text)}</p>{table}"
        f"<p>Answers {escape(answers)}.</p>"
    )


def _parameter(one: dict[str, Any]) -> str:
    needed = " (required)" if one.get("required") else ""
    return (
        f"<tr><td><code>{escape(one['name'])}</code>{needed}<td>{escape(one['in'])}"
        f"<td>{escape(one.get('description', ''))}</tr>"
    )
