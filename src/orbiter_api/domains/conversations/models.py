"""Tables of conversations and their messages. A message is never changed: edit and regenerate add a sibling."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from orbiter_api.db.base import Base
from orbiter_api.db.types import Id, JsonText, Micros


class ConversationRow(Base):
    __tablename__ = "conversations"
    __table_args__ = (Index("ix_conversations_created_by_updated_at", "created_by", "updated_at"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    agent_id: Mapped[str | None] = mapped_column(Id)
    project_id: Mapped[str] = mapped_column(Id, ForeignKey("projects.id"))
    head_message_id: Mapped[str | None] = mapped_column(Id)
    """The last message of the branch that is shown."""
    created_by: Mapped[str] = mapped_column(Id, ForeignKey("users.id"))
    created_at: Mapped[int] = mapped_column(Micros)
    updated_at: Mapped[int] = mapped_column(Micros)
    deleted_at: Mapped[int | None] = mapped_column(Micros)
    revision: Mapped[int] = mapped_column(Integer)


class MessageRow(Base):
    __tablename__ = "messages"
    __table_args__ = (
        CheckConstraint("role IN ('user', 'assistant')", name="role"),
        CheckConstraint("status IN ('complete', 'interrupted', 'failed')", name="status"),
        Index("ix_messages_conversation_id_id", "conversation_id", "id"),
        Index("ix_messages_parent_id", "parent_id"),
        Index("uq_messages_answer", "run_id", unique=True, sqlite_where=text("role = 'assistant'"),
              postgresql_where=text("role = 'assistant'")),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    conversation_id: Mapped[str] = mapped_column(Id, ForeignKey("conversations.id", ondelete="CASCADE"))
    parent_id: Mapped[str | None] = mapped_column(Id)
    role: Mapped[str] = mapped_column(String(16))
    content: Mapped[Any] = mapped_column(JsonText)
    status: Mapped[str] = mapped_column(String(16))
    run_id: Mapped[str | None] = mapped_column(Id)
    agent_id: Mapped[str | None] = mapped_column(Id)
    model: Mapped[str | None] = mapped_column(String(200))
    usage: Mapped[Any] = mapped_column(JsonText, nullable=True)
    cost_usd_micros: Mapped[int | None] = mapped_column(Micros)
    error: Mapped[Any] = mapped_column(JsonText, nullable=True)
    created_at: Mapped[int] = mapped_column(Micros)
    created_by: Mapped[str | None] = mapped_column(Id)
    """Who wrote it; null for an answer, and for what was said before conversations could be shared."""


class ConversationShareRow(Base):
    __tablename__ = "conversation_shares"
    __table_args__ = (
        CheckConstraint("kind IN ('project', 'link')", name="kind"),
        UniqueConstraint("conversation_id", "kind"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    conversation_id: Mapped[str] = mapped_column(Id, ForeignKey("conversations.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(16))
    may_reply: Mapped[bool] = mapped_column(Boolean)
    """Whether developers of the project may go on with it; never by a link."""
    token: Mapped[str | None] = mapped_column(String(64), unique=True)
    """Of a link. In the clear, so that its owner can copy it again: it says nothing to whoever is not signed in, and
    who can read this table can read the conversation."""
    created_by: Mapped[str] = mapped_column(Id, ForeignKey("users.id"))
    created_at: Mapped[int] = mapped_column(Micros)
    expires_at: Mapped[int | None] = mapped_column(Micros)


class ShareReaderRow(Base):
    """Who has opened a link, and may read the conversation while the link lasts."""

    __tablename__ = "conversation_share_readers"
    __table_args__ = (Index("ix_conversation_share_readers_user_id", "user_id"),)

    share_id: Mapped[str] = mapped_column(
        Id, ForeignKey("conversation_shares.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    opened_at: Mapped[int] = mapped_column(Micros)
