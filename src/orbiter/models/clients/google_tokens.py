"""Access tokens for a Google service account: a signed assertion for a token (RFC 7523), kept until it ends."""

from __future__ import annotations

import asyncio
import base64
import time
from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

import msgspec

from orbiter.errors import OrbiterError, ProviderError
from orbiter.models.clients.openai_errors import ErrorTeller
from orbiter.ports import HttpClient

TOKEN_URI = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address
SCOPE = "https://www.googleapis.com/auth/cloud-platform"
_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_EARLY_S = 120
_LIFE_S = 3600
_TIMEOUT_S = 30.0


class ServiceAccount(msgspec.Struct, frozen=True):
    """What is used of the key file that Google hands out."""

    client_email: str
    private_key: str
    project_id: str = ""
    private_key_id: str = ""
    token_uri: str = TOKEN_URI

    def __repr__(self) -> str:
        return f"ServiceAccount(client_email={self.client_email!r})"


class _Token(msgspec.Struct):
    access_token: str
    expires_in: float = _LIFE_S


class _Refusal(msgspec.Struct):
    error: str = ""
    error_description: str = ""


def read_account(text: str, base_url: str = "") -> ServiceAccount:
    """Raises ValueError, whose text says what is wrong and holds nothing of the file.

    Assertions go to Google, or to the host of `base_url`, and nowhere else that a file may name.
    """
    try:
        account = msgspec.json.decode(text, type=ServiceAccount)
    except (msgspec.DecodeError, RecursionError):
        raise ValueError(
            "this is no key file of a service account: paste the whole JSON that Google gave you"
        ) from None
    if not account.private_key.lstrip().startswith("-----BEGIN") or "@" not in account.client_email:
        raise ValueError("this key file has no private key or no client_email: make a new key for the account")
    if account.token_uri != TOKEN_URI and _origin(account.token_uri) != _origin(base_url or TOKEN_URI):
        raise ValueError("this key file names another token_uri than Google's")
    return account


def compact_account(text: str) -> str:
    """The key file on one line, and of it only what is used. Raises ValueError."""
    try:
        account = msgspec.json.decode(text, type=ServiceAccount)
    except (msgspec.DecodeError, RecursionError):
        account = read_account(text)
    read_account(text, account.token_uri)
    return msgspec.json.encode(account).decode()


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc


class GoogleTokens:
    """`get` gives a token that is good for two minutes at least; however many ask, one request is made."""

    def __init__(
        self, account: ServiceAccount, http: HttpClient, teller: ErrorTeller, now_s: Callable[[], float] = time.time
    ) -> None:
        self._account = account
        self._http = http
        self._teller = teller
        self._now_s = now_s
        self._token = ""
        self._until_s = 0.0
        self._lock = asyncio.Lock()

    async def get(self) -> str:
        """Raises ProviderError."""
        async with self._lock:
            if self._now_s() >= self._until_s - _EARLY_S:
                token = await self._fetch()
                self._token, self._until_s = token.access_token, self._now_s() + token.expires_in
                self._teller.keep_secret(self._token)
            return self._token

    async def _fetch(self) -> _Token:
        form = {"grant_type": _GRANT, "assertion": self._assertion()}
        try:
            answer = await self._http.request(
                "POST", self._account.token_uri, headers={"content-type": "application/x-www-form-urlencoded"},
                content=urlencode(form).encode(), timeout_s=_TIMEOUT_S, max_bytes=100_000,
            )  # fmt: skip
        except OrbiterError as error:
            raise self._teller.from_network(error, begun=False) from None
        if answer.status in (400, 401, 403):
            raise self._refused(answer.body)
        if answer.status != 200:
            raise self._teller.from_status(answer.status, answer.body, retry_after=answer.headers.get("retry-after"))
        try:
            return msgspec.json.decode(answer.body, type=_Token)
        except (msgspec.DecodeError, RecursionError):
            raise self._teller.malformed("gave no token") from None

    def _refused(self, body: bytes) -> ProviderError:
        """An assertion is good for some minutes around the time of its making: a wrong clock is a common cause."""
        try:
            told = msgspec.json.decode(body, type=_Refusal)
        except (msgspec.DecodeError, RecursionError):
            told = _Refusal()
        said = self._teller.clean(told.error_description or told.error).rstrip(".")
        text = f"refused the service account{f': {said}' if said else ''}. "
        return self._teller.make(
            "PROVIDER_AUTH", f"{text}Check its key in Settings, and that this machine's clock is right."
        )

    def _assertion(self) -> str:
        now = int(self._now_s())
        account = self._account
        head = {"alg": "RS256", "typ": "JWT", "kid": account.private_key_id}
        claims = {
            "iss": account.client_email,
            "scope": SCOPE,
            "aud": account.token_uri,
            "iat": now,
            "exp": now + _LIFE_S,
        }
        signed = f"{_base64(msgspec.json.encode(head))}.{_base64(msgspec.json.encode(claims))}"
        return f"{signed}.{_base64(self._sign(signed.encode()))}"

    def _sign(self, data: bytes) -> bytes:
        from cryptography.hazmat.primitives import hashes, serialization
        from cryptography.hazmat.primitives.asymmetric import padding, rsa

        try:
            key = serialization.load_pem_private_key(self._account.private_key.encode(), None)
        except ValueError:
            key = None
        if not isinstance(key, rsa.RSAPrivateKey):
            text = "has a service account whose private key cannot be read. Enter its key file again in Settings."
            raise self._teller.make("PROVIDER_AUTH", text)
        return key.sign(data, padding.PKCS1v15(), hashes.SHA256())


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
