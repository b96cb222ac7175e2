"""What a kind of provider is: what a person enters for it, and how its client is made."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import msgspec

from orbiter.models.base import ModelClient
from orbiter.ports import HttpClient

MAX_KEY = 4000


class CredentialField(msgspec.Struct, frozen=True, kw_only=True):
    """One input of the provider's form. The value of a `secret` field is write-only."""

    name: Literal["base_url", "api_key"]
    label: str
    required: bool = False
    secret: bool = False
    multiline: bool = False
    """The value is a text of many lines, like the JSON file of a service account."""
    default: str | None = None
    help: str = ""


class ProviderConfig(msgspec.Struct, frozen=True, kw_only=True):
    """One configured provider. Holds the key in clear: made to build a client, never stored, logged or shown."""

    name: str
    base_url: str = ""
    api_key: str = ""

    def __repr__(self) -> str:
        return f"ProviderConfig(name={self.name!r}, base_url={self.base_url!r})"


def header_key(key: str) -> str:
    """A key that travels in a header, ready to store; a pasted one often has white space around it. Raises ValueError."""
    key = key.strip()
    if len(key) > MAX_KEY:
        raise ValueError(f"this is no key: it is longer than {MAX_KEY} characters")
    if not key or not key.isascii() or not key.isprintable() or " " in key:
        raise ValueError("this is no key: it is blank or has characters that no key has")
    return key


MakeHttp = Callable[[str], HttpClient]
"""Gives the guarded HTTP client for an endpoint's base URL; the model client that gets it closes it."""


class ProviderSpec(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of provider. `make_client` builds the client of one configured provider and does not connect yet."""

    type: str
    label: str
    description: str
    rank: int = 50
    """Where it stands in a list: what most people look for comes first."""
    credential_fields: tuple[CredentialField, ...] = ()
    default_base_url: str | None = None
    clean_key: Callable[[str], str] = header_key
    """Gives the key as it is to be stored; raises ValueError, whose text says what is wrong with it."""
    make_client: Callable[[ProviderConfig, MakeHttp], ModelClient]
