"""One session at a time: what `tests/nested_sessions.py` refuses in every test, and what it lets through."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from litestar import Litestar, get
from litestar.di import Provide
from litestar.testing import AsyncTestClient

from orbiter_api.db import Database
from orbiter_api.kit.context import request_id
from tests import nested_sessions
from tests.nested_sessions import NestedSessionError


@pytest.fixture
def db(db: Database) -> Iterator[Database]:
    yield db
    nested_sessions.attempts.clear()


@pytest.mark.parametrize("outer", ["read", "unit"])
@pytest.mark.parametrize("inner", ["read", "unit"])
async def test_a_second_session_inside_the_first_is_refused(db: Database, outer: str, inner: str) -> None:
    async with getattr(db, outer)():
        with pytest.raises(NestedSessionError, match=r"test_one_session\.py.* inside .*test_one_session\.py"):
            async with getattr(db, inner)():
                pass
    assert len(nested_sessions.attempts) == 1


async def test_a_task_begun_inside_is_inside(db: Database) -> None:
    async def look() -> None:
        async with db.read():
            pass

    async with db.unit():
        with pytest.raises(NestedSessionError):
            await asyncio.gather(look(), asyncio.sleep(0))


async def test_one_after_the_other_and_side_by_side_are_fine(db: Database) -> None:
    async def look() -> None:
        async with db.read() as session, db.read(session) as same:
            assert same is session

    async with db.unit() as uow, db.read(uow.session) as session:
        assert session is uow.session
    await look()
    await asyncio.gather(*(look() for _ in range(20)))


async def test_a_dependencys_unit_is_open_in_its_handler(db: Database) -> None:
    """Two dependencies of a handler are made in tasks of their own, which are over when the handler runs."""

    async def unit():
        async with db.unit() as uow:
            yield uow

    @get("/")
    async def handler(uow: object, other: int) -> None:
        with pytest.raises(NestedSessionError, match="inside a unit of work"):
            async with db.read():
                pass

    async def other() -> int:
        return 1

    request_id.set("a request's")
    app = Litestar([handler], dependencies={"uow": Provide(unit), "other": Provide(other)}, openapi_config=None)
    async with AsyncTestClient(app) as client:
        assert (await client.get("/")).status_code == 200
    assert len(nested_sessions.attempts) == 1
