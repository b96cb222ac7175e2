"""Every message of the socket, both ways. The exported schema (`schema.export_schema`) is made from these structs.

A message from a client is decoded against `ClientMessage`: unknown types and fields are refused. Messages to a client
are described by `SERVER_MESSAGES`; what they carry of the REST resources is typed by name (`Message`, `Run`, ...).
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

import msgspec

MAX_DEPTH = 64
MAX_CONTENT_CHARS = 400_000

ShortText: TypeAlias = Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
ChannelName: TypeAlias = Annotated[str, msgspec.Meta(min_length=1, max_length=32)]
Sequence: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
Id: TypeAlias = Annotated[str, msgspec.Meta(min_length=36, max_length=36)]


class EmptyPayload(msgspec.Struct, forbid_unknown_fields=True):
    pass


class _Client(msgspec.Struct, tag_field="type", kw_only=True, forbid_unknown_fields=True):
    """The envelope is the same both ways, so `topic`, `seq` and `ts` are allowed on every message."""

    id: ShortText | None = None
    """Repeated by the reply or error."""
    topic: ShortText | None = None
    seq: Sequence | None = None
    ts: ShortText | None = None


class Subscribe(_Client, tag="subscribe"):
    """Follow one topic, or without `topic` all of the caller's events on the channel."""

    channel: ChannelName
    after: Sequence | None = None
    """The number of the last event that the client has; only together with `topic`."""
    payload: EmptyPayload | None = None


class Unsubscribe(_Client, tag="unsubscribe"):
    channel: ChannelName
    payload: EmptyPayload | None = None


class Pong(_Client, tag="pong"):
    channel: Literal["system"] = "system"
    payload: EmptyPayload | None = None


class ChatSendPayload(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """`parent_id` absent continues at the head; given, it makes a sibling of the messages below that parent
    (null: of the first message). A repeated `client_message_id` returns the run that the first one started."""

    content: Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_CONTENT_CHARS)]
    agent_id: Id | None = None
    conversation_id: Id | None = None
    parent_id: Id | msgspec.UnsetType | None = msgspec.UNSET
    client_message_id: ShortText | None = None


