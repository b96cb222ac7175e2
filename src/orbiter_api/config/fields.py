"""The one table of settings: names, defaults, bounds and what they are for. Everything else is made from it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off", ""})


class SettingsError(Exception):
    """A setting that cannot be used. The message names the variable, and never a secret's value."""


class Field(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    """The attribute of `Settings`; the variable is `ORBITER_` and this in capitals."""
    default: Any
    allowed: str
    """What may stand there, as the end of the sentence "It must be …"."""
    parse: Callable[[str], Any]
    """Raises ValueError for a value that is not allowed."""
    description: str
    secret: bool = False
    also: str | None = None
    """A second variable that is read when the first is not set."""

    @property
    def variable(self) -> str:
        return f"ORBITER_{self.name.upper()}"

    def read(self, text: str, variable: str) -> Any:
        try:
            return self.parse(text.strip())
        except ValueError:
            shown = "a value" if self.secret else repr(text)
            raise SettingsError(f"{variable} is {shown}. It must be {self.allowed}.") from None


def _whole(least: int, most: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        value = int(text) if len(text) < 20 else most + 1
        if not least <= value <= most:
            raise ValueError(text)
        return value

    return parse


def _flag(text: str) -> bool:
    if text.lower() in _TRUE:
        return True
    if text.lower() in _FALSE:
        return False
    raise ValueError(text)


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _origins(text: str) -> tuple[str, ...]:
    origins = tuple(origin.rstrip("/").lower() for origin in _parts(text))
    for origin in origins:
        scheme, separator, host = origin.partition("://")
        if scheme not in {"http", "https"} or not separator or not host or set(host) & set("/*?#@ "):
            raise ValueError(origin)
    return origins


def _hosts(text: str) -> tuple[str, ...]:
    hosts = tuple(host.lower() for host in _parts(text))
    if any(set(host) & set("/*?#@ ") for host in hosts):
        raise ValueError(text)
    return hosts


def _database_url(text: str) -> str:
    scheme, separator, rest = text.partition("://")
    if scheme not in {"sqlite", "sqlite+aiosqlite"} or not separator or not rest.strip("/"):
        raise ValueError(scheme)
    return f"sqlite+aiosqlite://{rest}"


def _text(text: str) -> str:
    if not text:
        raise ValueError(text)
    return text


def _public_url(text: str) -> str:
    scheme, separator, host = text.rstrip("/").partition("://")
    if scheme.lower() not in {"http", "https"} or not separator or not host or set(host) & set("/*?#@ \\"):
        raise ValueError(text)
    return f"{scheme.lower()}://{host.lower()}"


_RATE = _whole(0, 1_000_000)
_RATE_ALLOWED = "a whole number from 0 (no limit) to 1000000"

FIELDS: tuple[Field, ...] = (
    Field(
        name="database_url",
        default="sqlite+aiosqlite:///orbiter.db",
        allowed="the address of a SQLite file, for example sqlite+aiosqlite:///orbiter.db",
        parse=_database_url,
        description="The database. A relative path starts at the folder of `.env`, or at the working directory.",
        secret=True,
    ),
    Field(
        name="secret_key",
        default="",
        allowed="at least 32 characters that nobody can guess",
        parse=str,
        description=(
            "Encrypts stored provider keys and signs form tokens. Without it, a server on a loopback address makes one"
            " and keeps it beside the database as `<database>.key`; on any other address it must be set."
            " Make one with: openssl rand -hex 32"
        ),
        secret=True,
    ),
    Field(
        name="host",
        default="127.0.0.1",
        allowed="an IP address or a host name",
        parse=_text,
        description="The address to listen on.",
        also="HOST",
    ),
    Field(
        name="port",
        default=8000,
        allowed="a whole number from 0 (any free port) to 65535",
        parse=_whole(0, 65535),
        description="The port to listen on.",
        also="PORT",
    ),
    Field(
        name="debug",
        default=False,
        allowed="true or false",
        parse=_flag,
        description="Log more. It never shows details of an error to a client.",
    ),
    Field(
        name="session_expiry_hours",
        default=72,
        allowed="a whole number from 1 to 8760",
        parse=_whole(1, 8760),
        description="How long a sign-in lasts, in hours.",
    ),
    Field(
        name="session_idle_hours",
        default=0,
        allowed="a whole number from 0 (no limit) to 8760",
        parse=_whole(0, 8760),
        description="A sign-in that nobody used for so many hours ends early. 0 switches this off.",
    ),
    Field(
        name="rate_limit_auth",
        default=5,
        allowed=_RATE_ALLOWED,
        parse=_RATE,
        description="Sign-in and set-up requests per minute and address. 0 switches the limit off.",
    ),
    Field(
        name="rate_limit_general",
        default=60,
        allowed=_RATE_ALLOWED,
        parse=_RATE,
        description=(
            "Requests per minute, person and route. Of sockets one address may open ten times as many. 0 switches both"
            " limits off."
        ),
    ),
    Field(
        name="rate_limit_agent",
        default=10,
        allowed=_RATE_ALLOWED,
        parse=_RATE,
        description="Agent runs started per minute, person and route. 0 switches the limit off.",
    ),
    Field(
        name="cors_origins",
        default=(),
        allowed="origins separated by commas, for example https://app.example.org",
        parse=_origins,
        description="Other origins whose pages may call the API with the person's session. Empty: none.",
    ),
    Field(
        name="public_url",
        default="",
        allowed="an address without a path, for example https://orbiter.example.org",
        parse=_public_url,
        description=(
            "The address at which people open Orbiter, for links in mails. Empty: the address that the server listens"
            " on. It is never taken from a request."
        ),
    ),
    Field(
        name="allowed_hosts",
        default=(),
        allowed="host names separated by commas, for example orbiter.example.org",
        parse=_hosts,
        description=(
            "Names by which the server may be called. On a loopback address localhost and the loopback addresses are"
            " always allowed and everything else needs to stand here; on another address empty means every name."
        ),
    ),
    Field(
        name="trusted_proxies",
        default=(),
        allowed="IP addresses separated by commas, for example 10.0.0.2",
        parse=_hosts,
        description=(
            "Addresses of reverse proxies whose X-Forwarded-For and X-Forwarded-Proto are believed. Empty: none is."
        ),
    ),
    Field(
        name="max_concurrent_runs",
        default=200,
        allowed="a whole number from 1 to 10000",
        parse=_whole(1, 10_000),
        description="How many runs execute at once; more wait in the queue.",
    ),
    Field(
        name="cleanup_interval_hours",
        default=6,
        allowed="a whole number from 1 to 720",
        parse=_whole(1, 720),
        description="How often the clean-up jobs run: what expired, what lies in the bin too long, retention. In hours.",
    ),
    Field(
        name="ballast_mb",
        default=32,
        allowed="a whole number from 0 (no reserve) to 4096",
        parse=_whole(0, 4096),
        description=(
            "Megabytes that are kept as a reserve in `<database>.ballast` and given back when the disk is full, so that"
            " things can still be deleted. Never more than a tenth of the disk."
        ),
    ),
    Field(
        name="min_free_mb",
        default=64,
        allowed="a whole number from 0 (no mark) to 100000",
        parse=_whole(0, 100_000),
        description=(
            "No new run starts while fewer megabytes than this are free on the disk of the database, not counting the"
            " reserve. Never more than a tenth of the disk."
        ),
    ),
)
