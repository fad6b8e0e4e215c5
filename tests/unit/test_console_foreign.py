"""Foreign texts say their language, and nothing in them becomes part of the page."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment

from lrs.console import figures, reasons, verbs, wording
from lrs.console.foreign import Foreign, bare, filled, joined, lang_of, phrase, untagged
from lrs.console.language import Reader, reading
from lrs.console.names import Names
from lrs.storage.administration.stores import Store
from lrs.storage.log.definitions import Definitions

PAGE = Environment(autoescape=True, extensions=["jinja2.ext.i18n"])
PAGE.install_null_translations()  # type: ignore[attr-defined]
PAGE.filters.update(bare=bare, lang_of=lang_of, untagged=untagged)


def page(template: str, **values: object) -> str:
    return PAGE.from_string(template).render(values)


def names(*accepted: str) -> Names:
    """Of a reader with these languages; nothing is looked up."""
    with reading(Reader(accepted[0], accepted=(*accepted, "en"))):
        return Names(Definitions.__new__(Definitions), Store.__new__(Store))


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("es", '<span lang="es">Área</span>'),
        ("es-MX", '<span lang="es-MX">Área</span>'),
        ("und", '<span lang="">Área</span>'),
        ("en", "Área"),
        ("EN-gb", "Área"),
    ],
)
def test_a_foreign_text_says_its_language_where_the_page_has_another(
    language: str, told: str
) -> None:
    assert page("{{ one }}", one=Foreign("Área", language)) == told


def test_it_says_it_in_sentences_lists_and_translations_too() -> None:
    one = Foreign("Área", "es")
    span = '<span lang="es">Área</span>'
    assert phrase("{skill} is new", skill=one) == f"{span} is new"
    assert filled("%(skill)s is new", {"skill": one}) == f"{span} is new"
    assert joined(", ", ["Fractions", one]) == f"Fractions, {span}"
    assert page("{% trans n=one %}of {{ n }}{% endtrans %}", one=one) == f"of {span}"
    assert page("{{ 'a: ' ~ one }}", one=one) == f"a: {span}"
    assert page("{{ one }}", one=wording.plain(phrase("{} is new", one), 400)) == f"{span} is new"


def test_where_there_can_be_no_element_there_is_none() -> None:
    one = phrase("{} & more", Foreign("Área <b>", "es"))
    assert page('<img alt="{{ one | bare }}">', one=one) == '<img alt="Área &lt;b&gt; &amp; more">'
    assert page("<option{{ one | lang_of }}>", one=Foreign("x", "es")) == '<option lang="es">'
    assert page("<option{{ one | lang_of }}>", one="x") == "<option>"
    title = "{% filter untagged %}{{ one }}: figures{% endfilter %}"
    assert page(title, one=Foreign("<span lang=x>", "es")) == "&lt;span lang=x&gt;: figures"


@given(text=st.text(max_size=40), language=st.text(max_size=20))
def test_nothing_in_a_foreign_text_or_its_language_becomes_markup(text: str, language: str) -> None:
    for told in (
        page("{{ one }}", one=Foreign(text, language)),
        page("{{ one }}", one=phrase("{a}, {b}", a=Foreign(text, language), b=text)),
        page("{{ one }}", one=wording.plain(Foreign(text, language), 12)),
    ):
        kept = told.removeprefix('<span lang="').replace("</span>", "").replace('">', "", 1)
        assert "<" not in kept
        assert '"' not in kept


def test_a_name_is_in_the_language_of_the_entry_that_was_shown() -> None:
    told = {"en": "Area", "es": "Área", "de": "Fläche"}
    found = names("es").text(told)
    assert (found, isinstance(found, Foreign) and found.language) == ("Área", "es")
    other = names("fr", "de").text(told)
    assert (other, isinstance(other, Foreign) and other.language) == ("Fläche", "de")


ADL = "http://adlnet.gov/expapi/verbs/answered"


@pytest.mark.parametrize(
    ("verb", "told"),
    [
        ({"id": ADL, "display": {"es-MX": "contestó"}}, "contestó"),
        ({"id": ADL, "display": {"en": "answered"}}, "respondió"),
        ({"id": ADL}, "respondió"),
        (
            {"id": "https://tool.example/verbs/answered", "display": {"en": "replied"}},
            '<span lang="en">replied</span>',
        ),
        ({"id": "https://tool.example/verbs/answered"}, "answered"),
    ],
)
def test_a_known_verb_is_told_in_the_readers_language(verb: dict[str, str], told: str) -> None:
    with reading(Reader("es", accepted=("es", "en"))):
        assert page("{{ one }}", one=verbs.told(verb, names("es"))) == told


def test_a_reason_and_a_figure_name_skills_in_their_own_language() -> None:
    area = {"https://x.example/area": Foreign("Área", "es")}
    given = {"code": "own_pick", "text": "", "parameters": {"skill": "https://x.example/area"}}
    span = '<span lang="es">Área</span>'
    assert page("{{ one }}", one=reasons.sentence(given, area, True)).startswith(
        f"You chose {span}"
    )
    assert page(
        "{{ one }}", one=figures.title("mastery:https://x.example/area", area.__getitem__)
    ) == (f"Mastery of “{span}”")
