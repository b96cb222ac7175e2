"""What is published in a unit of work reaches the listeners in its transaction, or nobody."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
from sqlalchemy import text

from orbiter_api.db import UnitOfWork
from orbiter_api.kit.events import Audited, Event, changed
from tests.security.rig import Rig, running


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Rig]:
    async with running(tmp_path) as rig:
        yield rig


def event(name: str) -> Audited:
    return Audited(action="thing.made", entity_type="thing", name=name)


async def test_a_listener_writes_in_the_same_transaction_and_may_tell_more(rig: Rig) -> None:
    seen: list[str] = []

    async def listen(uow: UnitOfWork, events: Sequence[Event]) -> None:
        names = [one.name for one in events if isinstance(one, Audited)]
        seen.extend(names)
        for name in names:
            await uow.session.execute(
                text("INSERT INTO blobs (sha256, size_bytes, data) VALUES (:name, 0, '')"), {"name": name}
            )
        if names == ["first"]:
            uow.publish(event("second"))

    rig.services.db.listeners.append(listen)
    async with rig.services.db.unit() as uow:
        uow.publish(event("first"))
    async with rig.services.db.read() as session:
        assert list(await session.scalars(text("SELECT sha256 FROM blobs"))) == ["first", "second"]
    assert seen == ["first", "second"]


async def test_a_unit_that_fails_tells_nobody(rig: Rig) -> None:
    seen: list[Event] = []

    async def listen(_uow: UnitOfWork, events: Sequence[Event]) -> None:
        seen.extend(events)

    rig.services.db.listeners.append(listen)

    async def fail() -> None:
        async with rig.services.db.unit() as uow:
            uow.publish(event("never"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert seen == []


async def test_a_listener_that_fails_takes_the_change_with_it(rig: Rig) -> None:
    async def listen(_uow: UnitOfWork, _events: Sequence[Event]) -> None:
        raise ZeroDivisionError

    async def write() -> None:
        async with rig.services.db.unit() as uow:
            await uow.session.execute(text("INSERT INTO blobs (sha256, size_bytes, data) VALUES ('x', 0, '')"))
            uow.publish(event("one"))

    rig.services.db.listeners.append(listen)
    with pytest.raises(ZeroDivisionError):
        await write()
    async with rig.services.db.read() as session:
        assert list(await session.scalars(text("SELECT sha256 FROM blobs"))) == []


def test_only_what_differs_is_told() -> None:
    before = {"name": "a", "role": "viewer", "revision": 1}
    assert changed(before, {"name": "a", "role": "admin", "revision": 2}) == ({"role": "viewer"}, {"role": "admin"})
