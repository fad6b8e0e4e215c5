"""Who sends a request: a tool with HTTP Basic credentials."""

from lrs.api.http import basic
from lrs.api.services import Services
from lrs.errors import Forbidden, NotAuthenticated
from lrs.storage.administration.credentials import Credential


async def authenticate(services: Services, header: bytes | None) -> Credential:
    """The credential of an Authorization header. Raises NotAuthenticated.

    A credential seen in the last seconds costs no trip to the database.
    """
    key, secret = basic(header)
    known = services.credentials.remembered(key, secret)
    if known is not None:
        return known
    return accept(await services.reading(services.credentials.authenticate, key, secret))


def accept(credential: Credential | None) -> Credential:
    if credential is None:
        raise NotAuthenticated("No credential has this key and secret.")
    return credential


def demand(credential: Credential, *scopes: str) -> None:
    """Raise Forbidden unless one of the scopes was granted."""
    if not credential.allows(*scopes):
        raise Forbidden(
            f"This needs one of the scopes {', '.join((*scopes, 'all'))}; "
            f"the credential has {', '.join(sorted(credential.scopes))}."
        )
