"""Use cases on providers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Sequence

import msgspec
from msgspec import UNSET
from sqlalchemy.ext.asyncio import AsyncSession

from orbiter.errors import OrbiterError
from orbiter.models.base import ModelInfo
from orbiter.models.providers import provider_specs
from orbiter.net.url import parse_url
from orbiter_api.db import Database, UnitOfWork
from orbiter_api.domains.execution import RunService
from orbiter_api.domains.providers.adapters import ProviderClients
from orbiter_api.domains.providers.catalog import ModelCatalog, new_models
from orbiter_api.domains.providers.events import tell
from orbiter_api.domains.providers.keys import KeyService
from orbiter_api.domains.providers.ledger import KeyLedger
from orbiter_api.domains.providers.models import ProviderKeyRow, ProviderRow
from orbiter_api.domains.providers.repository import ProviderRepository
from orbiter_api.domains.providers.schemas import (
    CredentialField,
    DetectedProvider,
    KeyTest,
    Model,
    Provider,
    ProviderCreate,
    ProviderSpend,
    ProviderTest,
    ProviderType,
    ProviderUpdate,
)
from orbiter_api.domains.providers.views import provider_view
from orbiter_api.kit.errors import NotFoundError, ProviderError, ValidationFailedError
from orbiter_api.kit.ids import new_id
from orbiter_api.kit.pagination import Page, decode_cursor, page_of
from orbiter_api.kit.revision import check_revision
from orbiter_api.kit.time import iso, month_began, now_us
from orbiter_api.security.principal import Principal

TEST_TIMEOUT_S = 20.0
DETECT_TIMEOUT_S = 1.5
DETECT_AT = ("http://127.0.0.1:11434/v1", "http://host.docker.internal:11434/v1")
"""The only places where something is looked for unasked."""


class _Answer(msgspec.Struct, frozen=True):
    """What a provider said to one key when it was asked for its models."""

    key: ProviderKeyRow | None
    models: Sequence[ModelInfo]
    error: str | None
    latency_ms: int


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


class ProviderService:
    def __init__(
        self,
        db: Database,
        clients: ProviderClients,
        ledger: KeyLedger,
        keys: KeyService,
        models: ModelCatalog,
        runs: RunService,
    ) -> None:
        self._db = db
        self._clients = clients
        self._ledger = ledger
        self._keys = keys
        self._models = models
        self._runs = runs

    async def list(self, principal: Principal, cursor: str | None, limit: int) -> Page[Provider]:
        before = None if cursor is None else decode_cursor(cursor, str)
        async with self._db.read() as session:
            providers = ProviderRepository(session)
            rows, total = await providers.page(before, limit)
            keys = await providers.keys_of([row.id for row in rows])
        return page_of(
            rows, limit=limit, total=total, key=lambda r: r.id, item=lambda r: self._view(r, keys[r.id], principal)
        )

    def _view(self, row: ProviderRow, keys: Sequence[ProviderKeyRow], principal: Principal) -> Provider:
        return provider_view(row, self._keys.counts(keys), principal)

    async def get(self, principal: Principal, provider_id: str) -> Provider:
        return self._view(*await self._row(provider_id), principal)

    async def _row(self, provider_id: str) -> tuple[ProviderRow, Sequence[ProviderKeyRow]]:
        async with self._db.read() as session:
            return await _with_keys(ProviderRepository(session), provider_id)

    async def create(self, uow: UnitOfWork, principal: Principal, given: ProviderCreate) -> Provider:
        now = now_us()
        spec = provider_specs().get(given.provider_type)
        if spec is None:
            known = ", ".join(sorted(provider_specs()))
            raise ValidationFailedError.of("provider_type", f"is none of {known}")
        row = ProviderRow(
            id=new_id(), name=given.name, provider_type=given.provider_type,
            base_url=_checked_url(given.base_url) or spec.default_base_url,
            load_balance_strategy=given.load_balance_strategy, status="unknown", last_error=None, last_tested_at=None,
            created_by=principal.user_id, created_at=now, updated_at=now, deleted_at=None, revision=1,
        )  # fmt: skip
        uow.session.add(row)
        await uow.session.flush()
        keys = [self._keys.new(uow, principal, row, [], given.api_key, "api_key")] if given.api_key else []
        _check_complete(row, keys)
        await uow.session.flush()
        if given.provider_type == "demo":
            uow.session.add_all(new_models(row, await self._clients.make(row, None).list_models(), by_hand=False))
        made = self._view(row, keys, principal)
        tell(uow, "created", made, extra={"base_url": row.base_url, **_key_said(keys)})
        return made

    async def update(
        self, uow: UnitOfWork, principal: Principal, provider_id: str, revision: int, given: ProviderUpdate
    ) -> Provider:
        await self._ledger.settle(uow, provider_id)
        row, keys = await _with_keys(ProviderRepository(uow.session), provider_id)
        before = self._view(row, keys, principal)
        check_revision(revision, row.revision, before)
        if given.name is not UNSET:
            row.name = given.name
        if given.load_balance_strategy is not UNSET:
            row.load_balance_strategy = given.load_balance_strategy
        now_held = await self._changed_keys(uow, principal, row, keys, given)
        _check_complete(row, now_held)
        if given.base_url is not UNSET or given.api_key is not UNSET:
            row.status, row.last_error = "unknown", None
        self._touch(uow, row)
        after = self._view(row, now_held, principal)
        tell(uow, "changed", after, before, {} if given.api_key is UNSET else {"api_key": "(changed)"})
        return after

    async def _changed_keys(
        self, uow: UnitOfWork, principal: Principal, row: ProviderRow, keys: Sequence[ProviderKeyRow],
        given: ProviderUpdate,
    ) -> Sequence[ProviderKeyRow]:  # fmt: skip
        """The provider's keys after the change, and its address."""
        moved = given.base_url is not UNSET and _move(row, given, keys)
        if given.api_key is UNSET:
            return keys
        gone = list(keys) if moved or given.api_key is None else list[ProviderKeyRow]()
        await ProviderRepository(uow.session).remove_keys([key.id for key in gone])
        kept = [key for key in keys if key not in gone]
        if given.api_key is None:
            return kept
        if not kept:
            return [self._keys.new(uow, principal, row, [], given.api_key, "api_key")]
        self._keys.replace(row, kept[0], given.api_key, "api_key")
        kept[0].revision += 1
        kept[0].updated_at = now_us()
        return kept

    def _touch(self, uow: UnitOfWork, row: ProviderRow) -> None:
        row.revision += 1
        row.updated_at = now_us()
        provider_id = row.id
        uow.after_commit(lambda: self._clients.forget(provider_id))

    async def spend(self) -> list[ProviderSpend]:
        """Since the first of the month, UTC; also at providers that are gone."""
        since = month_began(now_us())
        return [
            ProviderSpend(
                provider_id=one.provider_id, since=iso(since), calls=one.calls, unpriced_calls=one.unpriced_calls,
                cost_usd_micros=one.cost_usd_micros,
            )
            for one in await self._runs.spent(since)
        ]  # fmt: skip

    async def delete(self, uow: UnitOfWork, principal: Principal, provider_id: str) -> None:
        row, keys = await _with_keys(ProviderRepository(uow.session), provider_id)
        row.deleted_at = now_us()
        self._touch(uow, row)
        tell(uow, "deleted", self._view(row, keys, principal))

    async def restore(self, uow: UnitOfWork, principal: Principal, provider_id: str) -> Provider:
        row, keys = await _with_keys(ProviderRepository(uow.session), provider_id, deleted=True)
        row.deleted_at = None
        self._touch(uow, row)
        tell(uow, "restored", self._view(row, keys, principal))
        return self._view(row, keys, principal)

    async def test(self, provider_id: str) -> ProviderTest:
        """Ask the provider for its models with each key: the cheapest call that needs the address and the key to be
        right."""
        row, keys = await self._row(provider_id)
        answers = await self._ask_all(row, keys)
        best = _best(answers)
        async with self._db.unit() as uow:
            await self._keep(uow, row, answers)
        return _tested(best, answers)

    async def test_key(self, provider_id: str, key_id: str) -> KeyTest:
        row, key = await self._keys.found(provider_id, key_id)
        answer = await self._ask(row, key)
        async with self._db.unit() as uow:
            await self._keep_keys(uow, provider_id, [answer])
        return _key_tested(answer, key)

    async def _keep(self, uow: UnitOfWork, asked: ProviderRow, answers: Sequence[_Answer]) -> None:
        row = await _found(ProviderRepository(uow.session), asked.id)
        error = _best(answers).error
        if row.revision == asked.revision:  # else the answers tell nothing of the provider as it is now
            row.status, row.last_error = ("ok", None) if error is None else ("error", error[:1000])
            row.last_tested_at = now_us()
        await self._keep_keys(uow, asked.id, answers)

    async def _keep_keys(self, uow: UnitOfWork, provider_id: str, answers: Sequence[_Answer]) -> None:
        """A key that works is taken back; one that does not is left to the calls to judge."""
        works = {answer.key.id: answer.key.revision for answer in answers if answer.key and answer.error is None}
        for key in (await ProviderRepository(uow.session).keys_of([provider_id]))[provider_id]:
            if works.get(key.id) == key.revision:
                self._ledger.worked(key)

    async def _ask_all(self, row: ProviderRow, keys: Sequence[ProviderKeyRow]) -> Sequence[_Answer]:
        usable = [key for key in keys if not key.disabled] or list(keys[:1])
        return await asyncio.gather(*(self._ask(row, key) for key in usable or [None]))

    async def _ask(self, row: ProviderRow, key: ProviderKeyRow | None) -> _Answer:
        began = time.perf_counter()
        models, error = await self._listed(row, key)
        return _Answer(key, models, error, round((time.perf_counter() - began) * 1000))

    async def _listed(self, row: ProviderRow, key: ProviderKeyRow | None) -> tuple[Sequence[ModelInfo], str | None]:
        await self._clients.obey()
        try:
            client = self._clients.make(row, key)
            try:
                return await asyncio.wait_for(client.list_models(), TEST_TIMEOUT_S), None
            finally:
                await client.aclose()
        except TimeoutError:
            return [], f"{row.name} did not answer within {TEST_TIMEOUT_S:.0f} s. Check its address."
        except OrbiterError as error:
            return [], error.message

    async def refresh(self, provider_id: str) -> Page[Model]:
        row, keys = await self._row(provider_id)
        best = _best(await self._ask_all(row, keys))
        if best.error is not None:
            raise ProviderError(best.error)
        async with self._db.unit() as uow:
            await self._models.keep_listed(uow, row, best.models)
        return await self._models.list(provider_id, None, 100)

    async def check(self, session: AsyncSession, provider_id: str) -> None:
        """Raises NotFoundError for a provider that another thing may not refer to."""
        await _found(ProviderRepository(session), provider_id)

    async def switched_off(self, session: AsyncSession, refs: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
        """Those of these models, (provider id, name), that an administrator switched off."""
        return await ProviderRepository(session).switched_off(refs)

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
        await self._clients.obey()
        found = await asyncio.gather(*(self._look_at(url) for url in DETECT_AT))
        return [one for one in found if one is not None]

    async def _look_at(self, url: str) -> DetectedProvider | None:
        client = self._clients.make(ProviderRow(id="", name="Ollama", provider_type="ollama", base_url=url), None)
        try:
            listed = await asyncio.wait_for(client.list_models(), DETECT_TIMEOUT_S)
        except (OrbiterError, TimeoutError):
            return None
        finally:
            await client.aclose()
        return DetectedProvider("ollama", url, [info.name for info in listed])


def _best(answers: Sequence[_Answer]) -> _Answer:
    """The first key that works, else the first of all."""
    return next((answer for answer in answers if answer.error is None), answers[0])


def _tested(best: _Answer, answers: Sequence[_Answer]) -> ProviderTest:
    return ProviderTest(
        ok=best.error is None, latency_ms=best.latency_ms, error=best.error,
        models=None if best.error else len(best.models),
        keys=[_key_tested(answer, answer.key) for answer in answers if answer.key is not None],
    )  # fmt: skip


def _key_tested(answer: _Answer, key: ProviderKeyRow) -> KeyTest:
    return KeyTest(
        key_id=key.id, label=key.label, ok=answer.error is None, latency_ms=answer.latency_ms, error=answer.error
    )


def _key_said(keys: Sequence[ProviderKeyRow]) -> dict[str, str]:
    return {"api_key": "(set)"} if keys else {}


def _move(row: ProviderRow, given: ProviderUpdate, keys: Sequence[ProviderKeyRow]) -> bool:
    """Whether the host is another one now. A key belongs to its host: it is never sent to another one because somebody
    changed the URL alone."""
    url = _checked_url(given.base_url if given.base_url is not UNSET else None)
    url = url or provider_specs()[row.provider_type].default_base_url
    moved = _origin(url) != _origin(row.base_url)
    if keys and given.api_key is UNSET and moved:
        raise ValidationFailedError.of("api_key", "enter the key again: it was saved for another address")
    row.base_url = url
    return moved


async def _with_keys(
    providers: ProviderRepository, provider_id: str, *, deleted: bool = False
) -> tuple[ProviderRow, Sequence[ProviderKeyRow]]:
    row = await providers.get(provider_id, deleted=deleted)
    if row is None:
        raise NotFoundError("provider")
    return row, (await providers.keys_of([provider_id]))[provider_id]


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


def _check_complete(row: ProviderRow, keys: Sequence[ProviderKeyRow]) -> None:
    given = {"base_url": row.base_url, "api_key": keys}
    for field in provider_specs()[row.provider_type].credential_fields:
        if field.required and not given[field.name]:
            raise ValidationFailedError.of(field.name, f"{field.label} is needed for this kind of provider")
