"""What becomes of providers that were removed long ago."""

from __future__ import annotations

from sqlalchemy import and_

from orbiter_api.db.expiry import expiring_rows, unreferenced
from orbiter_api.domains.providers.models import ProviderRow

EXPIRING = (
    expiring_rows(
        "providers", "bin", ProviderRow,
        lambda before: and_(ProviderRow.deleted_at < before, *unreferenced(ProviderRow)),
    ),
)  # fmt: skip
