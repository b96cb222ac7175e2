"""Sections of settings: defaults, changes, secrets, what is told about them."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Annotated, Any, ClassVar

import pytest
from msgspec import UNSET, Meta, UnsetType

from orbiter_api.db import UnitOfWork
from orbiter_api.kit.errors import RevisionStaleError, ValidationFailedError
from orbiter_api.kit.events import Audited, Event
from orbiter_api.kit.schema import Body
from orbiter_api.kit.workspace import Section, WorkspaceSettings, shown
from tests.security.rig import Rig


class Weather(Section, frozen=True):
    section: ClassVar[str] = "weather"
    secrets: ClassVar[tuple[str, ...]] = ("token",)

    place: str = "here"
    days: Annotated[int, Meta(ge=1, le=9)] = 3
    token: str = ""


class WeatherUpdate(Body):
    place: str | UnsetType | None = UNSET
    days: int | UnsetType | None = UNSET
    token: str | UnsetType | None = UNSET


async def change(rig: Rig, revision: int, **fields: Any) -> int:
    async with rig.services.db.unit() as uow:
        settings = rig.services.get(WorkspaceSettings)
        return (await settings.change(uow, Weather, revision, WeatherUpdate(**fields))).revision


async def test_what_was_never_set_is_the_default(rig: Rig) -> None:
    settings = rig.services.get(WorkspaceSettings)
    assert await settings.get(Weather) == Weather()
    assert (await settings.stored(Weather)).revision == 0


async def test_a_change_is_seen_at_once_and_null_goes_back_to_the_default(rig: Rig) -> None:
    settings = rig.services.get(WorkspaceSettings)
    await settings.get(Weather)
    assert await change(rig, 0, place="there", days=5) == 1
    assert await settings.get(Weather) == Weather(place="there", days=5)
    await change(rig, 1, place=None)
    assert await settings.get(Weather) == Weather(days=5)


async def test_a_stale_change_is_refused_with_what_stands_there_now(rig: Rig) -> None:
    await change(rig, 0, days=5)
    with pytest.raises(RevisionStaleError) as refused:
        await change(rig, 0, days=6)
    assert refused.value.current == {"place": "here", "days": 5, "token_set": False, "revision": 1}


async def test_a_value_that_the_section_does_not_allow_changes_nothing(rig: Rig) -> None:
    with pytest.raises(ValidationFailedError):
        await change(rig, 0, days=10)
    assert (await rig.services.get(WorkspaceSettings).stored(Weather)).revision == 0


async def test_a_secret_is_encrypted_and_never_shown_or_told(rig: Rig) -> None:
    told: list[Event] = []

    async def listen(_uow: UnitOfWork, events: Sequence[Event]) -> None:
        told.extend(events)

    rig.services.db.listeners.append(listen)
    await change(rig, 0, token="CANARY-1")
    await change(rig, 1, token="CANARY-2")
    value = await rig.services.get(WorkspaceSettings).get(Weather)
    assert value.token == "CANARY-2"
    assert shown(value) == {"place": "here", "days": 3, "token_set": True}
    assert [(e.before, e.after) for e in told if isinstance(e, Audited)] == [
        ({"token_set": False, "token": None}, {"token_set": True, "token": "(changed)"}),
        ({"token": "(set)"}, {"token": "(changed)"}),
    ]
    file = rig.services.db.file
    assert file is not None
    with sqlite3.connect(file) as connection:
        assert "CANARY" not in str(connection.execute("SELECT * FROM workspace_settings").fetchall())
