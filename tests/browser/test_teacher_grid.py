"""The grid of a group: what its cells say, its keys, its looks, and how it follows the class.

One server with a worker and a class; answers come while the pages are open.
"""

import re
from datetime import UTC, datetime

import console_data as data
import httpx2
import pytest
from console_people import Opened, Staff
from playwright.sync_api import Route, expect

from http_server import Client, Server
from statements import agent

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


@pytest.fixture(scope="module")
def staff(served: Server) -> Staff:
    made = Staff(served)
    made.person("tina", "teacher")
    made.group("7b", "tina", *(
        f"{one}@example.org" for one in ("ada", "bob", "hostile", "long", "empty")
    ))  # fmt: skip
    return made


def test_the_grid_says_what_the_interface_says_and_each_cell_opens_its_evidence(
    opened: Opened, client: Client, numbers: dict[str, int]
) -> None:
    told = client.get(f"/api/v1/groups/{numbers['7b']}/mastery").json()
    (ada,) = [one for one in told["learners"] if one["name"] == "Ada Sørensen"]
    own = client.get(f"/api/v1/learners/{ada['learner']}/mastery", params={"at": told["at"]})
    assert {one["skill"]: one["p"]["value"] for one in own.json()["skills"]} == {
        one["skill"]: one["p"] for one in ada["cells"]
    }
    page = opened("tina")
    page.goto(f"/groups/default/{numbers['7b']}")
    row = page.locator("#skill-grid tbody tr", has_text="Ada Sørensen")
    shown = [text.split()[0] for text in row.locator("td a").all_text_contents()]
    assert sorted(shown) == sorted(str(round(100 * one["p"])) for one in ada["cells"])
    row.locator("td a").first.click()
    page.locator("a.rests").first.click()
    cell = next(
        one for one in ada["cells"] if one["figure"] in httpx2.URL(page.url).params["figure"]
    )
    assert page.locator(".statements li").count() == cell["n"]


NAMED = {
    "en": {"n": r"[0-9]+% likely right, [A-Z][a-z]+, [0-9]+ answers?",
           "range": r"[0-9]+% likely right, [A-Z][a-z]+, between [0-9]+% and [0-9]+%",
           "last": r"[0-9]+% likely right, [A-Z][a-z]+, last answer .+"},
    "es": {"n": r"Acierto probable: [0-9]+\s%, [A-Z][a-z]+, [0-9]+ respuestas?",
           "range": r"Acierto probable: [0-9]+\s%, [A-Z][a-z]+, entre [0-9]+\s% y [0-9]+\s%",
           "last": r"Acierto probable: [0-9]+\s%, [A-Z][a-z]+, última respuesta .+"},
}  # fmt: skip


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_cell_is_named_in_words_and_says_whose_it_is_where_it_has_the_focus(
    opened: Opened, numbers: dict[str, int], language: str
) -> None:
    page = opened("tina", locale=language)
    for show, wanted in NAMED[language].items():
        page.goto(f"/groups/default/{numbers['7b']}?show={show}")
        row = page.locator("#skill-grid tbody tr", has_text="Ada Sørensen")
        for cell in row.locator("td a").all():
            expect(cell).to_have_accessible_name(re.compile(f"^{wanted}$"))
    cell.focus()
    column = cell.evaluate("one => one.parentElement.cellIndex")
    skill = page.locator("#skill-grid thead tr > *").nth(column).text_content() or ""
    expect(cell).to_have_accessible_description(f"Ada Sørensen {skill}")
    foreign = page.locator("#skill-grid thead bdi span")
    turned = foreign.evaluate_all("some => some.map(one => getComputedStyle(one).transform)")
    assert set(turned) == ({"none"} if language == "es" else set()), "turned twice"


