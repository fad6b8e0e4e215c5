"""Writing a sheet back as statements, all of them in one commit, once however often it is sent."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from lrs.api.services import Services
from lrs.console.conversation import statements
from lrs.console.conversation.sheet import Sheet
from lrs.console.conversation.talks import Talk
from lrs.errors import Conflict
from lrs.storage.administration.people import Person
from lrs.storage.administration.stores import Store
from lrs.storage.log.recorder import Author
from lrs.storage.personal.checks import check
from lrs.storage.personal.statements import Whose, statement
from lrs.storage.personal.subjects import bare


class Saved(Conflict):
    """This talk is in the record already, with other words."""


def talk(
    services: Services, store: Store, person: Person, learner: str, sheet: Sheet,
    before: Sequence[Talk],
) -> None:  # fmt: skip
    """before: talks whose agreements are told of. Raises Saved when the same sheet was saved with
    something else on it."""
    by = Author.person(services.settings.origin, person.id)
    whose = Whose(by.actor, _agent(services, store, learner), own=False)
    _record(services, store, by, whose, statements.talk(sheet, before))


def prepare(
    services: Services, store: Store, person: Person, learner: str, sheet: Sheet,
    before: Sequence[Talk],
) -> None:  # fmt: skip
    """Keep what the learner wants to say, as said by them. Raises Saved as `talk`."""
    by = Author.person(services.settings.origin, person.id)
    agent = _agent(services, store, learner)
    _record(services, store, by, Whose(agent, agent, own=True), statements.prepared(sheet, before))


def _agent(services: Services, store: Store, learner: str) -> Mapping[str, Any]:
    """Only what identifies: a name is not repeated."""
    return bare(services.views.learner(store, learner).agents[0])


def _record(
    services: Services, store: Store, by: Author, whose: Whose, acts: statements.Acts
) -> None:
    for _id, act in acts:
        check(act)
    values = [statement(act, whose, statement_id=one) for one, act in acts]
    if not values:
        return
    stored = [services.search.get(store, one["id"]) for one in values]
    if any(one is not None for one in stored):
        same = all(
            kept is not None and _same(orjson.loads(kept.document), new)
            for kept, new in zip(stored, values, strict=True)
        )
        if same:
            return
        raise Saved("This sheet was saved before, with other words on it.")
    services.recorder.record(store, by, values, lambda _connection, _receipt: None)


def _same(kept: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Whether it says the same; what the store adds to a statement aside."""
    said = kept.get("context", {}).get("extensions"), kept.get("result")
    return said == (new.get("context", {}).get("extensions"), new.get("result"))
