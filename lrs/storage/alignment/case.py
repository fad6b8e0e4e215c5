"""1EdTech CASE 1.0 and 1.1: a framework of competencies, and what is linked to them.

A CFPackage is one JSON object with CFDocument, CFItems and CFAssociations, as
`GET …/CFPackages/{id}` answers. Competencies are skills by their `uri`. An activity is a CFItem
whose type says that it is something to do, or an address outside the package that an association
names.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

from lrs.errors import TooLarge
from lrs.storage.alignment.alignment import Alignment, gathered
from lrs.storage.alignment.csv_files import LONGEST, MOST_ROWS, clean_title
from lrs.storage.alignment.faults import Faults, refuse
from lrs.xapi.iri import is_iri

_LINKS: Final = frozenset(("isRelatedTo", "exactMatchOf", "isPartOf", "exemplar"))
_PARTS: Final = frozenset(("isChildOf", "isPartOf"))
_TO_DO: Final = frozenset((
    "activity", "assessment", "assessment item", "assessmentitem", "exercise", "item",
    "learning activity", "lesson", "problem", "question", "resource", "task", "test item",
))  # fmt: skip


@dataclass(slots=True)
class _Package:
    """What has been read. names: identifier or uri → uri; todo: uris of things to do."""

    names: dict[str, str] = field(default_factory=dict)
    todo: set[str] = field(default_factory=set)
    titles: dict[str, str] = field(default_factory=dict)
    items: list[tuple[str, str]] = field(default_factory=list)
    prerequisites: list[tuple[str, str]] = field(default_factory=list)
    broader: list[tuple[str, str]] = field(default_factory=list)


def read_case(raw: bytes) -> Alignment:
    """The alignment that a CASE package gives.

    Raises InvalidFile with the path of every fault, TooLarge.
    """
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise refuse(f"line {error.lineno}", "json", f"This is not JSON: {error.msg}.") from None
    if isinstance(value, dict) and isinstance(value.get("CFPackage"), dict):
        value = value["CFPackage"]
    if not isinstance(value, dict) or "CFItems" not in value:
        raise refuse("", "case", "This is no CASE package: it has no CFItems.")
    faults, package = Faults(), _Package()
    document = _uri(value.get("CFDocument"))
    for path, one in _objects(value, "CFItems", faults):
        _item(package, path, one, faults)
    for path, one in _objects(value, "CFAssociations", faults):
        _association(package, path, one, document, faults)
    faults.check()
    return Alignment(
        gathered(package.items), gathered(package.prerequisites), gathered(package.broader),
        package.titles,
    )  # fmt: skip


def _objects(
    value: Mapping[str, Any], name: str, faults: Faults
) -> Iterator[tuple[str, dict[str, Any]]]:
    found = value.get(name)
    if found is None:
        return
    if not isinstance(found, list):
        raise refuse(f"/{name}", "wrong_type", "must be an array.")
    if len(found) > MOST_ROWS:
        raise TooLarge(f"{name} has more than {MOST_ROWS} members.")
    for at, one in enumerate(found):
        if isinstance(one, dict):
            yield f"/{name}/{at}", one
        else:
            faults.add(f"/{name}/{at}", "wrong_type", "must be an object.")


def _uri(node: Any) -> str | None:
    """The address of a document, an item, or an association's end; else one of its identifier."""
    if not isinstance(node, dict):
        return None
    uri, identifier = node.get("uri"), node.get("identifier")
    if isinstance(uri, str) and len(uri) <= LONGEST and uri.isprintable() and is_iri(uri):
        return uri
    if isinstance(identifier, str) and 0 < len(identifier) <= 100:
        name = f"urn:uuid:{identifier}"
        return name if is_iri(name) and name.isprintable() else None
    return None


def _item(package: _Package, path: str, one: Mapping[str, Any], faults: Faults) -> None:
    uri = _uri(one)
    if uri is None:
        faults.add(f"{path}/uri", "uri", "needs a uri (an IRI) or an identifier.")
        return
    package.names[uri] = uri
    identifier = one.get("identifier")
    if isinstance(identifier, str):
        package.names[identifier.lower()] = uri
    kind = one.get("CFItemType")
    if isinstance(kind, str) and kind.strip().lower() in _TO_DO:
        package.todo.add(uri)
        return
    if title := _title(one):
        package.titles[uri] = title


def _title(one: Mapping[str, Any]) -> str:
    """Its code and what it says, as curricula are spoken of."""
    code, text = one.get("humanCodingScheme"), one.get("abbreviatedStatement")
    if not isinstance(text, str) or not text.strip():
        text = one.get("fullStatement")
    parts = [part for part in (code, text) if isinstance(part, str) and part.strip()]
    return clean_title(" ".join(parts))


def _association(
    package: _Package, path: str, one: Mapping[str, Any], document: str | None, faults: Faults
) -> None:
    """What an association says of skills; other kinds of them say nothing here."""
    kind = one.get("associationType")
    if not isinstance(kind, str) or (kind not in _LINKS and kind not in ("isChildOf", "precedes")):
        return
    ends = []
    for name in ("originNodeURI", "destinationNodeURI"):
        node = one.get(name)
        found = _named(package, node)
        if found is None:
            faults.add(f"{path}/{name}", "uri", "needs the uri or identifier of a CFItem.")
            return
        ends.append(found)
    origin, destination = ends
    if document in (origin, destination):
        return  # the top of the tree: the document is no skill
    if kind == "precedes":
        package.prerequisites.append((destination, origin))
    else:
        _relate(package, origin, destination, kind)


def _named(package: _Package, node: Any) -> str | None:
    """The item that an association's end names, whichever way; else an address outside."""
    if isinstance(node, dict):
        for key in (node.get("uri"), node.get("identifier")):
            if isinstance(key, str):
                found = package.names.get(key) or package.names.get(key.lower())
                if found is not None:
                    return found
    return _uri(node)


def _relate(package: _Package, origin: str, destination: str, kind: str) -> None:
    """An activity and a competency, either way round; or a competency and a broader one."""
    known = package.names
    skills = [end in known and end not in package.todo for end in (origin, destination)]
    if skills == [False, True]:
        package.items.append((origin, destination))
    elif skills == [True, False] and (kind in _LINKS or destination in package.todo):
        package.items.append((destination, origin))
    elif skills == [True, True] and kind in _PARTS:
        package.broader.append((origin, destination))
