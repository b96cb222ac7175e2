"""Where a person is signed in, and ending it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from orbiter_api.db import UnitOfWork
from orbiter_api.domains.identity.account.events import about
from orbiter_api.domains.identity.account.repository import OwnSessionRepository, Position
from orbiter_api.domains.identity.account.schemas import SessionView
from orbiter_api.domains.identity.adapters import Principals
from orbiter_api.domains.identity.models import SessionRow, UserRow
from orbiter_api.domains.identity.repository import UserRepository
from orbiter_api.kit.errors import NotFoundError
from orbiter_api.kit.pagination import Page, page_of
from orbiter_api.kit.services import Services
from orbiter_api.kit.time import iso, now_us
from orbiter_api.security.principal import Principal


class Sessions:
    def __init__(self, services: Services, principals: Principals) -> None:
        self._services = services
        self._principals = principals

    async def page(self, user_id: str, current: str, *, limit: int, after: Position | None) -> Page[SessionView]:
        now = now_us()
        async with self._services.db.read() as session:
            await existing(session, user_id)
            sessions = OwnSessionRepository(session)
            rows, total = await sessions.page(user_id, now, limit, after), await sessions.count(user_id, now)
        return page_of(
            rows,
            limit=limit,
            total=total,
            key=lambda row: (row.last_used_at, row.id),
            item=lambda row: _view(row, current=row.id == current),
        )

    async def revoke(self, uow: UnitOfWork, user_id: str, session_id: str) -> None:
        """One of this person's. Raises NotFoundError."""
        user = await existing(uow.session, user_id)
        if not await self.end(uow, user, only=session_id):
            raise NotFoundError("session")

    async def revoke_others(self, uow: UnitOfWork, principal: Principal) -> int:
        """Sign out everywhere else."""
        return len(await self.end(uow, await existing(uow.session, principal.user_id), but=principal.session_id))

    async def revoke_all(self, uow: UnitOfWork, user_id: str) -> int:
        """An administrator ends every session of a person. Raises NotFoundError."""
        return len(await self.end(uow, await existing(uow.session, user_id)))

    async def end(
        self, uow: UnitOfWork, user: UserRow, *, only: str | None = None, but: str | None = None
    ) -> Sequence[str]:
        """The sockets of what has ended close after the commit."""
        gone = await OwnSessionRepository(uow.session).remove(user.id, only=only, but=but)
        if gone:
            uow.publish(about(user, "session.revoked", sessions=len(gone)))
            uow.after_commit(lambda: self._forget(gone))
        return gone

    def _forget(self, session_ids: Sequence[str]) -> None:
        for session_id in session_ids:
            self._principals.forget_session(session_id)
            self._services.hub.disconnect_session(session_id)


async def existing(session: AsyncSession, user_id: str) -> UserRow:
    row = await UserRepository(session).by_id(user_id)
    if row is None:
        raise NotFoundError("person")
    return row


def _view(row: SessionRow, *, current: bool) -> SessionView:
    return SessionView(
        id=row.id,
        user_agent=row.user_agent,
        address=row.address,
        created_at=iso(row.created_at),
        last_used_at=iso(row.last_used_at),
        expires_at=iso(row.expires_at),
        method=row.method,
        current=current,
    )
