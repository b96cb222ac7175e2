"""Which names the server answers to. On a loopback address another name means DNS rebinding: a site that points its
own name at this machine to talk to it as if it were its own."""

from __future__ import annotations

import re
from collections.abc import Iterable

from orbiter_api.config import Settings, is_loopback

_HOST = re.compile(r"(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::[0-9]{1,5})?")


def host_of(headers: Iterable[tuple[bytes, bytes]]) -> str | None:
    """None unless there is exactly one and it is a name or an address, with or without a port."""
    found = [value.decode("latin-1") for name, value in headers if name.lower() == b"host"]
    return found[0] if len(found) == 1 and _HOST.fullmatch(found[0]) else None


def without_port(host: str) -> str:
    if host.startswith("["):
        return host.partition("]")[0].removeprefix("[").lower()
    return host.partition(":")[0].lower()


def is_allowed(host: str | None, settings: Settings) -> bool:
    if host is None:
        return False
    name = without_port(host)
    if name in settings.allowed_hosts or host.lower() in settings.allowed_hosts:
        return True
    if settings.loopback:
        return is_loopback(name)
    return not settings.allowed_hosts or name == settings.host.lower()
