"""What `orbiter sign-in` does: for the operator, when nobody comes in any more."""

from __future__ import annotations

from collections.abc import Callable

from orbiter_api.domains.identity.sign_in.schemas import SignIn, SignInUpdate
from orbiter_api.domains.identity.sign_in.service import SignInConfiguration
from orbiter_api.kit.services import Services
from orbiter_api.kit.workspace import WorkspaceSettings


async def cli_show_sign_in(services: Services, out: Callable[[str], None] = print) -> None:
    view = await services.get(SignInConfiguration).view()
    out(f"Passwords: {'allowed' if view.password else 'switched off'}")
    out(f"Single sign-on: {view.provider_name if view.single_sign_on else 'not offered'}")
    out(f"Administrators connected with the provider: {view.connected_admins}")
    out(f"A second factor is required of: {view.second_factor}")


async def cli_allow_passwords(services: Services, out: Callable[[str], None] = print) -> None:
    """A server that is running sees it within a second."""
    settings = services.get(WorkspaceSettings)
    async with services.db.unit() as uow:
        stored = await settings.stored(SignIn, uow.session)
        if not stored.value.password:
            await settings.change(uow, SignIn, stored.revision, SignInUpdate(password=True))
    out("Passwords open accounts again. Sign in, and look at Settings, Sign-in methods.")
