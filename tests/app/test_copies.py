"""`orbiter backup` and `orbiter restore` as the operator sees them. What they do to the file is tested in tests/db."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from orbiter_api import cli
from tests.fixtures import first_release

KEY = first_release.SECRET_KEY


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").mkdir()
    file = first_release.unpack(tmp_path / "data")
    monkeypatch.setenv("ORBITER_DATABASE_URL", f"sqlite+aiosqlite:///{file}")
    assert cli.main(["migrate"]) == 0
    return file


def audited(file: Path) -> list[str]:
    with sqlite3.connect(file) as connection:
        query = "SELECT action FROM audit_log WHERE entity_type = 'database' ORDER BY seq"
        return [action for (action,) in connection.execute(query)]


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    capsys.readouterr()
    assert cli.main(arguments) == 0
    return capsys.readouterr().out


def test_a_backup_says_where_it_is_and_where_the_key_is(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert f"Keep a copy of {file}.key" in said(capsys, "backup", "mine.db")
    assert not Path("mine.db.key").exists()
    assert KEY.encode() not in Path("mine.db").read_bytes()
    assert "Whoever has both files" in said(capsys, "backup", "other.db", "--with-key")
    assert Path("other.db.key").read_text().strip() == KEY
    assert Path("other.db.key").stat().st_mode & 0o777 == 0o600
    assert audited(file) == ["database.backed_up"] * 2


def test_copies_are_listed_and_one_comes_back(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, "backup")
    newest = said(capsys, "backup", "--list").splitlines()[0].split()[-1]
    assert newest.endswith("-backup.db")
    told = said(capsys, "restore", newest)
    assert "What was there before is kept" in told
    assert "sign in again" in told
    assert audited(file) == ["database.restored"], "the entry about the backup was written after it"


def test_a_folder_is_a_target_and_what_is_there_is_not_overwritten(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "copies").mkdir()
    said(capsys, "backup", "copies")
    (made,) = (tmp_path / "copies").iterdir()
    assert cli.main(["backup", str(made)]) == 1
    assert "there already" in capsys.readouterr().err


def test_without_a_database_there_is_nothing_to_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(["backup"]) == 1
    assert "nothing to copy" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_mislaid_key_can_be_given_up_from_the_command_line(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path(f"{file}.key").unlink()
    assert cli.main(["migrate"]) == 1
    assert "orbiter accept-key" in capsys.readouterr().err
    assert "right one" in said(capsys, "accept-key")
    assert cli.main(["migrate"]) == 0
    assert audited(file) == ["secret_key.accepted"]
