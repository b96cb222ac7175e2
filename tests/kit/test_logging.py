"""Log lines are JSON, and what looks like a credential does not get through."""

from __future__ import annotations

import io
import logging
import os
from pathlib import Path

import msgspec
import pytest

from orbiter_api.kit.context import request_id
from orbiter_api.kit.logging import JsonFormatter, LineHandler, redact


def record_of(message: str) -> logging.LogRecord:
    return logging.LogRecord("orbiter.test", logging.INFO, __file__, 1, message, (), None)


def line(message: str, **extra: object) -> dict[str, object]:
    record = record_of(message)
    record.__dict__.update(extra)
    return msgspec.json.decode(JsonFormatter().format(record))


def test_a_line_names_time_level_logger_message_and_request() -> None:
    token = request_id.set("req-1")
    try:
        found = line("hello", fields={"status": 200})
    finally:
        request_id.reset(token)
    assert found.pop("time") != ""
    assert found == {
        "level": "info",
        "logger": "orbiter.test",
        "message": "hello",
        "request_id": "req-1",
        "status": 200,
    }


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Bearer abcdefgh12345678",
        "sk-proj-abcdefgh12345678",
        "orb_abc123_abcdefgh12345678",
        '{"api_key": "abcdefgh12345678"}',
        "password=abcdefgh12345678&x=1",
        "Cookie: orbiter_session=abcdefgh12345678",
        "https://user:abcdefgh12345678@host/path",
    ],
)
def test_credentials_are_redacted(text: str) -> None:
    assert "abcdefgh12345678" not in redact(text)
    assert "abcdefgh12345678" not in str(line(text))
    assert "abcdefgh12345678" not in str(line("x", fields={"note": text}))


def test_an_errors_traceback_is_redacted_too() -> None:
    try:
        raise ValueError("api_key=abcdefgh12345678")
    except ValueError as error:
        found = line("failed", exc_info=(type(error), error, error.__traceback__))
    assert "ValueError" in str(found["error"])
    assert "abcdefgh12345678" not in str(found)


def test_plain_words_stay() -> None:
    assert redact("The token count is 12 and the key was not set") == "The token count is 12 and the key was not set"


def test_lines_that_cannot_be_written_are_counted_and_told_when_they_can(tmp_path: Path) -> None:
    writable = os.open(tmp_path / "log", os.O_WRONLY | os.O_CREAT, 0o600)
    with Path("/dev/full").open("wb", buffering=0) as full:
        handler = LineHandler(io.TextIOWrapper(full, write_through=True))
        for message in ("lost", "lost, too"):
            handler.handle(record_of(message))
        os.dup2(writable, full.fileno())
        for message in ("written", "and again"):
            handler.handle(record_of(message))
    os.close(writable)
    assert handler.lost == 2
    told = "2 lines before this one could not be written"
    assert (tmp_path / "log").read_text().splitlines() == ["written", told, "and again"]
