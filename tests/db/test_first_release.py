"""What people of the first release left behind is brought along whole by the code of today."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from orbiter_api.db.migrate import is_current, upgrade
from orbiter_api.domains.providers.models import ProviderKeyRow
from orbiter_api.domains.providers.sealing import unseal
from orbiter_api.kit.crypto import KeyRing
from tests.app.live import serve
from tests.app.talk import ok
from tests.fixtures import first_release

Rows = dict[str, list[tuple[Any, ...]]]
_OWN = ("alembic_version",)
MOVED = {"providers": ["api_key_encrypted"]}
"""Columns whose values stand somewhere else now; a test of their own looks for them there."""


@pytest.fixture
def old(tmp_path: Path) -> Path:
    return first_release.unpack(tmp_path)


def columns(file: Path) -> dict[str, list[str]]:
    with contextlib.closing(sqlite3.connect(file)) as connection:
        names = [name for name in first_release.counts(file) if name not in _OWN]
        found = {name: [one[1] for one in connection.execute(f"PRAGMA table_info({name})")] for name in names}
    return {name: [one for one in ones if one not in MOVED.get(name, [])] for name, ones in found.items()}


def rows(file: Path, of: dict[str, list[str]]) -> Rows:
    with contextlib.closing(sqlite3.connect(file)) as connection:
        return {
            table: sorted(connection.execute(f"SELECT {', '.join(names)} FROM {table}").fetchall(), key=repr)
            for table, names in of.items()
        }


def test_the_fixture_is_the_first_release_with_every_kind_of_row(old: Path) -> None:
    with contextlib.closing(sqlite3.connect(old)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [(first_release.REVISION,)]
        statuses = {status for (status,) in connection.execute("SELECT status FROM runs")}
        roles = {role for (role,) in connection.execute("SELECT role FROM users")}
    assert {"succeeded", "failed", "cancelled", "waiting", "running"} <= statuses
    assert roles == {"viewer", "developer", "admin"}
    assert not [table for table, count in first_release.counts(old).items() if count == 0]


def test_every_row_is_there_after_the_upgrade(old: Path) -> None:
    shape = columns(old)
    before = rows(old, shape)
    upgrade(f"sqlite+aiosqlite:///{old}")
    assert is_current(f"sqlite+aiosqlite:///{old}")
    assert rows(old, shape) == before
    with contextlib.closing(sqlite3.connect(old)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


async def test_its_people_sign_in_and_find_their_things(old: Path, tmp_path: Path) -> None:
    upgrade(f"sqlite+aiosqlite:///{old}")
    async with serve(tmp_path, file=old, secret_key=first_release.SECRET_KEY) as live:
        stranger = await live.browser(None)
        assert (await stranger.sign_in("ann@example.org", first_release.PASSWORD)).status_code == 200
        runs = ok(await stranger.get("/runs?limit=100"))["data"]
        assert {"succeeded", "failed", "cancelled", "waiting"} <= {run["status"] for run in runs}
        for conversation in ok(await stranger.get("/conversations?limit=100"))["data"]:
            assert ok(await stranger.get(f"/conversations/{conversation['id']}/messages?branch=all"))["data"]
        providers = {one["name"]: one for one in ok(await stranger.get("/providers"))["data"]}
    assert providers["Kept key"]["key_set"]


def test_the_key_of_the_first_release_opens_what_it_sealed(old: Path) -> None:
    upgrade(f"sqlite+aiosqlite:///{old}")
    with contextlib.closing(sqlite3.connect(old)) as connection:
        query = (
            "SELECT k.id, k.provider_id, k.sealed FROM provider_keys k JOIN providers p ON p.id = k.provider_id"
            " WHERE p.name = 'Kept key'"
        )
        ((key_id, provider_id, sealed),) = connection.execute(query).fetchall()
    row = ProviderKeyRow(id=key_id, provider_id=provider_id, sealed=sealed)
    assert unseal(KeyRing(first_release.SECRET_KEY), row) == first_release.PROVIDER_KEY
