"""The pages of one's own account and of the audit: for everybody, by keyboard, at any width."""

import re
from collections.abc import Iterator
from pathlib import Path

import console_data as data
import pytest
from barriers import barriers
from console_people import Staff
from looks import SCHEME_WIDTH
from playwright.sync_api import Browser, Page, expect

from http_server import Server

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
NEW = "staple of another kind"


@pytest.fixture(scope="module")
def served(unmoved: Server) -> Server:
    return unmoved


@pytest.fixture(scope="module")
def signed_in(served: Server, chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("browser") / "state.json"
    context = chromium.new_context(base_url=served.url)
    page = context.new_page()
    for _ in range(2):  # a second session, to be ended
        page.goto(data.link(served))
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(served.url + "/")
        context.storage_state(path=path)
        context.clear_cookies()
    context.close()
    return path


@pytest.fixture
def page(served: Server, chromium: Browser, signed_in: Path) -> Iterator[Page]:
    context = chromium.new_context(storage_state=signed_in, base_url=served.url)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize(("scheme", "width"), SCHEME_WIDTH)
def test_the_pages_keep_nobody_out(
    served: Server, chromium: Browser, signed_in: Path, scheme: str, width: int
) -> None:
    context = chromium.new_context(
        storage_state=signed_in, base_url=served.url, color_scheme=scheme,  # type: ignore[arg-type]
        viewport={"width": width, "height": 800},
    )  # fmt: skip
    page = context.new_page()
    for path in (
        "/account", "/account?changed=1", "/audit", "/audit?verb=none", "/audit?about=x",
        "/api/v1/docs",
    ):  # fmt: skip
        page.goto(path)
        assert not barriers(page), f"{path}, {scheme}, {width}"
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    page.goto("/account")
    for link in page.get_by_role("navigation", name="Main").get_by_role("link").all():
        box = link.bounding_box()
        assert box is not None
        assert box["height"] < 50, "a word of the navigation is broken"
    page.get_by_label("New password", exact=True).fill(NEW)
    page.get_by_label("New password again").fill(NEW + "x")
    page.get_by_role("button", name="Set password").click()
    expect(page.get_by_role("alert")).to_contain_text("not the same")
    assert not barriers(page), f"a refused password, {scheme}, {width}"
    context.close()


def test_the_description_of_the_api_has_names_and_a_way_back(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto("/api/v1/docs")
    assert page.title() == f"{page.locator('h1').inner_text()} · Learning record"
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    heads = "[...document.querySelectorAll('th:not([scope])')].length"
    assert page.evaluate(heads) == 0
    assert page.locator("table").count() == page.locator("table caption").count() > 10
    page.get_by_role("main").get_by_role("link", name="people").first.click()
    page.get_by_role("link", name="Back to the learning record").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Learners")


def _tied(page: Page, label: str, told: str) -> None:
    """The field has the focus and says what is wrong with it; so does the page's title."""
    field = page.get_by_label(label, exact=True)
    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description(re.compile(told))
    assert page.title().startswith("Fault: ")


def test_what_is_wrong_with_a_password_is_told_at_its_field(page: Page, served: Server) -> None:
    page.goto("/account")
    assert not page.title().startswith("Fault")
    for new, again, label, told in (
        (NEW, NEW + "x", "New password again", "not the same"),
        ("aaaaaaaaaaaa", "aaaaaaaaaaaa", "New password", "."),
    ):
        page.get_by_label("New password", exact=True).fill(new)
        page.get_by_label("New password again").fill(again)
        page.get_by_role("button", name="Set password").click()
        _tied(page, label, told)
        expect(page.locator("[aria-invalid]")).to_have_count(1)
    # what stands in the form is nowhere else: nothing beside it leads away from it
    expect(page.get_by_role("button", name="Español")).to_have_count(0)
    page.goto("/account")
    expect(page.get_by_role("button", name="Español")).to_be_visible()
    page.context.clear_cookies()
    page.goto("/sign-in")
    page.get_by_label("Name").fill("ada")
    page.get_by_label("Password").fill("wrong")
    page.keyboard.press("Enter")
    _tied(page, "Password", "Nobody has this name and password")
    expect(page.get_by_label("Name")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Name")).to_have_value("ada")


def test_a_sign_in_link_says_whose_it_is(page: Page, served: Server) -> None:
    page.context.clear_cookies()
    page.goto(data.link(served))
    expect(page.get_by_text("This link signs administrator in, once.")).to_be_visible()


def test_the_audit_is_chosen_from_and_paged_by_keyboard(page: Page, served: Server) -> None:
    page.goto("/")
    page.goto("/audit")
    expect(page.get_by_role("navigation", name="Main")).to_contain_text("Audit")
    page.get_by_label("Did what").focus()
    page.keyboard.type("signed-in")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("verb=signed-in"))
    rows = page.locator("tbody tr")
    expect(rows.first).to_contain_text("administrator")
    for row in rows.all():
        expect(row).to_contain_text("signed in")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as CSV").click()
    lines = download.value.path().read_text().splitlines()
    assert lines[0] == "at,by,name,verb,kind,about,store,details,position"
    assert len(lines) == 1 + rows.count()
    page.goto("/audit")
    page.locator("tbody a", has_text="default").first.click()
    expect(page.get_by_label("To what")).to_have_value("store/default")


def test_the_audit_calls_things_by_their_names_and_is_asked_by_them(
    page: Page, served: Server
) -> None:
    staff = Staff(served)
    staff.person("tina", "teacher")
    staff.group("Hillside 7b", "tina", "ada@example.org")
    page.goto("/learners?store=default")
    page.locator("a.name", has_text="Ada").click()
    page.wait_for_url("**/learners/default/*")
    page.goto("/groups")
    page.get_by_role("link", name="Hillside 7b", exact=True).click()
    page.wait_for_url("**/groups/default/*")
    page.goto("/audit?verb=looked-at")
    row = page.locator("tbody tr", has_text="learner").first
    expect(row.get_by_role("rowheader")).to_have_text(re.compile("20[0-9]{2}, "))
    link = page.get_by_role("link", name="learner Ada Sørensen").first
    expect(link).to_be_visible()
    expect(page.get_by_role("link", name="group Hillside 7b").first).to_be_visible()
    for asked in ("Ada Sørensen", "learner/Ada Sørensen", "Hillside 7b"):
        page.get_by_label("To what").fill(asked)
        page.keyboard.press("Enter")
        expect(page.locator("tbody a").first).to_have_text(
            re.compile(asked.partition("/")[2] or asked)
        )
        assert len(set(page.locator("tbody a").all_inner_texts())) == 1
    page.get_by_label("Did what").fill("looked at")  # as it is shown
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr").first).to_contain_text("looked at")
    page.goto("/audit?about=Nobody+of+this+name")
    expect(page.get_by_role("alert")).to_contain_text("Nobody and nothing has this name")
    _tied(page, "To what", "Nobody and nothing has this name")
    page.goto("/audit?since=yesterday")
    _tied(page, "From", "A day is written as in")


def test_a_password_is_set_changed_and_another_session_ended_by_keyboard(page: Page) -> None:
    page.goto("/account")
    page.get_by_label("New password", exact=True).focus()
    page.keyboard.type(NEW)
    page.keyboard.press("Tab")
    page.keyboard.type(NEW)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("is changed")
    expect(page.get_by_label("Present password")).to_be_visible()
    expect(page.locator(".statements li")).to_have_count(1)
    page.get_by_label("Present password").fill("not that one, surely")
    page.get_by_label("New password", exact=True).fill(NEW)
    page.get_by_label("New password again").fill(NEW)
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("another one")
    page.get_by_role("button", name="Sign out here").press("Enter")
    expect(page).to_have_url(re.compile("/signed-out$"))
