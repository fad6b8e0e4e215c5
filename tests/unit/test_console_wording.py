"""How the console says numbers, durations, moments and foreign text."""

import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from lrs.console import figures, mastery, reasons, wording
from lrs.console.json_text import laid_out
from lrs.console.language import Reader, reading

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (59.4, "59 s"),
        (200, "3 min 20 s"),
        (3_600, "1 h"),
        (7_500, "2 h 5 min"),
        (180_000, "50 h"),
        (300_000, "3 d 11 h"),
    ],
)
def test_a_duration_has_two_units_at_most(seconds: float, text: str) -> None:
    assert wording.length(seconds) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (1234, "1,234"), (-2.5, "\u22122.5"), (1234567.0, "1,234,567"), (1e300, "1e+300")],
)
def test_numbers_are_grouped_and_have_a_real_minus(value: float, text: str) -> None:
    assert wording.number(value) == text


def test_numbers_and_moments_are_the_readers() -> None:
    with reading(Reader("es", ZoneInfo("Asia/Tokyo"))):
        assert wording.number(1234567.5) == "1.234.567,5"
        assert wording.percent(0.425) == "42\xa0%"
        assert wording.date_time("2026-11-23T23:30:00Z") == "24 nov 2026, 08:30"
        assert wording.ago("2026-11-20T12:00:00Z", NOW) == "hace 3 días"
        assert wording.count(1, "answer") == "1 respuesta"
        assert wording.STATUSES["slipping"] == "Por repasar"
    assert wording.date_time("2026-11-23T23:30:00Z") == "23 Nov 2026, 23:30"


def test_a_reason_nobody_knows_a_translation_of_is_told_as_it_is() -> None:
    with reading(Reader("es")):
        assert reasons.reason("no evidence yet") == "aún no hay datos"
        assert reasons.reason("something quite new") == "something quite new"
        given = {"code": "ready", "parameters": {"skill": "s:1", "percent": 70}, "text": "T"}
        told = reasons.sentence(given, {"s:1": "Suma {percent}"}, own=True)
        assert told.startswith("Acertarías unas 70 de cada 100 veces en Suma {percent}")
        assert reasons.sentence({**given, "parameters": {}}, {}, own=True) == "T"
        assert reasons.sentence({**given, "code": "new"}, {}, own=False) == "T"


def test_counts_agree_with_their_noun() -> None:
    assert wording.count(1, "answer") == "1 answer"
    assert wording.count(0, "activity") == "0 activities"
    assert wording.count(2, "day") == "2 days"


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        ("2026-11-23T11:59:40Z", "just now"),
        ("2026-11-23T11:00:00.000000Z", "an hour ago"),
        ("2026-11-20T12:00:00+01:00", "3 days ago"),
        ("2026-12-07T12:00:00Z", "in 2 weeks"),
        ("2026-11-23T09:00:00", "3 hours ago"),
    ],
)
def test_moments_are_told_from_now(moment: str, text: str) -> None:
    assert wording.ago(moment, NOW) == text


def test_foreign_text_cannot_turn_or_hide_what_stands_beside_it() -> None:
    found = wording.plain("a\u202egnitset\u202c\u0000\n b\ufeff\u2066c")
    assert found == "a gnitset b c"
    assert wording.plain("x" * 500) == "x" * 159 + "…"
    family = "👩\u200d👩\u200d👧"
    assert wording.plain(family) == family


@pytest.mark.parametrize(
    ("iri", "text"),
    [
        ("https://x.example/skills/adding-fractions", "adding fractions"),
        ("https://x.example/a/b/", "b"),
        ("https://x.example/a#part_two", "part two"),
        ("urn:uuid:1234", "1234"),
        ("https://x.example", "https://x.example"),
        ("http://[", "http://["),
        ("https://x.example/%D0%BC%D0%B8%D1%80", "мир"),
    ],
)
def test_what_has_no_name_is_called_by_the_end_of_its_iri(iri: str, text: str) -> None:
    assert wording.last_part(iri) == text


def test_somebody_without_a_name_is_told_by_an_identifier() -> None:
    account = {"account": {"homePage": "https://sis.example", "name": "4711"}}
    assert wording.agent_name(account) == "4711 at https://sis.example"
    assert wording.agent_name({"name": "\u202e", "mbox": "mailto:a@b.example"}) == "a@b.example"
    assert wording.agent_name({"objectType": "Group", "member": []}) == "Somebody unnamed"


def test_what_is_not_known_stays_unknown_with_its_reason() -> None:
    figure = {"value": None, "n": 0, "figure": "pace.secured", "reason": "no evidence yet"}
    found = figures.shown("Secured", figure, wording.number, "skill", note="usually 3")
    assert (found.value, found.reason, found.rests) == (None, "no evidence yet", "0 skills")
    assert (found.key, found.note) == ("", "")


def test_a_skill_that_lasts_is_counted_as_secure() -> None:
    statuses = ["lasting", "secure", "learning", "slipping", "new"]
    assert mastery.summary(statuses) == "2 skills secure, 1 learning, 1 slipping"
    assert mastery.summary(["slipping"]) == "1 skill slipping"
    assert mastery.summary([]) == ""


def test_json_is_laid_out_without_changing_a_digit() -> None:
    text = '{"a":[1.0,1e400,12345678901234567890.10,"x, {y} \\" \\u00e9"],"b":{},"c":[],"d":null}'
    found = laid_out(text)
    assert "1.0,\n" in found
    assert "1e400" in found
    assert "12345678901234567890.10" in found
    assert '"x, {y} \\" \\u00e9"' in found
    assert '"b": {},' in found
    assert json.loads(found) == json.loads(text)
    turned = laid_out('{"name":"a\u202eb"}')
    assert "\u202e" not in turned
    assert json.loads(turned) == {"name": "a\u202eb"}


def test_what_an_error_says_is_told_in_the_readers_language() -> None:
    said = "A password has at least 12 and at most 1000 characters."
    assert reasons.message(said) == said
    with reading(Reader("es")):
        assert "12" in reasons.message(said)
        assert reasons.message(said) != said
        assert reasons.message("This is for teachers.") != "This is for teachers."
        assert "{x}" in reasons.message("Nothing of {x} is known here.")
