"""SQLite: tell the planner how selective each index is, before there is anything to count.

Without statistics it takes a store's whole log for as selective as an id, and scans it. `ANALYZE`
replaces these figures by counted ones.
"""

from alembic import op
from sqlalchemy import text

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# rows in the table, then rows that share the first column, the first two, …
STATISTICS = {
    ("log", "sqlite_autoindex_log_1"): "1000000 500000 1",
    ("log", "log_id"): "1000000 500000 1",
    ("log", "log_agent"): "1000000 1000 1",
    ("log", "log_verb"): "1000000 50000 1",
    ("log", "log_activity"): "1000000 500 1",
    ("log", "log_registration"): "1000000 50 1",
    ("log", "log_agent_verb"): "1000000 1000 100 1",
    ("log", "log_agent_activity"): "1000000 1000 5 1",
    ("log", "log_verb_activity"): "1000000 50000 100 1",
    ("log", "log_authority"): "1000000 500000 200000 1",
    ("keys", "sqlite_autoindex_keys_1"): "4000000 2000 1",
    ("links", "sqlite_autoindex_links_1"): "10000 5000 2 1",
    ("voided", "sqlite_autoindex_voided_1"): "1000 500 1 1",
}


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        return
    connection.execute(text("ANALYZE"))
    for (table, index), figures in STATISTICS.items():
        row = {"table": table, "index": index, "figures": figures}
        connection.execute(
            text("DELETE FROM sqlite_stat1 WHERE tbl = :table AND idx = :index"), row
        )
        connection.execute(
            text("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (:table, :index, :figures)"),
            row,
        )


def downgrade() -> None:
    raise NotImplementedError("the log is for ever: restore a backup instead")
