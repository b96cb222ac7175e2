"""Tables of API keys and of socket tickets."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from orbiter_api.db.base import Base
from orbiter_api.db.types import Id, JsonText, Micros


class ApiKeyRow(Base):
    __tablename__ = "api_keys"
    __table_args__ = (Index("ix_api_keys_user_id", "user_id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    prefix: Mapped[str] = mapped_column(String(16), unique=True)
    secret_sha256: Mapped[str] = mapped_column(String(64))
    """Hex. A plain hash is enough for 256 random bits; the secret itself only its holder has."""
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(120))
    scopes: Mapped[list[Any]] = mapped_column(JsonText)
    project_id: Mapped[str | None] = mapped_column(Id, ForeignKey("projects.id", ondelete="CASCADE"))
    """The only project that the key opens; NULL: every project of its owner."""
    created_at: Mapped[int] = mapped_column(Micros)
    expires_at: Mapped[int | None] = mapped_column(Micros)
    last_used_at: Mapped[int | None] = mapped_column(Micros)
    revision: Mapped[int] = mapped_column(Integer)


class SocketTicketRow(Base):
    __tablename__ = "socket_tickets"
    __table_args__ = (Index("ix_socket_tickets_expires_at", "expires_at"),)

    token_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    session_id: Mapped[str | None] = mapped_column(Id, ForeignKey("sessions.id", ondelete="CASCADE"))
    api_key_id: Mapped[str | None] = mapped_column(Id, ForeignKey("api_keys.id", ondelete="CASCADE"))
    expires_at: Mapped[int] = mapped_column(Micros)
