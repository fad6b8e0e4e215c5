"""Charts in a browser: seen, read out, on a phone, in both languages; every figure traceable."""

import re
from collections.abc import Iterator
from pathlib import Path

import console_data as data
import pytest
from barriers import barriers
from console_people import Staff
from playwright.sync_api import Browser, Page, expect

from command_line import run
from http_server import Server

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
_BEYOND = """width => [...document.querySelectorAll('*')]
    .filter(one => one.getBoundingClientRect().right > width && !one.closest('.scroll *'))
    .map(one => one.outerHTML.slice(0, 90))
"""
PLOTS = ("skill", "curve", "plan", "weeks", "help", "confidence", "map")


@pytest.fixture(scope="module")
def served(unmoved: Server) -> Server:
    return unmoved


@pytest.fixture(scope="module")
def staff(served: Server) -> Staff:
    made = Staff(served)
    made.person("carl", "analyst")
    return made


@pytest.fixture(scope="module")
def signed_in(
    staff: Staff, chromium: Browser, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, str]:
    """Carl's cookies, and the address of Ada's page."""
    page = staff.open(chromium, "carl", locale="en")
    page.goto("/learners?store=default")
    page.locator("a.name", has_text="Ada").first.click()
    page.wait_for_url(re.compile("/learners/default/"))
    path = tmp_path_factory.mktemp("browser") / "state.json"
    page.context.storage_state(path=path)
    address = page.url
    page.context.close()
    return path, address


@pytest.fixture
def page(served: Server, chromium: Browser, signed_in: tuple[Path, str]) -> Iterator[Page]:
    context = chromium.new_context(storage_state=signed_in[0], base_url=served.url, locale="en")
    yield context.new_page()
    context.close()


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("es", "dark")])
def test_nobody_is_kept_out_of_the_charts(
    served: Server, chromium: Browser, signed_in: tuple[Path, str], language: str, scheme: str
) -> None:
    path, ada = signed_in
    context = chromium.new_context(
        storage_state=path, base_url=served.url, color_scheme=scheme,  # type: ignore[arg-type]
        locale=language,
    )  # fmt: skip
    page = context.new_page()
    told: list[str] = []
    page.on("console", lambda one: told.append(one.text) if one.type != "error" else None)
    pages = [f"{ada}/charts", *(f"{ada}/charts/{name}" for name in PLOTS)]
    for address in [*pages, "/calibrations", "/calibrations/0"]:
        found = page.goto(address)
        assert found is not None
        assert found.status == 200, address
        if address == "/calibrations/0":
            expect(page.locator(".empty")).to_contain_text("lrs evaluate --calibration 0")
        for width in (1280, 360):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (
                address,
                page.evaluate(_BEYOND, width),
            )
            assert not barriers(page), address
    assert told == []
    context.close()


def test_a_chart_is_an_image_with_a_name_and_the_same_figures_lead_to_statements(
    page: Page, signed_in: tuple[Path, str]
) -> None:
    page.goto(f"{signed_in[1]}/charts/skill")
    page.get_by_label("Skill").select_option(label="Adding fractions")
    page.get_by_role("button", name="Show").click()
    image = page.get_by_role("img", name=re.compile("Adding fractions.*From"))
    expect(image).to_be_visible()
    assert image.evaluate("one => one.decode().then(() => one.naturalWidth)") > 100
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(18)
    rows.last.get_by_role("link").click()
    expect(page.locator("pre")).to_contain_text("fractions-17")


def test_the_drawing_and_its_specification_are_files_of_their_own(
    page: Page, signed_in: tuple[Path, str]
) -> None:
    address = f"{signed_in[1]}/charts/weeks"
    svg = page.request.get(f"{address}.svg")
    assert svg.headers["content-type"].startswith("image/svg+xml")
    assert "default-src 'none'" in svg.headers["content-security-policy"]
    phone = page.request.get(f"{address}.svg?narrow=1").text()
    assert 'width="350"' in phone[:400] != svg.text()[:400]
    again = page.request.get(f"{address}.svg", headers={"If-None-Match": svg.headers["etag"]})
    assert again.status == 304
    taken = page.request.get(f"{address}.vl.json")
    assert "attachment" in taken.headers["content-disposition"]
    assert taken.json()["data"]["values"]
    assert page.request.get(f"{address}.exe").status == 404
    assert page.request.get(f"{signed_in[1]}/charts/nothing").status == 404


