"""A teacher shows their class to a coach, who reads and writes nothing, until that is ended.

One server with a worker and a class.
"""

import pytest
from barriers import barriers
from console_people import Opened, Staff
from looks import LANGUAGE_SCHEME_WIDTH
from playwright.sync_api import Page, expect

from http_server import Server

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


@pytest.fixture(scope="module")
def staff(served: Server) -> Staff:
    made = Staff(served)
    made.person("tina", "teacher")
    made.person("ada", "learner", "ada@example.org")
    for name in ("cora", "wim", "new"):
        made.person(name, "coach")
    made.group("7b", "tina", *(f"{one}@example.org" for one in ("ada", "bob", "hostile", "long")))
    return made


def share(page: Page, name: str, learner: str = "", words: bool = False) -> None:
    """On the page of a group, as its teacher."""
    sharing = page.get_by_role("region", name="Who else may look")
    if not sharing.get_by_label("Sign-in name").is_visible():
        sharing.locator("summary").click()
    sharing.get_by_label("Sign-in name").fill(name)
    if learner:
        sharing.get_by_label("What", exact=True).select_option(label=learner)
    sharing.get_by_label("Last day").fill("2099-05-31")
    sharing.get_by_label("Also what the learners wrote").set_checked(words)
    sharing.get_by_role("button", name="Share", exact=True).click()


def test_a_teacher_shares_and_a_coach_reads_until_it_is_ended(opened: Opened) -> None:
    tina, ada = opened("tina"), opened("ada", java_script_enabled=False)
    tina.goto("/groups")
    tina.get_by_role("link", name="7b", exact=True).click()
    share(tina, "nobody-here")
    expect(tina.locator(".fault")).to_contain_text("Nobody signs in with this name")
    share(tina, "cora")
    expect(tina.locator(".notice.done")).to_contain_text("Shared")
    expect(tina.locator(".shared-list")).to_contain_text("cora")

    cora = opened("cora")
    expect(cora.get_by_role("heading", level=1)).to_have_text("My groups")
    expect(cora.locator("main")).to_contain_text("Shared with you by tina")
    expect(cora.locator("main")).to_contain_text("until 31 May 2099")
    cora.get_by_role("link", name="7b", exact=True).click()
    group = cora.url
    cell = cora.locator("#skill-grid tbody tr", has_text="Ada Sørensen").locator("td a").first
    expect(cell).to_be_visible()
    assert only_reads(cora)
    cell.click()
    assert only_reads(cora)
    cora.get_by_role("link", name="All of Ada Sørensen").click()
    assert only_reads(cora)
    learner = cora.url.partition("#")[0]
    cora.get_by_role("link", name="answers").first.click()
    expect(cora.get_by_role("heading", level=1)).to_be_visible()
    assert only_reads(cora)
    cora.goto(f"{learner}/conversation")
    expect(cora.locator("main")).to_contain_text("without what was said and written")

    ada.goto("/me")
    seen = ada.get_by_role("region", name="Who can see this page")
    expect(seen).to_contain_text("tina")
    expect(seen).to_contain_text("cora")
    expect(seen).to_contain_text("until 31 May 2099")

    end = tina.get_by_role("region", name="Who else may look").get_by_role("button", name="End")
    end.first.click()
    expect(tina.locator(".notice.done")).to_contain_text("No longer shared")
    for address in (group, learner):
        answer = cora.goto(address)
        assert answer is not None
        assert answer.status == 403
    cora.goto("/groups")
    expect(cora.locator("main")).to_contain_text("Nothing is shared with you yet")
    ada.reload()
    expect(seen).not_to_contain_text("cora")


def only_reads(page: Page) -> bool:
    """Whether nothing on it writes, but for signing out and the reader's language."""
    forms = page.locator("main form[method=post], main button:not(form[method=get] button)")
    return forms.count() == 0


def test_with_words_the_sheet_is_there_to_read(opened: Opened) -> None:
    tina = opened("tina")
    tina.goto("/groups")
    tina.get_by_role("link", name="7b", exact=True).click()
    share(tina, "wim", learner="Ada Sørensen", words=True)
    wim = opened("wim")
    expect(wim.locator("main")).to_contain_text("with what was written and said")
    wim.get_by_role("link", name="7b", exact=True).click()
    expect(wim.locator("#skill-grid tbody tr")).to_have_count(1)
    wim.locator("#skill-grid tbody th a").first.click()
    wim.get_by_role("link", name="Conversation sheet").click()
    expect(wim.get_by_role("heading", level=1)).to_contain_text("Conversation with")
    assert wim.locator("main form[method=post] button").count() == 0
    assert wim.locator("main textarea").count() == 0


@pytest.mark.parametrize(("language", "scheme", "width"), LANGUAGE_SCHEME_WIDTH)
def test_no_page_with_shares_keeps_anybody_out(
    opened: Opened, language: str, scheme: str, width: int
) -> None:
    look = {"color_scheme": scheme, "locale": language, "viewport": {"width": width, "height": 800}}
    tina = opened("tina", **look)
    tina.goto("/groups")
    tina.locator(".group-list a").first.click()
    details = tina.locator("section[aria-labelledby=sharing] details")
    details.locator("summary").click()
    details.locator("#name").fill("nobody-here")
    details.locator("button").click()
    expect(tina.locator(".fault")).to_be_visible()
    assert_fine(tina)
    for name, address in (("wim", "/groups"), ("new", "/groups"), ("ada", "/me#watchers")):
        page = opened(name, **look)
        page.goto(address)
        assert_fine(page)


def assert_fine(page: Page) -> None:
    assert not barriers(page), page.url
    width = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert width <= 0, f"{page.url} is {width} px too wide"
