"""Structured logs: one JSON object a line on standard error.

What is logged is named field by field; bodies, cookies, headers and query strings never are. The redaction below is the
second wall, for what slips into a message or a traceback.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
from typing import Any, TextIO

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


class LineHandler(logging.StreamHandler[TextIO]):
    """A log that cannot be written, on a full disk for example, stops nothing: its lines are counted, and the next one
    that can be written is followed by their number."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__(stream)
        self.lost = 0
        """Lines that could not be written since the start."""
        self._told = 0

    def emit(self, record: logging.LogRecord) -> None:
        before = self.lost
        super().emit(record)
        if self._told < self.lost == before:
            count, self._told = self.lost - self._told, self.lost
            said = "%d lines before this one could not be written"
            super().emit(logging.LogRecord("orbiter.log", logging.WARNING, __file__, 0, said, (count,), None))

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the library's name
        if isinstance(sys.exc_info()[1], OSError):
            self.lost += 1
        else:
            super().handleError(record)


def lost_lines() -> int:
    """How many lines of this process's log could not be written."""
    return sum(handler.lost for handler in logging.getLogger().handlers if isinstance(handler, LineHandler))


def _traceback(info: Any) -> str:
    return "".join(traceback.format_exception(*info))


def configure(*, debug: bool = False) -> None:
    """Send all logs of the process through the JSON formatter. The server's own access log stays off: its lines hold
    query strings."""
    handler = LineHandler(sys.stderr)
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
