"""Several keys for each provider, what administrators say of models, fallback models, and who was called in a step."""

import json

import sqlalchemy as sa
from alembic import op

revision = "provider_keys"
down_revision = "search"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "providers",
        sa.Column("load_balance_strategy", sa.String(length=32), server_default="round_robin", nullable=False),
    )
    _keys()
    op.add_column("models", sa.Column("enabled", sa.Boolean(), server_default="1", nullable=False))
    op.add_column("models", sa.Column("own", sa.Text(), nullable=True))
    op.add_column("models", sa.Column("updated_at", sa.BigInteger(), nullable=True))
    op.add_column("models", sa.Column("revision", sa.Integer(), server_default="1", nullable=False))
    op.add_column("agents", sa.Column("fallbacks", sa.Text(), server_default="[]", nullable=False))
    op.add_column("run_steps", sa.Column("provider_id", sa.String(length=36), nullable=True))
    op.create_index(
        "ix_run_steps_provider_id_started_at",
        "run_steps",
        ["provider_id", "started_at", "cost_usd_micros"],
        sqlite_where=sa.text("provider_id IS NOT NULL"),
        postgresql_where=sa.text("provider_id IS NOT NULL"),
    )
    _providers_of_past_steps()


def _keys() -> None:
    op.create_table(
        "provider_keys",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("provider_id", sa.String(length=36), nullable=False),
        sa.Column("label", sa.String(length=120), nullable=False),
        sa.Column("hint", sa.String(length=8), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.Column("uses", sa.BigInteger(), nullable=False),
        sa.Column("last_used_at", sa.BigInteger(), nullable=True),
        sa.Column("last_error", sa.String(length=64), nullable=False),
        sa.Column("limited", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("cooling_until", sa.BigInteger(), nullable=False),
        sa.Column("aside_until", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["created_by"], ["users.id"], name=op.f("fk_provider_keys_created_by")),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["providers.id"], name=op.f("fk_provider_keys_provider_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_keys")),
    )
    op.create_index("ix_provider_keys_provider_id_position", "provider_keys", ["provider_id", "position"])
    # The ciphertext is bound to the provider's row: a key with its provider's own id is opened under that name.
    op.execute(
        "INSERT INTO provider_keys (id, provider_id, label, hint, sealed, position, disabled, uses, last_error,"
        " limited, refused, cooling_until, aside_until, created_by, created_at, updated_at, revision)"
        " SELECT id, id, 'Key 1', '', api_key_encrypted, 0, false, 0, '', 0, 0, 0, 0, created_by, created_at,"
        " updated_at, 1 FROM providers WHERE api_key_encrypted IS NOT NULL"
    )
    op.drop_column("providers", "api_key_encrypted")


def _providers_of_past_steps() -> None:
    """Until now every model step of a run called the one provider of its frozen definition."""
    connection = op.get_bind()
    frozen = connection.execute(
        sa.text("SELECT sha256, data FROM blobs WHERE sha256 IN (SELECT definition_sha FROM runs)")
    )
    for sha256, data in frozen.fetchall():
        try:
            provider_id = json.loads(data)["model"]["provider_id"]
        except (ValueError, KeyError, TypeError):
            continue
        connection.execute(
            sa.text(
                "UPDATE run_steps SET provider_id = :provider WHERE kind = 'model'"
                " AND run_id IN (SELECT id FROM runs WHERE definition_sha = :sha)"
            ),
            {"provider": str(provider_id)[:36], "sha": sha256},
        )
