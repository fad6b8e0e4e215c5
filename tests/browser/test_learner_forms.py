"""A learner's pages, heard and used by keyboard: what a form did, what things are called."""

import re
from pathlib import Path

import console_data as data
import pytest
from playwright.sync_api import Browser, Page, expect

from http_server import Server

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
STATEMENT = r"/statements/default/[0-9a-f-]{36}"


@pytest.mark.parametrize("script", [True, False])
def test_what_a_form_did_is_told_where_the_page_lands_and_has_the_focus(
    served: Server, chromium: Browser, signed_in: Path, *, script: bool
) -> None:
    context = chromium.new_context(
        storage_state=signed_in, base_url=served.url, java_script_enabled=script,
        viewport={"width": 390, "height": 700},
    )  # fmt: skip
    page = context.new_page()

    def told(text: str, heading: str) -> None:
        status = page.get_by_role("status", name=text)
        expect(status).to_be_focused()
        expect(status).to_be_in_viewport(ratio=1)
        section = page.locator("section", has=page.locator(f"h2#{heading}"))
        assert section.locator("#told").count() == 1

    page.goto("/me")
    page.get_by_text("Something of my own").click()
    page.get_by_label("Skill", exact=True).select_option(label="Slope of a line")
    page.get_by_role("button", name="Put it on my list").click()
    told("“Slope of a line” is on your own list now.", "next")
    expect(page.get_by_label("Skill", exact=True)).to_be_visible()
    page.get_by_role("button", name=re.compile("Take it off.*Slope of a line")).click()
    told("“Slope of a line” is off your list.", "next")
    page.get_by_text("Something else", exact=True).click()
    page.locator("details ol .card").get_by_role("button", name="Not now").first.click()
    told("Not now, then", "next")
    page.goto("/me/goals")
    for summary, field, press, text, heading in (
        ("Set a goal", "#new-title", "Set this goal", "Your goal is set.", "goals"),
        ("Say what interests you", "#interest", "I like it", "Your interest is noted.", "liking"),
        ("", "#reflection", "Keep it", "Your words are kept.", "words"),
        ("Share something you made", "#work-title", "Share it", "Your work is shared.", "works"),
    ):
        if summary:
            page.get_by_text(summary).click()
        page.locator(field).fill("About spiders")
        page.locator("form", has=page.locator(field)).get_by_role("button", name=press).click()
        told(text, heading)
        expect(page.locator(field)).to_be_visible()
    context.close()


def test_a_plan_needs_a_day_and_skills_and_is_called_a_plan(page: Page) -> None:
    page.goto("/me/goals")
    page.get_by_text("Set a goal", exact=True).click()
    page.locator("#new-title").fill("The year's end")
    page.get_by_role("button", name="Set it as a plan").click()
    expect(page.locator("#new-due")).to_be_focused()
    expect(page.locator("#new-due-fault")).to_have_text("A plan needs a day: by when?")
    skills = page.locator("#new fieldset")
    expect(skills).to_contain_text("A plan needs one skill at least: which ones?")
    page.locator("#new-due").fill("2031-05-31")
    page.get_by_role("button", name="Set it as a plan").click()
    expect(skills.get_by_role("checkbox").first).to_be_focused()
    skills.get_by_role("checkbox").first.check()
    page.get_by_role("button", name="Set it as a plan").click()
    expect(page.get_by_role("status")).to_have_text("Your plan is set.")
    card = page.locator(".card", has=page.get_by_role("heading", name="The year's end"))
    expect(card).to_contain_text("plan")


def test_the_address_of_a_form_leads_to_the_goals(page: Page) -> None:
    page.goto("/me/goals")
    action = page.locator("#new form").get_attribute("action")
    assert action
    assert page.goto(action).status == 200  # type: ignore[union-attr]
    expect(page.locator("h1")).to_have_text("My goals")


def test_the_navigation_says_where_a_learner_is(page: Page) -> None:
    for path, name in (("/me", "My page"), ("/me/goals", "Goals"), ("/me/record", "My record")):
        page.goto(path)
        here = page.get_by_role("navigation", name="Main").locator("[aria-current=page]")
        expect(here).to_have_text(name)
    page.goto("/me")
    page.locator("a.rests").first.click()
    expect(page.locator("header [aria-current=true]")).to_have_text("My page")


