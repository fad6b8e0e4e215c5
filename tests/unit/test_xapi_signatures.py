"""Signed statements: what is verified, what is refused (xAPI 1.0.3, Data 2.6)."""

import base64
import datetime
import functools
import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from attaching import attachment
from lrs.errors import InvalidStatement
from lrs.xapi.attachments import Attachment, of_statement
from lrs.xapi.signatures import verify
from lrs.xapi.versions import Version
from signing import OCTETS, certificate, chain_of, jws, key, signed, url64
from statements import activity, agent, statement


def check(value: dict[str, Any], data: bytes, version: Version = Version.V1, at: int = -1) -> None:
    found: Attachment = [one for one in of_statement(value) if one.signs][at]
    verify(value, version, found, data, "/3")


def refused(value: dict[str, Any], data: bytes, says: str) -> None:
    with pytest.raises(InvalidStatement) as caught:
        check(value, data)
    (fault,) = caught.value.faults
    assert fault.path == "/3/attachments/0"
    assert fault.code == "invalid_signature"
    assert says in fault.message


VALUE = statement()
TEXT = json.dumps(VALUE).encode()


@pytest.mark.parametrize("alg", ["RS256", "RS384", "RS512"])
@pytest.mark.parametrize("names", [None, ("leaf",), ("leaf", "root"), ("leaf", "middle", "root")])
def test_an_honest_signature_is_taken(alg: str, names: tuple[str, ...] | None) -> None:
    data = jws(TEXT, alg=alg, chain=chain_of(*names) if names else None)
    check(signed(VALUE, data), data)


def _changed(**members: Any) -> bytes:
    return json.dumps({**VALUE, **members}).encode()


EQUIVALENT: dict[str, bytes] = {
    "in another spelling": json.dumps(VALUE, indent=4, sort_keys=True).encode(),
    "with another zone": _changed(timestamp="2026-10-05T11:30:00+02:00"),
    "with a version": _changed(version="1.0.0"),
    "with what the LRS sets": _changed(authority=agent("lrs"), stored="2026-10-05T09:30:01Z"),
    "with an empty array of attachments": _changed(attachments=[]),
    "without an id": json.dumps({**VALUE, "id": None}).replace('"id": null, ', "").encode(),
    "with its id in upper case": _changed(id=VALUE["id"].upper()),
}


@pytest.mark.parametrize("case", EQUIVALENT)
def test_the_payload_may_differ_where_statements_stay_the_same(case: str) -> None:
    data = jws(EQUIVALENT[case], chain=chain_of("leaf", "root"))
    check(signed(VALUE, data), data)


OTHERS: dict[str, bytes] = {
    "another actor": _changed(actor=agent("eve")),
    "another object": _changed(object=activity("two")),
    "another result": _changed(result={"success": True}),
    "another time": _changed(timestamp="2026-10-05T09:30:01Z"),
    "another id": _changed(id="9f0a3c9e-0000-4000-8000-000000000000"),
    "an attachment more": _changed(attachments=[attachment(b"x")]),
}


@pytest.mark.parametrize("case", OTHERS)
def test_a_signature_of_another_statement_is_refused(case: str) -> None:
    data = jws(OTHERS[case], chain=chain_of("leaf", "root"))
    refused(signed(VALUE, data), data, "of another statement")


def _forged_payload() -> bytes:
    """Somebody else's signature, its payload exchanged for what was sent."""
    head, _, mark = jws(_changed(actor=agent("eve")), chain=chain_of("leaf", "root")).split(b".")
    return b".".join((head, url64(TEXT), mark))


def _hs256() -> bytes:
    """The public key of the certificate as the secret of an HMAC."""
    public = key("leaf").public_key()
    pem = public.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    chain = [base64.b64encode(one).decode() for one in chain_of("leaf")]
    text = url64(json.dumps({"alg": "HS256", "x5c": chain}).encode()) + b"." + url64(TEXT)
    return text + b"." + url64(hmac.digest(pem, text, "sha256"))


def _unsigned(alg: str) -> bytes:
    return url64(json.dumps({"alg": alg}).encode()) + b"." + url64(TEXT) + b"."


def _with_header(text: bytes) -> bytes:
    return url64(text) + b"." + url64(TEXT) + b"." + url64(b"x" * 256)


def _elliptic() -> bytes:
    made = ec.generate_private_key(ec.SECP256R1())
    return certificate("curve", "root", public=made.public_key())


