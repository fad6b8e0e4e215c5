"""The reader's language: what was chosen first, what the browser asks for next, English last."""

import threading

import pytest

from lrs.console import language


@pytest.mark.parametrize(
    ("cookie", "accept", "found"),
    [
        ("", "", "en"),
        ("", "es-MX,en;q=0.5", "es"),
        ("", "fr-FR, es;q=0.3", "es"),
        ("", "fr", "en"),
        ("en", "es", "en"),
        ("es", "en", "es"),
        ("xx/../..", "es", "es"),
    ],
)
def test_a_choice_comes_before_what_the_browser_asks_for(
    cookie: str, accept: str, found: str
) -> None:
    cookies = {language.LANGUAGE_COOKIE: cookie} if cookie else {}
    assert language.reader_of(cookies, accept).language == found


@pytest.mark.parametrize(
    "name", ["", "nowhere", "../../etc/passwd", "/etc/passwd", "a\0b", "x" * 99]
)
def test_a_zone_that_is_none_is_utc(name: str) -> None:
    assert language.zone_named(name).key == "UTC"


def test_a_reader_is_of_one_thread_and_one_page() -> None:
    seen = []
    with language.reading(language.reader_of({"lrs_zone": "America/Bogota"}, "es")):
        other = threading.Thread(target=lambda: seen.append(language.reader().language))
        other.start()
        other.join()
        assert language.reader().zone.key == "America/Bogota"
        assert language.reader().language == "es"
    assert seen == ["en"]
    assert language.reader().language == "en"
