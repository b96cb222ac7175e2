"""How a session was opened, and since when an address is the person's own word only."""

import sqlalchemy as sa
from alembic import op

revision = "sign_in"
down_revision = "search_prefixes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sessions", sa.Column("method", sa.String(length=16), server_default="password", nullable=False))
    op.add_column("sessions", sa.Column("id_token", sa.LargeBinary(), nullable=True))
    op.add_column("users", sa.Column("email_changed_at", sa.BigInteger(), nullable=True))
