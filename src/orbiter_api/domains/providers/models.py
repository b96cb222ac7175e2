"""Tables of model providers, their keys and the models that they offer."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Boolean, ForeignKey, Index, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from orbiter_api.db.base import Base
from orbiter_api.db.types import Id, JsonText, Micros


class ProviderRow(Base):
    __tablename__ = "providers"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    provider_type: Mapped[str] = mapped_column(String(32))
    base_url: Mapped[str | None] = mapped_column(String(2000))
    load_balance_strategy: Mapped[str] = mapped_column(String(32), server_default="round_robin")
    status: Mapped[str] = mapped_column(String(16))
    last_error: Mapped[str | None] = mapped_column(String(1000))
    last_tested_at: Mapped[int | None] = mapped_column(Micros)
    created_by: Mapped[str] = mapped_column(Id, ForeignKey("users.id"))
    created_at: Mapped[int] = mapped_column(Micros)
    updated_at: Mapped[int] = mapped_column(Micros)
    deleted_at: Mapped[int | None] = mapped_column(Micros)
    revision: Mapped[int] = mapped_column(Integer)


class ProviderKeyRow(Base):
    """A key and what is known of it. The state is written by the process that calls, seconds after it changed."""

    __tablename__ = "provider_keys"
    __table_args__ = (Index("ix_provider_keys_provider_id_position", "provider_id", "position"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    provider_id: Mapped[str] = mapped_column(Id, ForeignKey("providers.id", ondelete="CASCADE"))
    label: Mapped[str] = mapped_column(String(120))
    hint: Mapped[str] = mapped_column(String(8))
    """The last four characters; empty for one that came from a release that kept none."""
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    """AES-GCM, bound to this row and its provider: copied to another row it does not open. See `sealing`."""
    position: Mapped[int] = mapped_column(Integer)
    disabled: Mapped[bool] = mapped_column(Boolean)
    uses: Mapped[int] = mapped_column(BigInteger)
    last_used_at: Mapped[int | None] = mapped_column(Micros)
    last_error: Mapped[str] = mapped_column(String(64))
    """The code of its last failure; empty once it served again."""
    limited: Mapped[int] = mapped_column(Integer)
    refused: Mapped[int] = mapped_column(Integer)
    cooling_until: Mapped[int] = mapped_column(Micros)
    aside_until: Mapped[int] = mapped_column(Micros)
    created_by: Mapped[str] = mapped_column(Id, ForeignKey("users.id"))
    created_at: Mapped[int] = mapped_column(Micros)
    updated_at: Mapped[int] = mapped_column(Micros)
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
    enabled: Mapped[bool] = mapped_column(Boolean, server_default="1")
    """A model that is switched off is offered nowhere and runs for no agent."""
    own: Mapped[Any] = mapped_column(JsonText, nullable=True)
    """What an administrator says of it, over the shipped table: see `facts.OwnFacts`."""
    updated_at: Mapped[int | None] = mapped_column(Micros)
    revision: Mapped[int] = mapped_column(Integer, server_default="1")
