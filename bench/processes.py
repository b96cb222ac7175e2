"""The processes of a benchmark: each has its own, so that no one's work is counted as another's."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec

from bench.machine import cpu_s

ROOT = Path(__file__).resolve().parent.parent
STOP_S = 15
_PORT = re.compile(r"127\.0\.0\.1:([0-9]+)")


class Process:
    """`python -m <module> <arguments>`; ends with the block."""

    def __init__(self, module: str, *arguments: str) -> None:
        command = [sys.executable, "-m", module, *arguments]
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )

    @property
    def pid(self) -> int:
        return self._process.pid

    def cpu_s(self) -> float:
        return cpu_s(self.pid)

    def tell(self, value: Any) -> None:
        """One line of JSON to the process."""
        assert self._process.stdin is not None
        self._process.stdin.write(msgspec.json.encode(value).decode() + "\n")
        self._process.stdin.flush()

    def hear(self) -> Any:
        """The next line of JSON from the process. Raises RuntimeError when it has ended instead."""
        return msgspec.json.decode(self.line())

    def line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self._process.args} ended with {self._process.wait(STOP_S)}")
        return line

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        end(self._process)


class Listening(Process):
    """A process that says on its first line where on 127.0.0.1 it listens, as `...127.0.0.1:<port>...`."""

    def __init__(self, module: str, *arguments: str) -> None:
        super().__init__(module, *arguments)
        self.port = int(_PORT.findall(self.line())[0])


class Client(Process):
    """The load: `bench.client` in a process of its own."""

    def __init__(self) -> None:
        super().__init__("bench.client")

    def do(self, job: str, **given: Any) -> dict[str, Any]:
        """The job's result, or what it has to say at its next pause."""
        self.tell({"job": job, "given": given})
        return self.hear()

    def go_on(self) -> dict[str, Any]:
        """After a pause."""
        self.tell(None)
        return self.hear()


def end(process: subprocess.Popen[Any]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
