"""Jobs: which slot of which job was claimed, by whom, and how it ended."""

import sqlalchemy as sa
from alembic import op

revision = "job_fires"
down_revision = "installation"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "job_fires",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("job", sa.String(length=64), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("requested_by", sa.String(length=36), nullable=True),
        sa.Column("by_hand", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("owner", sa.String(length=200), nullable=True),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("beats", sa.Integer(), nullable=False),
        sa.Column("progress", sa.Text(), nullable=False),
        sa.Column("error", sa.String(length=1000), nullable=True),
        sa.Column("cancel_requested_at", sa.BigInteger(), nullable=True),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('running', 'succeeded', 'failed', 'cancelled')", name=op.f("ck_job_fires_outcome")
        ),
        sa.ForeignKeyConstraint(
            ["requested_by"], ["users.id"], name=op.f("fk_job_fires_requested_by"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_fires")),
        sa.UniqueConstraint("job", "due_at", name=op.f("uq_job_fires_job_due_at")),
    )
    op.create_index(
        "uq_job_fires_running",
        "job_fires",
        ["job"],
        unique=True,
        sqlite_where=sa.text("outcome = 'running'"),
        postgresql_where=sa.text("outcome = 'running'"),
    )
    op.create_index("ix_runs_ended_at", "runs", ["ended_at"], sqlite_where=sa.text("ended_at IS NOT NULL"),
                    postgresql_where=sa.text("ended_at IS NOT NULL"))  # fmt: skip
    op.create_index("ix_runs_definition_sha", "runs", ["definition_sha"])
    for table in ("runs", "run_steps"):
        for column in ("input_blob", "output_blob"):
            op.create_index(
                f"ix_{table}_{column}",
                table,
                [column],
                sqlite_where=sa.text(f"{column} IS NOT NULL"),
                postgresql_where=sa.text(f"{column} IS NOT NULL"),
            )
