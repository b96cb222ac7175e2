"""The port this domain implements: from a session token to a principal."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from orbiter_api.db import Database
from orbiter_api.domains.identity.models import SessionRow, UserRow
from orbiter_api.domains.identity.repository import SessionRepository
from orbiter_api.domains.identity.schemas import as_role
from orbiter_api.kit.single_flight import SingleFlight
from orbiter_api.kit.time import MINUTE, now_us
from orbiter_api.security.principal import Memberships, Principal, Role
from orbiter_api.security.sessions import token_hash

TTL_S = 1.0
MAX_CACHED = 10_000
TOUCH_AFTER_US = 10 * MINUTE


class _Cached(msgspec.Struct, frozen=True):
    principal: Principal
    until: float


async def _no_memberships(session: AsyncSession, user_id: str) -> dict[str, Role]:  # noqa: ARG001 - the port's names
    return {}


class Principals:
    """Implements `security.PrincipalLoader`. What another process changed is seen within a second, what this one
    changed at once: the services call `forget_*` after their commit."""

    def __init__(self, db: Database, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._db = db
        self._clock = clock
        self._cache: OrderedDict[str, _Cached] = OrderedDict()
        self._generation = 0
        self._loads = SingleFlight[Principal | None]()
        self.memberships: Memberships = _no_memberships

    async def by_session_token(self, token: str) -> Principal | None:
        hashed = token_hash(token)
        cached = self._cache.get(hashed)
        if cached is None or cached.until <= self._clock():
            # What was forgotten since a load began must not be answered by it.
            return await self._loads.get((hashed, self._generation), lambda: self._load(hashed))
        return cached.principal if cached.principal.expires_at > now_us() else None

    def forget_session(self, session_id: str) -> None:
        self._forget(lambda principal: principal.session_id == session_id)

    def forget_user(self, user_id: str) -> None:
        self._forget(lambda principal: principal.user_id == user_id)

    def forget_all(self) -> None:
        self._forget(lambda _principal: True)

    def _forget(self, concerned: Callable[[Principal], bool]) -> None:
        self._generation += 1
        for hashed in [key for key, cached in self._cache.items() if concerned(cached.principal)]:
            del self._cache[hashed]

    async def _load(self, hashed: str) -> Principal | None:
        self._cache.pop(hashed, None)
        generation, asked_at = self._generation, self._clock()
        async with self._db.read() as session:
            found = await SessionRepository(session).with_user(hashed)
            if found is None or found[0].expires_at <= now_us() or found[1].disabled_at is not None:
                return None
            principal = _principal(*found, await self.memberships(session, found[1].id))
        if found[0].last_used_at < now_us() - TOUCH_AFTER_US:
            await self._touch(found[0].id)
        if generation == self._generation:  # else something was forgotten while we read
            self._keep(hashed, _Cached(principal, asked_at + TTL_S))
        return principal

    def _keep(self, hashed: str, cached: _Cached) -> None:
        self._cache[hashed] = cached
        if len(self._cache) > MAX_CACHED:
            self._cache.popitem(last=False)

    async def _touch(self, session_id: str) -> None:
        async with self._db.unit() as uow:
            await SessionRepository(uow.session).touch(session_id, now_us())


def _principal(session: SessionRow, user: UserRow, projects: dict[str, Role]) -> Principal:
    return Principal(
        user_id=user.id,
        role=as_role(user.role),
        session_id=session.id,
        expires_at=session.expires_at,
        projects=projects,
        default_project_id=next(iter(projects), None),
    )
