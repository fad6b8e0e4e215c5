"""The console in a browser: what people see, whether everybody can use it, and what it keeps out.

One server with a class in its store `default`; the views are brought up to date once.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import console_data as data
import httpx2
import pytest
from barriers import barriers
from looks import SCHEME_WIDTH
from playwright.sync_api import Browser, BrowserContext, Page, expect

from http_server import Server, running
from services.databases import Databases
from statements import activity, agent, statement, voiding

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


@pytest.fixture(scope="module")
def served(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with (
        databases.fresh("sqlite") as url,
        running(tmp_path_factory.mktemp("home"), url) as server,
    ):
        data.fill(server.client(store="default"))
        crowd = server.client()
        crowd.store_statements(*(
            data.answer({**agent(f"p{n:02d}"), "name": f"Person {n:02d}"}, "area", 1, True)
            for n in range(60)
        ))  # fmt: skip
        data.project(server)
        yield server


@pytest.fixture(scope="module")
def signed_in(served: Server, chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The cookies of the administrator, in a file."""
    path = tmp_path_factory.mktemp("browser") / "state.json"
    context = chromium.new_context()
    page = context.new_page()
    page.goto(served.credentials["administrator"]["sign_in"])
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(served.url + "/")
    context.storage_state(path=path)
    context.close()
    return path