def test_a_cell_that_changed_keeps_a_name_in_words(
    opened: Opened, client: Client, numbers: dict[str, int]
) -> None:
    page = opened("tina")
    page.goto(f"/groups/default/{numbers['7b']}")
    cell = page.locator("#skill-grid tbody tr", has_text="Bob").locator("td a").first
    told = re.compile("^[0-9]+% likely right, [A-Z][a-z]+, ([0-9]+) answers?$")
    before = told.match(cell.get_attribute("aria-label") or "")
    assert before is not None
    answer = data.answer({**agent("bob"), "name": "Bob"}, "ratios", 19, True)
    client.store_statements({**answer, "timestamp": datetime.now(UTC).isoformat()})
    after = re.compile(f", {int(before[1]) + 1} answers$")
    expect(cell).to_have_accessible_name(after, timeout=15_000)
    live = cell.get_attribute("aria-label") or ""
    assert told.match(live)
    page.reload()
    expect(cell).to_have_accessible_name(live)


def test_the_grid_is_chosen_and_ordered_without_a_script(
    opened: Opened, numbers: dict[str, int]
) -> None:
    page = opened("tina", java_script_enabled=False)
    page.goto(f"/groups/default/{numbers['7b']}")
    page.select_option("#skill", label="Slope of a line")
    page.select_option("#show", "last")
    page.locator("form.find button").click()
    expect(page.locator("#skill-grid thead th")).to_have_count(1)
    expect(page.locator("#skill-grid tbody tr")).to_have_count(1)
    expect(page.locator("#skill-grid tbody td").first).to_contain_text(" d")
    page.goto(f"/groups/default/{numbers['7b']}?status=lasting&skill=x&page=99&sort=zzz")
    expect(page.locator("[aria-labelledby=grid] .empty")).to_contain_text(
        "No learner and skill is like that"
    )


def test_arrow_keys_move_between_cells(opened: Opened, numbers: dict[str, int]) -> None:
    page = opened("tina")
    page.goto(f"/groups/default/{numbers['7b']}")
    row = page.locator("#skill-grid tbody tr", has_text="Ada Sørensen")
    row.locator("th a").focus()
    page.keyboard.press("ArrowRight")
    expect(row.locator("td a").first).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(row.locator("td a").nth(1)).to_be_focused()
    assert page.locator("#skill-grid tbody a[tabindex='0']").count() == 1


def test_the_grid_tells_its_keys_and_they_move_within_it(
    opened: Opened, numbers: dict[str, int]
) -> None:
    page = opened("tina")
    for path in ("", "/heat"):
        page.goto(f"/groups/default/{numbers['7b']}{path}")
        grid = page.get_by_role("grid")
        expect(grid).to_have_accessible_description(re.compile("^Arrow keys, Home, End, Page Up"))
        rows = grid.locator("tbody tr")
        assert grid.get_by_role("gridcell").count() > rows.count()
        row = page.locator("#skill-grid tbody tr", has_text="Ada Sørensen")
        row.locator("td a").first.focus()
        at = page.evaluate("scrollY")
        for key, place in (
            ("End", row.locator("a").last), ("Home", row.locator("a").first),
            ("Control+End", rows.last.locator("a").last), ("PageUp", None),
            ("Control+Home", rows.first.locator("a").first),
            ("PageDown", rows.last.locator("a").first), ("PageUp", rows.first.locator("a").first),
        ):  # fmt: skip
            page.keyboard.press(key)
            if place is not None:
                expect(place).to_be_focused()
        assert abs(page.evaluate("scrollY") - at) < 200
    plain = opened("tina", java_script_enabled=False)
    plain.goto(f"/groups/default/{numbers['7b']}")
    expect(plain.get_by_role("table").filter(has_text="Ada Sørensen")).to_have_count(1)
    expect(plain.locator("#grid-keys")).to_be_hidden()


