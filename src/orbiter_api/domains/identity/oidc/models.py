"""Table of which provider's account belongs to whom."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from orbiter_api.db.base import Base
from orbiter_api.db.types import Id, Micros


class OidcIdentityRow(Base):
    __tablename__ = "oidc_identities"
    __table_args__ = (UniqueConstraint("issuer", "subject"), UniqueConstraint("user_id", "issuer"))

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    issuer: Mapped[str] = mapped_column(String(500))
    subject: Mapped[str] = mapped_column(String(255))
    """The provider's own name for the person: the only one that it promises never to give to another."""
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id", ondelete="CASCADE"))
    email: Mapped[str | None] = mapped_column(String(254))
    """As the provider last said it; shown, never used to find somebody."""
    created_at: Mapped[int] = mapped_column(Micros)
    last_used_at: Mapped[int] = mapped_column(Micros)
