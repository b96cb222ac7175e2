"""The secret key: made once where only this machine listens, demanded everywhere else."""

from __future__ import annotations

import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from orbiter_api.config import Settings, SettingsError, load_settings, with_secret_key

GOOD = "0123456789abcdef" * 4


def settings(tmp_path: Path, **flags: object) -> Settings:
    return load_settings({"database_url": "sqlite:///o.db", **flags}, environ={}, directory=tmp_path)


def test_on_loopback_a_key_is_made_once_and_kept_for_its_owner_only(tmp_path: Path) -> None:
    first = with_secret_key(settings(tmp_path))
    second = with_secret_key(settings(tmp_path))
    assert len(first.secret_key) == 64
    assert second.secret_key == first.secret_key
    assert stat.S_IMODE((tmp_path / "o.db.key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["o.db.key"]


def test_two_databases_have_two_keys(tmp_path: Path) -> None:
    other = settings(tmp_path, database_url="sqlite:///p.db")
    assert with_secret_key(settings(tmp_path)).secret_key != with_secret_key(other).secret_key


def test_starters_at_the_same_moment_agree(tmp_path: Path) -> None:
    gate = threading.Barrier(8)

    def start(_number: int) -> str:
        mine = settings(tmp_path)
        gate.wait()
        return with_secret_key(mine).secret_key

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(start, range(8)))) == 1


def test_a_given_key_is_used_and_no_file_is_made(tmp_path: Path) -> None:
    assert with_secret_key(settings(tmp_path, secret_key=GOOD)).secret_key == GOOD
    assert list(tmp_path.iterdir()) == []


def test_elsewhere_a_missing_key_is_refused_with_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="openssl rand -hex 32"):
        with_secret_key(settings(tmp_path, host="0.0.0.0"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
@pytest.mark.parametrize(
    "key", ["change-me-in-production", "change-me-in-production-please-0123456789", "qwerty", "a" * 64, "secret" * 10]
)
def test_a_weak_key_is_refused_everywhere_and_not_repeated(tmp_path: Path, host: str, key: str) -> None:
    with pytest.raises(SettingsError, match="openssl rand -hex 32") as refused:
        with_secret_key(settings(tmp_path, host=host, secret_key=key))
    assert key not in str(refused.value)


def test_a_damaged_key_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "o.db.key").write_text("")
    with pytest.raises(SettingsError, match=r"o\.db\.key"):
        with_secret_key(settings(tmp_path))
