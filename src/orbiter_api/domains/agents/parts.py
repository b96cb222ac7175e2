"""Parts of an agent that clients send and see as they are stored."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from orbiter_api.kit.schema import Body, Identifier


class AgentModel(Body):
    provider_id: Identifier
    name: Annotated[str, Meta(min_length=1, max_length=200)]


class AgentParams(Body):
    """Null or absent leaves the provider's default."""

    temperature: Annotated[float, Meta(ge=0, le=2)] | None = None
    max_tokens: Annotated[int, Meta(ge=1, le=1_000_000)] | None = None
    top_p: Annotated[float, Meta(ge=0, le=1)] | None = None


class AgentTool(Body):
    tool: Identifier
    """A built-in's name."""
