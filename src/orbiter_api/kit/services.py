"""What the app is made of, handed to every domain: made once by `create_app`, no global beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from orbiter_api.config import Settings
    from orbiter_api.db import Database
    from orbiter_api.kit.crypto import KeyRing
    from orbiter_api.kit.egress import Outbound
    from orbiter_api.kit.expiry import Expiring
    from orbiter_api.realtime import ChannelHandler, Hub, TopicAuthorizer
    from orbiter_api.security.principal import PrincipalLoader

T = TypeVar("T")


class Services:
    """`get` and `put` hold what a domain offers to those above it, by type."""

    settings: Settings
    db: Database
    hub: Hub
    keys: KeyRing
    http: Outbound
    principals: PrincipalLoader

    def __init__(self, settings: Settings, db: Database, keys: KeyRing, http: Outbound) -> None:
        self.settings = settings
        self.db = db
        self.keys = keys
        self.http = http
        self.topics: dict[str, TopicAuthorizer] = {}
        self.channels: dict[str, ChannelHandler] = {}
        self.expiring: list[Expiring] = []
        """What all domains have removed in time; whole once every domain is set up."""
        self._offered: dict[type[Any], Any] = {}

    def put(self, offered: object, as_type: type[Any] | None = None) -> None:
        self._offered[as_type or type(offered)] = offered

    def get(self, kind: type[T]) -> T:
        """Raises KeyError when no domain below offers it: a mistake in the order of set-up."""
        return self._offered[kind]
