"""Writing what people say about their learning, and reading the words of it back.

Everything is a statement of the store's own log; nothing is kept beside it. Who may write what:
learners about themselves; teachers about the learners of their groups; administrators about
anybody; analysts nothing.
"""

import uuid
from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from lrs.errors import Forbidden
from lrs.storage.administration.also import AlsoOf, nothing_of
from lrs.storage.administration.people import People, Person
from lrs.storage.administration.stores import Store
from lrs.storage.database.engine import Database
from lrs.storage.database.session import Session
from lrs.storage.log.append import Receipt
from lrs.storage.log.recorder import Author, Recorder
from lrs.storage.personal import acts
from lrs.storage.personal.again import check_same, stands
from lrs.storage.personal.checks import check
from lrs.storage.personal.naming import name_of, named
from lrs.storage.personal.shared_plans import SharedPlans, shared_with
from lrs.storage.personal.sharing import Sharing
from lrs.storage.personal.statements import Whose, statement
from lrs.storage.personal.subjects import Subjects
from lrs.storage.personal.words import Said, words

_STATEMENTS = ("ask", "conversation", "statement", "dispute", "offer")  # that acts refer to


class Written(NamedTuple):
    """The statement that an act became. position: of it in the log; give it as `wait_for`. about:
    the IRI of the goal, plan or work that it made or is about; None of other acts."""

    statement_id: str
    position: int
    about: str | None


