"""Signed statements (xAPI 1.0.3, Data 2.6): JWS compact serialisation, RSA with SHA-2.

What is verified: the algorithm, that the payload is a statement equivalent to the one received
without its signature, and, where the header holds a certificate chain (`x5c`), the signature with
the key of the first certificate and each certificate's own with the key of the next. Without a
chain nobody's key is known, so the form alone is checked. Whom to trust, and whether certificates
have expired since, is for readers to decide: a record outlives its certificates.
"""

import base64
import binascii
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any, NoReturn

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512
from cryptography.x509 import Certificate, load_der_x509_certificate
from joserfc import jws
from joserfc.errors import JoseError

from lrs.errors import Fault, InvalidStatement
from lrs.xapi.attachments import SIGNATURE, Attachment
from lrs.xapi.equivalence import equivalent
from lrs.xapi.faults import Faults
from lrs.xapi.json import load, parse
from lrs.xapi.tables import table_for
from lrs.xapi.versions import Version

LONGEST = 4 * 2**20
_ALGORITHMS = {"RS256": SHA256(), "RS384": SHA384(), "RS512": SHA512()}  # RFC 7518, 3.3
_KEY_BITS = range(1024, 8193)
_MOST_CERTIFICATES = 10
_CONTENT_TYPE = "application/octet-stream"


class _Registry(jws.JWSRegistry):
    max_header_length = LONGEST
    max_payload_length = LONGEST
    max_signature_length = LONGEST


_REGISTRY = _Registry(algorithms=tuple(_ALGORITHMS), strict_check_header=False)


class _ForgedError(Exception):
    """Says what is wrong with a signature."""


def verify(
    statement: Mapping[str, Any],
    version: Version,
    attachment: Attachment,
    data: bytes,
    path: str = "",
) -> None:
    """Raise InvalidStatement, naming the attachment, unless the data signs this statement.

    statement: as received, read without loss (`load`). version: the family of its own version.
    path: of the statement in what was sent.
    """
    try:
        _verify(statement, version, attachment, data)
    except _ForgedError as error:
        fault = Fault(path + attachment.path, "invalid_signature", f"The signature {error}.")
        raise InvalidStatement([fault]) from error


def _verify(
    statement: Mapping[str, Any], version: Version, attachment: Attachment, data: bytes
) -> None:
    if attachment.content_type.partition(";")[0].strip().lower() != _CONTENT_TYPE:
        _forged(f"needs the contentType {_CONTENT_TYPE}")
    if len(data) > LONGEST:
        _forged(f"is larger than {LONGEST} bytes")
    signature = _opened(data)
    payload = _payload(signature.payload, version)
    index = int(attachment.path.rpartition("/")[2])
    if not any(_same(version, payload, one) for one in _unsigned(statement, index)):
        _forged("is of another statement: its payload is not equivalent to the one received")
    if "x5c" in signature.headers():
        _check_certified(data, signature, _chain(signature.headers()["x5c"]))


def _opened(data: bytes) -> jws.CompactSignature:
    """The JWS, its parts strictly decoded and nothing of it verified."""
    parts = data.split(b".", 3)
    if len(parts) != 3 or not all(map(_is_base64url, parts)):
        _forged("is not a JWS in compact serialization: three parts in base64url, none of it empty")
    try:
        header = parse(_decoded(parts[0]))  # refuses what two parsers might read in two ways
    except InvalidStatement as error:
        raise _ForgedError(f"has a header that is not JSON: {error.faults[0].message}") from error
    _check_header(header)
    try:
        return jws.extract_compact(data, registry=_REGISTRY)
    except (JoseError, ValueError) as error:
        raise _ForgedError(f"is not a JWS: {error}") from error


def _is_base64url(part: bytes) -> bool:
    """Whether this is base64url as RFC 7515 writes it, in the one spelling its octets have."""
    if not part:
        return False
    try:
        return base64.urlsafe_b64encode(_decoded(part)).rstrip(b"=") == part
    except (binascii.Error, ValueError):
        return False


