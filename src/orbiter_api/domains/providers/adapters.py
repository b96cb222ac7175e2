"""The engine's way to a configured provider: its client, kept as long as its configuration does not change."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping, Sequence

import msgspec

from orbiter.errors import ProviderError
from orbiter.models.base import ModelClient, ModelInfo, ModelRef, ModelRequest, StreamEvent
from orbiter.models.breaker import Breaker
from orbiter.models.keys import KeyPolicy, KeyPool
from orbiter.models.pooled import PooledClient
from orbiter.models.prices import Price
from orbiter.models.providers import provider_specs
from orbiter.models.providers.spec import ProviderConfig
from orbiter.net import EgressPolicy, GuardedHttpClient, Timeouts
from orbiter.ports import HttpClient
from orbiter_api.db import Database
from orbiter_api.domains.providers.facts import NOTHING, OwnFacts, own_facts, price_of
from orbiter_api.domains.providers.ledger import KeyLedger
from orbiter_api.domains.providers.models import ProviderKeyRow, ProviderRow
from orbiter_api.domains.providers.repository import ProviderRepository
from orbiter_api.domains.providers.sealing import unseal
from orbiter_api.kit.crypto import KeyRing, SecretUnreadableError
from orbiter_api.kit.egress import Outbound
from orbiter_api.kit.single_flight import SingleFlight
from orbiter_api.kit.time import now_us

FRESH_S = 1.0
"""How long a client serves before its provider is looked at again (another process may have changed it)."""
NO_KEY = ""
_STALE = float("-inf")
_NEVER_ASIDE = KeyPolicy(refusals=2**31)
"""Without keys there is none to set aside: each call hears what the provider says."""

Stamp = tuple[int, tuple[tuple[str, int], ...]]


class _Kept(msgspec.Struct):
    client: ModelClient
    stamp: Stamp
    own: Mapping[str, OwnFacts]
    checked: float


class _Seen(msgspec.Struct, frozen=True):
    """A provider as it stands in the database."""

    row: ProviderRow
    keys: Sequence[ProviderKeyRow]
    own: Mapping[str, OwnFacts]

    @property
    def stamp(self) -> Stamp:
        return self.row.revision, tuple((key.id, key.revision) for key in self.keys)


_LONG = Timeouts(first_byte_s=300.0, idle_s=300.0, total_s=1800.0)
"""A model client has limits of its own; these must not end a call before them (a local model takes minutes to load)."""


class ProviderClients:
    """`client_for` is the engine's port: one pooled client per provider, which sends each call with the key whose turn
    it is."""

    def __init__(self, db: Database, keys: KeyRing, ledger: KeyLedger, http: Outbound) -> None:
        self._db = db
        self._keys = keys
        self._ledger = ledger
        self._http = http
        self._kept: dict[str, _Kept] = {}
        self._looks = SingleFlight[ModelClient]()
        self._forgotten = 0

    async def obey(self) -> None:
        """What an administrator blocked is blocked for providers too, from the next request on."""
        await self._http.refresh()

    async def client_for(self, provider_id: str) -> ModelClient:
        await self.obey()
        kept = self._kept.get(provider_id)
        if kept is not None and time.monotonic() - kept.checked < FRESH_S:
            self._ledger.mark(provider_id)
            return kept.client
        return await self._looks.get((provider_id, self._forgotten), lambda: self._look(provider_id))

    def price(self, ref: ModelRef, provider_type: str) -> Price | None:
        """What a call costs that begins now."""
        kept = self._kept.get(ref.provider_id)
        own = NOTHING if kept is None else kept.own.get(ref.name, NOTHING)
        return price_of(own, provider_type, ref.name)

    async def _look(self, provider_id: str) -> ModelClient:
        looked_at, forgotten = time.monotonic(), self._forgotten
        seen = await self._read(provider_id)
        kept = self._kept.get(provider_id)
        if kept is None or kept.stamp != seen.stamp:
            kept = self._replace(seen)
        kept.own = seen.own
        kept.checked = looked_at if forgotten == self._forgotten else _STALE  # it may have changed while it was read
        self._ledger.mark(provider_id)
        return kept.client

    async def _read(self, provider_id: str) -> _Seen:
        async with self._db.read() as session:
            providers = ProviderRepository(session)
            row = await providers.get(provider_id)
            if row is None:
                self._drop(provider_id)
                self._ledger.close(provider_id)
                text = "The agent's provider was removed. Choose another model for it."
                raise ProviderError(text, code="PROVIDER_GONE")
            keys = (await providers.keys_of([provider_id]))[provider_id]
            own = await providers.own_facts(provider_id)
        return _Seen(row, keys, {name: own_facts(stored) for name, stored in own.items()})

    def _replace(self, seen: _Seen) -> _Kept:
        kept = _Kept(self._pooled(seen), seen.stamp, seen.own, _STALE)
        self._drop(seen.row.id)
        self._kept[seen.row.id] = kept
        return kept

    def _pooled(self, seen: _Seen) -> ModelClient:
        row, usable = seen.row, [key for key in seen.keys if not key.disabled]
        if row.provider_type == "demo":
            return self.make(row, None)
        if seen.keys and not usable:
            raise ProviderError(
                f"Every key of {row.name} is switched off. Switch one on in Settings.", code="PROVIDER_AUTH"
            )
        breaker = Breaker(now_us=now_us)
        if not usable:
            pool = KeyPool([NO_KEY], now_us=now_us, policy=_NEVER_ASIDE)
            return PooledClient(row.name, {NO_KEY: self.make(row, None)}, pool, breaker=breaker)
        pool = self._ledger.open(row.id, usable, row.load_balance_strategy)  # pyright: ignore[reportArgumentType] - checked where it is set
        clients = {key.id: self._with(row, key) for key in usable}
        provider_id = row.id
        return PooledClient(
            row.name, clients, pool, breaker=breaker, on_change=lambda _state: self._ledger.mark(provider_id)
        )

    def _with(self, row: ProviderRow, key: ProviderKeyRow) -> ModelClient:
        """One unreadable key must not take the others out of use."""
        try:
            return self.make(row, key)
        except ProviderError as error:
            return _Refusing(error)

    def make(self, row: ProviderRow, key: ProviderKeyRow | None) -> ModelClient:
        """A client of the row with one key. Raises ProviderError when the key cannot be read."""
        spec = provider_specs()[row.provider_type]
        config = ProviderConfig(
            name=row.name, base_url=row.base_url or spec.default_base_url or "", api_key=self._read_key(row, key)
        )
        return spec.make_client(config, self.private_endpoint)

    def private_endpoint(self, base_url: str) -> HttpClient:
        """Only an admin saves a base URL, so the provider's own host and port may be on the local network."""
        policy = EgressPolicy.for_endpoint(base_url, private=True, blocked=self._http.blocked)
        return GuardedHttpClient(policy, timeouts=_LONG)

    def _read_key(self, row: ProviderRow, key: ProviderKeyRow | None) -> str:
        try:
            return "" if key is None else unseal(self._keys, key)
        except SecretUnreadableError:
            raise ProviderError(
                f"The key of {row.name} cannot be read: the server's secret key is another one than when it was saved. "
                "Enter the key again in Settings.",
                code="PROVIDER_AUTH",
            ) from None

    def forget(self, provider_id: str) -> None:
        """The provider, a key or a price changed: the next call looks again."""
        self._forgotten += 1
        kept = self._kept.get(provider_id)
        if kept is not None:
            kept.checked = _STALE

    def _drop(self, provider_id: str) -> None:
        """Calls under way end on the old client."""
        kept = self._kept.pop(provider_id, None)
        if kept is not None:
            asyncio.get_running_loop().call_later(_LONG.total_s, lambda: asyncio.ensure_future(kept.client.aclose()))

    async def aclose(self) -> None:
        clients = [kept.client for kept in self._kept.values()]
        self._kept.clear()
        await asyncio.gather(*(client.aclose() for client in clients), return_exceptions=True)


class _Refusing:
    """Stands for a key that cannot be read."""

    def __init__(self, error: ProviderError) -> None:
        self._error = error

    def _again(self) -> ProviderError:
        return ProviderError(self._error.message, code=self._error.code)

    async def stream(self, request: ModelRequest) -> AsyncIterator[StreamEvent]:
        raise self._again()
        yield  # pragma: no cover - makes this a generator

    async def list_models(self) -> list[ModelInfo]:
        raise self._again()

    async def aclose(self) -> None:
        return None
