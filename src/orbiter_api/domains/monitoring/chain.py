"""The hash chain of the audit log.

Each row's hash is an HMAC-SHA256 over the row and the hash before it, with a key that is derived from the secret key:
who can write to the database file but does not have the key cannot make a row that fits. What the chain alone cannot
show is a whole file put back to an earlier state; for that the head is told by `orbiter audit verify` and can be kept
elsewhere.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

import msgspec

GENESIS = "0" * 64
FIELDS = (
    "seq", "at", "actor_kind", "actor_id", "actor_name", "key_id", "address", "request_id", "action", "entity_type",
    "entity_id", "name", "project_id", "before", "after",
)  # fmt: skip
_encoder = msgspec.json.Encoder(order="deterministic")


class Chain:
    def __init__(self, key: bytes) -> None:
        self._key = key

    def row_hash(self, previous: str, row: Any) -> str:
        """Hex. `row` has the attributes `FIELDS`."""
        return self._mac([previous, [getattr(row, name) for name in FIELDS]])

    def ends_mac(self, ends: Any) -> str:
        """Over the row that says where the log begins and ends."""
        return self._mac(["ends", ends.first_seq, ends.base_hash, ends.last_seq, ends.last_hash])

    def _mac(self, content: object) -> str:
        return hmac.new(self._key, _encoder.encode(content), hashlib.sha256).hexdigest()
