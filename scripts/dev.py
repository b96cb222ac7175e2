"""Starts the API, restarted whenever a Python file changes, and Vite beside it. Ctrl-C stops both."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from orbiter_api.config import load_settings

ROOT = Path(__file__).resolve().parent.parent
WATCHED = ROOT / "src"
LOOK_EVERY_S = 0.5
STOP_LIMIT_S = 12

Process = subprocess.Popen[bytes]


def snapshot() -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in WATCHED.rglob("*.py")}


def start_api() -> Process:
    orbiter = Path(sys.executable).with_name("orbiter")
    return subprocess.Popen([orbiter, "serve"], cwd=ROOT)  # noqa: S603


def start_vite() -> Process:
    settings = load_settings(directory=ROOT)
    environment = os.environ | {"ORBITER_DEV_SERVER": f"http://{settings.host}:{settings.port}"}
    return subprocess.Popen(["npm", "run", "dev"], cwd=ROOT / "web", env=environment)  # noqa: S607


def stop(process: Process) -> None:
    process.terminate()
    try:
        process.wait(STOP_LIMIT_S)
    except subprocess.TimeoutExpired:
        process.kill()


def watch(vite: Process) -> None:
    api, seen = start_api(), snapshot()
    try:
        while vite.poll() is None:
            time.sleep(LOOK_EVERY_S)
            now = snapshot()
            if now != seen:
                stop(api)
                api, seen = start_api(), now
    finally:
        stop(api)


def main() -> int:
    # `make` ends its children with SIGTERM; treat it as Ctrl-C so that both processes are stopped.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    vite = start_vite()
    try:
        watch(vite)
    except KeyboardInterrupt:
        return 0
    finally:
        stop(vite)
    return vite.returncode


if __name__ == "__main__":
    raise SystemExit(main())
