"""Importing the engine stays light: the HTTP engine is loaded with the first client."""

from __future__ import annotations

import subprocess
import sys

HEAVY = "{'httpx', 'httpcore', 'h11', 'anyio', 'ssl', 'certifi', 'idna'} & set(sys.modules)"


def _run(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.strip()


def test_the_http_engine_is_loaded_with_the_first_client_and_not_before():
    modules = "import sys, orbiter.net, orbiter.tools; orbiter.tools.builtin_tools()"
    light = HEAVY.replace("'ssl', ", "")
    assert _run(f"{modules}; print({light})") == "set()"
    assert "httpcore" in _run(f"{modules}; orbiter.net.GuardedHttpClient(); print({HEAVY})")
