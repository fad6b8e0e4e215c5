"""Take a picture of every page into docs/screenshots, from the demonstration class.

python tools/screenshots.py [--until 2026-11-20]

Starts a server of its own in a temporary folder, sends the class, signs in as the people of the
demonstration, and writes docs/pages.md, which shows the pictures with a sentence each.
"""

import argparse
import base64
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.parse import urljoin

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

import httpx2  # noqa: E402
from playwright.sync_api import Browser, Page  # noqa: E402

from http_server import Server, running  # noqa: E402
from services.chromium import browser  # noqa: E402

FOLDER: Final = ROOT / "docs" / "screenshots"
TEACHER, PUPIL, ADMINISTRATOR = "demo-teacher", "demo-learner", "administrator"
COACH = "demo-coach"
STUCK = "Björn Lindqvist"  # who is demo-learner
TALL = 1_500  # a picture shows a page's beginning
_QUALITY = 62
_MOST_BYTES = 3 * 2**20
_UNFOLD = """at => document.querySelector(at).closest('section').querySelectorAll('details')
    .forEach(one => one.open = true)"""
_TOP = """at => Math.max(
    0, document.querySelector(at).getBoundingClientRect().top + window.scrollY - 24)"""
_LOOKS: Final[dict[str, dict[str, Any]]] = {
    "": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "light"},
    "-phone": {"viewport": {"width": 390, "height": 844}, "color_scheme": "light"},
    "-dark": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "dark", "locale": "es"},
}


class Shot(NamedTuple):
    """who: signed in; nobody, where empty. path: with {learner} and {group}; click: a link to
    follow from there, as a selector. dark: also dark and in Spanish. at: where the picture begins,
    as a selector; else at the top."""

    name: str
    title: str
    says: str
    who: str
    path: str
    click: str = ""
    dark: bool = False
    at: str = ""


