"""The client of a service that speaks a protocol of its own: litellm translates, the server alone talks to the service.

The translating process says what to send; it goes to the provider's own base URL, with the provider's credentials and
no other header than those the protocol needs. Status, errors, time-outs and sizes are judged here.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, suppress
from typing import TypeVar

import msgspec

from orbiter.errors import OrbiterError, ProviderError
from orbiter.models.base import ModelInfo, ModelRequest, StreamEvent
from orbiter.models.clients.frames import Answered, Chunk, Done, Failed, Head, Piece, Send
from orbiter.models.clients.openai_answer import MAX_ANSWER_CHARS, AnswerDecoder
from orbiter.models.clients.openai_compatible import MAX_MODEL_NAME, MAX_MODELS, Timeouts
from orbiter.models.clients.openai_errors import MAX_ERROR_BYTES, ErrorTeller
from orbiter.models.clients.openai_wire import encode_request
from orbiter.models.clients.patience import Patience
from orbiter.models.clients.translator import (
    Conversation,
    Translator,
    TranslatorDiedError,
    leave_translator,
    shared_translator,
)
from orbiter.ports import HttpClient, HttpResponse, HttpStream

_OK = 200
_KEPT_HEADERS = ("content-type", "accept", "anthropic-version", "anthropic-beta")
_NETWORK = (OrbiterError, TimeoutError)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:@-]*(?:/[A-Za-z0-9][A-Za-z0-9._:@-]*)*")
"""A model's name becomes part of the path: nothing that could lead to another one."""
_PIECE_BYTES = 64_000
GOOGLE_ENDS = ('"finishReason"', '"blockReason"')

Authorize = Callable[[], Awaitable[dict[str, str]]]
"""Gives the headers that hold the credentials; raises ProviderError."""


T = TypeVar("T")


def api_root(base_url: str, *versions: str) -> str:
    """`base_url` without the version at its end, which litellm adds: people write it with and without."""
    root = base_url.rstrip("/")
    return next((root.removesuffix(version) for version in versions if root.endswith(version)), root)


class Service(msgspec.Struct, frozen=True, kw_only=True):
    """How a service is reached and told apart. litellm calls it `kind` and would send to `host` (a pattern)."""

    kind: str
    provider_type: str
    host: str
    base_url: str
    ends_with: tuple[str, ...]
    """Some of these stand in the last events of an answer that is whole."""
    options: dict[str, str] = {}


class TranslatedClient:
    """Talks to `service.base_url` as the provider called `teller.name`. The client owns `http`.

    `read_models` lists the models: through the same credentials, or from a table.
    """

    def __init__(
        self,
        http: HttpClient,
        service: Service,
        teller: ErrorTeller,
        authorize: Authorize,
        read_models: Callable[[TranslatedClient], Awaitable[list[ModelInfo]]],
        *,
        timeouts: Timeouts | None = None,
        translator: Translator | None = None,
        now_s: Callable[[], float] = time.time,
    ) -> None:
        self.provider_type = service.provider_type
        self.service = service
        self.teller = teller
        self._http = http
        self._authorize = authorize
        self._read_models = read_models
        self._timeouts = timeouts or Timeouts(first=300.0, idle=120.0, total=1800.0)
        self._translator = translator
        self._now_s = now_s

    def __repr__(self) -> str:
        return f"<TranslatedClient {self.teller.name}>"

    async def stream(self, request: ModelRequest) -> AsyncIterator[StreamEvent]:
        """Yield the events of one answer. Raises `ProviderError`; cancelling or closing ends the connection."""
        if not _NAME.fullmatch(request.model):
            raise self.teller.from_status(404, b"", model=request.model)
        limits = self._timeouts
        # Until the service is asked, the process may have to start: that is bounded where it is started.
        patience = Patience(first_s=limits.total, idle_s=limits.idle, total_s=limits.total)
        try:
            async with AsyncExitStack() as stack:
                call = await self._begin(stack, request, patience)
                answering = _Answering(self, call, request.model, patience)
                await answering.ask(stack, limits.first)
                while (events := await answering.next()) is not None:
                    for event in events:
                        yield event
        except TranslatorDiedError:
            raise self._died() from None
        except TimeoutError as error:
            raise self.teller.from_network(error, begun=True) from None
        finally:
            patience.close()

    async def _begin(self, stack: AsyncExitStack, request: ModelRequest, patience: Patience) -> Conversation:
        translator = self._translator or shared_translator(self)
        body = encode_request(request, max_tokens_field="max_tokens")
        service = self.service
        try:
            talk = translator.converse(service.kind, request.model, body, service.options)
            return await patience.wait(stack.enter_async_context(talk))
        except ValueError:
            raise self.teller.from_status(413, b"") from None

    def _died(self) -> ProviderError:
        text = "cannot be asked: the process that translates for it ended. Try again."
        return self.teller.make("PROVIDER_INTERRUPTED", text, retryable=True)

    async def open(self, stack: AsyncExitStack, sent: Send, patience: Patience, model: str) -> HttpStream:
        """Send what litellm wants to send, to our own base URL. Raises ProviderError unless the answer's status is 200."""
        headers = {name: value for name, value in sent.headers.items() if name in _KEPT_HEADERS}
        url = self._url(sent.url)
        try:
            headers |= await patience.wait(self._authorize())
            call = self._http.stream(sent.method, url, headers=headers, content=sent.content)
            answer = await patience.wait(stack.enter_async_context(call))
            body = b"" if answer.status == _OK else await patience.wait(answer.read(MAX_ERROR_BYTES))
        except ProviderError:
            raise
        except _NETWORK as error:
            raise self.teller.from_network(error, begun=False) from None
        if answer.status != _OK:
            asked = answer.headers.get("retry-after")
            raise self.teller.from_status(answer.status, body, model=model, retry_after=asked, now_s=self._now_s())
        return answer

    def _url(self, url: str) -> str:
        """The path that litellm chose, on the host that the credentials are for."""
        found = re.fullmatch(rf"https://{self.service.host}(/.+)", url)
        if found is None:
            raise self.teller.make("PROVIDER_REJECTED", "cannot serve this model: litellm knows it from elsewhere.")
        return self.service.base_url + found[1]

    async def get(self, path: str, kind: type[T]) -> T:
        """GET JSON under the base URL with the credentials. Raises ProviderError for anything else than a `kind`."""
        answer = await self._get(path)
        try:
            return msgspec.json.decode(answer.body, type=kind)
        except (msgspec.DecodeError, RecursionError):
            raise self.teller.malformed("did not answer with a list of models") from None

    async def _get(self, path: str) -> HttpResponse:
        limit_s = self._timeouts.list_models
        try:
            headers = {"accept": "application/json", **await asyncio.wait_for(self._authorize(), limit_s)}
            answer = await self._http.request("GET", self.service.base_url + path, headers=headers, timeout_s=limit_s)
        except ProviderError:
            raise
        except _NETWORK as error:
            raise self.teller.from_network(error, begun=False) from None
        if answer.status != _OK:
            raise self.teller.from_status(answer.status, answer.body[:MAX_ERROR_BYTES])
        return answer

    async def authorize(self) -> None:
        """Raises ProviderError when the credentials are not accepted."""
        await self._authorize()

    async def list_models(self) -> list[ModelInfo]:
        found = await self._read_models(self)
        return [model for model in found if 0 < len(model.name) <= MAX_MODEL_NAME][:MAX_MODELS]

    async def aclose(self) -> None:
        await leave_translator(self)
        await self._http.aclose()


