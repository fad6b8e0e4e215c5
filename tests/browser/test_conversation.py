"""The conversation sheet: who writes what, that nothing is lost, and what is asked next time."""

import json
import re
import uuid
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx2
import pytest
from barriers import barriers
from console_people import Opened, Staff
from looks import LANGUAGE_SCHEME_WIDTH
from playwright.sync_api import Page, expect

from http_server import Client, Server
from lrs.console import wording
from lrs.console.conversation import statements as told

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
TODAY = datetime.now(UTC).date().isoformat()
SOON = (datetime.now(UTC) + timedelta(days=14)).date().isoformat()
MILLIMETRE = 96 / 25.4  # in CSS pixels


@pytest.fixture(scope="module")
def served(unmoved: Server) -> Server:
    return unmoved


@pytest.fixture(scope="module")
def staff(served: Server) -> Staff:
    made = Staff(served)
    for name, role, learner in (
        ("tina", "teacher", None), ("tom", "teacher", None), ("carl", "analyst", None),
        ("cora", "coach", None),
        ("ada", "learner", "ada@example.org"), ("bob", "learner", "bob@example.org"),
    ):  # fmt: skip
        made.person(name, role, learner)
    made.group("7b", "tina", "ada@example.org", "bob@example.org")
    return made


def address(client: Client, name: str) -> str:
    (one,) = client.get("/api/v1/learners", params={"name": name}).json()["items"]
    return f"/learners/default/{one['id']}/conversation"


def said(client: Client, name: str) -> list[dict[str, object]]:
    """The talks in the log, the newest first."""
    who = json.dumps({"mbox": f"mailto:{name}@example.org"})
    return list(client.statements(verb=told.CONVERSED, agent=who))


def test_both_voices_are_kept_and_what_was_agreed_is_asked_about_next_time(
    client: Client, opened: Opened
) -> None:
    sheet = address(client, "Ada")
    ada = opened("ada")
    ada.goto(sheet)
    ada.get_by_label("What I say").first.fill("The slope does not come.\n<b>It is steep.</b>")
    ada.get_by_role("button", name="Save my words").click()
    expect(ada.get_by_role("status", name="Saved. Your teacher sees it")).to_be_focused()
    tina = opened("tina")
    tina.goto(sheet)
    mastery = tina.locator("section", has=tina.get_by_role("heading", name="Mastery"))
    expect(mastery.locator(".is-stuck")).to_contain_text("Slope of a line")
    expect(mastery.locator("blockquote")).to_contain_text("<b>It is steep.</b>")
    expect(mastery.locator("figcaption")).to_contain_text("Ada Sørensen wrote this")
    mastery.get_by_label("The teacher says").fill("We draw it.")
    tina.locator("#agreed-1").fill("Draw two slopes")
    tina.locator("#about-1").select_option(label="Slope of a line")
    tina.locator("#who-1").select_option(label="both of us")
    tina.locator("#by-1").fill(SOON)
    tina.locator("#goal").fill("Read any slope")
    tina.locator("#next").fill(SOON)
    tina.get_by_role("button", name="Save the conversation").click()
    expect(tina.get_by_role("status", name="as said by each of you")).to_be_focused()
    (talk,) = said(client, "ada")
    assert "We draw it." in str(talk["context"])
    (agreed,) = talk["context"]["extensions"][told.AGREED]
    assert agreed["who"] == "both"
    last = tina.locator("section", has=tina.get_by_role("heading", name="Last time"))
    expect(last).to_contain_text("Draw two slopes")
    expect(last).to_contain_text("both see to it")
    expect(last).to_contain_text("Read any slope")
    day = wording.day(SOON)
    agreed_words = ["Draw two slopes", "Slope of a line", f"by {day}"]
    assert_in_order(spoken(tina), [*agreed_words, "nothing in the record about it since", "done"])
    ada.reload()
    assert "the learner" not in spoken(ada).lower()
    assert "the teacher" not in spoken(ada).lower()
    assert_in_order(spoken(ada), ["Draw two slopes", "you both see to it", f"by {day}", "done"])
    expect(ada.get_by_role("group", name="Draw two slopes")).to_have_accessible_description(
        re.compile(f"you both see to it.*Slope of a line.*by {day}")
    )
    ada.get_by_label("done").check()
    ada.get_by_role("button", name="Save my words").click()
    expect(ada.locator(".outcome")).to_have_text(f"done, as you said on {wording.day(TODAY)}")
    tina.reload()
    outcome = f"done, as Ada Sørensen said on {wording.day(TODAY)}"
    expect(last).to_contain_text(outcome)
    assert last.get_by_role("radio").count() == 0
    tina.locator(".talks li", has_text="1 agreement").get_by_role("link").click()
    assert_in_order(spoken(tina), ["The slope does not come", "We draw it.", "The teacher said"])
    assert_in_order(spoken(tina), [*agreed_words, outcome])
    ada.locator(".talks li", has_text="1 agreement").get_by_role("link").click()
    assert_in_order(spoken(ada), ["We draw it.", "What your teacher said", "you both see to it"])
    assert "the teacher" not in spoken(ada).lower()
    heading = ada.get_by_role("heading", level=1).inner_text()
    assert ada.title().startswith(f"{heading} ·")


