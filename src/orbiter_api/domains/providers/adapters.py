"""The engine's way to a configured provider: its client, kept as long as its configuration does not change."""

from __future__ import annotations

import asyncio
import time

import msgspec

from orbiter.errors import ProviderError
from orbiter.models.base import ModelClient
from orbiter.models.providers import provider_specs
from orbiter.models.providers.spec import ProviderConfig
from orbiter.net import EgressPolicy, GuardedHttpClient, Timeouts
from orbiter.ports import HttpClient
from orbiter_api.db import Database
from orbiter_api.domains.providers.models import ProviderRow
from orbiter_api.domains.providers.repository import ProviderRepository
from orbiter_api.kit.crypto import KeyRing, SecretUnreadableError
from orbiter_api.kit.single_flight import SingleFlight

FRESH_S = 1.0
"""How long a client serves before its provider's revision is looked at again (another process may have changed it)."""


class _Kept(msgspec.Struct):
    client: ModelClient
    revision: int
    checked: float


def key_row(provider_id: str) -> str:
    """What a key's ciphertext is bound to."""
    return f"providers:{provider_id}:api_key_encrypted"


_LONG = Timeouts(first_byte_s=300.0, idle_s=300.0, total_s=1800.0)
"""A model client has limits of its own; these must not end a call before them (a local model takes minutes to load)."""


def private_endpoint(base_url: str) -> HttpClient:
    """Only an admin saves a base URL, so the provider's own host and port may be on the local network."""
    return GuardedHttpClient(EgressPolicy.for_endpoint(base_url, private=True), timeouts=_LONG)


class ProviderClients:
    """`client_for` is the engine's port: one pooled client per provider."""

    def __init__(self, db: Database, keys: KeyRing) -> None:
        self._db = db
        self._keys = keys
        self._kept: dict[str, _Kept] = {}
        self._looks = SingleFlight[ModelClient]()
        self._forgotten = 0

    async def client_for(self, provider_id: str) -> ModelClient:
        kept = self._kept.get(provider_id)
        if kept is not None and time.monotonic() - kept.checked < FRESH_S:
            return kept.client
        return await self._looks.get((provider_id, self._forgotten), lambda: self._look(provider_id))

    async def _look(self, provider_id: str) -> ModelClient:
        async with self._db.read() as session:
            row = await ProviderRepository(session).get(provider_id)
        if row is None:
            raise ProviderError("The agent's provider was removed. Choose another model for it.", code="PROVIDER_GONE")
        kept = self._kept.get(provider_id)
        if kept is None or kept.revision != row.revision:
            kept = self._replace(row)
        kept.checked = time.monotonic()
        return kept.client

    def _replace(self, row: ProviderRow) -> _Kept:
        kept = _Kept(self.make(row), row.revision, 0.0)
        self.forget(row.id)
        self._kept[row.id] = kept
        return kept

    def make(self, row: ProviderRow) -> ModelClient:
        """A client of the row as it stands. Raises ProviderError when its key cannot be read."""
        spec = provider_specs()[row.provider_type]
        config = ProviderConfig(
            name=row.name, base_url=row.base_url or spec.default_base_url or "", api_key=self.key(row)
        )
        return spec.make_client(config, private_endpoint)

    def key(self, row: ProviderRow) -> str:
        if row.api_key_encrypted is None:
            return ""
        try:
            return self._keys.decrypt(row.api_key_encrypted, row=key_row(row.id))
        except SecretUnreadableError:
            raise ProviderError(
                f"The key of {row.name} cannot be read: the server's secret key is another one than when it was saved. "
                "Enter the key again in Settings.",
                code="PROVIDER_AUTH",
            ) from None

    def forget(self, provider_id: str) -> None:
        """The provider changed: the next call makes a new client; calls under way end on the old one."""
        self._forgotten += 1
        kept = self._kept.pop(provider_id, None)
        if kept is not None:
            asyncio.get_running_loop().call_later(600, lambda: asyncio.ensure_future(kept.client.aclose()))

    async def aclose(self) -> None:
        clients = [kept.client for kept in self._kept.values()]
        self._kept.clear()
        await asyncio.gather(*(client.aclose() for client in clients), return_exceptions=True)
