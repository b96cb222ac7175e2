"""Who may follow a person's notifications: that person."""

from __future__ import annotations

from orbiter_api.security.principal import Principal


class NotificationTopics:
    async def may_read(self, principal: Principal, topic: str) -> bool:
        return topic == principal.user_id
