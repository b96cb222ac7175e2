"""The agent loop: ask the model, run the tools that it asks for, hand the results back, until it answers.

Every model and tool call is a step, so a loop that is cut anywhere continues where it was. A tool's error goes back to
the model instead of ending the run.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import msgspec

from orbiter.agent.definition import AgentDefinition
from orbiter.agent.toolcalls import ToolRunner
from orbiter.agent.transcript import Transcript
from orbiter.errors import OrbiterError, ProviderError
from orbiter.models.base import (
    JSON,
    Message,
    ModelRef,
    ModelRequest,
    ModelResponse,
    ReasoningDelta,
    StreamEvent,
    TextDelta,
    text_message,
)
from orbiter.models.gateway import Gateway, RetryPolicy, estimated_response
from orbiter.models.retry import falls_back
from orbiter.run.canonical import input_sha, plain
from orbiter.run.context import RunContext, StepHandle, StepResult, StepSpec
from orbiter.run.driver import RunFailed
from orbiter.run.retry import Retry
from orbiter.run.types import StepRecord

MAX_BAD_TURNS = 3
"""Turns in a row in which every call was unknown or malformed, before the run gives up."""


class AgentLoop:
    """One run of one agent. `history` is what was said before; `messages` is what the run answers."""

    def __init__(
        self,
        definition: AgentDefinition,
        gateway: Gateway,
        tools: ToolRunner,
        *,
        history: Sequence[Message] = (),
        messages: Sequence[Message],
        retry: RetryPolicy | None = None,
    ) -> None:
        self.definition = definition
        self.transcript = Transcript()
        self.gateway = gateway
        self._tools = tools
        self.retry = retry or RetryPolicy()
        self._seen: list[Message] = [*history]
        self._seen_sha = input_sha(plain(history))
        """Of what came before: each turn's messages are hashed once, onto the hash of those before them."""
        self._new: list[Message] = [*messages]

    def partial(self) -> JSON:
        """What the run can show when it is stopped or fails now."""
        return self.transcript.output("interrupted")

    async def run(self, ctx: RunContext) -> JSON:
        """The output `{text, finish_reason, parts, data?}`. Raises what `RunContext.step` raises, and RunFailed."""
        bad_turns = 0
        for turn in range(1, self.definition.max_steps + 1):
            response = await self._model_step(ctx, turn)
            self.transcript.add(response)
            calls = response.message.tool_calls
            if not calls:
                return self._finish(response)
            results = await self._tools.run(ctx, turn, calls, self.transcript)
            bad_turns = bad_turns + 1 if all(result.malformed for result in results) else 0
            if bad_turns >= MAX_BAD_TURNS:
                raise self._failed(
                    "TOOL_CALLS_INVALID", "The model kept calling tools that do not exist or do not fit."
                )
            self._new = [response.message, *(Message("tool", (result.part,)) for result in results)]
        raise self._failed(
            "MAX_STEPS",
            f"The agent used all its {self.definition.max_steps} steps without an answer. Raise its step limit or "
            "make its instructions clearer.",
        )

    def _failed(self, code: str, message: str) -> RunFailed:
        return RunFailed(message, code=code, output=self.transcript.output(code.lower()))

    def _finish(self, response: ModelResponse) -> JSON:
        output = self.transcript.output(response.finish_reason)
        if self.definition.output_schema is None:
            return output
        try:
            return {**output, "data": msgspec.json.decode(response.message.text)}
        except msgspec.DecodeError:
            raise self._failed("INVALID_OUTPUT", "The model was asked for JSON and answered something else.") from None

    async def _model_step(self, ctx: RunContext, turn: int) -> ModelResponse:
        call = _ModelCall(self, ctx, self._request())
        new = plain(self._new)
        before: JSON = {"messages": len(self._seen), "sha256": self._seen_sha}
        record = await ctx.step(call.spec(turn, {"messages": new, "before": before}), call.run)
        self._seen += self._new
        self._seen_sha = input_sha([self._seen_sha, new])
        return msgspec.convert(record.output, ModelResponse)

    def _request(self) -> ModelRequest:
        definition = self.definition
        system = [text_message("system", definition.instructions)] if definition.instructions else []
        return ModelRequest(
            model=definition.model.name,
            messages=(*system, *self._seen, *self._new),
            tools=tuple(binding.spec for binding in definition.tools),
            params=definition.params,
            output_schema=definition.output_schema,
        )


class _ModelCall:
    """One model step: its record's input, its attempts and what is booked for an attempt that was cut."""

    def __init__(self, loop: AgentLoop, ctx: RunContext, request: ModelRequest) -> None:
        self._loop = loop
        self._ctx = ctx
        self._request = request
        self._fallbacks = tuple(model.name for model in loop.definition.fallbacks)

    def spec(self, turn: int, given: JSON) -> StepSpec:
        """The input holds only what is new since the last model step, and a hash of what came before: a journal
        grows with the run, not with its square."""
        policy = self._loop.retry
        definition = self._loop.definition
        model = definition.model
        return StepSpec(
            key=f"turn:{turn}/model", kind="model", name=model.name, effect="read", model=model.name,
            input=given, providers=tuple(one.provider_id for one in (model, *definition.fallbacks)),
            retry=Retry(policy.max_attempts, policy.wait_s, self._fallbacks, falls_back),
            cut=self._cut, echo=self._echo,
        )  # fmt: skip

    async def run(self, handle: StepHandle) -> StepResult:
        transcript = self._loop.transcript
        transcript.discard_open()
        ident: dict[str, JSON] = {"step_id": handle.step_id, "attempt": handle.attempt}

        def on_event(event: StreamEvent) -> None:
            if isinstance(event, TextDelta):
                transcript.delta("text", event.text)
                self._ctx.emit("token", {"text": event.text, **ident})
            elif isinstance(event, ReasoningDelta):
                transcript.delta("reasoning", event.text)
                self._ctx.emit("reasoning", {"text": event.text, **ident})

        model, request = self._going(handle.way)
        response = await self._loop.gateway.complete(model, request, on_event)
        return StepResult(plain(response), response.usage, response.cost_usd_micros)

    def _going(self, way: int) -> tuple[ModelRef, ModelRequest]:
        model = self._loop.definition.model_at(way)
        return model, msgspec.structs.replace(self._request, model=model.name)

    def _cut(self, error: OrbiterError | None, way: int) -> StepResult | None:
        """An attempt that had begun to answer, or was cut from outside, is booked by estimate."""
        if isinstance(error, ProviderError) and error.partial is None:
            return None
        text = self._loop.transcript.open_text
        response = estimated_response(self._loop.gateway, *self._going(way), text)
        return StepResult({"interrupted": True, "text": text}, response.usage, response.cost_usd_micros)

    def _echo(self, record: StepRecord) -> None:
        """On replay: what the attempt had said, as one piece."""
        transcript = self._loop.transcript
        transcript.discard_open()
        ident: dict[str, JSON] = {"step_id": record.id, "attempt": record.attempt}
        for kind, text in _said(record):
            transcript.delta(kind, text)
            self._ctx.emit("token" if kind == "text" else "reasoning", {"text": text, **ident})


def _said(record: StepRecord) -> list[tuple[str, str]]:
    """The pieces of a finished answer, or what had come of one that was cut."""
    if record.status == "succeeded":
        content = msgspec.convert(record.output, ModelResponse).message.content
        return [(part["type"], part["text"]) for part in plain(content) if part["type"] in ("text", "reasoning")]
    output: object = record.output
    cut = cast("dict[str, JSON]", output) if isinstance(output, dict) else {}
    return [("text", str(cut["text"]))] if cut.get("text") else []
