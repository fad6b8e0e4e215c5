"""/api/v1/users, tokens, sessions, me: people, and what they are signed in with."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from lrs.api.v1.access import (
    Access,
    administrator,
    people_administrator,
    services_of,
    signed_in,
)
from lrs.errors import Forbidden, NotFound
from lrs.storage.administration.also import Also, AlsoOf
from lrs.storage.administration.passwords import check as check_password
from lrs.storage.administration.people import Person, account_of
from lrs.storage.administration.tokens import MOST_DAYS
from lrs.storage.audit.audit import Act
from lrs.xapi.timestamps import format_us

_LONGEST = 100
router = APIRouter(prefix="/api/v1", tags=["people"])

Administrator = Annotated[Person, Depends(people_administrator)]
Myself = Annotated[Person, Depends(signed_in)]
Role = Literal["administrator", "analyst", "teacher", "coach", "learner"]


class NewUser(BaseModel):
    """Somebody who may sign in."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=200)
    role: Role
    password: SecretStr | None = Field(
        default=None, max_length=1_000, description="At least 10 characters; none: only links."
    )


class ChangedUser(BaseModel):
    """What is to be another way; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    role: Role | None = None
    password: SecretStr | None = Field(default=None, max_length=1_000)
    disabled: bool | None = None


class Identity(BaseModel):
    """Who a person is among the learners of a store; null: nobody."""

    model_config = ConfigDict(extra="forbid")

    learner: str | None = Field(
        max_length=4_000, description="A learner's id, a mail address, or an Agent as JSON."
    )


class NewToken(BaseModel):
    """An access token for oneself."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=200, description="What it is for.")
    days: int = Field(default=30, ge=1, le=MOST_DAYS, description="How long it is good.")


@router.get("/me")
def me(person: Myself) -> dict[str, Any]:
    """Who is signed in."""
    return _plain(person)


@router.get("/users")
def users(request: Request, by: Administrator) -> dict[str, Any]:  # noqa: ARG001 - who may
    """The people who may sign in."""
    found = services_of(request).people.list()
    return {"items": [_plain(one) for one in found], "next": None}


@router.post("/users", status_code=201)
def create_user(request: Request, by: Administrator, wanted: NewUser) -> dict[str, Any]:
    """Make somebody known. The answer has a path that signs them in once, within the hour."""
    services = services_of(request)
    if wanted.password is not None:
        check_password(wanted.password.get_secret_value(), wanted.name)
    made = services.people.create(
        wanted.name, wanted.role, _told(request, by, "created", role=wanted.role)
    )
    if wanted.password is not None:
        services.passwords.set(made, wanted.password.get_secret_value())
    link = f"{services.settings.origin}/sign-in/{services.people.link(made)}"
    return {**_plain(made), "sign_in": link}


@router.patch("/users/{name}")
def change_user(
    request: Request, by: Administrator, name: str, wanted: ChangedUser
) -> dict[str, Any]:
    """Another role or password, shutting somebody out, or letting them in again."""
    services = services_of(request)
    found = services.people.get(name)
    if found.id == by.id and (wanted.disabled or wanted.role not in {None, by.role}):
        raise Forbidden("An administrator cannot shut themself out.")
    if wanted.password is not None:
        also = _audited(request, by, "gave-password", found)
        services.passwords.set(found, wanted.password.get_secret_value(), also)
    if wanted.role is not None:
        also = _audited(request, by, "assigned", found, role=wanted.role)
        services.people.assign(found, wanted.role, also)
    if wanted.disabled is not None:
        change = services.people.disable if wanted.disabled else services.people.enable
        verb = "disabled" if wanted.disabled else "enabled"
        change(found, _audited(request, by, verb, found))
    return _plain(services.people.get(name))


@router.put("/users/{name}/learner", status_code=204)
def identify_user(
    request: Request,
    by: Administrator,
    access: Annotated[Access, Depends(administrator)],
    name: str,
    wanted: Identity,
) -> Response:
    """Say which learner of the store a person is: what somebody with the role learner sees."""
    services = services_of(request)
    person, store = services.people.get(name), access.store
    also = _audited(
        request, by, "identified", person, store=store.name, known=wanted.learner is not None
    )
    services.groups.identify(store, person, wanted.learner, also)
    return Response(status_code=204)