@pytest.mark.parametrize(
    ("width", "height"), [(320, 640), (390, 800), (640, 360), (700, 900)],
)  # fmt: skip
def test_the_grid_is_there_on_a_phone_and_enlarged(
    opened: Opened, numbers: dict[str, int], width: int, height: int
) -> None:
    page = opened("tina", viewport={"width": width, "height": height})
    for path in ("", "/heat"):
        page.goto(f"/groups/default/{numbers['7b']}{path}")
        row = page.locator("#skill-grid tbody tr", has_text="Ada Sørensen")
        for cell in (row.locator("td a").first, row.locator("td a").last):
            cell.focus()
            expect(cell).to_be_in_viewport(ratio=0.9)
            head = row.locator("th")
            expect(head).to_be_in_viewport()
            covered, names = cell.bounding_box(), head.bounding_box()
            assert covered is not None
            assert names is not None
            assert covered["x"] >= names["x"] + names["width"] - 1, "the names hide it"
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_what_was_chosen_is_said_and_the_way_back_leads_to_the_very_cell(
    opened: Opened, numbers: dict[str, int]
) -> None:
    for script in (True, False):
        page = opened("tina", java_script_enabled=script)
        for path in ("", "/heat"):
            page.goto(f"/groups/default/{numbers['7b']}{path}")
            page.select_option("#status", "learning")
            page.select_option("#sort", "secure")
            page.locator("form.find button").click()
            rows, columns = (page.locator(f"#skill-grid {one}").count() for one in (
                "tbody tr", "thead th"))  # fmt: skip
            learners = f"{rows} learner{'' if rows == 1 else 's'} and {columns} skill"
            said = page.locator("#chosen")
            expect(said).to_contain_text(learners)
            expect(said).to_contain_text(": Learning.")
            expect(page.locator("#skill-grid caption")).to_contain_text(learners)
            expect(page).to_have_title(re.compile("7b: Learning"))
            assert page.evaluate("document.activeElement.id") == "chosen"
            cell = page.locator("#skill-grid tbody tr").last.locator("td a").last
            own = (cell.get_attribute("href") or "").rpartition("c=")[2]
            cell.click()
            page.get_by_role("link", name="Back to the grid").click()
            expect(page.locator("#at")).to_be_focused()
            expect(page.locator("#at")).to_have_attribute("href", re.compile(f"c={own}$"))
            expect(page.locator("#status")).to_have_value("learning")
            assert ("/heat?" in page.url) == bool(path)


def test_news_of_the_grid_is_not_for_good(
    opened: Opened, client: Client, numbers: dict[str, int]
) -> None:
    page = opened("tina")
    page.clock.install()
    page.goto(f"/groups/default/{numbers['7b']}")
    cell = page.locator("#skill-grid tbody tr", has_text="Bob").locator("td a").first
    before = cell.text_content()
    answer = data.answer({**agent("bob"), "name": "Bob"}, "ratios", 22, True)
    client.store_statements({**answer, "timestamp": datetime.now(UTC).isoformat()})
    expect(cell).not_to_have_text(before or "", timeout=15_000)
    page.clock.run_for(11_000)
    expect(page.locator("#live")).to_contain_text("Bob")
    page.clock.run_for(21_000)
    expect(page.locator("#live")).to_have_text("")


def test_a_grid_that_cannot_follow_says_so_and_follows_again_by_itself(
    opened: Opened, client: Client, numbers: dict[str, int]
) -> None:
    page = opened("tina")
    refused: list[str] = []

    def route(one: Route) -> None:
        """A proxy's answer while the server behind it starts anew, twice."""
        if len(refused) < 2:
            refused.append(one.request.url)
            one.fulfill(status=502, body="Bad Gateway")
        else:
            one.continue_()

    page.route("**/live?*", route)
    page.goto(f"/groups/default/{numbers['7b']}")
    expect(page.locator(".lost")).to_contain_text("Not live just now", timeout=15_000)
    expect(page.locator(".lost")).to_have_count(0, timeout=20_000)
    cell = page.locator("#skill-grid tbody tr", has_text="Bob").locator("td a").first
    before = cell.text_content()
    answer = data.answer({**agent("bob"), "name": "Bob"}, "ratios", 21, True)
    client.store_statements({**answer, "timestamp": datetime.now(UTC).isoformat()})
    expect(cell).not_to_have_text(before or "", timeout=15_000)
