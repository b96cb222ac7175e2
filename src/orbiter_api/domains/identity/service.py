"""First run, sign-in, sign-out, one's own profile."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Sequence

import msgspec
from msgspec import UNSET
from sqlalchemy.ext.asyncio import AsyncSession

from orbiter_api.db import Database, UnitOfWork
from orbiter_api.domains.identity.account.errors import SecondFactorRequiredError, SecondFactorWrongError
from orbiter_api.domains.identity.account.events import about, sign_in_failed
from orbiter_api.domains.identity.account.repository import OwnSessionRepository
from orbiter_api.domains.identity.account.second_factor import SecondFactors
from orbiter_api.domains.identity.account.throttle import Bucket, Throttle
from orbiter_api.domains.identity.adapters import Principals
from orbiter_api.domains.identity.errors import (
    EmailTakenError,
    FirstUserError,
    SetupDoneError,
    SetupTokenError,
    WrongCredentialsError,
)
from orbiter_api.domains.identity.models import SessionRow, UserRow
from orbiter_api.domains.identity.repository import SessionRepository, UserRepository
from orbiter_api.domains.identity.schemas import MeUpdate, SetupRequest, User, as_role, normalise_email
from orbiter_api.domains.identity.sign_in.rules import SignInRules
from orbiter_api.kit.context import Actor, actor
from orbiter_api.kit.crypto import SecretUnreadableError
from orbiter_api.kit.errors import NotFoundError
from orbiter_api.kit.events import Audited
from orbiter_api.kit.first_run import FirstRunHooks
from orbiter_api.kit.ids import new_id
from orbiter_api.kit.revision import check_revision
from orbiter_api.kit.services import Services
from orbiter_api.kit.time import HOUR, iso, now_us
from orbiter_api.security.passwords import Passwords
from orbiter_api.security.principal import Principal, Role
from orbiter_api.security.rate_limit import client_bucket
from orbiter_api.security.sessions import Method, new_token, token_hash

log = logging.getLogger("orbiter.identity")
_USER_AGENT_MAX = 300


def user_of(row: UserRow, *, by: Method = "password", factor_due: bool = False) -> User:
    return User(
        id=row.id,
        email=row.email,
        name=row.name,
        role=as_role(row.role),
        created_at=iso(row.created_at),
        revision=row.revision,
        signed_in_by=by,
        has_password=row.password_hash != "",
        factor_due=factor_due,
    )


class Way(msgspec.Struct, frozen=True):
    """How a session is opened."""

    method: Method = "password"
    id_token: str | None = None
    """By which the provider can end its own session with ours."""


BY_PASSWORD = Way()


class Client(msgspec.Struct, frozen=True):
    """Where a sign-in comes from."""

    address: str
    user_agent: str
    old_token: str | None
    """The session cookie that the browser sent; that session ends with the new sign-in."""


class SignedIn(msgspec.Struct, frozen=True):
    user: User
    token: str
    """For the cookie; the database holds only its hash."""


class Identity:
    def __init__(
        self,
        services: Services,
        principals: Principals,
        passwords: Passwords,
        throttle: Throttle,
        second_factors: SecondFactors,
        rules: SignInRules,
    ) -> None:
        self._services = services
        self._db: Database = services.db
        self._principals = principals
        self._passwords = passwords
        self._throttle = throttle
        self._second_factors = second_factors
        self._rules = rules
        self._setup_token = secrets.token_urlsafe(16) if services.settings.reachable else None

    @property
    def setup_token_required(self) -> bool:
        return self._setup_token is not None

    async def announce_setup(self) -> None:
        """Tell the operator the set-up code, when there is something to set up and others could be faster."""
        if self._setup_token is not None and await self.setup_required():
            log.warning("Nobody has an account yet. The set-up code for the first one: %s", self._setup_token)

    async def setup_required(self) -> bool:
        async with self._db.read() as session:
            return await UserRepository(session).count() == 0

    async def set_up(self, request: SetupRequest, client: Client) -> SignedIn:
        """Make the first user, an admin, and sign in. Of two at once one wins; the other gets SetupDoneError."""
        if not await self.setup_required():
            raise SetupDoneError
        given = (request.setup_token or "").encode()
        if self._setup_token and not secrets.compare_digest(given, self._setup_token.encode()):
            raise SetupTokenError
        hashed = await self._passwords.hash(request.password)
        async with self._db.unit() as uow:
            if await UserRepository(uow.session).count():
                raise SetupDoneError
            row = await self.enter(uow, request.email, request.name, hashed, "admin")
            uow.publish(about(row, "person.created", role="admin"))
            uow.publish(about(row, "sign_in.succeeded"))
            return await self.open_session(uow, row, client)

    async def add_user(self, *, email: str, name: str, password: str, role: Role) -> User:
        """Make a user and a member of the default project. Raises EmailTakenError, FirstUserError."""
        hashed = await self._passwords.hash(password)
        async with self._db.unit() as uow:
            users = UserRepository(uow.session)
            if await users.by_email(normalise_email(email)) is not None:
                raise EmailTakenError
            if role != "admin" and not await users.count():
                raise FirstUserError
            row = await self.enter(uow, email, name, hashed, role)
            uow.publish(about(row, "person.created", role=role))
            return user_of(row)

    async def enter(
        self, uow: UnitOfWork, email: str, name: str, hashed: str, role: Role, *, default_project: bool = True
    ) -> UserRow:
        """Add a user. The first one sets the workspace going; later ones join the default project, if asked for."""
        users, hooks = UserRepository(uow.session), self._services.get(FirstRunHooks)
        first = not await users.count()
        row = UserRow(
            id=new_id(),
            email=normalise_email(email),
            name=name.strip(),
            password_hash=hashed,
            role=role,
            created_at=now_us(),
            revision=1,
        )
        users.add(row)
        await uow.session.flush()
        if first:
            await hooks.run(uow, row.id)
        elif default_project:
            await hooks.join(uow, row.id, role)
        return row

    async def sign_in(self, email: str, password: str, client: Client, code: str | None = None) -> SignedIn:
        """A new session. Raises WrongCredentialsError alike for an unknown person, a disabled one and a wrong password,
        RateLimitedError when the account or the address was tried too often; with the right password
        SecondFactorRequiredError and SecondFactorWrongError. PasswordOffError where passwords open nothing."""
        await self._rules.check_password_allowed()
        address = normalise_email(email)
        row, known = await self._account(address, client)
        tried = self._throttle.sign_in(address, client.address, known=known)
        await self._throttle.charge(tried)
        active = row if row is not None and row.disabled_at is None else None
        if not await self._passwords.verify(password, active.password_hash if active else None) or active is None:
            await self._note_failure(address, active, "password")
            raise WrongCredentialsError
        return await self._pass(active, tried, client, code)

    async def _pass(self, user: UserRow, tried: Sequence[Bucket], client: Client, code: str | None) -> SignedIn:
        """What is left after the right password. The row was read before the password was checked, and is read anew."""
        async with self._db.unit() as uow:
            current = await UserRepository(uow.session).by_id(user.id)
            if current is None or current.disabled_at is not None or current.password_hash != user.password_hash:
                raise WrongCredentialsError
            verdict = await self._second_factors.verdict(uow, current, code)
            if verdict == "right":
                await self._throttle.settle(uow, tried)
                uow.publish(about(current, "sign_in.succeeded"))
                return await self.open_session(uow, current, client)
            if verdict == "missing":
                await self._throttle.forgive(uow, tried)
            else:
                uow.publish(sign_in_failed(current.email, current, "second factor"))
        raise SecondFactorRequiredError if verdict == "missing" else SecondFactorWrongError

    async def _note_failure(self, email: str, user: UserRow | None, why: str) -> None:
        async with self._db.unit() as uow:
            uow.publish(sign_in_failed(email, user, why))

    async def _account(self, email: str, client: Client) -> tuple[UserRow | None, bool]:
        """With whether the try comes from where the person is signed in: from that browser, or that address."""
        async with self._db.read() as session:
            row = await UserRepository(session).by_email(email)
            user_id = row.id if row is not None else ""  # looked for all the same: an unknown person costs as much
            sessions, now = OwnSessionRepository(session), now_us()
            places = {client_bucket(address) for address in await sessions.addresses(user_id, now)}
            own = client.old_token is not None and await sessions.is_own(user_id, token_hash(client.old_token), now)
            return row, own or client_bucket(client.address) in places

    async def open_session(self, uow: UnitOfWork, user: UserRow, client: Client, way: Way = BY_PASSWORD) -> SignedIn:
        """From here on it is this person who acts, whoever was signed in in the browser before."""
        actor.set(Actor(kind="person", user_id=user.id, address=client.address or None))
        sessions, now, token = SessionRepository(uow.session), now_us(), new_token()
        await sessions.remove_expired(now)
        if client.old_token and (old := await sessions.id_of(token_hash(client.old_token))):
            await self._close_session(uow, old)
        session_id = new_id()
        sessions.add(
            SessionRow(
                id=session_id,
                token_sha256=token_hash(token),
                user_id=user.id,
                created_at=now,
                expires_at=now + self._services.settings.session_expiry_hours * HOUR,
                last_used_at=now,
                user_agent=client.user_agent[:_USER_AGENT_MAX],
                address=client.address,
                method=way.method,
                id_token=self._sealed(way.id_token, session_id),
            )
        )
        due = await self._rules.factor_due(uow.session, user, way.method)
        return SignedIn(user_of(user, by=way.method, factor_due=due), token)

    def _sealed(self, id_token: str | None, session_id: str) -> bytes | None:
        return None if id_token is None else self._services.keys.encrypt(id_token, row=_sealed_as(session_id))

    async def way_of(self, uow: UnitOfWork, session_id: str) -> Way:
        """How the session was opened; a new one that takes its place was opened so too."""
        row = await SessionRepository(uow.session).get(session_id)
        if row is None:
            return BY_PASSWORD
        return Way(row.method, self._opened(row))

    def _opened(self, row: SessionRow) -> str | None:
        try:
            return None if row.id_token is None else self._services.keys.decrypt(row.id_token, row=_sealed_as(row.id))
        except SecretUnreadableError:  # the server has another key since: only the provider's own session stays
            return None

    async def sign_out(self, uow: UnitOfWork, principal: Principal) -> None:
        row = await self._own_row(UserRepository(uow.session), principal)
        uow.publish(about(row, "sign_in.ended"))
        await self._close_session(uow, principal.session_id)

    async def _close_session(self, uow: UnitOfWork, session_id: str) -> None:
        await SessionRepository(uow.session).remove(session_id)
        uow.after_commit(lambda: self._principals.forget_session(session_id))
        uow.after_commit(lambda: self._services.hub.disconnect_session(session_id))

    async def me(self, principal: Principal) -> User:
        async with self._db.read() as session:
            row = await self._own_row(UserRepository(session), principal)
            return user_of(row, by=await self._method(session, principal), factor_due=principal.factor_due)

    @staticmethod
    async def _method(session: AsyncSession, principal: Principal) -> Method:
        row = None if principal.key else await SessionRepository(session).get(principal.session_id)
        return row.method if row else "password"

    async def update_me(self, uow: UnitOfWork, principal: Principal, change: MeUpdate, revision: int) -> User:
        row = await self._own_row(UserRepository(uow.session), principal)
        check_revision(revision, row.revision, user_of(row))
        if change.name is not UNSET:
            before, row.name = row.name, change.name.strip()
            uow.publish(
                Audited(
                    action="person.changed", entity_type="person", entity_id=row.id, name=row.email,
                    before={"name": before}, after={"name": row.name},
                )
            )  # fmt: skip
        row.revision += 1
        return user_of(row, by=await self._method(uow.session, principal))

    @staticmethod
    async def _own_row(users: UserRepository, principal: Principal) -> UserRow:
        row = await users.by_id(principal.user_id)
        if row is None:
            raise NotFoundError("user")
        return row


def _sealed_as(session_id: str) -> str:
    return f"sessions:{session_id}:id_token"
