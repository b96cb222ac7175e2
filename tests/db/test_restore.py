"""A backup is a whole database, and a restore puts it in or changes nothing."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

import pytest

from orbiter_api.config import Settings
from orbiter_api.db import backups, restore
from orbiter_api.db.errors import DatabaseUnusableError
from orbiter_api.db.files import Files
from orbiter_api.db.opening import make_ready
from orbiter_api.db.revisions import newest_revision
from tests.db.upgrading import GOOD, dump, history_of, is_sound, schema, write_history
from tests.fixtures import first_release


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    file = first_release.unpack(tmp_path / "data")
    make_ready(settings_for(file))
    return file


def settings_for(file: Path, **more: str) -> Settings:
    return Settings(database_url=f"sqlite+aiosqlite:///{file}", **more)  # type: ignore[arg-type]


def change(file: Path, statement: str, *values: object) -> None:
    with contextlib.closing(sqlite3.connect(file, timeout=0.2)) as connection, connection:
        connection.execute(statement, values)


def names_of(file: Path) -> list[str]:
    with contextlib.closing(sqlite3.connect(file)) as connection:
        return [name for (name,) in connection.execute("SELECT name FROM users ORDER BY email")]


def refused(file: Path, backup: Path, **more: str) -> str:
    before = dump(file)
    with pytest.raises(DatabaseUnusableError) as raised:
        restore.restore(settings_for(file, **more), backup)
    assert dump(file) == before
    assert not list(Files(file).backups.glob(".partial*"))
    return str(raised.value)


def test_a_backup_is_restored_and_what_was_there_is_kept(file: Path) -> None:
    made = backups.make(Files(file))
    change(file, "UPDATE users SET name = 'Later'")
    later = dump(file)
    done = restore.restore(settings_for(file), made)
    assert "Later" not in names_of(file)
    assert done.kept is not None
    assert dump(done.kept) == later
    assert is_sound(file)
    restore.restore(settings_for(file), done.kept)
    assert names_of(file) == ["Later"] * 5


def test_the_last_commit_before_the_swap_is_in_what_is_kept_and_nobody_can_commit_after_it(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = backups.make(Files(file))
    make = backups.make

    def while_copying(files: Files, *, kind: str) -> Path:
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            change(file, "UPDATE users SET name = 'Too late'")
        return make(files, kind=kind)

    monkeypatch.setattr(backups, "make", while_copying)
    change(file, "UPDATE users SET name = 'Last'")
    done = restore.restore(settings_for(file), made)
    assert done.kept is not None
    assert set(names_of(done.kept)) == {"Last"}


def test_nobody_is_signed_in_and_no_old_process_may_write_on(file: Path) -> None:
    change(file, "UPDATE runs SET lease_owner = 'somebody', lease_until = 9e18 WHERE status = 'running'")
    made = backups.make(Files(file))
    with contextlib.closing(sqlite3.connect(file)) as connection:
        query = "SELECT max(lease_epoch), (SELECT generation FROM installation) FROM runs WHERE status = 'running'"
        epoch, generation = connection.execute(query).fetchone()
        connection.execute("INSERT INTO server_starts (owner, started_at) VALUES ('later', 1)")
        connection.execute("COMMIT")
        starts = connection.execute("SELECT count(*) FROM server_starts").fetchone()
    restore.restore(settings_for(file), made)
    with contextlib.closing(sqlite3.connect(file)) as connection:
        assert connection.execute("SELECT count(*) FROM sessions").fetchone() == (0,)
        found = connection.execute(query).fetchone()
        assert (found[0], found[1] != generation) == (epoch + 1, True)
        held = "SELECT count(*) FROM runs WHERE lease_owner IS NOT NULL AND status IN ('queued', 'running', 'waiting')"
        assert connection.execute(held).fetchone() == (0,)
        assert connection.execute("SELECT count(*) FROM server_starts").fetchone() == starts


def test_a_backup_of_an_older_release_is_brought_along(file: Path, tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    done = restore.restore(settings_for(file), first_release.unpack(tmp_path / "old"))
    assert done.upgraded_from == first_release.REVISION
    assert schema(file) == newest_revision()


def test_a_backup_with_other_pages_is_restored(file: Path) -> None:
    made = backups.make(Files(file))
    with contextlib.closing(sqlite3.connect(made)) as connection:
        connection.execute("PRAGMA page_size=8192")
        connection.execute("VACUUM")
        assert connection.execute("PRAGMA page_size").fetchone() == (8192,)
    restore.restore(settings_for(file), made)
    assert is_sound(file)


def test_a_backup_of_a_newer_release_is_refused(file: Path, tmp_path: Path) -> None:
    made = backups.make(Files(file))
    with history_of(write_history(tmp_path, GOOD)):
        make_ready(settings_for(made, secret_key=first_release.SECRET_KEY))
    assert "a newer one made it" in refused(file, made)


def test_what_is_no_backup_is_refused(file: Path, tmp_path: Path) -> None:
    letter, other, damaged = tmp_path / "letter.db", tmp_path / "other.db", tmp_path / "damaged.db"
    letter.write_bytes(b"This is a letter. " * 1000)
    change(other, "CREATE TABLE bookmarks (url TEXT)")
    backups.make(Files(file), damaged)
    with damaged.open("r+b") as handle:
        for page in range(4, 60):
            handle.seek(page * 4096)
            handle.write(b"x" * 100)
    assert "no backup that can be restored" in refused(file, letter)
    assert "not a database of Orbiter" in refused(file, other)
    assert "no backup that can be restored" in refused(file, damaged)
    assert "is not there" in refused(file, tmp_path / "nowhere.db")
    assert "the database itself" in refused(file, file)


def test_a_backup_that_another_key_sealed_is_refused(file: Path) -> None:
    made = backups.make(Files(file))
    other = "a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f90"
    said = refused(file, made, secret_key=other)
    assert "does not open what" in said
    assert other not in said
    Files(file).key.unlink()
    assert "does not open what" in refused(file, made)


def test_another_programs_lock_is_waited_for_and_then_named(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(restore, "PATIENCE_S", 0.1)
    made = backups.make(Files(file))
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseUnusableError, match="locked"):
            restore.restore(settings_for(file), made)
    assert is_sound(file)


@pytest.mark.parametrize("what", ["missing", "damaged", "no database at all"])
def test_a_backup_comes_back_where_there_is_nothing_to_write_into(file: Path, what: str) -> None:
    made = backups.make(Files(file))
    before = names_of(file)
    if what == "missing":
        file.unlink()
        Files(file).wal.write_bytes(b"the log of a file that is gone")
    elif what == "damaged":
        content = bytearray(file.read_bytes())
        content[4096 * 4 : 4096 * 60] = b"x" * (4096 * 56)
        file.write_bytes(content)
    else:
        file.write_bytes(b"This is a letter. " * 1000)
    spoilt = file.read_bytes() if file.exists() else None
    done = restore.restore(settings_for(file), made)
    assert names_of(file) == before
    assert is_sound(file)
    assert file.stat().st_mode & 0o777 == 0o600
    if spoilt is not None:
        assert done.kept is not None
        assert done.kept.read_bytes() == spoilt


def test_a_target_that_is_there_is_not_overwritten(file: Path, tmp_path: Path) -> None:
    target = tmp_path / "mine.db"
    target.write_text("precious")
    with pytest.raises(DatabaseUnusableError, match="there already"):
        backups.make(Files(file), target)
    assert target.read_text() == "precious"


def test_only_automatic_copies_are_pruned(file: Path) -> None:
    files = Files(file)
    for kind in ("backup", "scheduled", "restore") * 5:
        backups.make(files, kind=kind)
    backups.prune(files, kept=2)
    kinds = [one.kind for one in backups.listed(files)]
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {"backup": 5, "scheduled": 2, "restore": 2, "before": 1}
