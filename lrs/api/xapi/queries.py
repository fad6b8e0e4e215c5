"""What the parameters of `GET /xapi/statements` ask for (xAPI 1.0.3, Communication 2.1.3)."""

from collections.abc import Mapping
from dataclasses import dataclass

from lrs.api.xapi.pages import Query
from lrs.errors import InvalidRequest
from lrs.storage.search.search import Filter
from lrs.xapi import parameters as check
from lrs.xapi.references import identity

FORMATS = frozenset({"exact", "ids", "canonical"})
_FILTERS = frozenset(
    {
        "agent",
        "verb",
        "activity",
        "registration",
        "related_activities",
        "related_agents",
        "since",
        "until",
        "limit",
        "format",
        "attachments",
        "ascending",
    }
)
_SINGLE = frozenset({"statementId", "voidedStatementId"})
_KNOWN = _FILTERS | _SINGLE | {"more"}


@dataclass(frozen=True, slots=True)
class Single:
    """A GET for one statement. voided: it is asked for by `voidedStatementId`."""

    id: str
    voided: bool
    format: str
    attachments: bool


def refuse_unknown(given: Mapping[str, str], known: frozenset[str]) -> None:
    """400 for a parameter that is not known here, or is spelled in another case."""
    for name in given:
        if name not in known:
            meant = {one.lower(): one for one in known}.get(name.lower())
            hint = f"; it is spelled {meant}" if meant is not None else ""
            raise InvalidRequest(
                f"Unknown parameter {name[:100]!r}{hint}.", code="unknown_parameter"
            )


def single_or_query(given: dict[str, str]) -> Single | Query:
    """The question in these parameters. Raises InvalidRequest naming the parameter at fault."""
    refuse_unknown(given, _KNOWN)
    if not _SINGLE.isdisjoint(given):
        return _single(given)
    if "more" in given:
        raise InvalidRequest("The parameter more stands alone; use the link as it was given.")
    return _query(given)


def _single(given: dict[str, str]) -> Single:
    if len(given.keys() & _SINGLE) > 1:
        raise InvalidRequest("Give statementId or voidedStatementId, not both.")
    extra = given.keys() - _SINGLE - {"attachments", "format"}
    if extra:
        raise InvalidRequest(
            f"With statementId or voidedStatementId only attachments and format may be given, "
            f"not {', '.join(sorted(extra))}."
        )
    voided = "voidedStatementId" in given
    name = "voidedStatementId" if voided else "statementId"
    return Single(check.check_uuid(name, given[name]), voided, _format(given), _attachments(given))


def _query(given: dict[str, str]) -> Query:
    def optional_boolean(name: str) -> bool:
        return name in given and check.check_boolean(name, given[name])

    def optional_moment(name: str) -> int | None:
        return check.check_timestamp(name, given[name]) if name in given else None

    def optional_iri(name: str) -> str | None:
        return check.check_iri(name, given[name]) if name in given else None

    agent = given.get("agent")
    registration = given.get("registration")
    wanted = Filter(
        agent=identity(check.check_agent("agent", agent)) if agent is not None else None,
        verb=optional_iri("verb"),
        activity=optional_iri("activity"),
        registration=(
            check.check_uuid("registration", registration) if registration is not None else None
        ),
        related_agents=optional_boolean("related_agents"),
        related_activities=optional_boolean("related_activities"),
        since_us=optional_moment("since"),
        until_us=optional_moment("until"),
    )
    limit = check.check_limit("limit", given["limit"]) if "limit" in given else 0
    return Query(wanted, limit, optional_boolean("ascending"), _format(given), _attachments(given))


def _format(given: dict[str, str]) -> str:
    found = given.get("format", "exact")
    if found not in FORMATS:
        raise InvalidRequest("The parameter format must be exact, ids or canonical.")
    return found


def _attachments(given: dict[str, str]) -> bool:
    return "attachments" in given and check.check_boolean("attachments", given["attachments"])
