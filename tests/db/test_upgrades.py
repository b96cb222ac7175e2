"""An upgrade keeps every row or changes nothing at all."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from pathlib import Path

import pytest

from orbiter_api.db import exclusive
from orbiter_api.db.backups import listed
from orbiter_api.db.errors import DatabaseUnusableError
from orbiter_api.db.files import Files
from orbiter_api.db.migrate import upgrade
from orbiter_api.db.revisions import newest_revision, read_history
from orbiter_api.kit.crypto import KeyRing
from tests.db import upgrading
from tests.db.upgrading import dump, history_of, is_sound, schema, write_history
from tests.fixtures import first_release


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A database of the first release."""
    (tmp_path / "data").mkdir()
    return first_release.unpack(tmp_path / "data")


def bring(old: Path, keys: KeyRing | None = None) -> None:
    upgrade(f"sqlite+aiosqlite:///{old}", keys)


def names(old: Path) -> set[str]:
    """What stands beside the database."""
    return {path.name for path in old.parent.iterdir()}


def refused(old: Path, history: Path) -> str:
    """The sentence of an upgrade that must leave the database as it is."""
    before = dump(old)
    with history_of(history), pytest.raises(DatabaseUnusableError) as raised:
        bring(old)
    assert dump(old) == before
    assert is_sound(old)
    assert not list(Files(old).backups.glob(".partial*")), "what was half done is cleaned up"
    return str(raised.value)


