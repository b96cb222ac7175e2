"""The table of sections."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ForeignKey, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from orbiter_api.db.base import Base
from orbiter_api.db.types import Id, JsonText, Micros


class SectionRow(Base):
    __tablename__ = "workspace_settings"

    section: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[dict[str, Any]] = mapped_column(JsonText)
    """What was set; the rest is the default of the release that reads it."""
    secrets: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The secret fields that were set, as one encrypted JSON object."""
    revision: Mapped[int] = mapped_column(Integer)
    updated_at: Mapped[int] = mapped_column(Micros)
    updated_by: Mapped[str | None] = mapped_column(Id, ForeignKey("users.id", ondelete="SET NULL"))
