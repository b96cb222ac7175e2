"""Use cases on providers and their models."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

import msgspec
from msgspec import UNSET
from sqlalchemy.ext.asyncio import AsyncSession

from orbiter.errors import OrbiterError
from orbiter.models.base import ModelInfo
from orbiter.models.providers import provider_specs
from orbiter.net.url import parse_url
from orbiter_api.db import Database, UnitOfWork
from orbiter_api.domains.providers.adapters import ProviderClients, key_row
from orbiter_api.domains.providers.models import ModelRow, ProviderRow
from orbiter_api.domains.providers.repository import ProviderRepository
from orbiter_api.domains.providers.schemas import (
    CredentialField,
    DetectedProvider,
    Model,
    ModelAdd,
    Provider,
    ProviderCreate,
    ProviderTest,
    ProviderType,
    ProviderUpdate,
)
from orbiter_api.domains.providers.views import model_view, provider_view
from orbiter_api.kit.crypto import KeyRing
from orbiter_api.kit.errors import ConflictError, NotFoundError, ProviderError, ValidationFailedError
from orbiter_api.kit.ids import new_id
from orbiter_api.kit.pagination import Page, decode_cursor, page_of
from orbiter_api.kit.revision import check_revision
from orbiter_api.kit.time import now_us
from orbiter_api.security.principal import Principal

TEST_TIMEOUT_S = 20.0
DETECT_TIMEOUT_S = 1.5
DETECT_AT = ("http://127.0.0.1:11434/v1", "http://host.docker.internal:11434/v1")
"""The only places where something is looked for unasked."""
MAX_MODELS = 1000
MAX_MODEL_NAME = 200


def provider_types() -> list[ProviderType]:
    """What people look for first comes first."""
    specs = sorted(provider_specs().values(), key=lambda spec: (spec.rank, spec.label))
    return [
        ProviderType(
            type=spec.type, label=spec.label, description=spec.description,
            credential_fields=[msgspec.convert(msgspec.to_builtins(f), CredentialField) for f in spec.credential_fields],
        )
        for spec in specs
    ]  # fmt: skip


def _checked_url(url: str | None) -> str | None:
    if url is None:
        return None
    try:
        parse_url(url)
    except OrbiterError as error:
        raise ValidationFailedError.of("base_url", error.message) from None
    if "?" in url or "#" in url:
        raise ValidationFailedError.of("base_url", "leave out everything from ? or # on; paths are added at its end")
    return url.rstrip("/")


def _checked_key(key: str) -> str:
    """A key travels in a header, so it is printable ASCII; a pasted one often has white space around it."""
    key = key.strip()
    if not key or not key.isascii() or not key.isprintable() or " " in key:
        raise ValidationFailedError.of("api_key", "this is no key: it is blank or has characters that no key has")
    return key


class ProviderService:
    def __init__(self, db: Database, keys: KeyRing, clients: ProviderClients) -> None:
        self._db = db
        self._keys = keys
        self._clients = clients

    async def list(self, principal: Principal, cursor: str | None, limit: int) -> Page[Provider]:
        before = None if cursor is None else decode_cursor(cursor, str)
        async with self._db.read() as session:
            rows, total = await ProviderRepository(session).page(before, limit)
        return page_of(rows, limit=limit, total=total, key=lambda r: r.id, item=lambda r: provider_view(r, principal))

    async def get(self, principal: Principal, provider_id: str) -> Provider:
        return provider_view(await self._row(provider_id), principal)

    async def _row(self, provider_id: str) -> ProviderRow:
        async with self._db.read() as session:
            return await _found(ProviderRepository(session), provider_id)

    async def create(self, uow: UnitOfWork, principal: Principal, given: ProviderCreate) -> Provider:
        now, provider_id = now_us(), new_id()
        spec = provider_specs().get(given.provider_type)
        if spec is None:
            known = ", ".join(sorted(provider_specs()))
            raise ValidationFailedError.of("provider_type", f"is none of {known}")
        url = _checked_url(given.base_url) or spec.default_base_url
        row = ProviderRow(
            id=provider_id, name=given.name, provider_type=given.provider_type, base_url=url,
            api_key_encrypted=self._sealed(provider_id, given.api_key), status="unknown", last_error=None,
            last_tested_at=None, created_by=principal.user_id, created_at=now, updated_at=now, deleted_at=None,
            revision=1,
        )  # fmt: skip
        _check_complete(row)
        uow.session.add(row)
        await uow.session.flush()
        if given.provider_type == "demo":
            uow.session.add_all(_new_models(row, await self._clients.make(row).list_models(), by_hand=False))
        return provider_view(row, principal)

    def _sealed(self, provider_id: str, api_key: str | None) -> bytes | None:
        return None if api_key is None else self._keys.encrypt(_checked_key(api_key), row=key_row(provider_id))

    async def update(
        self, uow: UnitOfWork, principal: Principal, provider_id: str, revision: int, given: ProviderUpdate
    ) -> Provider:
        row = await _found(ProviderRepository(uow.session), provider_id)
        check_revision(revision, row.revision, provider_view(row, principal))
        if given.name is not UNSET:
            row.name = given.name
        if given.base_url is not UNSET:
            self._move(row, given)
        if given.api_key is not UNSET:
            row.api_key_encrypted = self._sealed(row.id, given.api_key)
        _check_complete(row)
        row.status, row.last_error = "unknown", None
        self._touch(uow, row)
        return provider_view(row, principal)

    @staticmethod
    def _move(row: ProviderRow, given: ProviderUpdate) -> None:
        """A key belongs to its host: it is never sent to another one because somebody changed the URL alone."""
        url = _checked_url(given.base_url if given.base_url is not UNSET else None)
        url = url or provider_specs()[row.provider_type].default_base_url
        if row.api_key_encrypted is not None and given.api_key is UNSET and _origin(url) != _origin(row.base_url):
            raise ValidationFailedError.of("api_key", "enter the key again: it was saved for another address")
        row.base_url = url

    def _touch(self, uow: UnitOfWork, row: ProviderRow) -> None:
        row.revision += 1
        row.updated_at = now_us()
        provider_id = row.id
        uow.after_commit(lambda: self._clients.forget(provider_id))

    async def delete(self, uow: UnitOfWork, provider_id: str) -> None:
        row = await _found(ProviderRepository(uow.session), provider_id)
        row.deleted_at = now_us()
        self._touch(uow, row)

    async def restore(self, uow: UnitOfWork, principal: Principal, provider_id: str) -> Provider:
        row = await ProviderRepository(uow.session).get(provider_id, deleted=True)
        if row is None:
            raise NotFoundError("provider")
        row.deleted_at = None
        self._touch(uow, row)
        return provider_view(row, principal)

    async def test(self, provider_id: str) -> ProviderTest:
        """Ask the provider for its models: the cheapest call that needs the address and the key to be right."""
        row = await self._row(provider_id)
        began = time.perf_counter()
        found, error = await self._ask(row)
        latency = round((time.perf_counter() - began) * 1000)
        async with self._db.unit() as uow:
            kept = await _found(ProviderRepository(uow.session), provider_id)
            kept.status, kept.last_error = ("ok", None) if error is None else ("error", error[:1000])
            kept.last_tested_at = now_us()
        return ProviderTest(error is None, latency, error, None if error else len(found))

    async def _ask(self, row: ProviderRow) -> tuple[Sequence[ModelInfo], str | None]:
        try:
            client = self._clients.make(row)
            try:
                return await asyncio.wait_for(client.list_models(), TEST_TIMEOUT_S), None
            finally:
                await client.aclose()
        except TimeoutError:
            return [], f"{row.name} did not answer within {TEST_TIMEOUT_S:.0f} s. Check its address."
        except OrbiterError as error:
            return [], error.message

    async def refresh(self, principal: Principal, provider_id: str) -> Page[Model]:
        row = await self._row(provider_id)
        found, error = await self._ask(row)
        if error is not None:
            raise ProviderError(error)
        async with self._db.unit() as uow:
            await self._keep_listed(uow, row, found[:MAX_MODELS])
        return await self.models(provider_id, None, 100)

    async def _keep_listed(self, uow: UnitOfWork, row: ProviderRow, found: Sequence[ModelInfo]) -> None:
        providers = ProviderRepository(uow.session)
        known = {model.name: model for model in await providers.models_of(row.id)}
        listed = {info.name: info for info in found if 0 < len(info.name) <= MAX_MODEL_NAME}
        gone = [model.id for name, model in known.items() if name not in listed and not model.added_by_hand]
        await providers.remove_models(gone)
        uow.session.add_all(
            _new_models(row, [info for name, info in listed.items() if name not in known], by_hand=False)
        )

    async def models(self, provider_id: str | None, cursor: str | None, limit: int) -> Page[Model]:
        before = None if cursor is None else decode_cursor(cursor, str)
        async with self._db.read() as session:
            rows, total = await ProviderRepository(session).models(provider_id, before, limit)
        return page_of(rows, limit=limit, total=total, key=lambda r: r[0].id, item=lambda r: model_view(r[0], r[1]))

    async def add_model(self, uow: UnitOfWork, given: ModelAdd) -> Model:
        providers = ProviderRepository(uow.session)
        row = await _found(providers, given.provider_id)
        if any(model.name == given.name for model in await providers.models_of(row.id)):
            raise ConflictError(f"{row.name} already has a model {given.name}.")
        (model,) = _new_models(row, [ModelInfo(given.name)], by_hand=True)
        uow.session.add(model)
        await uow.session.flush()
        return model_view(model, row)

    async def delete_model(self, uow: UnitOfWork, model_id: str) -> None:
        providers = ProviderRepository(uow.session)
        if await providers.model(model_id) is None:
            raise NotFoundError("model")
        await providers.remove_models([model_id])

    async def check(self, session: AsyncSession, provider_id: str) -> None:
        """Raises NotFoundError for a provider that another thing may not refer to."""
        await _found(ProviderRepository(session), provider_id)

    async def demo_id(self, uow: UnitOfWork) -> str:
        """The built-in provider that a new workspace was given."""
        row = await ProviderRepository(uow.session).first_of_type("demo")
        if row is None:
            raise NotFoundError("provider")
        return row.id

    async def detect(self) -> list[DetectedProvider]:
        """Ollama on this machine, when it answers and is not there yet."""
        async with self._db.read() as session:
            if await ProviderRepository(session).first_of_type("ollama") is not None:
                return []
        found = await asyncio.gather(*(self._look_at(url) for url in DETECT_AT))
        return [one for one in found if one is not None]

    async def _look_at(self, url: str) -> DetectedProvider | None:
        row = ProviderRow(id="", name="Ollama", provider_type="ollama", base_url=url, api_key_encrypted=None)
        client = self._clients.make(row)
        try:
            listed = await asyncio.wait_for(client.list_models(), DETECT_TIMEOUT_S)
        except (OrbiterError, TimeoutError):
            return None
        finally:
            await client.aclose()
        return DetectedProvider("ollama", url, [info.name for info in listed])


def _new_models(row: ProviderRow, found: Sequence[ModelInfo], *, by_hand: bool) -> list[ModelRow]:
    now = now_us()
    return [
        ModelRow(id=new_id(), provider_id=row.id, name=info.name, context_window=info.context_window,
                 added_by_hand=by_hand, created_at=now)
        for info in found
    ]  # fmt: skip


async def _found(providers: ProviderRepository, provider_id: str) -> ProviderRow:
    row = await providers.get(provider_id)
    if row is None:
        raise NotFoundError("provider")
    return row


def _origin(url: str | None) -> tuple[str, str, int] | None:
    if url is None:
        return None
    target = parse_url(url)
    return target.scheme, target.host, target.port


def _check_complete(row: ProviderRow) -> None:
    given = {"base_url": row.base_url, "api_key": row.api_key_encrypted}
    for field in provider_specs()[row.provider_type].credential_fields:
        if field.required and not given[field.name]:
            raise ValidationFailedError.of(field.name, f"{field.label} is needed for this kind of provider")
