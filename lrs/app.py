"""The web composition root: builds the parts of a server once and joins them."""

import gc
import os
import re
import signal
import threading
import time
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from importlib.metadata import version
from typing import Any
from urllib.parse import urlsplit

from anyio import to_thread
from fastapi import FastAPI

from lrs.api import health, log, problems
from lrs.api.compression import Compressed
from lrs.api.description import describe
from lrs.api.documentation import documentation
from lrs.api.failures import FailedSignIns
from lrs.api.heads import HeadAsGet
from lrs.api.http import Budget, Receive, Scope, Send
from lrs.api.metrics import COMMITS, Application, Measured
from lrs.api.openid import Provider
from lrs.api.services import Horizons, Services
from lrs.api.throttling import Limit, Throttle
from lrs.api.v1 import (
    administration,
    alignments,
    attachments,
    calibrations,
    classes,
    erasing,
    export,
    feed,
    groups,
    history,
    identities,
    learners,
    next_steps,
    observations,
    offers,
    people,
    personal,
    record,
    shared_plans,
    shares,
    signals,
    story,
    unread,
    views,
)
from lrs.api.xapi.about import About
from lrs.api.xapi.activities import Activities
from lrs.api.xapi.agents import Agents
from lrs.api.xapi.nothing import Nothing
from lrs.api.xapi.profiles import ActivityProfiles, AgentProfiles
from lrs.api.xapi.statements import Statements
from lrs.api.xapi.states import States
from lrs.console.install import install as install_console
from lrs.console.sessions import CookieSessions
from lrs.settings import Settings
from lrs.storage.administration.credentials import Credentials
from lrs.storage.administration.external import ExternalSignIns
from lrs.storage.administration.groups import Groups
from lrs.storage.administration.passwords import Passwords
from lrs.storage.administration.people import People
from lrs.storage.administration.secrets import secret
from lrs.storage.administration.sessions import Began, SignedIn
from lrs.storage.administration.stores import Stores
from lrs.storage.administration.tokens import AccessTokens
from lrs.storage.attachments.attachments import Attachments
from lrs.storage.audit.audit import Act, Audit
from lrs.storage.audit.repeated import Repeated
from lrs.storage.database.engine import Database
from lrs.storage.documents.documents import Documents
from lrs.storage.log.definitions import Definitions
from lrs.storage.log.dictionaries import Learning, framer
from lrs.storage.log.framing import Framer
from lrs.storage.log.recorder import Recorder
from lrs.storage.log.writer import Writer
from lrs.storage.personal.personal import Personal
from lrs.storage.proofs.heads import TreeHeads
from lrs.storage.proofs.keys import KeyFile
from lrs.storage.proofs.outside import Outside
from lrs.storage.search.search import Search
from lrs.storage.views.class_rows import Classes
from lrs.storage.views.knowledge import Knowledges
from lrs.storage.views.next_steps import NextSteps
from lrs.storage.views.past import Past
from lrs.storage.views.reading import Views
from lrs.wakeups import Wakeups

_LOOK_SECONDS = 1.0
_BODIES = 4  # so many of the largest allowed may be in memory at once
_ASIDE = 6  # threads for decorated routes; with the readers and the writer within the pool
_SLASHES = re.compile("//+")
Committed = Callable[[int], None]


def application() -> Application:
    """What each server process runs; settings come from the environment."""
    settings = Settings()
    if settings.http_processes > 1:
        threading.Thread(target=_end_with_parent, args=(os.getppid(),), daemon=True).start()
    return create_app(settings)


def _end_with_parent(parent: int) -> None:
    """Stop when the process that supervises this one is gone: nobody else would."""
    while os.getppid() == parent:
        time.sleep(_LOOK_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)


def create_app(settings: Settings) -> Application:
    """The server as an ASGI application; its database must be migrated."""
    wakeups = Wakeups(settings)
    services = build(settings, wakeups.notify)
    app = FastAPI(
        title="Learning-record store",
        version=version("lrs"),
        lifespan=_lifespan(services, wakeups),
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
        redirect_slashes=False,
    )
    app.state.services = services
    for module in (
        health, log, learners, unread, identities, alignments, signals, views, history, next_steps,
        offers, observations,
        administration, feed, export, attachments, calibrations, groups, classes, people, erasing,
        personal, story, record, shared_plans, shares,
    ):  # fmt: skip
        app.include_router(module.router)
    app.add_api_route("/api/v1/docs", documentation, include_in_schema=False)
    problems.install(app)
    install_console(app, services)
    describe(app)
    return Measured(Front(_xapi(services), Nothing(services), HeadAsGet(Compressed(app))))


class Front:
    """Sends the hot paths straight to their endpoints, everything else to the framework.

    The framework's own way to a route costs as much as validating a statement. nothing: answers
    what lies under /xapi and is no endpoint. Slashes that stand twice count once: tools join what
    they were configured with, `…/xapi/`, and `/statements`.
    """

    def __init__(
        self, endpoints: Mapping[str, Application], nothing: Application, rest: Application
    ) -> None:
        self._endpoints, self._nothing, self._rest = endpoints, nothing, rest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        endpoint = self._endpoints.get(scope["path"]) if scope["type"] == "http" else self._rest
        await (endpoint or self._beside(scope["path"]))(scope, receive, send)

    def _beside(self, path: str) -> Application:
        if "//" in path and (endpoint := self._endpoints.get(_SLASHES.sub("/", path))):
            return endpoint
        return self._nothing if path[:6].rstrip("/") in {"/xapi", "/xAPI"} else self._rest


