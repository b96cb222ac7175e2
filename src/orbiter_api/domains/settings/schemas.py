"""The sections that belong to the workspace itself, and what administrators see of its storage."""

from __future__ import annotations

from typing import Annotated, ClassVar

import msgspec
from msgspec import UNSET, Meta, UnsetType

from orbiter_api.kit.schema import Body, Name
from orbiter_api.kit.workspace import Section

BIN_DAYS = 30
"""How long deleted things can be brought back."""
AUDIT_FLOOR_DAYS = 180

Days = Annotated[int, Meta(ge=1, le=36_500)]
AuditDays = Annotated[int, Meta(ge=AUDIT_FLOOR_DAYS, le=36_500)]
Runs = Annotated[int, Meta(ge=1, le=10_000)]


class Workspace(Section, frozen=True):
    section: ClassVar[str] = "workspace"

    name: Name = "Orbiter"
    """In the title, beside the navigation and on the sign-in page."""
    concurrent_runs: Runs | None = None
    """How many runs execute at once; None: as many as the server allows (ORBITER_MAX_CONCURRENT_RUNS)."""


class WorkspaceUpdate(Body):
    name: Name | UnsetType | None = UNSET
    concurrent_runs: Runs | UnsetType | None = UNSET


class WorkspaceView(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    concurrent_runs: int | None
    most_concurrent_runs: int
    """ORBITER_MAX_CONCURRENT_RUNS: the setting above has no effect past it."""
    revision: int
    updated_at: str | None
    updated_by: str | None


class WorkspaceName(msgspec.Struct, frozen=True):
    name: str


class Retention(Section, frozen=True):
    """How long each kind is kept, in days. None keeps it for ever: nothing goes that nobody chose to let go."""

    section: ClassVar[str] = "retention"

    runs_days: Days | None = None
    conversations_days: Days | None = None
    """By their last message."""
    notifications_days: Days = 90
    audit_log_days: AuditDays | None = None
    daily_backup: bool = False
    """Copy the database every day into its own folder of backups."""
    backups_kept: Annotated[int, Meta(ge=3, le=30)] = 3
    """How many of the copies that the server makes by itself stay."""


class RetentionUpdate(Body):
    """`null` goes back to the default."""

    runs_days: Days | UnsetType | None = UNSET
    conversations_days: Days | UnsetType | None = UNSET
    notifications_days: Days | UnsetType | None = UNSET
    audit_log_days: AuditDays | UnsetType | None = UNSET
    daily_backup: bool | UnsetType | None = UNSET
    backups_kept: Annotated[int, Meta(ge=3, le=30)] | UnsetType | None = UNSET


def days_of(kept: Retention, kind: str) -> int | None:
    """None for a kind that is kept for ever. Raises AttributeError for one that no setting names."""
    return getattr(kept, f"{kind}_days")


class RetentionView(msgspec.Struct, frozen=True, kw_only=True):
    runs_days: int | None
    conversations_days: int | None
    notifications_days: int
    audit_log_days: int | None
    audit_log_least_days: int
    daily_backup: bool
    backups_kept: int
    bin_days: int
    """After so many days deleted things go for good."""
    revision: int
    updated_at: str | None
    updated_by: str | None


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """What would go now."""

    kind: str
    why: str
    """`retention`, `bin` or `over`."""
    count: int


class TableUse(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    owner: str
    """The domain that keeps it; `search` for full-text indexes, `server` for the rest."""
    rows: int | None
    """None where counting would take too long."""
    size_bytes: int | None
    """With its indexes; None where it cannot be measured or that would take too long."""


class Storage(msgspec.Struct, frozen=True, kw_only=True):
    measured_at: str
    database_bytes: int
    wal_bytes: int
    free_bytes: int
    """Inside the database: left by what was removed, used again by what comes."""
    backups_bytes: int
    backups: int
    disk_free_bytes: int | None
    tables: list[TableUse]
    due: list[Due]


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """For a report of a fault. Nothing here is secret, but strangers have no business in it."""

    version: str
    python: str
    sqlite: str
    system: str
    machine: str
    process: str
    """Host and process id."""
    started_at: str
    time_zone: str
