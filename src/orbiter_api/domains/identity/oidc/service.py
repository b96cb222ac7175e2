"""Sign-in through the provider, and the connection of one's account with it."""

from __future__ import annotations

import logging
from urllib.parse import urlsplit

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from orbiter_api.db import UnitOfWork
from orbiter_api.domains.identity.adapters import Principals
from orbiter_api.domains.identity.errors import InviteGoneError
from orbiter_api.domains.identity.models import UserRow
from orbiter_api.domains.identity.oidc.browser_state import BrowserState, new_state
from orbiter_api.domains.identity.oidc.claims import Profile, profile_of
from orbiter_api.domains.identity.oidc.discovery import Discovery
from orbiter_api.domains.identity.oidc.errors import OidcRefusedError
from orbiter_api.domains.identity.oidc.exchange import authorization_url, claims_for, end_session_url
from orbiter_api.domains.identity.oidc.models import OidcIdentityRow
from orbiter_api.domains.identity.oidc.repository import OidcIdentityRepository
from orbiter_api.domains.identity.oidc.schemas import Oidc, SignedOut, SignInLink, plain_issuer
from orbiter_api.domains.identity.people.invites import Invites
from orbiter_api.domains.identity.people.models import InviteRow
from orbiter_api.domains.identity.repository import UserRepository
from orbiter_api.domains.identity.schemas import SsoOffer, as_role
from orbiter_api.domains.identity.service import Client, Identity, SignedIn, Way
from orbiter_api.domains.identity.sign_in.errors import OnlyWayInError
from orbiter_api.domains.identity.sign_in.rules import SignInRules
from orbiter_api.kit.errors import ConflictError, NotFoundError
from orbiter_api.kit.events import Audited
from orbiter_api.kit.ids import new_id
from orbiter_api.kit.mail import Mail, Mailer
from orbiter_api.kit.services import Services
from orbiter_api.kit.time import iso_or_none, now_us
from orbiter_api.kit.workspace import WorkspaceSettings
from orbiter_api.security.principal import Principal, Role

log = logging.getLogger("orbiter.oidc")
CALLBACK = "/api/v1/auth/oidc/callback"
MAX_HINT = 4000
"""A longer ID token is not kept: it would not fit into the address that ends the provider's session."""
NO_PASSWORD = ""
"""In the place of a hash: no password is right."""


class Returned(msgspec.Struct, frozen=True):
    """Somebody is back: with a session, or (`signed_in` None) with their account connected."""

    signed_in: SignedIn | None
    next: str


