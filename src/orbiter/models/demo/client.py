"""The demo model as a model client."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence

import msgspec

from orbiter.errors import ProviderError
from orbiter.models.base import (
    Finish,
    ModelInfo,
    ModelRequest,
    ReasoningDelta,
    StreamEvent,
    TextDelta,
    ToolCallDelta,
    Usage,
    UsageEvent,
)
from orbiter.models.demo import results, skills
from orbiter.models.demo.grammar import Planned, Stages, explicit_calls
from orbiter.models.demo.natural import natural_calls
from orbiter.models.demo.structured import generate
from orbiter.models.demo.turn import Turn, read_turn
from orbiter.models.tokens import request_tokens, text_tokens

NOTE = "*I am Orbiter's built-in demo model: I follow fixed rules and do not think.*"
DEMO_MODELS = {"orbiter-demo": 0.0, "orbiter-demo-slow": 0.05}
"""Model name → seconds between two words."""
CONTEXT_WINDOW = 1_000_000
ARGUMENT_PIECE = 24
"""Characters of a call's arguments that are sent at a time."""

_PIECES = re.compile(r"\s*\S+\s*|\s+")
_REASON = re.compile(r"(?:^|[.;:!?\n]\s*)(?:please\s+)?(?:reason|think)\b", re.IGNORECASE)


class Answer(msgspec.Struct, frozen=True):
    reasoning: str = ""
    text: str = ""
    calls: Sequence[Planned] = ()


class DemoClient:
    """Answers by fixed rules. `sleep` is what it waits with between words."""

    provider_type = "demo"

    def __init__(self, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self._sleep = sleep

    async def stream(self, request: ModelRequest) -> AsyncIterator[StreamEvent]:
        pause = DEMO_MODELS.get(request.model)
        if pause is None:
            known = " and ".join(DEMO_MODELS)
            text = f"The demo provider has no model “{request.model[:200]}”. Choose one of {known}."
            raise ProviderError(text, code="PROVIDER_MODEL_NOT_FOUND", status=404)
        for event in _events(request, compose(request)):
            await self._sleep(pause)
            yield event

    async def list_models(self) -> list[ModelInfo]:
        return [ModelInfo(name, CONTEXT_WINDOW) for name in DEMO_MODELS]

    async def aclose(self) -> None:
        """Nothing is held open."""


def compose(request: ModelRequest) -> Answer:
    """The whole answer to `request`."""
    turn = read_turn(request)
    stages = explicit_calls(turn.prompt, turn.tools) or natural_calls(turn)
    reasoning = _reasoning(turn, stages) if turn.stage == 0 and _REASON.search(turn.focus) else ""
    if turn.stage < len(stages) and turn.tools:
        return Answer(reasoning, calls=stages[turn.stage])
    if request.output_schema is not None:
        known = "\n".join([turn.focus, results.tell(turn.answered)])
        return Answer(reasoning, msgspec.json.encode(generate(request.output_schema, known)).decode())
    return Answer(reasoning, _text(turn))


def _text(turn: Turn) -> str:
    if (words := skills.say_words(turn)) is not None and not turn.answered:
        return words
    said = results.tell(turn.answered) if turn.answered else skills.answer(turn)
    return f"{said}\n\n{NOTE}"


def _reasoning(turn: Turn, stages: Stages) -> str:
    words = len(turn.prompt.split())
    steps = [" and ".join(call.name for call in stage) for stage in stages[:5]]
    plan = f"It asks for tools, in this order: {', then '.join(steps)}." if steps else "It asks for no tool."
    return (
        f"The prompt has {words} words and comes after {len(turn.earlier)} others. {plan} I follow my rules for that."
    )


def _events(request: ModelRequest, answer: Answer) -> Iterator[StreamEvent]:
    """The stream of `answer`, cut off at the request's `max_tokens`."""
    limit = request.params.max_tokens
    reasoning = _limited(answer.reasoning, limit)
    yield from map(ReasoningDelta, _PIECES.findall(reasoning))
    thought = text_tokens(reasoning)
    text = _limited(answer.text, None if limit is None else limit - thought)
    yield from map(TextDelta, _PIECES.findall(text))
    cut = len(reasoning) < len(answer.reasoning) or len(text) < len(answer.text)
    calls = () if cut else answer.calls
    for index, call in enumerate(calls):
        yield from _call_events(index, call, f"call_{len(request.messages)}_{index}")
    spoken = text + "".join(call.name + call.arguments for call in calls)
    yield UsageEvent(Usage(request_tokens(request), thought + text_tokens(spoken), reasoning_tokens=thought))
    yield Finish("length" if cut else "tool_calls" if calls else "stop")


def _limited(text: str, limit: int | None) -> str:
    """`text` cut to `limit` tokens by the estimate of `orbiter.models.tokens`."""
    if limit is None or text_tokens(text) <= limit:
        return text
    return text.encode()[: max(0, limit) * 4].decode("utf-8", "ignore")


def _call_events(index: int, call: Planned, call_id: str) -> Iterator[StreamEvent]:
    yield ToolCallDelta(index, call_id, call.name)
    for start in range(0, len(call.arguments), ARGUMENT_PIECE):
        yield ToolCallDelta(index, arguments=call.arguments[start : start + ARGUMENT_PIECE])
