"""What reading remembers between statements: bounded, and about the properties the tables know."""

from lrs.xapi import tables
from lrs.xapi.memo import Memo
from lrs.xapi.shapes import ContextTextV1, ContextTextV2, ResultText, StatementText
from lrs.xapi.tables import table_for
from lrs.xapi.versions import Version


def test_the_shapes_have_the_properties_of_the_tables() -> None:
    for spoken, version in ((Version.V1, None), (Version.V2, None), (Version.V2, "1.0.3")):
        members = table_for(spoken, version).statement.members
        assert set(StatementText.__struct_fields__) == set(members)
    assert set(ResultText.__struct_fields__) == set(tables.RESULT.members)
    assert set(ContextTextV1.__struct_fields__) == set(tables.CONTEXT_V1.members)
    assert set(ContextTextV2.__struct_fields__) == set(tables.CONTEXT_V2.members)


def test_what_is_used_stays_and_the_rest_is_forgotten() -> None:
    memo: Memo[int] = Memo(budget=20_000)
    memo.put(b"kept", 7)
    for number in range(10_000):
        memo.put(b"%d" % number, number)
        assert memo.get(b"kept") == 7
        assert memo.get(b"%d" % number) == number
    assert memo.get(b"0") is None
    assert len(memo._fresh) + len(memo._old) < 100


def test_long_texts_are_not_remembered() -> None:
    memo: Memo[int] = Memo()
    memo.put(b"x" * 10_000, 1)
    assert memo.get(b"x" * 10_000) is None
