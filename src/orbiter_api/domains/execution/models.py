"""Tables of runs, their journals and the payloads too large to stand in a row."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from orbiter_api.db.base import Base
from orbiter_api.db.types import Id, JsonText, Micros

RUN_STATES = "'queued', 'running', 'waiting', 'succeeded', 'failed', 'cancelled'"
STEP_STATES = "'started', 'waiting', 'succeeded', 'failed', 'skipped', 'cancelled', 'unknown'"


def _blob_indexes(table: str) -> list[Index]:
    """Few rows have blobs, but whoever frees a blob must find them."""
    found: list[Index] = []
    for column in ("input_blob", "output_blob"):
        where = text(f"{column} IS NOT NULL")
        found.append(Index(f"ix_{table}_{column}", column, sqlite_where=where, postgresql_where=where))
    return found


class RunRow(Base):
    __tablename__ = "runs"
    __table_args__ = (
        CheckConstraint(f"status IN ({RUN_STATES})", name="status"),
        UniqueConstraint("created_by", "client_key", name="uq_runs_created_by_client_key"),
        Index("ix_runs_project_id_id", "project_id", "id"),
        Index("ix_runs_target_id_id", "target_id", "id"),
        Index("ix_runs_conversation_id_id", "conversation_id", "id"),
        Index("ix_runs_parent_run_id", "parent_run_id"),
        Index("ix_runs_open", "status", "lease_until", sqlite_where=text("status IN ('queued', 'running')"),
              postgresql_where=text("status IN ('queued', 'running')")),
        Index("ix_runs_ended_at", "ended_at", sqlite_where=text("ended_at IS NOT NULL"),
              postgresql_where=text("ended_at IS NOT NULL")),
        Index("ix_runs_definition_sha", "definition_sha"),
        *_blob_indexes("runs"),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    target_id: Mapped[str | None] = mapped_column(Id)
    """No foreign key: a run outlives what it ran."""
    target_name: Mapped[str | None] = mapped_column(String(200))
    target_version: Mapped[int | None] = mapped_column(Integer)
    project_id: Mapped[str] = mapped_column(Id, ForeignKey("projects.id"))
    conversation_id: Mapped[str | None] = mapped_column(Id)
    reply_to_id: Mapped[str | None] = mapped_column(Id)
    """The message that the run answers."""
    created_by: Mapped[str] = mapped_column(Id, ForeignKey("users.id"))
    client_key: Mapped[str | None] = mapped_column(String(128))
    status: Mapped[str] = mapped_column(String(16))
    trigger: Mapped[str] = mapped_column(String(16))
    input: Mapped[Any] = mapped_column(JsonText, nullable=True)
    input_blob: Mapped[str | None] = mapped_column(String(64))
    output: Mapped[Any] = mapped_column(JsonText, nullable=True)
    output_blob: Mapped[str | None] = mapped_column(String(64))
    error: Mapped[Any] = mapped_column(JsonText, nullable=True)
    parent_run_id: Mapped[str | None] = mapped_column(Id)
    forked_from_run_id: Mapped[str | None] = mapped_column(Id)
    forked_from_step_id: Mapped[str | None] = mapped_column(Id)
    definition_sha: Mapped[str] = mapped_column(String(64))
    engine_version: Mapped[str] = mapped_column(String(32))
    journal_format: Mapped[int] = mapped_column(Integer)
    lease_owner: Mapped[str | None] = mapped_column(String(200))
    lease_until: Mapped[int | None] = mapped_column(Micros)
    lease_epoch: Mapped[int] = mapped_column(Integer)
    cancel_requested_at: Mapped[int | None] = mapped_column(Micros)
    recoveries: Mapped[int] = mapped_column(Integer)
    """How often it was taken over after a death without a step succeeding since."""
    directives: Mapped[Any] = mapped_column(JsonText, nullable=True)
    """What people decided: `{"retry": {step key: attempt}, "trusted": [step ids]}`."""
    usage: Mapped[Any] = mapped_column(JsonText, nullable=True)
    cost_usd_micros: Mapped[int] = mapped_column(Micros)
    created_at: Mapped[int] = mapped_column(Micros)
    started_at: Mapped[int | None] = mapped_column(Micros)
    ended_at: Mapped[int | None] = mapped_column(Micros)


class RunStepRow(Base):
    __tablename__ = "run_steps"
    __table_args__ = (
        CheckConstraint(f"status IN ({STEP_STATES})", name="status"),
        UniqueConstraint("run_id", "key", "attempt"),
        Index("uq_run_steps_succeeded", "run_id", "key", unique=True, sqlite_where=text("status = 'succeeded'"),
              postgresql_where=text("status = 'succeeded'")),
        Index("ix_run_steps_run_id_ordinal_attempt", "run_id", "ordinal", "attempt"),
        *_blob_indexes("run_steps"),
        Index("ix_run_steps_provider_id_started_at", "provider_id", "started_at", "cost_usd_micros",
              sqlite_where=text("provider_id IS NOT NULL"), postgresql_where=text("provider_id IS NOT NULL")),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    run_id: Mapped[str] = mapped_column(Id, ForeignKey("runs.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(500))
    parent_key: Mapped[str | None] = mapped_column(String(500))
    ordinal: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(200))
    effect: Mapped[str] = mapped_column(String(16))
    status: Mapped[str] = mapped_column(String(16))
    attempt: Mapped[int] = mapped_column(Integer)
    input_sha: Mapped[str] = mapped_column(String(64))
    input: Mapped[Any] = mapped_column(JsonText, nullable=True)
    input_blob: Mapped[str | None] = mapped_column(String(64))
    output: Mapped[Any] = mapped_column(JsonText, nullable=True)
    output_blob: Mapped[str | None] = mapped_column(String(64))
    error: Mapped[Any] = mapped_column(JsonText, nullable=True)
    model: Mapped[str | None] = mapped_column(String(200))
    provider_id: Mapped[str | None] = mapped_column(Id)
    """No foreign key: what was spent there stays known when the provider is gone."""
    usage: Mapped[Any] = mapped_column(JsonText, nullable=True)
    cost_usd_micros: Mapped[int | None] = mapped_column(Micros)
    started_at: Mapped[int] = mapped_column(Micros)
    ended_at: Mapped[int | None] = mapped_column(Micros)
    lease_epoch: Mapped[int] = mapped_column(Integer)


class BlobRow(Base):
    __tablename__ = "blobs"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    size_bytes: Mapped[int] = mapped_column(Integer)
    data: Mapped[bytes] = mapped_column(LargeBinary)


class ServerStartRow(Base):
    """Counts starts of servers on this database: event numbers of a later start are always greater."""

    __tablename__ = "server_starts"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    owner: Mapped[str] = mapped_column(String(200))
    started_at: Mapped[int] = mapped_column(Micros)
