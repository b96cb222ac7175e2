"""Model providers: where they are, their keys, and which models they have."""

from orbiter_api.domains.providers.adapters import ProviderClients
from orbiter_api.domains.providers.keys import KeyService
from orbiter_api.domains.providers.ledger import KeyLedger
from orbiter_api.domains.providers.service import ProviderService

__all__ = ["KeyLedger", "KeyService", "ProviderClients", "ProviderService"]
