"""What the State, Agent Profile and Activity Profile resources share (Communication 2.2)."""

from abc import abstractmethod
from collections.abc import Mapping

import orjson

from lrs.api.authentication import demand
from lrs.api.http import Answer, Request
from lrs.api.refusals import refusal
from lrs.api.xapi.queries import refuse_unknown
from lrs.api.xapi.representations import conditions, document_answer, made_answer
from lrs.api.xapi.resource import Resource
from lrs.errors import Conflict, InvalidRequest, NotFound, PreconditionFailed, TooLarge
from lrs.storage.administration.credentials import Credential
from lrs.storage.administration.stores import Store
from lrs.storage.documents.documents import Allow, Names, Place
from lrs.xapi import parameters as check
from lrs.xapi.documents import Content, check_content_type, check_json
from lrs.xapi.preconditions import Preconditions
from lrs.xapi.versions import Version

_SINCE = "since"
_READING = ("GET", "HEAD")


class DocumentResource(Resource):
    """Documents at a place, each under an id of its sender's choosing.

    scope: which one opens the resource. name: the parameter that is a document's id. required,
    optional: the parameters that say what a document is about. several: whether DELETE without an
    id removes all documents at the place. careful: the versions in which PUT over a document needs
    a precondition. strict: those in which PUT of a new one does too (unless a setting says not).
    """

    methods = ("GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS")
    scope: str
    name: str
    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    several = False
    careful: frozenset[Version]
    strict: frozenset[Version] = frozenset()

    @abstractmethod
    def place(self, given: Mapping[str, str]) -> Place:
        """What these parameters are about. Raises InvalidRequest naming the one at fault."""

    async def serve(self, request: Request, credential: Credential, version: Version) -> Answer:
        reads = request.method in _READING
        demand(credential, self.scope, *(("all/read",) if reads else ()))
        given = request.parameters()
        self._check_names(given, request.method)
        place, store = self.place(given), credential.store
        name = check.check_name(self.name, given[self.name]) if self.name in given else None
        if reads:
            since_us = check.check_timestamp(_SINCE, given[_SINCE]) if _SINCE in given else None
            if name is None:
                return await self._names(request, store, place, since_us)
            return await self._document(request, store, place, name)
        if request.method == "DELETE":
            return await self._delete(request, store, place, name)
        assert name is not None  # noqa: S101 - _check_names has seen to it
        return await self._store(request, store, place, name, version)

    def _check_names(self, given: Mapping[str, str], method: str) -> None:
        known = frozenset({*self.required, *self.optional, self.name})
        refuse_unknown(given, known | {_SINCE} if method in _READING else known)
        single = method in {"PUT", "POST"} or (method == "DELETE" and not self.several)
        for name in (*self.required, self.name) if single else self.required:
            if name not in given:
                raise InvalidRequest(f"The parameter {name} is missing.", code="missing_parameter")

    async def _names(
        self, request: Request, store: Store, place: Place, since_us: int | None
    ) -> Answer:
        documents = self._services.documents

        def list_names() -> Names:
            return documents.names(store, place, since_us=since_us)

        found = await self._services.reading(list_names)
        return made_answer(request, orjson.dumps(found.ids), updated_us=found.updated_us)

    async def _document(self, request: Request, store: Store, place: Place, name: str) -> Answer:
        services = self._services
        found = await services.reading(services.documents.get, store, place, name)
        if found is None:
            raise NotFound(f"There is no document with this {self.name} here.")
        return document_answer(request, found)

    async def _delete(
        self, request: Request, store: Store, place: Place, name: str | None
    ) -> Answer:
        services, given = self._services, conditions(request)
        if name is not None:
            await services.reading(services.documents.delete, store, place, name, given.check)
        elif given.given:
            raise PreconditionFailed(
                f"If-Match and If-None-Match are about one document; name it with {self.name}."
            )
        else:
            await services.reading(services.documents.delete_all, store, place)
        return Answer(204)

    async def _store(
        self, request: Request, store: Store, place: Place, name: str, version: Version
    ) -> Answer:
        services, given = self._services, conditions(request)
        content = await self._content(request)
        if request.method == "POST":
            await services.reading(
                services.documents.merge, store, place, name, content, given.check
            )
            return Answer(204)
        allow: Allow = given.check
        if version in self.careful and not given.given:
            demanding = services.settings.new_profiles == "conditional"
            allow = _fresh(given, strict=demanding and version in self.strict)

        def put() -> None:
            if version is not Version.V1:  # tools of 1.0 call everything they PUT JSON
                check_json(content)
            services.documents.put(store, place, name, content, allow)

        try:
            await services.reading(put)
        except Conflict as error:
            return refusal(error, _plainly(request.header(b"accept")))
        return Answer(204)

    async def _content(self, request: Request) -> Content:
        request.check_encoding()
        header = request.headers.get(b"content-type")
        content_type = check_content_type(header.decode("latin-1") if header is not None else None)
        most = self._services.settings.max_document_bytes
        try:
            body = await request.body(most, self._services.bodies)
        except TooLarge as error:
            raise TooLarge(f"A document may have {most} bytes.") from error
        return Content(content_type, body)


def _fresh(given: Preconditions, *, strict: bool) -> Allow:
    """PUT without a precondition: only where no document is, if at all (Communication 3.1)."""

    def check_absent(tag: str | None) -> None:
        given.check(tag)
        if tag is not None:
            raise Conflict(
                "There is a document already. Check its current state, then send your change "
                f'with the header If-Match and its current ETag, "{tag}".',
                code="precondition_missing",
            )
        if strict:
            raise InvalidRequest(
                "A PUT of a profile says what it expects to find: send the header "
                '"If-None-Match: *" for a new document, If-Match with its ETag for a known one.',
                code="precondition_missing",
            )

    return check_absent


def _plainly(accept: str) -> str:
    """Plain text is what xAPI 2.0 has for this refusal; another form only if it is asked for."""
    return accept if "json" in accept or "html" in accept else "text/plain"
