"""The table of fires: one row for each slot of each job that somebody claimed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from orbiter_api.db.base import Base
from orbiter_api.db.types import Id, JsonText, Micros

OUTCOMES = "'running', 'succeeded', 'failed', 'cancelled'"


class JobFireRow(Base):
    __tablename__ = "job_fires"
    __table_args__ = (
        CheckConstraint(f"outcome IN ({OUTCOMES})", name="outcome"),
        UniqueConstraint("job", "due_at"),
        Index("uq_job_fires_running", "job", unique=True, sqlite_where=text("outcome = 'running'"),
              postgresql_where=text("outcome = 'running'")),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    job: Mapped[str] = mapped_column(String(64))
    due_at: Mapped[int] = mapped_column(Micros)
    """The slot; for one that a person asked for, when they did."""
    requested_by: Mapped[str | None] = mapped_column(Id, ForeignKey("users.id", ondelete="SET NULL"))
    by_hand: Mapped[int] = mapped_column(Integer)
    outcome: Mapped[str] = mapped_column(String(16))
    owner: Mapped[str | None] = mapped_column(String(200))
    """NULL when a server that stopped let go of it."""
    epoch: Mapped[int] = mapped_column(Integer)
    """Counts owners: what an earlier one still wants to write is refused."""
    beats: Mapped[int] = mapped_column(Integer)
    """Grows while the owner lives. Others judge it by their own monotonic clocks, so no clock that is put matters."""
    progress: Mapped[dict[str, Any]] = mapped_column(JsonText)
    error: Mapped[str | None] = mapped_column(String(1000))
    cancel_requested_at: Mapped[int | None] = mapped_column(Micros)
    started_at: Mapped[int] = mapped_column(Micros)
    ended_at: Mapped[int | None] = mapped_column(Micros)
