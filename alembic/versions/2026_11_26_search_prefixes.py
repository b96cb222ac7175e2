"""The index of the full-text search keeps longer beginnings of words."""

from alembic import op

from orbiter_api.db import fts

revision = "search_prefixes"
down_revision = "oidc"
branch_labels = None
depends_on = None


def upgrade() -> None:
    fts.recreate(op.get_bind())
