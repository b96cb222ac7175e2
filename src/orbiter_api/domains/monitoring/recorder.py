"""Writes what services publish for the audit log, in their own transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from orbiter_api.db import UnitOfWork
from orbiter_api.domains.identity import find_people
from orbiter_api.domains.monitoring.chain import GENESIS, Chain
from orbiter_api.domains.monitoring.models import AuditChainRow, AuditRow
from orbiter_api.domains.monitoring.repository import AuditRepository
from orbiter_api.kit.context import actor, request_id
from orbiter_api.kit.events import Audited, Event
from orbiter_api.kit.time import now_us

MAX_DETAIL_BYTES = 16 * 1024
_NAME_MAX = 300


class Recorder:
    def __init__(self, chain: Chain) -> None:
        self._chain = chain

    async def __call__(self, uow: UnitOfWork, events: Sequence[Event]) -> None:
        told = [event for event in events if isinstance(event, Audited)]
        if not told:
            return
        log = AuditRepository(uow.session)
        ends = await log.ends() or _new_ends(log)
        name = await _actor_name(uow)
        for event in told:
            self._append(log, ends, event, name)
        ends.mac = self._chain.ends_mac(ends)
        await uow.session.flush()

    def _append(self, log: AuditRepository, ends: AuditChainRow, event: Audited, actor_name: str | None) -> None:
        row = _row_of(event, actor_name)
        row.seq = ends.last_seq + 1
        row.hash = self._chain.row_hash(ends.last_hash, row)
        ends.last_seq, ends.last_hash = row.seq, row.hash
        log.add(row)


def _new_ends(log: AuditRepository) -> AuditChainRow:
    ends = AuditChainRow(id=1, first_seq=1, base_hash=GENESIS, last_seq=0, last_hash=GENESIS, mac="")
    log.add(ends)
    return ends


async def _actor_name(uow: UnitOfWork) -> str | None:
    user_id = actor.get().user_id
    if user_id is None:
        return None
    person = (await find_people(uow.session, [user_id])).get(user_id)
    return person.name if person else None


def _row_of(event: Audited, actor_name: str | None) -> AuditRow:
    who = actor.get()
    return AuditRow(
        at=now_us(), actor_kind=who.kind, actor_id=who.user_id, actor_name=actor_name, key_id=who.key_id,
        address=who.address, request_id=request_id.get() or None, action=event.action, entity_type=event.entity_type,
        entity_id=event.entity_id, name=event.name[:_NAME_MAX], project_id=event.project_id,
        before=_bounded(event.before), after=_bounded(event.after),
    )  # fmt: skip


def _bounded(detail: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """As plain JSON; of what is too long only the size is kept, largest first."""
    if detail is None:
        return None
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(detail))
    sizes = {name: len(msgspec.json.encode(value)) for name, value in plain.items()}
    for name in sorted(sizes, key=sizes.__getitem__, reverse=True):
        if sum(sizes.values()) <= MAX_DETAIL_BYTES:
            break
        plain[name] = f"({sizes[name]} bytes)"
        sizes[name] = 0
    return plain
