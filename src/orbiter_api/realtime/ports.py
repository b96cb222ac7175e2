"""What the socket needs from the rest of the app, and what a domain implements to be heard on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from orbiter_api.security.principal import Principal, PrincipalLoader

if TYPE_CHECKING:
    from orbiter_api.realtime.hub import Hub


class TopicAuthorizer(Protocol):
    """Registered per channel by the domain that owns it. A channel without one cannot be followed."""

    async def may_read(self, principal: Principal, topic: str) -> bool:
        """Whether the principal may see the topic's events; False also for a topic that does not exist.

        `topic` is any text of 1 to 128 characters that a client sent. Asked when a client subscribes and, while events
        flow, once a second for each topic of a session: answer from memory where that is possible.
        """
        ...


class Caller(Protocol):
    """The socket that a request came from, as a channel handler sees it."""

    @property
    def id(self) -> str: ...

    def subscribe(self, channel: str, topic: str) -> None:
        """Makes the client follow a topic from now on, as if it had asked; without a rights check, so only for what
        the handler has just checked or made. The client is told by `subscribed` unless it follows the topic already."""
        ...


class Reply(msgspec.Struct, frozen=True):
    """Answers a request on the channel that it came on, with the request's id."""

    type: str
    payload: Any


class ChannelHandler(Protocol):
    """Registered per channel by the domain that owns it."""

    async def handle(
        self, principal: Principal, connection: Caller, type: str, payload: Any, request_id: str | None
    ) -> Reply | None:
        """Does what the message asks. `payload` is the checked struct of `protocol` for this type (`ChatSend.payload`
        is a `ChatSendPayload`, and so on). None is answered by `{system, ack}` when the request has an id.

        The principal was loaded for this very message; whether it may do this is for the handler to check. An
        `AppError` or `OrbiterError` becomes `{system, error, {code, message}}`. Ends within 30 s, else it is cancelled;
        messages of one socket are handled one after the other, in their order.
        """
        ...


class OriginSettings(Protocol):
    @property
    def cors_origins(self) -> tuple[str, ...]: ...


class RealtimeServices(Protocol):
    """What the endpoint takes from `app.state.services`."""

    @property
    def hub(self) -> Hub: ...
    @property
    def principals(self) -> PrincipalLoader: ...
    @property
    def topics(self) -> Mapping[str, TopicAuthorizer]: ...
    @property
    def channels(self) -> Mapping[str, ChannelHandler]: ...
    @property
    def settings(self) -> OriginSettings: ...
