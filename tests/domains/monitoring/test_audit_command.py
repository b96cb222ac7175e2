"""`orbiter audit verify`: the log's own word, and an earlier head that must still be in it."""

from __future__ import annotations

import contextlib
import io
import sqlite3
from pathlib import Path

import pytest

from orbiter_api import cli
from tests.app.live import SECRET


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A database with two entries: the command that made the people wrote them."""
    file = tmp_path / "orbiter.db"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ORBITER_DATABASE_URL", f"sqlite+aiosqlite:///{file}")
    monkeypatch.setenv("ORBITER_SECRET_KEY", SECRET)
    monkeypatch.setattr("sys.stdin", io.StringIO("a long pass phrase\n"))
    assert cli.main(["user", "add", "--email", "ann@example.org", "--role", "admin"]) == 0
    return file


def test_a_whole_log_tells_its_head(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["audit", "verify"]) == 0
    head = capsys.readouterr().out.split()[-1]
    assert cli.main(["audit", "verify", "--head", head]) == 0
    with contextlib.closing(sqlite3.connect(file)) as connection:
        kinds = {row[0] for row in connection.execute("SELECT actor_kind FROM audit_log")}
    assert kinds == {"operator"}


def test_a_changed_entry_is_named(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with contextlib.closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("DROP TRIGGER audit_log_no_update")
        connection.execute("UPDATE audit_log SET name = 'else' WHERE seq = 2")
    assert cli.main(["audit", "verify"]) == 1
    assert "Entry 2 was changed" in capsys.readouterr().err


@pytest.mark.parametrize("head", ["2:0000", "900:0000", "x", "", "9999999999999999999999:0"])
def test_a_head_that_is_not_in_the_log_is_told(file: Path, capsys: pytest.CaptureFixture[str], head: str) -> None:
    assert file.exists()
    assert cli.main(["audit", "verify", "--head", head]) == 1
    assert "does not hold" in capsys.readouterr().err
