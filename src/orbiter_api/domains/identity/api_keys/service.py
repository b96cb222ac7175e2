"""API keys: made, listed, changed and revoked by their owner, or by an administrator."""

from __future__ import annotations

from typing import Any

from orbiter_api.db import UnitOfWork
from orbiter_api.domains.identity.adapters import Principals
from orbiter_api.domains.identity.api_keys.models import ApiKeyRow, SocketTicketRow
from orbiter_api.domains.identity.api_keys.repository import (
    ApiKeyRepository,
    Owned,
    Position,
    SocketTicketRepository,
)
from orbiter_api.domains.identity.api_keys.schemas import (
    ApiKey,
    ApiKeyCreate,
    ApiKeyCreated,
    ApiKeyUpdate,
    SocketTicket,
)
from orbiter_api.domains.identity.models import UserRow
from orbiter_api.domains.identity.repository import UserRepository
from orbiter_api.domains.identity.schemas import Person, as_role
from orbiter_api.kit.errors import ConflictError, ForbiddenError, NotFoundError, ValidationFailedError
from orbiter_api.kit.events import Audited, changed
from orbiter_api.kit.ids import new_id
from orbiter_api.kit.pagination import Page, page_of
from orbiter_api.kit.revision import check_revision
from orbiter_api.kit.services import Services
from orbiter_api.kit.time import SECOND, from_iso, iso, iso_or_none, now_us
from orbiter_api.security.credentials import new_key
from orbiter_api.security.principal import Principal
from orbiter_api.security.scopes import SCOPES, Scope
from orbiter_api.security.sessions import new_token, token_hash

MOST_KEYS = 100
"""Of one person: enough for every machine they have, too few to fill the database."""
TICKET_US = 30 * SECOND


class ApiKeys:
    def __init__(self, services: Services, principals: Principals) -> None:
        self._services = services
        self._principals = principals

    async def page(self, principal: Principal, *, everybody: bool, limit: int, after: Position | None) -> Page[ApiKey]:
        owner_id = _whose(principal, everybody=everybody)
        async with self._services.db.read() as session:
            keys = ApiKeyRepository(session)
            rows, total = await keys.page(owner_id, limit, after), await keys.count(owner_id)
        return page_of(rows, limit=limit, total=total, key=lambda owned: (owned[0].created_at, owned[0].id), item=_view)

    async def create(self, uow: UnitOfWork, principal: Principal, given: ApiKeyCreate) -> ApiKeyCreated:
        """The only answer that ever holds the key. Raises ForbiddenError for a scope that is not the caller's to give."""
        _check_grant(principal, given)
        keys, owner = ApiKeyRepository(uow.session), await UserRepository(uow.session).by_id(principal.user_id)
        if owner is None:
            raise NotFoundError("person")
        if await keys.count(principal.user_id) >= MOST_KEYS:
            raise ConflictError(f"You have {MOST_KEYS} API keys already. Revoke one that you no longer use.")
        made = new_key()
        row = ApiKeyRow(
            id=new_id(),
            prefix=made.prefix,
            secret_sha256=made.secret_sha256,
            user_id=principal.user_id,
            name=given.name.strip(),
            scopes=[scope for scope in SCOPES if scope in given.scopes],
            project_id=given.project_id,
            created_at=now_us(),
            expires_at=_moment(given.expires_at),
            revision=1,
        )
        keys.add(row)
        uow.publish(_audited("created", row, after=_told(row)))
        return ApiKeyCreated(key=made.text, **_fields((row, owner)))

    async def update(
        self, uow: UnitOfWork, principal: Principal, key_id: str, given: ApiKeyUpdate, revision: int
    ) -> ApiKey:
        row, owner = await self._found(uow, principal, key_id)
        check_revision(revision, row.revision, _view((row, owner)))
        before = _told(row)
        if isinstance(given.name, str):
            row.name = given.name.strip()
        if given.expires_at is None or isinstance(given.expires_at, str):
            row.expires_at = _moment(given.expires_at)
        row.revision += 1
        uow.publish(_audited("changed", row, *changed(before, _told(row))))
        uow.after_commit(lambda: self._principals.forget_session(key_id))
        return _view((row, owner))

    async def revoke(self, uow: UnitOfWork, principal: Principal, key_id: str) -> None:
        row, _ = await self._found(uow, principal, key_id)
        await ApiKeyRepository(uow.session).remove(row)
        uow.publish(_audited("revoked", row, before=_told(row)))
        uow.after_commit(lambda: self._principals.forget_session(key_id))
        uow.after_commit(lambda: self._services.hub.disconnect_session(key_id))

    async def ticket(self, uow: UnitOfWork, principal: Principal) -> SocketTicket:
        tickets, now, token = SocketTicketRepository(uow.session), now_us(), new_token()
        await tickets.remove_expired(now)
        tickets.add(
            SocketTicketRow(
                token_sha256=token_hash(token),
                session_id=None if principal.key else principal.session_id,
                api_key_id=principal.key.id if principal.key else None,
                expires_at=now + TICKET_US,
            )
        )
        return SocketTicket(ticket=token, expires_at=iso(now + TICKET_US))

    @staticmethod
    async def _found(uow: UnitOfWork, principal: Principal, key_id: str) -> Owned:
        owner_id = None if principal.role == "admin" else principal.user_id
        found = await ApiKeyRepository(uow.session).get(key_id, owner_id)
        if found is None:
            raise NotFoundError("API key")
        return found


