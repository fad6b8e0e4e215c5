"""A database of an earlier version, with rows in it, becomes one of this version."""

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from lrs.storage.administration.migrate import migrate
from lrs.storage.database.engine import Database
from lrs.storage.verify.dictionaries import check_dictionaries
from lrs.storage.verify.fault import Fault
from services.databases import Databases, Kind

BEFORE_DIGESTS = "0016"


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_dictionaries_that_are_there_get_their_digest_and_stay_guarded(
    kind: Kind, databases: Databases
) -> None:
    url = databases.create_empty(kind)
    try:
        migrate(url, BEFORE_DIGESTS)
        engine = create_engine(url)
        with engine.begin() as connection:
            connection.execute(
                text(
                    "INSERT INTO dictionaries (number, statements, created_us, body) "
                    "VALUES (1, 1000, 7, :body)"
                ),
                {"body": bytes(range(250))},
            )
        migrate(url)
        database, found = Database(url), list[Fault]()
        check_dictionaries(database, found.append)
        assert found == []
        database.dispose()
        with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
            connection.execute(text("UPDATE dictionaries SET statements = 9"))
        engine.dispose()
    finally:
        databases.drop(url)
