"""The table of mails that are not sent yet."""

from __future__ import annotations

from sqlalchemy import Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from orbiter_api.db.base import Base
from orbiter_api.db.types import Id, Micros


class MailRow(Base):
    """Written with the change that it tells of; gone once the mail server has taken the mail, or nobody waits for it."""

    __tablename__ = "mails"
    __table_args__ = (Index("ix_mails_due_at", "due_at"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    """Also the mail's Message-ID, so that what is sent twice can be told to be one."""
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    """Encrypted: a mail may hold a link that opens an account."""
    created_at: Mapped[int] = mapped_column(Micros)
    due_at: Mapped[int] = mapped_column(Micros)
    """When it is tried next; while it is being sent, when another process may."""
    until: Mapped[int] = mapped_column(Micros)
    """After that nobody waits for it any more."""
    attempts: Mapped[int] = mapped_column(Integer)
    owner: Mapped[str | None] = mapped_column(String(200))
    """The process that is sending it."""
