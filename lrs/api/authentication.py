"""Who sends a request: a tool with HTTP Basic credentials."""

from lrs.api.http import basic
from lrs.api.services import Services
from lrs.errors import Forbidden, NotAuthenticated
from lrs.storage.administration.credentials import Credential


async def authenticate(services: Services, header: bytes | None, address: str = "") -> Credential:
    """The credential of an Authorization header. Raises NotAuthenticated, TooManyRequests.

    A credential seen in the last seconds costs no trip to the database. address: where failures
    are counted against.
    """
    key, secret = basic(header)
    known = services.credentials.remembered(key, secret)
    if known is not None:
        return known
    return await services.reading(credential_of, services, key, secret, address)


def credential_of(services: Services, key: str, secret: str, address: str) -> Credential:
    """As `authenticate`, where waiting is allowed. Right ones pass, however many wrong ones came
    before: nobody can shut a tool out by guessing at its secret, which has 256 random bits."""
    found = services.credentials.authenticate(key, secret)
    if found is None:
        services.request_failures.failed(key, address)
        raise NotAuthenticated("No credential has this key and secret.")
    return found


def demand(credential: Credential, *scopes: str) -> None:
    """Raise Forbidden unless one of the scopes was granted."""
    if not credential.allows(*scopes):
        raise Forbidden(
            f"This needs one of the scopes {', '.join((*scopes, 'all'))}; "
            f"the credential has {', '.join(sorted(credential.scopes))}."
        )
