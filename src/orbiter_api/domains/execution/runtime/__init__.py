"""What carries runs: kinds that higher domains register, a dispatcher with leases, and the worker of one run."""

from orbiter_api.domains.execution.runtime.dispatcher import RunDispatcher
from orbiter_api.domains.execution.runtime.kinds import Execution, NewRun, RunEnd, RunKind, RunKinds, RunSnapshot

__all__ = ["Execution", "NewRun", "RunDispatcher", "RunEnd", "RunKind", "RunKinds", "RunSnapshot"]
