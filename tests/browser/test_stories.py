"""Whole stories in a browser, each from signing in to the statement that ends in the log.

One server with a worker; whoever signs in does so by a link, as on the first day.
"""

import json
import re
import time
from collections.abc import Iterator
from typing import Any

import console_data as data
import pytest
from console_people import Opened, Staff
from playwright.sync_api import Locator, Page, expect

from http_server import Client, Server, running
from services.databases import Databases

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
PROFILE = "tag:lrs.example,2026:profile/"
TINCAN = "http://id.tincanapi.com/verb/"
SKILL = "https://lms.example.org/skills/"
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def served(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with (
        databases.fresh("sqlite") as url,
        running(tmp_path_factory.mktemp("home"), url, worker=True) as server,
    ):
        yield server


@pytest.fixture(scope="module")
def client(served: Server) -> Client:
    """A tool's credential of the store; the class is in its views."""
    made = served.client(store="default")
    data.fill(made)
    rows = [("slope", "ratios"), ("area", "fractions")]
    table = "skill,prerequisite\n" + "".join(f"{SKILL}{a},{SKILL}{b}\n" for a, b in rows)
    answer = made.post("/api/v1/alignments", content=table, headers={"Content-Type": "text/csv"})
    assert answer.status_code == 201, answer.text
    reflected(made)
    return made


@pytest.fixture(scope="module")
def staff(served: Server, client: Client) -> Staff:
    made = Staff(served)
    made.person("tina", "teacher")
    for name in ("ada", "bob"):
        made.person(name, "learner", f"{name}@example.org")
    made.group("7b", "tina", "ada@example.org", "bob@example.org")
    return made


def agent(name: str) -> str:
    return json.dumps({"mbox": f"mailto:{name}@example.org"})


def told(client: Client, verb: str, name: str) -> list[dict[str, Any]]:
    """Statements in the log about somebody with a verb, the newest first."""
    return list(client.statements(verb=verb, agent=agent(name)))


def learner(client: Client, name: str) -> str:
    (one,) = client.get("/api/v1/learners", params={"agent": agent(name)}).json()["items"]
    return str(one["id"])


def reflected(client: Client) -> None:
    """Wait until the views reflect the log's end."""
    last = sum(1 for _ in client.statements(limit=500)) - 1
    found = client.get("/api/v1/learners", params={"wait_for": last}, timeout=60)
    assert found.status_code == 200, found.text


def behind(client: Client, name: str, figure: str) -> list[str]:
    """Ids of the statements behind a figure of a learner, now."""
    reflected(client)
    found = client.get(
        f"/api/v1/learners/{learner(client, name)}/evidence", params={"figure": figure}
    )
    assert found.status_code == 200, found.text
    return re.findall(r"[0-9a-f]{8}-[0-9a-f-]{27}", found.text)


def until_shown(page: Page, found: Locator) -> None:
    """Reload until the worker has worked in what was told; at most half a minute."""
    end = time.monotonic() + 30
    while not found.count() and time.monotonic() < end:
        time.sleep(0.2)
        page.reload()
    expect(found.first).to_be_visible()


def tab_to(page: Page, tag: str, text: str) -> None:
    """Go on with the Tab key until an element with this text, name or id has the focus."""
    for _ in range(150):
        page.keyboard.press("Tab")
        told = page.evaluate(
            "[document.activeElement.tagName, document.activeElement.innerText || '', "
            "document.activeElement.id, (document.activeElement.labels?.[0]?.innerText) || '']"
        )
        if told[0].lower() == tag and any(text in one for one in told[1:]):
            return
    raise AssertionError(f"the keyboard does not reach {text!r}")


def test_a_pupil_sets_a_goal_takes_a_suggestion_answers_and_sees_the_change(
    client: Client, opened: Opened
) -> None:
    """By the keyboard alone."""
    page = opened("ada")
    tab_to(page, "a", "Goals")
    page.keyboard.press("Enter")
    page.wait_for_url("**/goals")
    if not page.get_by_label("What I want to reach").last.is_visible():
        tab_to(page, "summary", "Set a goal")
        page.keyboard.press("Enter")
    tab_to(page, "input", "new-title")
    page.keyboard.type("Ratios without a hint")
    tab_to(page, "input", "Ratios and rates")
    page.keyboard.press("Space")
    tab_to(page, "button", "Set this goal")
    page.keyboard.press("Enter")
    page.wait_for_url("**/goals?done=goal**")
    goal, *_ = told(client, f"{TINCAN}defined", "ada")
    assert goal["object"]["definition"]["name"] == {"und": "Ratios without a hint"}
    assert goal["context"]["extensions"][f"{PROFILE}extensions/skills"] == [f"{SKILL}ratios"]
    assert goal["id"] in behind(client, "ada", f"goal:{goal['object']['id']}")
    page.goto("/me")
    tab_to(page, "button", "I choose this")
    chosen = page.evaluate("document.activeElement.form.elements.skill.value")
    page.keyboard.press("Enter")
    page.wait_for_url("**done=choose**")
    choice, *_ = told(client, f"{TINCAN}selected", "ada")
    assert choice["object"]["id"] == chosen
    assert choice["context"]["extensions"][f"{PROFILE}extensions/choice"] == "taken"
    offer = client.get(
        "/xapi/statements", params={"statementId": choice["context"]["statement"]["id"]}
    )
    assert chosen in offer.json()["context"]["extensions"][f"{PROFILE}extensions/offered"]
    assert choice["id"] in behind(client, "ada", "independence.choices_taken")
    skill = chosen.removeprefix(SKILL)
    right = data.answer({"objectType": "Agent", **json.loads(agent("ada"))}, skill, 77, True)
    del right["timestamp"]  # now
    (answer,) = client.store_statements(right)
    assert answer in behind(client, "ada", f"mastery:{chosen}")
    page.goto("/me")
    changed = page.locator(".changes li", has_text=data.SKILLS[skill]).first
    expect(changed).to_contain_text(re.compile("seconds? ago|just now|minutes? ago"))


def test_a_teacher_finds_a_stuck_pupil_holds_the_conversation_and_pins_a_step(
    client: Client, opened: Opened
) -> None:
    tina = opened("tina")
    tina.goto("/groups")
    tina.get_by_role("link", name="7b", exact=True).click()
    card = tina.locator(".people > li", has_text="Ada Sørensen")
    expect(card).to_contain_text("Slope of a line")
    card.get_by_role("link", name="Conversation sheet").click()
    expect(tina.locator(".is-stuck").first).to_contain_text("Slope of a line")
    tina.get_by_label("Ada Sørensen says").first.fill("I mix up rise and run.")
    tina.get_by_label("The teacher says").first.fill("Ratios first, then slopes.")
    tina.locator("#agreed-1").fill("Five ratios, aloud")
    tina.locator("#about-1").select_option(label="Ratios and rates")
    tina.get_by_role("button", name="Save the conversation").click()
    expect(tina.get_by_text("Saved.")).to_be_visible()
    talk, *_ = told(client, f"{PROFILE}verbs/conversed", "ada")
    voices = talk["context"]["extensions"][f"{PROFILE}extensions/voices"]
    assert [(one["voice"], one["text"]) for one in voices] == [
        ("learner", "I mix up rise and run."), ("teacher", "Ratios first, then slopes."),
    ]  # fmt: skip
    assert talk["id"] in behind(client, "ada", "independence.conversations")
    tina.get_by_role("navigation", name="Where this is").get_by_role("link").last.click()
    for summary in tina.locator("section", has=tina.locator("#next")).locator("summary").all():
        summary.click()
    pin = tina.locator("form", has=tina.locator(f"input[name=skill][value='{SKILL}ratios']"))
    pin.get_by_role("button", name="Pin").first.click()
    tina.wait_for_url("**done=pin**")
    (pinned,) = told(client, f"{PROFILE}verbs/pinned", "ada")
    assert pinned["actor"]["account"]["name"].startswith("user-")
    assert pinned["id"] in behind(client, "ada", "story.pins")
    ada = opened("ada")
    ada.goto("/me")
    expect(ada.get_by_text("by the teacher").first).to_be_visible()
    ada.get_by_role("link", name="Prepare a conversation").click()
    expect(ada.get_by_text("Five ratios, aloud")).to_be_visible()


def test_in_spanish_a_pupil_asks_for_help_and_the_teacher_answers(
    client: Client, opened: Opened
) -> None:
    bob = opened("bob", locale="es")
    bob.goto("/me")
    expect(bob.locator("html")).to_have_attribute("lang", "es")
    bob.locator("form:has(input[value=help]) button").click()
    bob.wait_for_url("**done=help**")
    (asked,) = told(client, f"{TINCAN}requested-attention", "bob")
    assert asked["id"] in behind(client, "bob", "story.asks")
    bob.goto("/me")
    expect(bob.locator(".ask")).to_be_visible()
    tina = opened("tina", locale="es")
    tina.goto("/groups")
    tina.get_by_role("link", name="7b", exact=True).click()
    first = tina.locator(".people > li").first
    expect(first.get_by_role("link", name="Bob", exact=True)).to_be_visible()
    first.locator("form:has(input[value=answer]) button").click()
    tina.wait_for_url("**done=answer**")
    (attended,) = told(client, f"{PROFILE}verbs/attended", "bob")
    assert attended["context"]["statement"]["id"] == asked["id"]
    assert attended["id"] in behind(client, "bob", "story.asks")
    bob.goto("/me")
    expect(bob.locator(".ask")).to_have_count(0)


def test_a_pupil_disputes_a_statement_and_the_note_stands_beside_the_figure(
    client: Client, opened: Opened
) -> None:
    page = opened("ada")
    page.goto(f"/learners/default/{learner(client, 'ada')}/evidence?figure=mastery:{SKILL}area")
    page.locator(".statements a").last.click()
    disputed = page.url.partition("?")[0].rsplit("/", 1)[1]
    page.get_by_text("Something is wrong with this").click()
    page.get_by_label("What is wrong?").fill("That was my brother.")
    page.get_by_role("button", name="Say so").click()
    page.wait_for_url("**done=dispute**")
    (dispute,) = told(client, f"{PROFILE}verbs/disputed", "ada")
    assert dispute["object"] == {"objectType": "StatementRef", "id": disputed}
    assert dispute["result"]["response"] == "That was my brother."
    assert dispute["id"] in behind(client, "ada", "story.disputes")
    assert disputed in behind(client, "ada", f"mastery:{SKILL}area")
    tina = opened("tina")
    tina.goto("/groups")
    tina.get_by_role("link", name="7b", exact=True).click()
    row = tina.locator("#skill-grid tbody tr", has_text="Ada Sørensen")
    heads = tina.locator("#skill-grid thead th").all_inner_texts()
    row.locator("td").nth(heads.index("Area of a triangle")).locator("a").click()
    expect(tina.locator("#cell")).to_be_visible()
    expect(tina.get_by_text("has a statement in question")).to_be_visible()
    for person in ("ada", "tina"):
        seen = opened(person)
        seen.goto(f"/learners/default/{learner(client, 'ada')}")
        skill = seen.locator(".skill", has_text="Area of a triangle")
        expect(skill.get_by_text("has a statement in question")).to_be_visible()
        other = seen.locator(".skill", has_text="Ratios and rates")
        expect(other.get_by_text("has a statement in question")).to_have_count(0)


def test_two_learners_share_a_plan_on_a_phone(client: Client, opened: Opened) -> None:
    ada = opened("ada", viewport=PHONE, has_touch=True, is_mobile=True)
    ada.goto("/me/goals")
    card = ada.locator(".card", has_text="My plan")
    card.get_by_text("Share it").tap()
    card.get_by_label("With whom of your group").select_option(label="Bob")
    card.get_by_role("button", name="Share", exact=True).tap()
    ada.wait_for_url("**done=share**")
    (shared,) = told(client, f"{PROFILE}verbs/shared-plan", "ada")
    assert shared["id"] in behind(client, "ada", "story.shared")
    bob = opened("bob", viewport=PHONE, has_touch=True, is_mobile=True)
    bob.goto("/me/goals")
    expect(bob.get_by_role("heading", name="Plans shared with me")).to_be_visible()
    received = bob.locator("#received + .cards .card")
    expect(received).to_contain_text("My plan")
    expect(received).to_contain_text("of Ada Sørensen")
    expect(received).to_contain_text(re.compile(r"\d of \d skills secured"))
    assert bob.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    bob.goto("/shared-plans")
    expect(bob.locator(".card")).to_contain_text("My plan")
    card = ada.locator(".card", has_text="My plan")
    expect(card).to_contain_text("Shared with Bob")
    card.get_by_role("button", name="Stop sharing").tap()
    ada.wait_for_url("**done=unshare**")
    (taken_back,) = told(client, f"{PROFILE}verbs/unshared-plan", "ada")
    assert taken_back["id"] in behind(client, "ada", "story.shared")
    bob.reload()
    expect(bob.locator("main")).to_contain_text("Nobody shares a plan with you yet.")


def test_a_question_is_settled_where_it_is_seen(client: Client, opened: Opened) -> None:
    """By the teacher beside the figure's statements, by the learner on their own page."""
    ada, tina = opened("ada"), opened("tina")
    figure = f"/learners/default/{learner(client, 'ada')}/evidence?figure=mastery:{SKILL}slope"
    places = [(tina, figure), (tina, ""), (ada, "/me"), (ada, figure)]
    for at, (page, place) in enumerate(places):
        ada.goto(figure)
        ada.locator(".statements a").nth(at).click()
        disputed = ada.url.partition("?")[0].rsplit("/", 1)[1]
        ada.get_by_text("Something is wrong with this").click()
        ada.get_by_role("button", name="Say so").click()
        ada.wait_for_url("**done=dispute**")
        page.goto(place or f"/statements/default/{disputed}")
        questions = page.locator(".questions")
        if page is tina:
            expect(questions.first).to_contain_text("Ada Sørensen says")
            how = "upheld" if at else "corrected"
            questions.get_by_role("button", name="It stands" if at else "It was wrong").last.click()
        else:
            how = "withdrawn"
            withdraw = questions.locator("li", has=page.locator(f"a[href$='{disputed}']"))
            withdraw.get_by_role("button", name="Withdraw it").click()
        page.wait_for_url("**done=settle**")
        where = {"": "/statements/", "/me": "/learners/"}.get(place, "/evidence?done=settle")
        assert where in page.url
        settled, *_ = told(client, f"{PROFILE}verbs/settled", "ada")
        assert settled["context"]["extensions"][f"{PROFILE}extensions/outcome"] == how
        expect(page.locator(f".questions a[href$='{disputed}']")).to_have_count(0)
        ada.goto(f"/statements/default/{disputed}")
        came = ada.get_by_role("region", name="You said that this statement is wrong")
        expect(came).to_contain_text(
            {"corrected": "It was wrong, and is corrected: tina, ",
             "upheld": "It stands as it is: tina, ", "withdrawn": "You withdrew it on "}[how]
        )  # fmt: skip
        expect(ada.get_by_text("Ask again: something is still wrong with this")).to_be_visible()
        expect(ada.get_by_text("Withdraw it")).to_have_count(0)
        ada.goto("/me/goals")
        line = ada.locator("#questions ~ .words > li", has=ada.locator(f"a[href$='{disputed}']"))
        expect(line).to_contain_text("was in question on")
        expect(line).not_to_contain_text("in question since")
