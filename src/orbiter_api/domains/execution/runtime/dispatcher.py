"""Decides which run is carried where: a lease in the database, renewed while the run goes on, taken over when it lapses.

The dispatcher never sees step results, so another one (a durable workflow engine on PostgreSQL) can stand in its place.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Generator, Sequence
from functools import partial

import msgspec
from sqlalchemy import bindparam, func, insert, or_, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import Update

from orbiter.errors import ErrorInfo
from orbiter.run.canonical import sha256_hex
from orbiter.run.types import ENGINE_VERSION, JOURNAL_FORMAT, RunEvent
from orbiter_api.db import Database, Op, UnitOfWork
from orbiter_api.db.writer import StaleWriteError
from orbiter_api.domains.execution.models import RunRow
from orbiter_api.domains.execution.records import Statements, store
from orbiter_api.domains.execution.repository import RunRepository
from orbiter_api.domains.execution.runtime.kinds import NO_DEFINITION, Directives, NewRun, RunKinds, RunSnapshot
from orbiter_api.domains.execution.runtime.worker import Worker
from orbiter_api.kit.errors import AppError
from orbiter_api.kit.owner import is_dead, own_name
from orbiter_api.kit.time import SECOND, now_us
from orbiter_api.realtime import Hub

log = logging.getLogger("orbiter.execution")

LEASE_S = 10
RENEW_S = 3
HEED_S = 1.0
"""How often this process looks whether another one was asked to stop a run that it carries."""
POLL_S = 0.5
DRAIN_S = 4
"""How long a stopping server lets runs end by themselves; what is left goes on at the next start."""
MAX_RECOVERIES = 10
_KNOWN_DEFINITIONS = 10_000
CRASH_LOOP = ErrorInfo(
    "CRASH_LOOP",
    f"The process ended {MAX_RECOVERIES} times in a row while this run was going. Look at its last step, then resume or "
    "cancel it.",
)


class RunDispatcher:
    """`start`, `cancel`, `wake` and `finished` are for services; `open` and `close` for the app's lifespan."""

    def __init__(self, db: Database, hub: Hub, kinds: RunKinds, limit: int) -> None:
        self._db = db
        self.limit = limit
        """How many runs this process carries at once; read anew from `asked_limit` at every look for work."""
        self.asked_limit: Callable[[], Awaitable[int]] | None = None
        self.owner = own_name()
        self.statements = Statements(db.url.get_backend_name())
        self.kinds = kinds
        self.hub = hub
        self._workers: dict[str, Worker] = {}
        self._coming = 0
        """Runs that are being recorded as this process's and have no worker yet."""
        self._followers: dict[str, list[asyncio.Queue[RunEvent | None]]] = {}
        self._known: dict[str, None] = {}
        self._loops: list[asyncio.Task[None]] = []
        self.left: Callable[[str, int, str], None] = _unheard
        """Told the id, lease epoch and status of a run that may go on in another process."""
        self._wake = asyncio.Event()
        self._waiting = True
        """Whether a run may wait for room here; only then is the end of another one a reason to look for work."""
        self.stopping = False
        self._insert = insert(RunRow)
        self._claim = _claim_statement()

    @property
    def active(self) -> int:
        """Runs that this process carries now."""
        return len(self._workers)

    @property
    def _room(self) -> int:
        return self.limit - self.active - self._coming

    @contextlib.contextmanager
    def _place(self) -> Generator[None]:
        """Keeps room for a run until it is carried: others are started while it is being recorded."""
        self._coming += 1
        try:
            yield
        finally:
            self._coming -= 1

    def worker(self, run_id: str) -> Worker | None:
        return self._workers.get(run_id)

    @property
    def followed(self) -> int:
        """Runs that somebody in this process follows without a socket."""
        return len(self._followers)

    def follow(self, run_id: str) -> asyncio.Queue[RunEvent | None]:
        """The run's chat events from now on, also of one that nobody carries yet; None whenever this process lets go of
        it. Give the queue back to `unfollow`."""
        queue: asyncio.Queue[RunEvent | None] = asyncio.Queue()
        self._followers.setdefault(run_id, []).append(queue)
        return queue

    def unfollow(self, run_id: str, queue: asyncio.Queue[RunEvent | None]) -> None:
        queues = self._followers[run_id]
        queues.remove(queue)
        if not queues:
            del self._followers[run_id]

    def tell(self, run_id: str, event: RunEvent | None) -> None:
        for queue in self._followers.get(run_id, ()):
            queue.put_nowait(event)

    async def open(self) -> None:
        """Take the runs of dead local processes at once, then look for work for as long as the server lives."""
        async with self._db.unit() as uow:
            runs = RunRepository(uow.session)
            dead = [owner for owner in await runs.owners() if is_dead(owner)]
            if dead:
                await runs.release_owners(dead)
        self._loops = [
            asyncio.create_task(self._poll(), name="runs-poll"),
            asyncio.create_task(self._each(RENEW_S, self._renew), name="runs-renew"),
            asyncio.create_task(self._each(HEED_S, self._heed_cancels), name="runs-heed"),
        ]

    async def close(self) -> None:
        """Let what is nearly done end; park the rest so that the next start goes on with it."""
        self.stopping = True
        for loop in self._loops:
            loop.cancel()
        await asyncio.gather(*self._loops, return_exceptions=True)
        tasks = [worker.task for worker in self._workers.values() if worker.task is not None]
        if tasks:
            await asyncio.wait(tasks, timeout=DRAIN_S)
        for worker in list(self._workers.values()):
            worker.park()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def start(self, new: NewRun, ops: Sequence[Op] = (), *, at: int | None = None) -> str:
        """Record the run together with `ops` and carry it at once when there is room. Returns its status. `at` is its
        time of creation, now by default.

        Raises ConflictError when its `client_key` was used before, StorageFullError when the disk has too little room
        for a new one; a child of a run that is under way is not a new one.
        """
        if new.parent_run_id is None:
            self._db.space.check()
        here = self._room > 0 and not self.stopping
        if not here:
            self._waiting = True
            self.left(new.id, 0, "queued")
        now = at or now_us()
        sha = sha256_hex(new.definition)
        with self._place() if here else contextlib.nullcontext():
            await self._write(sha, new.definition, [*self._run_ops(new, sha, here, now), *ops])
            if here:
                self._carry(_snapshot(new, now), fresh=new.trigger != "fork")
        if not here:
            self.wake()  # there may be room by now
        return "running" if here else "queued"

    async def _write(self, sha: str, definition: bytes, ops: Sequence[Op]) -> None:
        """A definition that was written before is only looked for: the job that frees payloads may have taken it."""
        if sha in self._known:
            try:
                return await self._db.writer.write([Op(self.statements.has_blob, {"sha256": sha}, rows=1), *ops])
            except StaleWriteError:
                self._known.pop(sha, None)
        await self._db.writer.write([self.statements.blob_op(definition, sha), *ops])
        return self._remember(sha)

    def _remember(self, sha: str) -> None:
        if len(self._known) >= _KNOWN_DEFINITIONS:
            self._known.clear()
        self._known[sha] = None

    def _run_ops(self, new: NewRun, sha: str, here: bool, now: int) -> list[Op]:
        given = store(new.input)
        blob = [self.statements.blob_op(given.data, given.sha256)] if given.data and given.sha256 else []
        values = {
            "id": new.id, "kind": new.kind, "target_id": new.target_id, "target_name": new.target_name,
            "target_version": new.target_version, "project_id": new.project_id, "created_by": new.created_by,
            "trigger": new.trigger, "input": given.inline, "input_blob": given.sha256, "definition_sha": sha,
            "conversation_id": new.conversation_id, "reply_to_id": new.reply_to_id, "client_key": new.client_key,
            "parent_run_id": new.parent_run_id, "forked_from_run_id": new.forked_from_run_id,
            "forked_from_step_id": new.forked_from_step_id, "directives": msgspec.to_builtins(new.directives),
            "engine_version": ENGINE_VERSION, "journal_format": JOURNAL_FORMAT, "recoveries": 0,
            "cost_usd_micros": 0, "created_at": now, "status": "running" if here else "queued",
            "lease_owner": self.owner if here else None, "lease_until": now + LEASE_S * SECOND if here else None,
            "lease_epoch": 1 if here else 0, "started_at": now if here else None,
        }  # fmt: skip
        return [*blob, Op(self._insert, values)]

    def _carry(self, run: RunSnapshot, *, fresh: bool, stop: bool = False) -> None:
        """`fresh` runs have no journal yet; `stop` ones were cancelled while nobody carried them."""
        worker = Worker(self, self._db, run, fresh=fresh)
        if stop:
            worker.cancel()
        self._workers[run.id] = worker
        worker.task = asyncio.create_task(worker.carry(), name=f"run-{run.id}")
        worker.task.add_done_callback(lambda _task: self._ended(run.id))

    def _ended(self, run_id: str) -> None:
        worker = self._workers.pop(run_id, None)
        if worker is not None:
            status = "running" if worker.end is None else worker.end.outcome.status
            if status not in ("succeeded", "cancelled"):
                self.left(run_id, worker.run.epoch, status)
        if self._waiting:
            self._wake.set()

    def wake(self) -> None:
        """Look for work now: a run was queued or may go on."""
        self._wake.set()

    async def _poll(self) -> None:
        while True:
            self._wake.clear()
            await self._guarded(self._take_work)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), POLL_S)

    async def _each(self, seconds: float, work: Callable[[], Awaitable[None]]) -> None:
        while True:
            await asyncio.sleep(seconds)
            await self._guarded(work)

    @staticmethod
    async def _guarded(work: Callable[[], Awaitable[None]]) -> None:
        """A full disk or a busy database must not end the loop that gets over it, nor may one run that cannot be read."""
        try:
            await work()
        except (AppError, DBAPIError):
            log.warning("runs cannot be looked after for a moment", exc_info=True)
        except Exception:
            log.exception("looking after runs failed")

    async def _take_work(self) -> None:
        if self.asked_limit is not None:
            self.limit = await self.asked_limit()
        most = min(self._room, 100)
        if most <= 0:
            self._waiting = True
            return
        self._waiting = False
        async with self._db.read() as session:
            rows = await RunRepository(session).claimable(now_us(), most)
        self._waiting = self._waiting or len(rows) == most
        for row in rows:
            if self._room <= 0:  # others were started meanwhile
                self._waiting = True
                return
            if row.id not in self._workers and (row.status != "queued" or self._db.space.state == "ok"):
                with self._place():
                    await self._take(row)

    async def _take(self, row: RunRow) -> None:
        now = now_us()
        takeover = row.status == "running"
        values = {
            "run_id": row.id, "epoch": row.lease_epoch, "owner": self.owner, "until": now + LEASE_S * SECOND,
            "now": now, "again": 1 if takeover else 0,
        }  # fmt: skip
        if takeover and row.recoveries >= MAX_RECOVERIES:
            return await self._set_aside(row)
        try:
            await self._db.writer.write([Op(self._claim, values, rows=1)])
        except StaleWriteError:
            return None
        async with self._db.read() as session:
            runs = RunRepository(session)
            fresh = await runs.load(row.id)
            if fresh is None:
                return None
            blob = await runs.blob(fresh.definition_sha)
            given = (await runs.blobs([fresh.input_blob]))[fresh.input_blob] if fresh.input_blob else fresh.input
        stop = fresh.cancel_requested_at is not None
        return self._carry(_snapshot_of(fresh, given, blob or NO_DEFINITION), fresh=False, stop=stop)

    async def _set_aside(self, row: RunRow) -> None:
        """A run that seems to take the process down with it waits for a person instead of being tried for ever."""
        async with self._db.unit() as uow:
            await uow.session.execute(
                update(RunRow)
                .where(RunRow.id == row.id, RunRow.lease_epoch == row.lease_epoch)
                .values(status="waiting", lease_owner=None, lease_until=None, error=msgspec.to_builtins(CRASH_LOOP))
            )

    async def _renew(self) -> None:
        ids = [run_id for run_id, worker in self._workers.items() if not worker.abandoned]
        if not ids:
            return
        until = now_us() + LEASE_S * SECOND
        async with self._db.unit() as uow:
            await uow.session.execute(
                update(RunRow).where(RunRow.id.in_(ids), RunRow.lease_owner == self.owner).values(lease_until=until)
            )

    async def _heed_cancels(self) -> None:
        """Stop what people have asked another process to stop."""
        if not self._workers:
            return
        async with self._db.read() as session:
            asked = await RunRepository(session).cancel_requests(list(self._workers))
        for run_id in asked:
            self.cancel(run_id)

    async def cancel_of(self, uow: UnitOfWork, user_id: str) -> None:
        """Stop whatever goes on in someone's name, once the unit is committed; other processes heed it within a second."""
        mine = update(RunRow).where(RunRow.created_by == user_id, RunRow.status.in_(("queued", "running")))
        await uow.session.execute(mine.values(cancel_requested_at=now_us()))
        for run_id in [run_id for run_id, worker in self._workers.items() if worker.run.created_by == user_id]:
            uow.after_commit(partial(self._interrupt, run_id))

    def cancel(self, run_id: str) -> bool:
        """Interrupt a run that this process carries, in the middle of a model's answer too. False when it does not."""
        if run_id not in self._workers:
            return False
        self._interrupt(run_id)
        return True

    def _interrupt(self, run_id: str) -> None:
        worker = self._workers.get(run_id)
        if worker is not None:
            worker.cancel()

    async def finished(self, run_id: str, timeout_s: float) -> bool:
        """Wait until nobody carries the run, here or in another process, and nobody is about to; False when the time is
        over first or this server stops."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                while not self.stopping:
                    if await self._finished_here(run_id) or await self._rests(run_id):
                        return True
                    await asyncio.sleep(POLL_S / 2)
        return False

    async def _finished_here(self, run_id: str) -> bool:
        """Whether this process, when it is done with the run, has recorded its end."""
        worker = self._workers.get(run_id)
        if worker is None or worker.task is None:
            return False
        await asyncio.wait([worker.task])
        return worker.end is not None

    async def _rests(self, run_id: str) -> bool:
        async with self._db.read() as session:
            row = await RunRepository(session).load(run_id)
        return row is None or row.status not in ("queued", "running")


def _unheard(_run_id: str, _epoch: int, _status: str) -> None:
    """Until somebody listens."""


def _claim_statement() -> Update:
    return (
        update(RunRow)
        .where(RunRow.id == bindparam("run_id"), RunRow.lease_epoch == bindparam("epoch"),
               or_(RunRow.status == "queued", RunRow.status == "running"))
        .values(status="running", lease_owner=bindparam("owner"), lease_until=bindparam("until"),
                lease_epoch=RunRow.lease_epoch + 1, recoveries=RunRow.recoveries + bindparam("again"),
                started_at=func.coalesce(RunRow.started_at, bindparam("now")))
    )  # fmt: skip


def _snapshot(new: NewRun, started_at: int) -> RunSnapshot:
    return RunSnapshot(
        id=new.id, kind=new.kind, target_id=new.target_id, project_id=new.project_id, created_by=new.created_by,
        conversation_id=new.conversation_id, reply_to_id=new.reply_to_id, trigger=new.trigger, input=new.input,
        definition=new.definition, parent_run_id=new.parent_run_id, directives=new.directives, epoch=1, recoveries=0,
        started_at=started_at,
    )  # fmt: skip


def _snapshot_of(row: RunRow, given: object, definition: bytes) -> RunSnapshot:
    return RunSnapshot(
        id=row.id, kind=row.kind, target_id=row.target_id, project_id=row.project_id, created_by=row.created_by,
        conversation_id=row.conversation_id, reply_to_id=row.reply_to_id, trigger=row.trigger,  # pyright: ignore[reportArgumentType] - written from the same literals
        input=given, definition=definition, parent_run_id=row.parent_run_id, directives=msgspec.convert(row.directives or {}, Directives),
        epoch=row.lease_epoch, recoveries=row.recoveries, started_at=row.started_at or now_us(),
    )  # fmt: skip
