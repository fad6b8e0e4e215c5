"""/metrics: what this server has done and how its log and views stand, for Prometheus."""

import os
import time
from collections.abc import Awaitable, Callable
from typing import Any

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
    multiprocess,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from lrs.api.http import Message, Receive, Scope, Send
from lrs.storage.administration.stores import Stores
from lrs.storage.search.search import Search

Application = Callable[[Scope, Receive, Send], Awaitable[None]]

_SECONDS = (0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 0.5, 1.0, 2.5, 10.0)
REQUESTS = Counter(
    "lrs_http_requests", "Requests answered.", ("method", "route", "status"), registry=None
)
SECONDS = Histogram(
    "lrs_http_request_seconds",
    "From a request's first byte to its answer's last.",
    ("method", "route"),
    buckets=_SECONDS,
    registry=None,
)
STATEMENTS = Counter("lrs_statements", "Statements added to the logs.", registry=None)
APPEND_SECONDS = Histogram(
    "lrs_append_seconds",
    "From handing statements to the writer until they are durable.",
    buckets=_SECONDS,
    registry=None,
)
COMMITS = Counter(
    "lrs_commits", "Commits that added statements, by store.", ("store",), registry=None
)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"})


class Measured:
    """Pure ASGI middleware that counts and times every request by its route's template."""

    def __init__(self, app: Application) -> None:
        self._app = app
        self._series: dict[tuple[str, str, int], tuple[Any, Any]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        status = 499  # the client went away before there was an answer

        async def observed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, observed)
        finally:
            requests, seconds = self._of(scope, status)
            requests.inc()
            seconds.observe(time.perf_counter() - began)

    def _of(self, scope: Scope, status: int) -> tuple[Any, Any]:
        """The series of this request; looked up once, since labels() costs more than counting."""
        route = getattr(scope.get("route"), "path", "unmatched")
        key = (scope["method"], route, status)
        found = self._series.get(key)
        if found is None:
            method = scope["method"] if scope["method"] in _METHODS else "other"
            found = REQUESTS.labels(method, route, status), SECONDS.labels(method, route)
            if len(self._series) < 2_000:  # methods come from outside
                self._series[key] = found
        return found


class Heads(Collector):
    """How far each log reaches, how far it has been observed, and what said nothing.

    unread: how many of a store's statements said nothing to the projections, by reason. aside:
    learners to be folded again, statements that views made beside the current ones lack, and
    learners who could not be folded.
    """

    def __init__(
        self,
        stores: Stores,
        search: Search,
        checkpoint: Callable[[Any], int],
        unread: Callable[[Any], dict[str, int]],
        aside: Callable[[Any], tuple[int, int, int]],
    ) -> None:
        self._stores, self._search, self._checkpoint = stores, search, checkpoint
        self._unread, self._aside = unread, aside

    def collect(self) -> list[GaugeMetricFamily]:
        sizes = GaugeMetricFamily("lrs_log_size", "Statements in the log.", labels=["store"])
        lags = GaugeMetricFamily(
            "lrs_observe_lag", "Statements of the log not yet observed.", labels=["store"]
        )
        unread = GaugeMetricFamily(
            "lrs_unread", "Statements that said nothing to the views.", labels=["store", "reason"]
        )
        refolding = GaugeMetricFamily(
            "lrs_refolding", "Learners to be folded again with what was adopted.", labels=["store"]
        )
        building = GaugeMetricFamily(
            "lrs_building_lag",
            "Statements that the views being made beside the current ones have yet to observe.",
            labels=["store"],
        )
        unfolded = GaugeMetricFamily(
            "lrs_unfolded", "Learners whose views an error keeps from being made.", labels=["store"]
        )
        for store in self._stores.all():
            learners, behind, failed = self._aside(store)
            unfolded.add_metric([store.name], failed)
            refolding.add_metric([store.name], learners)
            building.add_metric([store.name], behind)
            for reason, count in self._unread(store).items():
                unread.add_metric([store.name, reason], count)
            size = self._search.head(store).size
            sizes.add_metric([store.name], size)
            lags.add_metric([store.name], size - self._checkpoint(store))
        return [sizes, lags, unread, refolding, building, unfolded]


def exposition(heads: Heads) -> tuple[bytes, str]:
    """The text of /metrics, summed over all server processes, and its content type."""
    registry = CollectorRegistry()
    registry.register(heads)
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:  # set by `lrs serve` for several processes
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        for metric in (REQUESTS, SECONDS, STATEMENTS, APPEND_SECONDS, COMMITS):
            registry.register(metric)
    return generate_latest(registry), CONTENT_TYPE_LATEST
