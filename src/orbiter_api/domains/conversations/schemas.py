"""What clients see and send of conversations."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from orbiter.models.base import Usage
from orbiter_api.domains.agents import AgentUpdate, InputMessage
from orbiter_api.domains.execution import Run, RunError
from orbiter_api.kit.schema import Body, Identifier

Content = Annotated[str, Meta(min_length=1, max_length=400_000)]
ClientId = Annotated[str, Meta(min_length=1, max_length=128)]
Audience = Literal["project", "link"]
Title = Annotated[str, Meta(min_length=1, max_length=200)]


class TextPart(Struct, frozen=True, tag_field="type", tag="text"):
    text: str


class ReasoningPart(Struct, frozen=True, tag_field="type", tag="reasoning"):
    text: str


class ToolCallPart(Struct, frozen=True, tag_field="type", tag="tool_call", kw_only=True):
    step_id: str | None
    name: str
    arguments: Any
    result: Any = None
    error: str | None = None
    duration_ms: int | None = None


MessagePart = TextPart | ReasoningPart | ToolCallPart


class Sharing(Struct, frozen=True, kw_only=True):
    """With whom a conversation is shared. The same for whoever looks at it."""

    project: Literal["read", "reply"] | None
    """What the members of its project may do."""
    link: bool
    owner_name: str


class Conversation(Struct, frozen=True, kw_only=True):
    id: str
    title: str
    agent_id: str | None
    project_id: str
    head_message_id: str | None
    active_run_id: str | None
    created_by: str
    sharing: Sharing | None
    """Null for a private one."""
    revision: int
    created_at: str
    updated_at: str


class ConversationCreate(Body):
    agent_id: Identifier
    title: Title | None = None


class ConversationUpdate(Body):
    title: Title | UnsetType = UNSET
    head_message_id: Identifier | UnsetType = UNSET


class Message(Struct, frozen=True, kw_only=True):
    id: str
    conversation_id: str
    parent_id: str | None
    role: Literal["user", "assistant"]
    content: list[MessagePart]
    run_id: str | None
    status: Literal["complete", "interrupted", "failed"]
    agent_id: str | None
    model: str | None
    usage: Usage | None
    cost_usd_micros: int | None
    error: RunError | None
    created_at: str
    created_by: str | None
    """Who wrote it; null for an answer."""
    sibling_ids: list[str]
    """All messages with the same parent, oldest first, this one included."""


class ShareSet(Body):
    """Share a conversation, or change how it is shared. The project's members may read it and, with `may_reply`, its
    developers go on with it; a link is for reading, for everyone who is signed in and has it."""

    audience: Audience
    may_reply: bool = False
    expires_in_days: Annotated[int, Meta(ge=1, le=365)] | None = None
    """Of a link; null: until it is revoked."""


class ProjectShare(Struct, frozen=True, kw_only=True):
    may_reply: bool
    created_at: str


class LinkShare(Struct, frozen=True, kw_only=True):
    token: str
    """The link is `/shared/<token>`."""
    created_at: str
    expires_at: str | None
    readers: int
    """How many people have opened it."""


class Share(Struct, frozen=True, kw_only=True):
    project: ProjectShare | None
    link: LinkShare | None


class Named(Struct, frozen=True):
    id: str
    name: str


class Participants(Struct, frozen=True, kw_only=True):
    """Who spoke in a conversation: whoever reads it may know their names."""

    people: list[Named]
    agents: list[Named]


class MessageSend(Body):
    """`parent_id` absent continues at the head; given, it makes a sibling of the messages below that parent (null: of
    the first message). A repeated `client_message_id` returns the run that the first one started."""

    content: Content
    parent_id: Identifier | UnsetType | None = UNSET
    client_message_id: ClientId | None = None
    agent_id: Identifier | None = None


class MessageRegenerate(Body):
    agent_id: Identifier | None = None


class TurnStarted(Struct, frozen=True):
    conversation_id: str
    message: Message
    run: Run


class AgentRunRequest(Body):
    """Give `input`, or `messages` ending with the user's. Without `conversation_id` a conversation is made, unless
    `ephemeral`. `draft` is laid over the saved agent, for trying a change before it is saved."""

    input: Content | None = None
    messages: Annotated[list[InputMessage], Meta(min_length=1, max_length=200)] | None = None
    conversation_id: Identifier | None = None
    stream: bool = False
    wait: bool = True
    draft: AgentUpdate | None = None
    ephemeral: bool = False