def test_what_was_there_before_is_kept_as_a_copy(old: Path) -> None:
    before = dump(old)
    bring(old)
    (kept,) = listed(Files(old))
    assert (kept.kind, kept.revision) == ("before", first_release.REVISION)
    assert dump(kept.path) == before
    assert (kept.path.stat().st_mode & 0o777, kept.path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert names(old) == {"orbiter.db", "orbiter.db.key", "orbiter.db.backups"}


def test_the_last_three_copies_are_kept(tmp_path: Path, old: Path) -> None:
    original = old.read_bytes()
    for _ in range(5):
        old.write_bytes(original)
        bring(old)
    copies = listed(Files(old))
    assert len(copies) == 3
    assert copies == sorted(copies, key=lambda one: one.made_at, reverse=True)


def test_a_migration_that_fails_half_way_changes_nothing_and_says_what_to_do(tmp_path: Path, old: Path) -> None:
    said = refused(old, write_history(tmp_path, upgrading.FAILS_HALF_WAY))
    (kept,) = listed(Files(old))
    for part in (str(old), str(kept.path), "no such table: nowhere", "was not changed", "release that you had before"):
        assert part in said
    assert schema(old) == first_release.REVISION
    assert "\n" not in said
    bring(old)
    assert schema(old) == newest_revision()


@pytest.mark.parametrize(
    ("body", "word"),
    [(upgrading.LOSES_ROWS, "run_steps had"), (upgrading.LOSES_A_TABLE, "models had 3 rows"),
     (upgrading.BREAKS_A_REFERENCE, "refers to a missing row")],
)  # fmt: skip
def test_a_migration_that_loses_something_is_not_taken_over(tmp_path: Path, old: Path, body: str, word: str) -> None:
    assert word in refused(old, write_history(tmp_path, body))


def test_a_migration_that_loses_a_trigger_is_not_taken_over(tmp_path: Path, old: Path) -> None:
    with contextlib.closing(sqlite3.connect(old)) as connection:
        connection.execute("CREATE TRIGGER watched AFTER INSERT ON models BEGIN SELECT 1; END")
    assert "the trigger watched is gone" in refused(old, write_history(tmp_path, upgrading.LOSES_A_TRIGGER))


def test_a_search_index_that_no_longer_says_what_its_table_says_is_not_taken_over(tmp_path: Path, old: Path) -> None:
    with contextlib.closing(sqlite3.connect(old)) as connection, connection:
        connection.execute("CREATE VIRTUAL TABLE agents_fts USING fts5(name, content='agents', content_rowid='rowid')")
        connection.execute("INSERT INTO agents_fts(agents_fts) VALUES ('rebuild')")
    renames = "\n    op.execute(\"UPDATE agents SET name = 'other'\")\n"
    assert "the search index agents_fts" in refused(old, write_history(tmp_path, renames))


@pytest.mark.parametrize("body", [upgrading.LOSES_ROWS, upgrading.LOSES_A_TABLE])
def test_a_migration_may_declare_that_it_changes_rows(tmp_path: Path, old: Path, body: str) -> None:
    history = write_history(tmp_path, body, 'changes_rows = ("run_steps", "models")')
    with history_of(history):
        bring(old)
    assert schema(old) == upgrading.NEXT


@pytest.mark.parametrize("statement", ["UPDATE provider_keys SET sealed = X'01'", "DELETE FROM provider_keys"])
def test_a_migration_that_loses_the_secrets_is_not_taken_over(tmp_path: Path, old: Path, statement: str) -> None:
    keys = KeyRing(first_release.SECRET_KEY)
    before = dump(old)
    with (
        history_of(write_history(tmp_path, f'\n    op.execute("{statement}")\n')),
        pytest.raises(DatabaseUnusableError, match="secrets"),
    ):
        bring(old, keys)
    assert dump(old) == before


def test_a_database_of_a_newer_release_is_refused_with_a_way_back(tmp_path: Path, old: Path) -> None:
    with history_of(write_history(tmp_path, upgrading.GOOD)):
        bring(old)
    before = dump(old)
    (kept,) = listed(Files(old))
    with pytest.raises(DatabaseUnusableError, match="newer release") as raised:
        bring(old)
    assert f"orbiter restore {kept.path}" in str(raised.value)
    assert dump(old) == before


def test_a_database_of_another_program_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    with contextlib.closing(sqlite3.connect(other)) as connection, connection:
        connection.execute("CREATE TABLE bookmarks (url TEXT)")
    with pytest.raises(DatabaseUnusableError, match="another program"):
        bring(other)
    assert not Files(other).backups.exists()


def test_a_process_that_has_the_database_open_goes_on_and_the_upgrade_waits_for_its_end(
    tmp_path: Path, old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exclusive, "PATIENCE_S", 0.3)
    with contextlib.closing(sqlite3.connect(old, isolation_level=None)) as running:
        running.execute("UPDATE users SET name = 'Changed' WHERE email = 'ann@example.org'")
        assert "Another process has" in refused(old, write_history(tmp_path, upgrading.GOOD))
        running.execute("UPDATE users SET name = 'Again' WHERE email = 'ann@example.org'")
    bring(old)
    with contextlib.closing(sqlite3.connect(old)) as connection:
        assert connection.execute("SELECT name FROM users WHERE email = 'ann@example.org'").fetchone() == ("Again",)


def test_a_disk_without_room_for_the_copies_is_named_beforehand(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = type("Usage", (), {"free": 1000})
    monkeypatch.setattr("orbiter_api.db.backups.shutil.disk_usage", lambda _path: usage)
    before = dump(old)
    with pytest.raises(DatabaseUnusableError, match="MB free and needs"):
        bring(old)
    assert dump(old) == before


def test_two_processes_that_upgrade_at_once_both_find_a_whole_database(tmp_path: Path, old: Path) -> None:
    history = write_history(tmp_path, upgrading.GOOD)
    processes = [upgrading.upgrade_process(old, history) for _ in range(3)]
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0, 0], old.with_suffix(".log").read_text()
    assert schema(old) == upgrading.NEXT
    assert is_sound(old)
    assert len(listed(Files(old))) == 1


def test_what_a_killed_upgrade_left_is_swept_away_when_it_is_old(old: Path) -> None:
    fresh, stale = Files(old).partial("upgrade"), Files(old).partial("upgrade")
    for left in (fresh, stale):
        left.write_bytes(b"half")
    os.utime(stale, (0, 0))
    bring(old)
    assert (fresh.exists(), stale.exists()) == (True, False)


def test_two_migrations_after_the_same_one_are_no_history(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.py").write_text(f'revision = "{name}"\ndown_revision = None\n')
    with pytest.raises(RuntimeError, match="not one line"):
        read_history(tmp_path)
