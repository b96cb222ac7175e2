"""Carries a run from its body to an outcome: every way in which a body can end has one recorded state."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

import msgspec

from orbiter.errors import (
    ErrorInfo,
    JournalUnavailableError,
    NonDeterminismError,
    OrbiterError,
    RunSuspended,
    StepFailed,
)
from orbiter.models.base import JSON, Usage
from orbiter.run.context import RunContext
from orbiter.run.types import RunStatus, StepRecord

log = logging.getLogger("orbiter.run")


class RunOutcome(msgspec.Struct, kw_only=True):
    """How an execution ended. `waiting` leaves memory and comes back by `resume`."""

    status: RunStatus
    output: JSON = None
    error: ErrorInfo | None = None
    usage: Usage = Usage()
    cost_usd_micros: int = 0


class RunFailed(OrbiterError):  # noqa: N818 - reads as the outcome it is
    """The body gives up; `output` is what it can still show."""

    code = "RUN_FAILED"

    def __init__(self, message: str, *, code: str, output: JSON = None) -> None:
        super().__init__(message, code=code)
        self.output = output


Body = Callable[[RunContext], Awaitable[JSON]]


async def drive(ctx: RunContext, body: Body, partial: Callable[[], JSON] = lambda: None) -> RunOutcome:
    """Run `body` to its end. `partial` gives what a stopped or failed run can show. Only JournalUnavailableError is raised."""
    outcome = await _outcome(ctx, body, partial)
    rows = ctx.journal.rows()
    outcome.usage = total_usage(rows)
    outcome.cost_usd_micros = sum(row.cost_usd_micros or 0 for row in rows)
    return outcome


async def _outcome(ctx: RunContext, body: Body, partial: Callable[[], JSON]) -> RunOutcome:
    try:
        return RunOutcome(status="succeeded", output=await body(ctx))
    except JournalUnavailableError:
        raise
    except asyncio.CancelledError:
        return RunOutcome(status="cancelled", output=partial())
    except RunSuspended:
        return RunOutcome(status="waiting")
    except NonDeterminismError as error:
        return RunOutcome(status="waiting", error=error.info())
    except StepFailed as error:
        return RunOutcome(status="failed", error=error.info_, output=partial())
    except RunFailed as error:
        return RunOutcome(status="failed", error=error.info(), output=error.output)
    except OrbiterError as error:
        return RunOutcome(status="failed", error=error.info(), output=partial())
    except Exception:
        log.exception("run %s ended by a defect", ctx.run_id)
        info = ErrorInfo(
            "INTERNAL_ERROR", "Something in Orbiter broke while this run was going. The log has the details."
        )
        return RunOutcome(status="failed", error=info, output=partial())


def total_usage(rows: list[StepRecord]) -> Usage:
    total = Usage()
    for row in rows:
        if row.usage is not None:
            total = total + row.usage
    return total
