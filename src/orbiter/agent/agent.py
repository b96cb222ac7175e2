"""An agent by itself, for programs that need no server."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from orbiter.agent.definition import MAX_STEPS_DEFAULT, AgentDefinition, ToolBinding
from orbiter.agent.loop import AgentLoop
from orbiter.agent.toolcalls import ToolRunner
from orbiter.errors import OrbiterError
from orbiter.models.base import JSON, Message, ModelClient, ModelParams, ModelRef, Usage, text_message
from orbiter.models.demo import DemoClient
from orbiter.models.gateway import Gateway
from orbiter.net import GuardedHttpClient
from orbiter.run.context import RunContext
from orbiter.run.driver import RunOutcome, drive
from orbiter.run.journal import Journal
from orbiter.run.memory import MemoryJournal, SystemClock, new_id
from orbiter.run.types import RunEvent, StepRecord
from orbiter.tools.base import Tool, ToolRegistry
from orbiter.tools.catalog import builtin_tools


class AgentResult(msgspec.Struct, frozen=True, kw_only=True):
    """An answer. `data` is the decoded JSON where the agent has an `output_schema`; `steps` is the journal."""

    text: str
    data: JSON
    finish_reason: str
    usage: Usage
    cost_usd_micros: int
    steps: list[StepRecord]


class Agent:
    """`model` is a name of the built-in demo model, or of a model that `client` serves; `fallbacks` are asked in their
    order when it fails for good. `tools` are `Tool`s and names of built-in ones. Raises KeyError for a built-in that
    does not exist."""

    def __init__(
        self,
        name: str,
        instructions: str = "",
        *,
        model: str = "orbiter-demo",
        client: ModelClient | None = None,
        fallbacks: Sequence[str] = (),
        tools: Sequence[Tool | str] = (),
        params: ModelParams | None = None,
        max_steps: int = MAX_STEPS_DEFAULT,
        output_schema: dict[str, Any] | None = None,
    ) -> None:
        self._registry = _registry(tools)
        self._client: ModelClient = client or DemoClient()
        self._http = GuardedHttpClient()
        self.definition = AgentDefinition(
            name=name,
            instructions=instructions,
            model=ModelRef("", model),
            fallbacks=tuple(ModelRef("", name) for name in fallbacks),
            params=params or ModelParams(),
            max_steps=max_steps,
            tools=tuple(ToolBinding(tool.spec, tool.effect) for tool in self._registry.all()),
            output_schema=output_schema,
        )

    async def run(
        self, text: str, *, history: Sequence[Message] = (), on_event: Callable[[RunEvent], None] | None = None
    ) -> AgentResult:
        """Answer `text`. `on_event` sees tokens and tool calls as they come. Raises OrbiterError when the run fails."""
        store = MemoryJournal()
        ctx = RunContext(new_id(), Journal(store), _Sink(on_event), SystemClock(), new_id)
        loop = AgentLoop(
            self.definition, Gateway(self._client_for), ToolRunner(self.definition, self._registry, self._http),
            history=history, messages=[text_message("user", text)],
        )  # fmt: skip
        return _result(await drive(ctx, loop.run, loop.partial), store.rows())

    async def _client_for(self, _provider_id: str) -> ModelClient:
        return self._client

    async def aclose(self) -> None:
        """Close the connections that tools and the model's client keep open."""
        await self._http.aclose()
        await self._client.aclose()


class _Sink:
    def __init__(self, on_event: Callable[[RunEvent], None] | None) -> None:
        self._on_event = on_event

    def emit(self, event: RunEvent) -> None:
        if self._on_event is not None:
            self._on_event(event)


def _registry(tools: Sequence[Tool | str]) -> ToolRegistry:
    known = builtin_tools()
    chosen = ToolRegistry()
    for tool in tools:
        chosen.register(known.get(tool) if isinstance(tool, str) else tool)
    return chosen


def _result(outcome: RunOutcome, steps: list[StepRecord]) -> AgentResult:
    if outcome.status != "succeeded":
        error = outcome.error
        raise OrbiterError(
            error.message if error else f"The run is {outcome.status}.", code=error.code if error else None
        )
    output: dict[str, Any] = outcome.output
    return AgentResult(
        text=output["text"], data=output.get("data"), finish_reason=output["finish_reason"], usage=outcome.usage,
        cost_usd_micros=outcome.cost_usd_micros, steps=steps,
    )  # fmt: skip
