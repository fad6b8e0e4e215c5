"""Keys, certificates and JWS for tests of signed statements."""

import base64
import datetime
import functools
import json
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from attaching import attachment
from lrs.xapi.attachments import SIGNATURE

_HASHES = {"RS256": hashes.SHA256, "RS384": hashes.SHA384, "RS512": hashes.SHA512}
NOW = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
YEAR = datetime.timedelta(days=365)


@functools.cache
def _key(_name: str, bits: int) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, bits)


def key(name: str, bits: int = 2048) -> rsa.RSAPrivateKey:
    return _key(name, bits)


def certificate(
    subject: str,
    issuer: str,
    *,
    begins: datetime.datetime = NOW,
    public: Any = None,
    bits: int = 2048,
) -> bytes:
    """DER of a certificate that `issuer` gave `subject`."""

    def named(name: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])

    return (
        x509.CertificateBuilder()
        .subject_name(named(subject))
        .issuer_name(named(issuer))
        .public_key(public or key(subject, bits).public_key())
        .serial_number(7)
        .not_valid_before(begins)
        .not_valid_after(begins + YEAR)
        .sign(key(issuer), hashes.SHA256())
        .public_bytes(serialization.Encoding.DER)
    )


def url64(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def jws(
    payload: bytes,
    *,
    alg: Any = "RS256",
    signer: str = "leaf",
    bits: int = 2048,
    chain: list[bytes] | None = None,
    **header: Any,
) -> bytes:
    """A JWS in compact serialization, signed honestly."""
    head: dict[str, Any] = {"alg": alg, **header}
    if chain is not None:
        head["x5c"] = [base64.b64encode(one).decode() for one in chain]
    signed = url64(json.dumps(head).encode()) + b"." + url64(payload)
    digest = _HASHES.get(str(alg), hashes.SHA256)()
    return signed + b"." + url64(key(signer, bits).sign(signed, padding.PKCS1v15(), digest))


def signed(value: dict[str, Any], data: bytes, **members: Any) -> dict[str, Any]:
    """The statement with the signature added."""
    one = attachment(data, usageType=SIGNATURE, **{"contentType": OCTETS, **members})
    return {**value, "attachments": [*value.get("attachments", []), one]}


OCTETS = "application/octet-stream"


def chain_of(*names: str) -> list[bytes]:
    """Each certificate issued by the next, the last by itself."""
    return [
        certificate(name, issuer)
        for name, issuer in zip(names, (*names[1:], names[-1]), strict=True)
    ]