class _Answering:
    """From the translating process's wish to send to the last event of the answer."""

    def __init__(self, client: TranslatedClient, call: Conversation, model: str, patience: Patience) -> None:
        self._client = client
        self._teller = client.teller
        self._call = call
        self._model = model
        self._patience = patience
        self._decoder = AnswerDecoder(client.teller, model)
        self._begun = self._whole = self._over = False
        self._broken: ProviderError | None = None

    async def ask(self, stack: AsyncExitStack, first_s: float) -> None:
        """Have the request sent, and its answer carried over from now on."""
        wish = await self._patience.wait(self._call.told())
        if not isinstance(wish, Send):
            reason = wish.reason if isinstance(wish, Failed) else "nothing to send"
            text = f"cannot be asked this ({reason}). Check the model, its settings, the tools and the output schema."
            raise self._teller.make("PROVIDER_REJECTED", text)
        self._patience.expect(first_s)
        answer = await self._client.open(stack, wish, self._patience, self._model)
        await self._call.tell(Head(self._call.id, answer.headers.get("content-type", "")))
        carrying = asyncio.create_task(self._carry(answer))
        stack.push_async_callback(_stop, carrying)

    async def next(self) -> Sequence[StreamEvent] | None:
        """The events of the next chunk; None at the end of the answer."""
        if self._over:
            return None
        frame = await self._patience.wait(self._call.told())
        if isinstance(frame, Chunk):
            events = self._decoder.feed(f"data: {frame.data}")
            if events:
                self._begun = True
                self._patience.progress()
            return events
        self._over = True
        return self._end(frame)

    def _end(self, frame: Answered) -> Sequence[StreamEvent]:
        """litellm takes an answer that was cut between two events for a whole one."""
        if self._broken is not None:
            raise self._broken
        if not isinstance(frame, Done):  # it could not read the answer, or wants a second request that nobody asked for
            raise self._teller.malformed("sent an answer that cannot be read")
        if not self._whole:
            raise self._teller.interrupted() if self._begun else self._teller.malformed("sent no answer")
        self._decoder.feed("data: [DONE]")
        return self._decoder.close()

    async def _carry(self, answer: HttpStream) -> None:
        """Hand the service's answer on, event by event. What breaks it is raised once all before it is translated."""
        with suppress(TranslatorDiedError):  # told to everyone already
            try:
                await self._lines(answer)
            except ProviderError as error:
                self._broken = error
            except _NETWORK as error:
                self._broken = self._teller.from_network(error, begun=True)
            if self._broken is not None:
                await self._hand_on([], last=True)

    async def _lines(self, answer: HttpStream) -> None:
        held: list[str] = []
        size = seen = 0
        async for line in answer.lines():
            self._look_at(line)
            held.append(f"{line}\n")
            size += len(line) + 1
            seen += len(line) + 1
            if seen > 2 * MAX_ANSWER_CHARS:
                raise self._teller.too_large()
            if not line or size > _PIECE_BYTES:
                await self._hand_on(held)
                size = 0
        await self._hand_on(held, last=True)

    async def _hand_on(self, held: list[str], *, last: bool = False) -> None:
        data = "".join(held).encode()
        held.clear()
        await self._call.tell(Piece(self._call.id, data, last))

    def _look_at(self, line: str) -> None:
        """An error that came inside the answer, and the sign that it is whole."""
        if not line.startswith("data:"):
            return
        self._whole = self._whole or any(sign in line for sign in self._client.service.ends_with)
        if '"error"' in line and (error := _error_in(line[5:])) is not None:
            raise self._teller.from_error_object(error, model=self._model)


def _error_in(data: str) -> object:
    try:
        return msgspec.json.decode(data, type=_Event).error
    except (msgspec.DecodeError, RecursionError):
        return None


class _Event(msgspec.Struct):
    error: object = None


async def _stop(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
