"""`/auth/oidc`: to the provider and back; `/settings/oidc`: what administrators say about it."""

from collections.abc import Awaitable
from typing import Annotated, Any
from urllib.parse import quote, urlsplit

from litestar import Controller, Request, Response, delete, get, patch, post
from litestar.params import Parameter, QueryParameter

from orbiter_api.db import UnitOfWork
from orbiter_api.domains.identity.account.ownership import Ownership
from orbiter_api.domains.identity.account.schemas import OwnerProof
from orbiter_api.domains.identity.controllers import client_of, forget_session
from orbiter_api.domains.identity.oidc.browser_state import BrowserState, local_path, state_cookie, state_of
from orbiter_api.domains.identity.oidc.configuration import OidcConfiguration
from orbiter_api.domains.identity.oidc.errors import OidcRefusedError
from orbiter_api.domains.identity.oidc.schemas import (
    LinkStart,
    OidcCheck,
    OidcUpdate,
    OidcView,
    SignedOut,
    SignInLink,
)
from orbiter_api.domains.identity.oidc.service import Returned, SingleSignOn
from orbiter_api.domains.identity.people.invites import Invites
from orbiter_api.domains.identity.people.schemas import InviteToken
from orbiter_api.kit.errors import ConflictError
from orbiter_api.kit.revision import IfMatch, parse_if_match
from orbiter_api.kit.services import Services
from orbiter_api.security import Principal, key_scope, require
from orbiter_api.security.sessions import is_secure, session_cookie

Next = Annotated[str, Parameter(max_length=500, description="A path of ours to go to afterwards.")]
Given = Annotated[str, Parameter(max_length=4096)]
GivenState = Annotated[str, QueryParameter(name="state", max_length=4096)]
AnyRequest = Request[Any, Any, Any]
START = "/api/v1/auth/oidc/start"


class OidcController(Controller):
    path = "/auth/oidc"
    tags = ("Sign-in",)
    opt = key_scope("none")

    @get(
        "/start",
        operation_id="beginSingleSignOn",
        summary="To the provider's page",
        public=True,
        rate="auth",
        status_code=302,
    )
    async def start(
        self, request: AnyRequest, services: Services, next: Next = "/", hop: bool = False
    ) -> Response[None]:
        sign_on = services.get(SingleSignOn)
        if not hop and not sign_on.is_own_host(request.headers.get("host", "")):
            return _to(f"{services.settings.link_base}{START}?hop=true&next={quote(local_path(next), safe='')}")
        try:
            url, state = await sign_on.begin(next)
        except OidcRefusedError as refused:
            await sign_on.refused(refused)
            return _to(f"/login?sso={refused.reason}")
        return _with_state(_to(url), state, request, services)

    @get(
        "/callback",
        operation_id="endSingleSignOn",
        summary="Back from the provider",
        public=True,
        rate="auth",
        status_code=302,
    )
    async def callback(
        self, request: AnyRequest, services: Services, given_state: GivenState = "", code: Given = "", error: Given = ""
    ) -> Response[None]:
        sign_on = services.get(SingleSignOn)
        begun = state_of(request.scope["headers"], services.keys, secure=is_secure(request.scope))
        try:
            if error or not code:
                raise OidcRefusedError("refused", f"The provider said: {_plain(error)}")
            back = await sign_on.finish(begun, given_state, code, client_of(request), _signed_in(request))
        except OidcRefusedError as refused:
            await sign_on.refused(refused)
            return _with_state(_to(_failed(begun, refused.reason)), None, request, services)
        return _with_state(_arrived(back, request, services), None, request, services)

    @get("/link", operation_id="getSignInLink", summary="Whether one's account is connected with the provider")
    async def link(self, principal: Principal, services: Services) -> SignInLink:
        return await services.get(SingleSignOn).link_of(principal)

    @post(
        "/link",
        operation_id="beginSignInLink",
        summary="Connect one's account",
        guards=[require("viewer")],
        status_code=200,
    )
    async def begin_link(
        self, data: OwnerProof, request: AnyRequest, principal: Principal, services: Services, next: Next = "/"
    ) -> Response[LinkStart]:
        """A lasting way in: the account's owner proves once more to be there. At another address than ORBITER_PUBLIC_URL
        neither the cookie of the way back nor the session would be there at its end: the browser is led to the same page
        at that address, where it is begun anew."""
        sign_on = services.get(SingleSignOn)
        if not sign_on.is_own_host(request.headers.get("host", "")):
            return Response(LinkStart(sign_on.address(_marked(local_path(next), "moved"))))
        await services.get(Ownership).prove(principal, data)
        return await _begun(sign_on.begin(next, principal.user_id), request, services)

    @post(
        "/invite",
        operation_id="acceptInviteBySingleSignOn",
        summary="Accept an invite with one's account at the provider",
        public=True,
        rate="auth",
        status_code=200,
    )
    async def invite(self, data: InviteToken, request: AnyRequest, services: Services) -> Response[LinkStart]:
        await services.get(Invites).look(data.token)
        sign_on = services.get(SingleSignOn)
        if not sign_on.is_own_host(request.headers.get("host", "")):
            return Response(LinkStart(sign_on.address(f"/invite#{quote(data.token, safe='')}")))
        return await _begun(sign_on.begin("/", invite=data.token), request, services)

    @post(
        "/logout",
        operation_id="signOutAtProvider",
        summary="Sign out here, and learn where to sign out at the provider",
        guards=[require("viewer")],
        status_code=200,
    )
    async def sign_out(self, request: AnyRequest, principal: Principal, services: Services) -> Response[SignedOut]:
        response = Response(await services.get(SingleSignOn).sign_out(principal))
        forget_session(response, request)
        return response

    @delete("/link", operation_id="removeSignInLink", summary="Disconnect one's account", guards=[require("viewer")])
    async def unlink(self, principal: Principal, uow: UnitOfWork, services: Services) -> None:
        await services.get(SingleSignOn).unlink(uow, principal)


