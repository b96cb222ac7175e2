"""What the table of models takes from litellm's map, and what it leaves."""

from __future__ import annotations

import json

import msgspec

from orbiter.models.base import Usage
from orbiter.models.prices import PriceTable
from scripts.export_prices import models, written

CHAT = {"litellm_provider": "acme", "mode": "chat", "input_cost_per_token": 1e-06, "output_cost_per_token": 2.5e-06}
MAP = {
    "m": {**CHAT, "max_input_tokens": 1000, "max_output_tokens": 100, "supports_vision": True, "notes": "some text",
          "cache_read_input_token_cost": 1e-07, "cache_creation_input_token_cost": 1.25e-06},
    "m-2026-01-31": {**CHAT, "max_input_tokens": 1000, "max_output_tokens": 100, "supports_vision": True,
                     "cache_read_input_token_cost": 1e-07, "cache_creation_input_token_cost": 1.25e-06},
    "m-2026-02-28": {**CHAT, "input_cost_per_token": 1.5e-06},
    "acme/long": {**CHAT, "input_cost_per_token_above_200k_tokens": 2e-06, "output_cost_per_token_above_200k_tokens": 5e-06},
    "m-audio": CHAT,
    "other": {**CHAT, "litellm_provider": "else"},
    "picture": {**CHAT, "mode": "image_generation"},
    "free": {**CHAT, "input_cost_per_token": 0},
}  # fmt: skip


def test_facts_of_models_that_chat_are_taken_and_nothing_else() -> None:
    found = models(MAP, ("acme",))
    assert found == {
        "m": {"input": 1_000_000, "output": 2_500_000, "cached_input": 100_000, "cache_write": 1_250_000,
              "context_window": 1000, "max_output": 100, "abilities": ["vision"]},
        "m-2026-02-28": {"input": 1_500_000, "output": 2_500_000},
        "long": {"input": 1_000_000, "output": 2_500_000,
                 "long": {"over_tokens": 200_000, "input": 2_000_000, "output": 5_000_000}},
    }  # fmt: skip


def test_what_is_written_is_a_table_with_a_line_for_each_model() -> None:
    text = written({"source": "s", "date": "d", "prices": {"acme": models(MAP, ("acme",)), "none": {}}})
    table = msgspec.json.decode(text, type=PriceTable)
    assert table.prices["acme"]["long"].cost(Usage(200_001, 0)) == 400_002
    assert len([line for line in text.splitlines() if line.startswith("      ")]) == 3
    assert json.loads(text)["source"] == "s"