def test_a_talk_that_was_asked_for_is_not_offered_again(page: Page) -> None:
    page.goto("/me")
    offered = page.locator(".steps .card", has=page.get_by_role("heading", name="Talk"))
    page.get_by_role("button", name="I’d like to talk").first.click()
    expect(page.get_by_role("status")).to_contain_text("You asked to talk.")
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    expect(page.get_by_role("button", name="I’d like to talk")).to_have_count(0)
    if offered.count():
        expect(offered.first).to_contain_text("You asked to talk.")
    page.get_by_role("button", name="Take it back (talk)").click()


def test_what_is_said_twice_has_a_name_of_its_own(page: Page) -> None:
    """Two questions, two reflections: each control and link says which."""
    page.goto("/me")
    page.locator(".skill", has_text="Slope of a line").locator("a.rests").click()
    links = page.locator(".statements a").all()[:2]
    names = [one.locator("bdi").last.inner_text() for one in links]
    for address in [one.get_attribute("href") or "" for one in links]:
        page.goto(address)
        page.get_by_text("Something is wrong with this").click()
        page.get_by_role("button", name="Say so").click()
        expect(page.get_by_role("status")).to_be_focused()
        way = page.get_by_role("navigation", name="Where this is")
        expect(way).to_contain_text("Mastery of “Slope of a line”")
    for path in ("/me", "/me/goals"):
        page.goto(path)
        for name in names:
            expect(
                page.get_by_role("button", name=f"Withdraw it ({name})", exact=True)
            ).to_have_count(1)
    for name in names:
        page.get_by_role("button", name=f"Withdraw it ({name})", exact=True).click()
        expect(page.get_by_role("status")).to_contain_text("The question is settled.")
    for text in ("Aloud is easier", "Drawing helps"):
        page.locator("#reflection").fill(text)
        page.get_by_role("button", name="Keep it").click()
    for text in ("Aloud is easier", "Drawing helps"):
        expect(page.get_by_role("link", name=f"(statement: {text})")).to_have_count(1)


def test_signs_that_are_drawn_are_not_read_out(page: Page) -> None:
    for path in ("/me", "/me/goals", "/me/record"):
        page.goto(path)
        page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        heard = page.locator("body").aria_snapshot()
        assert re.findall("[○◐●◆▽›✓↑↓→·]", re.sub(".*last seen.*", "", heard)) == [], path
        names = re.findall(r'(?:link|button) "(.*)"', heard)
        assert [one for one in names if re.search(r"\w : |·$", one)] == [], path


def test_a_skill_that_became_secure_says_so(served: Server, page: Page) -> None:
    """A learner's answers are right until one more makes the skill secure."""
    ada = {**data.agent("ada"), "name": "Ada Sørensen"}
    client = served.client(store="default")
    told = ""
    for number in range(100, 130):
        client.store_statements(data.answer(ada, "area", number % 19 + 20, True))
        data.project(served)
        page.goto("/me")
        told = page.locator(".changes li", has_text="Area of a triangle").inner_text()
        if "became secure" in told:
            break
    assert "became secure (was: Learning)" in told
    assert "Secure" in told


def test_a_phone_scrolls_one_way_and_paper_has_every_skill(
    served: Server, chromium: Browser, signed_in: Path
) -> None:
    context = chromium.new_context(
        storage_state=signed_in, base_url=served.url, viewport={"width": 320, "height": 700}
    )
    page = context.new_page()
    long = data.answer({**data.agent("ada")}, "long", 1, True)
    (skill,) = long["context"]["contextActivities"]["grouping"]
    skill["definition"]["name"] = {"en": "Multiplying and dividing fractions by whole numbers"}
    served.client(store="default").store_statements(long)
    data.project(served)
    for path in ("/me", "/me/goals", "/me/record"):
        page.goto(path)
        page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
    page.goto("/me")
    page.emulate_media(media="print")
    for one in page.locator(".skills-list > li h3").all():
        expect(one).to_be_visible()
    context.close()
