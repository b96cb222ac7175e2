"""Rows of the audit log as clients see them, and as lines of an export."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

import msgspec

from orbiter_api.domains.monitoring.models import AuditRow
from orbiter_api.domains.monitoring.schemas import AuditActor, AuditEntry
from orbiter_api.kit.time import iso

COLUMNS = (
    "seq", "at", "actor_kind", "actor_id", "actor_name", "key_id", "address", "request_id", "action", "entity_type",
    "entity_id", "name", "project_id", "before", "after", "hash",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def audit_view(row: AuditRow) -> AuditEntry:
    return AuditEntry(
        seq=row.seq, at=iso(row.at),
        actor=AuditActor(
            kind=row.actor_kind, user_id=row.actor_id, name=row.actor_name, key_id=row.key_id,  # pyright: ignore[reportArgumentType]
        ),
        address=row.address, request_id=row.request_id, action=row.action, entity_type=row.entity_type,
        entity_id=row.entity_id, name=row.name, project_id=row.project_id, before=row.before, after=row.after,
        hash=row.hash,
    )  # fmt: skip


def csv_lines(rows: Iterable[Iterable[object]]) -> bytes:
    """RFC 4180. A cell that a spreadsheet would take for a formula begins with an apostrophe."""
    text = io.StringIO()
    csv.writer(text).writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue().encode()


def csv_row(row: AuditRow) -> list[object]:
    return [iso(row.at) if name == "at" else getattr(row, name) for name in COLUMNS]


def json_lines(rows: Iterable[AuditRow]) -> bytes:
    return b"".join(msgspec.json.encode(audit_view(row)) + b"\n" for row in rows)


def _cell(value: object) -> object:
    if isinstance(value, dict):
        value = msgspec.json.encode(value).decode()
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return "" if value is None else value
