"""The triggers keep the index in step with every table, whoever writes to it, and a migrated database is indexed."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import Connection, create_engine, text

from orbiter_api.db import fts
from orbiter_api.db.engine import prepare
from orbiter_api.db.migrate import scripts, upgrade

USER, PROJECT, CONVERSATION = "u-1", "p-1", "c-1"


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Connection]:
    url = f"sqlite:///{tmp_path / 'orbiter.db'}"
    upgrade(url)
    with prepare(create_engine(url), "BEGIN IMMEDIATE").connect() as connection:
        fill(connection)
        yield connection


def fill(db: Connection) -> None:
    run(db, "INSERT INTO users VALUES (:u, 'zoe@example.org', 'Zoë', 'x', 'admin', NULL, 1, 1)", u=USER) if columns(db, "users") == 8 else run(
        db, "INSERT INTO users (id, email, name, password_hash, role, created_at, revision) VALUES (:u, 'zoe@example.org', 'Zoë', 'x', 'admin', 1, 1)", u=USER)  # fmt: skip
    run(
        db,
        "INSERT INTO projects (id, name, description, created_by, created_at, updated_at, revision) VALUES (:p, 'Harbour', 'ships and cranes', :u, 1, 1, 1)",
        p=PROJECT,
        u=USER,
    )
    run(
        db,
        "INSERT INTO conversations (id, title, project_id, created_by, created_at, updated_at, revision) VALUES (:c, 'Tides', :p, :u, 1, 1, 1)",
        c=CONVERSATION,
        p=PROJECT,
        u=USER,
    )
    say(db, "m-1", "the crème brûlée is late")


def columns(db: Connection, table: str) -> int:
    return len(db.execute(text(f"PRAGMA table_info({table})")).all())


def run(db: Connection, sql: str, **values: object) -> None:
    db.execute(text(sql), values)


def say(db: Connection, message_id: str, said: str) -> None:
    parts = (
        '[{"type": "tool_call", "name": "secretplan", "arguments": {"text": "notsaid"}}, {"type": "text", "text": '
        f'"{said}"'
        "}]"
    )
    run(
        db,
        "INSERT INTO messages (id, conversation_id, role, content, status, created_at) VALUES (:m, :c, 'user', :parts, 'complete', 1)",
        m=message_id,
        c=CONVERSATION,
        parts=parts,
    )


def found(db: Connection, typed: str, kind: str) -> list[str]:
    """Ids of the documents of a kind that the words match, whoever may see them."""
    keys = db.execute(text("SELECT DISTINCT keys FROM search_docs WHERE kind = :kind"), {"kind": kind}).scalars()
    words = [word for key in keys for word in key.split()]
    if not words:
        return []
    query = (
        "SELECT d.entity_id FROM search_fts JOIN search_docs AS d ON d.id = search_fts.rowid WHERE search_fts MATCH :m"
    )
    return list(db.execute(text(query), {"m": fts.match(words, fts.words_of(typed))}).scalars())


@pytest.mark.parametrize(("typed", "kind", "id_"), [
    ("harb", "project", PROJECT), ("CRANES", "project", PROJECT), ("tides", "conversation", CONVERSATION),
    ("creme brulee", "message", "m-1"), ("crème BRÛL", "message", "m-1"), ('"is late"', "message", "m-1"),
    ("zoe", "person", USER), ("zoe@example.org", "person", USER),
])  # fmt: skip
def test_words_find_what_holds_them(db: Connection, typed: str, kind: str, id_: str) -> None:
    assert found(db, typed, kind) == [id_]


@pytest.mark.parametrize("typed", ["secretplan", "notsaid", "type", "tool_call", '"late is"', "late nothere"])
def test_the_signs_of_the_json_are_not_what_somebody_said(db: Connection, typed: str) -> None:
    assert found(db, typed, "message") == []


def test_a_change_is_found_and_what_it_replaced_is_not(db: Connection) -> None:
    run(db, "UPDATE projects SET name = 'Lighthouse'")
    assert (found(db, "lighthouse", "project"), found(db, "harbour", "project")) == ([PROJECT], [])
    fts.check(db)


def test_what_is_deleted_is_not_found_until_it_is_back(db: Connection) -> None:
    run(db, "UPDATE conversations SET deleted_at = 5")
    assert (found(db, "tides", "conversation"), found(db, "late", "message")) == ([], [])
    run(db, "UPDATE conversations SET deleted_at = NULL")
    assert (found(db, "tides", "conversation"), found(db, "late", "message")) == ([CONVERSATION], ["m-1"])
    fts.check(db)


def test_what_is_purged_leaves_nothing_in_the_index(db: Connection) -> None:
    run(db, "DELETE FROM conversations")
    assert db.execute(text("SELECT kind FROM search_docs ORDER BY kind")).scalars().all() == ["person", "project"]
    fts.check(db)


def test_a_message_that_comes_to_a_deleted_conversation_is_not_found(db: Connection) -> None:
    run(db, "UPDATE conversations SET deleted_at = 5")
    say(db, "m-2", "too late")
    assert found(db, "late", "message") == []


def test_an_answer_that_is_written_twice_has_one_document(db: Connection) -> None:
    again = "INSERT INTO messages (id, conversation_id, role, content, status, created_at) VALUES ('m-1', :c, 'user', :parts, 'complete', 1) ON CONFLICT (id) DO UPDATE SET content = excluded.content"
    run(db, again, c=CONVERSATION, parts='[{"type":"text","text":"early"}]')
    assert (found(db, "early", "message"), found(db, "late", "message")) == (["m-1"], [])
    fts.check(db)


def test_a_change_of_what_is_not_indexed_writes_no_document(db: Connection) -> None:
    before = db.execute(text("SELECT id FROM search_docs WHERE kind = 'conversation'")).scalar()
    run(db, "UPDATE conversations SET updated_at = 9, head_message_id = 'm-1'")
    assert db.execute(text("SELECT id FROM search_docs WHERE kind = 'conversation'")).scalar() == before


def test_a_change_that_is_rolled_back_leaves_nothing(db: Connection) -> None:
    with db.begin_nested() as savepoint:
        run(db, "UPDATE projects SET name = 'Lighthouse'")
        savepoint.rollback()
    assert (found(db, "lighthouse", "project"), found(db, "harbour", "project")) == ([], [PROJECT])
    fts.check(db)


@pytest.mark.parametrize("content", ["[]", "{}", "null", '"plain"', "[1, null, [2]]", "not json", '[{"type":"text"}]', '[{"type":"text","text":"a\\u0000b"}]'])  # fmt: skip
def test_no_content_whatever_keeps_a_message_from_being_written(db: Connection, content: str) -> None:
    run(
        db,
        "INSERT INTO messages (id, conversation_id, role, content, status, created_at) VALUES ('m-2', :c, 'user', :parts, 'complete', 1)",
        c=CONVERSATION,
        parts=content,
    )
    assert db.execute(text("SELECT count(*) FROM search_docs WHERE entity_id = 'm-2'")).scalar() == 1
    fts.check(db)


def test_a_table_may_be_made_anew_between_untrack_and_track(db: Connection) -> None:
    source = migration_sources()["project"]
    fts.untrack(db, source)
    assert found(db, "harbour", "project") == []
    run(db, "UPDATE projects SET name = 'Wharf'")
    fts.track(db, source)
    assert found(db, "wharf", "project") == [PROJECT]
    fts.check(db)


def test_the_index_can_be_made_anew_from_the_documents(db: Connection) -> None:
    run(db, "INSERT INTO search_fts(search_fts) VALUES ('delete-all')")
    assert found(db, "harbour", "project") == []
    fts.rebuild(db)
    assert found(db, "harbour", "project") == [PROJECT]


def test_an_index_of_another_shape_is_made_anew(db: Connection) -> None:
    run(db, "DROP TABLE search_fts")
    run(
        db,
        "CREATE VIRTUAL TABLE search_fts USING fts5(keys, title, body, content='search_docs', content_rowid='id', prefix='2 3')",
    )
    fts.recreate(db)
    assert found(db, "creme brulee", "message") == ["m-1"]
    run(db, "UPDATE projects SET name = 'Lighthouse'")
    assert (found(db, "light", "project"), found(db, "harbour", "project")) == ([PROJECT], [])
    shape = db.execute(text("SELECT sql FROM sqlite_master WHERE name = 'search_fts'")).scalar_one()
    assert "prefix='2 3 4 5'" in shape
    fts.check(db)


def migration_sources() -> dict[str, fts.Source]:
    spec = importlib.util.spec_from_file_location("made", scripts() / "versions" / "2026_11_26_search.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return {source.kind: source for source in module.SOURCES}


HOSTILE = ('"', '""', '"*', "AND", "a OR", "NOT x", "NEAR(a b, 5)", "title:x", "{title}:x", "^a", "a*", "a* b*", "(", ")", "+a", "-a",
           "a\0b", "\0", "🎉", "a🎉b", "\ud800", "a\udfffb", "x" * 10_000, '"' * 5_000, "a " * 5_000, "';--", "%", "_", "\u0301", "é", "漢字", "ß", "İ", "ﬁ", ":", "\n\t ")  # fmt: skip


@pytest.fixture(scope="module")
def bare() -> Iterator[Connection]:
    with create_engine("sqlite://").connect() as connection:
        run(connection, "CREATE TABLE search_docs (id INTEGER PRIMARY KEY, kind, keys, title, body)")
        fts.create(connection)
        run(connection, "INSERT INTO search_docs VALUES (1, 'agent', 'agentp1', 'a title', 'and a body or not')")
        yield connection


@pytest.mark.parametrize("typed", HOSTILE)
def test_hostile_input_never_raises(bare: Connection, typed: str) -> None:
    answer(bare, typed)


@given(st.text(alphabet=st.characters(), max_size=60) | st.text(alphabet='"*^()+-:{} andORNEAR\0', max_size=60))
@example('"a" "')
def test_no_input_raises(bare: Connection, typed: str) -> None:
    answer(bare, typed)


def answer(db: Connection, typed: str) -> None:
    words = fts.words_of(typed)
    if words:
        for in_title in (True, False):
            expression = fts.match(["agentp1"], words, in_title=in_title)
            db.execute(text("SELECT rowid FROM search_fts WHERE search_fts MATCH :m"), {"m": expression}).all()


@given(st.text(min_size=1, max_size=40))
def test_no_word_reaches_beyond_the_keys(bare: Connection, typed: str) -> None:
    words = fts.words_of(typed)
    if words:
        query = "SELECT rowid FROM search_fts WHERE search_fts MATCH :m"
        assert bare.execute(text(query), {"m": fts.match(["agentp2"], words)}).all() == []
