"""Errors on the wire: RFC 9457 `application/problem+json`, for whatever was raised."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, cast

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException, SerializationException, ValidationException
from litestar.openapi.datastructures import ResponseSpec

from orbiter_api.kit.context import request_id
from orbiter_api.kit.errors import (
    AppError,
    BadRequestError,
    ConflictError,
    DatabaseBusyError,
    FieldError,
    ForbiddenError,
    InternalError,
    MethodNotAllowedError,
    NotFoundError,
    PayloadTooLargeError,
    RateLimitedError,
    RevisionRequiredError,
    RevisionStaleError,
    StorageFullError,
    UnauthorizedError,
    UnsupportedMediaTypeError,
    ValidationFailedError,
)

MEDIA_TYPE = "application/problem+json"
log = logging.getLogger("orbiter.error")
_ABOUT_A_FIELD = (
    (re.compile(r"Object contains unknown field `(.*)`"), "is not a known field"),
    (re.compile(r"Object missing required field `(.*)`"), "is required"),
)
_MSGSPEC = re.compile(r"\A(?P<message>.*?)(?: - at `(?:key in )?(?P<path>[^`]*)`)?\Z", re.DOTALL)


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    type: str
    """`about:blank`: `code` says what kind of problem this is."""
    title: str
    status: int
    detail: str
    """What happened, then what to do."""
    code: str
    """Stable and upper-case."""
    request_id: str
    errors: list[FieldError] | msgspec.UnsetType = msgspec.UNSET
    current: Any | msgspec.UnsetType = msgspec.UNSET
    """With 412: the resource as it stands now."""


def problem_of(error: AppError) -> Problem:
    return Problem(
        type="about:blank",
        title=error.title,
        status=error.status,
        detail=error.detail,
        code=error.code,
        request_id=request_id.get(),
        errors=list(error.errors) or msgspec.UNSET,
        current=msgspec.UNSET if error.current is None else error.current,
    )


def render(error: AppError) -> bytes:
    return msgspec.json.encode(problem_of(error))


def as_app_error(error: BaseException) -> AppError:
    """The error a client may see for any exception; an unknown one says nothing about itself."""
    if isinstance(error, AppError):
        return error
    if isinstance(error, ExceptionGroup):  # the framework's wrapping of what a dependency raised while it was closed
        return as_app_error(cast("ExceptionGroup[Exception]", error).exceptions[0])
    if isinstance(error, ValidationException):
        return _from_validation(error)
    if isinstance(error, HTTPException):
        decoding = isinstance(error.__cause__, SerializationException)
        return BadRequestError(f"The body is not valid JSON: {error.detail}.") if decoding else _from_http(error)
    if isinstance(error, msgspec.ValidationError):
        return _validation([_field_error("", str(error))])
    if isinstance(error, msgspec.DecodeError | SerializationException):
        return BadRequestError(f"The body is not valid JSON: {error}.")
    if isinstance(error, UnicodeDecodeError):
        return BadRequestError("The request is not valid UTF-8.")
    if isinstance(error, RecursionError):
        return BadRequestError("The body is nested too deeply.")
    if isinstance(error, OverflowError):
        return BadRequestError("A number is too large.")
    return InternalError()


def handle(_request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """Litestar exception handler for `Exception`."""
    answer = shown(error)
    return Response(render(answer), status_code=answer.status, media_type=MEDIA_TYPE, headers=answer.headers)


def shown(error: Exception) -> AppError:
    """The error a client may see; of an unknown one the log has the rest."""
    answer = as_app_error(error)
    if isinstance(answer, InternalError):
        log.error("unhandled error", exc_info=error)
    return answer


def _validation(errors: Sequence[FieldError]) -> ValidationFailedError:
    first = errors[0] if errors else FieldError("", "is not valid")
    return ValidationFailedError(f"{first.field}: {first.message}" if first.field else first.message, errors=errors)


def _from_validation(error: ValidationException) -> AppError:
    extra = error.extra if isinstance(error.extra, list) else []
    found = [_from_extra(cast("dict[str, Any]", item)) for item in extra if isinstance(item, dict)]
    return _validation(found or [FieldError("", str(error.detail))])


def _from_extra(item: dict[str, Any]) -> FieldError:
    key = str(item.get("key", ""))
    inside = key.removeprefix("data").lstrip(".") if item.get("source") == "body" or key == "data" else key
    return _field_error(inside, str(item.get("message", "is not valid")))


def _field_error(key: str, text: str) -> FieldError:
    """msgspec says `Expected …, got … - at `$.a[0].b``; clients get the field `a.0.b`, or `body` for all of it."""
    found = _MSGSPEC.match(text)
    message, path = (found["message"], found["path"] or "") if found else (text, "")
    inner, own = _dotted(path.removeprefix("$")), _dotted(key)
    field = own if not inner or inner == own else f"{own}.{inner}".strip(".")
    if re.match(r"\A'\w+'\Z", message):  # the framework's word for a body or parameter that is not there
        return FieldError(field or "body", "is required")
    for pattern, meaning in _ABOUT_A_FIELD:
        if named := pattern.match(message):
            return FieldError(field if field.endswith(named[1]) else f"{field}.{named[1]}".strip("."), meaning)
    return FieldError(field or "body", message)


def _dotted(path: str) -> str:
    return path.replace("[", ".").replace("]", "").strip(".")


def _from_http(error: HTTPException) -> AppError:
    known = _known(error.status_code)
    if known is None and error.status_code < HTTPStatus.INTERNAL_SERVER_ERROR:
        known = BadRequestError(str(error.detail) or "The request cannot be understood.")
    known = known or InternalError()
    if isinstance(known, MethodNotAllowedError):
        known.headers.update(error.headers or {})
    return known


def _known(status: int) -> AppError | None:
    match status:
        case 401:
            return UnauthorizedError()
        case 403:
            return ForbiddenError("You may not do this. Ask an administrator for the right to.")
        case 404:
            return NotFoundError("address")
        case 405:
            return MethodNotAllowedError("This address does not take this method.")
        case 413:
            return PayloadTooLargeError("The body is too large. Send less at once.")
        case 415:
            return UnsupportedMediaTypeError("Send the body as application/json.")
        case _:
            return None


ANY_ROUTE: tuple[type[AppError], ...] = (
    BadRequestError,
    UnauthorizedError,
    ForbiddenError,
    NotFoundError,
    RateLimitedError,
)
WRITING_ROUTE: tuple[type[AppError], ...] = (
    ConflictError,
    PayloadTooLargeError,
    UnsupportedMediaTypeError,
    DatabaseBusyError,
    StorageFullError,
)
REVISED_ROUTE: tuple[type[AppError], ...] = (RevisionStaleError, RevisionRequiredError)


def responses(*errors: type[AppError]) -> dict[int, ResponseSpec]:
    """OpenAPI entries for a handler's `responses=`; without arguments, for those every route can give."""
    return {error.status: _spec(error) for error in errors or ANY_ROUTE}


def _spec(error: type[AppError]) -> ResponseSpec:
    return ResponseSpec(data_container=Problem, description=error.title, media_type=MEDIA_TYPE, generate_examples=False)