class ChatStopPayload(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The run to stop: by its id, or as the one that is active in a conversation."""

    run_id: Id | None = None
    conversation_id: Id | None = None


class ChatResumePayload(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    run_id: Id | None = None
    conversation_id: Id | None = None
    step_id: Id | None = None
    decision: Literal["retry", "done", "fail"] | None = None
    output: Any = None


class ChatSend(_Client, tag="send"):
    channel: Literal["chat"]
    payload: ChatSendPayload


class ChatStop(_Client, tag="stop"):
    channel: Literal["chat"]
    payload: ChatStopPayload


class ChatResume(_Client, tag="resume"):
    channel: Literal["chat"]
    payload: ChatResumePayload


Request: TypeAlias = ChatSend | ChatStop | ChatResume
"""What a channel handler answers."""
ClientMessage: TypeAlias = Subscribe | Unsubscribe | Pong | Request


# The REST resources inside events. Their fields belong to the OpenAPI document; `export_schema` takes the real types.
class Message(msgspec.Struct):
    """A message of a conversation, as `GET /conversations/{id}/messages` gives it."""


class Conversation(msgspec.Struct):
    """A conversation, as `GET /conversations/{id}` gives it."""


class Run(msgspec.Struct):
    """A run, as `GET /runs/{id}` gives it."""


class RunStep(msgspec.Struct):
    """A step of a run, as `GET /runs/{id}/steps` gives it."""


class Notification(msgspec.Struct):
    """A notification, as `GET /notifications` gives it."""


class Usage(msgspec.Struct):
    """Tokens used, as in `Run.usage`."""


class ConnectedPayload(msgspec.Struct):
    user_id: str
    channels: list[str]
    connection_id: str


class SubscribedPayload(msgspec.Struct):
    """Every event of the subscription that follows has a number above `seq`. `missed`: events after the asked number
    are not kept any more; fetch the current state by REST."""

    channel: str
    topic: str | None
    seq: int
    missed: bool


class TopicPayload(msgspec.Struct):
    channel: str
    topic: str | None


class ErrorPayload(msgspec.Struct):
    code: str
    message: str


class StartedPayload(msgspec.Struct):
    conversation_id: str
    run_id: str
    message_id: str
    message: Message
    run: Run


class TokenPayload(msgspec.Struct):
    """A piece of an answer or of its reasoning. A higher `attempt` replaces all that the step has shown before."""

    run_id: str
    step_id: str
    attempt: int
    text: str


class ToolCallPayload(msgspec.Struct):
    run_id: str
    step_id: str
    name: str
    arguments: Any


class ToolResultPayload(msgspec.Struct, kw_only=True):
    run_id: str
    step_id: str
    name: str
    result: Any
    duration_ms: float | None = None
    error: str | None = None


class MessagePayload(msgspec.Struct):
    message: Message
    run_id: str | None = None


class ConversationPayload(msgspec.Struct):
    conversation: Conversation


class ChatDonePayload(msgspec.Struct):
    run_id: str
    status: Literal["succeeded", "failed", "cancelled"]
    usage: Usage
    cost_usd_micros: int
    latency_ms: float
    finish_reason: str


class ChatErrorPayload(msgspec.Struct):
    run_id: str
    code: str
    message: str
    retryable: bool


class ChatWaitingPayload(msgspec.Struct):
    """The answer waits for a person: `GET /runs/{id}/steps` says at which step."""

    run_id: str


class RunStartedPayload(msgspec.Struct):
    run_id: str
    status: Literal["running"]


class StepPayload(msgspec.Struct):
    run_id: str
    step: RunStep


class WaitingPayload(msgspec.Struct):
    """First with the step that asks, then, once the run has left memory, without."""

    run_id: str
    step: RunStep | None = None


class ExecutionDonePayload(msgspec.Struct):
    run_id: str
    status: Literal["succeeded", "failed", "cancelled"]


class NotificationPayload(msgspec.Struct):
    """A new one, or one whose `count` has grown."""

    notification: Notification


class NotificationsReadPayload(msgspec.Struct):
    """Some were read or removed, perhaps in another tab; so many are still unread."""

    unread: int


SERVER_MESSAGES: dict[str, dict[str, type[msgspec.Struct]]] = {
    "system": {
        "connected": ConnectedPayload,
        "subscribed": SubscribedPayload,
        "unsubscribed": TopicPayload,
        "resync": TopicPayload,
        "ack": EmptyPayload,
        "ping": EmptyPayload,
        "error": ErrorPayload,
    },
    "chat": {
        "user_message": MessagePayload,
        "started": StartedPayload,
        "token": TokenPayload,
        "reasoning": TokenPayload,
        "tool_call": ToolCallPayload,
        "tool_result": ToolResultPayload,
        "message": MessagePayload,
        "conversation": ConversationPayload,
        "waiting": ChatWaitingPayload,
        "done": ChatDonePayload,
        "error": ChatErrorPayload,
    },
    "execution": {
        "run_started": RunStartedPayload,
        "step_started": StepPayload,
        "step_completed": StepPayload,
        "step_failed": StepPayload,
        "waiting": WaitingPayload,
        "execution_completed": ExecutionDonePayload,
    },
    "notifications": {"notification": NotificationPayload, "read": NotificationsReadPayload},
}
"""Channel, type, payload of all that the server sends."""


class BadMessage(Exception):  # noqa: N818 - a judgement on what a client sent
    """A message that cannot be understood; `id` is the client's, where it could be read."""

    def __init__(self, code: str, message: str, id_: str | None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.id = id_


class _JustId(msgspec.Struct):
    id: ShortText | None = None


_client_decoder: msgspec.json.Decoder[ClientMessage] = msgspec.json.Decoder(ClientMessage)
_id_decoder = msgspec.json.Decoder(_JustId)


def decode(text: str) -> ClientMessage:
    """Raises BadMessage for whatever is not a message of this protocol."""
    try:
        message = _client_decoder.decode(text)
    except msgspec.ValidationError as exc:
        raise BadMessage("VALIDATION_ERROR", f"The message was not understood: {exc}.", id_of(text)) from None
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        raise BadMessage("BAD_REQUEST", "The message is not valid JSON, or nested too deeply.", None) from None
    # Every other field is typed to the last level, so only this one can be deep.
    if isinstance(message, ChatResume) and _deeper_than(message.payload.output, MAX_DEPTH - 2):
        raise BadMessage("BAD_REQUEST", f"JSON may be nested {MAX_DEPTH} levels deep, this is more.", message.id)
    return message


def id_of(text: str) -> str | None:
    """The request's id, from a message that is otherwise not to be looked at."""
    try:
        return _id_decoder.decode(text).id
    except (msgspec.DecodeError, RecursionError):
        return None


def _deeper_than(value: object, limit: int) -> bool:
    """Level by level, so that depth itself cannot exhaust the stack."""
    level = [value]
    for _ in range(limit):
        inner: list[object] = []
        for item in level:
            if isinstance(item, dict):
                inner.extend(item.values())  # pyright: ignore[reportUnknownArgumentType,reportUnknownMemberType]
            elif isinstance(item, list):
                inner.extend(item)  # pyright: ignore[reportUnknownArgumentType]
        if not inner:
            return False
        level = inner
    return any(isinstance(item, dict | list) for item in level)
