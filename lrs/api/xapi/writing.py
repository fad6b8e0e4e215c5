"""POST and PUT of statements: body in, validated, stored together or not at all."""

import time

import orjson

from lrs.api.http import Answer, Header, Request
from lrs.api.metrics import APPEND_SECONDS, STATEMENTS
from lrs.api.services import Services, now_us, outcome
from lrs.api.xapi.queries import refuse_unknown
from lrs.errors import Forbidden, InvalidRequest, TooLarge, UnsupportedMediaType
from lrs.storage.administration.credentials import Credential
from lrs.storage.log.append import Receipt
from lrs.xapi import parameters as check
from lrs.xapi.statement import Statement, read
from lrs.xapi.versions import Version
from projections.identities import VERBS

_NO_PARAMETERS: frozenset[str] = frozenset()
_PUT_PARAMETERS = frozenset({"statementId"})
# Above this, validating takes long enough (about 10 ms) that others must not wait for it
_ASIDE_BYTES = 384 * 1024


class Writing:
    """Stores what a request brings."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def post(self, request: Request, credential: Credential, version: Version) -> Answer:
        """One statement or an array; the answer is the array of their ids, in the order sent."""
        refuse_unknown(request.parameters(), _NO_PARAMETERS)
        raw = await self._body(request)
        statements, _ = await self._read(raw, version)
        if not statements:
            return Answer(200, b"[]")
        receipt = await self._store(credential, statements)
        return Answer(200, orjson.dumps(receipt.ids), headers=[_position(receipt)])

    async def put(self, request: Request, credential: Credential, version: Version) -> Answer:
        """One statement under the id in the parameter `statementId`."""
        given = request.parameters()
        refuse_unknown(given, _PUT_PARAMETERS)
        if "statementId" not in given:
            raise InvalidRequest("PUT needs the parameter statementId.")
        statement_id = check.check_uuid("statementId", given["statementId"])
        raw = await self._body(request)
        statements, many = await self._read(raw, version)
        if many:
            raise InvalidRequest("PUT stores one statement; send an array with POST.")
        if "id" not in statements[0].value:
            # valid as it is, so it is an object with members: the id goes in front of them
            raw = b'{"id":"%s",%s' % (statement_id.encode(), raw.lstrip()[1:])
            statements, _ = await self._read(raw, version)
        elif statements[0].id != statement_id:
            raise InvalidRequest(
                f"The statement's id {statements[0].id} is not the parameter statementId."
            )
        receipt = await self._store(credential, statements)
        return Answer(204, headers=[_position(receipt)])

    async def _body(self, request: Request) -> bytes:
        request.check_encoding()
        _check_type(request.headers.get(b"content-type"))
        settings = self._services.settings
        return await request.body(settings.max_body_bytes, self._services.bodies)

    async def _read(self, raw: bytes, version: Version) -> tuple[list[Statement], bool]:
        if len(raw) > _ASIDE_BYTES:
            statements, many = await self._services.reading(_read, raw, version)
        else:
            statements, many = _read(raw, version)
        most = self._services.settings.max_statements
        if len(statements) > most:
            raise TooLarge(f"Send at most {most} statements in one request.")
        return statements, many

    async def _store(self, credential: Credential, statements: list[Statement]) -> Receipt:
        services = self._services
        store = credential.store
        _check_verbs(credential, statements)
        began = time.perf_counter()
        receipt = await outcome(services.writer.submit(store, credential.authority, statements))
        APPEND_SECONDS.observe(time.perf_counter() - began)
        STATEMENTS.inc(receipt.new)
        services.horizons.advance(store, receipt.stored_us)
        return receipt


def _check_verbs(credential: Credential, statements: list[Statement]) -> None:
    """Only who may administer the store says which identities are one person."""
    for statement in statements:
        if statement.references.verb in VERBS and not credential.allows():
            raise Forbidden(
                f"A statement with the verb {statement.references.verb} changes whose statements "
                "are whose: it needs the scope all."
            )


def _read(raw: bytes, version: Version) -> tuple[list[Statement], bool]:
    return read(raw, version, received_us=now_us())


def _position(receipt: Receipt) -> Header:
    return b"x-lrs-position", b"%d" % receipt.last_position


def _check_type(header: bytes | None) -> None:
    """Refuse a body that does not say it is JSON (xAPI 1.0.3, Communication 1.5 and 3.2)."""
    if header == b"application/json":
        return
    if header is None:
        raise InvalidRequest("Send the statements with Content-Type: application/json.")
    kind, *arguments = (part.strip().lower() for part in header.split(b";"))
    if kind == b"multipart/mixed":
        raise UnsupportedMediaType(
            "Statements with attachment data (multipart/mixed) are not taken yet; send "
            "application/json, with a fileUrl for each attachment."
        )
    if kind != b"application/json":
        raise InvalidRequest(
            f"Content-Type {header.decode('latin-1')[:100]!r} is not served here; "
            "send application/json.",
            code="content_type",
        )
    for argument in arguments:
        name, _, value = argument.partition(b"=")
        if name.strip() == b"charset" and value.strip(b' "') not in {b"utf-8", b"utf8"}:
            raise InvalidRequest("JSON is UTF-8; leave the charset out.", code="content_type")
