"""What goes with a learner beside statements: all that was derived, and the learner's own rows."""

from lrs.storage.database.session import Session

LEARNER_TABLES = ("observations", "events", "snapshots", "views", "states", "marks", "identities")
_STATES = "SELECT build FROM states WHERE store = ? AND learner = ?"
_AGENTS = "SELECT agent FROM identities WHERE store = ? AND learner = ?"
_BY_AGENT = ("group_members", "group_shares", "own_identities")


def count_of(session: Session, table: str, store: int, learner: bytes) -> int:
    """How many rows of a derived table are about a learner."""
    query = f"SELECT count(*) FROM {table} WHERE store = ? AND learner = ?"
    row = session.row(query, (store, session.id(learner)))
    return 0 if row is None else int(row[0])


def delete_learner(session: Session, store: int, learner: bytes) -> None:
    """Every row about a learner; a fold that is going on finds its state gone and gives up."""
    values = (store, session.id(learner))
    session.rows(_STATES + (" FOR UPDATE" if session.postgresql else ""), values)
    for (agent,) in session.rows(_AGENTS, values):
        for table in _BY_AGENT:
            session.run(
                f"DELETE FROM {table} WHERE store = ? AND agent = ?",
                (store, session.id(bytes(agent))),
            )
    for table in (*LEARNER_TABLES, "identity_changes", "learners"):
        session.run(f"DELETE FROM {table} WHERE store = ? AND learner = ?", values)