def build(settings: Settings, committed: Committed) -> Services:
    """The parts that the endpoints work with; nothing runs before the application starts.

    committed: told a store's id after each commit that added statements, from the writer's
    thread; it may neither block nor raise.
    """
    database = Database(settings.resolved_database_url, pool_size=settings.pool_size)
    framing = framer(database)
    learning = Learning(database, framing)
    stores = Stores(database)
    audit = Audit(database, settings.origin)
    told = _told(stores, learning, committed)
    recorder = Recorder(database, committed=told, framing=framing)
    signed_in = _signed_in(settings, database, audit)
    people = People(database, signed_in)
    readers = ThreadPoolExecutor(settings.pool_size, thread_name_prefix="reader")
    knowledges = Knowledges(database)
    looks = Repeated(database, audit)
    past = Past(database, knowledges)
    return Services(
        settings=settings,
        database=database,
        framer=framing,
        learning=learning,
        stores=stores,
        credentials=Credentials(database, stores, readers),
        writer=_writer(settings, database, framing, told),
        search=Search(database, framing),
        definitions=Definitions(database),
        attachments=Attachments(database, settings.resolved_attachments),
        documents=Documents(database, longest=settings.max_document_bytes),
        views=Views(database, knowledges),
        classes=Classes(database, knowledges),
        past=past,
        next_steps=NextSteps(database, knowledges, past, framing),
        page_key=secret(database, "pages"),
        readers=readers,
        horizons=Horizons(),
        bodies=Budget(_BODIES * settings.max_body_bytes),
        uploads=Budget(_BODIES * settings.max_multipart_bytes),
        people=people,
        passwords=Passwords(database, signed_in),
        signed_in=signed_in,
        groups=Groups(database, recorder, settings.origin),
        external=ExternalSignIns(database, people, signed_in),
        openid=_provider(settings),
        tokens=AccessTokens(database),
        request_failures=_throttle(settings, "request", settings.failed_requests, minutes=1),
        sign_in_failures=_throttle(settings, "sign-in", settings.failed_sign_ins, minutes=15),
        sessions=_cookies(settings, people),
        base_path=urlsplit(settings.origin).path,
        tree_heads=_tree_heads(settings, database),
        audit=audit,
        looks=looks,
        failed_sign_ins=FailedSignIns(people, looks, readers),
        recorder=recorder,
        personal=Personal(database, recorder, settings.origin),
    )


def _signed_in(settings: Settings, database: Database, audit: Audit) -> SignedIn:
    return SignedIn(
        database,
        longest=settings.session_hours * 3600,
        idle=settings.session_idle_minutes * 60,
        began=_told_of(audit, "signed-in"),
        ended=_told_of(audit, "signed-out"),
    )


def _writer(
    settings: Settings, database: Database, framing: Framer, committed: Committed
) -> Writer:
    return Writer(
        database,
        framing,
        max_statements=settings.commit_statements,
        max_bytes=settings.commit_bytes,
        committed=committed,
    )


def _throttle(settings: Settings, kind: str, failures: int, *, minutes: int) -> Throttle:
    """From one address five times as many may fail as of one account or key."""
    return Throttle(kind, Limit(failures, 5 * failures, minutes), settings.broker_url)


def _cookies(settings: Settings, people: People) -> CookieSessions:
    origin = urlsplit(settings.origin)
    return CookieSessions(
        people,
        path=origin.path,
        secure=origin.scheme == "https",
        longest=settings.session_hours * 3600,
    )


def _tree_heads(settings: Settings, database: Database) -> TreeHeads:
    return TreeHeads(
        database,
        KeyFile(settings.resolved_log_keys),
        Outside(settings.resolved_tree_heads),
        settings.origin,
    )


def _told_of(audit: Audit, verb: str) -> Began:
    """Records in the audit that somebody signed in or out, and how they had come in."""

    def told(connection: Any, user: int, way: str) -> None:
        audit.record(connection, Act(f"user-{user}", verb, "session", way))

    return told


def _provider(settings: Settings) -> Provider | None:
    if not settings.oidc_issuer:
        return None
    redirect = f"{settings.origin}/sign-in/openid/callback"
    return Provider(
        settings.oidc_issuer, settings.oidc_client_id, settings.oidc_client_secret, redirect
    )


def _told(stores: Stores, learning: Learning, committed: Committed) -> Committed:
    def tell(store: int) -> None:
        COMMITS.labels(stores.by_id(store).name).inc()
        learning.committed(store)
        committed(store)

    return tell


def _xapi(services: Services) -> dict[str, Application]:
    """The resources of the specification, under both spellings, with or without a final slash."""
    endpoints = (
        Statements(services),
        States(services),
        AgentProfiles(services),
        ActivityProfiles(services),
        Agents(services),
        Activities(services),
        About(services, software=f"lrs {version('lrs')}"),
    )
    return {
        f"/{prefix}{endpoint.path.removeprefix('/xapi')}{slash}": endpoint
        for endpoint in endpoints
        for prefix in ("xapi", "xAPI")
        for slash in ("", "/")
    }


def _lifespan(
    services: Services, wakeups: Wakeups
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        to_thread.current_default_thread_limiter().total_tokens = _ASIDE
        wakeups.start()
        services.writer.start()
        services.learning.start()
        # What is loaded by now lives as long as the process: the collector need not visit it
        gc.collect()
        gc.freeze()
        gc.set_threshold(50_000, 20, 50)
        try:
            yield
        finally:
            services.writer.stop()
            services.learning.stop()
            wakeups.stop()
            services.readers.shutdown()
            services.database.dispose()

    return lifespan
