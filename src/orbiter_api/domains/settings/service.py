"""Implements the port `kit.workspace.WorkspaceSettings` on the database."""

from __future__ import annotations

import time
from typing import Any

import msgspec
from msgspec import UNSET
from sqlalchemy.ext.asyncio import AsyncSession

from orbiter_api.db import Database, UnitOfWork
from orbiter_api.domains.settings.models import SectionRow
from orbiter_api.domains.settings.repository import SectionRepository
from orbiter_api.kit.context import actor
from orbiter_api.kit.crypto import KeyRing
from orbiter_api.kit.errors import ValidationFailedError
from orbiter_api.kit.events import Audited, changed
from orbiter_api.kit.revision import check_revision
from orbiter_api.kit.time import now_us
from orbiter_api.kit.workspace import S, Section, Stored, shown

TTL_S = 1.0


class SectionStore:
    def __init__(self, db: Database, keys: KeyRing) -> None:
        self._db = db
        self._keys = keys
        self._kept: dict[str, tuple[float, Any]] = {}

    async def get(self, section: type[S], within: AsyncSession | None = None) -> S:
        kept = self._kept.get(section.section)
        if kept is not None and kept[0] > time.monotonic():
            return kept[1]
        value: S = (await self.stored(section, within)).value
        self._kept[section.section] = (time.monotonic() + TTL_S, value)
        return value

    def forget(self, section: type[Section]) -> None:
        self._kept.pop(section.section, None)

    async def stored(self, section: type[Section], within: AsyncSession | None = None) -> Stored:
        async with self._db.read(within) as session:
            return self._stored(section, await SectionRepository(session).get(section.section))

    async def change(self, uow: UnitOfWork, section: type[S], revision: int, given: msgspec.Struct) -> Stored:
        sections = SectionRepository(uow.session)
        row = await sections.get(section.section)
        old = self._stored(section, row)
        check_revision(revision, old.revision, {**shown(old.value), "revision": old.revision})
        fields = _merged(row.value if row else {}, self._secrets(row), given)
        value = _checked(section, fields)
        if row is None:
            row = SectionRow(section=section.section, revision=0)
            sections.add(row)
        self._write(row, section, fields)
        _publish(uow, section, old.value, value)
        uow.after_commit(lambda: self.forget(section))
        return Stored(value, row.revision, row.updated_at, row.updated_by)

    def _write(self, row: SectionRow, section: type[Section], fields: dict[str, Any]) -> None:
        secrets = {name: fields[name] for name in section.secrets if fields.get(name)}
        row.value = {name: value for name, value in fields.items() if name not in section.secrets}
        sealed = msgspec.json.encode(secrets).decode()
        row.secrets = self._keys.encrypt(sealed, row=_row(section.section)) if secrets else None
        row.revision += 1
        row.updated_at, row.updated_by = now_us(), actor.get().user_id

    def _stored(self, section: type[Section], row: SectionRow | None) -> Stored:
        if row is None:
            return Stored(section(), 0, None, None)
        value = msgspec.convert(_known(section, {**row.value, **self._secrets(row)}), section)
        return Stored(value, row.revision, row.updated_at, row.updated_by)

    def _secrets(self, row: SectionRow | None) -> dict[str, Any]:
        if row is None or row.secrets is None:
            return {}
        return msgspec.json.decode(self._keys.decrypt(row.secrets, row=_row(row.section)))


def _row(section: str) -> str:
    return f"workspace_settings:{section}:secrets"


def _known(section: type[Section], fields: dict[str, Any]) -> dict[str, Any]:
    """A field that this release does not have stays in the row and is not read."""
    names = section.__struct_fields__
    return {name: value for name, value in fields.items() if name in names}


def _merged(value: dict[str, Any], secrets: dict[str, Any], given: msgspec.Struct) -> dict[str, Any]:
    fields = {**value, **secrets}
    for name in given.__struct_fields__:
        new = getattr(given, name)
        if new is None:
            fields.pop(name, None)
        elif new is not UNSET:
            fields[name] = msgspec.to_builtins(new)
    return fields


def _checked(section: type[S], fields: dict[str, Any]) -> S:
    try:
        return msgspec.convert(_known(section, fields), section)
    except msgspec.ValidationError as error:
        raise ValidationFailedError.of(section.section, str(error)) from None


def _publish(uow: UnitOfWork, section: type[Section], old: Section, new: Section) -> None:
    before, after = changed(shown(old), shown(new))
    for name in section.secrets:
        if getattr(old, name) != getattr(new, name):
            before[name], after[name] = _said(getattr(old, name)), _said(getattr(new, name), changed=True)
    uow.publish(
        Audited(
            action="settings.changed", entity_type="settings", entity_id=section.section, name=section.section,
            before=before, after=after,
        )
    )  # fmt: skip


def _said(secret: object, *, changed: bool = False) -> str | None:
    if not secret:
        return None
    return "(changed)" if changed else "(set)"
