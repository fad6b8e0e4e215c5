"""Authorities: who vouches for a statement, as the Agent (or Group) its document names."""

import hashlib
from dataclasses import dataclass

import orjson
from sqlalchemy import Connection, select

from lrs.storage.administration.stores import Store
from lrs.storage.schema import authorities, authority_agents
from lrs.xapi.references import identity


@dataclass(frozen=True, slots=True)
class Authority:
    """body: the JSON text put into every document this authority vouches for."""

    id: int
    body: bytes


def find_or_create(connection: Connection, store: Store, body: bytes) -> Authority:
    """The authority with exactly this text, in the caller's transaction."""
    digest = hashlib.blake2b(body, digest_size=16, key=store.secret).digest()
    query = select(authorities.c.id).where(
        authorities.c.store == store.id, authorities.c.digest == digest
    )
    number = connection.scalar(query)
    if number is None:
        number = connection.execute(
            authorities.insert()
            .values(store=store.id, body=body, digest=digest)
            .returning(authorities.c.id)
        ).scalar_one()
        named = [
            {"agent": store.keys.agent(name), "authority": number, "store": store.id}
            for name in identities(body)
        ]
        if named:
            connection.execute(authority_agents.insert(), named)
    return Authority(number, body)


def identities(body: bytes) -> tuple[str, ...]:
    """Identities that an authority's text names: the Agent's, or a Group's and its members'."""
    value = orjson.loads(body)
    found = [identity(value), *(identity(member) for member in value.get("member", ()))]
    return tuple(dict.fromkeys(name for name in found if name is not None))


def for_credential(origin: str, credential: str) -> bytes:
    """The authority of a credential: an account on this server, named by a stable id, not a key."""
    return orjson.dumps(
        {"objectType": "Agent", "account": {"homePage": origin, "name": credential}}
    )
