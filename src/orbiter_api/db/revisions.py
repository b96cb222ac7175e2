"""The history of schemas, read from the folder of migrations without Alembic, whose import costs half a second."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path

import msgspec

_REVISION = re.compile(r"""^revision = ["'](\w+)["']""", re.MULTILINE)
_DOWN_REVISION = re.compile(r"""^down_revision = ["'](\w+)["']""", re.MULTILINE)
_CHANGES_ROWS = re.compile(r"""^changes_rows = \(([^)]*)\)""", re.MULTILINE)


class Migration(msgspec.Struct, frozen=True):
    revision: str
    after: str | None
    changes_rows: tuple[str, ...]
    """Tables in which it adds or removes rows, or which it drops, on purpose. In all others every row must survive."""


def scripts() -> Path:
    """The folder of migrations: inside the installed package, else in the repository."""
    packaged = Path(str(files("orbiter_api"))) / "_alembic"
    return packaged if packaged.is_dir() else Path(__file__).resolve().parents[3] / "alembic"


@cache
def history() -> tuple[Migration, ...]:
    """All migrations, oldest first. Raises RuntimeError when they are not one line."""
    return read_history(scripts() / "versions")


def read_history(folder: Path) -> tuple[Migration, ...]:
    found = [_read(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.py"))]
    following = {one.after: one for one in found}
    line: list[Migration] = []
    while (following_one := following.get(line[-1].revision if line else None)) is not None:
        line.append(following_one)
    if len(line) != len(found):
        raise RuntimeError(
            "the migrations are not one line: two follow the same one, or one follows none that is there"
        )
    return tuple(line)


def _read(source: str) -> Migration:
    named, after, rows = (pattern.search(source) for pattern in (_REVISION, _DOWN_REVISION, _CHANGES_ROWS))
    if named is None:
        raise RuntimeError("a migration has no revision")
    tables = re.findall(r"""["'](\w+)["']""", rows[1]) if rows else []
    return Migration(named[1], after[1] if after else None, tuple(tables))


def newest_revision() -> str:
    return history()[-1].revision


def pending_after(revision: str | None) -> Sequence[Migration] | None:
    """What is to be applied to a database of this schema; None when this release does not know the schema."""
    if not revision:
        return history() if revision is None else None
    known = [one.revision for one in history()]
    return history()[known.index(revision) + 1 :] if revision in known else None
