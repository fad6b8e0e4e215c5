"""GET and HEAD of statements: one by id, or pages of a query."""

from email.utils import formatdate
from typing import NamedTuple

from lrs.api.http import Answer, Request
from lrs.api.services import Services, now_us
from lrs.api.xapi.enclosing import Enclosing
from lrs.api.xapi.pages import Query, Tokens
from lrs.api.xapi.queries import Single, single_or_query
from lrs.api.xapi.rendering import Renderer
from lrs.errors import InvalidRequest, NotFound
from lrs.storage.administration.credentials import Credential
from lrs.storage.search.search import Found
from lrs.xapi.formats import accept_language
from lrs.xapi.versions import Version


class _Reader(NamedTuple):
    """For whom documents are rendered, and what of the log they may see."""

    credential: Credential
    version: Version
    languages: list[str]

    @property
    def authority(self) -> int | None:
        """The one authority whose statements may be read (scope statements/read/mine)."""
        if self.credential.allows("statements/read", "all/read"):
            return None
        return self.credential.authority.id


class Reading:
    """Answers what is asked of the log."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._tokens = Tokens(services.page_key)
        self._enclosing = Enclosing(services)
        self._renderer = Renderer(
            services.definitions, convert_for_v1=services.settings.read_versions != "exact"
        )

    async def get(self, request: Request, credential: Credential, version: Version) -> Answer:
        reader = _Reader(credential, version, accept_language(request.header(b"accept-language")))
        try:
            return await self._get(request, reader)
        except InvalidRequest:
            # Clients wait for Consistent-Through with the query they are about to test or debug.
            await self._services.reading(self._advance, reader)
            raise

    async def _get(self, request: Request, reader: _Reader) -> Answer:
        given, store = request.parameters(), reader.credential.store
        if "more" in given:
            if len(given) > 1:
                raise InvalidRequest("The parameter more stands alone; use the link as given.")
            query = self._tokens.decode(given["more"], store.id, now_us=now_us())
            return await self._services.reading(self._page, query, reader)
        wanted = single_or_query(given)
        if isinstance(wanted, Single):
            return await self._services.reading(self._single, wanted, reader)
        return await self._services.reading(self._page, wanted, reader)

    def _single(self, wanted: Single, reader: _Reader) -> Answer:
        store = reader.credential.store
        self._advance(reader)
        found = self._services.search.get(store, wanted.id)
        if found is None or not _visible(found, wanted, reader):
            raise NotFound(f"There is no {'voided ' * wanted.voided}statement {wanted.id}.")
        (document,) = self._renderer.render(
            store, [found.document], wanted.format, reader.version, reader.languages
        )
        modified = formatdate(found.stored_us // 1_000_000, usegmt=True).encode()
        answer = Answer(200, document, headers=[(b"last-modified", modified)])
        if wanted.attachments:
            return self._enclosing.enclose(answer, store, [found.document])
        return answer

    def _page(self, query: Query, reader: _Reader) -> Answer:
        services, store = self._services, reader.credential.store
        self._advance(reader)
        most = services.settings.page_limit
        page = services.search.find(
            store,
            query.confined(reader.authority),
            limit=min(query.limit or most, most),
            ascending=query.ascending,
            after=query.after,
        )
        documents = self._renderer.render(
            store, page.documents, query.format, reader.version, reader.languages
        )
        more = self._more(query, store.id, page.next_position)
        body = b'{"more":"%s","statements":[%s]}' % (more, b",".join(documents))
        answer = Answer(200, body)
        if query.attachments:
            return self._enclosing.enclose(answer, store, page.documents)
        return answer

    def _advance(self, reader: _Reader) -> None:
        """Find Consistent-Through before the log is read, so that it is true of what is read."""
        store = reader.credential.store
        self._services.horizons.advance(store, self._services.search.consistent_through(store))

    def _more(self, query: Query, store: int, position: int | None) -> bytes:
        if position is None:
            return b""
        token = self._tokens.encode(store, query.going_on(position), now_us=now_us())
        return f"{self._services.base_path}/xapi/statements?more={token}".encode()


def _visible(found: Found, wanted: Single, reader: _Reader) -> bool:
    if found.voided != wanted.voided:
        return False
    return reader.authority is None or reader.authority == found.authority
