"""One client for every endpoint that speaks the OpenAI chat protocol."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack

import msgspec

from orbiter.errors import OrbiterError
from orbiter.models.base import ModelInfo, ModelRequest, StreamEvent
from orbiter.models.clients.openai_answer import AnswerDecoder
from orbiter.models.clients.openai_errors import MAX_ERROR_BYTES, ErrorTeller
from orbiter.models.clients.openai_wire import ListedModel, ModelList, decode_models, encode_request
from orbiter.models.clients.patience import Patience
from orbiter.ports import HttpClient, HttpStream

MAX_MODELS = 5_000
MAX_MODEL_NAME = 200
MAX_CONTEXT_WINDOW = 1_000_000_000
_OK = 200
_TAIL_S = 0.1
"""How long an answer that is whole may keep its reader waiting for the end of the body."""
_NETWORK = (OrbiterError, TimeoutError)


class Timeouts(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds. `first` is the longest wait for the first piece of an answer, `idle` for each later one."""

    first: float = 120.0
    idle: float = 60.0
    total: float = 600.0
    after_finish: float = 5.0
    """How long to wait for the usage once the model has finished; its answer is kept without."""
    list_models: float = 15.0


_TIMEOUTS = Timeouts()


class OpenAICompatibleClient:
    """Talks to `base_url` (up to and including `/v1`) as the provider called `name`.

    The key is sent to that URL only, and appears in no error, representation or log. The client owns `http`.
    """

    def __init__(
        self,
        http: HttpClient,
        *,
        base_url: str,
        name: str,
        api_key: str = "",
        provider_type: str = "openai_compatible",
        max_tokens_field: str = "max_tokens",
        timeouts: Timeouts = _TIMEOUTS,
        now_s: Callable[[], float] = time.time,
    ) -> None:
        self.provider_type = provider_type
        self._http = http
        self._base_url = base_url.rstrip("/")
        self._max_tokens_field = max_tokens_field
        self._timeouts = timeouts
        self._now_s = now_s
        self._teller = ErrorTeller(name, api_key)
        self._headers = {"accept": "text/event-stream, application/json", "content-type": "application/json"}
        if api_key:
            self._headers["authorization"] = f"Bearer {api_key}"

    def __repr__(self) -> str:
        return f"<OpenAICompatibleClient {self._teller.name}>"

    async def stream(self, request: ModelRequest) -> AsyncIterator[StreamEvent]:
        """Yield the events of one answer. Raises `ProviderError`; cancelling or closing ends the connection."""
        content = encode_request(request, max_tokens_field=self._max_tokens_field)
        limits = self._timeouts
        patience = Patience(first_s=limits.first, idle_s=limits.idle, total_s=limits.total)
        try:
            async with AsyncExitStack() as stack:
                answer = await self._open(stack, patience, content, request.model)
                reading = _Reading(answer, patience, AnswerDecoder(self._teller, request.model), self._teller, limits)
                while (events := await reading.next()) is not None:
                    for event in events:
                        yield event
                for event in reading.decoder.close():
                    yield event
                await reading.drain()
        finally:
            patience.close()

    async def _open(self, stack: AsyncExitStack, patience: Patience, content: bytes, model: str) -> HttpStream:
        url = f"{self._base_url}/chat/completions"
        call = self._http.stream("POST", url, headers=self._headers, content=content)
        try:
            answer = await patience.wait(stack.enter_async_context(call))
            body = b"" if answer.status == _OK else await patience.wait(answer.read(MAX_ERROR_BYTES))
        except _NETWORK as error:
            raise self._teller.from_network(error, begun=False) from None
        if answer.status != _OK:
            retry_after = answer.headers.get("retry-after")
            raise self._teller.from_status(
                answer.status, body, model=model, retry_after=retry_after, now_s=self._now_s()
            )
        return answer

    async def list_models(self) -> list[ModelInfo]:
        """The endpoint's models in its own order; raises `ProviderError`."""
        url = f"{self._base_url}/models"
        try:
            answer = await self._http.request("GET", url, headers=self._headers, timeout_s=self._timeouts.list_models)
        except _NETWORK as error:
            raise self._teller.from_network(error, begun=False) from None
        if answer.status != _OK:
            raise self._teller.from_status(answer.status, answer.body[:MAX_ERROR_BYTES])
        try:
            found = decode_models(answer.body)
        except (msgspec.DecodeError, RecursionError):
            raise self._teller.malformed("did not answer with a list of models") from None
        listed = found.data if isinstance(found, ModelList) else found
        return [_info(model) for model in listed[:MAX_MODELS] if 0 < len(model.id) <= MAX_MODEL_NAME]

    async def aclose(self) -> None:
        await self._http.aclose()


class _Reading:
    """The body of one answer, line by line."""

    def __init__(
        self, answer: HttpStream, patience: Patience, decoder: AnswerDecoder, teller: ErrorTeller, limits: Timeouts
    ) -> None:
        self.decoder = decoder
        self._lines: AsyncIterator[str] = aiter(answer.lines())
        self._patience = patience
        self._teller = teller
        self._after_finish_s = limits.after_finish

    async def next(self) -> Sequence[StreamEvent] | None:
        """The events of the next line; None at the end of the answer."""
        if self.decoder.done:
            return None
        try:
            line = await self._patience.wait(anext(self._lines, None))
        except _NETWORK as error:
            if self.decoder.finished:  # only the tail is missing: the answer itself is whole
                return None
            raise self._teller.from_network(error, begun=True) from None
        return None if line is None else self._feed(line)

    async def drain(self) -> None:
        """Read the end mark of the body, so that the connection can serve the next call."""
        self._patience.shorten(_TAIL_S)
        try:
            while await self._patience.wait(anext(self._lines, None)) is not None:
                pass
        except _NETWORK:
            return

    def _feed(self, line: str) -> Sequence[StreamEvent]:
        finished = self.decoder.finished
        events = self.decoder.feed(line)
        if self.decoder.finished and not finished:
            self._patience.shorten(self._after_finish_s)
        elif events:
            self._patience.progress()
        return events


def _info(model: ListedModel) -> ModelInfo:
    sizes = (model.context_window, model.context_length, model.max_model_len)
    return ModelInfo(model.id, next((size for size in sizes if size and 0 < size <= MAX_CONTEXT_WINDOW), None))
