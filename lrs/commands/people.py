"""`lrs user`: the people who may sign in."""

import sys

import click

from lrs.commands.installation import ADMINISTRATOR, sign_in_url
from lrs.commands.parts import Parts, json_option, parts, report, store_option, table
from lrs.storage.administration.external import ExternalSignIns
from lrs.storage.administration.groups import Groups
from lrs.storage.administration.passwords import Passwords
from lrs.storage.administration.passwords import check as check_password
from lrs.storage.administration.people import ROLES, People, account_of
from lrs.storage.administration.sessions import SignedIn
from lrs.xapi.timestamps import format_us


@click.group()
def user() -> None:
    """People who sign in, with a password, OpenID Connect, or a one-time link."""


@user.command("create")
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), required=True, help="What they may see and do.")
@click.option("--password", help="- reads it from standard input; without it, only links work.")
@json_option
def create_user(name: str, role: str, password: str | None, as_json: bool) -> None:
    """Let NAME sign in, and print the link that does it once."""
    given = _password(password) if password is not None else None
    if given is not None:
        check_password(given, name)  # before there is anybody
    with parts() as opened:
        people = People(opened.database)
        made = people.create(name, role, opened.audited_person("created", role=role))
        if given is not None:
            _passwords(opened).set(made, given)
        link = sign_in_url(opened.settings, people.link(made))
    report({"name": made.name, "role": made.role, "sign_in": link}, as_json, link)


@user.command("passwd")
@click.argument("name")
@json_option
def passwd(name: str, as_json: bool) -> None:
    """Give NAME the password on the first line of standard input; their sessions end."""
    given = _password("-")
    with parts() as opened:
        person = People(opened.database).get(name)
        also = opened.audited("gave-password", "user", account_of(person))
        _passwords(opened).set(person, given, also)
    report({"name": name}, as_json, f"{name} has a new password.")


@user.command("list")
@json_option
def list_users(as_json: bool) -> None:
    """List the people who may sign in."""
    with parts() as opened:
        found = People(opened.database).list()
    items = [{"name": one.name, "role": one.role, "disabled": one.disabled} for one in found]
    rows: list[tuple[str, ...]] = [
        (one.name, one.role, "disabled" if one.disabled else "") for one in found
    ]
    report({"items": items, "next": None}, as_json, table(rows))


@user.command("role")
@click.argument("name")
@click.argument("role", type=click.Choice(ROLES))
@json_option
def role_of_user(name: str, role: str, as_json: bool) -> None:
    """Give NAME another ROLE."""
    with parts() as opened:
        people = People(opened.database)
        person = people.get(name)
        also = opened.audited("assigned", "user", account_of(person), role=role)
        made = people.assign(person, role, also)
    report({"name": made.name, "role": made.role}, as_json, f"{made.name} is {made.role} now.")


@user.command("disable")
@click.argument("name")
@json_option
def disable_user(name: str, as_json: bool) -> None:
    """Refuse NAME from now on: links, sessions and tokens end."""
    with parts() as opened:
        people = People(opened.database)
        person = people.get(name)
        people.disable(person, opened.audited("disabled", "user", account_of(person)))
    report({"name": name, "disabled": True}, as_json, f"{name} is disabled.")


@user.command("enable")
@click.argument("name")
@json_option
def enable_user(name: str, as_json: bool) -> None:
    """Let NAME, who was disabled, sign in again."""
    with parts() as opened:
        people = People(opened.database)
        person = people.get(name)
        people.enable(person, opened.audited("enabled", "user", account_of(person)))
    report({"name": name, "disabled": False}, as_json, f"{name} may sign in again.")


@user.command("link")
@click.option("--name", default=ADMINISTRATOR, show_default=True, help="Who is to sign in.")
@json_option
def link_user(name: str, as_json: bool) -> None:
    """Print a link that signs somebody in once, within the hour."""
    with parts() as opened:
        people = People(opened.database)
        person = people.get(name)
        also = opened.audited("made-link", "user", account_of(person))
        link = sign_in_url(opened.settings, people.link(person, also))
    report({"name": name, "sign_in": link}, as_json, link)


@user.command("learner")
@click.argument("name")
@click.argument("learner", required=False)
@store_option
@json_option
def learner_of_user(name: str, learner: str | None, store_name: str, as_json: bool) -> None:
    """Say that NAME is LEARNER: a mail address, a learner's id, or an Agent as JSON.

    Somebody with the role learner sees that learner's views. Without LEARNER: nobody's.
    """
    with parts() as opened:
        store = opened.stores.get(store_name)
        person = People(opened.database).get(name)
        also = opened.audited(
            "identified", "user", account_of(person), store=store_name, known=learner is not None
        )
        Groups(opened.database).identify(store, person, learner, also)
    report({"name": name, "learner": learner}, as_json, f"{name} is {learner or 'nobody'}.")


@user.command("openid")
@click.argument("name")
@click.argument("subject")
@json_option
def openid_of_user(name: str, subject: str, as_json: bool) -> None:
    """Say that NAME is SUBJECT at the OpenID provider (the claim `sub`)."""
    with parts() as opened:
        issuer = opened.settings.oidc_issuer
        if not issuer:
            raise click.UsageError("No OpenID provider is set up (LRS_OIDC_ISSUER).")
        people, signed_in = People(opened.database), SignedIn(opened.database)
        external = ExternalSignIns(opened.database, people, signed_in)
        person = people.get(name)
        also = opened.audited("linked", "user", account_of(person), issuer=issuer)
        external.link(person, issuer, subject, also)
    report({"name": name, "subject": subject}, as_json, f"{name} is {subject} there.")


@user.command("sessions")
@click.argument("name")
@click.option("--revoke", help="End the session with this id, or `all`.")
@json_option
def sessions_of_user(name: str, revoke: str | None, as_json: bool) -> None:
    """List the sessions in which NAME is signed in, or end them."""
    with parts() as opened:
        person, signed_in = People(opened.database).get(name), SignedIn(opened.database)
        if revoke is not None:
            also = opened.audited("ended-sessions", "user", account_of(person))
            ended = signed_in.revoke(person.id, None if revoke == "all" else revoke, also)
            report({"revoked": ended}, as_json, f"Ended {ended}.")
            return
        found = signed_in.list(person.id)
    items = [
        {
            "id": one.id,
            "way": one.way,
            "since": format_us(one.created_us),
            "used": format_us(one.used_us),
            "until": format_us(one.expires_us),
        }
        for one in found
    ]
    report({"items": items, "next": None}, as_json, table([tuple(one.values()) for one in items]))


def _passwords(opened: Parts) -> Passwords:
    return Passwords(opened.database, SignedIn(opened.database))


def _password(given: str) -> str:
    """The first line of standard input; an argument would stand in the list of processes."""
    if given != "-":
        raise click.UsageError("A password is read from standard input: --password -.")
    line = sys.stdin.readline().rstrip("\r\n")
    if not line:
        raise click.UsageError("The password is expected on standard input.")
    return line