@router.get("/users/{name}/sessions")
def sessions_of_user(request: Request, by: Administrator, name: str) -> dict[str, Any]:  # noqa: ARG001
    """Where somebody is signed in."""
    return _sessions(request, services_of(request).people.get(name))


@router.delete("/users/{name}/sessions", status_code=204)
def end_sessions_of_user(request: Request, by: Administrator, name: str) -> Response:
    """Sign somebody out everywhere."""
    services = services_of(request)
    person = services.people.get(name)
    services.signed_in.revoke(person.id, also=_audited(request, by, "ended-sessions", person))
    return Response(status_code=204)


@router.get("/sessions")
def sessions(request: Request, person: Myself) -> dict[str, Any]:
    """Where oneself is signed in."""
    return _sessions(request, person)


@router.delete("/sessions", status_code=204)
def end_sessions(
    request: Request,
    person: Myself,
    session: Annotated[
        str | None, Query(alias="id", max_length=100, description="Only this one.")
    ] = None,
) -> Response:
    """Sign oneself out, everywhere or there."""
    also = _audited(request, person, "ended-sessions", person)
    if not services_of(request).signed_in.revoke(person.id, session, also):
        raise NotFound("There is no such session.")
    return Response(status_code=204)


@router.get("/tokens")
def tokens(request: Request, person: Myself) -> dict[str, Any]:
    """One's own access tokens, without the tokens' texts."""
    found = services_of(request).tokens.list(person)
    items = [
        {
            "id": one.id,
            "name": one.name,
            "created": format_us(one.created_us),
            "used": None if one.used_us is None else format_us(one.used_us),
            "expires": format_us(one.expires_us),
        }
        for one in found
    ]
    return {"items": items, "next": None}


@router.post("/tokens", status_code=201)
def create_token(request: Request, person: Myself, wanted: NewToken) -> dict[str, Any]:
    """A new access token with one's own rights. It is in this answer and is never shown again."""
    made, text = services_of(request).tokens.create(
        person,
        wanted.name,
        wanted.days,
        services_of(request).audit.of_made(
            lambda token: Act(account_of(person), "created", "token", token.id)
        ),
    )
    return {
        "id": made.id,
        "name": made.name,
        "expires": format_us(made.expires_us),
        "token": text,
    }


@router.delete("/tokens/{token_id}", status_code=204)
def revoke_token(request: Request, person: Myself, token_id: str) -> Response:
    """Refuse one of one's own tokens from now on."""
    services = services_of(request)
    also = services.audit.of(Act(account_of(person), "revoked", "token", token_id[:_LONGEST]))
    services.tokens.revoke(person, token_id, also)
    return Response(status_code=204)


def _audited(
    request: Request, by: Person, verb: str, about: Person, *, store: str | None = None,
    **details: Any,
) -> Also:  # fmt: skip
    """Records in the audit what was done to somebody, by their number, in the act's transaction."""
    act = Act(account_of(by), verb, "user", account_of(about), store, details)
    return services_of(request).audit.of(act)


def _told(request: Request, by: Person, verb: str, **details: Any) -> AlsoOf[Person]:
    """As `_audited`, about somebody who is being made known."""
    return services_of(request).audit.of_made(
        lambda person: Act(account_of(by), verb, "user", account_of(person), None, details)
    )


def _plain(person: Person) -> dict[str, Any]:
    return {"name": person.name, "role": person.role, "disabled": person.disabled}


def _sessions(request: Request, person: Person) -> dict[str, Any]:
    items = [
        {
            "id": one.id,
            "way": one.way,
            "since": format_us(one.created_us),
            "used": format_us(one.used_us),
            "until": format_us(one.expires_us),
        }
        for one in services_of(request).signed_in.list(person.id)
    ]
    return {"items": items, "next": None}