SHOTS: Final = (
    Shot("sign-in", "Signing in", "By a link that works once, with a password, or with the "
         "school's own sign-in.", "", "/sign-in"),
    Shot("me", "A learner's page", "It begins with strengths, then shows what changed and why, "
         "and what to do next with the reason for each. One press asks for help or a talk.",
         PUPIL, "/me", dark=True),
    Shot("goals", "Goals, wishes and words", "Goals and plans in the learner's own words, what "
         "they like, their reflections, and work they made for others.", PUPIL, "/me/goals"),
    Shot("record", "The whole record", "Everything the store holds about a learner, to read and "
         "to download.", PUPIL, "/me/record"),
    Shot("prepare", "Before a talk", "The learner writes down what they want to say, next to the "
         "figures that will be on the sheet.", PUPIL, "/learners/demo/{learner}/conversation"),
    Shot("charts", "A learner's charts", "A small picture of each. If something is not known yet, "
         "it says so.", PUPIL,
         "/learners/demo/{learner}/charts"),
    Shot("chart", "One chart", "Under it are the same figures as a table, each with the "
         "statements behind it.",
         PUPIL, "/learners/demo/{learner}/charts/skill?skill=https://school.example/skills/"
         "adding-fractions", dark=True),
    Shot("map", "The map of skills", "Which skill comes before which, how the learner stands on "
         "each, and what is within reach.", PUPIL, "/learners/demo/{learner}/charts/map"),
    Shot("groups", "A teacher's groups", "Each group, and how many learners asked, are stuck or "
         "have something due.", TEACHER,
         "/groups"),
    Shot("group", "One group", "Who asked for the teacher, who is stuck, slipping, due, silent or "
         "ahead; then the grid of learners and skills.",
         TEACHER, "/groups/demo/{group}", dark=True),
    Shot("grid", "The grid of a group", "How likely a right answer is now, for everybody and "
         "every skill; each cell opens the figures.", TEACHER, "/groups/demo/{group}#grid",
         at="#grid"),
    Shot("picture", "A group as a picture", "The same cells as a chart to print or to take away.",
         TEACHER, "/groups/demo/{group}/heat", dark=True),
    Shot("sharing", "Who else may look", "A teacher shows a group, or one learner of it, to a "
         "coach or a colleague.", TEACHER, "/groups/demo/{group}", at="#sharing"),
    Shot("coach", "A coach's groups", "What teachers share. A coach looks, and writes nothing.",
         COACH, "/groups"),
    Shot("coach-group", "A group that is shared", "As its teachers see it, without the forms.",
         COACH, "/groups/demo/{group}"),
    Shot("cell", "One learner, one skill", "A cell of the grid opens: the range, what changed, "
         "and the statements. The teacher can pin the skill as a next step.",
         TEACHER, "/groups/demo/{group}",
         "#skill-grid tbody td a"),
    Shot("then-and-now", "Then and now", "Each learner compared with their own past.", TEACHER,
         "/groups/demo/{group}/compare"),
    Shot("group-pace", "The group's pace", "The plan and what was reached of it, days without "
         "activity, and how the times are known.", TEACHER, "/groups/demo/{group}/pace"),
    Shot("group-independence", "The group's independence", "Right without help, compared "
         "with what was expected; help avoided or not needed; who began.",
         TEACHER, "/groups/demo/{group}/independence"),
    Shot("learners", "The learners", "All learners whom somebody may see, with what they can do "
         "in words.", TEACHER, "/learners"),
    Shot("learner", "A learner, for their teacher", "The figures of the learner's own page, "
         "with pins and wishes.", TEACHER, "/learners/demo/{learner}"),
    Shot("conversation", "The conversation sheet", "What was agreed last time, three questions "
         "with a few figures each, what both say, a goal, what they agree, and the next talk.",
         TEACHER,
         "/learners/demo/{learner}/conversation", dark=True),
    Shot("talk", "An earlier talk", "As it was saved, with what the learner wrote before it, and "
         "what became of each agreement: who said so, and when.", TEACHER,
         "/learners/demo/{learner}/conversation", ".talks a"),
    Shot("evidence", "The statements behind a figure", "Every figure opens the statements it "
         "rests on.",
         TEACHER, "/learners/demo/{learner}/evidence?figure=mastery:"
         "https://school.example/skills/adding-fractions"),
    Shot("statement", "One statement", "As it is stored, with its position in the log. A learner "
         "can say here that it is wrong.",
         PUPIL, "/learners/demo/{learner}/evidence?figure=mastery:"
         "https://school.example/skills/adding-fractions", ".statements a"),
    Shot("calibrations", "Calibrations", "How well predictions came true, for analysts.",
         ADMINISTRATOR, "/calibrations?store=demo"),
    Shot("account", "An account", "The password, and where somebody is signed in.", TEACHER,
         "/account"),
    Shot("people", "People", "Who may sign in, with which role, and which learner they are. "
         "Links to "
         "sign in are made here.", ADMINISTRATOR, "/people"),
    Shot("settings", "A group's settings", "Its name, its learners, and who teaches it.",
         ADMINISTRATOR, "/groups/demo/{group}/settings"),
    Shot("audit", "The audit", "Who did what, and who looked at whom.", ADMINISTRATOR, "/audit"),
    Shot("reader", "Language and time zone", "English and Spanish; times in the reader's own "
         "time zone.", TEACHER, "/reader"),
)  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--until", default="2026-11-20", help="the class's last day")
    until = parser.parse_args().until
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("*.webp"):
        old.unlink()
    with tempfile.TemporaryDirectory() as folder, _demonstration(Path(folder), until) as server:
        values = _values(server)
        with browser() as chromium:
            cookies = {
                who: _signed_in(server, chromium, who)
                for who in (TEACHER, PUPIL, ADMINISTRATOR, COACH)
            }
            taken = [
                shot
                for shot in SHOTS
                if _take(server, chromium, shot, values, cookies.get(shot.who, []))
            ]
    (ROOT / "docs" / "pages.md").write_text(_page(taken))
    size = sum(file.stat().st_size for file in FOLDER.iterdir())
    print(f"{len(taken)} pages, {size / 2**20:.1f} MiB in {FOLDER.relative_to(ROOT)}")
    return 0 if size <= _MOST_BYTES else 1


