"""Keys derived from the one secret key, and what is done with them."""

from __future__ import annotations

import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE_BYTES = 12
_FORMAT = b"\x01"


class SecretUnreadableError(Exception):
    """The ciphertext does not belong to this key or not to this row. Carries no part of either."""


class KeyRing:
    """One sub-key per purpose (HKDF-SHA256), so that no key serves two ends."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()
        self._aes = AESGCM(self.derive("encrypt"))
        self._csrf = self.derive("csrf")

    def __repr__(self) -> str:
        return "KeyRing(…)"

    def derive(self, purpose: str) -> bytes:
        """32 bytes, the same at every start with the same secret key."""
        kdf = HKDF(algorithm=SHA256(), length=32, salt=b"orbiter", info=purpose.encode())
        return kdf.derive(self._secret)

    def encrypt(self, plain: str, *, row: str) -> bytes:
        """AES-256-GCM. `row` is `table:id:column` and must be given again to decrypt, so that a ciphertext copied
        into another row opens nothing."""
        nonce = os.urandom(_NONCE_BYTES)
        return _FORMAT + nonce + self._aes.encrypt(nonce, plain.encode(), row.encode())

    def decrypt(self, sealed: bytes, *, row: str) -> str:
        """Raises SecretUnreadableError when the key, the row or a byte differs."""
        if sealed[:1] != _FORMAT:
            raise SecretUnreadableError("unknown format")
        nonce, body = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        try:
            return self._aes.decrypt(nonce, body, row.encode()).decode()
        except (InvalidTag, ValueError) as error:
            raise SecretUnreadableError("the secret key does not open this value") from error

    def csrf_token(self, session_id: str) -> str:
        return hmac.new(self._csrf, session_id.encode(), hashlib.sha256).hexdigest()

    def csrf_matches(self, session_id: str, token: str) -> bool:
        return hmac.compare_digest(self.csrf_token(session_id).encode(), token.encode())
