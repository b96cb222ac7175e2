"""Tables of notifications and of the kinds that somebody does not want."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from orbiter_api.db.base import Base
from orbiter_api.db.types import Id, Micros


class NotificationRow(Base):
    __tablename__ = "notifications"
    __table_args__ = (
        CheckConstraint("severity IN ('info', 'success', 'warn', 'danger', 'waiting')", name="severity"),
        Index("ix_notifications_user_id_at", "user_id", "at", "id"),
        Index("ix_notifications_unread", "user_id", "at", sqlite_where=text("read_at IS NULL"),
              postgresql_where=text("read_at IS NULL")),
        Index("ix_notifications_at", "at"),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(String(300))
    text: Mapped[str] = mapped_column(String(1000))
    severity: Mapped[str] = mapped_column(String(16))
    project_id: Mapped[str | None] = mapped_column(Id)
    entity_type: Mapped[str | None] = mapped_column(String(32))
    entity_id: Mapped[str | None] = mapped_column(Id)
    about: Mapped[str | None] = mapped_column(String(100))
    """What it is the same news about: while unread, more of it adds to `count` instead of making another row."""
    count: Mapped[int] = mapped_column(Integer)
    at: Mapped[int] = mapped_column(Micros)
    read_at: Mapped[int | None] = mapped_column(Micros)


class NotificationMuteRow(Base):
    __tablename__ = "notification_mutes"

    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(64), primary_key=True)
