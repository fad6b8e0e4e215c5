"""Signed notes (https://c2sp.org/signed-note), with Ed25519 signatures only."""

import base64
import binascii
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from lrs.merkle.errors import NotVerified

_ED25519 = b"\x01"
_DASH = "\N{EM DASH} "
_ID = 4
_KEY = 32
_MOST_BYTES = 2**20
_MOST_SIGNATURES = 100


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key and the name it signs under. Raises ValueError when either cannot be one."""

    name: str
    key: bytes

    def __post_init__(self) -> None:
        _check_name(self.name)
        if len(self.key) != _KEY:
            raise ValueError("an Ed25519 key has 32 bytes")

    @property
    def id(self) -> bytes:
        """Four bytes that, with the name, say which key a signature is by."""
        return hashlib.sha256(self.name.encode() + b"\n" + _ED25519 + self.key).digest()[:_ID]

    @property
    def vkey(self) -> str:
        """The text in which the key is published: name+id+base64."""
        return f"{self.name}+{self.id.hex()}+{_encode(_ED25519 + self.key)}"

    @staticmethod
    def parse(vkey: str) -> "Verifier":
        """Raises ValueError when the text is not a verifier key, or its id not that of the key."""
        parts = vkey.split("+", 2)
        if len(parts) != 3:
            raise ValueError("a verifier key is name+id+base64")
        key = _decode(parts[2])
        if key[:1] != _ED25519:
            raise ValueError("only Ed25519 verifier keys are known")
        verifier = Verifier(parts[0], key[1:])
        if verifier.id.hex() != parts[1]:
            raise ValueError("the verifier key has another id than it says")
        return verifier

    def verify(self, text: str, signature: bytes) -> None:
        """Raises NotVerified unless this key made the signature over the text."""
        try:
            Ed25519PublicKey.from_public_bytes(self.key).verify(signature, text.encode())
        except (InvalidSignature, ValueError) as error:
            raise NotVerified(f"the signature of {self.name} does not verify") from error


class Signer:
    """A private key and the name it signs under. seed: the 32 secret bytes of RFC 8032."""

    def __init__(self, name: str, seed: bytes) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self.verifier = Verifier(name, self._private.public_key().public_bytes_raw())

    def line(self, text: str) -> str:
        signature = self._private.sign(text.encode())
        return f"{_DASH}{self.verifier.name} {_encode(self.verifier.id + signature)}\n"


def sign(text: str, signers: Sequence[Signer]) -> bytes:
    """The note of a text that ends with a newline; several signers while keys rotate."""
    if len(text) < 2 or not text.endswith("\n") or _has_control(text):
        raise ValueError("the text of a note is lines, the last one ended too")
    if not signers:
        raise ValueError("a note has a signature")
    return (text + "\n" + "".join(signer.line(text) for signer in signers)).encode()


def verify(note: bytes, verifiers: Iterable[Verifier]) -> str:
    """The text of a note that at least one of these keys signed.

    Signatures of other keys are passed over; one of a key known here that does not verify
    condemns the note. Raises NotVerified.
    """
    text, signatures = _parse(note)
    known = {(verifier.name, verifier.id): verifier for verifier in verifiers}
    verified = False
    for name, signature in signatures:
        verifier = known.get((name, signature[:_ID]))
        if verifier is not None:
            verifier.verify(text, signature[_ID:])
            verified = True
    if not verified:
        raise NotVerified("no key that is known here signed the note")
    return text


def _parse(note: bytes) -> tuple[str, list[tuple[str, bytes]]]:
    if len(note) > _MOST_BYTES:
        raise NotVerified("the note is too large")
    try:
        whole = note.decode()
    except UnicodeDecodeError as error:
        raise NotVerified("the note is not UTF-8") from error
    text, blank, lines = whole.rpartition("\n\n")
    if _has_control(whole) or not blank or not text or not lines.endswith("\n"):
        raise NotVerified("the note is not a text, an empty line and signatures")
    signatures = lines[:-1].split("\n")
    if len(signatures) > _MOST_SIGNATURES:
        raise NotVerified("the note has too many signatures")
    return text + "\n", [_signature(line) for line in signatures]


def _signature(line: str) -> tuple[str, bytes]:
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    try:
        _check_name(name)
        signature = _decode(encoded)
    except ValueError as error:
        raise NotVerified("the note has a malformed signature line") from error
    if not line.startswith(_DASH) or len(signature) <= _ID:
        raise NotVerified("the note has a malformed signature line")
    return name, signature


def _check_name(name: str) -> None:
    if not name or "+" in name or any(c.isspace() or c < " " for c in name):
        raise ValueError("a key's name is not empty and has neither spaces nor plus signs")


def _has_control(text: str) -> bool:
    return any(character < " " and character != "\n" for character in text)


def _encode(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _decode(text: str) -> bytes:
    """Standard base64 in its one canonical form."""
    try:
        data = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("this is not base64") from error
    if _encode(data) != text:
        raise ValueError("this is not base64 in its canonical form")
    return data
