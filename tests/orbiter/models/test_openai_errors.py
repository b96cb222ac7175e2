from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orbiter.models.clients.openai_errors import MAX_MESSAGE, ErrorTeller, parse_retry_after

KEY = "sk-CANARY/0123+456"
NOW = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC).timestamp()


@pytest.fixture
def teller() -> ErrorTeller:
    return ErrorTeller("Acme", KEY)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("", None),
        ("0", 0.0),
        ("1.5", 1.5),
        ("-3", 0.0),
        ("999999", 60.0),
        ("inf", None),
        ("nan", None),
        ("1e400", None),
        ("soon", None),
        ("Mon, 23 Nov 2026 12:00:09 GMT", 9.0),
        ("Mon, 23 Nov 2026 11:00:00 GMT", 0.0),
        ("Mon, 23 Nov 2037 11:00:00 GMT", 60.0),
        ("Mon, 23 Nov 2026 12:00:09", 9.0),
        ("Mon, 99 Nov 99999999999 12:00:09 GMT", None),
    ],
)
def test_retry_after(value: str | None, seconds: float | None) -> None:
    assert parse_retry_after(value, NOW) == seconds


@given(st.text())
def test_any_retry_after_is_bounded(value: str) -> None:
    seconds = parse_retry_after(value, NOW)
    assert seconds is None or 0.0 <= seconds <= 60.0


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"error": {"message": "No."}}, "No."),
        ({"error": "No"}, "No."),
        ({"message": "No."}, "No."),
        ({"detail": "No."}, "No."),
        ({"object": "error", "message": "No.", "code": 40001}, "No."),
        ({"error": {"error": {"message": "No."}}}, "No."),
    ],
)
def test_the_providers_words_are_found(teller: ErrorTeller, body: object, said: str) -> None:
    message = teller.from_status(400, json.dumps(body).encode()).message
    assert message == f"Acme rejected the request (HTTP 400): {said} Change the request or the model's settings."


@pytest.mark.parametrize("body", [b"", b"<html>secret page</html>", b"[]", b"{}", b'{"error": {"error": 7}}'])
def test_without_words_the_message_does_without(teller: ErrorTeller, body: bytes) -> None:
    expected = "Acme is failing (HTTP 500). Try again in a moment."
    assert teller.from_status(500, body).message == expected


def test_plain_text_is_words(teller: ErrorTeller) -> None:
    assert "upstream is down" in teller.from_status(502, b"upstream is down").message


def test_control_characters_and_long_texts(teller: ErrorTeller) -> None:
    cleaned = teller.clean("a\x00b\x1b[31m\r\nred\u202e\u2028" + "x" * 1_000)
    assert cleaned.startswith("a b [31m red x")
    assert len(cleaned) == MAX_MESSAGE


@given(before=st.text(), after=st.text(), gap=st.integers(0, 700))
def test_the_key_never_survives(before: str, after: str, gap: int) -> None:
    cleaned = ErrorTeller("Acme", KEY).clean(f"{before}{'x' * gap}{KEY}{after}")
    assert KEY not in cleaned
    assert "CANARY" not in cleaned


def test_a_key_that_control_characters_split_does_not_survive(teller: ErrorTeller) -> None:
    assert "CANARY" not in teller.clean("sk-CANARY\u200b/0123+456 key")


@pytest.mark.parametrize("text", ["Bearer abcdefghij", "sk-proj-abcdefgh", "gsk_abcdefgh"])
def test_other_keys_are_hidden_too(teller: ErrorTeller, text: str) -> None:
    assert teller.clean(f"got {text} here") == "got [key] here"


@pytest.mark.parametrize("key", ["x", "ollama", "sk-short"])
def test_short_keys_are_hidden(key: str) -> None:
    assert key not in ErrorTeller("Acme", key).clean(f"your {key} is wrong").replace("[key]", "")


def test_the_advice_follows_the_status(teller: ErrorTeller) -> None:
    assert teller.from_status(401, b"").message == "Acme refused the key. Check it in Settings."
    unknown = teller.from_status(404, b"", model="gpt-x\n")
    assert unknown.message.startswith("Acme does not know the model “gpt-x” at this address.")
    assert (unknown.code, unknown.status) == ("PROVIDER_MODEL_NOT_FOUND", 404)
