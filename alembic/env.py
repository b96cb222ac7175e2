"""Runs migrations. Called by `orbiter migrate`, which hands in a connection, or by the alembic command with a URL."""

from sqlalchemy import Connection, create_engine
from sqlalchemy.engine import make_url

from alembic import context
from orbiter_api.db.engine import prepare, sync_url
from orbiter_api.db.migrate import include_object, metadata


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata(),
        include_object=include_object,
        compare_type=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    url = context.get_x_argument(as_dictionary=True).get("url", "sqlite:///orbiter.db")
    with prepare(create_engine(sync_url(make_url(url))), "BEGIN IMMEDIATE").connect() as own:
        run(own)
