"""`/auth`: first run, sign-in, sign-out, one's own profile, the form token."""

from typing import Any

from litestar import Controller, Request, Response, get, patch, post

from orbiter_api.db import UnitOfWork
from orbiter_api.domains.identity.oidc.service import SingleSignOn
from orbiter_api.domains.identity.schemas import AuthStatus, CsrfToken, LoginRequest, MeUpdate, SetupRequest, User
from orbiter_api.domains.identity.service import Client, Identity, SignedIn
from orbiter_api.domains.identity.sign_in.rules import SignInRules
from orbiter_api.kit.revision import IfMatch, parse_if_match
from orbiter_api.kit.services import Services
from orbiter_api.kit.version import product_version
from orbiter_api.security import Principal, key_scope, require
from orbiter_api.security.sessions import is_secure, session_cookie, session_token


class AuthController(Controller):
    path = "/auth"
    tags = ("Sign-in",)
    opt = key_scope("none")

    @get("/status", operation_id="getAuthStatus", summary="Whether the first account is still to be made", public=True)
    async def status(self, request: Request[Any, Any, Any], services: Services) -> AuthStatus:
        identity = services.get(Identity)
        return AuthStatus(
            setup_required=await identity.setup_required(),
            signup_enabled=False,
            version=product_version(),
            signed_in=request.scope["user"] is not None,
            sso=await services.get(SingleSignOn).offer(),
            password=(await services.get(SignInRules).current()).password,
            setup_token_required=identity.setup_token_required,
        )

    @post("/setup", operation_id="setUp", summary="Make the first account and sign in", public=True, rate="auth")
    async def set_up(self, data: SetupRequest, request: Request[Any, Any, Any], services: Services) -> Response[User]:
        signed_in = await services.get(Identity).set_up(data, client_of(request))
        return with_cookie(signed_in, request, services, status=201)

    @post("/login", operation_id="signIn", summary="Sign in", public=True, rate="auth", status_code=200)
    async def sign_in(self, data: LoginRequest, request: Request[Any, Any, Any], services: Services) -> Response[User]:
        signed_in = await services.get(Identity).sign_in(data.email, data.password, client_of(request), data.totp_code)
        return with_cookie(signed_in, request, services, status=200)

    @post(
        "/logout",
        operation_id="signOut",
        summary="Sign out",
        guards=[require("viewer")],
        before_factor=True,
        status_code=204,
    )
    async def sign_out(
        self, request: Request[Any, Any, Any], principal: Principal, uow: UnitOfWork, services: Services
    ) -> Response[None]:
        await services.get(Identity).sign_out(uow, principal)
        response = Response[None](content=None, status_code=204)
        forget_session(response, request)
        return response

    @get("/me", operation_id="getMe", summary="The signed-in person", scope="read", before_factor=True)
    async def me(self, principal: Principal, services: Services) -> User:
        return await services.get(Identity).me(principal)

    @patch("/me", operation_id="updateMe", summary="Change one's own profile", guards=[require("viewer")])
    async def update_me(
        self, data: MeUpdate, principal: Principal, uow: UnitOfWork, services: Services, if_match: IfMatch = None
    ) -> User:
        return await services.get(Identity).update_me(uow, principal, data, parse_if_match(if_match))

    @get("/csrf", operation_id="getCsrfToken", summary="The form token of this session", before_factor=True)
    async def csrf(self, principal: Principal, services: Services) -> CsrfToken:
        return CsrfToken(services.keys.csrf_token(principal.session_id))


def client_of(request: Request[Any, Any, Any]) -> Client:
    return Client(
        address=request.client.host if request.client else "",
        user_agent=request.headers.get("user-agent", ""),
        old_token=session_token(request.scope["headers"], secure=is_secure(request.scope)),
    )


def with_cookie(
    signed_in: SignedIn, request: Request[Any, Any, Any], services: Services, *, status: int
) -> Response[User]:
    max_age_s = services.settings.session_expiry_hours * 3600
    response = Response(content=signed_in.user, status_code=status)
    response.set_cookie(session_cookie(signed_in.token, secure=is_secure(request.scope), max_age_s=max_age_s))
    return response


def forget_session(response: Response[Any], request: Request[Any, Any, Any]) -> None:
    """The session is over: the browser forgets it, and what it kept of the pages."""
    response.headers["clear-site-data"] = '"cache"'
    response.set_cookie(session_cookie("", secure=is_secure(request.scope), max_age_s=0))