def _whose(principal: Principal, *, everybody: bool) -> str | None:
    if not everybody:
        return principal.user_id
    if principal.role != "admin":
        raise ForbiddenError("Only an administrator sees everybody's keys. Leave out `all` to see your own.")
    return None


def _check_grant(principal: Principal, given: ApiKeyCreate) -> None:
    """A key can never do more than the person who makes it."""
    if "admin" in given.scopes and principal.role != "admin":
        raise ForbiddenError("Only an administrator can make a key with the scope admin.")
    if principal.role == "viewer" and set(given.scopes) != {"read"}:
        raise ForbiddenError("A viewer's key can have the scope read alone.")
    if given.project_id is not None and given.project_id not in principal.projects:
        raise NotFoundError("project")
    if given.project_id is not None and "admin" in given.scopes:
        raise ValidationFailedError.of("project_id", "cannot be combined with the scope admin, which is for everything")


def _moment(text: str | None) -> int | None:
    if text is None:
        return None
    try:
        moment = from_iso(text)
    except (ValueError, OverflowError):
        raise ValidationFailedError.of("expires_at", "must be a time like 2027-01-31T00:00:00Z") from None
    if moment <= now_us():
        raise ValidationFailedError.of("expires_at", "must be in the future; revoke the key to end it now")
    return moment


def _told(row: ApiKeyRow) -> dict[str, Any]:
    return {
        "name": row.name,
        "prefix": row.prefix,
        "scopes": list(row.scopes),
        "project_id": row.project_id,
        "expires_at": iso_or_none(row.expires_at),
    }


def _audited(
    what: str, row: ApiKeyRow, before: dict[str, Any] | None = None, after: dict[str, Any] | None = None
) -> Audited:
    return Audited(
        action=f"api_key.{what}",
        entity_type="api_key",
        entity_id=row.id,
        name=row.name,
        project_id=row.project_id,
        before=before,
        after=after,
    )


def _view(owned: Owned) -> ApiKey:
    return ApiKey(**_fields(owned))


def _fields(owned: Owned) -> dict[str, Any]:
    row, owner = owned
    return {
        "id": row.id,
        "name": row.name,
        "prefix": row.prefix,
        "scopes": _known(row.scopes),
        "project_id": row.project_id,
        "owner": _person(owner),
        "created_at": iso(row.created_at),
        "expires_at": iso_or_none(row.expires_at),
        "last_used_at": iso_or_none(row.last_used_at),
        "revision": row.revision,
    }


def _known(scopes: list[str]) -> list[Scope]:
    """A scope that this release no longer has opens nothing and is not shown."""
    return [scope for scope in SCOPES if scope in scopes]


def _person(user: UserRow) -> Person:
    return Person(id=user.id, email=user.email, name=user.name, role=as_role(user.role))
