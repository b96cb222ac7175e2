"""Which addresses belong to the public internet.

`ipaddress.is_private` and `is_global` are not enough: they let carrier-grade NAT, translated and transition forms of
private addresses through. The lists follow the IANA special-purpose registries for IPv4 and IPv6.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

_SPECIAL_V4 = tuple(
    IPv4Network(block)
    for block in (
        "0.0.0.0/8",  # this network; Linux connects 0.0.0.0 to loopback
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # carrier-grade NAT, and a cloud's metadata service
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # a cloud's host agent, although it lies in public space
        "169.254.0.0/16",  # link-local, most metadata services
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments, and a cloud's metadata service
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # AMT
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarking
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
)

_GLOBAL_V6 = IPv6Network("2000::/3")
_MAPPED_V4 = IPv6Network("::ffff:0:0/96")
_NAT64 = IPv6Network("64:ff9b::/96")
_SPECIAL_V6 = tuple(
    IPv6Network(block)
    for block in (
        "2001::/23",  # protocol assignments: Teredo, benchmarking, ORCHID
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: carries any IPv4 address
        "2620:4f:8000::/48",  # AS112
        "3fff::/20",  # documentation
    )
)


def carried_v4(host: str) -> str:
    """The IPv4 address inside a mapped or translated IPv6 literal, which is where it leads; any other host as it is."""
    try:
        parsed = ip_address(host)
    except ValueError:
        return host
    if isinstance(parsed, IPv6Address) and (parsed in _MAPPED_V4 or parsed in _NAT64):
        return str(IPv4Address(int(parsed) & 0xFFFFFFFF))
    return host


def is_public(address: str) -> bool:
    """Whether `address`, an IPv4 or IPv6 literal, may be dialled when only the public internet is allowed."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    if "%" in address:  # a zone makes sense on the local link only
        return False
    return _public_v4(parsed) if isinstance(parsed, IPv4Address) else _public_v6(parsed)


def _public_v4(address: IPv4Address) -> bool:
    return not any(address in block for block in _SPECIAL_V4)


def _public_v6(address: IPv6Address) -> bool:
    """Everything outside 2000::/3 is refused; only the two forms that stand for an IPv4 address are looked into.

    NAT64 must pass for public addresses: on an IPv6-only network every IPv4 host resolves to it. The local NAT64
    prefix 64:ff9b:1::/48, IPv4-compatible addresses and the like fall to the first rule.
    """
    if address in _MAPPED_V4 or address in _NAT64:
        return _public_v4(IPv4Address(int(address) & 0xFFFF_FFFF))
    return address in _GLOBAL_V6 and not any(address in block for block in _SPECIAL_V6)
