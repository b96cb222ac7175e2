"""The documents of the full-text index. Triggers write them (`db.fts`), nothing else does."""

from __future__ import annotations

from sqlalchemy import Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from orbiter_api.db.base import Base
from orbiter_api.db.types import Id, Micros


class SearchDocRow(Base):
    __tablename__ = "search_docs"
    __table_args__ = (Index("ix_search_docs_parent_id", "parent_id"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    """Grows with time: the newest documents are read first."""
    kind: Mapped[str] = mapped_column(String(32))
    entity_id: Mapped[str] = mapped_column(Id, unique=True)
    parent_id: Mapped[str | None] = mapped_column(Id)
    project_id: Mapped[str | None] = mapped_column(Id)
    keys: Mapped[str] = mapped_column(Text)
    """Words that say who may find it."""
    title: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    at: Mapped[int] = mapped_column(Micros)