class SingleSignOn:
    def __init__(
        self, services: Services, principals: Principals, identity: Identity, invites: Invites, rules: SignInRules
    ) -> None:
        self._services = services
        self._principals = principals
        self._identity = identity
        self._invites = invites
        self._rules = rules
        self._discovery: Discovery | None = None

    @property
    def redirect_uri(self) -> str:
        """By the configured address alone: a Host header must not say where the provider sends somebody."""
        return f"{self._services.settings.link_base}{CALLBACK}"

    @property
    def sign_out_uri(self) -> str:
        return self.address("/login")

    def address(self, path: str) -> str:
        """A page of ours where the browser comes back to."""
        return f"{self._services.settings.link_base}{path}"

    def is_own_host(self, host: str) -> bool:
        """Whether the browser already is where it will come back to, so that the state's cookie will be there too."""
        return urlsplit(self._services.settings.link_base).netloc.lower() == host.lower()

    async def settings(self, within: AsyncSession | None = None) -> Oidc:
        return await self._services.get(WorkspaceSettings).get(Oidc, within)

    async def offer(self) -> SsoOffer | None:
        settings = await self.settings()
        return SsoOffer(settings.name) if settings.enabled else None

    async def discovery(self, issuer: str) -> Discovery:
        """Kept as long as the issuer stays the same."""
        await self._services.http.refresh()
        kept = self._discovery
        if kept is not None and kept.issuer == issuer:
            return kept
        self._discovery = fresh = await self.new_discovery(issuer)
        if kept is not None:
            await kept.aclose()
        return fresh

    async def new_discovery(self, issuer: str) -> Discovery:
        """Under the rules of this moment."""
        await self._services.http.refresh()
        return Discovery(issuer, self._services.http.for_endpoint(issuer))

    async def close(self) -> None:
        if self._discovery is not None:
            await self._discovery.aclose()

    async def begin(
        self, next_path: str, link_user_id: str | None = None, invite: str | None = None
    ) -> tuple[str, BrowserState]:
        """The provider's page, and what the browser keeps meanwhile. Raises OidcRefusedError."""
        settings = await self._enabled()
        metadata = await (await self.discovery(settings.issuer)).metadata()
        state = new_state(next_path, link_user_id, invite)
        return authorization_url(metadata, settings, state, self.redirect_uri), state

    async def finish(
        self, state: BrowserState | None, given_state: str, code: str, client: Client, user_id: str | None
    ) -> Returned:
        """`user_id` is who is signed in in this browser now. Raises OidcRefusedError."""
        if state is None or not state.matches(given_state):
            raise OidcRefusedError("expired", "The sign-in was not begun in this browser, or took too long.")
        settings = await self._enabled()
        discovery = await self.discovery(settings.issuer)
        vouched = await claims_for(discovery, settings, state, code, self.redirect_uri)
        profile = profile_of(vouched.claims, settings)
        if state.link_user_id is not None:
            await self._link(state.link_user_id, profile, user_id)
            return Returned(None, state.next)
        way = Way("oidc", vouched.id_token if len(vouched.id_token) <= MAX_HINT else None)
        async with self._services.db.unit() as uow:
            user = await self._arrived(uow, profile, settings, state.invite)
            await self._take_role(uow, user, profile.role)
            uow.publish(_about(user, "sign_in.succeeded", after={"method": "oidc"}))
            return Returned(await self._identity.open_session(uow, user, client, way), state.next)

    async def sign_out(self, principal: Principal) -> SignedOut:
        """Here at once, whatever the provider does; then where the browser ends its session there."""
        async with self._services.db.unit() as uow:
            way = await self._identity.way_of(uow, principal.session_id)
            await self._identity.sign_out(uow, principal)
        return SignedOut(await self._end_url(way) if way.method == "oidc" else None)

    async def _end_url(self, way: Way) -> str | None:
        settings = await self.settings()
        if not (settings.enabled and settings.end_session):
            return None
        try:
            metadata = await (await self.discovery(settings.issuer)).metadata()
        except OidcRefusedError as refused:
            log.warning("Somebody signed out here alone: %s", refused)
            return None
        return end_session_url(metadata, settings, way.id_token, self.sign_out_uri)

    async def refused(self, reason: OidcRefusedError) -> None:
        """Into the log and the audit log: who administers the provider has to find out why."""
        log.warning("A single sign-on failed: %s: %s", reason.reason, reason)
        async with self._services.db.unit() as uow:
            after = {"method": "oidc", "reason": reason.reason, "detail": str(reason)}
            uow.publish(Audited(action="sign_in.failed", entity_type="person", after=after))

    async def _enabled(self) -> Oidc:
        settings = await self.settings()
        if not settings.enabled:
            raise OidcRefusedError("off")
        return settings

    async def _arrived(self, uow: UnitOfWork, profile: Profile, settings: Oidc, invite: str | None) -> UserRow:
        if invite is None:
            return await self._who(uow, profile, settings)
        try:
            row = await self._invites.opened(uow.session, invite)
        except InviteGoneError:
            raise OidcRefusedError("invite_gone", "The invite was used, revoked or is over.") from None
        if profile.claimed_email != row.email:
            raise OidcRefusedError("other_email", f"The invite of {row.email} was opened as {profile.claimed_email}.")
        known = await OidcIdentityRepository(uow.session).find(profile.issuer, profile.subject)
        if known is not None and not await _is_deleted(uow, known):
            raise OidcRefusedError("taken", "The provider's account is connected with another person.")
        if await UserRepository(uow.session).by_email(row.email) is not None:
            raise OidcRefusedError("exists", f"{row.email} has an account already.")
        return await self._accept(uow, profile, row, known)

    async def _accept(
        self, uow: UnitOfWork, profile: Profile, invite: InviteRow, known: OidcIdentityRow | None = None
    ) -> UserRow:
        """`known` is what connects the provider's account with somebody who was deleted: it is the new person's now."""
        user = await self._invites.enter(uow, invite, invite.name or profile.name, NO_PASSWORD)
        identities = OidcIdentityRepository(uow.session)
        if known is not None:
            await identities.remove(known)
        identities.add(_identity(profile, user.id))
        uow.publish(_about(user, "person.sign_in_connected", after={"method": "oidc"}))
        return user

    async def _who(self, uow: UnitOfWork, profile: Profile, settings: Oidc) -> UserRow:
        users, identities = UserRepository(uow.session), OidcIdentityRepository(uow.session)
        known = await identities.find(profile.issuer, profile.subject)
        if known is not None:
            return await self._again(uow, profile, known)
        if not await users.count():
            raise OidcRefusedError("setup", "The first account is made on the set-up page.")
        if profile.email is None:
            raise OidcRefusedError("unverified", "The provider does not vouch for an email address.")
        user = await users.by_email(profile.email)
        if user is None:
            invite = await self._invites.opened_for(uow.session, profile.email)
            if invite is not None:  # who is invited comes in, by whichever page
                return await self._accept(uow, profile, invite)
            user = await self._new_account(uow, profile, profile.email, settings)
        elif not await self._may_take_over(identities, user, profile.issuer, settings):
            raise OidcRefusedError("exists", f"{profile.email} has an account with a password, which is not connected.")
        identities.add(_identity(profile, _active(user).id))
        uow.publish(_about(user, "person.sign_in_connected", after={"method": "oidc"}))
        return user

    async def _again(self, uow: UnitOfWork, profile: Profile, known: OidcIdentityRow) -> UserRow:
        """Who was here before. Somebody who was deleted stays out, unless an administrator invited them since."""
        if profile.email is not None and await _is_deleted(uow, known):
            invite = await self._invites.opened_for(uow.session, profile.email)
            if invite is not None:
                return await self._accept(uow, profile, invite, known)
        known.last_used_at, known.email = now_us(), profile.claimed_email
        return _active(await UserRepository(uow.session).by_id(known.user_id))

    @staticmethod
    async def _may_take_over(identities: OidcIdentityRepository, user: UserRow, issuer: str, settings: Oidc) -> bool:
        """An account without a password waits for its first sign-in here; one with a password is its owner's to connect,
        unless an administrator trusts the provider with that. Nobody's is taken from another account at the provider, and
        nobody is led into the account of whoever wrote down their address."""
        if await identities.of_user(user.id, issuer) is not None:
            return False
        return user.password_hash == NO_PASSWORD or (settings.link_by_email and user.email_changed_at is None)

    async def _new_account(self, uow: UnitOfWork, profile: Profile, email: str, settings: Oidc) -> UserRow:
        if not settings.create_accounts:
            raise OidcRefusedError("no_account", f"{email} has no account, and none is made at sign-in.")
        role = profile.role or settings.default_role
        user = await self._identity.enter(uow, email, profile.name, NO_PASSWORD, role)
        uow.publish(_about(user, "person.created", after={"email": email, "role": role, "method": "oidc"}))
        return user

    async def _take_role(self, uow: UnitOfWork, user: UserRow, role: Role | None) -> None:
        """As the provider says now. The last administrator stays one: a mistake there must not lock everybody out."""
        if role is None or role == user.role:
            return
        if user.role == "admin" and not await self._rules.other_admin_comes_in(uow.session, user.id):
            log.warning("The provider gives the last administrator the role %s, which was not taken over.", role)
            return
        before, user.role = as_role(user.role), role
        user.revision += 1
        uow.publish(_about(user, "person.role_changed", before={"role": before}, after={"role": role}))
        uow.after_commit(lambda: self._principals.forget_user(user.id))
        uow.after_commit(lambda: self._services.hub.disconnect_user(user.id))

    async def _link(self, user_id: str, profile: Profile, signed_in: str | None) -> None:
        """Only for who is still signed in where it was begun."""
        if signed_in != user_id:
            raise OidcRefusedError("expired", "The person who began to connect their account is signed out.")
        async with self._services.db.unit() as uow:
            identities = OidcIdentityRepository(uow.session)
            user = _active(await UserRepository(uow.session).by_id(user_id))
            taken = await identities.find(profile.issuer, profile.subject)
            if taken is not None and taken.user_id != user_id:
                raise OidcRefusedError("taken", "The provider's account is connected with another person.")
            if taken is None:
                if (old := await identities.of_user(user_id, profile.issuer)) is not None:
                    await identities.remove(old)
                identities.add(_identity(profile, user_id))
                uow.publish(_about(user, "person.sign_in_connected", after={"method": "oidc"}))
                await self._tell(uow, user, profile)

    async def _tell(self, uow: UnitOfWork, user: UserRow, profile: Profile) -> None:
        """Who did not do it themselves learns of it: a session that was stolen must not become a lasting way in unseen."""
        name = (await self.settings(uow.session)).name
        text = (
            f"Hello {user.name},\n\nthe account {profile.claimed_email or profile.subject} at {name} was connected with your"
            " Orbiter account just now: whoever holds it signs in as you.\n\nWas it not you? Disconnect it under Settings,"
            " Sign-in and security, change your password, and tell your administrator at once.\n"
        )
        await self._services.get(Mailer).post(uow, Mail(user.email, "Another way to sign in was connected", text))

    async def link_of(self, principal: Principal) -> SignInLink:
        settings = await self.settings()
        async with self._services.db.read() as session:
            user = await UserRepository(session).by_id(principal.user_id)
            row = await OidcIdentityRepository(session).of_user(principal.user_id, plain_issuer(settings.issuer))
        return SignInLink(
            available=settings.enabled,
            name=settings.name,
            linked=row is not None,
            email=row.email if row else None,
            last_used_at=iso_or_none(row.last_used_at if row else None),
            removable=user is not None and user.password_hash != NO_PASSWORD and (await self._rules.current()).password,
        )

    async def unlink(self, uow: UnitOfWork, principal: Principal) -> None:
        identities = OidcIdentityRepository(uow.session)
        user = await UserRepository(uow.session).by_id(principal.user_id)
        row = await identities.of_user(principal.user_id, plain_issuer((await self.settings(uow.session)).issuer))
        if user is None or row is None:
            raise NotFoundError("connection")
        if user.password_hash == NO_PASSWORD:
            raise ConflictError("This is your only way to sign in. Set a password first, then disconnect.")
        if await self._rules.passwords_off(uow.session):
            raise OnlyWayInError("single sign-on is your only way in.")
        await identities.remove(row)
        uow.publish(_about(user, "person.sign_in_disconnected", before={"method": "oidc"}))


async def _is_deleted(uow: UnitOfWork, known: OidcIdentityRow) -> bool:
    user = await UserRepository(uow.session).by_id(known.user_id)
    return user is not None and user.deleted_at is not None


def _active(user: UserRow | None) -> UserRow:
    if user is None or user.disabled_at is not None:
        raise OidcRefusedError("disabled", f"The account of {user.email if user else 'nobody'} is not active.")
    return user


def _identity(profile: Profile, user_id: str) -> OidcIdentityRow:
    now = now_us()
    return OidcIdentityRow(
        id=new_id(), issuer=profile.issuer, subject=profile.subject, user_id=user_id, email=profile.claimed_email,
        created_at=now, last_used_at=now,
    )  # fmt: skip


def _about(
    user: UserRow, action: str, before: dict[str, str] | None = None, after: dict[str, str] | None = None
) -> Audited:
    return Audited(action=action, entity_type="person", entity_id=user.id, name=user.email, before=before, after=after)
