"""Runs: that something runs, survives, and can be played again. Higher domains register what runs."""

from orbiter_api.domains.execution.figures import SPANS, Activity, Figures, Piece, RunFigures
from orbiter_api.domains.execution.records import Statements, error_view, step_view
from orbiter_api.domains.execution.repository_expiry import carried_in, remove_runs_of_conversation
from orbiter_api.domains.execution.rights import ConversationRights
from orbiter_api.domains.execution.runtime import (
    Execution,
    NewRun,
    RunDispatcher,
    RunEnd,
    RunKind,
    RunKinds,
    RunSnapshot,
)
from orbiter_api.domains.execution.runtime.tail import Elsewhere, RunTail, Said
from orbiter_api.domains.execution.schemas import Run, RunError, RunStep
from orbiter_api.domains.execution.service import RunService
from orbiter_api.domains.execution.starts import ServerStarts
from orbiter_api.domains.execution.views import ended_view, started_view

__all__ = [
    "SPANS",
    "Activity",
    "ConversationRights",
    "Elsewhere",
    "Execution",
    "Figures",
    "NewRun",
    "Piece",
    "Run",
    "RunDispatcher",
    "RunEnd",
    "RunError",
    "RunFigures",
    "RunKind",
    "RunKinds",
    "RunService",
    "RunSnapshot",
    "RunStep",
    "RunTail",
    "Said",
    "ServerStarts",
    "Statements",
    "carried_in",
    "ended_view",
    "error_view",
    "remove_runs_of_conversation",
    "started_view",
    "step_view",
]
