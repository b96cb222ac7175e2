"""The port this domain implements: from a credential to a principal."""

from __future__ import annotations

import asyncio
import hmac
import logging
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from orbiter_api.db import Database
from orbiter_api.domains.identity.api_keys.models import ApiKeyRow
from orbiter_api.domains.identity.api_keys.refusals import KeyRefusals
from orbiter_api.domains.identity.api_keys.repository import ApiKeyRepository, Owned, SocketTicketRepository
from orbiter_api.domains.identity.models import SessionRow, UserRow
from orbiter_api.domains.identity.repository import SessionRepository
from orbiter_api.domains.identity.schemas import as_role
from orbiter_api.domains.identity.sign_in.rules import factor_due
from orbiter_api.domains.identity.sign_in.schemas import FactorRule
from orbiter_api.kit.single_flight import SingleFlight
from orbiter_api.kit.time import MINUTE, now_us
from orbiter_api.security.credentials import Credential
from orbiter_api.security.principal import KeyGrant, Memberships, Principal, Role
from orbiter_api.security.scopes import role_of_key
from orbiter_api.security.sessions import token_hash

_Touched = SessionRepository | ApiKeyRepository
log = logging.getLogger("orbiter.identity")
TTL_S = 1.0
MAX_CACHED = 10_000
TOUCH_AFTER_US = 10 * MINUTE
TOUCH_KEY_AFTER_US = MINUTE
NEVER = 2**62


class _Found(msgspec.Struct):
    principal: Principal
    last_used_at: int
    """As the database has it, so that not every request writes it anew."""
    until: float = 0.0
    """How long it may be answered from memory."""


async def _no_memberships(session: AsyncSession, user_id: str) -> dict[str, Role]:  # noqa: ARG001 - the port's names
    return {}


async def _nobody(_session: AsyncSession) -> FactorRule:
    return "nobody"


