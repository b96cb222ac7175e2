"""A disk that is really full, to the last byte, with the database, its log and the server's log on it."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.faults.rig import FaultyServer, Person, check_remains, signed_in, until
from tests.faults.server import Plan
from tests.faults.test_storage import begun
from tests.support.sink import Sink

MB = 1_000_000


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own, of 48 MB."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs", place], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("this account may mount nothing")
    yield place
    subprocess.run(["umount", "-l", place], check=True)


@pytest.fixture
async def person(disk: Path, sink: Sink) -> AsyncIterator[Person]:
    server = FaultyServer(disk, Plan(sink_url=sink.url, lease_s=1, renew_s=0.3))
    server.settings = {"ORBITER_BALLAST_MB": "4", "ORBITER_MIN_FREE_MB": "1"}
    try:
        await server.start()
        async with signed_in(server) as someone:
            yield someone
        check_remains(server, someone.secrets)
    finally:
        await server.kill()


def fill(disk: Path) -> Path:
    """A file that takes every byte that is left, most of them at once: the server must not see the disk nearly full and
    give back the reserve, which would be taken too."""
    filler = disk / "filler"
    with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:
        os.posix_fallocate(file.fileno(), 0, shutil.disk_usage(disk).free - 2 * MB)  # the server is writing, too
        file.seek(0, os.SEEK_END)
        while True:
            file.write(bytes(4096))
    return filler


def reserve(person: Person) -> int:
    """Bytes that are kept for the day on which the disk is full."""
    ballast = Path(f"{person.server.database}.ballast")
    return ballast.stat().st_size if ballast.exists() else 0


async def test_a_full_disk_can_be_cleaned_up_by_its_people_and_no_run_is_lost(
    person: Person, disk: Path, sink: Sink
) -> None:
    await until(person.problems, lambda found: not found and reserve(person) == 4 * MB)
    conversation, run_id = await begun(person, sink)
    other = await person.conversation((await person.ask("GET", "/agents"))["data"][0]["id"])
    filler = fill(disk)
    writes = [await person.call("POST", "/projects", {"name": "x" * 100, "description": "y" * 2000}) for _ in range(3)]
    assert {answer.status_code for answer in writes} <= {201, 507}
    await until(person.problems, lambda found: found in (["storage_full"], ["storage_low"]))
    assert reserve(person) == 0, "it is given back"
    refused = await person.call("POST", f"/conversations/{other}/messages", {"content": "hello"})
    assert (refused.status_code, refused.json()["code"]) == (507, "STORAGE_FULL")
    assert (await person.run(run_id))["status"] == "running"
    assert (await person.call("DELETE", f"/conversations/{other}")).status_code == 204, "in spite of the full disk"
    sink.open.set()
    assert (await person.settled(run_id))["status"] == "succeeded"
    filler.unlink()
    await until(person.problems, lambda found: not found)
    assert [one["status"] for one in await person.messages(conversation)] == ["complete", "complete"]
    again = await person.say(conversation, "say 3 words")
    assert (await person.settled(again["run"]["id"]))["status"] == "succeeded"
    await until(person.problems, lambda _found: reserve(person) == 4 * MB)
