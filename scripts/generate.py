"""Writes every file that is made from others: the SPA's types (REST from the OpenAPI document, the socket from its
schema), `.env.example`, the settings' reference page and the page of licences.

Usage: python -m scripts.generate [--check]   With --check nothing is written; exit code 1 when a file is stale.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from orbiter_api.config.__main__ import TARGETS as SETTINGS_PAGES
from orbiter_api.realtime.schema import export_schema
from scripts import licences
from scripts.typescript import realtime_types

ROOT = Path(__file__).resolve().parent.parent
WEB = ROOT / "web"
REST_TYPES = WEB / "src" / "api" / "generated" / "types.gen.ts"
REALTIME_TYPES = WEB / "src" / "realtime" / "protocol.gen.ts"


def openapi_document() -> bytes:
    orbiter = Path(sys.executable).with_name("orbiter")
    return subprocess.run([orbiter, "openapi"], cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout  # noqa: S603


def rest_types(folder: Path) -> str:
    document = folder / "openapi.json"
    document.write_bytes(openapi_document())
    command = ["npx", "--no-install", "openapi-ts", "-i", str(document), "-o", str(folder / "out")]
    subprocess.run(command, cwd=WEB, stdout=subprocess.DEVNULL, check=True)  # noqa: S603
    return (folder / "out" / "types.gen.ts").read_text(encoding="utf-8")


def generated() -> dict[Path, str]:
    pages = {ROOT / path: render() for path, render in SETTINGS_PAGES.items()} | {licences.PAGE: licences.page()}
    with tempfile.TemporaryDirectory() as folder:
        return pages | {REST_TYPES: rest_types(Path(folder)), REALTIME_TYPES: realtime_types(export_schema())}


def is_stale(path: Path, text: str) -> bool:
    return not path.exists() or path.read_text(encoding="utf-8") != text


def main(arguments: list[str]) -> int:
    stale = {path: text for path, text in generated().items() if is_stale(path, text)}
    if "--check" in arguments:
        for path in stale:
            print(f"{path.relative_to(ROOT)} is stale. Run: make types")
        return 1 if stale else 0
    for path, text in stale.items():
        path.write_text(text, encoding="utf-8")
        print(f"wrote {path.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
