"""POST and PUT of statements: body in, validated, stored together or not at all."""

import time
from collections.abc import Set

import orjson

from lrs.api.http import Answer, Header, Request
from lrs.api.metrics import APPEND_SECONDS, STATEMENTS
from lrs.api.services import Services, now_us, outcome
from lrs.api.xapi.deliveries import Delivery, check_located, receive
from lrs.api.xapi.queries import refuse_unknown
from lrs.errors import Forbidden, InvalidRequest
from lrs.storage.administration.credentials import Credential
from lrs.storage.administration.stores import Store
from lrs.storage.log.append import Receipt
from lrs.xapi import parameters as check
from lrs.xapi.statement import Statement, read
from lrs.xapi.versions import Version
from projections import groups, identities

_ADMINISTERING = identities.VERBS | {*groups.VERBS}
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
        delivery = await receive(self._services, request)
        try:
            statements, many = await self._read(delivery.raw, version)
            await self._check(delivery, statements, many)
            if not statements:
                return Answer(200, b"[]")
            receipt = await self._store(credential, statements, delivery)
        finally:
            delivery.close()
        return Answer(200, orjson.dumps(receipt.ids), headers=[_position(receipt)])

    async def put(self, request: Request, credential: Credential, version: Version) -> Answer:
        """One statement under the id in the parameter `statementId`."""
        given = request.parameters()
        refuse_unknown(given, _PUT_PARAMETERS)
        if "statementId" not in given:
            raise InvalidRequest("PUT needs the parameter statementId.")
        statement_id = check.check_uuid("statementId", given["statementId"])
        delivery = await receive(self._services, request)
        try:
            statement = await self._named(delivery.raw, version, statement_id)
            await self._check(delivery, [statement], many=False)
            receipt = await self._store(credential, [statement], delivery)
        finally:
            delivery.close()
        return Answer(204, headers=[_position(receipt)])

    async def _named(self, raw: bytes, version: Version, statement_id: str) -> Statement:
        """The one statement in this text, under the id that the parameter gives it."""
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
        return statements[0]

    async def _read(self, raw: bytes, version: Version) -> tuple[list[Statement], bool]:
        most = self._services.settings.max_statements
        if len(raw) > _ASIDE_BYTES:
            return await self._services.reading(_read, raw, version, most)
        return _read(raw, version, most)

    async def _check(self, delivery: Delivery, statements: list[Statement], many: bool) -> None:
        if delivery.upload is not None:
            await delivery.check(self._services, statements, many)
        else:
            check_located(statements, many)

    async def _store(
        self, credential: Credential, statements: list[Statement], delivery: Delivery
    ) -> Receipt:
        services = self._services
        store = credential.store
        verbs = {one.references.verb for one in statements}
        voided = [one.target for one in statements if one.voids and one.target is not None]
        if voided:
            verbs |= await services.reading(_verbs_of, services, store, voided)
        _check_verbs(credential, verbs)
        if delivery.upload is not None:
            await delivery.keep(services, store, statements)
        began = time.perf_counter()
        receipt = await outcome(services.writer.submit(store, credential.authority, statements))
        APPEND_SECONDS.observe(time.perf_counter() - began)
        STATEMENTS.inc(receipt.new)
        services.horizons.advance(store, receipt.stored_us)
        if not verbs.isdisjoint(groups.VERBS):
            await services.reading(services.groups.caught_up, store, receipt.last_position + 1)
        return receipt


def _check_verbs(credential: Credential, verbs: Set[str]) -> None:
    """Only who may administer the store says, or takes back, which identities are one person and
    who is in which group; and who teaches, no tool says: people are of no store."""
    for verb in sorted(verbs & _ADMINISTERING):
        if not credential.allows():
            raise Forbidden(
                f"A statement with the verb {verb} changes whose statements are whose, or who is "
                "in a group: sending or voiding it needs the scope all."
            )
        if verb in groups.TEACHERS:
            raise Forbidden("Who teaches a group is said by an administrator, at /api/v1/groups.")


def _verbs_of(services: Services, store: Store, targets: list[str]) -> set[str]:
    """The verbs of statements that are to be voided; of those that are not there, none."""
    found = (services.search.get(store, target) for target in targets)
    return {orjson.loads(one.document)["verb"]["id"] for one in found if one is not None}


def _read(raw: bytes, version: Version, most: int) -> tuple[list[Statement], bool]:
    return read(raw, version, received_us=now_us(), most=most)


def _position(receipt: Receipt) -> Header:
    return b"x-lrs-position", b"%d" % receipt.last_position
