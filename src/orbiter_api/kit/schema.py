"""Bases and bounded types of request bodies. Every outside value has a largest size."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

INT64_MAX = 2**63 - 1

_ONE_LINE = r"^[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f][^\x00-\x1f\x7f]*$(?!\n)"
Name = Annotated[str, Meta(min_length=1, max_length=120, pattern=_ONE_LINE)]
"""One line that is not blank."""
Description = Annotated[str, Meta(max_length=2000)]
ShortText = Annotated[str, Meta(max_length=300)]
Identifier = Annotated[str, Meta(min_length=1, max_length=64)]
Count = Annotated[int, Meta(ge=0, le=2**31 - 1)]


class Body(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Base of what a client sends: closed, so that a misspelt or forbidden field is an error and not ignored."""
