"""The migrations make exactly the tables that the models describe, from an empty file, as often as they are run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Engine, Integer, MetaData, Table, create_engine, inspect, text

from orbiter_api.db.migrate import include_object, is_current, metadata, scripts, upgrade


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite+aiosqlite:///{tmp_path / 'folder' / 'orbiter.db'}"


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    upgrade(url)
    made = create_engine(url.replace("+aiosqlite", ""))
    yield made
    made.dispose()


def differences(engine: Engine, wanted: MetaData) -> list[object]:
    """What autogenerate would write into a new migration."""
    with engine.connect() as connection:
        options = {"compare_type": True, "include_object": include_object}
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), wanted))


def test_upgrade_from_nothing_makes_every_table(engine: Engine) -> None:
    wanted = set(metadata().tables)
    assert {"users", "runs", "run_steps", "blobs"} <= wanted
    assert wanted <= set(inspect(engine).get_table_names())


def test_the_models_and_the_migrations_agree(engine: Engine) -> None:
    assert differences(engine, metadata()) == []


def test_a_forgotten_migration_is_found(engine: Engine) -> None:
    changed = MetaData()
    for table in metadata().sorted_tables:
        table.to_metadata(changed)
    Table("forgotten", changed, Column("id", Integer, primary_key=True))
    assert [change[0] for change in differences(engine, changed)] == ["add_table"]  # type: ignore[index]


def test_upgrading_again_changes_nothing(engine: Engine, url: str) -> None:
    with engine.begin() as connection:
        before = connection.execute(text("SELECT sql FROM sqlite_master ORDER BY name")).scalars().all()
    upgrade(url)
    with engine.begin() as connection:
        assert connection.execute(text("SELECT sql FROM sqlite_master ORDER BY name")).scalars().all() == before
    assert is_current(url)


def test_a_sound_database(engine: Engine) -> None:
    with engine.connect() as connection:
        assert connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"
        assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"


def test_the_history_is_one_line() -> None:
    history = ScriptDirectory(str(scripts()))
    assert len(history.get_heads()) == 1
    assert len(history.get_bases()) == 1
    assert not [
        script.revision for script in history.walk_revisions() if script.is_merge_point or script.is_branch_point
    ]
