"""Routes under /conversations, and POST /agents/{id}/run, which is a turn like any other."""

from typing import Annotated, Any, Literal

from litestar import Controller, Request, Response, delete, get, patch, post
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import Parameter
from litestar.response import Stream
from litestar.status_codes import HTTP_200_OK, HTTP_202_ACCEPTED

from orbiter_api.db import UnitOfWork
from orbiter_api.domains.conversations.agent_run import AgentRuns
from orbiter_api.domains.conversations.repository import SharedFilter
from orbiter_api.domains.conversations.schemas import (
    AgentRunRequest,
    Audience,
    Conversation,
    ConversationCreate,
    ConversationUpdate,
    Message,
    MessageRegenerate,
    MessageSend,
    Participants,
    Share,
    ShareSet,
    TurnStarted,
)
from orbiter_api.domains.conversations.service import ConversationService
from orbiter_api.domains.conversations.sharing import ShareService
from orbiter_api.domains.conversations.turns import Turn, TurnService
from orbiter_api.domains.execution import Run
from orbiter_api.kit.openapi import also_answers
from orbiter_api.kit.pagination import DEFAULT_LIMIT, Cursor, Limit, Page
from orbiter_api.kit.revision import IfMatch, parse_if_match
from orbiter_api.kit.services import Services
from orbiter_api.security.principal import Principal
from orbiter_api.security.roles import require
from orbiter_api.security.scopes import key_scope

Text = Annotated[str | None, Parameter(max_length=200)]


class ConversationController(Controller):
    path = "/conversations"
    tags = ("Conversations",)
    opt = key_scope("conversations:write")

    @get(
        operation_id="listConversations",
        summary="One's own conversations, or those that are shared; newest activity first",
    )
    async def list_conversations(
        self,
        services: Services,
        principal: Principal,
        q: Text = None,
        agent_id: Text = None,
        project_id: Text = None,
        shared: SharedFilter | None = None,
        cursor: Cursor = None,
        limit: Limit = DEFAULT_LIMIT,
    ) -> Page[Conversation]:
        return await services.get(ConversationService).list(
            principal,
            q=q,
            agent_id=agent_id,
            project_id=project_id,
            shared=shared,
            cursor=cursor,
            limit=limit,
        )

    @post(operation_id="createConversation", summary="Begin a conversation", guards=[require("developer")])
    async def create_conversation(
        self, services: Services, principal: Principal, uow: UnitOfWork, data: ConversationCreate
    ) -> Conversation:
        return await services.get(ConversationService).create(uow, principal, data)

    @get("/{conversation_id:str}", operation_id="getConversation", summary="One conversation")
    async def get_conversation(self, services: Services, principal: Principal, conversation_id: str) -> Conversation:
        return await services.get(ConversationService).get(principal, conversation_id)

    @patch(
        "/{conversation_id:str}", operation_id="updateConversation", summary="Rename, or show another branch",
        guards=[require("developer")],
    )  # fmt: skip
    async def update_conversation(
        self,
        services: Services,
        principal: Principal,
        uow: UnitOfWork,
        conversation_id: str,
        data: ConversationUpdate,
        if_match: IfMatch = None,
    ) -> Conversation:
        revision = parse_if_match(if_match)
        return await services.get(ConversationService).update(uow, principal, conversation_id, revision, data)

    @delete(
        "/{conversation_id:str}", operation_id="deleteConversation", summary="Delete a conversation",
        guards=[require("developer")],
    )  # fmt: skip
    async def delete_conversation(
        self, services: Services, principal: Principal, uow: UnitOfWork, conversation_id: str
    ) -> None:
        await services.get(ConversationService).delete(uow, principal, conversation_id)

    @post(
        "/{conversation_id:str}/restore", operation_id="restoreConversation", summary="Bring it back",
        guards=[require("developer")], status_code=HTTP_200_OK,
    )  # fmt: skip
    async def restore_conversation(
        self, services: Services, principal: Principal, uow: UnitOfWork, conversation_id: str
    ) -> Conversation:
        return await services.get(ConversationService).restore(uow, principal, conversation_id)


