"""Why: a domain without its private-* contract can be reached into from anywhere, and the first such import makes its
tables part of somebody else's code. Nobody remembers to add the contract, so this does."""

from __future__ import annotations

import configparser
from collections.abc import Iterable

from tests.architecture import tree

DOMAINS = tree.ROOT / "src" / "orbiter_api" / "domains"
PRIVATE = ("models", "repository", "controllers", "manifest")


def contracts() -> configparser.ConfigParser:
    parser = configparser.ConfigParser()
    parser.read(tree.ROOT / ".importlinter", encoding="utf-8")
    return parser


def missing_contracts(domains: Iterable[str], parser: configparser.ConfigParser) -> list[str]:
    missing: list[str] = []
    for domain in domains:
        section = f"importlinter:contract:private-{domain}"
        protected = parser.get(section, "protected_modules", fallback="").split()
        wanted = [f"orbiter_api.domains.{domain}.{part}" for part in PRIVATE]
        missing += [
            f"{domain}: {module} is not protected in .importlinter" for module in wanted if module not in protected
        ]
    return missing


def built_domains() -> list[str]:
    return sorted(folder.name for folder in DOMAINS.iterdir() if (folder / "__init__.py").exists())


def test_every_domain_keeps_its_inside_private() -> None:
    assert built_domains()
    assert missing_contracts(built_domains(), contracts()) == []


def test_a_domain_without_a_contract_is_found() -> None:
    parser = configparser.ConfigParser()
    parser["importlinter:contract:private-notes"] = {"protected_modules": "\norbiter_api.domains.notes.models"}
    found = missing_contracts(["notes"], parser)
    assert [message.split()[1].rsplit(".")[-1] for message in found] == ["repository", "controllers", "manifest"]
