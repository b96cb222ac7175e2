"""Canonical JSON and the hashes made from it, so that equal values have equal hashes in every process."""

from __future__ import annotations

import hashlib

import msgspec

from orbiter.models.base import JSON

_encoder = msgspec.json.Encoder(order="sorted")


def canonical(value: JSON) -> bytes:
    """The value as UTF-8 JSON with sorted keys and no white space."""
    return _encoder.encode(value)


def sha256_hex(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def input_sha(value: JSON) -> str:
    return sha256_hex(canonical(value))


def plain(value: object) -> JSON:
    """Structs and tuples as the lists and dicts that JSON gives back, so that live and recorded values are equal."""
    return msgspec.to_builtins(value, str_keys=True)


def idempotency_key(run_id: str, step_key: str) -> str:
    """What a keyed write sends along: the same for every attempt at a step, another one for a fork."""
    return f"{run_id}:{hashlib.sha256(step_key.encode()).hexdigest()[:32]}"
