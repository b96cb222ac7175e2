"""UUID version 7 (RFC 9562 section 5.7) as text: sortable by time of making, unique without a database."""

from __future__ import annotations

import os
import threading
import time

_lock = threading.Lock()
_last_ms = 0
_counter = 0
_MAX_COUNTER = 0xFFF


def new_id() -> str:
    """A new id. Within a process later ids compare greater, also inside one millisecond (the 12 bit counter of 6.2)."""
    global _last_ms, _counter  # noqa: PLW0603 - the generator's state
    with _lock:
        now = time.time_ns() // 1_000_000
        if now > _last_ms:
            _last_ms, _counter = now, int.from_bytes(os.urandom(2), "big") & 0x3FF
        else:
            _counter += 1
            if _counter > _MAX_COUNTER:
                _last_ms, _counter = _last_ms + 1, 0
        millis, counter = _last_ms, _counter
    tail = int.from_bytes(os.urandom(8), "big") & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
    hexed = f"{(millis << 16) | 0x7000 | counter:016x}{tail:016x}"
    return f"{hexed[:8]}-{hexed[8:12]}-{hexed[12:16]}-{hexed[16:20]}-{hexed[20:]}"


def first_id_at(micros: int) -> str:
    """Below every id that is made from this time (microseconds since 1970) on."""
    hexed = f"{max(micros, 0) // 1000:012x}"
    return f"{hexed[:8]}-{hexed[8:]}"
