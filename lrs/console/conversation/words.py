"""What the sheet calls its parts and whoever takes part. own: the learner reads it themself, and is
told of as `you`."""

from lrs.console.language import _


def titles() -> dict[str, str]:
    """Of the three prompts."""
    return {"mastery": _("Mastery"), "pace": _("Pace"), "independence": _("Independence")}


def questions() -> dict[str, str]:
    """Of the same."""
    return {
        "mastery": _("What can you do now that you could not before, and what does not come yet?"),
        "pace": _("Does your pace suit your plan and your week?"),
        "independence": _("What do you do on your own, and where would help do you good?"),
    }


def who_does() -> dict[str, str]:
    """Who takes something on, as a choice."""
    return {"learner": _("the learner"), "teacher": _("the teacher"), "both": _("both of us")}


def ideas() -> dict[str, str]:
    """Whose idea a talk was, as a choice."""
    return {"teacher": _("the teacher’s"), "learner": _("the learner’s")}


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
