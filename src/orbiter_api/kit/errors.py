"""Every error that a client may see. Raise one of these; `kit.problems` renders it as RFC 9457 problem+json.

`detail` is shown to people: what happened, then what to do. It never holds a secret or another person's data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

import msgspec


class FieldError(msgspec.Struct, frozen=True):
    field: str
    """Dotted path into the body, query or headers: `tools.0.name`."""
    message: str


class AppError(Exception):
    """Base of the hierarchy. `code` is stable and part of the API; `detail` is a sentence."""

    code: ClassVar[str] = "INTERNAL_ERROR"
    status: ClassVar[int] = 500
    title: ClassVar[str] = "Internal error"

    def __init__(
        self,
        detail: str,
        *,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
        current: object = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = tuple(errors)
        self.headers = dict(headers or {})
        self.current = current
        """With 412: the resource as it stands now."""


class BadRequestError(AppError):
    code, status, title = "BAD_REQUEST", 400, "Bad request"


class ValidationFailedError(AppError):
    code, status, title = "VALIDATION_ERROR", 400, "Some fields are not valid"

    @classmethod
    def of(cls, field: str, message: str) -> ValidationFailedError:
        return cls(f"{field}: {message}", errors=[FieldError(field, message)])


class UnauthorizedError(AppError):
    code, status, title = "UNAUTHORIZED", 401, "Not signed in"

    def __init__(self, detail: str = "You are not signed in, or your session ended. Sign in and try again.") -> None:
        super().__init__(detail)


class ForbiddenError(AppError):
    code, status, title = "FORBIDDEN", 403, "Not allowed"


class NotFoundError(AppError):
    """Also for what exists but is not the caller's: the two cannot be told apart."""

    code, status, title = "RESOURCE_NOT_FOUND", 404, "Not found"

    def __init__(self, what: str = "resource") -> None:
        super().__init__(f"There is no such {what}, or you have no access to it.")


class MethodNotAllowedError(AppError):
    code, status, title = "BAD_REQUEST", 405, "Method not allowed"


class ConflictError(AppError):
    code, status, title = "CONFLICT", 409, "Conflict"


class NonDeterminismError(AppError):
    code, status, title = "NON_DETERMINISM", 409, "The run no longer matches its journal"


class RevisionStaleError(AppError):
    code, status, title = "REVISION_STALE", 412, "Someone else changed this first"

    def __init__(self, current: object) -> None:
        super().__init__(
            "This was changed after you opened it. Look at the current version, then save your change again.",
            current=current,
        )


class RevisionRequiredError(AppError):
    code, status, title = "REVISION_REQUIRED", 428, "Revision missing"

    def __init__(self) -> None:
        super().__init__('Send the revision that you are changing as If-Match: "<revision>".')


class PayloadTooLargeError(AppError):
    code, status, title = "PAYLOAD_TOO_LARGE", 413, "Too large"


class UnsupportedMediaTypeError(AppError):
    code, status, title = "UNSUPPORTED_MEDIA_TYPE", 415, "Unsupported media type"


class RateLimitedError(AppError):
    code, status, title = "RATE_LIMITED", 429, "Too many requests"

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(
            f"Too many requests. Try again in {retry_after_s} s.", headers={"retry-after": str(retry_after_s)}
        )


class BudgetExceededError(AppError):
    code, status, title = "BUDGET_EXCEEDED", 402, "Budget exceeded"


class ProviderError(AppError):
    code, status, title = "PROVIDER_ERROR", 502, "The provider failed"


class SandboxUnavailableError(AppError):
    code, status, title = "SANDBOX_UNAVAILABLE", 503, "Sandbox unavailable"


class DatabaseBusyError(AppError):
    code, status, title = "DATABASE_BUSY", 503, "Database busy"

    def __init__(self, detail: str = "The database is busy. Nothing was changed; try again in a moment.") -> None:
        super().__init__(detail, headers={"retry-after": "1"})


class StorageFullError(AppError):
    code, status, title = "STORAGE_FULL", 507, "Storage full"

    def __init__(self, detail: str = "The disk is full. Nothing was changed; free some space and try again.") -> None:
        super().__init__(detail)


class InternalError(AppError):
    code, status, title = "INTERNAL_ERROR", 500, "Internal error"

    def __init__(self, detail: str = "Something failed on our side. The log has more under the request id.") -> None:
        super().__init__(detail)
