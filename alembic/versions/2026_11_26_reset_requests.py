"""Requests for a new password that are not answered yet."""

import sqlalchemy as sa
from alembic import op

revision = "reset_requests"
down_revision = "mails"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "password_reset_requests",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("actor", sa.LargeBinary(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_password_reset_requests")),
    )
    op.create_index("ix_password_reset_requests_asked_at", "password_reset_requests", ["asked_at"])
