"""A teacher's pages: whom to sit down with, what forms do, and who may see and do what there.

One server with a worker and a class; asks and answers come while the pages are open.
"""

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime

import console_data as data
import httpx2
import pytest
from barriers import barriers
from console_people import Opened, Staff
from looks import LANGUAGE_SCHEME
from playwright.sync_api import Page, expect

from http_server import Client, Server, running
from lrs.storage.administration.groups import Groups
from lrs.storage.administration.people import People
from lrs.storage.administration.stores import Stores
from lrs.storage.database.engine import Database
from lrs.storage.views.adoptions import CALIBRATION, Adoptions
from lrs.storage.views.calibrations import Calibrations
from projections.knowledge import Calibration
from services.databases import Databases
from statements import agent

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
EVIL = {**agent("evil"), "name": '=HYPERLINK("https://evil.example")'}


@pytest.fixture(scope="module")
def served(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with (
        databases.fresh("sqlite") as url,
        running(tmp_path_factory.mktemp("home"), url, worker=True) as server,
    ):
        client = server.client(store="default")
        data.fill(client)
        client.store_statements(data.answer(EVIL, "area", 1, True))
        data.project(server)
        yield server


@pytest.fixture(scope="module")
def staff(served: Server) -> Staff:
    made = Staff(served)
    for name, role, learner in (
        ("tina", "teacher", None), ("tom", "teacher", None), ("carl", "analyst", None),
        ("ada", "learner", "ada@example.org"), ("boss", "administrator", None),
        ("otto", "teacher", "bob@example.org"),
    ):  # fmt: skip
        made.person(name, role, learner)
    made.group("7b", "tina", *(
        f"{one}@example.org" for one in ("ada", "bob", "hostile", "long", "evil", "empty")
    ))  # fmt: skip
    made.group("8a", "tom", "bob@example.org")
    return made


def learner(client: Client, name: str) -> str:
    (one,) = client.get("/api/v1/learners", params={"name": name}).json()["items"]
    return str(one["id"])


def session(page: Page) -> dict[str, str]:
    found = {one["name"]: one["value"] for one in page.context.cookies()}
    return {"lrs_session": found["lrs_session"]}


@pytest.mark.parametrize(("language", "scheme"), LANGUAGE_SCHEME)
def test_no_page_of_a_group_keeps_anybody_out(
    opened: Opened, numbers: dict[str, int], language: str, scheme: str
) -> None:
    page = opened("tina", color_scheme=scheme, locale=language)
    group = f"/groups/default/{numbers['7b']}"
    paths = ["/groups", group, f"{group}?status=slipping&sort=last&show=range", f"{group}/compare",
             f"{group}/pace", f"{group}/independence", f"{group}/heat"]  # fmt: skip
    page.goto(group)
    paths.append(page.locator("#skill-grid td a").first.evaluate("one => one.href"))
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 800})
        for path in paths:
            page.goto(path)
            assert not barriers(page), (path, language, scheme, width)
            wide = page.evaluate(
                "width => document.documentElement.scrollWidth <= width ? [] : "
                "[...document.querySelectorAll('main *')].filter(one => "
                "one.getBoundingClientRect().right > width).map(one => one.outerHTML)",
                width,
            )
            assert not wide, (path, [one[:120] for one in wide[:6]])


def test_everybody_with_a_reason_is_printed_folded_up_or_not(
    opened: Opened, numbers: dict[str, int]
) -> None:
    page = opened("tina")
    page.goto(f"/groups/default/{numbers['7b']}")
    page.evaluate("""() => {
        const rest = document.createElement("details"), people = document.querySelector(".people");
        rest.className = "rest more";  // as the page has it for more people than are in this group
        rest.append(document.createElement("summary"), people.cloneNode(true));
        people.after(rest);
    }""")
    folded = page.locator("details.rest .card").last
    shown = "one => one.checkVisibility({contentVisibilityAuto: true})"
    assert not folded.evaluate(shown)
    page.emulate_media(media="print")
    assert folded.evaluate(shown)
    assert page.locator("#skill-grid td a").last.evaluate(shown)


