"""The socket: domains publish to the `Hub` and register `TopicAuthorizer`s and `ChannelHandler`s for their channels."""

from orbiter_api.realtime.endpoint import realtime_socket
from orbiter_api.realtime.hub import Hub
from orbiter_api.realtime.limits import Limits
from orbiter_api.realtime.ports import Caller, ChannelHandler, RealtimeServices, Reply, TopicAuthorizer
from orbiter_api.realtime.schema import export_schema

__all__ = [
    "Caller",
    "ChannelHandler",
    "Hub",
    "Limits",
    "RealtimeServices",
    "Reply",
    "TopicAuthorizer",
    "export_schema",
    "realtime_socket",
]