def assert_in_order(told: str, parts: Sequence[str]) -> None:
    at = 0
    for part in parts:
        at = told.find(part, at)
        assert at >= 0, (part, told)


def test_nothing_is_lost_when_something_is_wrong(client: Client, opened: Opened) -> None:
    tina = opened("tina")
    tina.goto(address(client, "Bob"))
    tina.get_by_label("Bob says").first.fill("Ratios are fine.")
    tina.locator("#by-3").fill(SOON)
    tina.get_by_role("button", name="Save the conversation").click()
    alert = tina.get_by_role("alert")
    expect(alert).to_contain_text("Everything you wrote is still here")
    alert.get_by_role("link").click()
    expect(tina.locator("#agreed-3")).to_be_focused()
    expect(tina.locator("#agreed-3")).to_have_attribute("aria-invalid", "true")
    expect(tina.get_by_label("Bob says").first).to_have_value("Ratios are fine.")
    assert said(client, "bob") == []
    tina.locator("#by-3").fill("")
    tina.get_by_role("button", name="Save the conversation").click()
    expect(tina.get_by_text("Saved.")).to_be_visible()
    assert len(said(client, "bob")) == 1


@pytest.mark.parametrize("name", ["ada", "tina"])
def test_a_sheet_that_is_saved_empty_says_where_to_write(
    client: Client, opened: Opened, name: str
) -> None:
    page = opened(name)
    page.goto(address(client, "Ada"))
    heading = page.get_by_role("heading", level=1).inner_text()
    assert page.title().startswith(f"{heading} ·")
    page.locator(".send button").click()
    expect(page.get_by_role("alert")).to_be_focused()
    assert page.title().startswith(f"Fault: {heading} ·")
    page.get_by_role("alert").get_by_role("link", name="Write in at least one field").click()
    field = page.get_by_role("textbox", name="say").first
    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description(
        "What can you do now that you could not do before, and what is still hard? "
        "Nothing is written yet. Write in at least one field."
    )


def test_what_is_wrong_stands_in_the_order_of_the_page(client: Client, opened: Opened) -> None:
    tina = opened("tina")
    tina.goto(address(client, "Bob"))
    for field in ("next", "by-2", "by-1", "goal-due"):
        tina.locator(f"#{field}").fill("2020-01-01")
    tina.locator(".send button").click()
    links = tina.get_by_role("alert").get_by_role("link")
    places = [one.get_attribute("href") for one in links.all()]
    assert places == ["#goal", "#goal-due", "#agreed-1", "#by-1", "#agreed-2", "#by-2", "#next"]
    assert len(set(links.all_inner_texts())) == len(places)
    for box in (one.bounding_box() for one in tina.locator(".choices label").all()):
        assert box is not None
        assert min(box["width"], box["height"]) >= 24


def test_a_day_that_is_over_where_the_reader_is_is_a_fault_and_today_is_not(
    served: Server, staff: Staff, client: Client
) -> None:
    """West of the date line it is never the day that it is east of it."""
    today = datetime.now(ZoneInfo("Pacific/Pago_Pago")).date().isoformat()
    headers = {"Accept": "text/html", "Origin": served.url}
    form = {"talk": str(uuid.uuid4()), "agreed-1": "Draw it", "by-1": today}
    with httpx2.Client(base_url=served.url, headers=headers) as person:
        person.post(staff.link("tina"))
        cookies = dict(person.cookies)
    for zone, status in (("Pacific/Kiritimati", 422), ("Pacific/Pago_Pago", 303)):
        told = {**cookies, "lrs_zone": zone}
        with httpx2.Client(base_url=served.url, headers=headers, cookies=told) as person:
            answer = person.post(address(client, "Bob"), data=form)
        assert answer.status_code == status, zone
        assert ('id="wrong-by-1"' in answer.text) == (status == 422)


