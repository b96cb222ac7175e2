"""What belongs to the request at hand and is wanted far from it."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Literal

import msgspec

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""Empty outside a request."""


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """In whose name something happens, for the audit log and for notices."""

    kind: Literal["person", "api_key", "anonymous", "operator", "system"]
    """`operator` is whoever runs the `orbiter` command on this machine, `system` a job or the server itself."""
    user_id: str | None = None
    key_id: str | None = None
    """The API key that the request came with."""
    address: str | None = None


SYSTEM = Actor(kind="system")
OPERATOR = Actor(kind="operator")

actor: ContextVar[Actor] = ContextVar("actor", default=SYSTEM)
"""Set by the door for a request, by the socket for a message, by the command line for a command."""
