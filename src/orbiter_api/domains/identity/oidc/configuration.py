"""What administrators see and change of single sign-on."""

from __future__ import annotations

from msgspec import UNSET

from orbiter.errors import OrbiterError
from orbiter.net.url import parse_url
from orbiter_api.db import UnitOfWork
from orbiter_api.domains.identity.oidc.discovery import Discovery, checked_issuer
from orbiter_api.domains.identity.oidc.errors import OidcRefusedError
from orbiter_api.domains.identity.oidc.schemas import Oidc, OidcCheck, OidcUpdate, OidcView, plain_issuer
from orbiter_api.domains.identity.oidc.service import SingleSignOn
from orbiter_api.domains.identity.oidc.tokens import ALGORITHMS
from orbiter_api.domains.identity.sign_in.errors import OnlyWayInError
from orbiter_api.domains.identity.sign_in.rules import SignInRules
from orbiter_api.kit.errors import ValidationFailedError
from orbiter_api.kit.services import Services
from orbiter_api.kit.time import iso_or_none
from orbiter_api.kit.workspace import Stored, WorkspaceSettings


class OidcConfiguration:
    def __init__(self, services: Services, sign_on: SingleSignOn, rules: SignInRules) -> None:
        self._services = services
        self._sign_on = sign_on
        self._rules = rules

    async def view(self) -> OidcView:
        return self._view(await self._services.get(WorkspaceSettings).stored(Oidc))

    async def change(self, uow: UnitOfWork, given: OidcUpdate, revision: int) -> OidcView:
        settings = self._services.get(WorkspaceSettings)
        before: Oidc = (await settings.stored(Oidc, uow.session)).value
        stored = await settings.change(uow, Oidc, revision, given)
        _check(stored.value)
        await self._keep_the_way_in(uow, before, stored.value)
        if given.client_secret is UNSET and before.client_secret and _host(before) != _host(stored.value):
            raise ValidationFailedError.of("client_secret", "enter it again: it was saved for another provider")
        return self._view(stored)

    async def _keep_the_way_in(self, uow: UnitOfWork, before: Oidc, after: Oidc) -> None:
        """While no password opens anything: accounts are connected with this provider, and with no other."""
        same = plain_issuer(before.issuer) == plain_issuer(after.issuer) and before.client_id == after.client_id
        if not (same and after.enabled) and await self._rules.passwords_off(uow.session):
            raise OnlyWayInError("people come in through this provider alone.")

    async def check(self) -> OidcCheck:
        """Ask the provider now, with the settings as they are saved."""
        settings: Oidc = (await self._services.get(WorkspaceSettings).stored(Oidc)).value
        if not settings.issuer:
            return OidcCheck(ok=False, error="No issuer is saved yet. Save one, then check again.")
        discovery = await self._sign_on.new_discovery(settings.issuer)
        try:
            return await _found(discovery)
        except OidcRefusedError as error:
            return OidcCheck(ok=False, error=str(error))
        finally:
            await discovery.aclose()

    def _view(self, stored: Stored) -> OidcView:
        value: Oidc = stored.value
        return OidcView(
            enabled=value.enabled,
            name=value.name,
            issuer=value.issuer,
            client_id=value.client_id,
            client_secret_set=bool(value.client_secret),
            scopes=value.scopes,
            role_claim=value.role_claim,
            role_rules=value.role_rules,
            default_role=value.default_role,
            create_accounts=value.create_accounts,
            link_by_email=value.link_by_email,
            end_session=value.end_session,
            redirect_uri=self._sign_on.redirect_uri,
            sign_out_uri=self._sign_on.sign_out_uri,
            revision=stored.revision,
            updated_at=iso_or_none(stored.updated_at),
            updated_by=stored.updated_by,
        )


async def _found(discovery: Discovery) -> OidcCheck:
    metadata, keys = await discovery.metadata(), await discovery.keys()
    algorithms = tuple(name for name in metadata.id_token_signing_alg_values_supported if name in ALGORITHMS)
    if not algorithms or not keys:
        raise OidcRefusedError("invalid", "The provider offers no signature that is accepted, or publishes no key.")
    return OidcCheck(
        ok=True,
        issuer=metadata.issuer,
        authorization_endpoint=metadata.authorization_endpoint,
        token_endpoint=metadata.token_endpoint,
        end_session_endpoint=metadata.end_session_endpoint,
        algorithms=algorithms,
        keys=len(keys),
    )


def _host(value: Oidc) -> tuple[str, str, int] | None:
    """Where the secret goes: it belongs to this host and is never sent to another one because the issuer changed."""
    if not value.issuer:
        return None
    target = parse_url(value.issuer)
    return target.scheme, target.host, target.port


def _check(value: Oidc) -> None:
    """Raises ValidationFailedError; the change is undone then."""
    if value.issuer:
        try:
            checked_issuer(value.issuer)
        except (ValueError, OrbiterError) as error:
            told = error.message if isinstance(error, OrbiterError) else str(error)
            raise ValidationFailedError.of("issuer", told) from None
    if value.enabled and not value.issuer:
        raise ValidationFailedError.of("issuer", "is needed to switch single sign-on on")
    if value.enabled and not value.client_id:
        raise ValidationFailedError.of("client_id", "is needed to switch single sign-on on")
