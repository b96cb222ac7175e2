"""`/users`, `/users/invites` and the door for whoever was invited."""

from typing import Annotated, Any

from litestar import Controller, Request, Response, delete, get, patch, post
from litestar.params import Parameter

from orbiter_api.db import UnitOfWork
from orbiter_api.domains.identity.controllers import client_of, with_cookie
from orbiter_api.domains.identity.people.invites import Invites
from orbiter_api.domains.identity.people.schemas import (
    Account,
    AccountDelete,
    AccountUpdate,
    Invite,
    InviteAccept,
    InviteCreate,
    Invited,
    InviteLink,
    InviteToken,
    OwnedThings,
    Status,
)
from orbiter_api.domains.identity.people.service import People
from orbiter_api.domains.identity.schemas import User
from orbiter_api.kit.pagination import DEFAULT_LIMIT, Cursor, Limit, Page
from orbiter_api.kit.revision import IfMatch, parse_if_match
from orbiter_api.kit.services import Services
from orbiter_api.security import Principal, Role, key_scope, require

Id = Annotated[str, Parameter(max_length=64)]
Text = Annotated[str | None, Parameter(max_length=200)]
ADMIN = [require("admin")]


class UserController(Controller):
    path = "/users"
    tags = ("People",)
    opt = key_scope("none")
    guards = ADMIN

    @get(operation_id="listUsers", summary="Everybody with an account, newest first")
    async def list_users(
        self,
        services: Services,
        q: Text = None,
        role: Role | None = None,
        status: Status | None = None,
        cursor: Cursor = None,
        limit: Limit = DEFAULT_LIMIT,
    ) -> Page[Account]:
        return await services.get(People).list(q=q, role=role, status=status, cursor=cursor, limit=limit)

    @get("/{user_id:str}", operation_id="getUser", summary="One person")
    async def get_user(self, services: Services, user_id: Id) -> Account:
        return await services.get(People).get(user_id)

    @get("/{user_id:str}/owned", operation_id="listOwned", summary="How much of what a person owns")
    async def owned(self, services: Services, user_id: Id) -> OwnedThings:
        return await services.get(People).owned(user_id)

    @patch("/{user_id:str}", operation_id="updateUser", summary="Change a person's name or role")
    async def update_user(
        self,
        data: AccountUpdate,
        services: Services,
        principal: Principal,
        uow: UnitOfWork,
        user_id: Id,
        if_match: IfMatch = None,
    ) -> Account:
        return await services.get(People).update(uow, principal, user_id, data, parse_if_match(if_match))

    @post(
        "/{user_id:str}/deactivate",
        operation_id="deactivateUser",
        summary="Sign a person out everywhere and let them in no more",
        status_code=200,
    )
    async def deactivate_user(self, services: Services, principal: Principal, uow: UnitOfWork, user_id: Id) -> Account:
        return await services.get(People).deactivate(uow, principal, user_id)

    @post("/{user_id:str}/reactivate", operation_id="reactivateUser", summary="Let a person in again", status_code=200)
    async def reactivate_user(self, services: Services, uow: UnitOfWork, user_id: Id) -> Account:
        return await services.get(People).reactivate(uow, user_id)

    @delete("/{user_id:str}", operation_id="deleteUser", summary="Delete a person and hand over what they owned")
    async def delete_user(
        self, data: AccountDelete, services: Services, principal: Principal, uow: UnitOfWork, user_id: Id
    ) -> None:
        await services.get(People).delete(uow, principal, user_id, data)


class InviteController(Controller):
    path = "/users/invites"
    tags = ("People",)
    opt = key_scope("none")
    guards = ADMIN

    @get(operation_id="listInvites", summary="Invites that nobody has accepted, newest first")
    async def list_invites(
        self, services: Services, cursor: Cursor = None, limit: Limit = DEFAULT_LIMIT
    ) -> Page[Invite]:
        return await services.get(Invites).list(cursor, limit)

    @post(operation_id="createInvite", summary="Invite someone; the link is shown once", shown_once=True)
    async def create_invite(
        self, data: InviteCreate, services: Services, principal: Principal, uow: UnitOfWork
    ) -> InviteLink:
        return await services.get(Invites).create(uow, principal, data)

    @post(
        "/{invite_id:str}/resend",
        operation_id="resendInvite",
        summary="A new link; the old one ends",
        status_code=200,
        shown_once=True,
    )
    async def resend_invite(
        self, services: Services, principal: Principal, uow: UnitOfWork, invite_id: Id
    ) -> InviteLink:
        return await services.get(Invites).resend(uow, principal, invite_id)

    @delete("/{invite_id:str}", operation_id="revokeInvite", summary="End an invite")
    async def revoke_invite(self, services: Services, uow: UnitOfWork, invite_id: Id) -> None:
        await services.get(Invites).revoke(uow, invite_id)


class InvitedController(Controller):
    path = "/auth/invites"
    tags = ("Sign-in",)
    opt = key_scope("none")

    @post(
        "/look", operation_id="lookAtInvite", summary="What an invite link is for", public=True, rate="auth",
        status_code=200,
    )  # fmt: skip
    async def look(self, data: InviteToken, services: Services) -> Invited:
        return await services.get(Invites).look(data.token)

    @post("/accept", operation_id="acceptInvite", summary="Make one's account and sign in", public=True, rate="auth")
    async def accept(self, data: InviteAccept, request: Request[Any, Any, Any], services: Services) -> Response[User]:
        signed_in = await services.get(Invites).accept(data, client_of(request))
        return with_cookie(signed_in, request, services, status=201)
