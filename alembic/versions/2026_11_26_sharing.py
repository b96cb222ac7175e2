"""Conversations that are shared with a project or by a link, and who wrote a message."""

import sqlalchemy as sa
from alembic import op

revision = "sharing"
down_revision = "job_fires"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("messages", sa.Column("created_by", sa.String(length=36), nullable=True))
    op.create_table(
        "conversation_shares",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("conversation_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("may_reply", sa.Boolean(), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=True),
        sa.Column("created_by", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("kind IN ('project', 'link')", name=op.f("ck_conversation_shares_kind")),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_conversation_shares_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["created_by"], ["users.id"], name=op.f("fk_conversation_shares_created_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversation_shares")),
        sa.UniqueConstraint("conversation_id", "kind", name=op.f("uq_conversation_shares_conversation_id_kind")),
        sa.UniqueConstraint("token", name=op.f("uq_conversation_shares_token")),
    )
    op.create_table(
        "conversation_share_readers",
        sa.Column("share_id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["share_id"],
            ["conversation_shares.id"],
            name=op.f("fk_conversation_share_readers_share_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_conversation_share_readers_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("share_id", "user_id", name=op.f("pk_conversation_share_readers")),
    )
    op.create_index("ix_conversation_share_readers_user_id", "conversation_share_readers", ["user_id"])
