"""What a failed call means to a person and to the retry policy. No text leaves here with the key in it."""

from __future__ import annotations

import math
import re
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any, cast

import msgspec

from orbiter.errors import OrbiterError, ProviderError
from orbiter.models.base import JSON
from orbiter.net.errors import (
    EgressError,
    HttpConnectionError,
    HttpTimeoutError,
    InvalidHeaderError,
    ResponseTooLargeError,
)

MAX_MESSAGE = 500
MAX_RETRY_AFTER_S = 60.0
MAX_ERROR_BYTES = 64_000

_V1 = " (it usually ends in /v1)"
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")
_KEY_SHAPED = re.compile(r"(?:\bsk-|\bgsk_|\bxai-|\bAIza|\bya29\.|[Bb]earer\s+)[\w.~+/=-]{6,}")
_TOO_LONG = re.compile(
    r"context.{0,20}(?:length|window|size)|maximum context|too many tokens|prompt is too long", re.IGNORECASE
)
_NO_CREDIT = re.compile(
    r"insufficient_quota|insufficient.{0,10}(?:balance|credit|funds)|exceeded your current quota", re.IGNORECASE
)


class ErrorTeller:
    """Makes the `ProviderError`s of one provider, known to people as `name`; it `speaks` that protocol."""

    def __init__(self, name: str, secret: str, *, speaks: str = "the OpenAI protocol", url_hint: str = _V1) -> None:
        self.name = name
        self._secrets = [secret] if secret else []
        self._advice = f"Check the base URL{url_hint} and that the server speaks {speaks}."

    def keep_secret(self, secret: str) -> None:
        """From now on take this out of every text as well, instead of what was told before it."""
        self._secrets[1:] = [secret]

    def clean(self, text: str) -> str:
        """`text` on one line without control characters or keys, at most 500 characters."""
        text = " ".join(_UNPRINTABLE.sub(" ", text).split())
        for secret in self._secrets:
            text = text.replace(secret, "[key]")
        return _shorten(_KEY_SHAPED.sub("[key]", text))

    def make(self, code: str, text: str, *, retryable: bool = False, **details: Any) -> ProviderError:
        return ProviderError(f"{self.name} {text}", code=code, retryable=retryable, **details)

    def malformed(self, what: str) -> ProviderError:
        return self.make("PROVIDER_MALFORMED", f"{what}. {self._advice}")

    def interrupted(self) -> ProviderError:
        text = "closed the connection before the answer was complete. Try again."
        return self.make("PROVIDER_INTERRUPTED", text, retryable=True)

    def too_large(self) -> ProviderError:
        return self.make("PROVIDER_MALFORMED", "sent more than an answer may hold (10 MB). Set a limit on tokens.")

    def from_network(self, error: OrbiterError | TimeoutError, *, begun: bool) -> ProviderError:
        """What a failed connection means; `begun` once the answer's status has come."""
        match error:
            case TimeoutError() | HttpTimeoutError():
                return self._timeout("did not answer in time")
            case HttpConnectionError() if begun:
                return self.interrupted()
            case ResponseTooLargeError():
                return self.too_large()
            case InvalidHeaderError():
                text = (
                    "cannot be called with this key: it holds characters that no key has. Enter it again in Settings."
                )
                return self.make("PROVIDER_AUTH", text)
            case EgressError():
                # Not the reason: it names the address, which only administrators may see.
                text = "has an address that may not be called. An administrator can change its base URL in Settings."
                return self.make("PROVIDER_BLOCKED", text)
            case _:
                text = "cannot be reached. Check that it is running and that the base URL in Settings is right."
                return self.make("PROVIDER_UNAVAILABLE", text, retryable=True)

    def _timeout(self, what: str) -> ProviderError:
        text = f"{what}. Try again, or check that it is running."
        return self.make("PROVIDER_TIMEOUT", text, retryable=True)

    def from_status(
        self, status: int, body: bytes, *, model: str = "", retry_after: str | None = None, now_s: float = 0.0
    ) -> ProviderError:
        """The error of an HTTP answer other than 200; `now_s` is Unix time, for a Retry-After that is a date."""
        error = self._classify(status, self.clean(_message_of(body)), body.decode("utf-8", "replace"), model)
        error.status = status
        error.retry_after_s = parse_retry_after(retry_after, now_s)
        return error

    def from_error_object(self, value: JSON, *, model: str) -> ProviderError:
        """The error of an `error` object that came inside an answer with status 200."""
        body = msgspec.json.encode({"error": value})
        text = body.decode()
        return self._classify(_status_in(text), self.clean(_message_of(body)), text, model)

    def _classify(self, status: int, message: str, raw: str, model: str) -> ProviderError:
        said = f": {message}" if message else "."
        if status == 402 or (status in (403, 429) and _NO_CREDIT.search(raw)):
            return self.make("PROVIDER_QUOTA", f"says that the account has no credit left{said} Add credit there.")
        if status == 413 or (status in (400, 422) and _TOO_LONG.search(raw)):
            text = (
                "says that the conversation is too long for this model. Shorten it, or choose a model with more room."
            )
            return self.make("PROVIDER_CONTEXT_LENGTH", text)
        if status == 404:
            text = (
                f"does not know the model “{self.clean(model)}” at this address. Check the model name and the base URL."
            )
            return self.make("PROVIDER_MODEL_NOT_FOUND", text)
        return self._by_status(status, said)

    def _by_status(self, status: int, said: str) -> ProviderError:
        match status:
            case 0:
                return self.make("PROVIDER_UNAVAILABLE", f"failed while it answered{said} Try again.", retryable=True)
            case 401:
                return self.make("PROVIDER_AUTH", "refused the key. Check it in Settings.")
            case 403:
                return self.make("PROVIDER_AUTH", f"refused access{said} Check the key and its rights in Settings.")
            case 408:
                return self._timeout("gave up waiting for the request")
            case 429:
                text = f"is limiting how often it may be called{said} Try again in a moment."
                return self.make("PROVIDER_RATE_LIMITED", text, retryable=True)
            case _ if status >= 500:
                text = f"is failing (HTTP {status}){said} Try again in a moment."
                return self.make("PROVIDER_UNAVAILABLE", text, retryable=True)
            case _ if status < 400:
                text = f"answered with a redirect (HTTP {status}), which is not followed. Set the final base URL in Settings."
                return self.make("PROVIDER_REJECTED", text)
            case _:
                text = f"rejected the request (HTTP {status}){said} Change the request or the model's settings."
                return self.make("PROVIDER_REJECTED", text)


