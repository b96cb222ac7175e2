"""Tables of what guards an account beside its password."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from orbiter_api.db.base import Base
from orbiter_api.db.types import Id, Micros


class SignInFailureRow(Base):
    """How often one bucket (an account, an address) failed. The rows outlive a restart, so that nobody gets new tries by
    making the server fall over."""

    __tablename__ = "sign_in_failures"
    __table_args__ = (Index("ix_sign_in_failures_last_at", "last_at"),)

    bucket: Mapped[str] = mapped_column(String(64), primary_key=True)
    """A hash: the table need not say which addresses somebody guessed."""
    failures: Mapped[int] = mapped_column(Integer)
    last_at: Mapped[int] = mapped_column(Micros)
    blocked_until: Mapped[int] = mapped_column(Micros)


class PasswordResetRow(Base):
    __tablename__ = "password_resets"
    __table_args__ = (
        Index("ix_password_resets_user_id", "user_id"),
        Index("ix_password_resets_expires_at", "expires_at"),
    )

    token_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id", ondelete="CASCADE"))
    created_at: Mapped[int] = mapped_column(Micros)
    expires_at: Mapped[int] = mapped_column(Micros)


class PasswordResetRequestRow(Base):
    """Somebody asked for a link. There is a row for any address, whether it has an account or not."""

    __tablename__ = "password_reset_requests"
    __table_args__ = (Index("ix_password_reset_requests_asked_at", "asked_at"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    email: Mapped[str] = mapped_column(String(254))
    """As it was typed."""
    actor: Mapped[bytes] = mapped_column(LargeBinary)
    """A `kit.context.Actor` as JSON: who asked, for the audit log."""
    asked_at: Mapped[int] = mapped_column(Micros)


class SecondFactorRow(Base):
    __tablename__ = "second_factors"

    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    """Encrypted: it must be read to check a code, so no hash will do."""
    created_at: Mapped[int] = mapped_column(Micros)
    confirmed_at: Mapped[int | None] = mapped_column(Micros)
    """Until then it guards nothing: the person may never have scanned it."""
    last_step: Mapped[int] = mapped_column(Integer)
    """The newest time step whose code was taken; that code and older ones are refused."""


class RecoveryCodeRow(Base):
    __tablename__ = "recovery_codes"

    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    code_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
