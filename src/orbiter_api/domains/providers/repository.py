"""Every query on providers and models. They belong to the workspace: everybody signed in may read them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, func, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from orbiter_api.domains.providers.models import ModelRow, ProviderKeyRow, ProviderRow


class ProviderRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    # unscoped: providers are the workspace's, without a project or an owner
    async def page(self, before: str | None, limit: int) -> tuple[list[ProviderRow], int]:
        where = [ProviderRow.deleted_at.is_(None)]
        total = await self._session.scalar(select(func.count()).select_from(ProviderRow).where(*where))
        query = select(ProviderRow).where(*where).order_by(ProviderRow.id.desc()).limit(limit + 1)
        if before is not None:
            query = query.where(ProviderRow.id < before)
        return list((await self._session.scalars(query)).all()), total or 0

    async def get(self, provider_id: str, *, deleted: bool = False) -> ProviderRow | None:
        # unscoped: providers are the workspace's
        row = await self._session.get(ProviderRow, provider_id, populate_existing=True)
        return row if row is not None and (row.deleted_at is not None) == deleted else None

    async def first_of_type(self, provider_type: str) -> ProviderRow | None:
        # unscoped: providers are the workspace's
        query = select(ProviderRow).where(ProviderRow.provider_type == provider_type, ProviderRow.deleted_at.is_(None))
        return await self._session.scalar(query.order_by(ProviderRow.id).limit(1))

    async def revision(self, provider_id: str) -> int | None:
        """None for a provider that is gone."""
        # unscoped: providers are the workspace's
        query = select(ProviderRow.revision).where(ProviderRow.id == provider_id, ProviderRow.deleted_at.is_(None))
        return await self._session.scalar(query)

    async def keys_of(self, provider_ids: Iterable[str]) -> dict[str, list[ProviderKeyRow]]:
        """The keys of each of these providers, in their order."""
        # unscoped: keys are the workspace's; who may see them is the service's to say
        ids = list(provider_ids)
        found: dict[str, list[ProviderKeyRow]] = {provider_id: [] for provider_id in ids}
        query = select(ProviderKeyRow).where(ProviderKeyRow.provider_id.in_(ids))
        query = query.order_by(ProviderKeyRow.position, ProviderKeyRow.id).execution_options(populate_existing=True)
        for row in await self._session.scalars(query):
            found[row.provider_id].append(row)
        return found

    async def key(self, provider_id: str, key_id: str) -> ProviderKeyRow | None:
        # unscoped: found through its provider
        query = select(ProviderKeyRow).where(ProviderKeyRow.id == key_id, ProviderKeyRow.provider_id == provider_id)
        return await self._session.scalar(query)

    async def remove_keys(self, ids: Sequence[str]) -> None:
        await self._session.execute(delete(ProviderKeyRow).where(ProviderKeyRow.id.in_(ids)))

    async def keep_states(self, states: list[dict[str, Any]]) -> None:
        """What the calls of this process showed of keys that nobody changed meanwhile."""
        names = ("last_used_at", "last_error", "limited", "refused", "cooling_until", "aside_until")
        table = ProviderKeyRow.__table__
        statement = (
            update(table)  # pyright: ignore[reportArgumentType] - the mapped table
            .where(table.c.id == bindparam("key_id"), table.c.revision == bindparam("key_revision"))
            .values(uses=table.c.uses + bindparam("more"), **{name: bindparam(f"new_{name}") for name in names})
        )
        given = [{(f"new_{name}" if name in names else name): value for name, value in one.items()} for one in states]
        await (await self._session.connection()).execute(statement, given)

    async def own_facts(self, provider_id: str) -> dict[str, Any]:
        """What administrators say of the provider's models, by their names."""
        # unscoped: models are the workspace's
        query = select(ModelRow.name, ModelRow.own).where(
            ModelRow.provider_id == provider_id, ModelRow.own.is_not(None)
        )
        return {row[0]: row[1] for row in (await self._session.execute(query)).all()}

    async def switched_off(self, refs: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
        """Those of these models (provider id, name) that nobody may use."""
        # unscoped: models are the workspace's
        query = select(ModelRow.provider_id, ModelRow.name).where(
            ModelRow.enabled.is_(False), tuple_(ModelRow.provider_id, ModelRow.name).in_(list(refs))
        )
        return {(provider_id, name) for provider_id, name in (await self._session.execute(query)).all()}

    async def models(
        self, provider_id: str | None, before: str | None, limit: int
    ) -> tuple[list[tuple[ModelRow, ProviderRow]], int]:
        # unscoped: models are the workspace's
        where: list[ColumnElement[bool]] = [ProviderRow.deleted_at.is_(None)]
        if provider_id is not None:
            where.append(ModelRow.provider_id == provider_id)
        joined = select(ModelRow, ProviderRow).join(ProviderRow, ProviderRow.id == ModelRow.provider_id).where(*where)
        total = await self._session.scalar(select(func.count()).select_from(joined.subquery()))
        if before is not None:
            joined = joined.where(ModelRow.id < before)
        rows = (await self._session.execute(joined.order_by(ModelRow.id.desc()).limit(limit + 1))).all()
        return [(row[0], row[1]) for row in rows], total or 0

    async def model(self, model_id: str) -> tuple[ModelRow, ProviderRow] | None:
        # unscoped: models are the workspace's
        query = select(ModelRow, ProviderRow).join(ProviderRow, ProviderRow.id == ModelRow.provider_id)
        row = (
            await self._session.execute(query.where(ModelRow.id == model_id, ProviderRow.deleted_at.is_(None)))
        ).first()
        return None if row is None else (row[0], row[1])

    async def models_of(self, provider_id: str) -> Sequence[ModelRow]:
        # unscoped: models are the workspace's
        return (await self._session.scalars(select(ModelRow).where(ModelRow.provider_id == provider_id))).all()

    async def remove_models(self, ids: Sequence[str]) -> None:
        await self._session.execute(delete(ModelRow).where(ModelRow.id.in_(ids)))
