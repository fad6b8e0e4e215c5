"""What the sheet says of an agreement: by when, what became of it, and who said so."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from lrs.console import wording
from lrs.console.conversation import words
from lrs.console.conversation.talks import Agreement, Settled
from lrs.console.language import Reader, reading

AT = "2026-05-31T12:00:00Z"


@pytest.mark.parametrize(("settled", "own", "told"), [
    (None, False, "still open"),
    (Settled("done", AT, themself=True), True, "done, as you said on 31 May 2026"),
    (Settled("done", AT, themself=True), False, "done, as Ada said on 31 May 2026"),
    (Settled("dropped", AT, by="Tina"), True, "no longer wanted, as Tina said on 31 May 2026"),
    (Settled("done", AT), False, "done, told on 31 May 2026"),
])  # fmt: skip
def test_what_became_of_an_agreement_is_told_with_who_said_so(
    settled: Settled | None, own: bool, told: str
) -> None:
    assert words.became(Agreement("1", "Draw", settled=settled), "Ada", own=own) == told


@pytest.mark.parametrize("zone", ["Pacific/Pago_Pago", "Pacific/Kiritimati"])
def test_a_due_day_is_the_same_day_everywhere_and_over_only_when_it_is_where_the_reader_is(
    zone: str,
) -> None:
    with reading(Reader(zone=ZoneInfo(zone))):
        today = words.today()
        assert wording.day("2026-05-31") == "31 May 2026"
        for day, told in ((today, "by "), (today - timedelta(days=1), "was due on ")):
            one = Agreement("1", "Draw", by=day.isoformat())
            assert words.due(one) == told + wording.day(day.isoformat())
        done = Agreement("1", "Draw", by="2020-01-01", settled=Settled("done", AT))
        assert words.due(done) == "by 1 Jan 2020"
        assert words.due(Agreement("1", "Draw")) == ""


def test_the_learner_is_told_of_as_you_on_their_own_sheet() -> None:
    assert words.sees_to_it("teacher", own=True) == "your teacher sees to it"
    assert words.sees_to_it("learner", own=False) == "the learner sees to it"
    assert words.idea("learner", own=True) == "your idea"
    assert words.place("by-3") == "Agreement 3"
    assert words.place("learner-pace") == ""
