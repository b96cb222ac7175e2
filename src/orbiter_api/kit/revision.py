"""Optimistic concurrency: a change names the revision that it was made from."""

from __future__ import annotations

import re
from typing import Annotated

from litestar.params import Parameter

from orbiter_api.kit.errors import BadRequestError, RevisionRequiredError, RevisionStaleError

IfMatch = Annotated[
    str | None, Parameter(header="If-Match", max_length=64, description='The revision being changed: `"<revision>"`.')
]
"""Annotation of a handler's `if_match: IfMatch = None`; give it to `parse_if_match`."""
_IF_MATCH = re.compile(r'\A(?:W/)?"(\d{1,18})"\Z')


def parse_if_match(header: str | None) -> int:
    """The revision in `If-Match: "<revision>"`. Raises RevisionRequiredError (428) without one, BadRequestError."""
    if header is None or not header.strip():
        raise RevisionRequiredError
    found = _IF_MATCH.match(header.strip())
    if found is None:
        raise BadRequestError('If-Match must be one revision in quotes, for example If-Match: "3".')
    return int(found.group(1))


def check_revision(expected: int, actual: int, current: object) -> None:
    """Raises RevisionStaleError (412) with `current`, the resource as clients see it, when someone was faster."""
    if expected != actual:
        raise RevisionStaleError(current)
