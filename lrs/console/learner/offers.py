"""What is suggested to a learner on their own page is recorded as offered, with what it rests on.

Only when the learner sees it themself, and once: not again while the same stands open and their
session goes on.
"""

from collections.abc import Mapping
from typing import Any

from lrs.api.services import Services, now_us
from lrs.api.v1.offers import record_shown
from lrs.console.learner.next_steps import Next
from lrs.console.learner.whom import Whom
from lrs.errors import LrsError
from lrs.storage.administration.people import Person
from projections.instants import DAY_US, parse_us


def show(services: Services, about: Whom, person: Person, shown: Next) -> str:
    """Record what stands on the page; the id of its statement. A page is shown even if nothing
    can be written just now."""
    try:
        told = record_shown(
            services, about.store, person, shown.given, shown.known, shown.found, now_us()
        )
    except LrsError:
        return ""
    return told["statement"] or ""


def chosen(story: Mapping[str, Any], at_us: int) -> frozenset[str]:
    """The skills that were chosen of what was suggested, since yesterday."""
    since_us = at_us - DAY_US
    return frozenset(
        one["chosen"]
        for one in story["offers"]
        if one["chosen"] and (parse_us(one["at"]) or 0) >= since_us
    )


def open_offer(story: Mapping[str, Any]) -> str:
    """The id of the statement that offered what stands open; empty for none."""
    newest = story["offers"][0] if story["offers"] else None
    return newest["statement"] if newest and newest["how"] is None else ""
