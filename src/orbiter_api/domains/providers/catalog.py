"""Use cases on models: which there are, what is known of them, and which may be used."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec import UNSET

from orbiter.models.base import ModelInfo
from orbiter_api.db import Database, UnitOfWork
from orbiter_api.domains.providers.adapters import ProviderClients
from orbiter_api.domains.providers.events import tell, tell_listed
from orbiter_api.domains.providers.facts import OwnFacts, own_facts
from orbiter_api.domains.providers.models import ModelRow, ProviderRow
from orbiter_api.domains.providers.repository import ProviderRepository
from orbiter_api.domains.providers.schemas import Model, ModelAdd, ModelUpdate
from orbiter_api.domains.providers.views import model_view
from orbiter_api.kit.errors import ConflictError, NotFoundError, ValidationFailedError
from orbiter_api.kit.ids import new_id
from orbiter_api.kit.pagination import Page, decode_cursor, page_of
from orbiter_api.kit.revision import check_revision
from orbiter_api.kit.time import now_us

MAX_MODELS = 1000
MAX_MODEL_NAME = 200
_FACTS = {
    "context_window": "context_window",
    "input_usd_micros_per_mtok": "input",
    "output_usd_micros_per_mtok": "output",
    "cached_input_usd_micros_per_mtok": "cached_input",
    "abilities": "abilities",
}


class ModelCatalog:
    def __init__(self, db: Database, clients: ProviderClients) -> None:
        self._db = db
        self._clients = clients

    async def list(self, provider_id: str | None, cursor: str | None, limit: int) -> Page[Model]:
        before = None if cursor is None else decode_cursor(cursor, str)
        async with self._db.read() as session:
            rows, total = await ProviderRepository(session).models(provider_id, before, limit)
        return page_of(rows, limit=limit, total=total, key=lambda r: r[0].id, item=lambda r: model_view(r[0], r[1]))

    async def add(self, uow: UnitOfWork, given: ModelAdd) -> Model:
        providers = ProviderRepository(uow.session)
        row = await providers.get(given.provider_id)
        if row is None:
            raise NotFoundError("provider")
        if any(model.name == given.name for model in await providers.models_of(row.id)):
            raise ConflictError(f"{row.name} already has a model {given.name}.")
        (model,) = new_models(row, [ModelInfo(given.name)], by_hand=True)
        uow.session.add(model)
        await uow.session.flush()
        made = model_view(model, row)
        tell(uow, "created", made, extra={"provider": row.name})
        return made

    async def change(self, uow: UnitOfWork, model_id: str, revision: int, given: ModelUpdate) -> Model:
        row, provider = await _found(ProviderRepository(uow.session), model_id)
        before = model_view(row, provider)
        check_revision(revision, row.revision, before)
        if given.enabled is not UNSET:
            row.enabled = given.enabled
        own = _merged(own_facts(row.own), given)
        row.own = msgspec.to_builtins(own) or None
        row.revision += 1
        row.updated_at = now_us()
        uow.after_commit(lambda: self._clients.forget(provider.id))
        tell(uow, "changed", model_view(row, provider), before, {"provider": provider.name})
        return model_view(row, provider)

    async def delete(self, uow: UnitOfWork, model_id: str) -> None:
        providers = ProviderRepository(uow.session)
        row, provider = await _found(providers, model_id)
        gone = model_view(row, provider)
        await providers.remove_models([model_id])
        tell(uow, "deleted", gone, extra={"provider": provider.name})

    async def keep_listed(self, uow: UnitOfWork, row: ProviderRow, found: Sequence[ModelInfo]) -> None:
        """What the provider lists now. What a person added or said something of stays."""
        providers = ProviderRepository(uow.session)
        known = {model.name: model for model in await providers.models_of(row.id)}
        listed = {info.name: info for info in found[:MAX_MODELS] if 0 < len(info.name) <= MAX_MODEL_NAME}
        gone = [model for name, model in known.items() if name not in listed and _untold(model)]
        new = [info for name, info in listed.items() if name not in known]
        await providers.remove_models([model.id for model in gone])
        for name, info in listed.items():
            if name in known and info.context_window is not None:
                known[name].context_window = info.context_window
        uow.session.add_all(new_models(row, new, by_hand=False))
        tell_listed(uow, row, added=[info.name for info in new], removed=[model.name for model in gone])


def new_models(row: ProviderRow, found: Sequence[ModelInfo], *, by_hand: bool) -> list[ModelRow]:
    now = now_us()
    return [
        ModelRow(id=new_id(), provider_id=row.id, name=info.name, context_window=info.context_window,
                 added_by_hand=by_hand, created_at=now, enabled=True, own=None, updated_at=None, revision=1)
        for info in found
    ]  # fmt: skip


def _untold(model: ModelRow) -> bool:
    return not model.added_by_hand and model.own is None and model.enabled


def _merged(own: OwnFacts, given: ModelUpdate) -> OwnFacts:
    """Raises ValidationFailedError for half a price."""
    changes = {fact: getattr(given, name) for name, fact in _FACTS.items() if getattr(given, name) is not UNSET}
    if changes.get("abilities") is not None:
        changes["abilities"] = tuple(dict.fromkeys(changes["abilities"]))
    merged = msgspec.structs.replace(own, **changes)
    if (merged.input is None) != (merged.output is None):
        missing = "input" if merged.input is None else "output"
        raise ValidationFailedError.of(f"{missing}_usd_micros_per_mtok", "a price is one for input and one for output")
    if merged.cached_input is not None and not merged.priced:
        raise ValidationFailedError.of("input_usd_micros_per_mtok", "say what input and output cost, too")
    return merged


async def _found(providers: ProviderRepository, model_id: str) -> tuple[ModelRow, ProviderRow]:
    found = await providers.model(model_id)
    if found is None:
        raise NotFoundError("model")
    return found