class OidcSettingsController(Controller):
    path = "/settings/oidc"
    tags = ("Settings",)
    guards = (require("admin"),)
    opt = key_scope("admin")

    @get(operation_id="getOidcSettings", summary="Single sign-on as it is set up")
    async def view(self, services: Services) -> OidcView:
        return await services.get(OidcConfiguration).view()

    @patch(operation_id="updateOidcSettings", summary="Change single sign-on")
    async def change(self, data: OidcUpdate, uow: UnitOfWork, services: Services, if_match: IfMatch = None) -> OidcView:
        return await services.get(OidcConfiguration).change(uow, data, parse_if_match(if_match))

    @post("/check", operation_id="checkOidcSettings", summary="Ask the provider what it offers", status_code=200)
    async def check(self, services: Services) -> OidcCheck:
        return await services.get(OidcConfiguration).check()


async def _begun(
    beginning: Awaitable[tuple[str, BrowserState]], request: AnyRequest, services: Services
) -> Response[LinkStart]:
    try:
        url, state = await beginning
    except OidcRefusedError as refused:
        raise ConflictError(f"The provider cannot be used now. {refused}") from None
    response = Response(LinkStart(url))
    response.set_cookie(state_cookie(state, services.keys, secure=is_secure(request.scope)))
    return response


def _to(url: str) -> Response[None]:
    return Response[None](content=None, status_code=302, headers={"location": url})


def _with_state(
    response: Response[None], state: BrowserState | None, request: AnyRequest, services: Services
) -> Response[None]:
    response.set_cookie(state_cookie(state, services.keys, secure=is_secure(request.scope)))
    return response


def _arrived(back: Returned, request: AnyRequest, services: Services) -> Response[None]:
    if back.signed_in is None:
        return _to(_marked(back.next, "connected"))
    response = _to(back.next)
    max_age_s = services.settings.session_expiry_hours * 3600
    response.set_cookie(session_cookie(back.signed_in.token, secure=is_secure(request.scope), max_age_s=max_age_s))
    return response


def _signed_in(request: AnyRequest) -> str | None:
    principal: Principal | None = request.scope["user"]
    return None if principal is None else principal.user_id


def _failed(begun: BrowserState | None, reason: str) -> str:
    """Who was connecting their account is signed in, and goes back to where they came from; so does who was invited,
    with the link's token behind the #, where it is sent to no server."""
    if begun is not None and begun.link_user_id is not None:
        return _marked(begun.next, reason)
    if begun is not None and begun.invite is not None:
        return f"/invite?sso={reason}#{quote(begun.invite, safe='')}"
    return f"/login?sso={reason}"


def _marked(path: str, word: str) -> str:
    return f"{path}{'&' if urlsplit(path).query else '?'}sso={word}"


def _plain(error: str) -> str:
    """An OAuth error code is a word; anything else is not repeated."""
    return error if error.replace("_", "").isalnum() and len(error) <= 64 else "nothing that is understood"