def test_a_wish_tops_the_list_and_moves_the_page_and_is_answered(
    opened: Opened, client: Client, numbers: dict[str, int]
) -> None:
    tina = opened("tina")
    tina.goto(f"/groups/default/{numbers['7b']}")
    ada = opened("ada")
    ada.goto("/me")
    answer = data.answer({**agent("bob"), "name": "Bob"}, "ratios", 20, False)
    answer["timestamp"] = datetime.now(UTC).isoformat()
    cell = tina.locator("#skill-grid tbody tr", has_text="Bob").locator("td a").first
    before = cell.text_content()
    client.store_statements(answer)
    expect(cell).not_to_have_text(before or "", timeout=15_000)
    news = re.compile("Bob, .+: [0-9]+% likely right, [A-Z][a-z]+, [0-9]+ answers?")
    expect(tina.locator("#live")).to_have_text(news, timeout=15_000)
    asked = ada.request.post(
        ada.url + "/say", form={"act": "talk", "text": "Fractions, please", "once": "1"},
        headers={"origin": httpx2.URL(ada.url).copy_with(path="/").__str__().rstrip("/")},
    )  # fmt: skip
    assert asked.ok
    expect(tina.locator(".fresh")).to_be_visible(timeout=15_000)
    tina.reload()
    first = tina.locator(".people > li").first
    expect(first).to_contain_text("Would like to talk")
    expect(first).to_contain_text("Fractions, please")
    first.get_by_role("button", name="Seen to").click()
    expect(tina.locator(".notice.done")).to_contain_text("you have seen to it", timeout=15_000)
    expect(tina.locator("#told")).to_contain_text("Ada Sørensen: Would like to talk.")
    expect(tina.locator("#told")).to_be_focused()
    expect(tina.locator(".people")).not_to_contain_text("Fractions, please")


def test_what_is_stuck_is_pinned_once_from_its_card_and_told_there(
    opened: Opened, numbers: dict[str, int]
) -> None:
    group = f"/groups/default/{numbers['7b']}"
    page = opened("tina")
    page.goto(f"{group}?kind=stuck")
    card = page.locator(".people > li", has_text="Ada Sørensen")
    slope = card.locator(".why-list > li", has_text="Slope of a line")
    slope.get_by_role("button", name="Pin as next step").click()
    told = card.locator("#told")
    expect(told).to_contain_text("Ada Sørensen: “Slope of a line”", timeout=15_000)
    expect(told).to_be_focused()
    assert "kind=stuck" in page.url
    page.goto(group)
    expect(slope.get_by_role("button", name="Pin as next step")).to_have_count(0)
    slope.get_by_role("button", name="Unpin").click()
    expect(told).to_contain_text("No longer pinned for Ada Sørensen: “Slope of a line”")
    expect(slope.get_by_role("button", name="Pin as next step")).to_be_visible(timeout=15_000)


def test_from_a_learner_and_what_is_behind_them_the_way_leads_back_to_the_group(
    opened: Opened, numbers: dict[str, int]
) -> None:
    page = opened("tina")
    group = f"/groups/default/{numbers['7b']}"
    page.goto(group)
    page.locator("#skill-grid tbody th a", has_text="Ada Sørensen").click()
    own = page.url
    paths = [own, f"{own}/conversation", f"{own}/goals"]
    page.locator("a.rests[href]").first.click()
    paths.append(page.url)
    page.locator(".statements a").first.click()
    paths.append(page.url)
    for path in paths:
        page.goto(path)
        back = page.locator(".crumbs").get_by_role("link", name="7b")
        expect(back).to_have_attribute("href", group)
    assert numbers["8a"] != numbers["7b"]
    boss = opened("boss")
    boss.goto(own)
    expect(boss.locator(".crumbs")).to_contain_text("7b")


def test_a_figure_that_is_not_known_says_so_and_a_dash_is_not_read(
    opened: Opened, numbers: dict[str, int]
) -> None:
    page = opened("tina")
    page.goto(f"/groups/default/{numbers['7b']}/independence")
    unknown = page.get_by_role("table").get_by_role("cell", name="not known", exact=True)
    assert unknown.count()
    page.goto(f"/groups/default/{numbers['7b']}/pace")
    why = page.get_by_text("no usual time of the tasks is known")
    expect(why).to_have_count(1)


