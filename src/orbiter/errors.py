"""Errors of the engine. Each carries a stable upper-case `code` and says whether trying again may help."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from orbiter.models.base import ModelResponse


class ErrorInfo(msgspec.Struct, frozen=True, omit_defaults=True):
    """An error as it is stored in a journal and shown to a person; never holds a secret."""

    code: str
    message: str
    retryable: bool = False
    step_id: str | None = None
    final: bool = True
    """False on a failed attempt that the run itself follows by another one."""


class OrbiterError(Exception):
    """Base of every error that the engine raises on purpose."""

    code = "INTERNAL_ERROR"
    retryable = False

    def __init__(self, message: str, *, code: str | None = None, retryable: bool | None = None) -> None:
        super().__init__(message)
        self.message = message
        if code is not None:
            self.code = code
        if retryable is not None:
            self.retryable = retryable

    def info(self, *, step_id: str | None = None, final: bool = True) -> ErrorInfo:
        return ErrorInfo(self.code, self.message, self.retryable, step_id, final)


class ProviderError(OrbiterError):
    """A model provider refused, failed or answered nonsense.

    `retry_after_s` is what the provider asked for (Retry-After, RFC 9110 section 10.2.3), already capped;
    `status` its HTTP status where there was one; `partial` what had come of the answer before it failed, with
    an estimated usage, so that it can be booked.
    """

    code = "PROVIDER_ERROR"

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        retryable: bool = False,
        status: int | None = None,
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(message, code=code, retryable=retryable)
        self.status = status
        self.retry_after_s = retry_after_s
        self.partial: ModelResponse | None = None


class ToolError(OrbiterError):
    """A tool could not do its work; the message goes back to the model."""

    code = "TOOL_ERROR"


class StepFailed(OrbiterError):  # noqa: N818 - a recorded state, not a defect
    """A recorded step ended in failure; `info_` is what the journal holds."""

    code = "STEP_FAILED"

    def __init__(self, info_: ErrorInfo) -> None:
        super().__init__(info_.message, code=info_.code, retryable=info_.retryable)
        self.info_ = info_


class NonDeterminismError(OrbiterError):
    """A step key came back with another input than the journal holds."""

    code = "NON_DETERMINISM"


class JournalUnavailableError(OrbiterError):
    """The journal cannot be written now (disk full, database away). The run stays as it is and is taken up later."""

    code = "JOURNAL_UNAVAILABLE"
    retryable = True


class LeaseLostError(JournalUnavailableError):
    """Another process owns this run now; nothing more may be recorded here."""

    code = "LEASE_LOST"


class RunSuspended(OrbiterError):  # noqa: N818 - a state, not a failure
    """The run waits for a person or an event and leaves memory."""

    code = "WAITING"
