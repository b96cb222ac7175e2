"""Room on the disk, with a disk that the test makes as large and as full as it likes."""

from __future__ import annotations

from pathlib import Path

import pytest

from orbiter_api.db.files import Files
from orbiter_api.db.space import LEAST_FREE_BYTES, MB, Space
from orbiter_api.kit.errors import StorageFullError


class Disk:
    """`used` is what others wrote; the reserve counts too, as it does on a real one."""

    def __init__(self, files: Files, total: int) -> None:
        self._files = files
        self.total = total
        self.used = 0

    def usage(self, _folder: Path) -> tuple[int, int]:
        ballast = self._files.ballast.stat().st_size if self._files.ballast.exists() else 0
        return self.total, max(0, self.total - self.used - ballast)

    def leave(self, free: int) -> None:
        """Others write until so much is free."""
        self.used += self.usage(self._files.database)[1] - free


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path / "orbiter.db")


@pytest.fixture
def disk(files: Files) -> Disk:
    return Disk(files, 1000 * MB)


@pytest.fixture
def space(files: Files, disk: Disk) -> Space:
    space = Space(files, ballast_bytes=3 * MB, min_free_bytes=64 * MB, usage=disk.usage)
    space.look()
    return space


def may_start(space: Space) -> bool:
    try:
        space.check()
    except StorageFullError:
        return False
    return True


def test_the_reserve_is_really_there(files: Files, space: Space) -> None:
    found = files.ballast.stat()
    assert (found.st_size, found.st_mode & 0o777) == (3 * MB, 0o600)
    assert found.st_blocks * 512 >= 3 * MB, "not a sparse file"


def test_new_runs_stop_before_the_disk_is_full_and_start_again_with_room(
    files: Files, disk: Disk, space: Space
) -> None:
    disk.leave(63 * MB)
    space.look()
    assert (space.state, may_start(space), files.ballast.exists()) == ("low", False, True)
    disk.leave(70 * MB)
    space.look()
    assert space.state == "low", "not at the first byte, or it would stop again at once"
    disk.leave(81 * MB)
    space.look()
    assert (space.state, may_start(space)) == ("ok", True)


def test_a_full_disk_gets_the_reserve_and_it_is_made_again_when_there_is_room(
    files: Files, disk: Disk, space: Space
) -> None:
    disk.leave(LEAST_FREE_BYTES - 1)
    space.look()
    assert (space.state, files.ballast.exists()) == ("low", False)
    disk.leave(0)
    space.look()
    assert space.state == "full"
    disk.leave(500 * MB)
    space.look()
    assert (space.state, files.ballast.exists()) == ("ok", True)


def test_a_reserve_that_was_given_back_is_for_deleting_not_for_new_runs(files: Files, disk: Disk) -> None:
    space = Space(files, ballast_bytes=90 * MB, min_free_bytes=4 * MB, usage=disk.usage)
    space.look()
    disk.leave(0)
    space.look()
    assert (space.state, may_start(space), files.ballast.exists()) == ("low", False, False)
    disk.leave(94 * MB)
    space.look()
    assert (space.state, files.ballast.exists()) == ("low", False), "enough for runs once the reserve fits too"
    disk.leave(96 * MB)
    space.look()
    assert (space.state, files.ballast.exists()) == ("ok", True)


def test_a_refused_write_gives_the_reserve_back_at_once(files: Files, space: Space) -> None:
    space.ran_out()
    assert (space.state, files.ballast.exists(), may_start(space)) == ("full", False, False)
    space.look()
    assert (space.state, may_start(space)) == ("ok", True)


def test_room_inside_the_file_counts_once_the_disk_has_the_least(files: Files, disk: Disk, space: Space) -> None:
    disk.leave(30 * MB)
    space.look(reusable_bytes=60 * MB)
    assert space.state == "ok"
    disk.leave(1 * MB)
    space.look(reusable_bytes=600 * MB)
    assert (space.state, files.ballast.exists()) == ("ok", False)
    disk.leave(0)
    space.look(reusable_bytes=600 * MB)
    assert space.state == "full"


def test_a_small_disk_is_not_eaten_by_the_reserve(files: Files) -> None:
    disk = Disk(files, 20 * MB)
    space = Space(files, ballast_bytes=32 * MB, min_free_bytes=64 * MB, usage=disk.usage)
    space.look()
    assert (files.ballast.stat().st_size, space.state) == (2 * MB, "ok")


def test_a_reserve_that_cannot_be_made_is_left(files: Files, disk: Disk, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, _size: int) -> None:
        path.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("orbiter_api.db.space.write_ballast", refuse)
    space = Space(files, ballast_bytes=3 * MB, min_free_bytes=64 * MB, usage=disk.usage)
    space.look()
    assert (space.state, files.ballast.exists()) == ("ok", False)


def test_no_reserve_is_made_when_none_is_wanted(files: Files, disk: Disk) -> None:
    Space(files, ballast_bytes=0, min_free_bytes=0, usage=disk.usage).look()
    assert not files.ballast.exists()
