"""No body takes a field that is not its own: nobody sets an owner, a role, an id or a secret that way."""

from __future__ import annotations

import itertools
import re

import pytest

from orbiter_api.kit.openapi import document
from tests.app.live import Live

pytestmark = pytest.mark.asyncio(loop_scope="module")

HOSTILE = (
    "id", "user_id", "owner_id", "created_by", "created_at", "deleted_at", "is_admin", "workspace_id", "revision",
    "encrypted_api_key", "sealed", "approved", "__proto__",
)  # fmt: skip
NO_ID = "01900000-0000-7000-8000-000000000000"


def with_bodies(live: Live) -> list[tuple[str, str]]:
    """Method and path of every operation that takes a body."""
    return [
        (method.upper(), re.sub(r"\{[^}]+\}", NO_ID, path.removeprefix("/api/v1")))
        for path, operations in document(live.app)["paths"].items()
        for method, operation in operations.items()
        if isinstance(operation, dict) and "requestBody" in operation
    ]


async def test_a_field_that_is_not_the_bodys_own_is_refused_by_every_route(shared: Live) -> None:
    ann = await shared.browser("ann")
    before = shared.dump("sessions", "api_keys")
    fields = itertools.cycle(HOSTILE)
    routes = with_bodies(shared)
    assert len(routes) > 40
    for method, path in routes:
        for field in itertools.islice(fields, 3):
            answer = await ann.send(method, path, {field: "x"})
            assert (answer.status_code, answer.json()["code"]) == (400, "VALIDATION_ERROR"), f"{method} {path}"
            assert field in answer.text, f"{method} {path}: {answer.text}"
    assert shared.dump("sessions", "api_keys") == before
