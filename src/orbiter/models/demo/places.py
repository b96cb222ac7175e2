"""Finds time zones in prose, by their name or by a city in them."""

from __future__ import annotations

import re
from functools import cache
from zoneinfo import available_timezones

_ZONE = re.compile(r"\b(?:[A-Z][A-Za-z]+/[A-Za-z_]+(?:/[A-Za-z_]+)?|UTC|GMT)\b")
_PLACE = re.compile(
    r"(?:\b(?:in|at|for|and|or)\b|,)\s+(?=(?P<words>[A-Za-z][A-Za-z.'\u2019-]*(?:\s+[A-Za-z][A-Za-z.'\u2019-]*){0,2}))"
)
_OTHER_CITIES = {
    "barcelona": "Europe/Madrid", "beijing": "Asia/Shanghai", "boston": "America/New_York",
    "delhi": "Asia/Kolkata", "frankfurt": "Europe/Berlin", "geneva": "Europe/Zurich", "germany": "Europe/Berlin",
    "france": "Europe/Paris", "hamburg": "Europe/Berlin", "italy": "Europe/Rome", "spain": "Europe/Madrid",
    "mumbai": "Asia/Kolkata", "india": "Asia/Kolkata", "munich": "Europe/Berlin", "new delhi": "Asia/Kolkata",
    "san francisco": "America/Los_Angeles", "seattle": "America/Los_Angeles", "washington": "America/New_York",
}  # fmt: skip
_LANDS = ("Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")


def find_zones(text: str) -> list[str]:
    """IANA names of the zones and cities in `text`, in order, each once."""
    found = [(match.start(), match[0]) for match in _ZONE.finditer(text) if match[0] in _known()]
    places = ((match.start(), _of_words(match["words"].lower().split())) for match in _PLACE.finditer(text))
    found += [(at, zone) for at, zone in places if zone is not None]
    return list(dict.fromkeys(zone for _, zone in sorted(found)))


def _of_words(words: list[str]) -> str | None:
    names = (" ".join(words[:count]).rstrip(".'\u2019-") for count in range(len(words), 0, -1))
    return next((zone for name in names if (zone := _cities().get(name))), None)


@cache
def _known() -> frozenset[str]:
    return frozenset(available_timezones()) | {"UTC", "GMT"}


@cache
def _cities() -> dict[str, str]:
    zones = sorted(zone for zone in _known() if zone.startswith(_LANDS))
    cities = {zone.rsplit("/", 1)[1].replace("_", " ").lower(): zone for zone in zones}
    return cities | _OTHER_CITIES
