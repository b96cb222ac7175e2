"""An OpenID provider on loopback, small and strict: it checks what a client sends and signs with real keys.

It shares no code with the product: what it signs is put together by hand. A test bends one thing at a time (`claims`,
`header`, `signer`, ...) and sees whether the product notices. `python -m tests.support.oidc_provider` runs it alone.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import html
import itertools
import json
import secrets
import sys
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

CLIENT_ID, CLIENT_SECRET = "orbiter-at-test", "s3cret&with=odd:characters"
PEOPLE: dict[str, dict[str, Any]] = {
    "ann": {"sub": "p-1", "name": "Ann Provider", "email": "ann@example.org", "email_verified": True},
    "nora": {
        "sub": "p-2",
        "name": "Nora New",
        "email": "Nora@Example.org",
        "email_verified": True,
        "groups": ["staff"],
    },
    "uma": {"sub": "p-3", "name": "Uma Unverified", "email": "uma@example.org", "email_verified": False},
}


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _number(value: int, size: int | None = None) -> str:
    return b64(value.to_bytes(size or (value.bit_length() + 7) // 8, "big"))


_made: dict[int, list[rsa.RSAPrivateKey]] = {}
_next = itertools.count()


def _private(bits: int) -> rsa.RSAPrivateKey:
    """One after the other of a few: to make one takes as long as ten sign-ins, and no test has as many at once."""
    keys = _made.setdefault(bits, [])
    if len(keys) < 8:
        keys.append(rsa.generate_private_key(65537, bits))
        return keys[-1]
    return keys[next(_next) % len(keys)]


class RsaKey:
    def __init__(self, kid: str, bits: int = 2048) -> None:
        self.kid = kid
        self.private = _private(bits)

    def jwk(self) -> dict[str, Any]:
        numbers = self.private.public_key().public_numbers()
        return {"kty": "RSA", "kid": self.kid, "use": "sig", "n": _number(numbers.n), "e": _number(numbers.e)}

    def sign(self, data: bytes) -> bytes:
        return self.private.sign(data, padding.PKCS1v15(), hashes.SHA256())

    def public_pem(self) -> bytes:
        return self.private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


class EcKey:
    def __init__(self, kid: str) -> None:
        self.kid = kid
        self.private = ec.generate_private_key(ec.SECP256R1())

    def jwk(self) -> dict[str, Any]:
        numbers = self.private.public_key().public_numbers()
        return {
            "kty": "EC", "crv": "P-256", "kid": self.kid, "alg": "ES256",
            "x": _number(numbers.x, 32), "y": _number(numbers.y, 32),
        }  # fmt: skip

    def sign(self, data: bytes) -> bytes:
        r, s = decode_dss_signature(self.private.sign(data, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def by_shared_secret(secret: bytes) -> Callable[[bytes], bytes]:
    return lambda data: hmac.new(secret, data, hashlib.sha256).digest()


class OidcProvider:
    """Use as a context manager; `issuer` is its address."""

    def __init__(self, port: int = 0) -> None:
        self.rsa, self.ec = RsaKey("rsa-1"), EcKey("ec-1")
        self.keys: list[dict[str, Any]] = [self.rsa.jwk(), self.ec.jwk()]
        self.header: dict[str, Any] = {"alg": "RS256", "kid": "rsa-1", "typ": "JWT"}
        self.signer: Callable[[bytes], bytes] = self.rsa.sign
        self.claims: dict[str, Any] = {}
        """Put over what the token would say; None takes a claim out."""
        self.metadata: dict[str, Any] = {}
        self.redirect_uris: set[str] = set()
        self.sign_out_uris: set[str] = set()
        self.signed_out: list[dict[str, str]] = []
        """What each sign-out was asked with."""
        self.userinfo_only = False
        self.asked: list[str] = []
        """Paths in their order."""
        self._codes: dict[str, dict[str, str]] = {}
        self._tokens: dict[str, dict[str, Any]] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", port), type("Handler", (_Handler,), {"provider": self}))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def authorize(self, url: str, person: str) -> str:
        """What the person's browser would be sent to after they agreed on the page at `url`."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        problem = self._problem(query)
        assert problem is None, problem
        return self._agreed(query, person)

    def _problem(self, query: dict[str, str]) -> str | None:
        wanted = {"response_type": "code", "client_id": CLIENT_ID, "code_challenge_method": "S256"}
        wrong = [name for name, value in wanted.items() if query.get(name) != value]
        wrong += [name for name in ("state", "nonce", "code_challenge") if len(query.get(name, "")) < 43]
        if query.get("redirect_uri") not in self.redirect_uris:
            wrong.append("redirect_uri")
        if "openid" not in query.get("scope", "").split():
            wrong.append("scope")
        return f"bad request: {', '.join(wrong)}" if wrong else None

    def _agreed(self, query: dict[str, str], person: str) -> str:
        code = secrets.token_urlsafe(24)
        self._codes[code] = {**query, "person": person}
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"

    def _token(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        given = self._codes.pop(form.get("code", ""), None)
        challenge = b64(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        if _client(form, authorization) != (CLIENT_ID, CLIENT_SECRET):
            return 401, {"error": "invalid_client"}
        if given is None or given["code_challenge"] != challenge or given["redirect_uri"] != form.get("redirect_uri"):
            return 400, {"error": "invalid_grant"}
        access = secrets.token_urlsafe(24)
        self._tokens[access] = dict(PEOPLE[given["person"]])
        token = self.id_token(PEOPLE[given["person"]], given["nonce"])
        return 200, {"access_token": access, "token_type": "Bearer", "id_token": token}

    def id_token(self, person: dict[str, Any], nonce: str) -> str:
        now = int(time.time())
        said = {"sub": person["sub"]} if self.userinfo_only else person
        claims = {"iss": self.issuer, "aud": CLIENT_ID, "exp": now + 300, "iat": now, "nonce": nonce, **said}
        claims = {name: value for name, value in {**claims, **self.claims}.items() if value is not None}
        head = {name: value for name, value in self.header.items() if value is not None}
        signed = f"{b64(json.dumps(head).encode())}.{b64(json.dumps(claims).encode())}"
        return f"{signed}.{b64(self.signer(signed.encode()))}"

    def _document(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "end_session_endpoint": f"{self.issuer}/logout",
            "id_token_signing_alg_values_supported": ["RS256", "ES256", "HS256"],
            **self.metadata,
        }


class _Handler(BaseHTTPRequestHandler):
    provider: OidcProvider

    def do_GET(self) -> None:
        path, query = urlsplit(self.path).path, _flat(urlsplit(self.path).query)
        self.provider.asked.append(path)
        if path == "/.well-known/openid-configuration":
            self._json(200, self.provider._document())
        elif path == "/jwks":
            self._json(200, {"keys": self.provider.keys})
        elif path == "/userinfo":
            person = self.provider._tokens.get(self.headers.get("authorization", "").removeprefix("Bearer "))
            self._json(200 if person else 401, person or {"error": "invalid_token"})
        elif path == "/logout":
            self._sign_out(query)
        elif path == "/authorize":
            self._page(self.provider._problem(query), query)
        else:
            self._json(404, {})

    def do_POST(self) -> None:
        path = urlsplit(self.path).path
        self.provider.asked.append(path)
        form = _flat(self.rfile.read(int(self.headers.get("content-length", "0"))).decode())
        if path == "/token":
            self._json(*self.provider._token(form, self.headers.get("authorization", "")))
        elif path == "/authorize":
            self._agree(_flat(urlsplit(self.path).query), form)
        else:
            self._json(404, {})

    def _agree(self, query: dict[str, str], form: dict[str, str]) -> None:
        refused = f"{query['redirect_uri']}?{urlencode({'error': 'access_denied', 'state': query['state']})}"
        person = form.get("person", "")
        self._send(302, b"", {"location": self.provider._agreed(query, person) if person in PEOPLE else refused})

    def _sign_out(self, query: dict[str, str]) -> None:
        back = query.get("post_logout_redirect_uri", "")
        if back not in self.provider.sign_out_uris or query.get("client_id") != CLIENT_ID:
            return self._json(400, {"error": "invalid_request"})
        self.provider.signed_out.append(query)
        return self._send(302, b"", {"location": back})

    def _page(self, problem: str | None, query: dict[str, str]) -> None:
        buttons = "".join(f'<button name="person" value="{who}">Sign in as {who}</button>' for who in PEOPLE)
        action = html.escape(f"/authorize?{urlencode(query)}")
        form = f'<form method="post" action="{action}">{buttons}<button name="person" value="">Cancel</button>'
        page = f"<!doctype html><title>Provider</title><link rel='icon' href='data:,'><h1>Who are you?</h1>{problem or form}"
        self._send(400 if problem else 200, page.encode(), {"content-type": "text/html"})

    def _json(self, status: int, body: Any) -> None:
        self._send(status, json.dumps(body).encode(), {"content-type": "application/json"})

    def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "content-length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


def _flat(query: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(query, keep_blank_values=True).items()}


def _client(form: dict[str, str], authorization: str) -> tuple[str, str]:
    if authorization.startswith("Basic "):
        name, _, secret = base64.b64decode(authorization.removeprefix("Basic ")).decode().partition(":")
        return unquote(name), unquote(secret)
    return form.get("client_id", ""), form.get("client_secret", "")


if __name__ == "__main__":
    with OidcProvider(9400) as running:
        running.redirect_uris.add("http://127.0.0.1:8000/api/v1/auth/oidc/callback")
        sys.stdout.write(f"Issuer {running.issuer}, client {CLIENT_ID}, secret {CLIENT_SECRET}. Ends with Ctrl-C.\n")
        threading.Event().wait()
