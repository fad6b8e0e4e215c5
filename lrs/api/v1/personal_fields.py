"""Kinds of fields in what is sent to write about a learner."""

from typing import Annotated

from pydantic import Field

from lrs.errors import Fault, InvalidAct, InvalidRequest
from lrs.storage.personal.checks import is_id
from lrs.xapi import parameters as check

Moment = Annotated[
    str | None, Field(max_length=100, description="ISO 8601, such as 2026-11-23T09:30:00Z.")
]
Iri = Annotated[str, Field(max_length=2_000, description="An IRI.")]
Words = Annotated[str, Field(max_length=4_000)]
Title = Annotated[str, Field(max_length=200)]
Id = Annotated[str, Field(max_length=100, description="A statement's id.")]
Learner = Annotated[str, Field(max_length=100, description="A learner's id.")]
Skills = Annotated[list[Iri], Field(max_length=50, description="IRIs of skills.")]
NewId = Annotated[
    str | None,
    Field(
        max_length=100,
        description="An id (a UUID) for the new statement. Send the same again with it when no "
        "answer came: it is written once. Something else under the same id is 409.",
    ),
]


def checked_id(statement: str | None) -> str | None:
    """Raises InvalidAct."""
    if statement is not None and not is_id(statement):
        raise InvalidAct([Fault("/statement", "uuid", "must be an id (a UUID)")])
    return statement


def to_us(path: str, text: str | None) -> int | None:
    """path: without the first slash. Raises InvalidAct."""
    if text is None:
        return None
    try:
        return check.check_timestamp(path.rpartition("/")[2], text)
    except InvalidRequest as error:
        raise InvalidAct([Fault(f"/{path}", "timestamp", error.message)]) from error
