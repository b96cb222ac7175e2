"""Fallback models: who is asked after whom, what the journal says of it, and what a taken-up or replayed run does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import msgspec
import pytest

from orbiter import Agent
from orbiter.agent.definition import AgentDefinition
from orbiter.agent.loop import AgentLoop
from orbiter.agent.toolcalls import ToolRunner
from orbiter.errors import ProviderError
from orbiter.models.base import (
    Finish,
    ModelInfo,
    ModelRef,
    ModelRequest,
    StreamEvent,
    TextDelta,
    Usage,
    UsageEvent,
    text_message,
)
from orbiter.models.gateway import Gateway, RetryPolicy
from orbiter.models.prices import Price, PriceTable
from orbiter.net import GuardedHttpClient
from orbiter.run.driver import RunOutcome, drive
from orbiter.run.journal import Journal
from orbiter.run.memory import MemoryJournal
from orbiter.run.replay import ReplayContext, first_difference
from orbiter.run.types import StepRecord
from orbiter.tools import ToolRegistry
from tests.orbiter.run.support import Bench

BUSY = ProviderError("It is busy.", code="PROVIDER_RATE_LIMITED", retryable=True)
NO_KEY = ProviderError("It refused the key.", code="PROVIDER_AUTH")
PRICES = PriceTable(
    prices={
        "one": {"large": Price(input=1_000_000, output=1_000_000)},
        "two": {"large": Price(input=5_000_000, output=5_000_000)},
        "three": {"small": Price(input=0, output=0)},
    }
)
Plan = dict[str, list[ProviderError | str]]


class House:
    """Providers by id; each says, call by call, what the test wrote, and its last word for ever."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.asked: list[tuple[str, str]] = []

    async def client_for(self, provider_id: str) -> _Client:
        return _Client(self, provider_id)


class _Client:
    def __init__(self, house: House, provider_id: str) -> None:
        self.provider_type = provider_id
        self._house = house

    async def stream(self, request: ModelRequest) -> AsyncIterator[StreamEvent]:
        house = self._house
        house.asked.append((self.provider_type, request.model))
        said = house.plan[self.provider_type]
        word = said.pop(0) if len(said) > 1 else said[0]
        if isinstance(word, ProviderError):
            raise word
        yield TextDelta(word)
        if word == "hang":
            await asyncio.Future()
        yield UsageEvent(Usage(10, 2))
        yield Finish("stop")

    async def list_models(self) -> list[ModelInfo]:
        return []

    async def aclose(self) -> None: ...


def loop_on(house: House, attempts: int = 2) -> AgentLoop:
    definition = AgentDefinition(
        name="Tester", model=ModelRef("one", "large"),
        fallbacks=(ModelRef("two", "large"), ModelRef("three", "small")),
    )  # fmt: skip
    return AgentLoop(
        definition, Gateway(house.client_for, PRICES), ToolRunner(definition, ToolRegistry(), GuardedHttpClient()),
        messages=[text_message("user", "hello")], retry=RetryPolicy(max_attempts=attempts),
    )  # fmt: skip


async def carry(bench: Bench, loop: AgentLoop) -> RunOutcome:
    return await drive(bench.context(), loop.run, loop.partial)


def told(rows: list[StepRecord]) -> list[tuple[int, str | None, str, bool | None]]:
    return [(row.attempt, row.model, row.status, row.error.final if row.error else None) for row in rows]


async def test_the_first_choice_is_asked_alone_while_it_answers() -> None:
    house = House({"one": ["hi"], "two": ["no"], "three": ["no"]})
    bench = Bench()
    outcome = await carry(bench, loop_on(house))
    assert outcome.output["text"] == "hi"
    assert house.asked == [("one", "large")]


async def test_a_model_that_fails_for_good_is_followed_by_the_next_at_its_own_price() -> None:
    house, bench = House({"one": [BUSY], "two": ["from two"], "three": ["no"]}), Bench()
    outcome = await carry(bench, loop_on(house))
    assert (outcome.status, outcome.output["text"]) == ("succeeded", "from two")
    assert house.asked == [("one", "large"), ("one", "large"), ("two", "large")]
    rows = bench.store.rows()
    assert told(rows) == [(1, "large", "failed", False), (2, "large", "failed", False), (3, "large", "succeeded", None)]
    assert rows[-1].cost_usd_micros == 12 * 5
    assert len(bench.clock.slept) == 1, "a wait between two tries of one model, none before the next model"


