"""What the secret key protects stays closed to another key, another row, another session."""

from __future__ import annotations

import pytest

from orbiter_api.kit.crypto import KeyRing, SecretUnreadableError

KEYS = KeyRing("0123456789abcdef" * 4)
ROW = "providers:1:api_key"


def test_a_value_opens_with_its_key_and_row() -> None:
    assert KEYS.decrypt(KEYS.encrypt("sk-ü", row=ROW), row=ROW) == "sk-ü"


def test_the_same_value_is_sealed_differently_each_time() -> None:
    assert KEYS.encrypt("same", row=ROW) != KEYS.encrypt("same", row=ROW)


@pytest.mark.parametrize("row", ["providers:2:api_key", "providers:1:other", ""])
def test_a_value_copied_into_another_row_stays_closed(row: str) -> None:
    with pytest.raises(SecretUnreadableError):
        KEYS.decrypt(KEYS.encrypt("sk", row=ROW), row=row)


def test_another_key_opens_nothing() -> None:
    with pytest.raises(SecretUnreadableError):
        KeyRing("f" * 64).decrypt(KEYS.encrypt("sk", row=ROW), row=ROW)


@pytest.mark.parametrize("position", [0, 1, 13, -1])
def test_a_changed_byte_is_noticed(position: int) -> None:
    sealed = bytearray(KEYS.encrypt("sk", row=ROW))
    sealed[position] ^= 1
    with pytest.raises(SecretUnreadableError):
        KEYS.decrypt(bytes(sealed), row=ROW)


@pytest.mark.parametrize("sealed", [b"", b"\x01", b"\x01" * 12])
def test_a_cut_value_is_unreadable_and_no_crash(sealed: bytes) -> None:
    with pytest.raises(SecretUnreadableError):
        KEYS.decrypt(sealed, row=ROW)


def test_a_form_token_belongs_to_one_session() -> None:
    token = KEYS.csrf_token("session-a")
    assert KEYS.csrf_matches("session-a", token)
    assert not KEYS.csrf_matches("session-b", token)
    assert not KEYS.csrf_matches("session-a", "")
    assert not KEYS.csrf_matches("session-a", "é" * 64)


def test_each_purpose_has_its_own_key_and_none_is_shown() -> None:
    assert KEYS.derive("a") != KEYS.derive("b")
    assert "0123" not in repr(KEYS)
