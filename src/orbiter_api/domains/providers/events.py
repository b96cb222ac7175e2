"""What is told of providers, their keys and models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from orbiter_api.db import UnitOfWork
from orbiter_api.domains.identity import find_admin_ids
from orbiter_api.domains.providers.models import ProviderRow
from orbiter_api.kit.events import Audited, Notice, changed

_LIVE = ("revision", "updated_at", "status", "last_error", "last_tested_at", "keys")
_LIVE_KEY = ("revision", "updated_at", "status", "uses", "last_used_at", "last_error", "until")


async def warn_of_keys(
    uow: UnitOfWork, provider_id: str, provider_name: str, labels: Sequence[str], *, all_aside: bool
) -> None:
    """Administrators see among their notifications that these keys were set aside: one notice, whatever the number."""
    keys = f"The key “{labels[0]}”" if len(labels) == 1 else f"{len(labels)} keys"
    title, severity = f"{keys} of {provider_name} was set aside", "warn"
    text = (
        "The provider refused it several times in a row. Its other keys serve meanwhile. Replace it, or test it again."
    )
    if len(labels) > 1:
        title, text = title.replace(" was ", " were "), text.replace(" it", " them")
    if all_aside:
        title, severity = f"Every key of {provider_name} was refused", "danger"
        text = "No model of this provider answers now. Replace a key, or test one again once the provider accepts it."
    uow.publish(
        Notice(
            kind="provider.keys_failed" if all_aside else "provider_key.set_aside",
            user_ids=await find_admin_ids(uow.session), title=title, text=text, severity=severity,
            entity_type="provider", entity_id=provider_id,
        )
    )  # fmt: skip


def tell_listed(uow: UnitOfWork, provider: ProviderRow, *, added: Sequence[str], removed: Sequence[str]) -> None:
    """For the audit log: what the provider's own list brought and took."""
    told = {"added": added, "removed": removed}
    if added or removed:
        uow.publish(
            Audited(
                action="provider.models_listed", entity_type="provider", entity_id=provider.id, name=provider.name,
                after={what: names for what, names in told.items() if names},
            )
        )  # fmt: skip


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
