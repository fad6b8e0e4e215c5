"""An administrator's pages: from an empty server to a teacher who sees their class, without the
command line; for everybody, by keyboard, at any width, in both languages."""

import re

import console_data as data
import pytest
from barriers import barriers
from console_people import Staff
from looks import LANGUAGE_SCHEME_WIDTH
from playwright.sync_api import Browser, Page, expect

from command_line import run
from http_server import Server
from lrs.storage.administration.stores import Stores
from lrs.storage.audit.entries import acts
from lrs.storage.log.dictionaries import framer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


@pytest.fixture(scope="module")
def served(unmoved: Server) -> Server:
    return unmoved


def test_from_nothing_to_a_teacher_who_sees_their_class(served: Server, chromium: Browser) -> None:
    page = Staff(served).open(chromium, "administrator", locale="en", java_script_enabled=False)
    page.get_by_role("link", name="Put learners in groups").click()
    expect(page.locator(".empty")).to_contain_text("Make the first one here")
    link = made_teacher(page)
    made_group(page)
    data.project(served)
    page.reload()
    members = page.get_by_role("list", name="Learners")
    expect(members.get_by_role("listitem")).to_have_count(2)
    page.get_by_label("Another teacher").select_option("tess")
    page.get_by_role("button", name="Let them teach it").click()
    expect(page.locator("#told")).to_contain_text("They teach the group")
    teacher = chromium.new_context(base_url=served.url, locale="en")
    own = teacher.new_page()
    own.goto(link)
    own.get_by_role("button", name="Sign in").click()
    own.get_by_role("link", name="Class 8c", exact=True).click()
    expect(own.get_by_role("heading", level=1)).to_have_text("Class 8c")
    expect(own.locator(".lead")).to_contain_text("2 learners")
    expect(own.get_by_role("link", name="Settings", exact=True)).to_have_count(0)
    teacher.close()
    took_out(page)
    page.context.close()
    the_log_holds_it(served)


def made_teacher(page: Page) -> str:
    """The sign-in link of the teacher who is made known."""
    page.get_by_role("link", name="People").first.click()
    page.locator("summary").click()
    page.get_by_label("Name to sign in with").fill("tess")
    page.get_by_label("Role").select_option("teacher")
    page.get_by_role("button", name="Make a sign-in link").press("Enter")
    field = page.get_by_label("Give it to tess, and to nobody else")
    link = field.input_value()
    assert re.fullmatch(r"http://[^/]+/sign-in/[\w-]{43}", link)
    assert "sign-in" not in page.url
    page.reload()  # the form is sent again
    expect(page.locator("#told")).to_contain_text("They are known already")
    assert link not in page.content()
    page.get_by_role("navigation", name="Where this is").get_by_role("link").click()
    row = page.get_by_role("row", name="tess")
    expect(row).to_contain_text("teacher")
    expect(row).to_contain_text("not yet")
    return link


def made_group(page: Page) -> None:
    """A group with two learners, the second after a line that named nobody."""
    page.get_by_role("link", name="Groups").first.click()
    page.get_by_label("Name of the group").fill("Class 8c")
    page.get_by_role("button", name="Make the group").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Settings of Class 8c")
    page.get_by_role("textbox", name="Put learners in").fill("ada@example.org\nbob at example")
    page.get_by_role("button", name="Put them in").click()
    expect(page.get_by_role("alert")).to_contain_text("Line 2")
    assert page.title().startswith("Fault:")
    expect(page.get_by_role("textbox", name="Put learners in")).to_have_value(
        "ada@example.org\nbob at example"
    )
    page.get_by_role("textbox", name="Put learners in").fill("ada@example.org\nbob@example.org")
    page.get_by_role("button", name="Put them in").click()
    expect(page.locator("#told")).to_contain_text("They are in the group")


def took_out(page: Page) -> None:
    page.get_by_role("button", name=re.compile("^Take out")).first.click()
    expect(page.get_by_role("list", name="Learners").get_by_role("listitem")).to_have_count(1)


def the_log_holds_it(served: Server) -> None:
    """Every act is a statement of the store's log, and the audit's; nothing is damaged."""
    database = served.database()
    stores = Stores(database)
    said = served.client(store="default").statements(limit=20)
    verbs = [one["verb"]["id"].rpartition("/")[2] for one in said]
    for verb, times in (("named", 1), ("added", 2), ("appointed", 1), ("removed", 1)):
        assert verbs.count(verb) == times, (verb, verbs)
    told = {one["verb"] for one in acts(database, framer(database), stores, limit=100)}
    assert told >= {"created", "added-members", "appointed", "removed-members", "signed-in"}
    assert run("verify", "--log", environment=data.environment(served)).status == 0


@pytest.mark.parametrize(("language", "scheme", "width"), LANGUAGE_SCHEME_WIDTH)
def test_the_pages_keep_nobody_out(
    served: Server, chromium: Browser, language: str, scheme: str, width: int
) -> None:
    staff = Staff(served)
    name = f"Eve {language} {scheme} {width} " + "x" * 40
    staff.person(name, "learner", "ada@example.org")
    staff.person(f"tom {language} {scheme} {width}", "teacher")
    group = f"Of {name}"
    staff.group(group, f"tom {language} {scheme} {width}", "ada@example.org", "bob@example.org")
    page = staff.open(
        chromium, "administrator", locale=language, color_scheme=scheme,
        viewport={"width": width, "height": 800},
    )  # fmt: skip

    def check(what: str) -> None:
        assert page.evaluate("document.documentElement.lang") == language
        assert not barriers(page), f"{what}, {language}, {scheme}, {width}"
        assert page.evaluate("document.documentElement.scrollWidth") <= width, what

    for path in ("/people", "/people?name=nobody-such", "/groups", "/learners"):
        page.goto(path)
        check(path)
    page.goto("/people?name=Eve")
    page.locator("main th a").first.click()
    check("a person")
    page.locator('input[value="link"] ~ button').click()
    check("a link")
    page.locator('textarea, input[name="learner"]').first.fill("nobody")
    page.locator('input[value="identify"] ~ p button').click()
    wrong = page.locator("[aria-invalid=true]")
    expect(wrong).to_be_focused()
    expect(wrong).to_have_accessible_description(re.compile("JSON"))
    check("no learner")
    page.goto("/groups")
    page.locator("a[href$='/settings']").first.click()
    check("settings")
    page.locator("textarea").fill("ada\nbob\n" + "y" * 200)
    page.locator('input[value="add"] ~ p button').click()
    expect(page.locator("textarea")).to_be_focused()
    check("lines that name nobody")
    page.context.close()


def test_whoever_opens_a_page_by_keyboard_hears_what_was_done(
    served: Server, chromium: Browser
) -> None:
    staff = Staff(served)
    staff.person("kim", "coach")
    page = staff.open(chromium, "administrator", locale="en")
    page.goto("/people?name=kim")
    page.get_by_role("link", name="kim").press("Enter")
    page.get_by_role("combobox", name="Role").select_option("analyst")
    page.get_by_role("button", name="Change the role").press("Enter")
    expect(page.locator("#told")).to_be_focused()
    expect(page.locator("#told")).to_have_text("The role is changed.")
    page.get_by_role("button", name="Make a new sign-in link").press("Enter")
    expect(page.locator("#told")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_label("Give it to kim")).to_be_focused()
    page.context.close()
