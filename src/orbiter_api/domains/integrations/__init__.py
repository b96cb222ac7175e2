"""What Orbiter says to people and to other systems: notifications."""

from orbiter_api.domains.integrations.schemas import Notification

__all__ = ["Notification"]
