"""Killed at any moment of an upgrade, a database is the old one or the new one, whole, and the next start goes on."""

from __future__ import annotations

import os
import random
import shutil
import time
from pathlib import Path

import pytest

from orbiter_api.db.files import Files
from tests.db import upgrading
from tests.db.upgrading import fill, is_sound, schema, upgrade_process, write_history
from tests.fixtures import first_release

SOAK = os.environ.get("TEST_SOAK") == "1"


class Scene:
    """A database of the first release with some size, to which every attempt comes back."""

    def __init__(self, folder: Path, blobs: int) -> None:
        (folder / "data").mkdir()
        self.database = first_release.unpack(folder / "data")
        fill(self.database, blobs)
        self.original = folder / "original.db"
        shutil.copyfile(self.database, self.original)
        self.counts = first_release.counts(self.original)
        self.history = write_history(folder, upgrading.GOOD)

    def reset(self) -> None:
        files = Files(self.database)
        for path in (files.wal, files.shm):
            path.unlink(missing_ok=True)
        shutil.rmtree(files.backups, ignore_errors=True)
        shutil.copyfile(self.original, self.database)

    def check_whole(self) -> str:
        """The schema, which is the old or the new one, with every row that was there."""
        assert is_sound(self.database)
        found = schema(self.database)
        assert found in (first_release.REVISION, upgrading.NEXT)
        now = first_release.counts(self.database)
        assert {name: now[name] for name in self.counts} == self.counts
        assert ("extra" in now) == (found == upgrading.NEXT)
        return found

    def check_next_start_upgrades(self) -> None:
        process = upgrade_process(self.database, self.history)
        process.join(120)
        assert process.exitcode == 0, self.database.with_suffix(".log").read_text()
        assert self.check_whole() == upgrading.NEXT


@pytest.mark.timeout(1800)
@pytest.mark.soak
def test_killed_at_each_part_of_the_swap(tmp_path: Path) -> None:
    scene = Scene(tmp_path, blobs=400 if SOAK else 120)
    steps = scene.original.stat().st_size // 4096 // 10 + 20
    found: list[str] = []
    for step in [*range(1, steps, 1 if SOAK else max(1, steps // 6)), steps - 1]:
        scene.reset()
        process = upgrade_process(scene.database, scene.history, die_at_step=step)
        process.join(120)
        assert process.exitcode in (-9, 0)
        found.append(scene.check_whole())
        scene.check_next_start_upgrades()
    assert set(found) == {first_release.REVISION, upgrading.NEXT}, "some were killed before the commit, some after it"


@pytest.mark.timeout(1800)
@pytest.mark.soak
def test_killed_at_random_moments_of_the_whole_upgrade(tmp_path: Path) -> None:
    seed = int(os.environ.get("TEST_SEED", "0")) or random.SystemRandom().randrange(1, 10**9)
    print(f"TEST_SEED={seed}")  # noqa: T201 - a failure is repeated with it
    chance = random.Random(seed)
    scene = Scene(tmp_path, blobs=4000 if SOAK else 500)
    began = time.monotonic()
    scene.check_next_start_upgrades()
    usual_s = time.monotonic() - began
    for _ in range(150 if SOAK else 6):
        scene.reset()
        process = upgrade_process(scene.database, scene.history)
        time.sleep(chance.uniform(0, 1.1 * usual_s))
        process.kill()
        process.join(120)
        scene.check_whole()
        scene.check_next_start_upgrades()
