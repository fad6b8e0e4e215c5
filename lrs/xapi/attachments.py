"""Attachments that statements declare, and whether a request brings what they need.

xAPI 1.0.3, Data 2.4.11 and Communication 1.5; the conformance requirements XAPI-00127 to 00135.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from lrs.xapi.faults import Faults
from lrs.xapi.media_types import media_type

SIGNATURE = "http://adlnet.gov/expapi/attachments/signature"
# SHA-2 by the number of its hexadecimal digits (FIPS 180-4)
DIGESTS = {56: "sha224", 64: "sha256", 96: "sha384", 128: "sha512"}


class Attachment(NamedTuple):
    """One that a valid statement declares. path: from the statement. located: has a fileUrl."""

    path: str
    usage: str
    content_type: str
    length: int
    sha2: str
    located: bool

    @property
    def key(self) -> str:
        """Its digest as attachments are matched: in lower case."""
        return self.sha2.lower()

    @property
    def signs(self) -> bool:
        """Whether it is the signature of its statement; a SubStatement has none of its own."""
        return self.usage == SIGNATURE and not self.path.startswith("/object")


class Received(NamedTuple):
    """The data of an attachment as a request brought it, its digest verified.

    number: of the part. key: the digest in lower-case hexadecimal. content_type, length: what
    the part's own headers say, None if nothing. start: where its data stands in the spool.
    """

    number: int
    key: str
    content_type: str | None
    length: int | None
    start: int
    size: int


def declared(values: Iterable[Mapping[str, Any]], path: str = "/attachments") -> tuple[
    Attachment, ...
]:  # fmt: skip
    """What a valid `attachments` array declares."""
    return tuple(
        Attachment(
            f"{path}/{index}",
            value["usageType"],
            value["contentType"],
            value["length"],
            value["sha2"],
            "fileUrl" in value,
        )
        for index, value in enumerate(values)
    )


def of_statement(value: Mapping[str, Any]) -> tuple[Attachment, ...]:
    """Every attachment of a valid statement, those of its SubStatement last."""
    found = declared(value.get("attachments", ()))
    target = value["object"]
    if "attachments" in target:
        found += declared(target["attachments"], "/object/attachments")
    return found


def check(
    statements: Iterable[tuple[str, tuple[Attachment, ...]]], received: Mapping[str, Received]
) -> None:
    """Raise InvalidStatement unless parts and attachments belong together.

    statements: the path of each in what was sent, and what it declares. received: by key; empty
    for application/json, where each attachment needs a fileUrl.
    """
    faults, types = Faults(), dict[str, dict[str, str]]()
    for path, attachments in statements:
        for one in attachments:
            part = received.get(one.key)
            if part is not None:
                types.setdefault(one.key, {})[_essence(one.content_type)] = path + one.path
                if part.length is not None and one.length != part.size:
                    faults.add(
                        f"{path}{one.path}/length",
                        "attachment_length",
                        f"Part {part.number} with this sha2 has {part.size} octets.",
                    )
            elif one.signs:
                faults.add(path + one.path, "attachment_missing", _NO_SIGNATURE)
            elif not one.located:
                faults.add(path + one.path, "attachment_missing", _NO_DATA)
    for part in received.values():
        _check_part(part, types.get(part.key), faults)
    faults.raise_any()


_NO_DATA = (
    "This attachment needs a fileUrl, or its data: a part of a multipart/mixed request with its "
    "sha2 in the header X-Experience-API-Hash."
)
_NO_SIGNATURE = (
    "A signature needs its data: a part of a multipart/mixed request with its sha2 in the header "
    "X-Experience-API-Hash."
)


def _check_part(part: Received, types: Mapping[str, str] | None, faults: Faults) -> None:
    if types is None:
        faults.add(
            "",
            "unexpected_part",
            f"No attachment of these statements has the sha2 of part {part.number}, {part.key}; "
            "leave that part out.",
        )
    elif part.content_type is not None and part.content_type not in types:
        path = next(iter(types.values()))
        faults.add(
            f"{path}/contentType",
            "attachment_content_type",
            f"Part {part.number} with this sha2 says Content-Type: {part.content_type[:100]}; "
            "the two must be the same.",
        )


def _essence(content_type: str) -> str:
    """Type and subtype: a part need not repeat parameters, as the specification's example shows."""
    try:
        return media_type(content_type).name
    except ValueError:
        return content_type.partition(";")[0].strip().lower()
