"""From the lines of an answer to stream events; no input or output of its own."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from orbiter.errors import ProviderError
from orbiter.models.base import (
    Finish,
    FinishReason,
    ReasoningDelta,
    StreamEvent,
    TextDelta,
    ToolCallDelta,
    Usage,
    UsageEvent,
)
from orbiter.models.clients.openai_errors import ErrorTeller
from orbiter.models.clients.openai_usage import read_usage
from orbiter.models.clients.openai_wire import (
    CallPiece,
    Choice,
    Chunk,
    ContentPiece,
    Delta,
    decode_chunk,
)

MAX_ANSWER_CHARS = 10_000_000
MAX_TOOL_CALLS = 128

_REASONS: dict[str, FinishReason] = {
    "length": "length",
    "max_tokens": "length",
    "tool_calls": "tool_calls",
    "function_call": "tool_calls",
    "content_filter": "content_filter",
    "error": "error",
}


class CallTracker:
    """Gives every tool call one dense index, however the provider numbers them.

    Some leave the index out, some send whole calls, some number every call 0 and tell them apart by id alone, some
    send the id late or with every piece.
    """

    def __init__(self) -> None:
        self._ids: list[str] = []
        self._named: list[bool] = []
        self._by_index: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self._ids)

    def delta(self, piece: CallPiece) -> ToolCallDelta:
        name = (piece.function and piece.function.name) or ""
        at = self._place(piece, name)
        new_id = piece.id if piece.id and not self._ids[at] else ""
        self._ids[at] = self._ids[at] or new_id
        new_name = "" if self._named[at] else name
        self._named[at] = self._named[at] or bool(name)
        return ToolCallDelta(at, new_id, new_name, _arguments(piece))

    def _place(self, piece: CallPiece, name: str) -> int:
        if piece.id and piece.id in self._ids:
            at = self._ids.index(piece.id)
        elif self._goes_on(piece, name):
            at = self._by_index[piece.index] if piece.index is not None else len(self._ids) - 1
        else:
            at = self._begin()
        if piece.index is not None:
            self._by_index[piece.index] = at
        return at

    def _goes_on(self, piece: CallPiece, name: str) -> bool:
        """Whether `piece` belongs to a call that has begun; its id is not one that is known."""
        if piece.index is not None:
            at = self._by_index.get(piece.index)
            return at is not None and not (piece.id and self._ids[at])
        return bool(self._ids) and not piece.id and not (name and self._named[-1])

    def _begin(self) -> int:
        self._ids.append("")
        self._named.append(False)
        return len(self._ids) - 1


class AnswerDecoder:
    """Decodes one answer: server-sent events, or one JSON body where the server does not stream.

    Feed it lines without their ends, then call `close`. `finished` is true once the model has said why it stopped,
    `done` once nothing more can come.
    """

    def __init__(self, teller: ErrorTeller, model: str) -> None:
        self._teller = teller
        self._model = model
        self._calls = CallTracker()
        self._usage: Usage | None = None
        self._reason: FinishReason | None = None
        self._spoke = False
        self._begun = False
        self._size = 0
        self._pending = ""
        self._body: list[str] | None = None
        self.done = False

    @property
    def finished(self) -> bool:
        return self._reason is not None

    def feed(self, line: str) -> Sequence[StreamEvent]:
        self._size += len(line)
        if self._size > MAX_ANSWER_CHARS:
            raise self._teller.too_large()
        if self._body is not None:
            self._body.append(line)
        elif line.startswith("data:"):
            return self._data(line[5:])
        elif self._pending and not line:
            raise self._teller.malformed("sent something that is not JSON in its stream")
        elif not self._begun and line.lstrip("\ufeff \t")[:1] in ("{", "<"):
            self._body = [line]
        return ()

    def close(self) -> Sequence[StreamEvent]:
        """The last events. Raises when the answer is not whole."""
        events = [] if self._body is None else list(self._whole("\n".join(self._body)))
        if self._reason is None and not self.done:
            raise self._teller.interrupted() if self._begun else self._nothing()
        if not self._spoke and self._reason not in ("length", "content_filter"):
            raise self._nothing()
        if self._usage is not None:
            events.append(UsageEvent(self._usage))
        return [*events, Finish(self._finish_reason())]

    def _nothing(self) -> ProviderError:
        return self._teller.malformed("sent an answer with nothing in it")

    def _finish_reason(self) -> FinishReason:
        reason = self._reason or "stop"
        return "tool_calls" if len(self._calls) and reason == "stop" else reason

    def _data(self, payload: str) -> Sequence[StreamEvent]:
        self._begun = True
        if payload.endswith("[DONE]") and payload.strip() == "[DONE]":
            self.done = True
            return ()
        if self._pending:
            payload = f"{self._pending}\n{payload}"
        try:
            chunk = decode_chunk(payload)
        except (msgspec.ValidationError, RecursionError):
            raise self._teller.malformed("sent an event of an unknown shape") from None
        except msgspec.DecodeError:
            # One event may span several data lines (HTML standard, 9.2.6): wait for the rest or the blank line.
            self._pending = payload
            return ()
        self._pending = ""
        return self._chunk(chunk)

    def _whole(self, body: str) -> Sequence[StreamEvent]:
        if body.lstrip("\ufeff \t").startswith("<"):
            raise self._teller.malformed("answered with a web page instead of a model's answer")
        try:
            chunk = decode_chunk(body.lstrip("\ufeff"))
        except (msgspec.DecodeError, RecursionError):
            raise self._teller.malformed("sent an answer that is not the JSON expected") from None
        if not chunk.choices and not chunk.error:
            raise self._teller.malformed("sent an answer without choices")
        self.done = True
        return self._chunk(chunk)

    def _chunk(self, chunk: Chunk) -> Sequence[StreamEvent]:
        if chunk.error:
            raise self._teller.from_error_object(chunk.error, model=self._model)
        if chunk.usage:
            self._usage = read_usage(chunk.usage)
        return self._choice(chunk.choices[0]) if chunk.choices else ()

    def _choice(self, choice: Choice) -> Sequence[StreamEvent]:
        if choice.finish_reason:
            self._reason = _REASONS.get(choice.finish_reason, "stop")
            if self._reason == "error":
                raise self._teller.interrupted()
        delta = choice.delta or choice.message
        events = self._delta(delta) if delta is not None else ()
        self._spoke = self._spoke or bool(events)
        return events

    def _delta(self, delta: Delta) -> Sequence[StreamEvent]:
        content = delta.content
        if isinstance(content, str) and content and not delta.tool_calls and not delta.reasoning_content:
            return (TextDelta(content),)
        events: list[StreamEvent] = []
        if thought := delta.reasoning_content or delta.reasoning:
            events.append(ReasoningDelta(thought))
        events += _content_events(content)
        if delta.refusal:
            events.append(TextDelta(delta.refusal))
        events += map(self._calls.delta, delta.tool_calls or ())
        if len(self._calls) > MAX_TOOL_CALLS:
            raise self._teller.malformed(f"asked for more than {MAX_TOOL_CALLS} tool calls at once")
        return events


def _content_events(content: str | list[ContentPiece] | None) -> list[StreamEvent]:
    pieces = [ContentPiece(content)] if isinstance(content, str) else content or []
    return [event for piece in pieces for event in _piece_events(piece)]


def _piece_events(piece: ContentPiece) -> list[StreamEvent]:
    thoughts = "".join(part.text or "" for part in piece.thinking or ())
    events: list[StreamEvent] = [ReasoningDelta(thoughts)] if thoughts else []
    return [*events, TextDelta(piece.text)] if piece.text else events


def _arguments(piece: CallPiece) -> str:
    arguments = piece.function.arguments if piece.function else None
    if isinstance(arguments, dict):
        return msgspec.json.encode(arguments).decode()
    return arguments or ""
