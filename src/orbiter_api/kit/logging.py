"""Structured logs: one JSON object a line on standard error.

What is logged is named field by field; bodies, cookies, headers and query strings never are. The redaction below is the
second wall, for what slips into a message or a traceback.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
from typing import Any

import msgspec

from orbiter_api.kit.context import request_id
from orbiter_api.kit.time import iso

_REDACTED = "[redacted]"
_SECRETS = (
    re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}"),
    re.compile(r"\b(?:sk|orb|pk|rk|ghp|gho|xox[abp])[-_][A-Za-z0-9_-]{8,}"),
    re.compile(
        r"(?i)((?:api[_-]?key|secret(?:[_-]?key)?|password|passwd|token|ticket|authorization|cookie|orbiter_session)\\?[\"']?"
        r"\s*[:=]\s*)(\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|[^\s,;&}\]]+)"
    ),
    re.compile(r"(://[^/\s:@]+:)[^/\s@]+(?=@)"),
)


def redact(text: str) -> str:
    """`text` with everything that looks like a credential replaced."""
    text = _SECRETS[0].sub(rf"\1 {_REDACTED}", text)
    text = _SECRETS[1].sub(_REDACTED, text)
    text = _SECRETS[2].sub(rf"\1{_REDACTED}", text)
    return _SECRETS[3].sub(rf"\1{_REDACTED}", text)


class JsonFormatter(logging.Formatter):
    """`extra={"fields": {...}}` adds named fields to the line."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": iso(int(record.created * 1_000_000)),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": redact(record.getMessage()),
        }
        if current := request_id.get():
            line["request_id"] = current
        fields: dict[str, Any] = getattr(record, "fields", {})
        line |= {name: redact(value) if isinstance(value, str) else value for name, value in fields.items()}
        if record.exc_info and record.exc_info[0]:
            line["error"] = redact(_traceback(record.exc_info))
        return msgspec.json.encode(line, enc_hook=str).decode()


def _traceback(info: Any) -> str:
    return "".join(traceback.format_exception(*info))


def configure(*, debug: bool = False) -> None:
    """Send all logs of the process through the JSON formatter. The server's own access log stays off: its lines hold
    query strings."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.DEBUG if debug else logging.INFO)
    quiet_libraries()


def quiet_libraries() -> None:
    """What others say of their inside. The server at DEBUG writes every line of a socket's handshake, headers and all."""
    logging.getLogger("uvicorn.access").disabled = True
    logging.getLogger("uvicorn.error").setLevel(logging.INFO)
    for name in ("alembic", "httpx", "httpcore", "aiosqlite", "asyncio", "passlib"):
        logging.getLogger(name).setLevel(logging.WARNING)
