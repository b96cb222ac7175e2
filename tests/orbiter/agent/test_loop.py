"""The agent loop on the demo model: answers, tools, limits, resume, replay."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import msgspec
import pytest

from orbiter import Agent, OrbiterError, ToolError, tool
from orbiter.agent.definition import AgentDefinition, ToolBinding
from orbiter.agent.loop import AgentLoop
from orbiter.agent.toolcalls import ToolRunner
from orbiter.models.base import (
    Finish,
    ModelInfo,
    ModelRef,
    ModelRequest,
    StreamEvent,
    TextDelta,
    ToolCallDelta,
    text_message,
)
from orbiter.models.gateway import Gateway, RetryPolicy
from orbiter.net import GuardedHttpClient
from orbiter.run.context import RunContext
from orbiter.run.driver import RunOutcome, drive
from orbiter.run.journal import Journal
from orbiter.run.memory import MemoryJournal
from orbiter.run.replay import ReplayContext, first_difference
from orbiter.tools import ToolRegistry
from tests.orbiter.run.support import Bench


@tool(effect="pure")
def double(number: int) -> int:
    """Twice the number.

    Args:
        number: What to double.
    """
    return number * 2


@tool(effect="read")
def broken(reason: str) -> str:
    """Always fails.

    Args:
        reason: Why.
    """
    raise ToolError(f"broken because {reason}")


class Scripted:
    """A model that says, turn by turn, what the test wrote: a text, or calls as (name, arguments)."""

    def __init__(self, *turns: str | list[tuple[str, str]]) -> None:
        self.turns = list(turns)
        self.requests: list[ModelRequest] = []

    async def stream(self, request: ModelRequest) -> AsyncIterator[StreamEvent]:
        self.requests.append(request)
        turn = self.turns[min(len(self.requests), len(self.turns)) - 1]
        if isinstance(turn, str):
            for word in turn.split(" "):
                yield TextDelta(word + " ")
            yield Finish("stop")
            return
        for index, (name, arguments) in enumerate(turn):
            yield ToolCallDelta(index, f"provider-id-{index}", name, arguments)
        yield Finish("tool_calls")

    async def list_models(self) -> list[ModelInfo]:
        return [ModelInfo("scripted")]

    async def aclose(self) -> None:
        return None


def loop_of(model: Scripted, *, max_steps: int = 5, said: str = "hello") -> AgentLoop:
    registry = ToolRegistry()
    registry.register(double)
    registry.register(broken)
    definition = AgentDefinition(
        name="Tester", model=ModelRef("p", "scripted"), max_steps=max_steps,
        tools=tuple(ToolBinding(one.spec, one.effect) for one in registry.all()),
    )  # fmt: skip

    async def client_for(_provider_id: str) -> Scripted:
        return model

    runner = ToolRunner(definition, registry, GuardedHttpClient())
    return AgentLoop(definition, Gateway(client_for), runner, messages=[text_message("user", said)],
                     retry=RetryPolicy(max_attempts=1))  # fmt: skip


async def carry(bench: Bench, loop: AgentLoop) -> RunOutcome:
    return await drive(bench.context(), loop.run, loop.partial)


async def test_an_agent_answers_by_itself() -> None:
    result = await Agent("Helper", tools=["calculator"]).run("What is 12.5% of 8640? Use the calculator.")
    assert "1080" in result.text
    assert [step.key for step in result.steps] == ["turn:1/model", "turn:1/tool:0", "turn:2/model"]
    assert result.cost_usd_micros == 0


async def test_an_agent_answers_in_the_shape_that_is_asked_for() -> None:
    schema = {"type": "object", "properties": {"city": {"type": "string"}, "days": {"type": "integer", "minimum": 1}},
              "required": ["city", "days"], "additionalProperties": False}  # fmt: skip
    result = await Agent("Planner", output_schema=schema).run("Plan a trip")
    assert set(result.data) == {"city", "days"}
    assert result.data["days"] >= 1


async def test_parallel_calls_run_side_by_side_and_keep_their_order() -> None:
    bench = Bench()
    model = Scripted([("double", '{"number": 1}'), ("double", '{"number": 2}')], "both done")
    outcome = await carry(bench, loop_of(model))
    assert [row.output for row in bench.store.rows() if row.kind == "tool"] == [2, 4]
    assert [part["type"] for part in outcome.output["parts"]] == ["tool_call", "tool_call", "text"]
    shown = outcome.output["parts"][0]
    assert (shown["name"], shown["arguments"], shown["result"], shown["step_id"]) == (
        "double", {"number": 1}, 2, bench.row("turn:1/tool:0").id,
    )  # fmt: skip
    sent = model.requests[1].messages
    assert [message.role for message in sent] == ["user", "assistant", "tool", "tool"]


async def test_a_tools_error_goes_back_to_the_model() -> None:
    bench = Bench()
    model = Scripted([("broken", '{"reason": "of rain"}')], "It is broken")
    outcome = await carry(bench, loop_of(model))
    assert outcome.status == "succeeded"
    result = model.requests[1].messages[-1].content[0]
    assert result.is_error
    assert "of rain" in str(result.output)


@pytest.mark.parametrize(
    ("call", "code"),
    [(("nothing_such", "{}"), "UNKNOWN_TOOL"), (("double", '{"number": "x"}'), "INVALID_ARGUMENTS"),
     (("double", "{not json"), "INVALID_ARGUMENTS"), (("double", '{"number": 1, "more": 2}'), "INVALID_ARGUMENTS")],
)  # fmt: skip
async def test_a_call_that_does_not_fit_is_never_run_and_ends_the_run_after_three(
    call: tuple[str, str], code: str
) -> None:
    bench, model = Bench(), Scripted([call])
    outcome = await carry(bench, loop_of(model, max_steps=10))
    assert (outcome.status, outcome.error and outcome.error.code, len(model.requests)) == (
        "failed", "TOOL_CALLS_INVALID", 3,
    )  # fmt: skip
    assert {row.error.code for row in bench.store.rows() if row.error} == {code}


async def test_a_loop_without_an_answer_stops_at_its_limit() -> None:
    bench, model = Bench(), Scripted([("double", '{"number": 1}')])
    outcome = await carry(bench, loop_of(model, max_steps=4))
    assert (outcome.error and outcome.error.code, len(model.requests)) == ("MAX_STEPS", 4)
    assert len(outcome.output["parts"]) == 4


async def test_the_journal_of_a_long_loop_grows_with_its_steps_and_not_their_square() -> None:
    sizes = []
    for turns in (10, 40):
        bench = Bench()
        model = Scripted(*[[("double", '{"number": 1}')] for _ in range(turns)], "done")
        await carry(bench, loop_of(model, max_steps=100))
        sizes.append(sum(len(msgspec.json.encode(row)) for row in bench.store.rows()) / turns)
    assert sizes[1] < sizes[0] * 1.2


async def test_a_run_that_is_carried_again_asks_nobody_again() -> None:
    bench, model = Bench(), Scripted([("double", '{"number": 21}')], "42 it is")
    first = await carry(bench, loop_of(model))
    second = await carry(bench, loop_of(model))
    assert len(model.requests) == 2
    assert second.output == first.output


async def test_a_replay_tells_the_same_story_and_calls_nothing() -> None:
    bench = Bench()
    model = Scripted([("double", '{"number": 3}'), ("broken", '{"reason": "why"}')], "the answer")
    await carry(bench, loop_of(model))
    source, told = bench.store.rows(), Bench()
    outcome = await _replay(source, told, loop_of(Scripted("never asked")))
    assert outcome.status == "succeeded"
    assert first_difference(source, told.store.rows()) is None
    tokens = [event.payload["text"] for event in told.sink.events if event.type == "token"]
    assert "".join(tokens).strip() == "the answer"


async def _replay(source: list, told: Bench, loop: AgentLoop) -> RunOutcome:
    context = told.context()
    replay = ReplayContext(context, Journal(MemoryJournal(), source))
    return await drive(replay, loop.run, loop.partial)


async def test_a_changed_journal_is_found_out_at_its_first_difference() -> None:
    bench = Bench()
    await carry(bench, loop_of(Scripted([("double", '{"number": 3}')], "six")))
    source = bench.store.rows()
    told = Bench()
    source[1].output = 7
    await _replay(source, told, loop_of(Scripted("never asked")))
    difference = first_difference(source, told.store.rows())
    assert difference is not None
    assert difference.index > 0


async def test_cancelling_keeps_what_was_said() -> None:
    bench, heard = Bench(), asyncio.Event()

    class Slow(Scripted):
        async def stream(self, request: ModelRequest) -> AsyncIterator[StreamEvent]:
            yield TextDelta("half an ans")
            heard.set()
            await asyncio.Future()

    loop = loop_of(Slow())
    context: RunContext = bench.context()
    task = asyncio.create_task(drive(context, loop.run, loop.partial))
    await heard.wait()
    task.cancel()
    outcome = await task
    assert (outcome.status, outcome.output["text"]) == ("cancelled", "half an ans")
    assert outcome.usage.estimated


async def test_an_agent_that_cannot_answer_raises() -> None:
    with pytest.raises(OrbiterError, match="steps"):
        await Agent("Loop", client=Scripted([("calculator", '{"expression": "1"}')]), tools=["calculator"],
                    max_steps=2).run("go")  # fmt: skip
