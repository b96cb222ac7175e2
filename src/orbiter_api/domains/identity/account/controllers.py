"""`/auth/password`, `/auth/sessions`, `/auth/second-factor`, and what administrators may do to another's account."""

from typing import Any

from litestar import Controller, Request, Response, delete, get, post

from orbiter_api.db import UnitOfWork
from orbiter_api.domains.identity.account.email import EmailChanges
from orbiter_api.domains.identity.account.password import PasswordChanges
from orbiter_api.domains.identity.account.reset_links import ResetLinks
from orbiter_api.domains.identity.account.schemas import (
    EmailChange,
    PasswordChange,
    RecoveryCodes,
    ResetAnswer,
    ResetConfirm,
    ResetRequest,
    SecondFactor,
    SecondFactorBegin,
    SecondFactorConfirm,
    SecondFactorProof,
    SecondFactorSecret,
    SessionsEnded,
    SessionView,
)
from orbiter_api.domains.identity.account.second_factor import SecondFactors
from orbiter_api.domains.identity.account.sessions import Sessions
from orbiter_api.domains.identity.controllers import client_of, with_cookie
from orbiter_api.domains.identity.schemas import User
from orbiter_api.domains.identity.service import Identity
from orbiter_api.kit.pagination import DEFAULT_LIMIT, Cursor, Limit, Page, decode_cursor
from orbiter_api.kit.services import Services
from orbiter_api.security import Passwords, Principal, key_scope, require

_ASKED = "If somebody has an account with this email, a link is on its way. It holds for an hour."


class PasswordController(Controller):
    path = "/auth"
    tags = ("Sign-in",)
    opt = key_scope("none")

    @post(
        "/password",
        operation_id="changePassword",
        summary="Change one's password and sign out everywhere else",
        guards=[require("viewer")],
        rate="auth",
        shown_once=True,
        status_code=200,
    )
    async def change(
        self, data: PasswordChange, request: Request[Any, Any, Any], principal: Principal, services: Services
    ) -> Response[User]:
        changes, passwords = services.get(PasswordChanges), services.get(Passwords)
        opened = await changes.change(
            principal, data.current_password, data.new_password, passwords, client_of(request)
        )
        return with_cookie(opened, request, services, status=200)

    @post(
        "/email",
        operation_id="changeEmail",
        summary="Change one's email address and sign out everywhere else",
        guards=[require("viewer")],
        rate="auth",
        shown_once=True,
        status_code=200,
    )
    async def change_email(self, data: EmailChange, principal: Principal, services: Services) -> User:
        await services.get(EmailChanges).change(principal, data)
        return await services.get(Identity).me(principal)

    @post(
        "/password-reset/request",
        operation_id="requestPasswordReset",
        summary="Ask for a link by which a new password can be chosen",
        public=True,
        rate="auth",
        status_code=202,
    )
    async def ask(self, data: ResetRequest, services: Services) -> ResetAnswer:
        await services.get(ResetLinks).ask(data.email)
        return ResetAnswer(_ASKED)

    @post(
        "/password-reset/confirm",
        operation_id="confirmPasswordReset",
        summary="Choose a new password with the link's token",
        public=True,
        rate="auth",
        status_code=204,
    )
    async def reset(self, data: ResetConfirm, services: Services) -> None:
        await services.get(PasswordChanges).reset(data.token, data.password, services.get(Passwords))


class SessionController(Controller):
    path = "/auth/sessions"
    tags = ("Sign-in",)
    opt = key_scope("none")

    @get(operation_id="listSessions", summary="Where one is signed in, the session used last first")
    async def page(
        self, principal: Principal, services: Services, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
    ) -> Page[SessionView]:
        after = decode_cursor(cursor, tuple[int, str]) if cursor else None
        sessions = services.get(Sessions)
        return await sessions.page(principal.user_id, principal.session_id, limit=limit, after=after)

    @delete("/{session_id:str}", operation_id="revokeSession", summary="End a session", guards=[require("viewer")])
    async def revoke(self, session_id: str, principal: Principal, uow: UnitOfWork, services: Services) -> None:
        await services.get(Sessions).revoke(uow, principal.user_id, session_id)

    @delete(
        operation_id="revokeOtherSessions",
        summary="Sign out everywhere else",
        guards=[require("viewer")],
        status_code=200,
    )
    async def revoke_others(self, principal: Principal, uow: UnitOfWork, services: Services) -> SessionsEnded:
        return SessionsEnded(await services.get(Sessions).revoke_others(uow, principal))


