from __future__ import annotations

import sys
from pathlib import Path

import pytest

from orbiter.models import providers
from orbiter.models.providers import provider_specs
from orbiter.models.providers.spec import ProviderConfig
from orbiter.net.client import GuardedHttpClient
from orbiter.ports import HttpClient


def test_the_types_that_come_with_orbiter() -> None:
    specs = provider_specs()
    assert list(specs) == ["anthropic", "demo", "gemini", "ollama", "openai", "openai_compatible", "vertex"]
    required = {
        name: [field.name for field in spec.credential_fields if field.required] for name, spec in specs.items()
    }
    assert required == {
        "anthropic": ["api_key"],
        "demo": [],
        "gemini": ["api_key"],
        "ollama": ["base_url"],
        "openai": ["api_key"],
        "openai_compatible": ["base_url"],
        "vertex": ["api_key"],
    }
    assert specs["ollama"].default_base_url == "http://127.0.0.1:11434/v1"
    assert specs["openai"].default_base_url == "https://api.openai.com/v1"


def test_keys_are_secret_and_nothing_else() -> None:
    fields = [field for spec in provider_specs().values() for field in spec.credential_fields]
    assert all(field.secret == (field.name == "api_key") for field in fields)


@pytest.mark.parametrize("name", list(provider_specs()))
async def test_each_makes_a_client_that_knows_its_type(name: str) -> None:
    asked: list[str] = []

    def make_http(base_url: str) -> HttpClient:
        asked.append(base_url)
        return GuardedHttpClient()

    spec = provider_specs()[name]
    base_url = spec.default_base_url or "http://127.0.0.1:9/v1"
    config = ProviderConfig(name="Acme", base_url=base_url, api_key="sk-CANARY-123456")
    client = spec.make_client(config, make_http)
    assert getattr(client, "provider_type", "") == name
    assert "CANARY" not in repr(client) + repr(config)
    assert asked == ([] if name == "demo" else [base_url])
    await client.aclose()


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder whose modules the walk finds beside the real ones."""
    monkeypatch.setattr(providers, "__path__", [*providers.__path__, str(tmp_path)])
    provider_specs.cache_clear()
    before = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - before:
        del sys.modules[name]
    provider_specs.cache_clear()


def test_a_module_without_a_spec_stops_the_start(package: Path) -> None:
    (package / "acme.py").write_text("SPEK = 1\n")
    with pytest.raises(TypeError, match="acme defines no SPEC"):
        provider_specs()


def test_a_type_that_is_taken_stops_the_start(package: Path) -> None:
    (package / "acme.py").write_text("from orbiter.models.providers.demo import SPEC\n")
    with pytest.raises(ValueError, match="'demo', which another module has"):
        provider_specs()
