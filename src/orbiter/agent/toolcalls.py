"""The tool calls of one turn: side by side, each a step, with errors that go back to the model."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import cast

import msgspec

from orbiter.agent.definition import AgentDefinition
from orbiter.agent.transcript import Transcript
from orbiter.errors import StepFailed, ToolError
from orbiter.models.base import JSON, ToolCallPart, ToolResultPart
from orbiter.ports import HttpClient
from orbiter.run.context import RunContext, StepHandle, StepResult, StepSpec
from orbiter.run.types import Effect, StepRecord
from orbiter.tools.base import ToolContext, ToolRegistry

MALFORMED = ("UNKNOWN_TOOL", "INVALID_ARGUMENTS")


class ToolOutcome(msgspec.Struct, frozen=True):
    part: ToolResultPart
    malformed: bool


class ToolRunner:
    """Runs the calls of an agent's turns with the tools of `registry` that its definition names."""

    def __init__(self, definition: AgentDefinition, registry: ToolRegistry, http: HttpClient) -> None:
        self._definition = definition
        self._registry = registry
        self._http = http

    async def run(
        self, ctx: RunContext, turn: int, calls: Sequence[ToolCallPart], transcript: Transcript
    ) -> list[ToolOutcome]:
        """All calls of the turn, in their order. When one must wait for a person the others still end first."""
        tasks = [asyncio.ensure_future(self._one(ctx, turn, i, call, transcript)) for i, call in enumerate(calls)]
        try:
            results = await asyncio.gather(*tasks, return_exceptions=True)
        except asyncio.CancelledError:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            raise
        for result in results:
            if isinstance(result, BaseException):
                raise result
        return [result for result in results if isinstance(result, ToolOutcome)]

    async def _one(
        self, ctx: RunContext, turn: int, index: int, call: ToolCallPart, transcript: Transcript
    ) -> ToolOutcome:
        step = _ToolStep(self, ctx, call, f"turn:{turn}/tool:{index}")
        shown = step.shown
        transcript.tool(shown)
        try:
            record = await ctx.step(step.spec(f"turn:{turn}/model"), step.run)
        except StepFailed as failed:
            shown["error"] = failed.message
            shown["step_id"] = failed.info_.step_id
            return ToolOutcome(_result(call, {"error": failed.message}, is_error=True), failed.code in MALFORMED)
        shown.update(step_id=record.id, result=record.output, duration_ms=_duration_ms(record))
        return ToolOutcome(_result(call, record.output), malformed=False)

    async def call(self, ctx: RunContext, name: str, arguments: JSON, handle: StepHandle, key: str) -> JSON:
        effect = self._definition.effect_of(name)
        if effect is None:
            raise ToolError(f"There is no tool {name!r}. Use one of those you were given.", code="UNKNOWN_TOOL")
        if not isinstance(arguments, dict):
            raise ToolError("The arguments are not a JSON object.", code="INVALID_ARGUMENTS")
        context = ToolContext(ctx.run_id, key, self._http, ctx.clock, handle.idempotency_key)
        return await self._registry.get(name).call(cast("dict[str, JSON]", arguments), context)

    def effect(self, name: str) -> Effect:
        return self._definition.effect_of(name) or "pure"


class _ToolStep:
    def __init__(self, runner: ToolRunner, ctx: RunContext, call: ToolCallPart, key: str) -> None:
        self._runner = runner
        self._ctx = ctx
        self._name = call.name
        self._key = key
        self._arguments = _parse(call.arguments)
        self.shown: dict[str, JSON] = {
            "type": "tool_call", "step_id": None, "name": call.name, "arguments": self._arguments
        }  # fmt: skip

    def spec(self, parent: str) -> StepSpec:
        return StepSpec(
            key=self._key, parent_key=parent, kind="tool", name=self._name, effect=self._runner.effect(self._name),
            input=self._arguments, echo=self._echo,
        )  # fmt: skip

    async def run(self, handle: StepHandle) -> StepResult:
        self._arguments = self.shown["arguments"] = handle.input
        self.shown["step_id"] = handle.id
        self._emit_call(handle.id)
        began = self._ctx.clock.now_us()
        try:
            output = await self._runner.call(self._ctx, self._name, self._arguments, handle, self._key)
        except ToolError as error:
            self._emit_result(handle.id, began, error=error.message)
            raise
        self._emit_result(handle.id, began, result=output)
        return StepResult(output)

    def _emit_call(self, step_id: str) -> None:
        self._ctx.emit("tool_call", {"step_id": step_id, "name": self._name, "arguments": self._arguments})

    def _emit_result(self, step_id: str, began: int, **end: JSON) -> None:
        duration = (self._ctx.clock.now_us() - began) // 1000
        self._ctx.emit("tool_result", {"step_id": step_id, "name": self._name, "duration_ms": duration, **end})

    def _echo(self, record: StepRecord) -> None:
        self._emit_call(record.id)
        end = {"error": record.error.message} if record.error else {"result": record.output}
        self._emit_result(record.id, self._ctx.clock.now_us(), **end)


def _parse(arguments: str) -> JSON:
    try:
        return msgspec.json.decode(arguments or "{}")
    except (msgspec.DecodeError, RecursionError):
        return arguments


def _result(call: ToolCallPart, output: JSON, *, is_error: bool = False) -> ToolResultPart:
    return ToolResultPart(call.id, call.name, output, is_error)


def _duration_ms(record: StepRecord) -> int | None:
    return None if record.ended_at is None else (record.ended_at - record.started_at) // 1000
