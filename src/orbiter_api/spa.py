"""The web app's files: hashed assets that never change, and one page for every path that is not the API's."""

from __future__ import annotations

import hashlib
import mimetypes
from importlib.resources import files
from pathlib import Path
from typing import Any

import msgspec
from litestar import Request
from litestar.enums import HttpMethod
from litestar.handlers import HTTPRouteHandler
from litestar.response import Response

from orbiter_api.kit.errors import NotFoundError

_NOT_BUILT = (
    "<!doctype html><html lang=en><title>Orbiter</title><h1>The web app is not built</h1>"
    "<p>Run <code>make run</code>, or <code>npm run build</code> in <code>web</code>. The API works meanwhile.</p>"
)
_IMMUTABLE = "public, max-age=31536000, immutable"
_TYPES = {".js": "text/javascript", ".woff2": "font/woff2", ".svg": "image/svg+xml", ".webmanifest": "application/json"}


class Asset(msgspec.Struct, frozen=True):
    body: bytes
    media_type: str
    etag: str
    cache: str


def built_folder() -> Path | None:
    """Inside the installed package, else in the repository."""
    packaged = Path(str(files("orbiter_api"))) / "_web"
    built = Path(__file__).resolve().parents[2] / "web" / "dist"
    return next((folder for folder in (packaged, built) if (folder / "index.html").is_file()), None)


def _asset(path: Path, name: str) -> Asset:
    body = path.read_bytes()
    media_type = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return Asset(
        body=body,
        media_type=media_type,
        etag=f'"{hashlib.sha256(body).hexdigest()[:32]}"',
        cache=_IMMUTABLE if name.startswith("assets/") else "no-cache",
    )


class Spa:
    """All files are read once, so a look-up is a dict's and no path from outside ever reaches the disk."""

    def __init__(self, assets: dict[str, Asset]) -> None:
        index = assets.get("index.html") or Asset(_NOT_BUILT.encode(), "text/html", '"none"', "no-store")
        self._assets = {**assets, "index.html": index}
        self.page = index.body.decode()

    @classmethod
    def found(cls) -> Spa:
        folder = built_folder()
        if folder is None:
            return cls({})
        named = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}
        return cls({name: _asset(path, name) for name, path in named.items()})

    @property
    def handlers(self) -> list[HTTPRouteHandler]:
        methods = [HttpMethod.GET, HttpMethod.HEAD]
        options: dict[str, Any] = {"public": True, "rate": "static"}
        route = HTTPRouteHandler(
            ["/", "/{path:path}"], http_method=methods, include_in_schema=False, opt=options, sync_to_thread=False
        )
        return [route(self._serve)]

    def _serve(self, request: Request[Any, Any, Any]) -> Response[bytes]:
        name = request.url.path.lstrip("/")
        if name in {"api", "assets"} or (name.startswith(("api/", "assets/")) and name not in self._assets):
            raise NotFoundError("address")
        asset = self._assets.get(name) or self._assets["index.html"]
        headers = {"etag": asset.etag, "cache-control": asset.cache}
        if asset.etag in request.headers.get("if-none-match", ""):
            return Response(b"", status_code=304, headers=headers, media_type=asset.media_type)
        return Response(asset.body, headers=headers, media_type=asset.media_type)
