"""A real Orbiter for a test: its own process, a free port, an empty folder with a fresh database."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

ORBITER = Path(sys.executable).with_name("orbiter")
START_LIMIT_S = 60
STOP_LIMIT_S = 15
LOOK_EVERY_S = 0.05

# A test clicks faster than a person, and hundreds of servers leave their folders behind; what is off has tests of its own.
NO_RATE_LIMITS = {
    "ORBITER_RATE_LIMIT_AUTH": "0",
    "ORBITER_RATE_LIMIT_AGENT": "0",
    "ORBITER_RATE_LIMIT_GENERAL": "0",
    "ORBITER_BALLAST_MB": "0",
}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port


class Served:
    """`start()` returns when `/api/health` answers; `stop()` ends it as a user would, `kill()` as a crash."""

    def __init__(self, folder: Path, *, orbiter: Path = ORBITER, settings: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / "orbiter.log"
        self._orbiter = orbiter
        self._environment = self._settings() | dict(settings or {})
        self._process: subprocess.Popen[bytes] | None = None

    def _settings(self) -> dict[str, str]:
        database = f"sqlite+aiosqlite:///{self.folder / 'orbiter.db'}"
        own = {"ORBITER_DATABASE_URL": database, "ORBITER_PORT": str(self.port), "ORBITER_HOST": "127.0.0.1"}
        return {**os.environ, **NO_RATE_LIMITS, **own}

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """One `orbiter` command to its end. Raises CalledProcessError, with the output in it, when it fails."""
        command = [str(self._orbiter), *arguments]
        return subprocess.run(
            command,
            cwd=self.folder,
            env=self._environment,
            capture_output=True,
            text=True,
            check=True,
            timeout=START_LIMIT_S,
        )

    def runs_into(self, *arguments: str) -> str:
        """The sentence with which a command that must fail ends."""
        try:
            self.run(*arguments)
        except subprocess.CalledProcessError as failed:
            return str(failed.stderr)
        raise AssertionError(f"{arguments} did not fail")

    def ended(self) -> int:
        """The exit code of a server that ends by itself."""
        assert self._process is not None
        code, self._process = self._process.wait(START_LIMIT_S), None
        return code

    def start(self) -> None:
        with self.log.open("ab") as log:
            command = [str(self._orbiter), "serve"]
            self._process = subprocess.Popen(command, cwd=self.folder, env=self._environment, stdout=log, stderr=log)
        self._wait_until_healthy()

    def stop(self) -> None:
        """SIGTERM; raises TimeoutExpired when the process does not end within its promised time."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def get(self, path: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is not None and process.poll() is None:
            process.send_signal(how)
            try:
                process.wait(STOP_LIMIT_S)
            finally:
                process.kill()

    def _wait_until_healthy(self) -> None:
        deadline = time.monotonic() + START_LIMIT_S
        while not self._is_healthy():
            ended = self._process is None or self._process.poll() is not None
            if ended or time.monotonic() > deadline:
                self.kill()
                raise AssertionError(f"Orbiter did not become healthy:\n{self.log.read_text(errors='replace')[-4000:]}")
            time.sleep(LOOK_EVERY_S)

    def _is_healthy(self) -> bool:
        try:
            return self.get("/api/health")[0] == http.client.OK
        except OSError:
            return False
