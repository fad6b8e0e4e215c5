"""A learner on their own pages: everything they say ends as a statement, and everybody can use it.

One server with its worker; Ada is a learner who signs in.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import console_data as data
import httpx2
import pytest
from barriers import barriers
from looks import LANGUAGE_SCHEME
from playwright.sync_api import Browser, BrowserContext, Page, expect

from http_server import Server

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
PROFILE = "tag:lrs.example,2026:profile/"
UNKNOWN = "6f1c5a52-9d0e-4b5c-8a54-2f6f0f3d9a11"
GOAL = "http://id.tincanapi.com/verb/defined"


@pytest.fixture
def browser(served: Server, signed_in: Path, context: BrowserContext) -> Iterator[httpx2.Client]:
    """Her session without a browser around it."""
    cookies = {one["name"]: one["value"] for one in context.cookies()}
    headers = {"Accept": "text/html", "Origin": served.url}
    with httpx2.Client(
        base_url=served.url, headers=headers, cookies=cookies, timeout=60, follow_redirects=True
    ) as client:
        yield client


def said(served: Server, verb: str) -> list[dict[str, Any]]:
    """The statements of the log with this verb, the newest first."""
    return [*served.client(store="default").statements(verb=verb)]


@pytest.mark.parametrize(("language", "scheme"), LANGUAGE_SCHEME)
def test_nobody_is_kept_out(
    served: Server, chromium: Browser, signed_in: Path, language: str, scheme: str
) -> None:
    context = chromium.new_context(
        storage_state=signed_in, base_url=served.url, color_scheme=scheme,  # type: ignore[arg-type]
        locale=language,
    )  # fmt: skip
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url))
    told: list[str] = []
    page.on("console", lambda one: told.append(one.text))
    for path in ("/me", "/me/goals", "/me/record", "/reader"):
        page.goto(path)
        assert page.locator("html").get_attribute("lang") == language
        page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        for width in (1280, 360):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
            assert not barriers(page), (path, width)
    assert {httpx2.URL(url).host for url in asked} == {"127.0.0.1"}
    assert told == []
    context.close()


def test_a_goal_that_is_set_stands_on_the_page_and_in_the_log(served: Server, page: Page) -> None:
    page.goto("/me/goals")
    page.get_by_text("Set a goal").click()
    form = page.locator("#new form")
    form.get_by_label("What I want to reach").fill("  ")
    form.get_by_label("Why it matters to me").fill("So that I can help others")
    form.get_by_role("button", name="Set this goal").click()
    wrong = page.locator("#new-title-fault")
    expect(wrong).to_have_text("Please fill this in.")
    expect(page.get_by_label("What I want to reach").last).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#new-why")).to_have_value("So that I can help others")
    assert not [one for one in said(served, GOAL) if "result" in one]
    page.locator("#new-title").fill("Slopes <b>by</b> heart")
    page.locator("#new-due").fill("2031-05-31")
    page.locator("#new label", has_text="Slope of a line").get_by_role("checkbox").check()
    page.locator("#new").get_by_role("button", name="Set this goal").click()
    expect(page.get_by_role("status")).to_contain_text("Your goal is set.")
    expect(page.locator(".card h3", has_text="Slopes <b>by</b> heart")).to_be_visible()
    (goal,) = [one for one in said(served, GOAL) if "result" in one]
    assert goal["result"]["response"] == "So that I can help others"
    extensions = goal["context"]["extensions"]
    assert extensions[f"{PROFILE}extensions/initiative"] == "self"
    assert extensions[f"{PROFILE}extensions/due"].startswith("2031-05-31T23:59:59")
    assert extensions[f"{PROFILE}extensions/skills"] == ["https://lms.example.org/skills/slope"]
    assert goal["actor"]["mbox"] == "mailto:ada@example.org"


def test_a_goal_that_is_changed_keeps_what_was_not_changed(served: Server, page: Page) -> None:
    page.goto("/me/goals")
    card = page.locator(".card", has=page.get_by_role("heading", name="My plan"))
    card.get_by_text("Change it").click()
    form = card.locator("form", has=page.get_by_role("button", name="Save the change"))
    ticked = form.get_by_role("checkbox", checked=True)
    expect(ticked).to_have_count(4)
    due = form.get_by_label("By when").input_value()
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", due)
    form.get_by_label("What I want to reach").fill("My plan, by another name")
    form.get_by_role("button", name="Save the change").click()
    expect(page.get_by_role("status")).to_contain_text("The plan is changed.")
    revised = f"{PROFILE}verbs/revised"
    (change,) = said(served, revised)
    assert set(change["context"]["extensions"]) == {f"{PROFILE}extensions/goal"}
    card = page.locator(".card", has=page.get_by_role("heading", name="My plan, by another name"))
    form = card.locator("form", has=page.get_by_role("button", name="Save the change"))
    expect(form.get_by_role("checkbox", checked=True)).to_have_count(4)
    expect(form.get_by_label("By when")).to_have_value(due)
    form.get_by_role("checkbox", name="Slope of a line").uncheck()
    form.get_by_role("button", name="Save the change").click()
    expect(page.get_by_role("status")).to_contain_text("The plan is changed.")
    kept = said(served, revised)[0]["context"]["extensions"][f"{PROFILE}extensions/skills"]
    assert kept == [f"https://lms.example.org/skills/{one}" for one in
                    ("fractions", "ratios", "area")]  # fmt: skip
    form = card.locator("form", has=page.get_by_role("button", name="Save the change"))
    for box in form.get_by_role("checkbox", checked=True).all()[::-1]:
        box.uncheck()
    form.get_by_role("button", name="Save the change").click()
    expect(page.locator(".skill-boxes .fault")).to_have_text(
        "Leave one skill at least, or close the goal."
    )


def test_one_press_asks_to_talk_and_another_takes_it_back(served: Server, page: Page) -> None:
    page.goto("/me")
    page.get_by_role("button", name="I’d like to talk").first.click()
    expect(page.get_by_role("status")).to_contain_text("You asked to talk.")
    expect(page.locator(".ask")).to_contain_text("You asked to talk.")
    assert len(said(served, f"{PROFILE}verbs/asked-to-talk")) == 1
    page.locator(".ask button").click()
    expect(page.get_by_role("status")).to_contain_text("Taken back.")
    expect(page.locator(".ask")).to_have_count(0)
    assert len(said(served, f"{PROFILE}verbs/withdrew")) == 1


def test_a_suggestion_is_told_with_its_reason_recorded_once_and_chosen(
    served: Server, page: Page
) -> None:
    recommended = "https://w3id.org/xapi/tla/verbs/recommended"
    for _visit in range(3):
        page.goto("/me")
    before = len(said(served, recommended))
    assert before >= 1
    page.goto("/me")
    assert len(said(served, recommended)) == before
    card = page.locator(".steps > .card").first
    name = card.locator("h3").inner_text()
    expect(card.locator("p").first).to_have_text(re.compile(r"\w+.*\."))
    card.get_by_role("button", name="I choose this").click()
    expect(page.get_by_role("status")).to_contain_text(f"You chose “{name}”.")
    card = page.locator(".steps > .card", has=page.get_by_role("heading", name=name))
    if card.count():
        expect(card.first).to_contain_text("You chose this.")
    chosen = said(served, "http://id.tincanapi.com/verb/selected")[0]
    assert chosen["context"]["extensions"][f"{PROFILE}extensions/choice"] == "taken"
    assert chosen["context"]["statement"]["id"] in {one["id"] for one in said(served, recommended)}
    assert data.SKILLS[chosen["object"]["id"].rpartition("/")[2]] == name


def test_what_somebody_picks_themself_comes_back_as_their_wish(page: Page) -> None:
    page.goto("/me")
    page.get_by_text("Something of my own").click()
    page.get_by_label("Skill", exact=True).select_option(label="Area of a triangle")
    page.get_by_role("button", name="Put it on my list").click()
    expect(page.locator(".words", has_text="Area of a triangle")).to_be_visible()
    expect(page.locator(".steps .card", has_text="Area of a triangle").first).to_contain_text(
        "your wish"
    )


def test_a_form_sent_twice_says_it_once(served: Server, browser: httpx2.Client) -> None:
    page = browser.get("/me/goals")
    action = re.search(r'action="([^"]+/say)"', page.text)
    assert action
    once = re.search(r'name="once" value="([^"]+)"', page.text)
    assert once
    words = {"act": "reflect", "once": once[1], "page": "goals", "text": "I noticed it twice"}
    for _time in range(2):
        sent = browser.post(action[1], data=words)
        assert (sent.status_code, "Your words are kept." in sent.text) == (200, True)
    kept = [one for one in said(served, f"{PROFILE}verbs/reflected")
            if one.get("result", {}).get("response") == "I noticed it twice"]  # fmt: skip
    assert len(kept) == 1


def test_hostile_words_are_shown_and_do_nothing(page: Page) -> None:
    told: list[str] = []
    page.on("console", lambda one: told.append(one.text))
    page.goto("/me/goals")
    page.locator("#reflection").fill(f"{data.HOSTILE}\nsecond line")
    page.get_by_role("button", name="Keep it").click()
    expect(page.locator(".quote", has_text="second line")).to_contain_text("<script>alert(1)")
    assert "\u202e" not in page.content()
    page.get_by_text("Share something you made").click()
    page.locator("#work-title").fill('"><img src=x onerror=alert(1)>')
    page.locator("#work-url").fill("javascript:alert(1)")
    page.locator("#works ~ .unfold form").get_by_role("button", name="Share it").click()
    expect(page.locator("#work-url-fault")).to_contain_text("https://example.org")
    page.locator("#work-url").fill("https://example.org/?q=%3Cscript%3E")
    page.locator("#works ~ .unfold form").get_by_role("button", name="Share it").click()
    expect(page.get_by_role("status").first).to_contain_text("Your work is shared")
    assert [one for one in told if "422" not in one] == []  # that of the form with a fault
    assert page.locator("img[src=x]").count() == 0
    assert page.locator('a[href^="javascript"]').count() == 0


def test_what_is_said_to_be_wrong_is_marked_beside_every_figure_that_uses_it(page: Page) -> None:
    page.goto("/me")
    page.locator(".skill", has_text="Ratios and rates").locator("a.rests").click()
    page.locator(".statements a").first.click()
    page.get_by_text("Something is wrong with this").click()
    page.locator("#wrong").fill("I did not do this one")
    page.get_by_role("button", name="Say so").click()
    expect(
        page.locator(".notice", has_text="You said that this statement is wrong")
    ).to_be_visible()
    page.goto("/me")
    mark = "has a statement in question"
    expect(page.locator(".skill", has_text="Ratios and rates")).to_contain_text(mark)
    expect(page.locator(".skill", has_text="Slope of a line")).not_to_contain_text(mark)
    expect(page.locator(".figure", has_text="Active time in all")).to_contain_text(mark)
    page.goto("/me/goals")
    page.get_by_role("button", name="Withdraw it").click()
    page.goto("/me")
    expect(page.locator(".skill", has_text="Ratios and rates")).not_to_contain_text(mark)


def test_a_goal_is_set_with_the_keyboard_alone(page: Page) -> None:
    page.goto("/me/goals")
    press_until(page, "summary", "Set a goal")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("By keyboard alone")
    press_until(page, "button", "Set this goal")
    page.keyboard.press("Enter")
    expect(page.locator(".card h3", has_text="By keyboard alone")).to_be_visible()


def press_until(page: Page, tag: str, text: str) -> None:
    for _ in range(80):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        if focused.count() == 0 or focused.evaluate("one => one.tagName").lower() != tag:
            continue
        if text in focused.inner_text():
            return
    raise AssertionError(f"the keyboard does not reach {text!r}")


def test_language_and_time_zone_are_chosen_on_any_page(page: Page) -> None:
    page.goto("/me/goals")
    page.locator("footer").get_by_role("button", name="Español").click()
    expect(page).to_have_url(re.compile("/goals$"))
    expect(page.locator("h1")).to_have_text("Mis metas")
    page.locator("footer a").click()
    page.select_option("#zone", "Asia/Tokyo")
    page.locator("main").get_by_role("button").click()
    expect(page.locator("footer")).to_contain_text("Asia/Tokyo")
    page.goto("/me")
    expect(page.locator("h1")).to_contain_text("Hola, Ada")
    away = page.context.request.post(
        "/reader", form={"next": "//example.org/", "language": "en"}, max_redirects=0,
        headers={"Origin": page.url.partition("//")[0] + "//" + page.url.split("/")[2]},
    )  # fmt: skip
    assert away.headers["location"] == "/"


def test_nobody_says_for_a_learner_what_only_they_can_say(
    served: Server, browser: httpx2.Client
) -> None:
    action = re.search(r'action="([^"]+/say)"', browser.get("/me/goals").text)
    assert action
    with httpx2.Client(base_url=served.url, headers={"Origin": served.url}) as other:
        assert other.post(action[1], data={"act": "talk"}).status_code == 401
        other.post(data.link(served))
        for act in ("talk", "reflect", "dispute", "choose"):
            given = {"act": act, "text": "x", "statement": UNKNOWN, "skill": "https://x.example"}
            assert other.post(action[1], data=given).status_code == 403
        assert other.post(action[1], data={"act": "none-such"}).status_code == 400
    crossed = browser.post(action[1], data={"act": "talk"}, headers={"Origin": "https://x.example"})
    assert crossed.status_code == 403


def test_pages_are_small_and_go_out_compressed(browser: httpx2.Client) -> None:
    for path in ("/me", "/me/goals", "/me/record"):
        with browser.stream("GET", path) as answer:
            size = sum(len(part) for part in answer.iter_raw())
            assert answer.headers["content-encoding"] == "gzip"
            assert size < 100_000, path
