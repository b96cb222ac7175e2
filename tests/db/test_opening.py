"""A database that cannot be used is named in a sentence and left as it is."""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from orbiter_api.config import Settings, SettingsError
from orbiter_api.db import backups
from orbiter_api.db.files import Files
from orbiter_api.db.opening import SMALL_BYTES, accept_key, bring_up_to_date, make_ready
from tests.db.upgrading import dump, fill
from tests.fixtures import first_release

OTHER_KEY = "a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f90"


def settings_for(file: Path, **more: str) -> Settings:
    return Settings(database_url=f"sqlite+aiosqlite:///{file}", **more)  # type: ignore[arg-type]


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a database will be; its folder and the working directory are empty."""
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    (tmp_path / "data").mkdir()
    return tmp_path / "data" / "orbiter.db"


@pytest.fixture
def old(file: Path) -> Path:
    """A database of the first release, with its key and a stored secret."""
    return first_release.unpack(file.parent)


def refused(settings: Settings) -> str:
    with pytest.raises(SettingsError) as raised:
        make_ready(settings)
    assert "\n" not in str(raised.value)
    return str(raised.value)


def test_a_first_start_makes_the_database_and_the_key_and_a_second_finds_them(file: Path) -> None:
    first = make_ready(settings_for(file))
    assert {path.name for path in file.parent.iterdir()} == {"orbiter.db", "orbiter.db.key", "orbiter.db.backups"}
    before = dump(file)
    assert make_ready(settings_for(file)).secret_key == first.secret_key
    assert dump(file) == before


def test_a_first_release_is_brought_along_with_its_key(old: Path) -> None:
    assert make_ready(settings_for(old)).secret_key == first_release.SECRET_KEY
    assert make_ready(settings_for(old, secret_key=first_release.SECRET_KEY)).secret_key == first_release.SECRET_KEY


@pytest.mark.parametrize("started_before", [False, True])
def test_a_wrong_key_is_refused_before_anything_is_changed(old: Path, started_before: bool) -> None:
    if started_before:
        make_ready(settings_for(old))
    before = dump(old)
    said = refused(settings_for(old, secret_key=OTHER_KEY))
    assert "not the one with which" in said
    assert "orbiter accept-key" in said
    assert OTHER_KEY not in said
    assert dump(old) == before
    make_ready(settings_for(old))


def test_no_new_key_is_made_in_place_of_one_that_was_mislaid(old: Path) -> None:
    key = Files(old).key
    moved = key.rename(old.parent / "kept-elsewhere")
    said = refused(settings_for(old))
    assert (str(key) in said, "is missing" in said, key.exists()) == (True, True, False)
    moved.rename(key)
    make_ready(settings_for(old))


def test_a_lost_key_can_be_given_up(old: Path) -> None:
    make_ready(settings_for(old))
    Files(old).key.unlink()
    accept_key(settings_for(old))
    made = make_ready(settings_for(old)).secret_key
    assert made != first_release.SECRET_KEY
    refused(settings_for(old, secret_key=first_release.SECRET_KEY))


def test_a_missing_database_is_not_made_anew_where_copies_of_it_are_left(old: Path) -> None:
    make_ready(settings_for(old))
    (copy,) = backups.listed(Files(old))
    old.unlink()
    said = refused(settings_for(old))
    assert f"orbiter restore {copy.path}" in said
    assert not old.exists()
    bring_up_to_date(settings_for(old), init=True)
    assert old.exists()


def test_a_missing_database_is_not_made_anew_where_its_log_is_left(file: Path) -> None:
    Files(file).wal.write_bytes(b"what was not yet in the file")
    assert "its log" in refused(settings_for(file))
    assert not file.exists()


def test_other_databases_nearby_are_named_when_an_empty_one_is_made(
    old: Path, caplog: pytest.LogCaptureFixture
) -> None:
    here = Path.cwd() / "orbiter.db"
    shutil.copyfile(old, here)
    (old.parent / "not-ours.db").write_bytes(b"a letter")
    (old.parent / "empty.db").touch()
    with caplog.at_level(logging.WARNING, "orbiter.db"):
        make_ready(settings_for(old.with_name("new.db")))
    (said,) = [record.getMessage() for record in caplog.records]
    assert str(old) in said
    assert str(here) in said
    assert "not-ours" not in said
    assert "empty.db" not in said


@pytest.mark.parametrize("crashed", [False, True])
def test_a_damaged_file_is_found_and_points_to_its_copy(old: Path, crashed: bool) -> None:
    make_ready(settings_for(old))
    files = Files(old)
    (copy,) = backups.listed(files)
    if crashed:
        fill(old, SMALL_BYTES // 4000 + 1)
        files.wal.write_bytes(b"a log that a crash left")
    with old.open("r+b") as handle:
        for page in range(8, 60):
            handle.seek(page * 4096)
            handle.write(os.urandom(64))
    damaged = old.read_bytes()
    said = refused(settings_for(old))
    assert "is damaged" in said
    assert f"orbiter restore {copy.path}" in said
    assert old.read_bytes() == damaged


@pytest.fixture
def nobody() -> Iterator[Path]:
    """A folder that an account without rights can look into, and that account."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@contextlib.contextmanager
def without_rights() -> Iterator[None]:
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.parametrize("what", ["the file", "the folder", "both"])
def test_what_cannot_be_written_is_named(nobody: Path, what: str) -> None:
    file = first_release.unpack(nobody)
    Files(file).key.chmod(0o644)
    file.chmod(0o444 if what != "the folder" else 0o666)
    nobody.chmod(0o555 if what != "the file" else 0o777)
    try:
        with without_rights():
            said = refused(settings_for(file))
    finally:
        nobody.chmod(0o755)
    assert "cannot be written by this account" in said
    assert dump(file)


def test_a_folder_that_cannot_be_written_cannot_get_a_first_database(nobody: Path) -> None:
    nobody.chmod(0o555)
    with without_rights():
        said = refused(settings_for(nobody / "orbiter.db", secret_key=OTHER_KEY))
    assert "cannot be written by this account" in said


def test_a_full_disk_is_named(old: Path) -> None:
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    contents = dump(old)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, before[1]))
    try:
        said = refused(settings_for(old))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert "Nothing was changed" in said
    assert "full" in said
    assert dump(old) == contents


def test_a_file_that_another_program_locks_is_named(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orbiter_api.db.opening.PATIENCE_S", 0.1)
    with contextlib.closing(sqlite3.connect(old, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode=DELETE")
        other.execute("BEGIN EXCLUSIVE")
        assert "keeps" in refused(settings_for(old))


def test_a_file_system_without_shared_memory_is_refused(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a network folder is. This way of opening a file has none either."""
    monkeypatch.setattr("orbiter_api.db.files.quote", lambda path: f"{path}?vfs=unix-dotfile&x=")
    monkeypatch.setattr("orbiter_api.db.opening.PATIENCE_S", 0.1)
    with contextlib.closing(sqlite3.connect(old)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
    said = refused(settings_for(old))
    assert "network folder" in said
    assert dump(old)
