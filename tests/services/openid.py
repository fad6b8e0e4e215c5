"""OpenID providers for tests: a real one, and one of ours that says whatever it is told to."""

import base64
import hashlib
import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
from joserfc import jwt
from joserfc.jwk import RSAKey

Tokens = Callable[["Hostile", str], str]


@contextmanager
def provider(*people: dict[str, Any]) -> Iterator[str]:
    """oidc-provider-mock with these people (each with `sub`); its issuer."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    given = [word for one in people for word in ("--user-claims", json.dumps(one))]
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port), *given],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    issuer = f"http://127.0.0.1:{port}"
    try:
        _answers(f"{issuer}/.well-known/openid-configuration", process)
        yield issuer
    finally:
        process.kill()
        process.wait()


def _answers(address: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        try:
            httpx2.get(address).raise_for_status()
        except httpx2.TransportError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the provider did not start")


@dataclass
class Hostile:
    """A provider whose ID token is whatever `token` makes of the nonce of the last request."""

    issuer: str = ""
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "k1"}))
    token: Tokens | None = None
    discovery: dict[str, Any] = field(default_factory=dict)
    nonce: str = ""
    challenge: str = ""
    verified: bool = False

    def claims(self, **changed: Any) -> dict[str, Any]:
        now = int(time.time())
        made = {
            "iss": self.issuer, "sub": "ada", "aud": "lrs", "iat": now, "exp": now + 60,
            "nonce": self.nonce, "role": "analyst",
        }  # fmt: skip
        return {name: value for name, value in (made | changed).items() if value is not None}

    def signed(self, header: dict[str, Any] | None = None, **changed: Any) -> str:
        return jwt.encode(header or {"alg": "RS256", "kid": "k1"}, self.claims(**changed), self.key)

    def document(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
        } | self.discovery

    def answer(self, path: str, body: str) -> dict[str, Any]:
        if path == "/jwks":
            return {"keys": [self.key.as_dict(private=False)]}
        if path == "/token":
            verifier = parse_qs(body)["code_verifier"][0]
            digest = hashlib.sha256(verifier.encode()).digest()
            expected = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
            self.verified = expected == self.challenge
            assert self.token is not None
            return {"id_token": self.token(self, self.nonce), "access_token": "x"}
        return self.document()


@contextmanager
def hostile() -> Iterator[Hostile]:
    made = Hostile()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.do_POST()

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
            found = json.dumps(made.answer(urlsplit(self.path).path, body)).encode()
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(found)))
            self.end_headers()
            self.wfile.write(found)

        def log_message(self, *_: Any) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        made.issuer = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield made
        server.shutdown()
