"""What every test gets: no network but loopback, and no setting inherited from the machine that it runs on."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests import nested_sessions, network_guard, shared_statements

pytest_plugins = ("pytester",)

network_guard.install()
nested_sessions.install()
shared_statements.install()

settings.register_profile("untimed", deadline=None)  # how long an example takes says nothing on a busy machine
settings.load_profile("untimed")

for name in [name for name in os.environ if name.startswith("ORBITER_") or name in {"HOST", "PORT"}]:
    del os.environ[name]


@pytest.fixture(autouse=True)
def stays_on_this_machine() -> Iterator[None]:
    """Fails a test that tried to leave loopback, even when the code under test swallowed the refusal."""
    network_guard.attempts.clear()
    yield
    tried, network_guard.attempts[:] = list(network_guard.attempts), []
    assert not tried, f"the test tried to leave this machine: {tried}"


@pytest.fixture(autouse=True)
def opens_one_session_at_a_time() -> Iterator[None]:
    """Fails a test in which a session of the database was opened inside another one."""
    nested_sessions.attempts.clear()
    yield
    tried, nested_sessions.attempts[:] = list(nested_sessions.attempts), []
    assert not tried, f"one session inside another: {tried}"


def pytest_collection_finish() -> None:
    """What stands now lives as long as the process: the collector need not walk all of it again and again."""
    gc.collect()
    gc.freeze()