class SecondFactorController(Controller):
    path = "/auth/second-factor"
    tags = ("Sign-in",)
    opt = key_scope("none")

    @get(operation_id="getSecondFactor", summary="Whether a second factor is on", before_factor=True)
    async def state(self, principal: Principal, services: Services) -> SecondFactor:
        return await services.get(SecondFactors).state(principal.user_id)

    @post(
        operation_id="beginSecondFactor",
        summary="Make the secret of a second factor",
        guards=[require("viewer")],
        before_factor=True,
        rate="auth",
        shown_once=True,
    )
    async def begin(self, data: SecondFactorBegin, principal: Principal, services: Services) -> SecondFactorSecret:
        return await services.get(SecondFactors).begin(principal, data.password)

    @post(
        "/confirm",
        operation_id="confirmSecondFactor",
        summary="Switch the second factor on with a first code",
        guards=[require("viewer")],
        before_factor=True,
        rate="auth",
        shown_once=True,
        status_code=200,
    )
    async def confirm(self, data: SecondFactorConfirm, principal: Principal, services: Services) -> RecoveryCodes:
        return await services.get(SecondFactors).confirm(principal, data.code)

    @post(
        "/recovery-codes",
        operation_id="renewRecoveryCodes",
        summary="Make new recovery codes; the old ones hold no longer",
        guards=[require("viewer")],
        rate="auth",
        shown_once=True,
        status_code=200,
    )
    async def renew(self, data: SecondFactorProof, principal: Principal, services: Services) -> RecoveryCodes:
        return await services.get(SecondFactors).renew_recovery_codes(principal, data.password, data.code)

    @post(
        "/disable",
        operation_id="disableSecondFactor",
        summary="Switch the second factor off",
        guards=[require("viewer")],
        rate="auth",
        status_code=204,
    )
    async def disable(self, data: SecondFactorProof, principal: Principal, services: Services) -> None:
        await services.get(SecondFactors).disable(principal, data.password, data.code)


class OthersAccountController(Controller):
    path = "/users/{user_id:str}"
    tags = ("People",)
    opt = key_scope("none")

    @get(
        "/sessions",
        operation_id="listUserSessions",
        summary="Where a person is signed in",
        guards=[require("admin")],
    )
    async def sessions(
        self,
        user_id: str,
        principal: Principal,
        services: Services,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> Page[SessionView]:
        after = decode_cursor(cursor, tuple[int, str]) if cursor else None
        return await services.get(Sessions).page(user_id, principal.session_id, limit=limit, after=after)

    @delete(
        "/sessions",
        operation_id="revokeUserSessions",
        summary="Sign a person out everywhere",
        guards=[require("admin")],
        status_code=200,
    )
    async def revoke_all(self, user_id: str, uow: UnitOfWork, services: Services) -> SessionsEnded:
        return SessionsEnded(await services.get(Sessions).revoke_all(uow, user_id))

    @delete(
        "/sessions/{session_id:str}",
        operation_id="revokeUserSession",
        summary="End one session of a person",
        guards=[require("admin")],
    )
    async def revoke(self, user_id: str, session_id: str, uow: UnitOfWork, services: Services) -> None:
        await services.get(Sessions).revoke(uow, user_id, session_id)

    @delete(
        "/second-factor",
        operation_id="resetUserSecondFactor",
        summary="Switch off the second factor of a person who lost it",
        guards=[require("admin")],
    )
    async def reset_second_factor(self, user_id: str, uow: UnitOfWork, services: Services) -> None:
        await services.get(SecondFactors).reset(uow, user_id)