@pytest.fixture
def context(served: Server, chromium: Browser, signed_in: Path) -> Iterator[BrowserContext]:
    made = chromium.new_context(storage_state=signed_in, base_url=served.url)
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A page of somebody who is signed in; whatever runs a script or fails a rule is noted."""
    return context.new_page()


def learner(page: Page, name: str = "Ada") -> None:
    page.goto("/?store=default")
    page.locator("a.name", has_text=name).first.click()
    page.wait_for_selector("h2#mastery")


@pytest.mark.parametrize(("scheme", "width"), SCHEME_WIDTH)
def test_no_page_keeps_anybody_out(
    served: Server, chromium: Browser, signed_in: Path, scheme: str, width: int
) -> None:
    context = chromium.new_context(
        storage_state=signed_in, base_url=served.url, color_scheme=scheme,  # type: ignore[arg-type]
        viewport={"width": width, "height": 800},
    )  # fmt: skip
    page = context.new_page()
    checked = set()

    def check(name: str) -> None:
        assert not barriers(page), f"{name}, {scheme}, {width}"
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        levels = [int(one[1]) for one in page.eval_on_selector_all(
            "h1,h2,h3,h4", "found => found.map(one => one.tagName)"
        )]  # fmt: skip
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after - before <= 1 for before, after in pairwise(levels))
        checked.add(name)

    page.goto("/")
    check("learners")
    page.goto("/?name=nobody-at-all")
    check("nobody")
    for name in ("Ada", "<script>", "Wolfe", "empty@"):
        learner(page, name)
        for summary in page.locator("summary").all():
            summary.click()
        check(f"learner {name}")
    learner(page)
    page.locator(".skill a.rests").first.click()
    check("evidence")
    page.locator(".statements a").first.click()
    check("statement")
    page.goto("/nowhere")
    check("404")
    page.goto("/sign-in/x")
    check("410")
    context.clear_cookies()
    page.goto("/")
    check("401")
    page.goto("/sign-in")
    check("sign in")
    assert len(checked) == 12
    context.close()


def test_the_list_tells_of_each_learner_in_words(page: Page) -> None:
    page.goto("/")
    line = page.locator(".learners li", has_text="Ada Sørensen")
    expect(line).to_contain_text(re.compile(r"\d skills? (secure|learning)"))
    expect(line.locator("time")).to_contain_text("ago")
    expect(page.locator(".learners li", has_text="4711 at https://sis.example.org")).to_be_visible()
    expect(page.locator("footer")).to_contain_text(re.compile(r"(\d+) of \1 statements reflected"))


def test_learners_are_searched_by_name_and_paged(served: Server, page: Page) -> None:
    page.goto("/")
    store = page.locator("#store option", has_text="test-").first.get_attribute("value")
    page.select_option("#store", store)
    page.get_by_role("button", name="Show").click()
    seen = page.locator("a.name").all_text_contents()
    while page.get_by_role("link", name="Next page").count():
        page.get_by_role("link", name="Next page").click()
        seen += page.locator("a.name").all_text_contents()
    assert seen == [f"Person {n:02d}" for n in range(60)]
    page.fill("#name", "son 3")
    page.keyboard.press("Enter")
    expect(page.locator("a.name")).to_have_count(10)
    assert page.input_value("#store") == store
    page.goto("/?name=%25")
    expect(page.locator(".empty")).to_contain_text("No learner")


def test_a_learner_is_shown_by_three_views_with_what_each_figure_rests_on(page: Page) -> None:
    learner(page)
    skill = page.locator(".skill", has_text="Adding fractions")
    expect(skill.locator(".status")).to_have_text(re.compile("Secure|Lasting|Slipping"))
    expect(skill.locator(".likely")).to_have_text(re.compile(r"Likely right \d+% to \d+%"))
    expect(skill).to_contain_text("18 answers")
    skill.locator("summary").click()
    expect(skill.locator("tbody tr")).to_have_count(5)
    expect(skill.get_by_role("img")).to_have_accessible_name(re.compile(r"last \d+ answers: from"))
    assert page.locator("section.view h2").all_text_contents() == [
        "Strengths", "What next", "Mastery", "Pace", "Independence", "Who can see this page",
    ]  # fmt: skip
    for figure in page.locator(".figure").all():
        expect(figure.locator(".rests")).to_have_text(re.compile(r"^[\d,]+ "))
    expect(page.locator("footer")).to_contain_text("up to position")


def test_plans_goals_and_what_is_stuck_are_told(page: Page) -> None:
    learner(page)
    plan = page.locator(".plan")
    expect(plan).to_have_count(1)
    expect(plan.locator("h3")).to_have_text("My plan")
    expect(plan).to_contain_text(re.compile(r"\d of 4 skills secured"))
    expect(plan.locator(".value")).to_have_text(re.compile(r"\d+ days? (ahead|behind)"))
    expect(page.locator(".stuck li")).to_have_count(1)
    expect(page.locator(".stuck li")).to_contain_text("Slope of a line: practised often")
    goals = page.locator(".goals li")
    expect(goals.filter(has_text="My goal")).to_contain_text("kept")
    expect(goals.filter(has_text="Tomorrow")).to_contain_text("open")
    expect(goals.filter(has_text="How")).to_contain_text("<b>")


def test_what_is_not_known_is_said_with_its_reason_and_is_no_0(page: Page) -> None:
    learner(page)
    unknown = page.locator("#independence ~ .groups .figure", has_text="unaided")
    expect(unknown.locator(".value")).to_have_text("Not known yet")
    expect(unknown.locator(".note")).to_have_text("no step is known to have offered help")


def test_every_figure_leads_to_statements_and_each_to_its_json(page: Page) -> None:
    learner(page)
    links = [one.get_attribute("href") for one in page.locator("a.rests").all()]
    assert len(links) > 8
    for link in links:
        page.goto(link)
        expect(page.locator(".statements li").first).to_be_visible()
    page.goto(next(link for link in links if "ratios" in link))
    line = page.locator(".statements li").first
    expect(line).to_contain_text("answered Ratios and rates, task 8")
    expect(line).to_contain_text("right, “3:4”")
    expect(page.locator("main .lead")).to_contain_text("9 statements")
    line.get_by_role("link").click()
    shown = page.locator("pre").inner_text()
    assert '"response": "3:4"' in shown
    assert page.url.partition("?")[0].rpartition("/")[2] in shown


def test_evidence_is_paged(served: Server, page: Page) -> None:
    client = served.client()
    client.store_statements(*(data.answer(agent("busy"), "area", n, True) for n in range(70)))
    data.project(served)
    page.goto(f"/?store={client.store}")
    page.locator("a.name").click()
    page.locator(".skill a.rests").click()
    expect(page.locator(".statements li")).to_have_count(50)
    page.get_by_role("link", name="Older").click()
    expect(page.locator(".statements li")).to_have_count(20)
    expect(page.locator(".statements li").last).to_contain_text("task 0")
    page.get_by_role("link", name="Newer").click()
    expect(page.locator(".statements li")).to_have_count(50)


def test_a_voided_statement_says_so(served: Server, page: Page) -> None:
    client = served.client()
    (wrong,) = client.store_statements(statement())
    client.store_statements(voiding(wrong))
    page.goto(f"/statements/{client.store}/{wrong}")
    expect(page.locator(".notice")).to_contain_text("Voided")


def test_views_that_are_behind_say_so(served: Server, page: Page) -> None:
    client = served.client()
    page.goto(f"/?store={client.store}")
    expect(page.locator(".empty")).to_contain_text("This store is empty")
    client.store_statements(*(data.answer(agent("new"), "area", n, True) for n in range(3)))
    page.goto(f"/?store={client.store}")
    expect(page.get_by_role("status")).to_contain_text("0 of 3 statements")
    data.project(served)
    page.goto(f"/?store={client.store}")
    expect(page.get_by_role("status")).to_have_count(0)
    page.locator("a.name").click()
    expect(page.get_by_role("status")).to_have_count(0)
    client.store_statements(statement(actor=agent("new"), object=activity("later")))
    page.reload()
    expect(page.get_by_role("status")).to_contain_text("3 of 4 statements")


def test_hostile_names_are_shown_and_do_nothing(served: Server, page: Page) -> None:
    told: list[str] = []
    page.on("console", lambda one: told.append(one.text))  # so do scripts that the policy stops
    page.on("pageerror", lambda one: told.append(str(one)))
    page.goto("/?name=<script>")
    expect(page.locator("a.name")).to_contain_text("<script>alert(1)</script>")
    page.locator("a.name").click()
    expect(page.locator("h1")).to_contain_text('onload="x')
    assert "\u202e" not in page.content()
    page.locator(".skill a.rests").click()
    expect(page.locator(".statements li")).to_contain_text("<script>")
    page.locator(".statements a").click()
    expect(page.locator("pre")).to_contain_text("<script>alert(1)</script>")
    assert "\u202e" not in page.content()
    assert "\\u202e" in page.locator("pre").inner_text()
    page.goto("/?name=%3Cimg%20src=x%20onerror=alert(1)%3E")
    expect(page.locator(".empty")).to_contain_text("<img src=x")
    assert told == []
    page.goto("/%3Cscript%3Ealert(1)%3C/script%3E")
    assert page.locator("script:not([src^='/static/'])").count() == 0


def test_everything_is_reached_with_the_keyboard_alone(
    served: Server, chromium: Browser, tmp_path: Path
) -> None:
    context = chromium.new_context(base_url=served.url)
    page = context.new_page()
    made = httpx2.get(served.url)  # the server answers; the link comes from the command
    assert made.status_code == 401
    page.goto(data.link(served))
    press_until(page, "button", "Sign in on this device")
    page.keyboard.press("Enter")
    page.wait_for_url(served.url + "/")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to the content")
    expect(page.locator(":focus")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    press_until(page, "a", "Ada Sørensen")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    page.keyboard.press("Enter")
    page.wait_for_selector("h2#mastery")
    press_until(page, "summary", "Why")
    page.keyboard.press("Enter")
    expect(page.locator("details[open]")).to_have_count(1)
    press_until(page, "a", "answers")
    page.keyboard.press("Enter")
    page.wait_for_selector(".statements")
    press_until(page, "a", "answered")
    page.keyboard.press("Enter")
    expect(page.locator("pre")).to_be_visible()
    context.close()


def press_until(page: Page, tag: str, text: str) -> None:
    """Go on with the Tab key until an element with this text has the focus."""
    for _ in range(80):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        if focused.count() == 0 or focused.evaluate("one => one.tagName").lower() != tag:
            continue
        if text in focused.inner_text():
            return
    raise AssertionError(f"the keyboard does not reach {text!r}")


def test_a_printed_page_leaves_out_what_only_a_screen_needs(page: Page) -> None:
    learner(page)
    page.emulate_media(media="print")
    for away in (".views", ".who", ".top nav"):
        expect(page.locator(away)).to_be_hidden()
    expect(page.locator("h1")).to_be_visible()


_SPEAKS = """names => {
  const wrong = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode());) {
    const at = node.parentElement.closest("[lang]");
    if (names.some(name => node.data.includes(name)) && at.lang !== "en" && at.lang !== "")
      wrong.push(at.lang + ": " + node.parentElement.outerHTML.slice(0, 200));
  }
  return wrong;
}"""


def test_names_from_statements_say_their_language_on_a_page_in_another(
    served: Server, chromium: Browser, signed_in: Path
) -> None:
    context = chromium.new_context(
        storage_state=signed_in, base_url=served.url, locale="es-ES", java_script_enabled=True
    )
    page = context.new_page()
    english = [*(name for name in data.SKILLS.values() if name.isascii()), "My plan", "My goal"]

    def check() -> None:
        assert page.locator("html").get_attribute("lang") == "es"
        assert page.evaluate(_SPEAKS, english) == []
        assert "<span" not in page.title()

    learner(page)
    address = page.url
    check()
    assert page.locator("bdi [lang=en]").count() > 5
    for path in ("/goals", "/record", "/charts", "/charts/skill", "/charts/map", "/charts/plan",
                 "/conversation"):  # fmt: skip
        page.goto(address + path)
        check()
    learner(page)
    page.locator(".skill a.rests").first.click()
    check()
    expect(page.locator(".statements .verb").first).to_have_text("respondió")
    page.locator(".statements a").first.click()
    check()
    assert not barriers(page), "a statement in Spanish"
    context.close()
