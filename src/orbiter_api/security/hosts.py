"""Which names the server answers to. On a loopback address another name means DNS rebinding: a site that points its
own name at this machine to talk to it as if it were its own."""

from __future__ import annotations

from collections.abc import Iterable

from orbiter_api.config import Settings, is_loopback


def host_of(headers: Iterable[tuple[bytes, bytes]]) -> str | None:
    found = [value.decode("latin-1") for name, value in headers if name.lower() == b"host"]
    return found[0] if len(found) == 1 else None


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
