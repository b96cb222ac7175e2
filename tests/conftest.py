"""What every test gets: no network but loopback, and no setting inherited from the machine that it runs on."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests import network_guard

pytest_plugins = ("pytester",)

network_guard.install()

for name in [name for name in os.environ if name.startswith("ORBITER_") or name in {"HOST", "PORT"}]:
    del os.environ[name]


@pytest.fixture(autouse=True)
def stays_on_this_machine() -> Iterator[None]:
    """Fails a test that tried to leave loopback, even when the code under test swallowed the refusal."""
    network_guard.attempts.clear()
    yield
    tried, network_guard.attempts[:] = list(network_guard.attempts), []
    assert not tried, f"the test tried to leave this machine: {tried}"
