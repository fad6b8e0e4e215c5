"""The body of a POST or PUT of statements: JSON alone, or multipart/mixed with attachments."""

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import IO

from lrs.api.http import Request
from lrs.api.services import Services
from lrs.errors import Fault, InvalidRequest, InvalidStatement, Unavailable
from lrs.storage.administration.stores import Store
from lrs.storage.attachments.content import Content
from lrs.xapi import attachments, signatures
from lrs.xapi.attachments import Received
from lrs.xapi.media_types import MediaType, media_type
from lrs.xapi.multipart import boundary_of
from lrs.xapi.statement import Statement
from lrs.xapi.uploads import Upload

_JSON, _MULTIPART = "application/json", "multipart/mixed"
_IN_MEMORY = 2**20  # of all attachments of a request together; more goes to a temporary file
_NOTHING: Mapping[str, Received] = {}


class Delivery:
    """What a request brought. raw: the text of its statements."""

    __slots__ = ("_spool", "raw", "upload")

    def __init__(
        self, raw: bytes, upload: Upload | None = None, spool: IO[bytes] | None = None
    ) -> None:
        self.raw, self.upload = raw, upload
        self._spool = spool

    def close(self) -> None:
        """Give up the temporary file."""
        if self._spool is not None:
            self._spool.close()

    async def check(self, services: Services, statements: Sequence[Statement], many: bool) -> None:
        """Raise InvalidStatement unless each attachment has its part and signatures hold.

        many: whether an array was sent, for the faults' paths.
        """
        await services.reading(self._check, statements, many)

    def _check(self, statements: Sequence[Statement], many: bool) -> None:
        received = self._received
        attachments.check(_declared(statements, many), received)
        for index, statement in enumerate(statements):
            for one in statement.attachments:
                if one.signs:
                    path = f"/{index}" if many else ""
                    data = self._signature(received[one.key], path + one.path)
                    signatures.verify(statement.value, statement.version, one, data, path)

    def _signature(self, one: Received, path: str) -> bytes:
        if one.size > signatures.LONGEST:
            message = f"A signature may have {signatures.LONGEST} octets."
            raise InvalidStatement([Fault(path, "invalid_signature", message)])
        return b"".join(self._chunks(one))

    async def keep(self, services: Services, store: Store, statements: Sequence[Statement]) -> None:
        """Make the attachments durable; their statements come afterwards. Raises Unavailable."""
        received = self._received
        if not received:
            return
        uses: dict[bytes, list[str]] = {}
        for statement in statements:
            for key in dict.fromkeys(one.key for one in statement.attachments):
                if key in received:
                    uses.setdefault(bytes.fromhex(key), []).append(statement.id)
        contents = [
            Content(bytes.fromhex(key), one.size, partial(self._chunks, one))
            for key, one in received.items()
        ]
        await services.reading(services.attachments.keep, store, contents, uses)

    @property
    def _received(self) -> Mapping[str, Received]:
        return self.upload.received if self.upload is not None else _NOTHING

    def _chunks(self, one: Received) -> Iterable[bytes]:
        return self.upload.chunks(one) if self.upload is not None else ()


def check_located(statements: Sequence[Statement], many: bool) -> None:
    """Raise InvalidStatement unless attachments that came without data have a fileUrl."""
    for one in statements:
        if one.attachments:
            attachments.check(_declared(statements, many), _NOTHING)
            return


def _declared(
    statements: Sequence[Statement], many: bool
) -> list[tuple[str, tuple[attachments.Attachment, ...]]]:
    return [
        (f"/{index}" if many else "", one.attachments)
        for index, one in enumerate(statements)
        if one.attachments
    ]


async def receive(services: Services, request: Request) -> Delivery:
    """Read the body, in the form that its Content-Type says; the caller closes the delivery.

    Raises InvalidRequest, TooLarge, UnsupportedMediaType and Unavailable.
    """
    request.check_encoding()
    header = request.headers.get(b"content-type")
    if header != b"application/json":
        kind = _kind(header)
        if kind.name == _MULTIPART:
            return await _receive_parts(services, request, boundary_of(kind))
    return Delivery(await request.body(services.settings.max_body_bytes, services.bodies))


def _kind(header: bytes | None) -> MediaType:
    """JSON or multipart/mixed; anything else is refused (xAPI 1.0.3, Communication 1.5)."""
    if header is None:
        raise InvalidRequest(
            f"Send the statements with Content-Type: {_JSON}, or {_MULTIPART} with attachments.",
            code="content_type",
        )
    text = header.decode("latin-1")
    with suppress(ValueError):
        kind = media_type(text)
        if kind.name == _MULTIPART:
            return kind
        if kind.name == _JSON:
            if kind.parameters.get("charset", "utf-8").lower() not in {"utf-8", "utf8"}:
                raise InvalidRequest("JSON is UTF-8; leave the charset out.", code="content_type")
            return kind
    raise InvalidRequest(
        f"Content-Type {text[:100]!r} is not served here; send {_JSON} or {_MULTIPART}.",
        code="content_type",
    )


async def _receive_parts(services: Services, request: Request, boundary: bytes) -> Delivery:
    settings = services.settings
    folder = str(settings.home) if settings.home.is_dir() else None
    spool = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY, dir=folder)  # noqa: SIM115
    try:
        upload = Upload(
            boundary,
            spool,
            most_statements=settings.max_body_bytes,
            most_attachment=settings.max_attachment_bytes,
            most_parts=settings.max_statements + 1,
            reserve=lambda size: request.reserve(size, services.bodies),
        )
        async for chunk in request.chunks(settings.max_multipart_bytes, services.uploads):
            upload.feed(chunk)
        return Delivery(upload.finish(), upload, spool)
    except OSError as error:
        spool.close()
        raise Unavailable("There is no room for attachments at this moment; try again.") from error
    except BaseException:
        spool.close()
        raise