ALGORITHM = "must use one of the algorithms"
FORM = "not a JWS in compact serialization"
FORGED: dict[str, tuple[Callable[[], bytes], str]] = {
    "payload exchanged": (_forged_payload, "not made with the key"),
    "another key": (lambda: jws(TEXT, signer="eve", chain=chain_of("leaf")), "not made with"),
    "another algorithm named": (
        lambda: _renamed(jws(TEXT, alg="RS256", chain=chain_of("leaf")), "RS512"),
        "not made with the key",
    ),
    "HS256 with the public key": (_hs256, ALGORITHM),
    "none": (lambda: _with_header(b'{"alg":"none"}'), ALGORITHM),
    "none and nothing": (lambda: _unsigned("none"), FORM),
    "no signature": (lambda: _unsigned("RS256"), FORM),
    "PS256": (lambda: jws(TEXT, alg="PS256"), ALGORITHM),
    "ES256": (lambda: jws(TEXT, alg="ES256"), ALGORITHM),
    "in lower case": (lambda: jws(TEXT, alg="rs256"), ALGORITHM),
    "a list of algorithms": (lambda: jws(TEXT, alg=["RS256"]), ALGORITHM),
    "no algorithm": (lambda: _with_header(b"{}"), ALGORITHM),
    "a header twice": (lambda: _with_header(b'{"alg":"none","alg":"RS256"}'), "more than once"),
    "a header that is a list": (lambda: _with_header(b"[1]"), "JSON object"),
    "a header that is no JSON": (lambda: _with_header(b"{"), "not JSON"),
    "critical headers": (lambda: jws(TEXT, crit=["b64"], b64=False), "crit"),
    "an empty file": (lambda: b"", FORM),
    "no JWS": (lambda: b"signed, Ada", FORM),
    "JSON serialization": (lambda: b'{"payload":"e30","signatures":[]}', FORM),
    "padding": (lambda: jws(TEXT) + b"=", FORM),
    "a line end": (lambda: jws(TEXT) + b"\n", FORM),
    "the alphabet of mail": (lambda: jws(b"\xff\xff\xff").replace(b"_", b"/"), FORM),
    "an empty payload": (lambda: jws(b""), FORM),
    "a payload that is no JSON": (lambda: jws(TEXT.replace(b'"', b"'", 1)), "no statement"),
    "a payload that is no statement": (lambda: jws(b"{}"), "no statement at /actor"),
    "a payload that is a list": (lambda: jws(b"[" + TEXT + b"]"), "no statement"),
    "x5c empty": (lambda: jws(TEXT, chain=[]), "1 to 10"),
    "x5c of 11": (lambda: jws(TEXT, chain=chain_of("leaf") * 11), "1 to 10"),
    "x5c a string": (lambda: jws(TEXT, x5c="MII"), "1 to 10"),
    "x5c of numbers": (lambda: jws(TEXT, x5c=[1]), "x5c/0"),
    "x5c no Base64": (lambda: jws(TEXT, x5c=["?"]), "x5c/0"),
    "x5c no certificate": (lambda: jws(TEXT, chain=[*chain_of("leaf"), b"DER"]), "x5c/1"),
    "x5c in reverse": (lambda: jws(TEXT, chain=chain_of("leaf", "root")[::-1]), "x5c/0"),
    "x5c unrelated": (lambda: jws(TEXT, chain=chain_of("leaf") + chain_of("eve")), "x5c/0"),
    "x5c issued by a namesake": (
        lambda: jws(TEXT, chain=[certificate("leaf", "root"), _namesake("root")]), "x5c/0"
    ),
    "a key of 512 bits": (
        lambda: jws(TEXT, chain=[certificate("leaf", "root", public=_small())]), "1024 to 8192"
    ),
    "a key on a curve": (lambda: jws(TEXT, chain=[_elliptic()]), "needs an RSA key"),
}  # fmt: skip


def _renamed(data: bytes, alg: str) -> bytes:
    head, rest = data.split(b".", 1)
    value = json.loads(base64.urlsafe_b64decode(head + b"=="))
    return url64(json.dumps({**value, "alg": alg}).encode()) + b"." + rest


def _namesake(name: str) -> bytes:
    """A certificate of the same name with another key."""
    return certificate(name, name, public=key("eve").public_key())


@functools.cache
def _small() -> rsa.RSAPublicKey:
    p, q = 2**127 - 1, 2**521 - 1  # two primes: 648 bits
    return rsa.RSAPublicNumbers(65537, p * q).public_key()


@pytest.mark.parametrize("case", FORGED)
def test_a_forged_or_malformed_signature_is_refused(case: str) -> None:
    make, says = FORGED[case]
    data = make()
    refused(signed(VALUE, data), data, says)


def test_a_certificate_that_has_expired_still_says_who_signed() -> None:
    long_ago = datetime.datetime(2001, 1, 1, tzinfo=datetime.UTC)
    data = jws(TEXT, chain=[certificate("leaf", "root", begins=long_ago)])
    check(signed(VALUE, data), data)


def test_a_short_key_of_1024_bits_is_taken_as_in_the_specifications_example() -> None:
    data = jws(TEXT, bits=1024, chain=[certificate("leaf", "root", bits=1024)])
    check(signed(VALUE, data), data)


def test_a_signature_needs_the_content_type_of_signatures() -> None:
    data = jws(TEXT)
    refused(signed(VALUE, data, contentType="text/plain"), data, OCTETS)


def test_a_signature_covers_the_other_attachments() -> None:
    value = {**VALUE, "attachments": [attachment(b"essay")]}
    data = jws(json.dumps(value).encode(), chain=chain_of("leaf"))
    check(signed(value, data), data)
    other = signed({**VALUE, "attachments": [attachment(b"another")]}, data)
    with pytest.raises(InvalidStatement, match="another statement"):
        check(other, data)


def test_a_second_signature_may_cover_the_first_or_stand_beside_it() -> None:
    one = jws(TEXT, chain=chain_of("leaf"))
    first = signed(VALUE, one)
    for payload in (TEXT, json.dumps(first).encode()):
        two = jws(payload, signer="second", chain=chain_of("second"))
        both = signed(first, two)
        check(both, one, at=0)
        check(both, two, at=1)


def test_integers_beyond_64_bits_are_compared_exactly() -> None:
    name = "https://example.org/n"
    value = statement(result={"extensions": {name: 2**70}})
    near = json.dumps({**value, "result": {"extensions": {name: 2**70 + 1}}}).encode()
    data = jws(near)
    refused(signed(value, data), data, "another statement")


def test_a_payload_of_2_0_is_read_as_2_0() -> None:
    people = [{"objectType": "contextAgent", "agent": agent("bob")}]
    value = statement(context={"contextAgents": people})
    data = jws(json.dumps(value).encode())
    check(signed(value, data), data, Version.V2)


def test_the_digest_helper_is_honest() -> None:
    assert attachment(b"a")["sha2"] == hashlib.sha256(b"a").hexdigest()
