"""What administrators do with people's accounts."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import UNSET
from sqlalchemy.ext.asyncio import AsyncSession

from orbiter_api.db import UnitOfWork
from orbiter_api.domains.identity.account.repository import ResetRepository, SecondFactorRepository
from orbiter_api.domains.identity.adapters import Principals
from orbiter_api.domains.identity.errors import LastAdminError, NoSuccessorError, NotOneselfError, SuccessorError
from orbiter_api.domains.identity.models import UserRow
from orbiter_api.domains.identity.people.events import PersonRemoved, PersonStopped, tell
from orbiter_api.domains.identity.people.ports import Belongings
from orbiter_api.domains.identity.people.repository import Known, PeopleRepository
from orbiter_api.domains.identity.people.schemas import (
    Account,
    AccountDelete,
    AccountUpdate,
    OwnedCount,
    OwnedThings,
    Status,
)
from orbiter_api.domains.identity.repository import UserRepository
from orbiter_api.domains.identity.schemas import as_role
from orbiter_api.domains.identity.sign_in.rules import SignInRules
from orbiter_api.kit.errors import NotFoundError
from orbiter_api.kit.events import Notice, changed
from orbiter_api.kit.pagination import Page, decode_cursor, page_of
from orbiter_api.kit.revision import check_revision
from orbiter_api.kit.services import Services
from orbiter_api.kit.time import iso, iso_or_none, now_us
from orbiter_api.security.principal import LEVEL, Principal, Role


class People:
    """For administrators. Nobody changes their own account here, so an administrator is always left."""

    def __init__(self, services: Services, principals: Principals, belongings: Belongings, rules: SignInRules) -> None:
        self._services = services
        self._db = services.db
        self._principals = principals
        self._belongings = belongings
        self._rules = rules

    async def list(
        self, *, q: str | None, role: Role | None, status: Status | None, cursor: str | None, limit: int
    ) -> Page[Account]:
        after = decode_cursor(cursor, tuple[int, str]) if cursor else None
        async with self._db.read() as session:
            rows, total = await PeopleRepository(session).page(q=q, role=role, status=status, after=after, limit=limit)
        return page_of(
            rows, limit=limit, total=total, key=lambda r: (r[0].created_at, r[0].id), item=lambda r: account_of(*r)
        )

    async def get(self, user_id: str) -> Account:
        async with self._db.read() as session:
            return account_of(*await _found(session, user_id))

    async def update(
        self, uow: UnitOfWork, principal: Principal, user_id: str, given: AccountUpdate, revision: int
    ) -> Account:
        row, seen, factor = await _found(uow.session, user_id)
        check_revision(revision, row.revision, account_of(row, seen, factor))
        before = {"name": row.name, "role": row.role}
        if given.role is not UNSET and given.role != row.role:
            await self._check_may_touch(uow.session, principal, row)
            self._set_role(uow, row, given.role)
        if given.name is not UNSET:
            row.name = given.name.strip()
        row.revision += 1
        then, now = changed(before, {"name": row.name, "role": row.role})
        tell(uow, "role_changed" if "role" in now else "changed", row, before=then, after=now)
        return account_of(row, seen, factor)

    def _set_role(self, uow: UnitOfWork, row: UserRow, role: Role) -> None:
        lowered = LEVEL[role] < LEVEL[row.role]
        row.role = role
        uow.publish(Notice(kind="person.role_changed", user_ids=[row.id], title=f"Your role is now {role}"))
        self._forget(uow, row.id, close=lowered)

    def _forget(self, uow: UnitOfWork, user_id: str, *, close: bool) -> None:
        uow.after_commit(lambda: self._principals.forget_user(user_id))
        if close:
            uow.after_commit(lambda: self._services.hub.disconnect_user(user_id))

    async def _check_may_touch(self, session: AsyncSession, principal: Principal, row: UserRow) -> None:
        if row.id == principal.user_id:
            raise NotOneselfError
        # Two administrators who remove each other at once: the second finds itself removed already.
        if row.role == "admin" and not await self._rules.other_admin_comes_in(session, row.id):
            raise LastAdminError

    async def deactivate(self, uow: UnitOfWork, principal: Principal, user_id: str) -> Account:
        """They are signed out everywhere, and whatever goes on in their name stops."""
        row, _, factor = await _found(uow.session, user_id)
        await self._check_may_touch(uow.session, principal, row)
        if row.disabled_at is None:
            row.revision += 1
            await self._stop(uow, row)
            tell(uow, "deactivated", row)
        return account_of(row, None, factor)

    async def _stop(self, uow: UnitOfWork, row: UserRow) -> None:
        row.disabled_at = now_us()
        await PeopleRepository(uow.session).end_sessions(row.id)
        uow.publish(PersonStopped(user_id=row.id))
        self._forget(uow, row.id, close=True)

    async def reactivate(self, uow: UnitOfWork, user_id: str) -> Account:
        row, seen, factor = await _found(uow.session, user_id)
        if row.disabled_at is not None:
            row.disabled_at = None
            row.revision += 1
            tell(uow, "reactivated", row)
            self._forget(uow, row.id, close=False)
        return account_of(row, seen, factor)

    async def owned(self, user_id: str) -> OwnedThings:
        async with self._db.read() as session:
            await _found(session, user_id)
            return OwnedThings(await self._counts(session, user_id))

    async def _counts(self, session: AsyncSession, user_id: str) -> list[OwnedCount]:
        kinds = self._belongings.kinds
        return [
            OwnedCount(one.kind, await one.count(session, user_id), one.kind in self._belongings.private)
            for one in kinds
        ]

    async def delete(self, uow: UnitOfWork, principal: Principal, user_id: str, given: AccountDelete) -> None:
        """What they owned passes to the successor; the row stays without its address, so that history keeps a name."""
        row, _, _ = await _found(uow.session, user_id)
        await self._check_may_touch(uow.session, principal, row)
        counts = await self._counts(uow.session, user_id)
        await self._check_successor(uow.session, row, given, counts)
        await self._hand_over(uow, user_id, given)
        await self._stop(uow, row)
        await self._remove_secrets(uow, user_id)
        uow.publish(PersonRemoved(user_id=user_id, successor=given.reassign_to))
        after = {
            "reassigned_to": given.reassign_to,
            "private": given.private,
            **{one.kind: one.count for one in counts},
        }
        tell(uow, "deleted", row, before={"email": row.email, "role": row.role}, after=after)
        _anonymise(row)

    @staticmethod
    async def _remove_secrets(uow: UnitOfWork, user_id: str) -> None:
        await PeopleRepository(uow.session).remove_keys(user_id)
        await SecondFactorRepository(uow.session).remove(user_id)
        await ResetRepository(uow.session).remove_all(user_id)

    async def _check_successor(
        self, session: AsyncSession, row: UserRow, given: AccountDelete, counts: Iterable[OwnedCount]
    ) -> None:
        if given.reassign_to is None:
            if given.private == "reassign" or any(one.count and not one.private for one in counts):
                raise NoSuccessorError
            return
        successor = await UserRepository(session).by_id(given.reassign_to)
        if successor is None or successor.disabled_at is not None or successor.id == row.id:
            raise SuccessorError

    async def _hand_over(self, uow: UnitOfWork, user_id: str, given: AccountDelete) -> None:
        for one in self._belongings.kinds:
            private = self._belongings.private.get(one.kind)
            if private is not None and given.private == "delete":
                await private.remove(uow, user_id)
            elif given.reassign_to is not None:
                await one.hand_over(uow, user_id, given.reassign_to)


async def _found(session: AsyncSession, user_id: str) -> Known:
    found = await PeopleRepository(session).get(user_id)
    if found is None:
        raise NotFoundError("user")
    return found


def _anonymise(row: UserRow) -> None:
    row.email = f"{row.id}@deleted.invalid"
    row.password_hash = ""
    row.deleted_at = now_us()
    row.revision += 1


def account_of(row: UserRow, last_seen_at: int | None, second_factor: bool) -> Account:
    return Account(
        id=row.id, email=row.email, name=row.name, role=as_role(row.role),
        status="active" if row.disabled_at is None else "deactivated", created_at=iso(row.created_at),
        last_seen_at=iso_or_none(last_seen_at), second_factor=second_factor, revision=row.revision,
    )  # fmt: skip
