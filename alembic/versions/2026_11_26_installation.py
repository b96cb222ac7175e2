"""What the database knows about itself: which content it has, and which secret key fits."""

import uuid

import sqlalchemy as sa
from alembic import op

revision = "installation"
down_revision = "audit"
branch_labels = None
depends_on = None


def upgrade() -> None:
    table = op.create_table(
        "installation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("generation", sa.String(length=36), nullable=False),
        sa.Column("key_check", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_installation")),
    )
    op.bulk_insert(table, [{"id": 1, "generation": str(uuid.uuid4()), "key_check": None}])
