"""Statements of xAPI 2.0 in a form that is valid 1.0.3, for readers who know nothing newer.

What 2.0 has and 1.0.3 has not are `contextAgents` and `contextGroups`, in a statement and in its
SubStatement, and its version; whatever else 2.0 allows, 1.0.3 does too. Everything that stays is
the sender's own text.
"""

import orjson

from lrs.xapi.layout import members

_NEW_IN_CONTEXT = frozenset({"contextAgents", "contextGroups"})
# The one version a 1.0.3 statement may be given (Data 2.4.10)
_VERSION = b'"1.0.0"'


def as_v1(document: bytes) -> bytes:
    """The text of a valid 2.0 statement without what 1.0.3 has not."""
    parts = _known_in_v1(members(document))
    if "version" in parts:
        parts["version"] = _VERSION
    return _joined(parts)


def _known_in_v1(parts: dict[str, bytes]) -> dict[str, bytes]:
    kept = dict(parts)
    if "context" in parts:
        context = members(parts["context"])
        kept["context"] = _joined(
            {name: text for name, text in context.items() if name not in _NEW_IN_CONTEXT}
        )
    inner = members(parts["object"])
    if orjson.loads(inner.get("objectType", b"null")) == "SubStatement":
        kept["object"] = _joined(_known_in_v1(inner))
    return kept


def _joined(parts: dict[str, bytes]) -> bytes:
    return b"{%s}" % b",".join(
        b"%s:%s" % (orjson.dumps(name), text) for name, text in parts.items()
    )