def parse_retry_after(value: str | None, now_s: float) -> float | None:
    """Seconds to wait, 0 to 60, of a Retry-After that is seconds or an HTTP date; None when it is neither."""
    if not value:
        return None
    seconds = _seconds(value)
    if seconds is None:
        seconds = _seconds_until(value, now_s)
    return None if seconds is None else min(max(seconds, 0.0), MAX_RETRY_AFTER_S)


def _seconds(value: str) -> float | None:
    try:
        seconds = float(value)
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) else None


def _seconds_until(value: str, now_s: float) -> float | None:
    try:
        when = parsedate_to_datetime(value)
        return when.replace(tzinfo=when.tzinfo or UTC).timestamp() - now_s
    except (ValueError, OverflowError):
        return None


def _shorten(text: str) -> str:
    return text if len(text) <= MAX_MESSAGE else text[: MAX_MESSAGE - 1] + "…"


def _message_of(body: bytes) -> str:
    """The human part of an error body: the usual JSON shapes, else plain text; nothing of a web page."""
    text = body.decode("utf-8", "replace").strip()
    try:
        found = _message_in(msgspec.json.decode(text))
    except (ValueError, RecursionError):
        found = "" if text.startswith("<") else text
    return found.rstrip(". ") + "." if found.strip() else ""


def _message_in(value: Any, depth: int = 0) -> str:
    if isinstance(value, str):
        return value
    if not isinstance(value, dict) or depth > 2:
        return ""
    fields = cast("dict[str, Any]", value)
    found = (_message_in(fields.get(name), depth + 1) for name in ("error", "message", "detail", "msg"))
    return next((text for text in found if text), "")


def _status_in(text: str) -> int:
    """The HTTP status that an in-stream error object stands for; 0 where it does not say."""
    if code := re.search(r'"(?:code|status)"\s*:\s*"?([45]\d\d)\b', text):
        return int(code[1])
    if re.search(r"rate.?limit", text, re.IGNORECASE):
        return 429
    if _TOO_LONG.search(text) or re.search(r"invalid_request", text):
        return 400
    return 0
