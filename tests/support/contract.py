"""Every answer that a test gets is held against the OpenAPI document: clients and the web app's types are made from it.

The browsers of the rigs carry `Contract.of(app)` as a hook, so no test can meet an undocumented answer unnoticed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import httpx
import jsonschema_rs
from litestar import Litestar

from orbiter_api.kit.openapi import document

NO_CONTENT = 204
_LONGEST = 200


class Contract:
    def __init__(self, described: dict[str, Any]) -> None:
        self.document = described
        self._validators: dict[tuple[str, str], jsonschema_rs.Validator] = {}
        self._paths = [
            (re.compile(re.sub(r"\{[^}]+\}", "[^/]+", path) + r"\Z"), path.count("{"), operations)
            for path, operations in described["paths"].items()
        ]
        self._paths.sort(key=lambda one: one[1])  # `/providers/detected` before `/providers/{id}`

    @staticmethod
    def of(app: Litestar) -> Contract:
        """The same for every app of a process: its routes do not depend on settings."""
        return _made(tuple(sorted(route.path for route in app.routes)), _Holder(app))

    async def __call__(self, answer: httpx.Response) -> None:
        """An httpx hook."""
        if "text/event-stream" not in answer.headers.get("content-type", ""):  # a stream is the test's to read
            await answer.aread()
            self.check(answer.request.method, answer.request.url.path, answer)

    def check(self, method: str, path: str, answer: httpx.Response) -> None:
        """Raises AssertionError for a status, a type or a body that the document does not describe."""
        operation = self._operation(method, path)
        if operation is None or answer.is_redirect:
            return
        name, described = operation["operationId"], operation["responses"]
        status = str(answer.status_code)
        assert status in described, f"{name} does not say that it can answer {status}: {answer.text[:_LONGEST]}"
        kind = answer.headers.get("content-type", "").partition(";")[0]
        content = described[status].get("content", {})
        if answer.status_code == NO_CONTENT:
            assert answer.content == b""
            return
        assert kind in content, f"{name} answers {status} as {kind}; it says {list(content)}"
        if kind.endswith("json") and answer.content:
            errors = list(self.errors(content[kind]["schema"], answer.json(), (name + status, kind)))
            assert errors == [], f"{name} {status}"

    def _operation(self, method: str, path: str) -> Any:
        """None for what is no route, or not with this method: those answers have tests of their own."""
        found = next((operations for pattern, _, operations in self._paths if pattern.match(path)), {})
        return found.get(method.lower())

    def errors(self, schema: Any, value: Any, key: tuple[str, str] | None = None) -> Iterator[str]:
        """Also an error: a field that the document does not know."""
        validator = self._validators.get(key) if key else None
        if validator is None:
            validator = jsonschema_rs.Draft202012Validator({**_closed(schema), "components": self._closed_components()})
            if key:
                self._validators[key] = validator
        yield from (f"{error.instance_path}: {error.message[:_LONGEST]}" for error in validator.iter_errors(value))

    @lru_cache(maxsize=1)  # noqa: B019 - there is one contract in a process
    def _closed_components(self) -> Any:
        return _closed(self.document["components"])


class _Holder:
    """Keeps the app out of the cache's key."""

    def __init__(self, app: Litestar) -> None:
        self.app = app

    def __hash__(self) -> int:
        return 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Holder)


@lru_cache(maxsize=8)
def _made(_routes: tuple[str, ...], holder: _Holder) -> Contract:
    return Contract(document(holder.app))


def _closed(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {key: _closed(value) for key, value in schema.items()}
    if inner.get("type") == "object" and "properties" in inner and "additionalProperties" not in inner:
        inner["additionalProperties"] = False
    return inner
