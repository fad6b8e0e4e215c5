"""The three views of a learner, read at one moment."""

from collections.abc import Callable, Mapping
from typing import Any

from lrs.api.services import Services
from lrs.console.browsing import Progress
from lrs.storage.administration.stores import Store
from lrs.storage.views.reading import ViewRows
from projections import reading
from projections.goals import TARGETS

Read = Mapping[str, dict[str, Any]]


def rows_of(services: Services, store: Store, learner: str) -> dict[str, ViewRows]:
    """All three of one moment of the database."""
    found = services.classes.rows(store, [learner], [*_READERS])
    (one,) = found.learners.values()
    return {
        view: ViewRows(sorted(one.of(view).items()), one.reflects, found.head, one.knowledge)
        for view in _READERS
    }


_READERS: Mapping[str, Callable[..., dict[str, Any]]] = {
    "mastery": reading.read_mastery,
    "pace": reading.read_pace,
    "independence": reading.read_independence,
}


def read_at(rows: Mapping[str, ViewRows], at_us: int) -> Read:
    return {
        view: _READERS[view](dict(found.rows), at_us, found.knowledge)
        for view, found in rows.items()
    }


def subjects(read: Read) -> set[str]:
    """Everything in them that may have a name."""
    return {
        *(one["skill"] for one in read["mastery"]["skills"]),
        *(one["goal"] for one in read["pace"]["plans"]),
        *(one["skill"] for one in read["pace"]["stuck"]),
        *(one["goal"] for one in read["independence"]["goals"]),
        *(one["preference"] for one in read["independence"]["preferences"]),
    }


def targets_of(rows: ViewRows) -> dict[str, list[str]]:
    """The skills that each goal and plan names, by its IRI. rows: of the pace view."""
    plans = dict(rows.rows).get("", {}).get("plans", {})
    return {iri: list(plan["goal"][TARGETS]) for iri, plan in plans.items()}


def progress_of(rows: Mapping[str, ViewRows]) -> Progress:
    """The least of what the three views reflect: true of the whole page."""
    head = min(one.head for one in rows.values()) + 1
    return Progress(min(min(one.reflects for one in rows.values()) + 1, head), head)
