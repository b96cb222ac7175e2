"""Invites: a one-use link with which someone makes their own account. The database holds only the token's hash."""

from __future__ import annotations

import logging

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from orbiter_api.db import UnitOfWork
from orbiter_api.domains.identity.errors import EmailTakenError, InvitedAlreadyError, InviteGoneError
from orbiter_api.domains.identity.models import UserRow
from orbiter_api.domains.identity.people.events import tell, tell_invite
from orbiter_api.domains.identity.people.lookup import find_people
from orbiter_api.domains.identity.people.models import InviteRow
from orbiter_api.domains.identity.people.ports import Belongings
from orbiter_api.domains.identity.people.repository import InviteRepository
from orbiter_api.domains.identity.people.schemas import (
    Invite,
    InviteAccept,
    InviteCreate,
    Invited,
    InviteLink,
    ProjectRole,
)
from orbiter_api.domains.identity.repository import UserRepository
from orbiter_api.domains.identity.schemas import Person, as_role, normalise_email
from orbiter_api.domains.identity.service import Client, Identity, SignedIn
from orbiter_api.domains.identity.sign_in.rules import SignInRules
from orbiter_api.kit.errors import NotFoundError, ValidationFailedError
from orbiter_api.kit.events import Notice
from orbiter_api.kit.ids import new_id
from orbiter_api.kit.mail import Mail, Mailer
from orbiter_api.kit.pagination import Page, decode_cursor, page_of
from orbiter_api.kit.services import Services
from orbiter_api.kit.time import DAY, iso, now_us
from orbiter_api.security.passwords import Passwords
from orbiter_api.security.principal import Principal, Role
from orbiter_api.security.sessions import new_token, token_hash

log = logging.getLogger("orbiter.identity")
LIFE = 7 * DAY


