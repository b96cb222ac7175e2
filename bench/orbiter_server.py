"""Orbiter as a user starts it: `orbiter serve` on a fresh database, its rate limits off, set up over REST."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec

from bench.machine import cpu_s, rss_kb
from bench.processes import end

ORBITER = Path(sys.executable).with_name("orbiter")
ADMIN = {"email": "admin@example.com", "name": "Admin", "password": "a long pass phrase for measuring"}
PROVIDER_KEY = "sk-fake-0123456789"
START_LIMIT_S = 120
LOOK_EVERY_S = 0.01
_OFF = {f"ORBITER_RATE_LIMIT_{name}": "0" for name in ("AUTH", "AGENT", "GENERAL")}


class Orbiter:
    """A server on `folder`'s database. `seconds_to_healthy` says how long its start took."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.port = _free_port()
        self._log = (folder / "orbiter.log").open("ab")
        url = f"sqlite+aiosqlite:///{folder / 'orbiter.db'}"
        own = {"ORBITER_DATABASE_URL": url, "ORBITER_PORT": str(self.port), "ORBITER_HOST": "127.0.0.1"}
        environment = {**os.environ, **_OFF, **own, **settings}
        began = time.perf_counter()
        self._process = subprocess.Popen(
            [str(ORBITER), "serve"], cwd=folder, env=environment, stdout=self._log, stderr=self._log
        )
        self._wait_until_healthy()
        self.seconds_to_healthy = time.perf_counter() - began
        self.headers: dict[str, str] = {}

    def _wait_until_healthy(self) -> None:
        deadline = time.perf_counter() + START_LIMIT_S
        while not self._healthy():
            if self._process.poll() is not None or time.perf_counter() > deadline:
                end(self._process)
                raise RuntimeError(f"Orbiter did not start; see {self._log.name}")
            time.sleep(LOOK_EVERY_S)

    def _healthy(self) -> bool:
        try:
            return self._exchange("GET", "/api/health", None, {})[0] == http.client.OK
        except OSError:
            return False

    @property
    def pid(self) -> int:
        return self._process.pid

    def cpu_s(self) -> float:
        return cpu_s(self.pid)

    def rss_kb(self) -> int:
        return rss_kb(self.pid)

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """The decoded answer of `/api/v1<path>`, as the signed-in admin. Raises RuntimeError for a refusal."""
        status, _, answer = self._exchange(method, f"/api/v1{path}", body, self.headers)
        if not 200 <= status < 300:
            raise RuntimeError(f"{method} {path}: {status} {answer.decode(errors='replace')[:500]}")
        return msgspec.json.decode(answer) if answer else None

    def _exchange(self, method: str, path: str, body: Any, headers: dict[str, str]) -> tuple[int, Any, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            content = None if body is None else msgspec.json.encode(body)
            connection.request(method, path, content, {"content-type": "application/json", **headers})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def set_up(self) -> Self:
        """Make the first account and sign in with it."""
        _, headers, _ = self._exchange("POST", "/api/v1/auth/setup", ADMIN, {})
        self.headers["cookie"] = headers["set-cookie"].partition(";")[0]
        self.headers["x-csrf-token"] = self.call("GET", "/auth/csrf")["csrf_token"]
        return self

    def provider(self, port: int) -> str:
        """Add the fake provider as an admin would; its id."""
        given = {"name": "Fake", "provider_type": "openai_compatible", "base_url": f"http://127.0.0.1:{port}/v1"}
        return self.call("POST", "/providers", {**given, "api_key": PROVIDER_KEY})["id"]

    def agent(self, provider_id: str, model: str) -> str:
        """An agent whose answers the fake provider makes as its `model` says; its id."""
        given = {"name": f"Bench {model}", "instructions": "Answer.", "max_steps": 4}
        return self.call("POST", "/agents", {**given, "model": {"provider_id": provider_id, "name": model}})["id"]

    def stop(self) -> None:
        end(self._process)
        self._log.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port
