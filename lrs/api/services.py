"""What the endpoints work with; built once a process in `lrs.app`."""

import asyncio
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from lrs.api.failures import FailedSignIns
from lrs.api.http import Budget
from lrs.api.openid import Provider
from lrs.api.throttling import Throttle
from lrs.settings import Settings
from lrs.storage.administration.credentials import Credentials
from lrs.storage.administration.external import ExternalSignIns
from lrs.storage.administration.groups import Groups
from lrs.storage.administration.passwords import Passwords
from lrs.storage.administration.people import People, Person
from lrs.storage.administration.sessions import SignedIn
from lrs.storage.administration.stores import Store, Stores
from lrs.storage.administration.tokens import AccessTokens
from lrs.storage.attachments.attachments import Attachments
from lrs.storage.audit.audit import Audit
from lrs.storage.audit.repeated import Repeated
from lrs.storage.database.engine import Database
from lrs.storage.documents.documents import Documents
from lrs.storage.log.append import Receipt
from lrs.storage.log.definitions import Definitions
from lrs.storage.log.dictionaries import Learning
from lrs.storage.log.framing import Framer
from lrs.storage.log.recorder import Recorder
from lrs.storage.log.writer import Writer
from lrs.storage.personal.personal import Personal
from lrs.storage.proofs.heads import TreeHeads
from lrs.storage.search.search import Search
from lrs.storage.views.class_rows import Classes
from lrs.storage.views.next_steps import NextSteps
from lrs.storage.views.past import Past
from lrs.storage.views.reading import Views
from lrs.xapi.timestamps import format_us

T = TypeVar("T")


class Sessions(Protocol):
    """Whoever knows which people are signed in (the console's session cookies)."""

    def person(self, cookies: Mapping[str, str]) -> Person | None: ...


class Horizons:
    """The newest Consistent-Through known of each store, for answers that ask no database.

    Any earlier value stays true: every statement stored before it is available. So an answer that
    has none of its own (a refusal, a POST) gives the newest that this process has seen.
    """

    def __init__(self) -> None:
        self._known: dict[int, tuple[int, bytes]] = {}
        self._nothing = 0, format_us(0).encode()

    def advance(self, store: Store, stored_us: int) -> None:
        """Remember a value for the store, unless a newer one is known."""
        if stored_us > self._known.get(store.id, self._nothing)[0]:
            self._known[store.id] = stored_us, format_us(stored_us).encode()

    def header(self, store: Store | None) -> bytes:
        """The text for an answer. For no store (nobody was authenticated) the epoch: it promises
        nothing."""
        if store is None:
            return self._nothing[1]
        return self._known.get(store.id, self._nothing)[1]


@dataclass(slots=True)
class Services:
    """The parts of a running server.

    page_key: signs page tokens. readers: the threads that wait for the database. bodies, uploads:
    memory, and room on disk, for requests in flight. base_path: the
    path under which the outside sees this server, without a final slash.
    """

    settings: Settings
    database: Database
    framer: Framer
    learning: Learning
    stores: Stores
    credentials: Credentials
    writer: Writer
    search: Search
    definitions: Definitions
    attachments: Attachments
    documents: Documents
    views: Views
    classes: Classes
    past: Past
    next_steps: NextSteps
    page_key: bytes
    readers: ThreadPoolExecutor
    horizons: Horizons
    bodies: Budget
    uploads: Budget
    people: People
    passwords: Passwords
    signed_in: SignedIn
    groups: Groups
    external: ExternalSignIns
    openid: Provider | None
    tokens: AccessTokens
    sign_in_failures: Throttle
    request_failures: Throttle
    sessions: Sessions
    base_path: str
    tree_heads: TreeHeads
    audit: Audit
    looks: Repeated
    failed_sign_ins: FailedSignIns
    recorder: Recorder
    personal: Personal

    async def reading(self, work: Callable[..., T], *arguments: Any) -> T:
        """Run something that waits for the database outside the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self.readers, work, *arguments)


async def outcome(future: "Future[Receipt]") -> Receipt:
    """Wait for a commit. Unlike asyncio.wrap_future, giving up does not cancel it.

    A statement that was handed to the writer is stored whether its client still listens or not,
    and the writer's thread must never find its future cancelled.
    """
    loop = asyncio.get_running_loop()
    waiter: asyncio.Future[None] = loop.create_future()

    def wake(_done: object) -> None:
        loop.call_soon_threadsafe(_release, waiter)

    future.add_done_callback(wake)
    await waiter
    return future.result()


def _release(waiter: "asyncio.Future[None]") -> None:
    if not waiter.done():
        waiter.set_result(None)


def now_us() -> int:
    return time.time_ns() // 1000
