"""What can be found of people, by administrators."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, false, select

from orbiter_api.db.fts import key
from orbiter_api.domains.identity.models import UserRow
from orbiter_api.kit.search import Searchable
from orbiter_api.kit.services import Services
from orbiter_api.security.principal import Principal


def searchables(_services: Services) -> Sequence[Searchable]:
    row = UserRow
    people = Searchable(
        kind="person", visible=_visible, keys=_keys, id=row.id.expression, title=row.name.expression,
        at=row.created_at.expression,
    )  # fmt: skip
    return (people,)


def _visible(principal: Principal) -> Select[str]:
    everybody = select(UserRow.id).where(UserRow.deleted_at.is_(None))
    return everybody if principal.role == "admin" else everybody.where(false())


def _keys(principal: Principal) -> Sequence[str]:
    return [key("person", "a")] if principal.role == "admin" else []
