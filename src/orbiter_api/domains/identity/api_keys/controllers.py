"""`/api-keys`, and the ticket for a socket."""

from typing import Annotated

from litestar import Controller, delete, get, patch, post
from litestar.params import QueryParameter

from orbiter_api.db import UnitOfWork
from orbiter_api.domains.identity.api_keys.schemas import (
    ApiKey,
    ApiKeyCreate,
    ApiKeyCreated,
    ApiKeyUpdate,
    SocketTicket,
)
from orbiter_api.domains.identity.api_keys.service import ApiKeys
from orbiter_api.kit.pagination import DEFAULT_LIMIT, Cursor, Limit, Page, decode_cursor
from orbiter_api.kit.revision import IfMatch, parse_if_match
from orbiter_api.kit.services import Services
from orbiter_api.security import Principal, key_scope, require

Everybody = Annotated[bool, QueryParameter(name="all", description="Everybody's keys; for administrators.")]


class ApiKeyController(Controller):
    path = "/api-keys"
    tags = ("API keys",)
    opt = key_scope("none")

    @get(operation_id="listApiKeys", summary="One's own API keys, newest first")
    async def page(
        self,
        principal: Principal,
        services: Services,
        everybody: Everybody = False,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> Page[ApiKey]:
        after = decode_cursor(cursor, tuple[int, str]) if cursor else None
        return await services.get(ApiKeys).page(principal, everybody=everybody, limit=limit, after=after)

    @post(operation_id="createApiKey", summary="Make an API key", guards=[require("viewer")], shown_once=True)
    async def create(
        self, data: ApiKeyCreate, principal: Principal, uow: UnitOfWork, services: Services
    ) -> ApiKeyCreated:
        return await services.get(ApiKeys).create(uow, principal, data)

    @patch("/{key_id:str}", operation_id="updateApiKey", summary="Change a key's name", guards=[require("viewer")])
    async def update(
        self,
        key_id: str,
        data: ApiKeyUpdate,
        principal: Principal,
        uow: UnitOfWork,
        services: Services,
        if_match: IfMatch = None,
    ) -> ApiKey:
        return await services.get(ApiKeys).update(uow, principal, key_id, data, parse_if_match(if_match))

    @delete("/{key_id:str}", operation_id="revokeApiKey", summary="Revoke an API key", guards=[require("viewer")])
    async def revoke(self, key_id: str, principal: Principal, uow: UnitOfWork, services: Services) -> None:
        await services.get(ApiKeys).revoke(uow, principal, key_id)


class SocketTicketController(Controller):
    path = "/auth/socket-ticket"
    tags = ("Sign-in",)
    opt = key_scope("read")

    @post(
        operation_id="createSocketTicket",
        summary="A ticket that opens one socket within 30 seconds",
        guards=[require("viewer")],
        shown_once=True,
    )
    async def create(self, principal: Principal, uow: UnitOfWork, services: Services) -> SocketTicket:
        return await services.get(ApiKeys).ticket(uow, principal)
