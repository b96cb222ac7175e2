"""Prints the path of a Chromium for the browser tests; gets one when the machine has none.

Order: $TEST_BROWSER, an installed Chromium or Chrome, the build that Playwright keeps or can download, Debian's
package when we are root. Exit code 1 with a sentence on standard error when none can be had. `--find`: look, get nothing.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge", "microsoft-edge")
MAC_APPS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
DOWNLOAD_LIMIT_S = 300


def find_installed() -> str | None:
    named = os.environ.get("TEST_BROWSER")
    if named:
        return named
    on_path = (shutil.which(name) for name in NAMES)
    return next((path for path in on_path if path), None) or next(
        (path for path in MAC_APPS if Path(path).exists()), None
    )


def find_playwrights_own() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def attempt(*command: str) -> bool:
    """Run a command with its output on standard error, since standard output carries the path alone."""
    print(f"$ {' '.join(command)}", file=sys.stderr, flush=True)
    try:
        result = subprocess.run(command, stdout=sys.stderr, timeout=DOWNLOAD_LIMIT_S, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired) as problem:
        print(problem, file=sys.stderr)
        return False
    return result.returncode == 0


def download_playwrights_own() -> str | None:
    return find_playwrights_own() if attempt(sys.executable, "-m", "playwright", "install", "chromium") else None


def install_debian_package() -> str | None:
    if not hasattr(os, "geteuid") or os.geteuid() != 0 or not shutil.which("apt-get"):
        return None
    attempt("apt-get", "update", "-qq")
    return find_installed() if attempt("apt-get", "install", "-y", "-qq", "chromium") else None


def find() -> str | None:
    return find_installed() or find_playwrights_own()


def find_or_get() -> str | None:
    return find() or download_playwrights_own() or install_debian_package()


def main(arguments: list[str]) -> int:
    path = find() if "--find" in arguments else find_or_get()
    if path is None:
        print("No browser: install Chromium, or set TEST_BROWSER to the path of one.", file=sys.stderr)
        return 1
    print(path)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
