"""Tables of people and their sign-ins."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from orbiter_api.db.base import Base
from orbiter_api.db.types import Id, Micros
from orbiter_api.security.sessions import Method


class UserRow(Base):
    __tablename__ = "users"
    __table_args__ = (CheckConstraint("role IN ('viewer', 'developer', 'admin')", name="role"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    """Normalised (see `schemas.normalise_email`), so that the unique index is the rule for who is the same person."""
    name: Mapped[str] = mapped_column(String(120))
    password_hash: Mapped[str] = mapped_column(String(255))
    role: Mapped[str] = mapped_column(String(16))
    disabled_at: Mapped[int | None] = mapped_column(Micros)
    created_at: Mapped[int] = mapped_column(Micros)
    revision: Mapped[int] = mapped_column(Integer)
    deleted_at: Mapped[int | None] = mapped_column(Micros)
    """The row stays without its address: runs and the audit log refer to it. Always disabled as well."""
    email_changed_at: Mapped[int | None] = mapped_column(Micros)
    """When the person changed it themselves: nobody has proved since then that the address is theirs."""


class SessionRow(Base):
    __tablename__ = "sessions"
    __table_args__ = (
        Index("ix_sessions_user_id", "user_id"),
        Index("ix_sessions_expires_at", "expires_at"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    """Hex. The token itself is only in the browser."""
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id", ondelete="CASCADE"))
    created_at: Mapped[int] = mapped_column(Micros)
    expires_at: Mapped[int] = mapped_column(Micros)
    last_used_at: Mapped[int] = mapped_column(Micros)
    user_agent: Mapped[str] = mapped_column(String(300))
    address: Mapped[str] = mapped_column(String(64))
    method: Mapped[Method] = mapped_column(String(16), server_default="password")
    id_token: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Encrypted. By it the provider knows which of its sessions ends with this one."""
