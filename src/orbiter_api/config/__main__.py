"""`python -m orbiter_api.config`: write `.env.example` and the reference page, from the repository's root."""

from __future__ import annotations

from pathlib import Path

from orbiter_api.config.render import render_env_example, render_reference

TARGETS = {Path(".env.example"): render_env_example, Path("docs/reference/settings.md"): render_reference}


def main() -> None:
    for path, render in TARGETS.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(render(), encoding="utf-8")


if __name__ == "__main__":
    main()
