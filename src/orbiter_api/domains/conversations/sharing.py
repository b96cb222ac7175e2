"""Use cases of sharing a conversation: with its project, or by a link to whoever is signed in."""

from __future__ import annotations

import secrets

from sqlalchemy.ext.asyncio import AsyncSession

from orbiter_api.db import Database, UnitOfWork
from orbiter_api.domains.conversations.events import tell
from orbiter_api.domains.conversations.models import ConversationRow, ConversationShareRow, ShareReaderRow
from orbiter_api.domains.conversations.permissions import check_is_owner, check_may_talk
from orbiter_api.domains.conversations.repository import ConversationRepository, ShareRepository
from orbiter_api.domains.conversations.schemas import (
    Audience,
    Conversation,
    LinkShare,
    Named,
    Participants,
    ProjectShare,
    Share,
    ShareSet,
)
from orbiter_api.domains.conversations.service import ConversationService, found
from orbiter_api.domains.execution import RunService
from orbiter_api.domains.identity import find_people
from orbiter_api.domains.organization import member_ids
from orbiter_api.kit.errors import BadRequestError, NotFoundError
from orbiter_api.kit.events import Notice
from orbiter_api.kit.ids import new_id
from orbiter_api.kit.time import DAY, iso, iso_or_none, now_us
from orbiter_api.security.principal import Principal

_TOKEN_BYTES = 20


class ShareService:
    def __init__(self, db: Database, conversations: ConversationService, runs: RunService) -> None:
        self._db = db
        self._conversations = conversations
        self._runs = runs

    async def get(self, principal: Principal, conversation_id: str) -> Share:
        async with self._db.read() as session:
            row = await found(ConversationRepository(session), principal, conversation_id)
            check_is_owner(principal, row)
            return await _share_view(session, conversation_id)

    async def put(self, uow: UnitOfWork, principal: Principal, conversation_id: str, given: ShareSet) -> Share:
        """Share it, or change how it is shared. A link that has run out is replaced by another."""
        _check(given)
        row = await found(ConversationRepository(uow.session), principal, conversation_id)
        check_is_owner(principal, row)
        check_may_talk(principal, row.project_id)
        shares = ShareRepository(uow.session)
        share = await shares.get(row.id, given.audience)
        if share is not None and share.expires_at is not None and share.expires_at <= now_us():
            await shares.remove(row.id, given.audience)
            share = None
        if share is None:
            share = _new_share(principal, row, given.audience)
            uow.session.add(share)
            await self._tell_members(uow, principal, row, given.audience)
        share.may_reply = given.may_reply
        share.expires_at = None if given.expires_in_days is None else now_us() + given.expires_in_days * DAY
        await uow.session.flush()
        after = {"audience": given.audience, "may_reply": given.may_reply, "expires_at": iso_or_none(share.expires_at)}
        tell(uow, "shared", row, after=after)
        await self._conversations.rights_changed(uow, row)
        return await _share_view(uow.session, row.id)

    async def _tell_members(self, uow: UnitOfWork, principal: Principal, row: ConversationRow, kind: Audience) -> None:
        if kind != "project":
            return
        people = await find_people(uow.session, [principal.user_id])
        others = [one for one in await member_ids(uow.session, row.project_id) if one != principal.user_id]
        name = people[principal.user_id].name
        uow.publish(
            Notice(
                kind="conversation.shared", user_ids=others, title=f"{name} shared a conversation with your project",
                text=row.title, project_id=row.project_id, entity_type="conversation", entity_id=row.id,
            )
        )  # fmt: skip

    async def end(self, uow: UnitOfWork, principal: Principal, conversation_id: str, audience: Audience | None) -> None:
        """Share it no longer, in one way or at all. Also a project's admin may end what is shared with the project."""
        row = await found(ConversationRepository(uow.session), principal, conversation_id)
        if not (audience == "project" and principal.may(row.project_id, "admin")):
            check_is_owner(principal, row)
        for kind in await ShareRepository(uow.session).remove(row.id, audience):
            tell(uow, "unshared", row, before={"audience": kind})
        await self._conversations.rights_changed(uow, row)

    async def open(self, principal: Principal, token: str) -> Conversation:
        """The conversation of a link; whoever opens it may read it from now on, while the link lasts."""
        async with self._db.read() as session:
            row, known = await _opened(session, principal, token)
        if not known:
            row = await self._enter(principal, token)
        return await self._conversations.get(principal, row.id)

    async def _enter(self, principal: Principal, token: str) -> ConversationRow:
        async with self._db.unit() as uow:
            row, known = await _opened(uow.session, principal, token)
            share = await ShareRepository(uow.session).get(row.id, "link")
            if not known and share is not None:
                uow.session.add(ShareReaderRow(share_id=share.id, user_id=principal.user_id, opened_at=now_us()))
                tell(uow, "link_opened", row)
            return row

    async def participants(self, principal: Principal, conversation_id: str) -> Participants:
        async with self._db.read() as session:
            conversations = ConversationRepository(session)
            row = await found(conversations, principal, conversation_id)
            people = await find_people(session, [row.created_by, *await conversations.speakers(row.id)])
        agents = await self._runs.targets_in(row.id)
        return Participants(
            people=[Named(one.id, one.name) for one in people.values()],
            agents=[Named(id_, name) for id_, name in agents.items()],
        )


def _check(given: ShareSet) -> None:
    if given.audience == "link" and given.may_reply:
        raise BadRequestError("A link is for reading only. Share with the project to let its developers reply.")
    if given.audience == "project" and given.expires_in_days is not None:
        raise BadRequestError("Only a link runs out. Leave expires_in_days away when sharing with the project.")


def _new_share(principal: Principal, row: ConversationRow, kind: Audience) -> ConversationShareRow:
    return ConversationShareRow(
        id=new_id(), conversation_id=row.id, kind=kind, may_reply=False, created_by=principal.user_id,
        token=secrets.token_urlsafe(_TOKEN_BYTES) if kind == "link" else None, created_at=now_us(), expires_at=None,
    )  # fmt: skip


async def _opened(session: AsyncSession, principal: Principal, token: str) -> tuple[ConversationRow, bool]:
    """The conversation of a link, and whether the caller needs no entry among its readers any more."""
    shares = ShareRepository(session)
    pair = await shares.by_token(token)
    if pair is None:
        raise NotFoundError("shared conversation")
    share, row = pair
    return row, row.created_by == principal.user_id or await shares.has_opened(share.id, principal.user_id)


async def _share_view(session: AsyncSession, conversation_id: str) -> Share:
    shares = ShareRepository(session)
    by_kind = {one.kind: one for one in (await shares.of([conversation_id])).get(conversation_id, [])}
    project, link = by_kind.get("project"), by_kind.get("link")
    return Share(
        project=ProjectShare(may_reply=project.may_reply, created_at=iso(project.created_at)) if project else None,
        link=LinkShare(
            token=link.token or "", created_at=iso(link.created_at), expires_at=iso_or_none(link.expires_at),
            readers=await shares.readers(link.id),
        ) if link else None,
    )  # fmt: skip
