"""Column types that both databases store alike: ids as text, times as microseconds, JSON as text."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import BigInteger, String, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

Id = String(36)
"""A UUIDv7 as text."""
Micros = BigInteger
"""Microseconds since the Unix epoch, UTC; also micro-dollars."""


class JsonText(TypeDecorator[Any]):
    """JSON kept as text; None stays NULL. Reading gives plain Python values."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else msgspec.json.encode(value).decode()

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else msgspec.json.decode(value)


class JsonOf(JsonText):
    """JSON of one type kept as text, which is checked as it is read. Raises msgspec.ValidationError there."""

    cache_ok = True

    def __init__(self, kind: Any) -> None:
        super().__init__()
        self.kind = kind
        self._decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(kind)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else self._decoder.decode(value)
