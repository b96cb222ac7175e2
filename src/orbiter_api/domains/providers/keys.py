"""Use cases on the keys of a provider. A value is written, never read."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import UNSET

from orbiter.models.providers import provider_specs
from orbiter_api.db import Database, UnitOfWork
from orbiter_api.domains.providers.adapters import ProviderClients
from orbiter_api.domains.providers.events import tell
from orbiter_api.domains.providers.ledger import KeyLedger
from orbiter_api.domains.providers.models import ProviderKeyRow, ProviderRow
from orbiter_api.domains.providers.repository import ProviderRepository
from orbiter_api.domains.providers.schemas import KeyCounts, ProviderKey, ProviderKeyCreate, ProviderKeyUpdate
from orbiter_api.domains.providers.sealing import checked_key, hint_of, seal
from orbiter_api.domains.providers.views import key_view
from orbiter_api.kit.crypto import KeyRing
from orbiter_api.kit.errors import ConflictError, NotFoundError
from orbiter_api.kit.ids import new_id
from orbiter_api.kit.pagination import Page, decode_cursor, page_of
from orbiter_api.kit.revision import check_revision
from orbiter_api.kit.time import now_us
from orbiter_api.security.principal import Principal

MAX_KEYS = 50


class KeyService:
    def __init__(self, db: Database, keys: KeyRing, ledger: KeyLedger, clients: ProviderClients) -> None:
        self._db = db
        self._keys = keys
        self._ledger = ledger
        self._clients = clients

    async def list(self, provider_id: str, cursor: str | None, limit: int) -> Page[ProviderKey]:
        """In the order in which they take turns."""
        after = None if cursor is None else decode_cursor(cursor, tuple[int, str])
        async with self._db.read() as session:
            providers = ProviderRepository(session)
            await _provider(providers, provider_id)
            rows = (await providers.keys_of([provider_id]))[provider_id]
        later = [row for row in rows if after is None or (row.position, row.id) > after]
        return page_of(
            later[: limit + 1], limit=limit, total=len(rows), key=lambda r: (r.position, r.id), item=self.view
        )

    def view(self, row: ProviderKeyRow) -> ProviderKey:
        return key_view(row, self._keys, *self._ledger.state(row))

    def counts(self, rows: Sequence[ProviderKeyRow]) -> KeyCounts:
        found = [self.view(row).status for row in rows]
        return KeyCounts(
            total=len(found), active=found.count("active"), cooling=found.count("cooling"),
            set_aside=found.count("set_aside"), disabled=found.count("disabled"),
        )  # fmt: skip

    async def add(
        self, uow: UnitOfWork, principal: Principal, provider_id: str, given: ProviderKeyCreate
    ) -> ProviderKey:
        providers = ProviderRepository(uow.session)
        provider = await _provider(providers, provider_id)
        rows = (await providers.keys_of([provider_id]))[provider_id]
        row = self.new(uow, principal, provider, rows, given.value, "value", given.label)
        await uow.session.flush()
        self._changed(uow, provider_id)
        tell(uow, "created", self.view(row), extra={"provider": provider.name})
        return self.view(row)

    def new(
        self,
        uow: UnitOfWork,
        principal: Principal,
        provider: ProviderRow,
        rows: Sequence[ProviderKeyRow],
        value: str,
        field: str,
        label: str | None = None,
    ) -> ProviderKeyRow:
        """The row of a further key, last in turn. Raises ValidationFailedError, ConflictError."""
        self._check_room(provider, rows)
        key_id, now = new_id(), now_us()
        value = checked_key(provider_specs()[provider.provider_type], value, field)
        position = max((one.position for one in rows), default=-1) + 1
        row = ProviderKeyRow(
            id=key_id, provider_id=provider.id, label=label or _next_label(rows), hint=hint_of(value),
            sealed=seal(self._keys, provider.id, key_id, value), position=position, disabled=False, uses=0,
            last_used_at=None, last_error="", limited=0, refused=0, cooling_until=0, aside_until=0,
            created_by=principal.user_id, created_at=now, updated_at=now, revision=1,
        )  # fmt: skip
        uow.session.add(row)
        return row

    @staticmethod
    def _check_room(provider: ProviderRow, rows: Sequence[ProviderKeyRow]) -> None:
        if not any(field.name == "api_key" for field in provider_specs()[provider.provider_type].credential_fields):
            raise ConflictError(f"{provider.name} takes no key.")
        if len(rows) >= MAX_KEYS:
            raise ConflictError(f"{provider.name} has {MAX_KEYS} keys already. Remove one first.")

    async def change(
        self, uow: UnitOfWork, provider_id: str, key_id: str, revision: int, given: ProviderKeyUpdate
    ) -> ProviderKey:
        await self._ledger.settle(uow, provider_id)
        providers = ProviderRepository(uow.session)
        provider = await _provider(providers, provider_id)
        row = await _key(providers, provider_id, key_id)
        before = self.view(row)
        check_revision(revision, row.revision, before)
        if given.label is not UNSET:
            row.label = given.label
        if given.disabled is not UNSET:
            row.disabled = given.disabled
        if given.value is not UNSET:
            self.replace(provider, row, given.value, "value")
        row.revision += 1
        row.updated_at = now_us()
        self._changed(uow, provider_id)
        replaced = {} if given.value is UNSET else {"value": "(changed)"}
        tell(uow, "changed", self.view(row), before, {"provider": provider.name, **replaced})
        return self.view(row)

    def replace(self, provider: ProviderRow, row: ProviderKeyRow, value: str, field: str) -> None:
        """Another value: what was known of the old one does not hold for it."""
        value = checked_key(provider_specs()[provider.provider_type], value, field)
        row.sealed, row.hint = seal(self._keys, provider.id, row.id, value), hint_of(value)
        row.last_error, row.limited, row.refused, row.cooling_until, row.aside_until = "", 0, 0, 0, 0

    async def delete(self, uow: UnitOfWork, provider_id: str, key_id: str) -> None:
        providers = ProviderRepository(uow.session)
        provider = await _provider(providers, provider_id)
        row = await _key(providers, provider_id, key_id)
        others = len((await providers.keys_of([provider_id]))[provider_id]) - 1
        if not others and _needs_key(provider):
            raise ConflictError(f"It is the only key of {provider.name}, which needs one. Add another key first.")
        gone = self.view(row)
        await providers.remove_keys([key_id])
        self._changed(uow, provider_id)
        tell(uow, "deleted", gone, extra={"provider": provider.name})

    def _changed(self, uow: UnitOfWork, provider_id: str) -> None:
        uow.after_commit(lambda: self._clients.forget(provider_id))

    async def found(self, provider_id: str, key_id: str) -> tuple[ProviderRow, ProviderKeyRow]:
        async with self._db.read() as session:
            providers = ProviderRepository(session)
            return await _provider(providers, provider_id), await _key(providers, provider_id, key_id)


def _next_label(rows: Sequence[ProviderKeyRow]) -> str:
    taken = {row.label for row in rows}
    return next(label for number in range(1, MAX_KEYS + 2) if (label := f"Key {number}") not in taken)


def _needs_key(provider: ProviderRow) -> bool:
    fields = provider_specs()[provider.provider_type].credential_fields
    return any(field.name == "api_key" and field.required for field in fields)


async def _provider(providers: ProviderRepository, provider_id: str) -> ProviderRow:
    row = await providers.get(provider_id)
    if row is None:
        raise NotFoundError("provider")
    return row


async def _key(providers: ProviderRepository, provider_id: str, key_id: str) -> ProviderKeyRow:
    row = await providers.key(provider_id, key_id)
    if row is None:
        raise NotFoundError("key")
    return row