async def test_the_record_names_the_model_that_answered() -> None:
    house, bench = House({"one": [NO_KEY], "two": [NO_KEY], "three": ["small talk"]}), Bench()
    await carry(bench, loop_on(house))
    assert [(row.name, row.model) for row in bench.store.rows()] == [
        ("large", "large"), ("large", "large"), ("small", "small"),
    ]  # fmt: skip
    assert bench.clock.slept == [], "what cannot get better is not tried again"


@pytest.mark.parametrize("code", ["PROVIDER_REJECTED", "PROVIDER_CONTEXT_LENGTH", "BUDGET_EXCEEDED"])
async def test_a_request_that_is_at_fault_is_not_carried_to_another_model(code: str) -> None:
    house = House({"one": [ProviderError("No.", code=code)], "two": ["yes"], "three": ["yes"]})
    outcome = await carry(Bench(), loop_on(house))
    assert (outcome.status, outcome.error and outcome.error.code, len(house.asked)) == ("failed", code, 1)


async def test_when_all_fail_there_is_one_error_and_no_storm() -> None:
    house, bench = House({"one": [BUSY], "two": [BUSY], "three": [BUSY]}), Bench()
    outcome = await carry(bench, loop_on(house, attempts=3))
    assert (outcome.status, outcome.error and outcome.error.code) == ("failed", "PROVIDER_RATE_LIMITED")
    assert len(house.asked) == 9
    assert [row.error.final for row in bench.store.rows() if row.error] == [False] * 8 + [True]


async def test_a_run_that_died_on_a_fallback_goes_on_with_that_fallback() -> None:
    house, bench = House({"one": [NO_KEY], "two": ["hang"], "three": ["no"]}), Bench()
    loop = loop_on(house)
    task = asyncio.create_task(drive(bench.context(), loop.run, loop.partial))
    while ("two", "large") not in house.asked or not loop.transcript.open_text:  # noqa: ASYNC110
        await asyncio.sleep(0)
    task.cancel()
    await task
    last = bench.store.rows()[-1]
    assert last.usage is not None
    assert last.cost_usd_micros == 5 * (last.usage.input_tokens + last.usage.output_tokens), "booked at its own price"
    bench.store.record(msgspec.structs.replace(last, status="started", output=None, usage=None, ended_at=None))

    house.plan["two"] = ["two again"]
    house.asked.clear()
    outcome = await carry(bench, loop_on(house))
    assert outcome.output["text"] == "two again"
    assert house.asked == [("two", "large")]
    assert told(bench.store.rows())[1:] == [(2, "large", "failed", False), (3, "large", "succeeded", None)]


async def test_a_person_who_tries_again_begins_with_the_first_choice() -> None:
    house, bench = House({"one": [NO_KEY, "fine now"], "two": [NO_KEY], "three": [NO_KEY]}), Bench()
    assert (await carry(bench, loop_on(house))).status == "failed"
    loop = loop_on(house)
    outcome = await drive(bench.context(retry={"turn:1/model": 3}), loop.run, loop.partial)
    assert (outcome.status, outcome.output["text"]) == ("succeeded", "fine now")
    assert bench.store.rows()[-1].model == "large"


@pytest.mark.parametrize("trusted", [False, True])
async def test_a_replay_tells_the_same_attempts_of_the_same_models(trusted: bool) -> None:
    house, bench = House({"one": [BUSY], "two": [NO_KEY], "three": ["the answer"]}), Bench()
    await carry(bench, loop_on(house))
    source, again = bench.store.rows(), Bench()
    assert [row.model for row in source] == ["large", "large", "large", "small"]
    loop, nobody = loop_on(House({})), frozenset(row.id for row in source if trusted)
    replay = ReplayContext(again.context(), Journal(MemoryJournal(), source, trusted=nobody))
    outcome = await drive(replay, loop.run, loop.partial)
    assert outcome.output["text"] == "the answer"
    assert first_difference(source, again.store.rows()) is None


async def test_an_agent_by_itself_has_fallbacks() -> None:
    house = House({"": [NO_KEY, "second"]})
    result = await Agent("A", model="a", fallbacks=["b"], client=_Client(house, "")).run("go")
    assert result.text == "second"
    assert house.asked == [("", "a"), ("", "b")]
