"""Stage `views`, groups: what the log says of them, and what that amounts to."""

from lrs.storage.administration.stores import Store
from lrs.storage.database.engine import Database
from lrs.storage.database.session import Session
from lrs.storage.log.framing import Framer
from lrs.storage.verify.fault import Fault, Report
from lrs.storage.views import grouping
from lrs.storage.views.grouping import WHOLE, Kept
from projections.groups import Share

_POINT = "SELECT position FROM group_points WHERE store = ?"
_SIZE = "SELECT size FROM heads WHERE store = ?"
_ACTS = (
    "SELECT store, position, activity, kind, iri, name, agent, person, until_us, words, sharer "
    "FROM group_acts WHERE store = ?"
)
_GROUPS = "SELECT id, activity, iri, name FROM learner_groups WHERE store = ?"
_MEMBERS = "SELECT learner_group, agent FROM group_members WHERE store = ?"
_TEACHERS = 'SELECT learner_group, "user" FROM group_teachers WHERE store = ?'
_SHARES = (
    'SELECT learner_group, "user", agent, until_us, words, sharer FROM group_shares WHERE store = ?'
)
_WHAT = "is not what the log says"


class GroupsCheck:
    """Checks what is kept of one store's groups."""

    def __init__(self, database: Database, framer: Framer, store: Store, report: Report) -> None:
        self._database, self._framer = database, framer
        self._store, self._report = store, report

    def run(self, observed: int) -> None:
        """observed: every position below it has been observed."""
        with self._database.snapshot() as connection:
            session = Session(connection)
            reached = (session.row(_POINT, (self._store.id,)) or (0,))[0]
            size = (session.row(_SIZE, (self._store.id,)) or (0,))[0]
            if not observed <= reached <= size:
                self._fault("group_points", None, f"position {reached} is not where it must be")
            self._acts(session, reached)
            self._groups(session)

    def _acts(self, session: Session, reached: int) -> None:
        expected = {
            row
            for some in grouping.said(session, self._framer, self._store, 0, reached)
            for row in some
        }
        kept = {
            Kept(store, at, bytes(activity), kind, iri, name, agent and bytes(agent), *rest)
            for store, at, activity, kind, iri, name, agent, *rest in session.rows(
                _ACTS, (self._store.id,)
            )
        }
        for one in sorted(expected ^ kept, key=lambda row: row.position):
            self._fault("group_acts", one.position, f"the row {_WHAT}")

    def _groups(self, session: Session) -> None:
        store = (self._store.id,)
        groups, members, teachers, shares = set(), set(), set(), set()
        for activity, made in grouping.rosters(session, self._store.id).items():
            if made.name is None or made.named_at is None:
                continue
            number = grouping.number_of(made.named_at)
            groups.add((number, activity, made.name))
            members |= {(number, one) for one in made.members}
            teachers |= {(number, one) for one in made.teachers}
            shares |= {_share(number, one) for one in made.shares}
        kept = {(row[0], bytes(row[1]), row[3]) for row in session.rows(_GROUPS, store)}
        for number, _, _ in sorted(groups ^ kept):
            self._fault("learner_groups", None, f"group {number} {_WHAT}")
        for row in session.rows(_GROUPS, store):
            if self._store.keys.activity(row[2]) != bytes(row[1]):
                self._fault("learner_groups", None, f"the address of group {row[0]} {_WHAT}")
        kept_members = {(row[0], bytes(row[1])) for row in session.rows(_MEMBERS, store)}
        for number, _ in sorted(members ^ kept_members):
            self._fault("group_members", None, f"who is in group {number} {_WHAT}")
        kept_teachers = {(row[0], row[1]) for row in session.rows(_TEACHERS, store)}
        for number, _ in sorted(teachers ^ kept_teachers):
            self._fault("group_teachers", None, f"who teaches group {number} {_WHAT}")
        kept_shares = {
            (number, user, bytes(agent), *rest)
            for number, user, agent, *rest in session.rows(_SHARES, store)
        }
        for number in sorted({row[0] for row in shares ^ kept_shares}):
            self._fault("group_shares", None, f"who may look at group {number} {_WHAT}")

    def _fault(self, table: str, position: int | None, what: str) -> None:
        self._report(Fault(table, position, what))


def _share(group: int, one: Share) -> tuple[int, int, bytes, int | None, int, int | None]:
    """As kept."""
    return group, one.user, one.agent or WHOLE, one.until_us, int(one.words), one.sharer
