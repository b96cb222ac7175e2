"""Use cases on what may be reached from here. The rules are `kit.egress`; providers bring an allowance of their own."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import UNSET
from sqlalchemy.ext.asyncio import AsyncSession

from orbiter.errors import OrbiterError
from orbiter.net.url import canonical_host, parse_url
from orbiter_api.db import Database, UnitOfWork
from orbiter_api.domains.providers.models import ProviderRow
from orbiter_api.domains.providers.repository import ProviderRepository
from orbiter_api.domains.providers.schemas import Egress, EgressTest, EgressUpdate, ProviderAllowance
from orbiter_api.kit.egress import EgressSettings, Outbound, host_and_port
from orbiter_api.kit.errors import RevisionStaleError, ValidationFailedError
from orbiter_api.kit.events import Audited
from orbiter_api.kit.time import iso_or_none
from orbiter_api.kit.workspace import Stored, WorkspaceSettings

MAX_SHOWN = 200


class EgressService:
    def __init__(self, db: Database, settings: WorkspaceSettings, http: Outbound) -> None:
        self._db = db
        self._settings = settings
        self._http = http

    async def get(self, within: AsyncSession | None = None) -> Egress:
        return await self._view(await self._settings.stored(EgressSettings, within), within)

    async def _view(self, stored: Stored, within: AsyncSession | None) -> Egress:
        async with self._db.read(within) as session:
            rows, _ = await ProviderRepository(session).page(None, MAX_SHOWN)
        fields: dict[str, Any] = msgspec.to_builtins(stored.value)
        return Egress(
            **fields, allowances=[found for row in rows if (found := _allowance(row)) is not None],
            revision=stored.revision, updated_at=iso_or_none(stored.updated_at),
        )  # fmt: skip

    async def change(self, uow: UnitOfWork, revision: int, given: EgressUpdate) -> Egress:
        checked = msgspec.structs.replace(
            given, private_hosts=_hosts(given.private_hosts, "private_hosts", with_port=True),
            blocked_hosts=_hosts(given.blocked_hosts, "blocked_hosts", with_port=False),
        )  # fmt: skip
        try:
            stored = await self._settings.change(uow, EgressSettings, revision, checked)
        except RevisionStaleError:
            raise RevisionStaleError(await self.get(uow.session)) from None
        return await self._view(stored, uow.session)

    async def test(self, url: str) -> EgressTest:
        """What the rules say of an address. Nothing is dialled: closed, open and silent ports cannot be told apart."""
        try:
            await self._http.check(url)
            told = EgressTest(allowed=True, reason=None)
        except OrbiterError as error:
            told = EgressTest(allowed=False, reason=error.message)
        async with self._db.unit() as uow:  # not before: a name may take long to look up
            uow.publish(
                Audited(action="egress.tested", entity_type="settings", entity_id="egress", name="egress",
                        after={"host": _host_of(url), "allowed": told.allowed})
            )  # fmt: skip
        return told


def _host_of(url: str) -> str | None:
    """A path or a query may hold a secret; a log keeps neither."""
    try:
        return parse_url(url).authority
    except OrbiterError:
        return None


def _allowance(row: ProviderRow) -> ProviderAllowance | None:
    if row.base_url is None:
        return None
    target = parse_url(row.base_url)
    return ProviderAllowance(provider_id=row.id, provider_name=row.name, host=target.host, port=target.port)


def _hosts(given: Any, field: str, *, with_port: bool) -> Any:
    """Each in its one spelling, none twice."""
    if given is UNSET or given is None:
        return given
    return list(dict.fromkeys(_host(text, f"{field}.{at}", with_port=with_port) for at, text in enumerate(given)))


def _host(text: str, field: str, *, with_port: bool) -> str:
    try:
        host, port = host_and_port(text.strip())
        host = canonical_host(f"[{host}]" if ":" in host and not host.startswith("[") else host)
    except ValueError as error:
        raise ValidationFailedError.of(field, str(error)) from None
    except OrbiterError:
        raise ValidationFailedError.of(field, "is no host name or address; leave out http:// and the path") from None
    if port is not None and not with_port:
        raise ValidationFailedError.of(field, "a host is blocked with all its ports; leave the port out")
    shown = f"[{host}]" if ":" in host else host
    return shown if port is None else f"{shown}:{port}"
