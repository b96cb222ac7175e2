"""Sections as administrators see them."""

from __future__ import annotations

from typing import Any

from orbiter_api.config import Settings
from orbiter_api.domains.settings.schemas import AUDIT_FLOOR_DAYS, BIN_DAYS, RetentionView, WorkspaceView
from orbiter_api.kit.time import iso_or_none
from orbiter_api.kit.workspace import Stored, shown


def workspace_view(stored: Stored, settings: Settings) -> WorkspaceView:
    return WorkspaceView(**shown(stored.value), most_concurrent_runs=settings.max_concurrent_runs, **_change(stored))


def retention_view(stored: Stored) -> RetentionView:
    return RetentionView(
        **shown(stored.value), audit_log_least_days=AUDIT_FLOOR_DAYS, bin_days=BIN_DAYS, **_change(stored)
    )


def _change(stored: Stored) -> dict[str, Any]:
    return {
        "revision": stored.revision, "updated_at": iso_or_none(stored.updated_at), "updated_by": stored.updated_by,
    }  # fmt: skip