class Personal:
    """origin: the home page of the accounts of people here."""

    def __init__(self, database: Database, recorder: Recorder, origin: str) -> None:
        self._database, self._recorder, self._origin = database, recorder, origin
        self._people = People(database)
        self._subjects = Subjects(database, recorder)
        self._sharing = Sharing(database, origin)

    def write(
        self, store: Store, by: Person, learner_id: str, act: acts.Act, *,
        statement_id: str | None = None, also: AlsoOf[Written] = nothing_of,
    ) -> Written:  # fmt: skip
        """Write an act into the log.

        statement_id: the caller's own, a UUID: sent again with it, the same act is written once
        and answered as the first time, whatever has changed since. also: done in the same
        transaction when it is written. Raises InvalidAct, Forbidden, NotFound, Erased, Conflict
        (the id was used for something else), Unavailable.
        """
        check(act)
        own = self._own(store, by, learner_id, act)
        identifier = uuid.uuid4() if statement_id is None else uuid.UUID(statement_id)
        act = named(act, str(identifier))
        again = statement_id is not None and self._stands(store, identifier)
        whose = self._whose(store, by, learner_id, act, own=own, again=again)
        if not again:
            self._check_referred(store, learner_id, act)
        value = statement(act, whose, statement_id=str(identifier))
        made: list[Written] = []

        def then(connection: Connection, receipt: Receipt) -> None:
            made.append(Written(receipt.ids[0], receipt.last_position, name_of(act)))
            if receipt.new:
                also(connection, made[0])
            else:
                session, framer = Session(connection), self._recorder.framer
                check_same(session, framer, store, identifier.bytes, value)

        author = Author.person(self._origin, by.id)
        self._recorder.record(store, author, [value], then)
        return made[0]

    def may_write(
        self, store: Store, by: Person, learner_id: str, some: Collection[type[acts.Act]]
    ) -> frozenset[type[acts.Act]]:
        """Which of these acts somebody may write about a learner: for pages that offer them."""
        refusal = self._refusals(store, by, learner_id)
        return frozenset(act for act in some if refusal(act) is None)

    def demand(self, store: Store, by: Person, learner_id: str, act: type[acts.Act]) -> None:
        """Raises Forbidden unless somebody may write such an act about a learner."""
        refusal = self._refusals(store, by, learner_id)(act)
        if refusal is not None:
            raise Forbidden(refusal, code="not_yours_to_write")

    def is_own(self, store: Store, by: Person, learner_id: str) -> bool:
        """Whether this person is the learner; teachers can be learners too."""
        return self._subjects.is_own(store, by, learner_id)

    def may_see_plan(self, store: Store, person: Person, learner_id: str, plan: str) -> bool:
        """Whether somebody may read this goal or plan of a learner: whoever sees the learner, and
        with whom it is shared. Sharing opens nothing else of the record."""
        return self._sharing.may_see_plan(store, person, learner_id, plan)

    def shared_with(
        self, store: Store, person: Person, *, before: int | None = None, limit: int = 100
    ) -> SharedPlans:
        """Goals and plans that others share with somebody now. before: only what was shared below
        this position."""
        return shared_with(
            self._database, self._recorder.framer, self._origin, store, person, before=before,
            limit=limit,
        )  # fmt: skip

    def beside(self, store: Store, learner_id: str) -> frozenset[str]:
        """Ids of the learners who are in a group with this one; themself too."""
        return self._sharing.beside(store, learner_id)

    def texts(self, store: Store, positions: Sequence[int]) -> dict[int, Said | None]:
        """The words of statements, by position; None of one that was erased, or is not there."""
        return words(self._database, self._recorder.framer, store, positions, self._origin)

    def _own(self, store: Store, by: Person, learner_id: str, act: acts.Act) -> bool:
        self.demand(store, by, learner_id, type(act))
        own = self._subjects.is_own(store, by, learner_id)
        settled = act.how if isinstance(act, acts.SettleDispute) else None
        if settled is not None and own != (settled == acts.WITHDRAWN):
            raise Forbidden(
                "Learners withdraw their disputes; a teacher says what came of them.",
                code="not_yours_to_write",
            )
        return own

    def _refusals(
        self, store: Store, by: Person, learner_id: str
    ) -> Callable[[type[acts.Act]], str | None]:
        """Why somebody may not write an act about a learner, None if they may; who they are to
        each other is looked up once."""
        own = self._subjects.is_own(store, by, learner_id)
        writes = by.role in ("teacher", "administrator")
        writable = not own and writes and self._subjects.writable(store, by, learner_id)

        def refusal(act: type[acts.Act]) -> str | None:
            if own:
                return "This is for teachers." if act in acts.TEACHERS_ONLY else None
            if not writes:
                return "Only the learner and their teachers write here."
            if act in acts.LEARNERS_ONLY:
                return "Only the learner says this about themselves."
            return None if writable else "This learner is in none of your groups."

        return refusal

    def _stands(self, store: Store, identifier: uuid.UUID) -> bool:
        with self._database.read() as connection:
            return stands(Session(connection), store, identifier.bytes)

    def _check_referred(self, store: Store, learner_id: str, act: acts.Act) -> None:
        for name in _STATEMENTS:
            referred = getattr(act, name, None)
            if isinstance(referred, str):
                self._subjects.told_of(store, learner_id, referred, f"/{name}")

    def _whose(
        self, store: Store, by: Person, learner_id: str, act: acts.Act, *, own: bool, again: bool
    ) -> Whose:
        """again: it is written already, so nothing is checked that may have changed since."""
        learner = self._subjects.agent(store, learner_id)
        actor = learner if own else Author.person(self._origin, by.id).actor
        beside: list[str] = []
        colleague = None
        if isinstance(act, acts.SharePlan | acts.UnsharePlan):
            beside = [act.learner] if act.learner is not None else []
            if act.colleague is not None:
                known = self._people.get(act.colleague)
                if not again:
                    self._sharing.check_colleague(known)
                colleague = Author.person(self._origin, known.id).actor
            if isinstance(act, acts.SharePlan) and not again:
                self._sharing.check_beside(store, by, learner_id, beside, "/learner")
        elif isinstance(act, acts.ShareWork):
            beside = [*act.used_by]
            if not again:
                self._sharing.check_beside(store, by, learner_id, beside, "/used_by/{at}")
        others = [self._subjects.agent(store, one) for one in beside]
        return Whose(actor, learner, own, others, colleague)
