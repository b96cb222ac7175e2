from __future__ import annotations

from importlib import resources

import pytest

from orbiter.models.base import Usage
from orbiter.models.prices import FREE, Price, PriceTable, Tier, default_prices

TABLE = PriceTable(
    free_provider_types=frozenset({"demo"}),
    prices={"openai": {"gpt-x": Price(input=1, output=2), "gpt-x-mini": Price(input=3, output=4)}},
)


@pytest.mark.parametrize(
    ("model", "price"),
    [
        ("gpt-x", 1),
        ("gpt-x-2026-01-31", 1),
        ("gpt-x-0131", 1),
        ("gpt-x-latest", 1),
        ("gpt-x-mini-2026-01-31", 3),
        ("gpt-x-audio", None),
        ("gpt-x-pro-2026-01-31", None),
        ("gpt-xy", None),
        ("gpt", None),
        ("", None),
    ],
)
def test_a_dated_release_has_the_price_of_its_model(model: str, price: int | None) -> None:
    found = TABLE.find("openai", model)
    assert (found and found.input) == price


def test_the_same_name_elsewhere_has_no_price() -> None:
    assert TABLE.find("openai_compatible", "gpt-x") is None
    assert TABLE.cost("openai_compatible", "gpt-x", Usage(1, 1)) is None


def test_free_providers_cost_nothing_whatever_the_model() -> None:
    assert TABLE.find("demo", "anything") is FREE
    assert TABLE.cost("demo", "anything", Usage(10**6, 10**6)) == 0


@pytest.mark.parametrize(
    ("usage", "cost"),
    [
        (Usage(0, 0), 0),
        (Usage(1, 0), 1),
        (Usage(1_000_000, 0), 150_000),
        (Usage(0, 1_000_000), 600_000),
        (Usage(1_000_000, 0, cached_input_tokens=1_000_000), 75_000),
        (Usage(1_000_000, 0, cached_input_tokens=2_000_000), 75_000),
        (Usage(7, 3), 3),
    ],
)
def test_a_cost_is_rounded_up(usage: Usage, cost: int) -> None:
    assert Price(input=150_000, output=600_000, cached_input=75_000).cost(usage) == cost


def test_without_a_price_for_cached_input_it_costs_as_much_as_other_input() -> None:
    assert Price(input=1_000_000, output=0).cost(Usage(10, 0, cached_input_tokens=10)) == 10


def test_long_inputs_have_their_own_price() -> None:
    long = Tier(over_tokens=100, input=2_000_000, output=4_000_000)
    price = Price(input=1_000_000, output=2_000_000, long=long)
    assert price.cost(Usage(100, 1)) == 102
    assert price.cost(Usage(101, 1)) == 206


def test_the_bundled_table() -> None:
    table = default_prices()
    assert table.source
    assert table.date
    assert {"demo", "ollama"} == table.free_provider_types
    mini = table.find("openai", "gpt-4o-mini-2024-07-18")
    assert mini is not None
    assert (mini.input, mini.output, mini.cached_input) == (150_000, 600_000, 75_000)
    assert "tools" in mini.abilities


def test_the_bundled_table_knows_models_of_each_kind_of_provider_that_costs() -> None:
    table = default_prices()
    named = {"openai", "anthropic", "gemini", "vertex", "openai_compatible"}
    assert named == set(table.prices)
    for kind in named:
        assert len(table.prices[kind]) > 10
    haiku = table.find("anthropic", "claude-haiku-4-5-20251001")
    assert haiku is not None
    assert haiku.cache_write is not None
    assert haiku.cache_write > haiku.input > (haiku.cached_input or 0)
    assert table.find("vertex", "gemini-2.5-pro@default") is None


def test_the_bundled_table_is_small_and_its_prices_are_plausible() -> None:
    assert len(resources.files("orbiter.models").joinpath("data", "prices.json").read_bytes()) < 100_000
    for models in default_prices().prices.values():
        for name, price in models.items():
            assert 0 <= price.input <= price.output <= 1_000_000_000, name
            assert (price.cached_input or 0) <= price.input, name