@pytest.fixture(scope="module")
def group(staff: Staff) -> str:
    """The name of a group with Ada, Bob and whoever has the hostile name; tina teaches it."""
    staff.person("tina", "teacher")
    staff.group("7b", "tina", "ada@example.org", "bob@example.org", "hostile@example.org")
    return "7b"


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("es", "dark")])
def test_a_group_is_a_picture_with_the_same_cells_under_it(
    staff: Staff, chromium: Browser, group: str, language: str, scheme: str
) -> None:
    page = staff.open(chromium, "tina", color_scheme=scheme, locale=language)
    page.goto("/groups")
    page.get_by_role("link", name=group, exact=True).click()
    page.locator(".tabs a[href$='/heat']").click()
    page.wait_for_url("**/heat")
    address = page.url
    image = page.get_by_role("img", name=re.compile(group))
    assert image.evaluate("one => one.decode().then(() => one.naturalWidth)") > 100
    svg = page.request.get(f"{address}.svg")
    assert "prefers-color-scheme:dark" in svg.text()
    assert "<script>" not in svg.text()
    spec = page.request.get(f"{address}.vl.json").json()
    drawn = {(one["learner"], one["skill"]) for one in spec["data"]["values"]}
    assert ("Ada Sørensen", "Slope of a line") in drawn
    assert len(spec["data"]["values"]) == page.locator(".g tbody td a").count() == len(drawn)
    assert len({one["status"] for one in spec["data"]["values"]}) > 1
    shapes = [one["encoding"]["shape"]["scale"]["range"] for one in spec["layer"][1:2]]
    assert len(set(shapes[0])) == 5  # a status is not told by its colour alone
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert not barriers(page)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.locator(".g tbody td a").first.click()
    page.wait_for_url(re.compile("[/]cell[?].*c="))
    expect(page.locator("#cell")).to_be_visible()
    page.goto(f"{address}?status=secure&sort=secure")
    few = page.request.get(f"{address}.vl.json?status=secure").json()["data"]["values"]
    assert 0 < len(few) < len(drawn)
    page.context.close()


def test_every_table_and_region_of_a_chart_has_a_name_of_its_own(
    page: Page, served: Server, signed_in: tuple[Path, str]
) -> None:
    done = run("evaluate", "--store", "default", "--calibration", "0",
               environment=data.environment(served))  # fmt: skip
    assert done.status == 0, done.stderr
    page.set_viewport_size({"width": 320, "height": 800})
    seen: set[str] = set()
    every = ["/calibrations", "/calibrations/0", *(f"{signed_in[1]}/charts/{one}" for one in PLOTS)]
    for address in every:
        page.goto(address)
        head = page.locator("h1").inner_text()
        assert page.title() == f"{head} · Learning record"
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, address
        assert page.evaluate(_UNNAMED) == [], address
        names = page.evaluate(_NAMES)
        assert len(set(names)) == len(names), names
        assert not seen & {one for one in names if "Picture" in one or "Figures" in one}
        seen.update(names)
        if "/charts/" in address and page.locator("table").count():
            assert page.locator("caption").inner_text() == head
        assert page.locator("tbody").get_by_text("–", exact=True).count() == 0
    page.goto("/calibrations/0")
    expect(page.locator(".measures")).to_contain_text("Telling apart (AUC)")
    expect(page.get_by_text("Shipped, and fitted to no log.")).to_be_visible()
    page.goto(f"{signed_in[1]}/charts")
    assert page.title() == f"{page.locator('h1').inner_text()} · Learning record"


_UNNAMED = "[...document.querySelectorAll('table')].filter(one => !one.caption).length ? ['t'] : []"
_NAMES = """[...document.querySelectorAll('main [role=region]')].map(
    one => one.getAttribute('aria-label') || one.getAttribute('aria-labelledby'))"""


def test_a_row_says_what_its_statements_are_of(page: Page, signed_in: tuple[Path, str]) -> None:
    page.goto(f"{signed_in[1]}/charts/curve")
    link = page.get_by_role("link", name=re.compile(r"statements behind the 1st time\)$"))
    expect(link).to_be_visible()
    page.goto(f"{signed_in[1]}/charts/weeks")
    link = page.get_by_role("link", name=re.compile("statements behind the week of "))
    expect(link.first).to_be_visible()


def test_a_column_of_pictures_is_not_read_out(page: Page, signed_in: tuple[Path, str]) -> None:
    page.goto(signed_in[1])
    weeks = page.locator("section.weeks")
    heads = weeks.get_by_role("columnheader")
    assert "Drawn" not in " ".join(heads.all_inner_texts())
    assert heads.count() == 5
    expect(weeks.get_by_role("row").nth(1).get_by_role("cell")).to_have_count(4)


def test_a_value_and_the_note_beside_it_are_told_apart(
    page: Page, signed_in: tuple[Path, str]
) -> None:
    page.goto(signed_in[1])
    noted = page.locator(".figure:not(.unknown) dd:has(> .note:not(.question))")
    assert noted.count() > 0
    for one in noted.all():
        value, note = (one.locator(f"> .{kind}").first.inner_text() for kind in ("value", "note"))
        assert f"{value}, {note}" in re.sub(r"\s+", " ", one.text_content() or "").replace(
            " ,", ","
        )