def test_what_a_card_only_counts_is_a_press_away(
    opened: Opened, client: Client, numbers: dict[str, int]
) -> None:
    now = datetime.now(UTC).isoformat()
    client.store_statements(*(
        {**data.answer(agent("ada"), f"new-{skill}", number, False), "timestamp": now}
        for skill in range(3) for number in range(12)
    ))  # fmt: skip
    page = opened("tina")
    page.goto(f"/groups/default/{numbers['7b']}")
    card = page.locator(".people > li", has_text="Ada Sørensen")
    more = card.get_by_role("link", name=re.compile("^[0-9]+ more"))
    reasons = card.locator(".why-list > li")
    for _attempt in range(40):
        if more.count():
            break
        page.wait_for_timeout(250)
        page.reload()
    shown, left = reasons.count(), int((more.text_content() or "").split()[0])
    more.click()
    expect(reasons).to_have_count(shown + left)
    expect(card).to_be_focused()
    expect(card.get_by_role("link", name="Show fewer")).to_be_visible()
    page.set_viewport_size({"width": 320, "height": 640})
    assert not barriers(page)


def test_a_statement_in_question_is_on_the_page_of_the_group_until_it_is_settled(
    served: Server, opened: Opened, numbers: dict[str, int]
) -> None:
    ada = opened("ada")
    ada.goto("/me")
    ada.locator("a.rests[href]").first.click()
    ada.locator(".statements a").first.click()
    ada.locator("details.unfold summary").click()
    ada.locator("#wrong").fill("I was not there")
    ada.get_by_role("button", name="Say so").click()
    expect(ada.locator(".notice.done")).to_be_visible()
    tina, carl = opened("tina"), opened("carl")
    group = f"/groups/default/{numbers['7b']}"
    assert noted(tina, group) == ["", "/heat", "/compare", "/pace"]  # no help was on offer there
    tina.goto(group)
    listed = tina.get_by_role("region", name="Statements in question")
    expect(listed).to_contain_text("Ada Sørensen")
    expect(listed).to_contain_text("I was not there")
    carl.goto(group)
    expect(carl.locator(".disputes")).not_to_contain_text("I was not there")
    listed.get_by_role("link", name="Look at it and settle it").click()
    tina.get_by_role("button", name="It stands").click()
    expect(tina.locator(".notice.done")).to_be_visible()
    tina.goto(group)
    expect(listed).to_have_count(0)
    assert noted(tina, group) == []


def noted(page: Page, group: str) -> list[str]:
    """The pages of the group that say so beside Ada's figures, and beside nobody else's."""
    found = []
    for path in ("", "/heat", "/compare", "/pace", "/independence"):
        page.goto(f"{group}{path}")
        rows = page.locator("#skill-grid tbody tr, .facts-table tbody tr")
        marked = rows.filter(has=page.locator(
            "[aria-label*='has a statement in question'], .tag.warm"
        ))  # fmt: skip
        assert marked.filter(has_not_text="Ada").count() == 0, path
        found += [path] * marked.count()
    return found


def test_a_step_is_pinned_from_a_cell_and_taken_back(
    opened: Opened, numbers: dict[str, int]
) -> None:
    page = opened("tina")
    page.goto(f"/groups/default/{numbers['7b']}")
    page.locator("#skill-grid tbody tr", has_text="Ada Sørensen").locator("td a").first.click()
    page.locator("#text").fill("We do it on Monday")
    page.get_by_role("button", name="Pin as next step").click()
    expect(page.locator("main")).to_contain_text("Pinned as a next step", timeout=15_000)
    page.get_by_role("button", name="Unpin").click()
    expect(page.get_by_role("button", name="Pin as next step")).to_be_visible(timeout=15_000)


def test_a_teacher_who_is_a_learner_too_has_a_page_of_their_own(opened: Opened) -> None:
    page = opened("otto")
    page.goto("/groups")
    page.get_by_role("link", name="My own page as a learner").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Bob")
    expect(page.get_by_role("heading", name="On my own")).to_be_visible()
    plain = opened("tom")
    plain.goto("/groups")
    expect(plain.get_by_role("link", name="My own page as a learner")).to_have_count(0)


