"""The migrations make exactly the schema that the code expects, and protect the log."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from log_fixtures import make, opened
from lrs.storage import schema
from lrs.storage.administration.migrate import migrate, pending
from lrs.storage.database.engine import Database


def test_the_migrated_database_is_the_one_the_code_describes(database_url: str) -> None:
    engine = create_engine(database_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, schema.metadata)
        assert not pending(connection)
    engine.dispose()
    assert differences == []


def test_migrating_again_changes_nothing(database_url: str) -> None:
    with opened(database_url) as log:
        value = make()
        log.append(value)
        migrate(database_url)
        assert log.find() == [value["id"]]


@pytest.mark.parametrize("table", [table.name for table in schema.LOG_TABLES])
def test_every_table_of_the_log_refuses_update_and_delete(database_url: str, table: str) -> None:
    with opened(database_url) as log:
        log.append(make())
    engine = create_engine(database_url)  # the owner, not a role
    column = schema.metadata.tables[table].primary_key.columns[0].name
    for statement in (f'UPDATE {table} SET "{column}" = "{column}"', f"DELETE FROM {table}"):
        with engine.connect() as connection:
            rows = connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
        if rows or database_url.startswith("postgresql"):
            with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
                connection.execute(text(statement))
    engine.dispose()


@pytest.mark.parametrize("statement", ["UPDATE log SET authority = 1", "DELETE FROM keys"])
def test_the_pooled_role_has_no_privilege_to_change_the_log(
    postgresql_url: str, statement: str
) -> None:
    database = Database(postgresql_url)
    with pytest.raises(DBAPIError, match="permission denied"), database.write() as connection:
        connection.execute(text(statement))
    database.dispose()


@pytest.mark.parametrize("table", ["credentials", "users", "tokens", "secrets"])
def test_the_reading_role_sees_no_secrets(postgresql_url: str, table: str) -> None:
    database = Database(postgresql_url, role="lrs_read")
    with pytest.raises(DBAPIError, match="permission denied"), database.read() as connection:
        connection.execute(text(f"SELECT * FROM {table}"))
    with pytest.raises(DBAPIError, match="permission denied"), database.read() as connection:
        connection.execute(text("SELECT secret FROM stores"))
    database.dispose()
