"""Tables of model providers and the models that they offer."""

from __future__ import annotations

from sqlalchemy import Boolean, ForeignKey, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from orbiter_api.db.base import Base
from orbiter_api.db.types import Id, Micros


class ProviderRow(Base):
    __tablename__ = "providers"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    provider_type: Mapped[str] = mapped_column(String(32))
    base_url: Mapped[str | None] = mapped_column(String(2000))
    api_key_encrypted: Mapped[bytes | None] = mapped_column(LargeBinary)
    """AES-GCM, bound to this row: copied to another row it does not open."""
    status: Mapped[str] = mapped_column(String(16))
    last_error: Mapped[str | None] = mapped_column(String(1000))
    last_tested_at: Mapped[int | None] = mapped_column(Micros)
    created_by: Mapped[str] = mapped_column(Id, ForeignKey("users.id"))
    created_at: Mapped[int] = mapped_column(Micros)
    updated_at: Mapped[int] = mapped_column(Micros)
    deleted_at: Mapped[int | None] = mapped_column(Micros)
    revision: Mapped[int] = mapped_column(Integer)


class ModelRow(Base):
    __tablename__ = "models"
    __table_args__ = (UniqueConstraint("provider_id", "name"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    provider_id: Mapped[str] = mapped_column(Id, ForeignKey("providers.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(200))
    context_window: Mapped[int | None] = mapped_column(Integer)
    added_by_hand: Mapped[bool] = mapped_column(Boolean)
    """A refresh removes what the endpoint no longer lists, but never what a person typed."""
    created_at: Mapped[int] = mapped_column(Micros)
