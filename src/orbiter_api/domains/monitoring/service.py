"""Reading, exporting, checking and shortening the audit log."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from orbiter_api.db import Database, UnitOfWork
from orbiter_api.domains.monitoring.chain import GENESIS, Chain
from orbiter_api.domains.monitoring.models import AuditChainRow, AuditRow
from orbiter_api.domains.monitoring.repository import AuditFilter, AuditRepository
from orbiter_api.domains.monitoring.schemas import (
    AuditCheck,
    AuditEntry,
    AuditExport,
    AuditFacets,
    AuditPerson,
    AuditProblem,
)
from orbiter_api.domains.monitoring.views import COLUMNS, audit_view, csv_lines, csv_row, json_lines
from orbiter_api.kit.errors import NotFoundError
from orbiter_api.kit.events import Audited
from orbiter_api.kit.pagination import Page, decode_cursor, page_of
from orbiter_api.kit.time import iso, moment

BATCH = 500
_MAX_DIGITS = 18


class AuditLog:
    def __init__(self, db: Database, chain: Chain) -> None:
        self._db = db
        self._chain = chain

    async def list(self, wanted: AuditFilter, cursor: str | None, limit: int) -> Page[AuditEntry]:
        before = None if cursor is None else decode_cursor(cursor, int)
        async with self._db.read() as session:
            rows, total = await AuditRepository(session).page(wanted, before, limit)
        return page_of(rows, limit=limit, total=total, key=lambda row: row.seq, item=audit_view)

    async def get(self, seq: int) -> AuditEntry:
        rows = await self._after(seq - 1, seq)
        if not rows:
            raise NotFoundError("entry")
        return audit_view(rows[0])

    async def facets(self) -> AuditFacets:
        async with self._db.read() as session:
            log = AuditRepository(session)
            people = [AuditPerson(user_id, name) for user_id, name in await log.actors()]
            return AuditFacets(
                actions=await log.values(AuditRow.action),
                entity_types=await log.values(AuditRow.entity_type),
                people=sorted(people, key=lambda person: person.name.lower()),
            )

    def export(self, uow: UnitOfWork, given: AuditExport) -> AsyncIterator[bytes]:
        """The lines, read in batches while they are sent; that somebody took them is itself in the log."""
        names = ("action", "actor_id", "entity_type", "entity_id", "project_id", "q")
        chosen = {name: getattr(given, name) for name in names}
        wanted = AuditFilter(**chosen, since=moment("since", given.since), until=moment("until", given.until))
        filters = {name: value for name in (*names, "since", "until") if (value := getattr(given, name)) is not None}
        uow.publish(
            Audited(action="audit.exported", entity_type="audit_log", after={"format": given.format, **filters})
        )
        return self._lines(wanted, as_csv=given.format == "csv")

    async def _lines(self, wanted: AuditFilter, *, as_csv: bool) -> AsyncIterator[bytes]:
        if as_csv:
            yield csv_lines([COLUMNS])
        before: int | None = None
        while rows := await self._newest(wanted, before):
            yield csv_lines(csv_row(row) for row in rows) if as_csv else json_lines(rows)
            before = rows[-1].seq

    async def _newest(self, wanted: AuditFilter, before: int | None) -> list[AuditRow]:
        async with self._db.read() as session:
            return await AuditRepository(session).newest(wanted, before, BATCH)

    async def verify(self) -> AuditCheck:
        """Every row against the chain. Reads in batches, and lets others run between them."""
        while True:
            ends, _newest = await self._ends()
            checked, last, problem = await self._walk(ends)
            now, newest = await self._ends()
            if now.first_seq == ends.first_seq:
                break  # else the oldest rows were purged meanwhile, perhaps some that were still to be read
        if problem is None and (newest != now.last_seq or now.mac != self._chain.ends_mac(now)):
            problem = AuditProblem(last[0] + 1, "ends")
        return AuditCheck(
            ok=problem is None, checked=checked, first_seq=ends.first_seq, last_seq=last[0],
            head=f"{last[0]}:{last[1]}", problem=problem,
        )  # fmt: skip

    async def holds(self, head: str) -> bool:
        """Whether the log has the entry that an earlier check told as its head, or begins right after it."""
        seq, _, hashed = head.partition(":")
        if not seq.isdecimal() or len(seq) > _MAX_DIGITS:
            return False
        ends, _newest = await self._ends()
        rows = await self._after(int(seq) - 1, int(seq))
        known = rows[0].hash if rows else ends.base_hash if int(seq) == ends.first_seq - 1 else None
        return known == hashed

    async def _ends(self) -> tuple[AuditChainRow, int]:
        """With the number of the newest row that there is."""
        async with self._db.read() as session:
            log = AuditRepository(session)
            ends, newest = await log.ends(), await log.newest(AuditFilter(), None, 1)
        if ends is None:
            ends = AuditChainRow(id=1, first_seq=1, base_hash=GENESIS, last_seq=0, last_hash=GENESIS)
            ends.mac = self._chain.ends_mac(ends)
        return ends, newest[0].seq if newest else ends.first_seq - 1

    async def _walk(self, ends: AuditChainRow) -> tuple[int, tuple[int, str], AuditProblem | None]:
        """How many rows are right, the last of them, and what is wrong with the next."""
        checked, last = 0, (ends.first_seq - 1, ends.base_hash)
        while rows := await self._after(last[0] if checked else 0, ends.last_seq):
            for row in rows:
                if (problem := self._problem(last, row)) is not None:
                    return checked, last, problem
                checked, last = checked + 1, (row.seq, row.hash)
            await asyncio.sleep(0)
        whole = last == (ends.last_seq, ends.last_hash)
        return checked, last, None if whole else AuditProblem(last[0] + 1, "ends")

    def _problem(self, last: tuple[int, str], row: AuditRow) -> AuditProblem | None:
        if row.seq != last[0] + 1:
            return AuditProblem(last[0] + 1, "missing")
        return None if row.hash == self._chain.row_hash(last[1], row) else AuditProblem(row.seq, "altered")

    async def _after(self, seq: int, until: int) -> list[AuditRow]:
        async with self._db.read() as session:
            return await AuditRepository(session).after(seq, until, BATCH)

    async def purge(self, before: int, batch: int = BATCH) -> int:
        """Remove up to `batch` of the oldest rows, those written before the time `before`; gives how many. The chain
        then begins after them, so the rest can still be checked."""
        async with self._db.unit() as uow:
            return await self.purge_in(uow, before, batch)

    async def purge_in(self, uow: UnitOfWork, before: int, batch: int) -> int:
        log = AuditRepository(uow.session)
        ends, last = await log.ends(), await log.last_before(before, batch)
        if ends is None or last is None:
            return 0
        removed = last.seq - ends.first_seq + 1
        ends.first_seq, ends.base_hash = last.seq + 1, last.hash
        ends.mac = self._chain.ends_mac(ends)
        await uow.session.flush()
        await log.remove_until(last.seq)
        gone = {"rows": removed, "until_seq": last.seq, "until": iso(last.at)}
        uow.publish(Audited(action="audit.purged", entity_type="audit_log", after=gone))
        return removed
