"""The look after the file goes on in a thread when its task is cancelled: SQLite ends the whole process when a connection
is closed under a statement."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest

from orbiter_api.db import Database, watch


async def test_the_connection_outlives_the_look_that_uses_it(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "LOOK_EVERY_S", 0.0)
    begun, may_end, used = threading.Event(), threading.Event(), list[object]()

    def held(_file: Path) -> tuple[int, int]:
        begun.set()
        may_end.wait(30)
        return (0, 0)

    assert db.file is not None
    looking = watch.Watch(watch.Files(db.file), db.space)
    monkeypatch.setattr(looking, "_rescue", lambda: used.append(looking._read_generation()))
    await looking.start()
    monkeypatch.setattr(watch, "_identity", held)
    await asyncio.to_thread(begun.wait, 30)
    closing = asyncio.create_task(looking.close())
    done, _ = await asyncio.wait({closing}, timeout=0.2)
    may_end.set()
    await closing
    assert (done, len(used)) == (set(), 1)


async def test_after_its_end_nothing_is_looked_at(db: Database) -> None:
    assert db.file is not None
    looking = watch.Watch(watch.Files(db.file), db.space)
    await looking.start()
    await looking.close()
    db.file.unlink()
    assert looking._look() is None
