"""The table of invites."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from orbiter_api.db.base import Base
from orbiter_api.db.types import Id, JsonText, Micros


class InviteRow(Base):
    """Someone who was asked to come and has not come yet; gone once they have."""

    __tablename__ = "invites"
    __table_args__ = (CheckConstraint("role IN ('viewer', 'developer', 'admin')", name="role"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str | None] = mapped_column(String(120))
    role: Mapped[str] = mapped_column(String(16))
    projects: Mapped[Any] = mapped_column(JsonText)
    """`[{"project_id", "role"}]`; empty: the default project."""
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    """Hex. The token itself is only in the link."""
    created_by: Mapped[str] = mapped_column(Id, ForeignKey("users.id"))
    created_at: Mapped[int] = mapped_column(Micros)
    expires_at: Mapped[int] = mapped_column(Micros)
