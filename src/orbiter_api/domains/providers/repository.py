"""Every query on providers and models. They belong to the workspace: everybody signed in may read them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from orbiter_api.domains.providers.models import ModelRow, ProviderRow


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

    async def model(self, model_id: str) -> ModelRow | None:
        # unscoped: models are the workspace's
        return await self._session.get(ModelRow, model_id)

    async def models_of(self, provider_id: str) -> Sequence[ModelRow]:
        # unscoped: models are the workspace's
        return (await self._session.scalars(select(ModelRow).where(ModelRow.provider_id == provider_id))).all()

    async def remove_models(self, ids: Sequence[str]) -> None:
        await self._session.execute(delete(ModelRow).where(ModelRow.id.in_(ids)))
