"""What the sheet calls its parts and whoever takes part. own: the learner reads it themself, and is
told of as `you`."""

from datetime import date, datetime

from lrs.console import wording
from lrs.console.conversation.talks import Agreement
from lrs.console.language import _, reader


def titles() -> dict[str, str]:
    """Of the three prompts."""
    return {"mastery": _("Mastery"), "pace": _("Pace"), "independence": _("Independence")}


def questions() -> dict[str, str]:
    """Of the same."""
    return {
        "mastery": _("What can you do now that you could not do before, and what is still hard?"),
        "pace": _("Does your pace suit your plan and your week?"),
        "independence": _("What do you do on your own, and where would help do you good?"),
    }


def who_does() -> dict[str, str]:
    """Who takes something on, as a choice of whoever writes the sheet."""
    return {"learner": _("the learner"), "teacher": _("the teacher"), "both": _("both of us")}


def sees_to_it(who: str, *, own: bool) -> str:
    """Who has taken something on."""
    theirs = {
        "learner": _("the learner sees to it"), "teacher": _("the teacher sees to it"),
        "both": _("both see to it"),
    }  # fmt: skip
    yours = {
        "learner": _("you see to it"), "teacher": _("your teacher sees to it"),
        "both": _("you both see to it"),
    }  # fmt: skip
    return (yours if own else theirs)[who]


def ideas() -> dict[str, str]:
    """Whose idea a talk was, as a choice of whoever writes the sheet."""
    return {"teacher": _("the teacher’s"), "learner": _("the learner’s")}


def idea(began: str, *, own: bool) -> str:
    """Whose idea a talk was."""
    if own:
        return _("your idea") if began == "learner" else _("your teacher’s idea")
    return _("the learner’s idea") if began == "learner" else _("the teacher’s idea")


def saved(*, own: bool) -> str:
    """What pressing the button did."""
    if own:
        return _("Saved. Your teacher sees it on the sheet, as written by you.")
    return _("Saved. It is part of the record now, as said by each of you.")


def asked(who: str, *, own: bool) -> dict[str, str]:
    """The label of the field for what somebody says, by voice. who: the learner's name."""
    if own:
        return {"learner": _("What I say")}
    return {"learner": _("%(name)s says") % {"name": who}, "teacher": _("The teacher says")}


def said(who: str, *, own: bool) -> dict[str, str]:
    """What somebody said, by voice."""
    if own:
        return {"learner": _("What you said"), "teacher": _("What your teacher said")}
    return {"learner": _("%(name)s said") % {"name": who}, "teacher": _("The teacher said")}


def due(agreed: Agreement) -> str:
    """By when; empty where no day was agreed."""
    if agreed.by is None:
        return ""
    over = agreed.settled is None and agreed.by < today().isoformat()
    told = _("was due on %(day)s") if over else _("by %(day)s")
    return told % {"day": wording.day(agreed.by)}


def became(agreed: Agreement, who: str, *, own: bool) -> str:
    """What became of an agreement, and who says so. who: the learner's name."""
    settled = agreed.settled
    if settled is None:
        return outcomes()["open"]
    by = who if settled.themself else settled.by
    if own and settled.themself:
        told = _("%(outcome)s, as you said on %(day)s")
    elif by:
        told = _("%(outcome)s, as %(name)s said on %(day)s")
    else:
        told = _("%(outcome)s, told on %(day)s")
    named = {"outcome": outcomes()[settled.outcome], "name": by, "day": wording.date(settled.at)}
    return told % named


def day(text: str) -> str:
    """A day of the calendar, `2026-11-23`, in words."""
    return wording.day(text)


def today() -> date:
    """Where the reader is: forms count days there."""
    return datetime.now(reader().zone).date()


def outcomes() -> dict[str, str]:
    """What became of an agreement."""
    return {"done": _("done"), "open": _("still open"), "dropped": _("no longer wanted")}


def place(field: str) -> str:
    """The part of the sheet in which a field stands, where the fault in it does not tell; or
    empty."""
    name, _dash, number = field.rpartition("-")
    if name in ("agreed", "about", "by"):
        return _("Agreement %(n)s") % {"n": number}
    return {"goal-due": _("A goal"), "next": _("Next talk")}.get(field, "")