def test_a_sheet_that_is_sent_twice_is_one_talk_and_a_changed_one_another(
    served: Server, client: Client, opened: Opened
) -> None:
    tina = opened("tina")
    tina.goto(address(client, "Bob"))
    before = len(said(client, "bob"))
    form = {"talk": tina.locator("[name=talk]").get_attribute("value"), "learner-pace": "Slowly."}
    cookies = {one["name"]: one["value"] for one in tina.context.cookies()}
    headers = {"Origin": served.url}
    with httpx2.Client(base_url=served.url, cookies=cookies, headers=headers) as sent:
        for _ in range(3):
            assert sent.post(address(client, "Bob"), data=form).status_code == 303
        assert len(said(client, "bob")) == before + 1
        changed = sent.post(address(client, "Bob"), data={**form, "learner-pace": "Quickly."})
    assert changed.status_code == 409
    assert "Quickly." in changed.text
    assert f'value="{form["talk"]}"' not in changed.text
    assert len(said(client, "bob")) == before + 1


def test_what_was_written_outlives_the_session(
    staff: Staff, client: Client, opened: Opened
) -> None:
    tina = opened("tina")
    tina.goto(address(client, "Bob"))
    tina.get_by_label("The teacher says").nth(2).fill("Kept, “whatever” <happens>.")
    tina.context.clear_cookies()
    tina.get_by_role("button", name="Save the conversation").click()
    expect(tina.get_by_role("heading", name="Sign in again to save")).to_be_visible()
    expect(tina.locator(".kept")).to_have_text("Kept, “whatever” <happens>.")
    assert not barriers(tina), "kept"
    expect(tina.get_by_role("button", name="Español")).to_have_count(0)  # it would lose the words
    before = len(said(client, "bob"))
    other = tina.context.new_page()
    staff.sign_in(other, "tina")
    tina.get_by_role("button", name="Save now").click()
    expect(tina.get_by_text("Saved.")).to_be_visible()
    assert len(said(client, "bob")) == before + 1
    assert "<happens>" in str(said(client, "bob")[0]["context"])


@pytest.mark.parametrize(("name", "status"), [
    ("administrator", 200), ("tina", 200), ("ada", 200), ("tom", 403), ("bob", 403), ("carl", 403),
])  # fmt: skip
def test_a_talk_is_open_to_the_learner_and_their_teachers(
    served: Server, staff: Staff, client: Client, name: str, status: int
) -> None:
    headers = {"Accept": "text/html", "Origin": served.url}
    with httpx2.Client(base_url=served.url, headers=headers, follow_redirects=True) as person:
        person.post(staff.link(name))
        assert person.get(address(client, "Ada")).status_code == status
        refused = person.post(address(client, "Ada"), data={"talk": "", "learner-pace": ""})
        assert refused.status_code == (422 if status == 200 else status)
        assert person.get(address(client, "Ada") + "/none").status_code in (404, status)


def test_who_only_reads_finds_words_and_nothing_to_fill_in(
    staff: Staff, client: Client, opened: Opened
) -> None:
    page = opened("cora")
    page.goto(address(client, "Bob"))
    expect(page.get_by_role("heading", name="Not for this account")).to_be_visible()
    staff.share("7b", "cora")
    page.reload()
    expect(page.locator(".followed")).to_contain_text("still open")
    assert page.locator("main").get_by_role("textbox").count() == 0
    assert page.locator("main").get_by_role("radio").count() == 0
    assert page.locator("main").get_by_role("button").count() == 0


@pytest.mark.parametrize(("language", "scheme", "width"), LANGUAGE_SCHEME_WIDTH)
def test_the_sheet_keeps_nobody_out(
    client: Client, opened: Opened, language: str, scheme: str, width: int
) -> None:
    page = opened("administrator", color_scheme=scheme, locale=language,
                  viewport={"width": width, "height": 800})  # fmt: skip
    page.goto(address(client, "Ada"))
    expect(page.locator("html")).to_have_attribute("lang", language)
    for step in ("sheet", "faults", "talk"):
        if step == "faults":
            page.locator("#by-1").fill(SOON)
            page.locator(".send button").click()
        elif step == "talk":
            page.goto(address(client, "Ada"))
            if not page.locator(".talks a").count():
                continue
            page.locator(".talks a").last.click()
        assert not barriers(page), f"{step}, {language}, {scheme}, {width}"
        assert page.evaluate("document.documentElement.scrollWidth") <= width, step


