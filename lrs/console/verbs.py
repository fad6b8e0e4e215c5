"""What well-known verbs are called, for readers to whom the statement's sender did not speak."""

from typing import Any

from lrs.console import wording
from lrs.console.foreign import Foreign
from lrs.console.language import pgettext, pmark
from lrs.console.names import Names

_VOCABULARIES = (
    "http://activitystrea.ms/schema/1.0/",
    "http://adlnet.gov/expapi/verbs/",
    "http://id.tincanapi.com/verb/",
    "http://www.tincanapi.co.uk/verbs/",
    "https://brindlewaye.com/xAPITerms/verbs/",
    "https://w3id.org/xapi/",
    "tag:lrs.example,2026:profile/verbs/",
)
_NAMES = {
    "abandoned": pmark("verb", "abandoned"),
    "access": pmark("verb", "accessed"),
    "accessed": pmark("verb", "accessed"),
    "achieved": pmark("verb", "achieved"),
    "added": pmark("verb", "added"),
    "answered": pmark("verb", "answered"),
    "appointed": pmark("verb", "appointed"),
    "asked": pmark("verb", "asked"),
    "asked-to-talk": pmark("verb", "asked to talk about"),
    "assisted": pmark("verb", "helped"),
    "attempted": pmark("verb", "attempted"),
    "attended": pmark("verb", "attended to"),
    "chose": pmark("verb", "chose"),
    "coached": pmark("verb", "helped"),
    "commented": pmark("verb", "commented on"),
    "completed": pmark("verb", "completed"),
    "conversed": pmark("verb", "talked about"),
    "defined": pmark("verb", "set"),
    "deleted": pmark("verb", "deleted"),
    "disputed": pmark("verb", "disputed"),
    "earned": pmark("verb", "earned"),
    "edited": pmark("verb", "edited"),
    "evaluated": pmark("verb", "was assessed on"),
    "exited": pmark("verb", "left"),
    "experienced": pmark("verb", "experienced"),
    "explored": pmark("verb", "explored"),
    "failed": pmark("verb", "did not pass"),
    "followed-up": pmark("verb", "followed up"),
    "forfeited": pmark("verb", "gave up"),
    "hinted": pmark("verb", "took a hint on"),
    "initialized": pmark("verb", "began"),
    "interacted": pmark("verb", "interacted with"),
    "joined": pmark("verb", "joined"),
    "launched": pmark("verb", "launched"),
    "loggedin": pmark("verb", "signed in to"),
    "mastered": pmark("verb", "mastered"),
    "named": pmark("verb", "named"),
    "navigated": pmark("verb", "navigated to"),
    "overrode": pmark("verb", "did something else instead of"),
    "passed": pmark("verb", "passed"),
    "paused": pmark("verb", "paused"),
    "picked": pmark("verb", "picked"),
    "pinned": pmark("verb", "pinned"),
    "planned": pmark("verb", "planned"),
    "played": pmark("verb", "played"),
    "posted": pmark("verb", "posted"),
    "preferred": pmark("verb", "preferred"),
    "progressed": pmark("verb", "made progress in"),
    "rated-confidence": pmark("verb", "said how sure they are of"),
    "rated-interest": pmark("verb", "said how interesting they find"),
    "read": pmark("verb", "read"),
    "receive": pmark("verb", "received"),
    "recommended": pmark("verb", "recommended"),
    "reflected": pmark("verb", "reflected on"),
    "registered": pmark("verb", "registered for"),
    "relieved": pmark("verb", "relieved"),
    "removed": pmark("verb", "removed"),
    "reported": pmark("verb", "reported"),
    "requested": pmark("verb", "requested"),
    "requested-attention": pmark("verb", "asked for help with"),
    "responded": pmark("verb", "responded to"),
    "resumed": pmark("verb", "resumed"),
    "revised": pmark("verb", "revised"),
    "satisfied": pmark("verb", "satisfied"),
    "scheduled": pmark("verb", "scheduled"),
    "scored": pmark("verb", "scored in"),
    "searched": pmark("verb", "searched"),
    "seeked": pmark("verb", "jumped in"),
    "selected": pmark("verb", "selected"),
    "separated": pmark("verb", "separated"),
    "settled": pmark("verb", "settled"),
    "shared": pmark("verb", "shared"),
    "shared-group": pmark("verb", "shared"),
    "shared-plan": pmark("verb", "shared"),
    "skipped": pmark("verb", "skipped"),
    "start": pmark("verb", "started"),
    "started": pmark("verb", "started"),
    "submit": pmark("verb", "submitted"),
    "suspended": pmark("verb", "suspended"),
    "terminated": pmark("verb", "ended"),
    "unpicked": pmark("verb", "took off their list"),
    "unpinned": pmark("verb", "unpinned"),
    "unregistered": pmark("verb", "withdrew from"),
    "unshared-group": pmark("verb", "no longer shares"),
    "unshared-plan": pmark("verb", "no longer shares"),
    "viewed": pmark("verb", "viewed"),
    "voided": pmark("verb", "voided"),
    "voted": pmark("verb", "voted on"),
    "waived": pmark("verb", "was exempted from"),
    "watch": pmark("verb", "watched"),
    "withdrew": pmark("verb", "took back"),
}


def told(verb: dict[str, Any], names: Names) -> str:
    """What somebody did: in the sender's words where they are in the reader's language, else in
    ours for a well-known verb, else in the sender's, which then say their language."""
    said = names.text(verb.get("display"))
    if said and not (isinstance(said, Foreign) and said.lang):
        return said
    return _known(verb["id"]) or said or wording.last_part(verb["id"])


def _known(iri: str) -> str:
    """Empty for a verb of no vocabulary that we know, and where our own words are no better."""
    if not iri.startswith(_VOCABULARIES):
        return ""
    name = _NAMES.get(iri.rpartition("/")[2])
    return pgettext("verb", name) if name else ""
