"""Shapes of the audit log's routes."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from orbiter_api.kit.schema import Body

FilterText = Annotated[str, Meta(min_length=1, max_length=200)]


class AuditActor(msgspec.Struct, frozen=True, kw_only=True):
    kind: Literal["person", "api_key", "anonymous", "operator", "system"]
    """`operator` is whoever ran the `orbiter` command on the server, `system` the server itself."""
    user_id: str | None
    name: str | None
    key_id: str | None


class AuditEntry(msgspec.Struct, frozen=True, kw_only=True):
    seq: int
    at: str
    actor: AuditActor
    address: str | None
    request_id: str | None
    action: str
    entity_type: str
    entity_id: str | None
    name: str
    project_id: str | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    hash: str


class AuditPerson(msgspec.Struct, frozen=True):
    user_id: str
    name: str


class AuditFacets(msgspec.Struct, frozen=True, kw_only=True):
    """What stands in the log, to choose filters from."""

    actions: list[str]
    entity_types: list[str]
    people: list[AuditPerson]


class AuditProblem(msgspec.Struct, frozen=True):
    seq: int
    kind: Literal["altered", "missing", "ends"]
    """`altered`: the row or one before it was changed; `missing`: a row was removed; `ends`: rows were removed at the
    beginning or the end."""


class AuditCheck(msgspec.Struct, frozen=True, kw_only=True):
    ok: bool
    checked: int
    first_seq: int
    last_seq: int
    head: str
    """`<seq>:<hash>` of the newest row. Kept elsewhere, it shows later that the log was not put back."""
    problem: AuditProblem | None


class AuditExport(Body):
    format: Literal["csv", "jsonl"]
    action: FilterText | None = None
    actor_id: FilterText | None = None
    entity_type: FilterText | None = None
    entity_id: FilterText | None = None
    project_id: FilterText | None = None
    since: FilterText | None = None
    until: FilterText | None = None
    q: FilterText | None = None
