"""Full-text search on SQLite: the only place that knows FTS5, its tables, its triggers and its query language.

Every thing that can be found has a row in `search_docs`, written by triggers on the thing's own table, so that no code
path can forget it and a rolled-back change leaves nothing behind. `search_fts` indexes those rows as external content.
A document carries its *keys*: words that say who may find it. They are matched inside the index together with what was
typed, so that what a caller may not see costs nothing and shows nowhere, not even in a count.

Migrations call `create` and `track`; a table that is recreated needs `untrack` before and `track` after.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection, text

DOCS = "search_docs"
INDEX = "search_fts"
MAX_BODY_CHARS = 100_000
"""What lies beyond in a longer text is not indexed."""
MAX_WORDS = 12
MAX_WORD_CHARS = 64
_TOKENIZE = "unicode61 remove_diacritics 2"
_PREFIXES = "2 3 4 5"
"""Lengths of word beginnings that the index keeps. It makes a list of all the matches of a longer one before it gives
the first, which only a common word makes long, and common words are short."""
_COLUMNS = "keys, title, body"
_ROW, _OTHER = re.compile(r"\br\."), re.compile(r"\bx\.")
_QUOTED = re.compile(r'"([^"]*)"?|([^"]+)')


class Follows(msgspec.Struct, frozen=True):
    """Another table whose rows decide whether, or by whom, documents are found."""

    table: str
    rows: str
    """Which rows `r` of the source a row `x` of that table concerns, as SQL."""
    watched: Sequence[str]
    comes_and_goes: bool = True
    """Whether its rows matter when they are made or deleted, and not only when they change."""


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """How rows of `table` become documents of `kind`. The rest is SQL over the row `r`."""

    table: str
    kind: str
    title: str
    body: str
    keys: str
    """Words without punctuation, a blank between them: see `key`."""
    watched: Sequence[str]
    """The columns that the SQL reads: a change of another one costs nothing."""
    live: str = "r.deleted_at IS NULL"
    project: str = "r.project_id"
    parent: str = "NULL"
    at: str = "r.updated_at"
    follows: Sequence[Follows] = ()


def key(kind: str, *parts: str) -> str:
    """One word of `keys`: `key("agent", "p", project_id)`."""
    return "".join((kind, *parts)).replace("-", "")


def create(connection: Connection) -> None:
    """The index over `search_docs`, which must be there, and the triggers that keep the two in step."""
    _create_index(connection)
    added = f"INSERT INTO {INDEX}(rowid, {_COLUMNS}) VALUES (NEW.id, NEW.keys, NEW.title, NEW.body);"
    gone = f"INSERT INTO {INDEX}({INDEX}, rowid, {_COLUMNS}) VALUES ('delete', OLD.id, OLD.keys, OLD.title, OLD.body);"
    for event, body in (("INSERT", added), ("DELETE", gone), ("UPDATE", gone + added)):
        _run(connection, f"CREATE TRIGGER {DOCS}_{event.lower()} AFTER {event} ON {DOCS} BEGIN {body} END")


def recreate(connection: Connection) -> None:
    """Make the index anew as `create` makes it today; its triggers stay."""
    _run(connection, f"DROP TABLE {INDEX}")
    _create_index(connection)
    rebuild(connection)


def _create_index(connection: Connection) -> None:
    _run(connection, f"CREATE VIRTUAL TABLE {INDEX} USING fts5({_COLUMNS}, content='{DOCS}', content_rowid='id', "
                     f"tokenize='{_TOKENIZE}', prefix='{_PREFIXES}')")  # fmt: skip


def rebuild(connection: Connection) -> None:
    """Make the index anew from the documents."""
    _run(connection, f"INSERT INTO {INDEX}({INDEX}) VALUES ('rebuild')")


def check(connection: Connection) -> None:
    """Raises DatabaseError when the index and the documents differ."""
    _run(connection, f"INSERT INTO {INDEX}({INDEX}, rank) VALUES ('integrity-check', 1)")


def track(connection: Connection, source: Source) -> None:
    """Index the rows of a table, those that are there, oldest first, and from now on every change."""
    _run(connection, _insert(source, f"FROM {source.table} AS r WHERE {source.live} ORDER BY r.id"))
    add = _of_row(_insert(source, f"WHERE {source.live}"), "NEW") + ";"
    remove = f"DELETE FROM {DOCS} WHERE entity_id = OLD.id;"
    events = (("insert", "INSERT", add), ("delete", "DELETE", remove),
              ("update", f"UPDATE OF {', '.join(source.watched)}", remove + add))  # fmt: skip
    for name, event, body in events:
        _run(connection, f"CREATE TRIGGER search_{source.kind}_{name} AFTER {event} ON {source.table} BEGIN {body} END")
    for follows in source.follows:
        _follow(connection, source, follows)


def untrack(connection: Connection, source: Source) -> None:
    """Forget the documents of a table and leave it alone."""
    begins = f"search_{source.kind}_"
    named = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND substr(name, 1, :length) = :begins"
    for name in connection.execute(text(named), {"length": len(begins), "begins": begins}).scalars().all():
        _run(connection, f"DROP TRIGGER {name}")
    _run(connection, f"DELETE FROM {DOCS} WHERE kind = '{source.kind}'")


def _follow(connection: Connection, source: Source, follows: Follows) -> None:
    events = [("update", f"UPDATE OF {', '.join(follows.watched)}", "NEW")]
    if follows.comes_and_goes:
        events += [("insert", "INSERT", "NEW"), ("delete", "DELETE", "OLD")]
    for name, event, row in events:
        rows = _OTHER.sub(f"{row}.", follows.rows)
        again = f"FROM {source.table} AS r WHERE {rows} AND {source.live} ORDER BY r.id"
        _run(
            connection,
            f"CREATE TRIGGER search_{source.kind}_{follows.table}_{name} AFTER {event} ON {follows.table} BEGIN "
            f"DELETE FROM {DOCS} WHERE entity_id IN (SELECT r.id FROM {source.table} AS r WHERE {rows}); "
            f"{_insert(source, again)}; END",
        )


def _insert(source: Source, rows: str) -> str:
    values = f"r.id, {source.parent}, {source.project}, {source.keys}, {source.title}"
    return (
        f"INSERT INTO {DOCS} (kind, entity_id, parent_id, project_id, keys, title, body, at) "
        f"SELECT '{source.kind}', {values}, substr({source.body}, 1, {MAX_BODY_CHARS}), {source.at} {rows}"
    )


def _of_row(sql: str, name: str) -> str:
    return _ROW.sub(f"{name}.", sql)


def _run(connection: Connection, sql: str) -> None:
    connection.execute(text(sql.replace(":", r"\:")))


class Words(msgspec.Struct, frozen=True):
    """What was typed. Each of `phrases` must occur; the last word may be the beginning of one."""

    phrases: tuple[str, ...]
    prefix: str | None

    def __bool__(self) -> bool:
        return bool(self.phrases) or self.prefix is not None


def words_of(q: str) -> Words:
    """Never raises, whatever was typed. Words in quotes are one phrase; signs are no words."""
    phrases: list[str] = []
    open_end = False
    for quoted, plain in _QUOTED.findall(q.encode("utf-8", "replace").decode().replace("\0", " ")):
        found = [quoted] if quoted.strip() else plain.split()
        phrases += [one.strip()[:MAX_WORD_CHARS] for one in found if any(map(str.isalnum, one))]
        open_end = not quoted and bool(found) and bool(phrases) and found[-1].startswith(phrases[-1])
    phrases = phrases[:MAX_WORDS]
    if phrases and open_end and _may_be_prefix(phrases[-1]):
        return Words(tuple(phrases[:-1]), phrases[-1])
    return Words(tuple(phrases), None)


def _may_be_prefix(word: str) -> bool:
    """A single Latin letter begins too many words to be worth anything, a single ideograph does not."""
    return len(word) > 1 or not word.isascii()


def match(keys: Sequence[str], words: Words, *, in_title: bool = False) -> str:
    """An FTS5 expression: documents with one of `keys` and all of `words`. Everything in it is a quoted string."""
    wanted = [_quote(phrase) for phrase in words.phrases]
    if words.prefix is not None:
        wanted.append(f"{_quote(words.prefix)} *")
    where = "title" if in_title else "{title body}"
    return f"keys : ({' OR '.join(map(_quote, keys))}) AND {where} : ({' AND '.join(wanted)})"


def _quote(phrase: str) -> str:
    return '"' + phrase.replace('"', '""') + '"'


class Page(msgspec.Struct, frozen=True):
    """The newest documents that match."""

    match: str
    limit: int
    below: int = 2**63 - 1
    """Older than this one."""


def newest(pages: Sequence[Page]) -> tuple[str, dict[str, str | int]]:
    """One query for all pages: the number of the page and the id of a document, the newest first within a page."""
    values: dict[str, str | int] = {}
    selects: list[str] = []
    for at, page in enumerate(pages):
        values |= {f"match_{at}": page.match, f"limit_{at}": page.limit, f"below_{at}": page.below}
        selects.append(
            f"SELECT {at}, rowid FROM (SELECT rowid FROM {INDEX} WHERE {INDEX} MATCH :match_{at} "
            f"AND rowid < :below_{at} ORDER BY rowid DESC LIMIT :limit_{at})"
        )
    return " UNION ALL ".join(selects), values
