"""Files of alignments: what spreadsheets and CASE registries save is read, or refused by line."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from lrs.errors import InvalidFile, TooLarge
from lrs.storage.alignment.alignment import Alignment
from lrs.storage.alignment.csv_files import write_csv, write_prerequisites_csv
from lrs.storage.alignment.cycles import find_cycle
from lrs.storage.alignment.files import read_alignment

ONE, TWO = "https://lms.example/1", "https://lms.example/2"


def test_activities_skills_and_names() -> None:
    raw = f"activity,skill,skill name\n{ONE},s:a,Adding\n{ONE},s:b\n{TWO},s:a,ignored\n".encode()
    found = read_alignment(raw)
    assert found.items == {ONE: ("s:a", "s:b"), TWO: ("s:a",)}
    assert found.titles == {"s:a": "Adding"}


@pytest.mark.parametrize(
    "raw",
    [
        f"{ONE},s:a\n",
        f"\ufeffActivity;Skill\r\n{ONE};s:a\r\n",
        f"skill\tignored\tITEM_ID\ns:a\tx\t{ONE}\n",
        f'\n  \nactivity,skill\n"{ONE}","s:a"',
        f"activity,skill\n{ONE} , s:a \n{ONE},s:a\n",
    ],
)
def test_however_a_spreadsheet_saves_it(raw: str) -> None:
    assert read_alignment(raw.encode()).items == {ONE: ("s:a",)}


def test_prerequisites_need_their_header() -> None:
    found = read_alignment(b"skill,prerequisite\ns:b,s:a\ns:c,s:a\ns:c,s:b\n")
    assert found.prerequisites == {"s:b": ("s:a",), "s:c": ("s:a", "s:b")}
    assert found.items == {}


@pytest.mark.parametrize(
    ("raw", "where"),
    [
        (b"", "line 1"),
        (b"activity,skill\n", "line 1"),
        (b"activity,skill\nnot an iri,s:a\n", "line 2"),
        (f"activity,skill\n{ONE},s:a\n{ONE}\n".encode(), "line 3"),
        (f"{ONE},s:a\n{ONE},\n".encode(), "line 2"),
        (f"activity,name\n{ONE},s:a\n".encode(), "line 1"),
        (f'{ONE},s:a\n{ONE},"s:b\n'.encode(), "line 2"),
        (f"{ONE},s:a\n{ONE},s\x07b\n".encode(), "line 2"),
        (f"{ONE},s:a\n".encode() + b"\xff\xfe,x\n", "line 2"),
        (b'{"CFItems": 3}', "/CFItems"),
        (b'{"CFItems": [3]}', "/CFItems/0"),
        (b'{"CFItems": [{}]}', "/CFItems/0/uri"),
        (b'{"CFItems": [], "CFAssociations": [{"associationType": "precedes"}]}',
         "/CFAssociations/0/originNodeURI"),
        (b"{", "line 1"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_place(raw: bytes, where: str) -> None:
    with pytest.raises(InvalidFile) as caught:
        read_alignment(raw)
    assert caught.value.faults[0].path == where


def test_every_faulty_line_is_named_at_once() -> None:
    raw = "activity,skill\n" + "".join(f"wrong {n},s:a\n" for n in range(7))
    with pytest.raises(InvalidFile) as caught:
        read_alignment(raw.encode())
    assert [fault.path for fault in caught.value.faults] == [f"line {n}" for n in range(2, 9)]


def test_more_rows_than_a_store_can_use_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lrs.storage.alignment.csv_files.MOST_ROWS", 3)
    with pytest.raises(TooLarge, match="more than 3 rows"):
        read_alignment("".join(f"{ONE}/{n},s:a\n" for n in range(5)).encode())


@pytest.mark.parametrize(
    ("raw", "cycle"),
    [
        (b"skill,prerequisite\na,a\n", "a → a"),
        (b"skill,prerequisite\nx,a\na,b\nb,c\nc,a\n", "a → b → c → a"),
    ],
)
def test_a_cycle_of_prerequisites_is_refused_by_name(raw: bytes, cycle: str) -> None:
    with pytest.raises(InvalidFile, match=cycle):
        read_alignment(raw)


def test_a_long_chain_of_prerequisites_is_no_cycle() -> None:
    chain = {str(n): (str(n + 1),) for n in range(50_000)}
    assert find_cycle(chain) is None
    assert len(find_cycle({**chain, "50000": ("0",)}) or ()) == 50_001


CASE = "https://case.example/uri/"


def case_item(name: str, **members: Any) -> dict[str, Any]:
    return {"identifier": name, "uri": CASE + name, "fullStatement": f"Can do {name}.", **members}


def link(kind: str, origin: str, destination: str) -> dict[str, Any]:
    ends = [
        {"title": "x", "identifier": name, "uri": name if "//" in name else CASE + name}
        for name in (origin, destination)
    ]
    return {"associationType": kind, "originNodeURI": ends[0], "destinationNodeURI": ends[1]}


def package(*associations: dict[str, Any]) -> bytes:
    made = {
        "CFDocument": {"identifier": "doc", "uri": CASE + "doc", "title": "Mathematics"},
        "CFItems": [
            case_item("fractions", humanCodingScheme="M.1"),
            case_item("adding", abbreviatedStatement="Adding"),
            case_item("halves"),
            case_item("task-1", CFItemType="Assessment Item"),
        ],
        "CFAssociations": list(associations),
    }
    return json.dumps(made).encode()


def test_a_case_framework_gives_skills_links_parts_and_order() -> None:
    found = read_alignment(
        package(
            link("isChildOf", "fractions", "doc"),
            link("isChildOf", "halves", "fractions"),
            link("precedes", "adding", "fractions"),
            link("isRelatedTo", ONE, "halves"),
            link("exactMatchOf", "adding", TWO),
            link("isPartOf", "task-1", "halves"),
            link("isPeerOf", "adding", "halves"),
            link("replacedBy", "adding", "halves"),
        )
    )
    skills = {name: CASE + name for name in ("fractions", "adding", "halves")}
    assert found.items == {
        ONE: (skills["halves"],),
        TWO: (skills["adding"],),
        CASE + "task-1": (skills["halves"],),
    }
    assert found.prerequisites == {skills["fractions"]: (skills["adding"],)}
    assert found.broader == {skills["halves"]: (skills["fractions"],)}
    assert found.titles == {
        skills["fractions"]: "M.1 Can do fractions.",
        skills["adding"]: "Adding",
        skills["halves"]: "Can do halves.",
    }


def test_case_items_that_precede_each_other_are_refused() -> None:
    with pytest.raises(InvalidFile, match="come before each other"):
        read_alignment(package(link("precedes", "adding", "halves"),
                               link("precedes", "halves", "adding")))  # fmt: skip


def test_an_alignment_written_as_csv_is_read_again() -> None:
    made = Alignment(
        {ONE: ("s:b", "s:a, with a comma"), TWO: ("s:b",)}, {"s:b": ("s:a, with a comma",)},
        titles={"s:b": 'Say "b"'},
    )  # fmt: skip
    items = read_alignment(write_csv(made).encode())
    assert (items.items, items.titles) == (made.items, made.titles)
    prerequisites = read_alignment(write_prerequisites_csv(made).encode())
    assert prerequisites.prerequisites == made.prerequisites
    assert Alignment.decode(made.encode()) == made


def test_a_file_takes_the_place_of_the_parts_that_it_has() -> None:
    old = Alignment({ONE: ("s:a",), TWO: ("s:b",)}, {"s:b": ("s:a",)}, titles={"s:a": "A"})
    new = Alignment({ONE: ("s:c",)}, titles={"s:c": "C"})
    assert old.replaced(new) == Alignment(
        {ONE: ("s:c",)}, {"s:b": ("s:a",)}, titles={"s:a": "A", "s:c": "C"}
    )
    assert old.extended(new).items == {ONE: ("s:c",), TWO: ("s:b",)}


@given(some.binary(max_size=300))
def test_any_bytes_are_an_alignment_or_a_refusal(raw: bytes) -> None:
    _read(raw)


_words = some.sampled_from(
    ["activity", "skill", "prerequisite", ONE, TWO, "s:a", "", '"', '"x""y"', "\0", "\ud7ff", " "]
)


@given(some.lists(some.lists(_words, max_size=4), max_size=8), some.sampled_from(",;\t"))
def test_any_table_is_an_alignment_or_a_refusal(rows: list[list[str]], between: str) -> None:
    _read("\n".join(between.join(row) for row in rows).encode())


_names = some.sampled_from(["associationType", "originNodeURI", "destinationNodeURI", "uri",
                            "identifier", "CFItemType", "fullStatement", "CFItems"])  # fmt: skip
_values = some.recursive(
    some.one_of(some.none(), some.booleans(), some.integers(), some.text(max_size=6),
                some.sampled_from(["precedes", "isChildOf", "isPartOf", "a", CASE + "a", ONE])),
    lambda inner: some.one_of(
        some.lists(inner, max_size=3), some.dictionaries(_names, inner, max_size=5)
    ),
    max_leaves=12,
)  # fmt: skip
_objects = some.lists(some.dictionaries(_names, _values, max_size=5), max_size=4)


@given(document=_values, items=some.one_of(_objects, _values),
       associations=some.one_of(_objects, _values))  # fmt: skip
def test_any_json_is_a_framework_or_a_refusal(document: Any, items: Any, associations: Any) -> None:
    value = {"CFDocument": document, "CFItems": items, "CFAssociations": associations}
    _read(json.dumps(value).encode())


def _read(raw: bytes) -> None:
    """What is read can be kept, whatever it was."""
    try:
        found = read_alignment(raw)
    except InvalidFile:
        return
    assert Alignment.decode(found.encode()) == found
