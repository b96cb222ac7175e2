"""How a provider's key is kept: encrypted, bound to its row and its provider, and shown by its last characters only."""

from __future__ import annotations

import msgspec

from orbiter.models.providers.spec import ProviderSpec
from orbiter_api.domains.providers.models import ProviderKeyRow
from orbiter_api.kit.crypto import KeyRing, SecretUnreadableError
from orbiter_api.kit.errors import ValidationFailedError

HINT = 4
MIN_HINTED = 12
"""A shorter value would be half told by its last characters."""


def bound_to(provider_id: str, key_id: str) -> str:
    return f"provider_keys:{provider_id}/{key_id}:sealed"


def seal(keys: KeyRing, provider_id: str, key_id: str, value: str) -> bytes:
    return keys.encrypt(value, row=bound_to(provider_id, key_id))


def unseal(keys: KeyRing, row: ProviderKeyRow) -> str:
    """Raises SecretUnreadableError. A key from the time of one key for each provider has its provider's id and is
    bound to that row."""
    try:
        return keys.decrypt(row.sealed, row=bound_to(row.provider_id, row.id))
    except SecretUnreadableError:
        if row.id != row.provider_id:
            raise
        return keys.decrypt(row.sealed, row=f"providers:{row.id}:api_key_encrypted")


def hint_of(value: str) -> str:
    """The last four characters of a key; of an account's file, of the id of its key."""
    if value.startswith("{"):
        account = msgspec.json.decode(value)
        value = str(account.get("private_key_id", ""))
    return value[-HINT:] if len(value) >= MIN_HINTED else ""


def shown_hint(keys: KeyRing, row: ProviderKeyRow) -> str | None:
    """None where nothing may be told, or nothing can be read."""
    if row.hint or row.id != row.provider_id:
        return row.hint or None
    try:
        return hint_of(unseal(keys, row)) or None
    except SecretUnreadableError:
        return None


def checked_key(spec: ProviderSpec, value: str, field: str) -> str:
    """The key as it is kept. Raises ValidationFailedError naming `field`."""
    try:
        return spec.clean_key(value)
    except ValueError as error:
        raise ValidationFailedError.of(field, str(error)) from None