def _decoded(part: bytes) -> bytes:
    return base64.urlsafe_b64decode(part + b"=" * (-len(part) % 4))


def _check_header(header: Any) -> None:
    if type(header) is not dict:
        _forged("has a header that is not a JSON object")
    algorithm = header.get("alg")
    if type(algorithm) is not str or algorithm not in _ALGORITHMS:
        _forged(f"must use one of the algorithms {', '.join(_ALGORITHMS)}")
    if "crit" in header:
        _forged("has a critical header that is not understood here; leave crit out")


def _payload(text: bytes, version: Version) -> dict[str, Any]:
    """The statement that was signed."""
    try:
        value = parse(text)
        faults = Faults()
        own = value.get("version") if type(value) is dict else None
        table = table_for(version, own if type(own) is str else None)
        table.statement(value, "", faults)
        faults.raise_any()
        found: dict[str, Any] = load(text)
    except InvalidStatement as error:
        first = error.faults[0]
        where = f" at {first.path}" if first.path else ""
        raise _ForgedError(f"has a payload that is no statement{where}: {first.message}") from error
    return found


def _unsigned(statement: Mapping[str, Any], index: int) -> Iterator[dict[str, Any]]:
    """The statement as it may have been when it was signed: without this signature, and perhaps
    without the other ones, which came later."""
    attachments = statement["attachments"]
    others = [one for number, one in enumerate(attachments) if number != index]
    earlier = [
        one
        for number, one in enumerate(attachments)
        if number < index or one["usageType"] != SIGNATURE
    ]
    plain = [one for one in attachments if one["usageType"] != SIGNATURE]
    seen: list[Any] = []
    for kept in (plain, earlier, others):
        if kept not in seen:
            seen.append(kept)
            yield {**statement, "attachments": kept}


def _same(version: Version, payload: Mapping[str, Any], statement: Mapping[str, Any]) -> bool:
    if "id" in payload and str(payload["id"]).lower() != str(statement.get("id")).lower():
        return False
    return equivalent(version, _without_empty(payload), _without_empty(statement))


def _without_empty(value: Mapping[str, Any]) -> Mapping[str, Any]:
    """No attachments are the same as an empty array of them."""
    if value.get("attachments", True):
        return value
    return {name: member for name, member in value.items() if name != "attachments"}


def _chain(encoded: Any) -> list[Certificate]:
    """The certificates, each signed by the next (RFC 7515, 4.1.6)."""
    if type(encoded) is not list or not 1 <= len(encoded) <= _MOST_CERTIFICATES:
        _forged(f"needs 1 to {_MOST_CERTIFICATES} certificates in x5c")
    found = []
    for number, text in enumerate(encoded):
        try:
            der = base64.b64decode(text, validate=True)
            found.append(load_der_x509_certificate(der))
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise _ForgedError(f"has no certificate at x5c/{number}: Base64 of DER") from error
    for number, (one, issuer) in enumerate(pairwise(found)):
        try:
            one.verify_directly_issued_by(issuer)
        except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm) as error:
            raise _ForgedError(
                f"has at x5c/{number} a certificate that the next one did not sign"
            ) from error
    return found


def _check_certified(
    data: bytes, signature: jws.CompactSignature, chain: list[Certificate]
) -> None:
    """The signature itself, with the key of the first certificate."""
    try:
        key = chain[0].public_key()
    except (ValueError, UnsupportedAlgorithm) as error:
        raise _ForgedError("has a certificate whose key cannot be read") from error
    if not isinstance(key, RSAPublicKey) or key.key_size not in _KEY_BITS:
        bits = f"{_KEY_BITS.start} to {_KEY_BITS.stop - 1}"
        _forged(f"needs an RSA key of {bits} bits in its first certificate")
    signed, _, encoded = data.rpartition(b".")
    digest = _ALGORITHMS[signature.headers()["alg"]]
    try:
        key.verify(_decoded(encoded), signed, PKCS1v15(), digest)
    except InvalidSignature as error:
        raise _ForgedError("does not fit: not made with the key of its certificate") from error


def _forged(what: str) -> NoReturn:
    raise _ForgedError(what)
