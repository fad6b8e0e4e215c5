"""Answers with `attachments=true`: statements and the data of their attachments."""

from collections.abc import AsyncIterator, Iterable
from functools import partial

from lrs.api.http import Answer
from lrs.api.services import Services
from lrs.storage.administration.stores import Store
from lrs.xapi.attachments import Attachment, of_statement
from lrs.xapi.json import load
from lrs.xapi.multipart import Enclosed, Message

# What a sender called harmless may be a page or a script: whoever opens it by accident runs nothing
SAFE = (
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"sandbox; default-src 'none'"),
)


class Enclosing:
    """Turns an answer of statements into one that holds their attachments too."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def enclose(self, answer: Answer, store: Store, documents: list[bytes]) -> Answer:
        """The answer as multipart/mixed, each attachment that is held once.

        documents: the statements in it, as stored. Attachments known by their fileUrl alone are
        left out.
        """
        kept = self._services.attachments
        declared = _declared(documents)
        held = kept.find(store, [bytes.fromhex(key) for key in declared])
        enclosed = []
        for key, one in declared.items():
            found = held.get(bytes.fromhex(key))
            if found is not None:
                data = partial(kept.read, found)
                enclosed.append(Enclosed(one.sha2, one.content_type, found.size, data))
        message = Message(answer.body, enclosed, secret=self._services.page_key)
        headers = [*answer.headers, *SAFE]
        return Answer(
            answer.status,
            b"",
            message.content_type,
            headers,
            partial(self._stream, message),
            message.length,
        )

    async def _stream(self, message: Message) -> AsyncIterator[bytes]:
        """The message, a chunk in memory at a time, read outside the event loop."""
        chunks = message.chunks()
        try:
            while (chunk := await self._services.reading(next, chunks, None)) is not None:
                yield chunk
        finally:
            chunks.close()


def _declared(documents: Iterable[bytes]) -> dict[str, Attachment]:
    """What the documents declare, by digest, in their order."""
    found: dict[str, Attachment] = {}
    for document in documents:
        if b'"attachments"' in document or b"\\u00" in document:  # letters may be escaped
            for one in of_statement(load(document)):
                found.setdefault(one.key, one)
    return found