def tree(page: Page) -> Iterator[dict[str, Any]]:
    """The accessibility tree in its order, as a screen reader gets it from Chromium."""
    found = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    nodes, waiting = {one["nodeId"]: one for one in found}, [found[0]]
    while waiting:
        one = waiting.pop()
        if not one["ignored"]:
            yield one
        waiting += [nodes[child] for child in reversed(one.get("childIds", ())) if child in nodes]


def spoken(page: Page) -> str:
    page.wait_for_load_state()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    return " | ".join(
        one["name"]["value"]
        for one in tree(page)
        if one["role"]["value"] in ("StaticText", "radio")
    )


def fields(page: Page) -> list[tuple[str, str]]:
    """Name and description of each control to fill in, but those that a group tells apart."""
    return [
        (one["name"]["value"], one.get("description", {}).get("value", ""))
        for one in tree(page)
        if one["role"]["value"] in ("textbox", "combobox", "Date")
    ]


@pytest.mark.parametrize(("name", "count"), [("ada", 3), ("tina", 30)])
def test_each_field_says_what_it_is_for(
    client: Client, opened: Opened, name: str, count: int
) -> None:
    page = opened(name)
    page.goto(address(client, "Ada"))
    found = fields(page)
    names = [one for one, _described in found]
    assert len(names) == count
    assert len(set(names)) == count, names
    question = "Does your pace suit your plan and your week?"
    pace = [(one, told) for one, told in found if one.endswith("(Pace)")]
    assert len(pace) == (1 if name == "ada" else 2), names
    assert {told for _name, told in pace} == {question}
    assert all(told for one, told in found if " say" in one), found


def test_marks_of_what_stands_out_are_seen_and_not_spoken(client: Client, opened: Opened) -> None:
    page = opened("tina")
    page.goto(address(client, "Ada"))
    mark = page.locator(".is-stuck").first
    assert "!" in mark.evaluate("one => getComputedStyle(one, '::before').content")
    main = spoken(page).partition("The figures are where")[2].partition("English")[0]
    assert "not secure yet" in main
    assert not [sign for sign in "!●▽◐–" if sign in main], main


def test_on_paper_what_is_empty_is_lines_and_controls_are_gone(
    client: Client, opened: Opened
) -> None:
    page = opened("tina")
    page.goto(address(client, "Ada"))
    page.get_by_label("The teacher says").last.fill("Said before printing.")
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="Save the conversation")).to_be_hidden()
    expect(page.locator(".on-paper")).to_be_visible()
    expect(page.locator("#learner-pace")).to_be_hidden()
    expect(page.locator("#learner-pace + .rules")).to_be_visible()
    expect(page.locator("#teacher-independence")).to_be_visible()
    expect(page.locator("#teacher-independence + .rules")).to_be_hidden()
    expect(page.locator("#agreed-1")).to_be_visible()


@pytest.mark.parametrize("name", ["tina", "ada"])
def test_on_paper_it_is_two_sides_with_room_for_each_voice(
    served: Server, staff: Staff, client: Client, opened: Opened, name: str
) -> None:
    """With much to ask about from last time, and with words that were written beforehand."""
    page = opened(name)
    for writer, form in (
        ("tina", {f"agreed-{at}": f"Draw {at} slopes, each with the table that belongs to it"
                  for at in range(1, 6)}),
        ("ada", {f"learner-{one}": "It is steep. " * 8 for one in ("mastery", "pace")}),
    ):  # fmt: skip
        with httpx2.Client(base_url=served.url, headers={"Origin": served.url}) as person:
            person.post(staff.link(writer))
            form["talk"] = str(uuid.uuid5(uuid.NAMESPACE_URL, writer))
            assert person.post(address(client, "Ada"), data=form).status_code == 303
    page.goto(address(client, "Ada"))
    assert page.locator(".followed > li").count() >= 5
    assert sides(page.pdf(prefer_css_page_size=True)) == 2
    assert sides(page.pdf(format="Letter")) == 2
    page.emulate_media(media="print")
    for lines in page.locator(".rules").all():
        box = lines.bounding_box()
        assert box is not None
        assert box["height"] > 20 * MILLIMETRE


def sides(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", pdf))
