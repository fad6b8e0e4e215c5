"""`lrs token`: access tokens, with which a person's programs use the API."""

import click

from lrs.commands.parts import COMMAND_LINE, Parts, json_option, parts, report, table
from lrs.storage.administration.also import AlsoOf
from lrs.storage.administration.people import People, account_of
from lrs.storage.administration.tokens import AccessToken, AccessTokens
from lrs.storage.audit.audit import Act, Audit
from lrs.xapi.timestamps import format_us

_user = click.option("--user", "name", required=True, help="Whose token it is.")


@click.group()
def token() -> None:
    """Access tokens: `Authorization: Bearer …` for /api/v1, with a person's own rights."""


@token.command("create")
@_user
@click.option("--name", "purpose", default="token", show_default=True, help="What it is for.")
@click.option("--days", default=30, show_default=True, help="How long it is good.")
@json_option
def create_token(name: str, purpose: str, days: int, as_json: bool) -> None:
    """Make a token and print it, this once."""
    with parts() as opened:
        person = People(opened.database).get(name)
        made, text = AccessTokens(opened.database).create(person, purpose, days, _told(opened))
    expires = format_us(made.expires_us)
    report({"id": made.id, "token": text, "expires": expires}, as_json, text)


@token.command("list")
@_user
@json_option
def list_tokens(name: str, as_json: bool) -> None:
    """List somebody's tokens that are good, without the tokens' texts."""
    with parts() as opened:
        found = AccessTokens(opened.database).list(People(opened.database).get(name))
    items = [
        {
            "id": one.id,
            "name": one.name,
            "used": None if one.used_us is None else format_us(one.used_us),
            "expires": format_us(one.expires_us),
        }
        for one in found
    ]
    rows = [tuple(value or "never used" for value in one.values()) for one in items]
    report({"items": items, "next": None}, as_json, table(rows))


@token.command("revoke")
@_user
@click.argument("token_id")
@json_option
def revoke_token(name: str, token_id: str, as_json: bool) -> None:
    """Refuse the token TOKEN_ID from now on."""
    with parts() as opened:
        person = People(opened.database).get(name)
        also = opened.audited("revoked", "token", token_id, owner=account_of(person))
        AccessTokens(opened.database).revoke(person, token_id, also)
    report({"revoked": token_id}, as_json, f"Revoked {token_id}.")


def _told(opened: Parts) -> AlsoOf[AccessToken]:
    """Records in the audit that a token was made, by its id."""
    return Audit(opened.database, opened.settings.origin).of_made(
        lambda token: Act(COMMAND_LINE, "created", "token", token.id)
    )