def test_only_those_who_teach_a_group_open_it(
    served: Server, opened: Opened, client: Client, numbers: dict[str, int]
) -> None:
    group, api = f"/groups/default/{numbers['7b']}", f"/api/v1/groups/{numbers['7b']}"
    events = {"accept": "text/event-stream"}
    below = ("", "/compare", "/pace", "/independence", "/csv", "/cell", "/live")
    for name in ("tom", "ada"):
        page = opened(name)
        for path in below:
            answer = page.request.get(group + path, headers=events if path == "/live" else {})
            assert answer.status == 403, (name, path)
        for view in ("mastery", "pace", "independence", "attention"):
            assert page.request.get(f"{api}/{view}").status == 403, (name, view)
    carl = opened("carl")
    carl.goto(group)
    assert carl.get_by_role("button", name="Seen to").count() == 0
    assert carl.get_by_role("button", name="Pin as next step").count() == 0
    origin = {"origin": served.url}
    form = {"act": "pin", "learner": learner(client, "Ada"), "skill": "https://x.example/s"}
    for name in ("carl", "tom", "ada"):
        assert opened(name).request.post(group + "/say", form=form, headers=origin).status == 403


def test_following_a_group_ends_with_the_right_to_see_it(
    served: Server, staff: Staff, opened: Opened, numbers: dict[str, int]
) -> None:
    staff.person("tess", "teacher")
    database = served.database()
    store, groups = Stores(database).get("default"), Groups(database, origin=served.url)
    group, tess = groups.get(store, numbers["8a"]), People(database).get("tess")
    groups.teach(store, group, tess)
    cookies = session(opened("tess"))
    with httpx2.Client(base_url=served.url, cookies=cookies, timeout=60) as caller:
        path = f"/groups/default/{group.id}/live"
        with caller.stream("GET", path, headers={"accept": "text/event-stream"}) as stream:
            assert stream.status_code == 200
            lines = stream.iter_lines()
            assert next(lines).startswith("retry:")
            groups.teach(store, group, tess, teaches=False)
            assert "event: over" in list(lines)


def test_a_file_holds_no_formulas_and_taking_it_stands_in_the_audit(
    opened: Opened, numbers: dict[str, int], client: Client
) -> None:
    page = opened("tina")
    answer = page.request.get(f"/groups/default/{numbers['7b']}/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text())))
    told = client.get(f"/api/v1/groups/{numbers['7b']}/mastery").json()
    assert len(rows) == sum(len(one["cells"]) for one in told["learners"])
    noted = {one["learner"]: one["disputed_figures"] for one in told["learners"]}
    assert [row["disputed"] for row in rows] == [
        str(len(noted[row["learner"]].get(f"mastery:{row['skill']}", ()))) for row in rows
    ]
    assert answer.headers["content-disposition"] == 'attachment; filename="grid-7b.csv"'
    assert "'=HYPERLINK" in answer.text()
    assert not [cell for row in rows for cell in row.values() if cell[:1] in "=+-@" and cell]
    boss = opened("boss")
    found = boss.request.get("/audit/csv?verb=exported")
    assert json.dumps({"table": "grid"})[1:-1].replace(" ", "") in found.text().replace('""', '"')


def test_that_estimates_were_fitted_anew_is_told_where_it_moved_figures(
    served: Server, opened: Opened, numbers: dict[str, int], client: Client
) -> None:
    ada = f"/learners/default/{learner(client, 'Ada')}"
    pages = [f"/groups/default/{numbers['7b']}", ada, f"{ada}/conversation"]
    page = opened("tina")
    for path in pages:
        page.goto(path)
        expect(page.locator("main")).not_to_contain_text("fitted anew")
    database = Database(served.database_url)
    store = Stores(database).get("default")
    easy = Calibration(skill_offset={"https://x.example/skill": 0.1})
    number = Calibrations(database).add(store.id, easy, 0, {})
    Adoptions(database).adopt(store.id, CALIBRATION, number)
    database.dispose()
    for path in pages:
        page.goto(path)
        expect(page.locator("main")).to_contain_text("The estimates were last fitted anew on")
