"""Full-text search over projects, agents, conversations, their messages and people."""

import sqlalchemy as sa
from alembic import op

from orbiter_api.db import fts

revision = "search"
down_revision = "api_keys"
branch_labels = None
depends_on = None

_TEXT_PARTS = """CASE WHEN json_valid(r.content) THEN (
    SELECT group_concat(CASE WHEN p.type = 'object' AND json_extract(p.value, '$.type') = 'text'
                             THEN json_extract(p.value, '$.text') END, char(10))
    FROM json_each(r.content) AS p) END"""
_CONVERSATION = "FROM conversations AS c WHERE c.id = r.conversation_id AND c.deleted_at IS NULL"


def _keys(kind, c):
    """Its creator within the project, the project that it is shared with, each person who opened its link."""
    return f"""'{kind}u' || replace({c}.created_by, '-', '') || 'p' || replace({c}.project_id, '-', '')
        || coalesce((SELECT ' {kind}p' || replace({c}.project_id, '-', '') FROM conversation_shares AS s
                     WHERE s.conversation_id = {c}.id AND s.kind = 'project'), '')
        || coalesce((SELECT ' ' || group_concat('{kind}r' || replace(o.user_id, '-', ''), ' ')
                     FROM conversation_shares AS s JOIN conversation_share_readers AS o ON o.share_id = s.id
                     WHERE s.conversation_id = {c}.id), '')"""


def _shares(conversation):
    """`conversation` is the column of the source that names it."""
    opened = f"{conversation} = (SELECT s.conversation_id FROM conversation_shares AS s WHERE s.id = x.share_id)"
    return (
        fts.Follows("conversation_shares", f"{conversation} = x.conversation_id", ("conversation_id", "kind")),
        fts.Follows("conversation_share_readers", opened, ("share_id", "user_id")),
    )


SOURCES = (
    fts.Source(
        table="projects", kind="project", title="r.name", body="r.description",
        keys="'projecta projectp' || replace(r.id, '-', '')", watched=("name", "description", "deleted_at"),
        project="r.id",
    ),
    fts.Source(
        table="agents", kind="agent", title="r.name", body="r.description || char(10) || r.instructions",
        keys="'agentp' || replace(r.project_id, '-', '')",
        watched=("name", "description", "instructions", "project_id", "deleted_at"),
    ),
    fts.Source(
        table="conversations", kind="conversation", title="r.title", body="''",
        keys=_keys("conversation", "r"), watched=("title", "project_id", "created_by", "deleted_at"),
        follows=_shares("r.id"),
    ),
    fts.Source(
        table="messages", kind="message", title="''", body=f"coalesce({_TEXT_PARTS}, '')",
        keys=f"(SELECT {_keys('message', 'c')} {_CONVERSATION})",
        live=f"EXISTS (SELECT 1 {_CONVERSATION})", parent="r.conversation_id", at="r.created_at",
        project=f"(SELECT c.project_id {_CONVERSATION})",
        watched=("content", "conversation_id"),
        follows=(
            fts.Follows("conversations", "r.conversation_id = x.id", ("project_id", "created_by", "deleted_at"),
                        comes_and_goes=False),
            *_shares("r.conversation_id"),
        ),
    ),
    fts.Source(
        table="users", kind="person", title="r.name", body="r.email", keys="'persona'", live="1", at="r.created_at",
        project="NULL",
        watched=("name", "email"),
    ),
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "search_docs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("entity_id", sa.String(length=36), nullable=False),
        sa.Column("parent_id", sa.String(length=36), nullable=True),
        sa.Column("project_id", sa.String(length=36), nullable=True),
        sa.Column("keys", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_docs")),
        sa.UniqueConstraint("entity_id", name=op.f("uq_search_docs_entity_id")),
    )
    op.create_index("ix_search_docs_parent_id", "search_docs", ["parent_id"])
    fts.create(op.get_bind())
    for source in SOURCES:
        fts.track(op.get_bind(), source)
