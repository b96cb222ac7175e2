"""What a domain says so that its things are found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Select

    from orbiter_api.security.principal import Principal


def _only_by_id(_principal: Principal) -> Sequence[str]:
    return ()


class Searchable(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of thing. Its documents are written by triggers: `db.fts.track` in a migration of the domain."""

    kind: str
    visible: Callable[[Principal], Select[str]]
    """Selects the ids of those that the caller may see and that are not deleted: the domain's own rule."""
    id: ColumnElement[str]
    """The column that `visible` selects."""
    title: ColumnElement[Any]
    """For what is found by its id; a column that `visible` reads."""
    at: ColumnElement[int]
    parent: ColumnElement[Any] | None = None
    project: ColumnElement[Any] | None = None
    keys: Callable[[Principal], Sequence[str]] = _only_by_id
    """Words of the index (`db.fts.key`) of which a document that the caller may see has at least one; it only makes the
    index quick, `visible` decides. Without keys a thing is found by its id alone."""
    title_weight: float = 8.0
    body_weight: float = 1.0
    one_per_parent: bool = False
    """Of what stands below one thing, the messages of a conversation, only the best is shown."""