class ShareController(Controller):
    path = "/conversations/{conversation_id:str}"
    tags = ("Conversations",)
    opt = key_scope("conversations:write")

    @get("/share", operation_id="getConversationShare", summary="With whom one's conversation is shared")
    async def get_share(self, services: Services, principal: Principal, conversation_id: str) -> Share:
        return await services.get(ShareService).get(principal, conversation_id)

    @post(
        "/share", operation_id="shareConversation", summary="Share it with its project or by a link",
        guards=[require("developer")], status_code=HTTP_200_OK,
    )  # fmt: skip
    async def share_conversation(
        self, services: Services, principal: Principal, uow: UnitOfWork, conversation_id: str, data: ShareSet
    ) -> Share:
        return await services.get(ShareService).put(uow, principal, conversation_id, data)

    @delete(
        "/share", operation_id="unshareConversation", summary="Share it no longer, in one way or at all",
        guards=[require("viewer")],
    )  # fmt: skip
    async def unshare_conversation(
        self,
        services: Services,
        principal: Principal,
        uow: UnitOfWork,
        conversation_id: str,
        audience: Audience | None = None,
    ) -> None:
        await services.get(ShareService).end(uow, principal, conversation_id, audience)

    @get("/participants", operation_id="listParticipants", summary="Who spoke in it")
    async def participants(self, services: Services, principal: Principal, conversation_id: str) -> Participants:
        return await services.get(ShareService).participants(principal, conversation_id)


class SharedController(Controller):
    path = "/shared"
    tags = ("Conversations",)
    opt = key_scope("none")

    @get("/{token:str}", operation_id="openSharedConversation", summary="The conversation of a link")
    async def open_shared(
        self, services: Services, principal: Principal, token: Annotated[str, Parameter(max_length=64)]
    ) -> Conversation:
        return await services.get(ShareService).open(principal, token)


class MessageController(Controller):
    path = "/conversations/{conversation_id:str}/messages"
    tags = ("Conversations",)
    opt = key_scope("runs:write")

    @get(operation_id="listMessages", summary="The shown branch, or every message")
    async def list_messages(
        self,
        services: Services,
        principal: Principal,
        conversation_id: str,
        branch: Literal["head", "all"] = "head",
        cursor: Cursor = None,
        limit: Limit = DEFAULT_LIMIT,
    ) -> Page[Message]:
        return await services.get(ConversationService).messages(
            principal, conversation_id, whole=branch == "all", cursor=cursor, limit=limit
        )

    @post(
        operation_id="sendMessage", summary="Say something and have it answered", guards=[require("developer")],
        status_code=HTTP_202_ACCEPTED, opt={"rate": "agent"},
    )  # fmt: skip
    async def send_message(
        self, services: Services, principal: Principal, conversation_id: str, data: MessageSend
    ) -> TurnStarted:
        turn = Turn(
            content=data.content, agent_id=data.agent_id, conversation_id=conversation_id, parent_id=data.parent_id,
            client_key=data.client_message_id,
        )  # fmt: skip
        return await services.get(TurnService).start(principal, turn)

    @post(
        "/{message_id:str}/regenerate", operation_id="regenerateMessage", summary="Have it answered once more",
        guards=[require("developer")], status_code=HTTP_202_ACCEPTED, opt={"rate": "agent"},
    )  # fmt: skip
    async def regenerate_message(
        self, services: Services, principal: Principal, conversation_id: str, message_id: str, data: MessageRegenerate
    ) -> TurnStarted:
        return await services.get(TurnService).regenerate(principal, conversation_id, message_id, data.agent_id)

    @post(
        "/{message_id:str}/select", operation_id="selectBranch", summary="Show the branch of a message",
        guards=[require("developer")], status_code=HTTP_200_OK,
    )  # fmt: skip
    async def select_branch(
        self, services: Services, principal: Principal, uow: UnitOfWork, conversation_id: str, message_id: str
    ) -> Conversation:
        return await services.get(ConversationService).select(uow, principal, conversation_id, message_id)


class AgentRunController(Controller):
    path = "/agents/{agent_id:str}/run"
    tags = ("Agents",)
    opt = key_scope("runs:write")

    @post(
        operation_id="runAgent", summary="Run an agent: the finished run, 202 with it, or Server-Sent Events",
        guards=[require("developer")], status_code=HTTP_200_OK, opt={"rate": "agent"},
        operation_class=also_answers("text/event-stream"),
        responses={HTTP_202_ACCEPTED: ResponseSpec(Run, description="Still going on", generate_examples=False)},
    )  # fmt: skip
    async def run_agent(
        self,
        request: Request[Any, Any, Any],
        services: Services,
        principal: Principal,
        agent_id: str,
        data: AgentRunRequest,
    ) -> Response[Run] | Stream:
        runs = services.get(AgentRuns)
        run, message_id = await runs.start(principal, agent_id, data)
        if data.stream or "text/event-stream" in request.headers.get("accept", ""):
            return Stream(
                runs.events(principal, run, message_id), media_type="text/event-stream",
                headers={"cache-control": "no-store", "x-accel-buffering": "no"},
            )  # fmt: skip
        if data.wait:
            run = await runs.finished(principal, run)
        over = run.status in ("succeeded", "failed", "cancelled")
        return Response(run, status_code=HTTP_200_OK if over else HTTP_202_ACCEPTED)
