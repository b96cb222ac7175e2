"""Why: a route that changes something and names no least role is open to every signed-in viewer. A hand-picked list of
routes to test forgets the newest one, so the routes are read from the app itself."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from litestar import Litestar, get, post
from litestar.handlers import HTTPRouteHandler

from orbiter_api.app import create_app
from orbiter_api.config import load_settings

MUTATING = {"POST", "PUT", "PATCH", "DELETE"}


def http_handlers(app: Litestar) -> Iterable[tuple[str, HTTPRouteHandler]]:
    for route in app.routes:
        handlers = getattr(route, "route_handlers", [])
        yield from ((route.path, handler) for handler in handlers if isinstance(handler, HTTPRouteHandler))


def unguarded(app: Litestar) -> list[str]:
    """Routes that change something and name neither a least role nor that they are public."""
    found: list[str] = []
    for path, handler in http_handlers(app):
        methods = sorted(MUTATING & set(handler.http_methods))
        if methods and not handler.opt.get("least_role") and not handler.opt.get("public"):
            found.append(f"{','.join(methods)} {path}")
    return sorted(found)


def test_every_mutating_route_names_its_least_role(tmp_path: Path) -> None:
    app = create_app(
        load_settings({"database_url": f"sqlite+aiosqlite:///{tmp_path}/routes.db"}, environ={}, directory=tmp_path)
    )
    mutating = [path for path, handler in http_handlers(app) if MUTATING & set(handler.http_methods)]
    assert any(path.startswith("/api/v1/auth/") for path in mutating)
    assert unguarded(app) == []


def test_a_planted_open_route_is_found() -> None:
    @post("/open")
    async def open_to_all() -> None: ...

    @post("/closed", opt={"least_role": "developer"})
    async def closed() -> None: ...

    @post("/public", opt={"public": True})
    async def public() -> None: ...

    @get("/read")
    async def read() -> None: ...

    assert unguarded(Litestar([open_to_all, closed, public, read], openapi_config=None)) == ["POST /open"]
