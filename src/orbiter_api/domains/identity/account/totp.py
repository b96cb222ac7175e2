"""Time-based one-time passwords (RFC 6238 over RFC 4226): SHA-1, six digits, steps of 30 s, as every authenticator app
reads them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from urllib.parse import quote, urlencode

SECRET_BYTES = 20
STEP_S = 30
DIGITS = 6
DRIFT_STEPS = 1
"""A phone's clock may be this many steps off, and a person types slowly."""


def new_secret() -> str:
    """160 random bits in Base32, as RFC 4226 recommends."""
    return base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()


def code_at(secret: str, step: int) -> str:
    mac = hmac.new(base64.b32decode(secret), step.to_bytes(8, "big"), hashlib.sha1).digest()
    offset = mac[-1] & 0xF
    number = int.from_bytes(mac[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}d}"


def step_of(seconds: int) -> int:
    return seconds // STEP_S


def matching_step(secret: str, code: str, now_s: int, last_step: int) -> int | None:
    """The step that the code belongs to; None for a wrong one and for one that is not newer than the last one taken."""
    now = step_of(now_s)
    found = None
    for step in range(now - DRIFT_STEPS, now + DRIFT_STEPS + 1):
        right = hmac.compare_digest(code_at(secret, step).encode(), code.encode())
        if right and step > last_step and found is None:
            found = step
    return found


def uri(secret: str, *, account: str, issuer: str) -> str:
    """What the QR code says (the `otpauth` format that authenticator apps agree on)."""
    label = f"{quote(issuer, safe='')}:{quote(account, safe='')}"
    query = urlencode({"secret": secret, "issuer": issuer, "algorithm": "SHA1", "digits": DIGITS, "period": STEP_S})
    return f"otpauth://totp/{label}?{query}"
