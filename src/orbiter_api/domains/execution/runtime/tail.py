"""Shows the watchers of this process the runs that other processes carry, by looking into the journal.

Each look compares what the journal says with what was told before and publishes the difference: the events that the
carrying process publishes to its own watchers, tokens and reasoning left out. What a process carries itself is never
told a second time: a run's row names who carries it, a step's row the lease under which it was written.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy.exc import DBAPIError

from orbiter.run.driver import RunOutcome
from orbiter.run.types import StepRecord
from orbiter_api.db import Database
from orbiter_api.domains.execution.adapters import HubSink
from orbiter_api.domains.execution.repository import RunRepository
from orbiter_api.domains.execution.repository_tail import RunGlance, StepGlance, TailRepository
from orbiter_api.domains.execution.runtime.dispatcher import RunDispatcher
from orbiter_api.domains.execution.runtime.news import Known, News, compare, tell_end, tell_steps
from orbiter_api.domains.execution.schemas import Run
from orbiter_api.domains.execution.views import run_outcome, run_view
from orbiter_api.kit.errors import AppError
from orbiter_api.kit.ids import first_id_at
from orbiter_api.kit.time import SECOND, now_us

log = logging.getLogger("orbiter.execution")

LOOK_S = 0.5
MARGIN_US = 10 * SECOND
"""How long what happened may take to be committed and still be told."""
KEEP_US = 30 * SECOND
"""How long a run that no look finds any more is remembered; longer than the margin, so that nothing is told twice."""
MAX_KNOWN = 5000
MAX_FOUND = 1000
_OVER = ("succeeded", "cancelled")


class Elsewhere(msgspec.Struct, frozen=True):
    """A run of another process with something to say in its conversation. `began`: its start is to be told; `over`:
    its end is."""

    run: Run
    outcome: RunOutcome
    reply_to_id: str | None
    began: bool
    over: bool


class Said(msgspec.Struct, frozen=True):
    """Chat events, as (type, payload): before all others of the run, and right before its end."""

    opening: Sequence[tuple[str, dict[str, Any]]] = ()
    closing: Sequence[tuple[str, dict[str, Any]]] = ()


SaidHook = Callable[[Sequence[Elsewhere]], Awaitable[dict[str, Said]]]
"""Gives, by run, what the domain above has to say about it."""


class _Look(msgspec.Struct, frozen=True):
    """What one look has found: news, and the whole records that they speak of."""

    news: list[News]
    steps: dict[str, StepRecord]
    runs: dict[str, Elsewhere]


class RunTail:
    """`open` and `close` are for the app's lifespan, `hooks` for domains above."""

    def __init__(self, db: Database, dispatcher: RunDispatcher) -> None:
        self._db = db
        self._dispatcher = dispatcher
        self._hub = dispatcher.hub
        self._owner = dispatcher.owner
        dispatcher.left = self._left
        self.hooks: list[SaidHook] = []
        self._known: dict[str, Known] = {}
        self._last: int | None = None
        self._loop: asyncio.Task[None] | None = None

    def open(self) -> None:
        self._loop = asyncio.create_task(self._run(), name="runs-tail")

    async def close(self) -> None:
        if self._loop is not None:
            self._loop.cancel()
            await asyncio.gather(self._loop, return_exceptions=True)

    def _left(self, run_id: str, epoch: int, status: str) -> None:
        """A run leaves this process without being over and may go on in another one; this process has told its watchers
        everything up to and with the lease `epoch`."""
        self._known[run_id] = Known(epoch=epoch, status=status, here=epoch, seen=now_us())

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(LOOK_S)
            if not len(self._hub.sockets) and not self._dispatcher.followed:
                continue
            try:
                await self.look()
            except (AppError, DBAPIError):  # a busy database: the next look tells what this one did not
                log.warning("runs of other processes cannot be seen for a moment", exc_info=True)

    async def look(self) -> None:
        """Tell what is new since the last look. After a pause without watchers that is all that happened in it, so
        that a client which comes back misses nothing."""
        now = now_us()
        seen = await self._read((now if self._last is None else self._last) - MARGIN_US, now)
        said: dict[str, Said] = {}
        for hook in self.hooks if seen.runs else ():
            said.update(await hook(list(seen.runs.values())))
        for one in seen.news:
            one.known.seen = one.known.seen or now
            self._tell(one, seen, said.get(one.run.id, Said()))
        self._last = now
        self._forget(now)

    async def _read(self, since: int, now: int) -> _Look:
        async with self._db.read() as session:
            tail, runs = TailRepository(session), RunRepository(session)
            found = [run for run in await self._found(tail, since, now) if self._concerns(run, now)]
            steps = await tail.steps([run.id for run in found], since)
            news = self._news(found, steps, since)
            wanted = [step.id for one in news for _, step in one.steps]
            records = await runs.records(await tail.whole_steps(wanted))
            whole = await self._whole_runs(tail, runs, [one for one in news if one.opens or one.ends])
        return _Look(news, {record.id: record for record in records}, whole)

    async def _found(self, tail: TailRepository, since: int, now: int) -> Iterable[RunGlance]:
        """Runs that may have news: carried by others now or lately, followed here, or told of as not over."""
        found = {run.id: run for run in await tail.carried_elsewhere(self._owner, first_id_at(since), MAX_FOUND)}
        for run in await tail.resting(self._hub.followed("execution"), self._hub.followed("chat")):
            found[run.id] = run
        for run_id in found:
            if run_id in self._known:
                self._known[run_id].seen = now
        more = [run_id for run_id, known in self._known.items() if known.status not in _OVER and run_id not in found]
        for run in await tail.glance(more):
            found[run.id] = run
        return found.values()

    def _concerns(self, run: RunGlance, now: int) -> bool:
        """Whether the journal must be asked about the run. One of this process's own that stands still is remembered:
        it may go on in another."""
        known = self._known.get(run.id)
        mine = run.lease_owner == self._owner
        if known is None and mine:
            if run.status in ("waiting", "failed"):
                self._known[run.id] = Known(run.lease_epoch, run.status, run.lease_epoch, seen=now)
            return False
        if run.status == "queued":
            return False
        same = known is not None and (known.status, known.epoch) == (run.status, run.lease_epoch)
        return run.status == "running" or not same

    def _news(self, found: Sequence[RunGlance], steps: dict[str, list[StepGlance]], since: int) -> list[News]:
        return [
            compare(self._known.get(run.id), run, steps.get(run.id, []), since, mine=run.lease_owner == self._owner)
            for run in found
        ]

    async def _whole_runs(self, tail: TailRepository, runs: RunRepository, news: list[News]) -> dict[str, Elsewhere]:
        rows = await tail.whole_runs([one.run.id for one in news])
        blobs = await runs.blobs(sha for row in rows for sha in (row.input_blob, row.output_blob) if sha)
        about = {one.run.id: one for one in news}
        return {
            row.id: Elsewhere(
                run_view(row, 0, blobs), run_outcome(row, blobs), row.reply_to_id, about[row.id].opens,
                about[row.id].ends,
            )
            for row in rows
        }  # fmt: skip

    def _tell(self, one: News, seen: _Look, said: Said) -> None:
        run = one.run
        sink = HubSink(self._hub, run.id, run.conversation_id, self._dispatcher.tell)
        for type_, payload in said.opening:
            sink.chat(type_, payload)
        if one.starts:
            sink.execution("run_started", {"status": "running"})
        tell_steps(sink, [(was, seen.steps[step.id]) for was, step in one.steps if step.id in seen.steps])
        if one.ends and run.id in seen.runs:
            for type_, payload in said.closing:
                sink.chat(type_, payload)
            tell_end(sink, seen.runs[run.id].outcome, run)
            self._dispatcher.tell(run.id, None)
        if one.handed_over:
            self._known.pop(run.id, None)
        else:
            self._known[run.id] = one.known

    def _forget(self, now: int) -> None:
        kept = {run_id: known for run_id, known in self._known.items()
                if known.status == "running" or known.seen >= now - KEEP_US}  # fmt: skip
        if len(kept) > MAX_KNOWN:
            latest = sorted(kept.items(), key=lambda item: item[1].seen)
            kept = dict(latest[-MAX_KNOWN:])
        self._known = kept
