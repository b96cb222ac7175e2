"""The one URL parser of every outgoing request.

Two parsers that disagree about the host are how guards are walked around, so the pieces found here are the ones that
are checked, dialled, sent as Host and sent as SNI. What is doubtful is refused, not repaired.
"""

from __future__ import annotations

import re
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from urllib.parse import quote, urljoin

import msgspec

from orbiter.net.errors import InvalidUrlError

MAX_URL_LENGTH = 8_000
_MAX_HOST_LENGTH = 253
_MAX_PORT = 65_535
_DEFAULT_PORTS = {"http": 80, "https": 443}
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\\\ud800-\udfff]")
_SHAPE = re.compile(r"(https?)://([^/?#]*)(/[^?#]*)?(\?[^#]*)?(?:#.*)?", re.IGNORECASE)
_AUTHORITY = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^:\[\]@]+)(?::([0-9]{1,5}))?")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")


class Target(msgspec.Struct, frozen=True):
    """A parsed URL. `host` is lower case, in its one canonical spelling, IPv6 without brackets."""

    scheme: str
    host: str
    port: int
    path: str
    """Path and query as they are sent, percent-encoded; never empty."""

    @property
    def authority(self) -> str:
        """The Host header's value."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if self.port == _DEFAULT_PORTS[self.scheme] else f"{name}:{self.port}"

    @property
    def origin(self) -> tuple[str, str, int]:
        return (self.scheme, self.host, self.port)

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.authority}{self.path}"

    def join(self, location: str) -> Target:
        """The target that a Location header names, relative to this one. Raises `InvalidUrlError`."""
        if len(location) > MAX_URL_LENGTH or _FORBIDDEN.search(location):  # urljoin would drop such characters
            raise InvalidUrlError("The page redirects to an address that is not valid.")
        try:
            joined = urljoin(self.url, location)
        except ValueError:
            raise InvalidUrlError("The page redirects to an address that is not valid.") from None
        return parse_url(joined)


def parse_url(url: str) -> Target:
    """Parse an absolute http or https URL. Raises `InvalidUrlError`, whose message does not repeat the URL."""
    if len(url) > MAX_URL_LENGTH:
        raise InvalidUrlError(f"The URL is longer than {MAX_URL_LENGTH} characters. Use a shorter one.")
    if _FORBIDDEN.search(url):
        raise InvalidUrlError("The URL holds a control character or a backslash. Remove it.")
    shape = _SHAPE.fullmatch(url)
    if shape is None:
        raise InvalidUrlError("This is not an http or https URL. Write it like https://example.com/page.")
    scheme, authority, path, query = shape.groups()
    host, port = _parse_authority(authority)
    target = quote((path or "/") + (query or ""), safe="/?:@!$&'()*+,;=-._~%[]")
    return Target(scheme.lower(), host, port or _DEFAULT_PORTS[scheme.lower()], target)


def _parse_authority(authority: str) -> tuple[str, int]:
    if "@" in authority:
        raise InvalidUrlError("The URL holds a user name or password. Send credentials in a header instead.")
    match = _AUTHORITY.fullmatch(authority)
    if match is None:
        raise InvalidUrlError("The URL has no valid host and port.")
    host, port = match.groups()
    number = int(port) if port else 0
    if port and not 0 < number <= _MAX_PORT:
        raise InvalidUrlError(f"The port of the URL must be between 1 and {_MAX_PORT}.")
    return canonical_host(host), number


def canonical_host(host: str) -> str:
    """The one spelling of a host name or address. Raises `InvalidUrlError`.

    Numbers that only a resolver would take for an address (127.1, 0x7f000001, 017700000001) are refused.
    """
    if host.startswith("[") and host.endswith("]"):
        return _ipv6(host[1:-1])
    name = _ascii(host).lower().removesuffix(".")
    labels = name.split(".")
    if _NUMBER.fullmatch(labels[-1]):
        return _ipv4(name)
    if len(name) > _MAX_HOST_LENGTH or not all(_LABEL.fullmatch(label) for label in labels):
        raise InvalidUrlError("The URL has no valid host name.")
    return name


def _ascii(host: str) -> str:
    if host.isascii():
        return host
    import idna  # its tables cost 10 ms that only international names need

    try:
        return idna.encode(host.lower()).decode("ascii")
    except idna.IDNAError:
        raise InvalidUrlError("The URL has no valid host name.") from None


def _ipv4(text: str) -> str:
    try:
        return str(IPv4Address(text))
    except AddressValueError:
        raise InvalidUrlError("The URL's address must be written as four decimal numbers, like 192.0.2.1.") from None


def _ipv6(text: str) -> str:
    try:
        return str(IPv6Address(text))
    except AddressValueError:
        raise InvalidUrlError("The URL has no valid IPv6 address.") from None
