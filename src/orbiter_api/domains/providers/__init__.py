"""Model providers: where they are, their keys, and which models they have."""

from orbiter_api.domains.providers.adapters import ProviderClients
from orbiter_api.domains.providers.service import ProviderService

__all__ = ["ProviderClients", "ProviderService"]