@contextmanager
def _demonstration(home: Path, until: str) -> Iterator[Server]:
    """A server with the whole class in its views."""
    with running(home, f"sqlite:///{home / 'lrs.sqlite3'}", worker=True) as server:
        _command(server, "demo", "--until", until)
        _command(server, "project", "--wait")
        yield server


def _command(server: Server, *words: str) -> str:
    environment = {**os.environ, "LRS_HOME": str(server.home), "LRS_PUBLIC_URL": server.url,
                   "LRS_DATABASE_URL": server.database_url}  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "lrs", *words], cwd=ROOT, env=environment, check=True,
        capture_output=True, text=True,
    )  # fmt: skip
    return done.stdout


def _values(server: Server) -> dict[str, str]:
    """What the addresses of the pages hold."""
    demo = server.credentials["demo"]
    with httpx2.Client(base_url=server.url, auth=(demo["key"], demo["secret"])) as client:
        (learner,) = client.get("/api/v1/learners", params={"name": STUCK}).json()["items"]
    (group,) = json.loads(_command(server, "group", "list", "--store", "demo", "--json"))["items"]
    return {"learner": learner["id"], "group": str(group["id"])}


def _signed_in(server: Server, chromium: Browser, who: str) -> list[Any]:
    """The cookies of somebody who is signed in."""
    context = chromium.new_context()
    page = context.new_page()
    page.goto(_command(server, "user", "link", "--name", who).split()[-1])
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(lambda url: "/sign-in/" not in url)
    cookies: list[Any] = context.cookies()
    context.close()
    return cookies


def _take(
    server: Server, chromium: Browser, shot: Shot, values: dict[str, str], cookies: list[Any]
) -> bool:
    """Take a page in each look; whether there is such a page."""
    for look, options in _LOOKS.items():
        if look == "-dark" and not shot.dark:
            continue
        context = chromium.new_context(base_url=server.url, **options)
        context.add_cookies(cookies)
        page = context.new_page()
        answer = page.goto(shot.path.format(**values))
        if answer is None or answer.status != 200:
            print(f"{shot.name}: {answer and answer.status} at {shot.path}")
            context.close()
            return False
        if shot.click:
            link = page.locator(shot.click).first.get_attribute("href") or ""
            page.goto(urljoin(page.url, link))  # which a phone may not show
        _save(page, FOLDER / f"{shot.name}{look}.webp", shot.at)
        context.close()
    return True


def _save(page: Page, path: Path, at: str) -> None:
    """As WebP: a tenth of the bytes of a PNG."""
    if "/charts" in page.url or page.url.endswith("/heat"):
        page.wait_for_load_state("networkidle")  # the drawings
    time.sleep(0.2)
    top = 0
    if at:
        page.evaluate(_UNFOLD, at)
        top = int(page.evaluate(_TOP, at))
    height = min(TALL, int(page.evaluate("document.documentElement.scrollHeight")) - top)
    width = page.viewport_size["width"] if page.viewport_size else 1280
    clip = {"x": 0, "y": top, "width": width, "height": height, "scale": 1}
    session = page.context.new_cdp_session(page)
    taken = session.send("Page.captureScreenshot", {
        "format": "webp", "quality": _QUALITY, "clip": clip, "captureBeyondViewport": True,
    })  # fmt: skip
    path.write_bytes(base64.b64decode(taken["data"]))


def _page(taken: list[Shot]) -> str:
    lines = [
        "# The pages",
        "",
        "What people see, taken from the [demonstration class](demo.md) by `make screenshots`. "
        "Every page also works on a phone, in the dark, in Spanish, on paper, and by keyboard.",
    ]
    for shot in taken:
        looks = [look for look in _LOOKS if look != "-dark" or shot.dark]
        lines += ["", f"## {shot.title}", "", shot.says, ""]
        for look in looks:
            wide = 220 if look == "-phone" else 560
            alt = {"": shot.title, "-phone": f"{shot.title}, on a phone",
                   "-dark": f"{shot.title}, dark and in Spanish"}[look]  # fmt: skip
            lines.append(
                f'<img src="screenshots/{shot.name}{look}.webp" width="{wide}" alt="{alt}">'
            )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
