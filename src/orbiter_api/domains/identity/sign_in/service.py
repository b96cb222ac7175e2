"""What administrators see and change of the ways in."""

from __future__ import annotations

from orbiter_api.db import UnitOfWork
from orbiter_api.domains.identity.account.repository import SecondFactorRepository
from orbiter_api.domains.identity.adapters import Principals
from orbiter_api.domains.identity.oidc.configuration import OidcConfiguration
from orbiter_api.domains.identity.oidc.schemas import Oidc, plain_issuer
from orbiter_api.domains.identity.repository import UserRepository
from orbiter_api.domains.identity.sign_in.errors import no_connected_admin, no_provider, own_factor_first
from orbiter_api.domains.identity.sign_in.repository import WaysInRepository
from orbiter_api.domains.identity.sign_in.schemas import SignIn, SignInUpdate, SignInView
from orbiter_api.kit.services import Services
from orbiter_api.kit.time import iso_or_none
from orbiter_api.kit.workspace import WorkspaceSettings
from orbiter_api.security.principal import Principal


class SignInConfiguration:
    def __init__(self, services: Services, principals: Principals, provider: OidcConfiguration) -> None:
        self._services = services
        self._principals = principals
        self._provider = provider

    @property
    def _settings(self) -> WorkspaceSettings:
        return self._services.get(WorkspaceSettings)

    async def view(self) -> SignInView:
        stored = await self._settings.stored(SignIn)
        value: SignIn = stored.value
        oidc: Oidc = (await self._settings.stored(Oidc)).value
        async with self._services.db.read() as session:
            ways = WaysInRepository(session)
            connected = await ways.admins(issuer=plain_issuer(oidc.issuer))
            admins, people = await ways.without_factor()
        return SignInView(
            password=value.password, second_factor=value.second_factor, single_sign_on=oidc.enabled,
            provider_name=oidc.name, connected_admins=connected, admins_without_factor=admins,
            people_without_factor=people, revision=stored.revision, updated_at=iso_or_none(stored.updated_at),
            updated_by=stored.updated_by,
        )  # fmt: skip

    async def change(self, principal: Principal, given: SignInUpdate, revision: int) -> SignInView:
        """Raises ValidationFailedError for what would lock everybody out, or the caller."""
        if given.password is False:
            await self._check_provider()  # before the unit: it asks the network
        async with self._services.db.unit() as uow:
            before: SignIn = (await self._settings.stored(SignIn, uow.session)).value
            after: SignIn = (await self._settings.change(uow, SignIn, revision, given)).value
            if before.password and not after.password:
                await self._check_admin_connected(uow)
            if after.second_factor not in {"nobody", before.second_factor}:
                await self._check_own_factor(uow, principal)
            uow.after_commit(self._principals.forget_all)
        return await self.view()

    async def _check_provider(self) -> None:
        if not (await self._settings.get(Oidc)).enabled:
            raise no_provider("it is not offered.")
        found = await self._provider.check()
        if not found.ok:
            raise no_provider(found.error or "the provider does not answer.")

    async def _check_admin_connected(self, uow: UnitOfWork) -> None:
        """Under the write lock: nobody can disconnect, and no other issuer be saved, between this and the commit."""
        oidc: Oidc = (await self._settings.stored(Oidc, uow.session)).value
        if not oidc.enabled:
            raise no_provider("it is not offered.")
        if not await WaysInRepository(uow.session).admins(issuer=plain_issuer(oidc.issuer)):
            raise no_connected_admin()

    @staticmethod
    async def _check_own_factor(uow: UnitOfWork, principal: Principal) -> None:
        """Who has no password comes in through the provider alone, and is never asked for one."""
        user = await UserRepository(uow.session).by_id(principal.user_id)
        factors = SecondFactorRepository(uow.session)
        if user is None or (user.password_hash and not await factors.is_on(user.id)):
            raise own_factor_first()
