"""The OpenAPI document at `/api/v1/openapi.json`. The web app shows it at `/docs/api`, where `/api/v1/docs` leads.

`create_app` gives `openapi_config()` and the handler `openapi_json` to Litestar; `orbiter openapi` prints
`document(app)`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Litestar, MediaType, Request, Router, get
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import (
    Components,
    OpenAPIMediaType,
    OpenAPIResponse,
    OpenAPIType,
    Operation,
    Schema,
    SecurityScheme,
)
from litestar.response import Redirect

from orbiter_api.kit.version import product_version

_MEDIA_TYPE = "application/vnd.oai.openapi+json"
_GENERIC = re.compile(rb"Page_[A-Za-z0-9_.]*?([A-Za-z0-9]+)_(?=\")")
_REFERENCE = re.compile(rb'"#/components/schemas/([^"]+)"')
_ABOUT = (
    "The REST interface of Orbiter. Errors are RFC 9457 problem documents with a stable `code`. Lists are read by"
    " cursor. Send an API key, or sign in and send the token of `/auth/csrf` as `X-CSRF-Token` with every change."
)


_SAID = {"200": "Done", "201": "Made", "202": "Accepted: it goes on by itself", "204": "Done, with nothing to tell"}
"""Instead of what the standard library says of a status."""

_SCHEMES = {
    "session": SecurityScheme(type="apiKey", name="orbiter_session", security_scheme_in="cookie"),
    "api_key": SecurityScheme(type="apiKey", name="X-API-Key", security_scheme_in="header"),
    "bearer": SecurityScheme(type="http", scheme="bearer", description="The same API key."),
}


def _to_the_reference(_request: Request[Any, Any, Any]) -> Redirect:
    return Redirect("/docs/api", media_type=MediaType.TEXT)


def also_answers(*media_types: str, status: str = "200") -> type[Operation]:
    """For a handler's `operation_class`: the answer may come as another type too, read as text and not as JSON."""

    @dataclass
    class Answering(Operation):
        def __post_init__(self) -> None:
            answer = (self.responses or {}).get(status)
            if isinstance(answer, OpenAPIResponse):
                text = OpenAPIMediaType(schema=Schema(type=OpenAPIType.STRING))
                answer.content = {**(answer.content or {}), **dict.fromkeys(media_types, text)}

    return Answering


def openapi_config() -> OpenAPIConfig:
    return OpenAPIConfig(
        title="Orbiter",
        version=product_version(),
        description=_ABOUT,
        # Litestar's plugin has a router of its own in any case; all of it leads to the one reference
        openapi_router=Router(
            "/api/v1/docs", route_handlers=[], opt={"scope": "read"}, include_in_schema=False,
            before_request=_to_the_reference,
        ),
        render_plugins=[JsonRenderPlugin()],
        components=Components(security_schemes=dict(_SCHEMES)),
        security=[{name: []} for name in _SCHEMES],
        use_handler_docstrings=False,
    )  # fmt: skip


def named(schema: dict[str, Any]) -> dict[str, Any]:
    """Generic pages get readable names: `ProjectPage` for `Page[Project]`."""
    return msgspec.json.decode(_GENERIC.sub(rb"\1Page", msgspec.json.encode(schema)))


def document(app: Litestar) -> dict[str, Any]:
    schema = complete(named(app.openapi_schema.to_schema()))
    told = dict(_needs(app))
    for operation in _operations(schema):
        operation.update(told.get(operation["operationId"], {}))
    return schema


def _needs(app: Litestar) -> Iterator[tuple[str, dict[str, Any]]]:
    """By operation the least role and the API key's scope that it needs; null where no key may enter."""
    for route in app.routes:
        for handler in getattr(route, "route_handlers", []):
            opt: dict[str, Any] = handler.opt
            role = "public" if opt.get("public") else opt.get("least_role", "viewer")
            if name := getattr(handler, "operation_id", None):
                yield name, {"x-least-role": role, "x-key-scope": opt.get("needs_scope")}


def complete(schema: dict[str, Any]) -> dict[str, Any]:
    """A field with a default may be left out of what a client sends, but the server always answers with all of them.
    An answer without content has none, also where the handler builds it by itself."""
    for operation in _operations(schema):
        operation["responses"].get("204", {}).pop("content", None)
        for status in _SAID.keys() & operation["responses"]:
            answer: dict[str, Any] = operation["responses"][status]
            if answer["description"] == HTTPStatus(int(status)).description:
                answer["description"] = _SAID[status]
    schemas: dict[str, Any] = schema["components"]["schemas"]
    sent = _reached(list(_request_bodies(schema)), schemas, set()) | {"Problem"}
    for name, one in schemas.items():
        if name not in sent and "properties" in one:
            one["required"] = sorted(one["properties"])
    return schema


def _operations(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    items: Iterable[dict[str, Any]] = schema["paths"].values()
    for item in items:
        yield from (part for part in item.values() if isinstance(part, dict) and "responses" in part)


def _request_bodies(schema: dict[str, Any]) -> Iterator[Any]:
    yield from (operation["requestBody"] for operation in _operations(schema) if "requestBody" in operation)


def _reached(value: Any, schemas: dict[str, Any], seen: set[str]) -> set[str]:
    """Names of the schemas that `value` refers to, directly or through others."""
    for reference in _REFERENCE.findall(msgspec.json.encode(value)):
        name = reference.decode()
        if name not in seen:
            seen.add(name)
            _reached(schemas.get(name, {}), schemas, seen)
    return seen


@get("/api/v1/openapi.json", media_type=_MEDIA_TYPE, include_in_schema=False, sync_to_thread=True, scope="read")
def openapi_json(request: Request[Any, Any, Any]) -> bytes:
    return msgspec.json.encode(document(request.app))
