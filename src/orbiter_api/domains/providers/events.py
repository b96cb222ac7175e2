"""What is told of providers, their keys and models."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from orbiter_api.db import UnitOfWork
from orbiter_api.kit.events import Audited, changed

_LIVE = ("revision", "updated_at", "status", "last_error", "last_tested_at", "keys")
_LIVE_KEY = ("revision", "updated_at", "status", "uses", "last_used_at", "last_error", "until")


def tell(
    uow: UnitOfWork,
    action: str,
    thing: msgspec.Struct,
    before: msgspec.Struct | None = None,
    extra: Mapping[str, Any] | None = None,
) -> None:
    """`<thing>.<action>` for the audit log; with `before`, what differs. `extra` joins what is after."""
    entity_type = {"Provider": "provider", "ProviderKey": "provider_key", "Model": "model"}[type(thing).__name__]
    now = msgspec.to_builtins(thing)
    then: dict[str, Any] | None = None
    after: dict[str, Any] | None = None
    if before is not None:
        then, after = changed(
            msgspec.to_builtins(before), now, without=_LIVE if entity_type == "provider" else _LIVE_KEY
        )
    uow.publish(
        Audited(
            action=f"{entity_type}.{action}", entity_type=entity_type, entity_id=now["id"],
            name=now.get("name") or now.get("label") or "", before=then, after={**(after or {}), **(extra or {})} or None,
        )
    )  # fmt: skip