class Invites:
    def __init__(
        self, services: Services, identity: Identity, passwords: Passwords, belongings: Belongings, rules: SignInRules
    ) -> None:
        self._db = services.db
        self._services = services
        self._identity = identity
        self._passwords = passwords
        self._belongings = belongings
        self._rules = rules

    async def list(self, cursor: str | None, limit: int) -> Page[Invite]:
        after = decode_cursor(cursor, tuple[int, str]) if cursor else None
        async with self._db.read() as session:
            rows, total = await InviteRepository(session).page(after, limit)
            people = await find_people(session, {row.created_by for row in rows})
        return page_of(
            rows, limit=limit, total=total, key=lambda r: (r.created_at, r.id),
            item=lambda r: _invite_of(r, people[r.created_by]),
        )  # fmt: skip

    async def create(self, uow: UnitOfWork, principal: Principal, given: InviteCreate) -> InviteLink:
        """Raises EmailTakenError, InvitedAlreadyError, and what adding someone to the projects raises."""
        email = normalise_email(given.email)
        mailed = await self._services.get(Mailer).usable(uow.session)
        await self._check_new(uow.session, email)
        roles = _roles(given.projects)
        if roles and self._belongings.door is not None:
            await self._belongings.door.check(uow.session, principal, roles)
        now, token = now_us(), new_token()
        row = InviteRow(
            id=new_id(), email=email, name=given.name.strip() if given.name else None, role=given.role,
            projects=msgspec.to_builtins(given.projects), token_sha256=token_hash(token),
            created_by=principal.user_id, created_at=now, expires_at=now + LIFE,
        )  # fmt: skip
        InviteRepository(uow.session).add(row)
        tell_invite(uow, "created", row)
        return await self._hand_out(uow, row, token, mailed=mailed)

    async def _check_new(self, session: AsyncSession, email: str) -> None:
        if await UserRepository(session).by_email(email) is not None:
            raise EmailTakenError
        if await InviteRepository(session).by_email(email) is not None:
            raise InvitedAlreadyError

    async def resend(self, uow: UnitOfWork, principal: Principal, invite_id: str) -> InviteLink:
        """A new link, for seven days; the old one ends. From now on it is the invite of whoever sends it."""
        mailed = await self._services.get(Mailer).usable(uow.session)
        row, token = await self._found(uow, invite_id), new_token()
        row.token_sha256 = token_hash(token)
        row.created_by, row.expires_at = principal.user_id, now_us() + LIFE
        tell_invite(uow, "renewed", row)
        return await self._hand_out(uow, row, token, mailed=mailed)

    async def _hand_out(self, uow: UnitOfWork, row: InviteRow, token: str, *, mailed: bool) -> InviteLink:
        people = await find_people(uow.session, [row.created_by])
        shown = _invite_of(row, people[row.created_by])
        if mailed:
            await self._services.get(Mailer).post(uow, self._mail(shown, token))
        return InviteLink(invite=shown, token=token, mailed=mailed)

    def _mail(self, invite: Invite, token: str) -> Mail:
        # Behind the #, so that the token is in no server's log and in no Referer.
        text = (
            f"Hello{f' {invite.name}' if invite.name else ''},\n\n{invite.invited_by} invited you to Orbiter. Make your"
            f" account here within the next {LIFE // DAY} days:\n\n{self._services.settings.link_base}/invite#{token}\n\n"
            "The link works once. You expected no invite? Then you need not do anything.\n"
        )
        return Mail(invite.email, "You are invited to Orbiter", text, holds=LIFE)

    async def revoke(self, uow: UnitOfWork, invite_id: str) -> None:
        row = await self._found(uow, invite_id)
        await InviteRepository(uow.session).remove(row)
        tell_invite(uow, "revoked", row)

    @staticmethod
    async def _found(uow: UnitOfWork, invite_id: str) -> InviteRow:
        row = await InviteRepository(uow.session).get(invite_id)
        if row is None:
            raise NotFoundError("invite")
        return row

    async def look(self, token: str) -> Invited:
        """For whoever holds the link. Raises InviteGoneError alike for a wrong, a used and an expired one."""
        async with self._db.read() as session:
            row = await _open(session, token)
            people = await find_people(session, [row.created_by])
        return Invited(
            email=row.email, name=row.name, role=as_role(row.role), invited_by=people[row.created_by].name,
            expires_at=iso(row.expires_at),
        )  # fmt: skip

    async def accept(self, given: InviteAccept, client: Client) -> SignedIn:
        """Make the account, join the projects, sign in: all or nothing, and of two at once one. Raises PasswordOffError."""
        await self._rules.check_password_allowed()
        async with self._db.read() as session:
            await _open(session, given.token)  # before the password costs work
        hashed = await self._passwords.hash(given.password)
        async with self._db.unit() as uow:
            invite = await _open(uow.session, given.token)
            if await UserRepository(uow.session).by_email(invite.email) is not None:
                raise EmailTakenError
            user = await self.enter(uow, invite, given.name, hashed)
            return await self._identity.open_session(uow, user, client)

    async def opened(self, session: AsyncSession, token: str) -> InviteRow:
        """Raises InviteGoneError."""
        return await _open(session, token)

    async def opened_for(self, session: AsyncSession, email: str) -> InviteRow | None:
        """The invite of an address that somebody has proved to be theirs."""
        return await InviteRepository(session).open_by_email(email)

    async def enter(self, uow: UnitOfWork, invite: InviteRow, name: str, hashed: str) -> UserRow:
        """Make the account and join the projects; the invite is used."""
        roles = _roles(msgspec.convert(invite.projects, list[ProjectRole]))
        role = as_role(invite.role)
        user = await self._identity.enter(uow, invite.email, name, hashed, role, default_project=not roles)
        if roles and self._belongings.door is not None:
            await self._belongings.door.enter(uow, user.id, roles)
        await InviteRepository(uow.session).remove(invite)
        tell(uow, "joined", user, after={"role": user.role, "invited_by": invite.created_by})
        title = f"{user.name} accepted your invite"
        uow.publish(
            Notice(
                kind="person.joined", user_ids=[invite.created_by], title=title, severity="success",
                entity_type="person", entity_id=user.id,
            )
        )  # fmt: skip
        return user


async def _open(session: AsyncSession, token: str) -> InviteRow:
    row = await InviteRepository(session).open_by_token(token_hash(token))
    if row is None:
        raise InviteGoneError
    return row


def _roles(projects: list[ProjectRole]) -> dict[str, Role]:
    roles: dict[str, Role] = {one.project_id: one.role for one in projects}
    if len(roles) != len(projects):
        raise ValidationFailedError.of("projects", "a project is named twice")
    return roles


def _invite_of(row: InviteRow, by: Person) -> Invite:
    holds = row.expires_at > now_us() and by.active and by.role == "admin"
    return Invite(
        id=row.id, email=row.email, name=row.name, role=as_role(row.role),
        projects=msgspec.convert(row.projects, list[ProjectRole]), invited_by=by.name,
        created_at=iso(row.created_at), expires_at=iso(row.expires_at),
        status="open" if holds else "expired",
    )  # fmt: skip