class Principals:
    """Implements `security.PrincipalLoader`. What another process changed is seen within a second, what this one
    changed at once: the services call `forget_*` after their commit."""

    def __init__(self, db: Database, *, idle_us: int = 0, clock: Callable[[], float] = time.monotonic) -> None:
        self._db = db
        self._idle_us = idle_us or NEVER
        self._clock = clock
        self._cache: OrderedDict[Credential, _Found] = OrderedDict()
        self._generation = 0
        self._loads = SingleFlight[_Found | None]()
        self._notes: set[asyncio.Task[None]] = set()
        self._refusals = KeyRefusals(db, clock)
        self.memberships: Memberships = _no_memberships
        self.factor_rule: Callable[[AsyncSession], Awaitable[FactorRule]] = _nobody

    async def load(self, credential: Credential, *, used: bool = True) -> Principal | None:
        found = self._cache.get(credential)
        if found is None or found.until <= self._clock():
            # What was forgotten since a load began must not be answered by it.
            found = await self._loads.get((credential, self._generation), lambda: self._load(credential))
        if found is None or found.principal.expires_at <= now_us():
            return None
        if used:  # also when it came from memory: an open socket's checks keep it there
            await self._note_use(found)
        return found.principal

    async def redeem(self, ticket: str) -> Credential | None:
        hashed = token_hash(ticket)
        async with self._db.read() as session:  # whoever makes one up must not keep others from writing
            if not await SocketTicketRepository(session).is_open(hashed, now_us()):
                return None
        async with self._db.unit() as uow:
            taken = await SocketTicketRepository(uow.session).take(hashed, now_us())
        if taken is None:
            return None
        session_id, key_id = taken
        return Credential("session_id", session_id) if session_id else Credential("api_key_id", key_id or "")

    def forget_session(self, session_id: str) -> None:
        self._forget(lambda principal: principal.session_id == session_id)

    def forget_user(self, user_id: str) -> None:
        self._forget(lambda principal: principal.user_id == user_id)

    def forget_all(self) -> None:
        self._forget(lambda _principal: True)

    def _forget(self, concerned: Callable[[Principal], bool]) -> None:
        self._generation += 1
        for credential in [key for key, cached in self._cache.items() if concerned(cached.principal)]:
            del self._cache[credential]

    async def _load(self, credential: Credential) -> _Found | None:
        self._cache.pop(credential, None)
        generation, asked_at = self._generation, self._clock()
        by_key = credential.kind in {"api_key", "api_key_id"}
        found = await (self._of_key(credential) if by_key else self._of_session(credential))
        if found is not None and generation == self._generation:  # else something was forgotten while we read
            found.until = asked_at + TTL_S
            self._keep(credential, found)
        return found

    async def _of_session(self, credential: Credential) -> _Found | None:
        async with self._db.read() as session:
            rule = await self.factor_rule(session)
            sessions = SessionRepository(session)
            by_token = credential.kind == "session"
            found = await (sessions.with_user if by_token else sessions.with_user_by_id)(credential.value)
            if found is None or self._ends_at(found[0]) <= now_us() or found[1].disabled_at is not None:
                return None
            due = await factor_due(session, rule, found[1], found[0].method)
            principal = _principal(*found, await self.memberships(session, found[1].id), due=due)
        return _Found(principal, found[0].last_used_at)

    def _ends_at(self, session: SessionRow) -> int:
        """The sooner of its end and of when it has been idle for too long."""
        return min(session.expires_at, session.last_used_at + self._idle_us)

    async def _of_key(self, credential: Credential) -> _Found | None:
        async with self._db.read() as session:
            found = await _find_key(ApiKeyRepository(session), credential)
            why = _wrong(*found, credential) if found is not None else "unknown or revoked"
            if found is not None and why is None:
                principal = _key_principal(*found, await self.memberships(session, found[1].id))
                return _Found(principal, found[0].last_used_at or 0)
        if found is not None:
            self._refusals.note(str(why), found[0].prefix, found[0].id)
        elif credential.kind == "api_key":
            self._refusals.note(str(why), credential.value.partition(".")[0], None)
        return None

    def refused(self, principal: Principal, needs: str | None) -> None:
        if principal.key is not None:
            self._refusals.note("scope", principal.key.prefix, principal.key.id, needs or "a person")

    def _keep(self, credential: Credential, found: _Found) -> None:
        self._cache[credential] = found
        if len(self._cache) > MAX_CACHED:
            self._cache.popitem(last=False)

    async def _note_use(self, found: _Found) -> None:
        key, now = found.principal.key, now_us()
        if found.last_used_at >= now - (TOUCH_KEY_AFTER_US if key else TOUCH_AFTER_US):
            return
        found.last_used_at = now  # before anything is awaited: of many requests at once one writes
        if key is None:
            await self._touch(SessionRepository, found.principal.session_id)
        else:
            self._touch_beside(ApiKeyRepository, key.id)

    def _touch_beside(self, of: type[_Touched], row_id: str) -> None:
        """Beside the request, which must not wait for the one writer to know that it may read."""
        task = asyncio.get_running_loop().create_task(self._touch(of, row_id))
        self._notes.add(task)
        task.add_done_callback(self._notes.discard)

    async def _touch(self, of: type[_Touched], row_id: str) -> None:
        try:
            async with self._db.unit() as uow:
                await of(uow.session).touch(row_id, now_us())
        except Exception as error:  # noqa: BLE001 - that it was used is worth no failed request; the next use notes it
            log.warning("The last use of a session or an API key could not be noted: %s", type(error).__name__)

    async def close(self) -> None:
        """Wait for what is still being noted."""
        await asyncio.gather(*self._notes)
        await self._refusals.close()


async def _find_key(keys: ApiKeyRepository, credential: Credential) -> Owned | None:
    if credential.kind == "api_key_id":
        return await keys.with_owner_by_id(credential.value)
    return await keys.with_owner_by_prefix(credential.value.partition(".")[0])


def _wrong(row: ApiKeyRow, owner: UserRow, credential: Credential) -> str | None:
    """Why the key opens nothing, if so; an expired one is told apart only from who has its secret."""
    secret_sha256 = credential.value.partition(".")[2]
    if credential.kind == "api_key" and not hmac.compare_digest(row.secret_sha256, secret_sha256):
        return "wrong secret"
    if (row.expires_at or NEVER) <= now_us():
        return "expired"
    return "owner deactivated" if owner.disabled_at is not None else None


def _principal(session: SessionRow, user: UserRow, projects: dict[str, Role], *, due: bool) -> Principal:
    return Principal(
        user_id=user.id,
        role=as_role(user.role),
        session_id=session.id,
        expires_at=session.expires_at,
        projects=projects,
        default_project_id=next(iter(projects), None),
        factor_due=due,
    )


def _key_principal(row: ApiKeyRow, owner: UserRow, projects: dict[str, Role]) -> Principal:
    """Never more than the owner has now: the role is theirs today, whatever it was when the key was made."""
    scopes: frozenset[str] = frozenset(row.scopes)
    if row.project_id is not None:
        projects = {id_: role for id_, role in projects.items() if id_ == row.project_id}
    return Principal(
        user_id=owner.id,
        role=role_of_key(as_role(owner.role), scopes),
        session_id=row.id,
        expires_at=row.expires_at or NEVER,
        projects=projects,
        default_project_id=next(iter(projects), None),
        key=KeyGrant(row.id, row.prefix, scopes),
    )
