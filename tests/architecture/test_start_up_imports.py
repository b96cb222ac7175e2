"""Why: each heavy module on the way to the first request costs every start, every command and every worker seconds and
tens of megabytes, for features that most of them never touch."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

HEAVY = (
    "litellm", "openai", "boto3", "botocore", "huggingface_hub", "tokenizers", "tiktoken", "torch", "numpy", "pandas",
    "apscheduler", "scipy", "sklearn", "PIL", "matplotlib", "pypdf", "faker", "advanced_alchemy", "pytest", "IPython", "playwright",
)  # fmt: skip
PROBE = (
    "import sys, json; import {module}; print(json.dumps(sorted({{name.partition('.')[0] for name in sys.modules}})))"
)


def loaded_by(module: str) -> set[str]:
    """Top-level packages that a fresh interpreter holds after importing a module."""
    command = [sys.executable, "-c", PROBE.format(module=module)]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    return set(json.loads(result.stdout.splitlines()[-1]))


@pytest.mark.parametrize("module", ["orbiter", "orbiter_api.app"])
def test_nothing_heavy_is_imported_at_start(module: str) -> None:
    assert sorted(loaded_by(module) & set(HEAVY)) == []


def test_the_engine_brings_no_server() -> None:
    assert sorted(loaded_by("orbiter") & {"litestar", "sqlalchemy", "uvicorn", "alembic", "orbiter_api"}) == []


def test_a_planted_heavy_import_is_seen() -> None:
    assert "pytest" in loaded_by("pytest")
