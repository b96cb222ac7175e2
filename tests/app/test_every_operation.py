"""Schemathesis over the whole OpenAPI document, as each kind of caller: whatever is sent, no answer is a 500, and none has
a status, a content type or a body that the document does not describe."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from orbiter_api.app import create_app
from orbiter_api.kit.crypto import KeyRing
from orbiter_api.kit.ids import new_id
from orbiter_api.kit.openapi import document
from orbiter_api.kit.time import HOUR, now_us
from tests.app.live import SECRET, settings_for, world
from tests.served import Served

EXAMPLES = 25 if os.environ.get("TEST_SOAK") else 3
CALLERS = ("ann", "dev", "cas", None)
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
LOOKS_OUTSIDE = {"detectProviders"}
"""Asks addresses of this machine that a test must not depend on."""


class Called:
    """A server on a copy of the peopled database, and sessions in it: one of its own for each operation, since some
    operations end the session that they come with."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "orbiter.db"
        shutil.copyfile(world().file, self.file)
        self.server = Served(folder, settings={"ORBITER_SECRET_KEY": SECRET})
        self.keys = KeyRing(SECRET)

    def session_of(self, name: str | None) -> dict[str, str]:
        """Headers of a new session; none for a stranger."""
        if name is None:
            return {}
        token, session_id, now = secrets.token_urlsafe(32), new_id(), now_us()
        row = {
            "id": session_id, "token_sha256": hashlib.sha256(token.encode()).hexdigest(), "address": "127.0.0.1",
            "user_id": world().sessions[name].user_id, "created_at": now, "expires_at": now + HOUR,
            "last_used_at": now, "user_agent": "test",
        }  # fmt: skip
        names = ", ".join(row)
        with contextlib.closing(sqlite3.connect(self.file, timeout=30)) as connection, connection:
            places = ", ".join("?" * len(row))
            connection.execute(f"INSERT INTO sessions ({names}) VALUES ({places})", tuple(row.values()))
        return {"Cookie": f"orbiter_session={token}", "X-CSRF-Token": self.keys.csrf_token(session_id)}

    def ids(self) -> dict[str, str]:
        """An id that exists for each table, by the name that paths give it: `agent_id`, `run_id`, …"""
        found: dict[str, str] = {"project_id": world().project_id, "user_id": world().sessions["cas"].user_id}
        with contextlib.closing(sqlite3.connect(self.file)) as connection:
            for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
                with contextlib.suppress(sqlite3.OperationalError):
                    row = connection.execute(f'SELECT id FROM "{table}" ORDER BY id LIMIT 1').fetchone()
                    if row:
                        found.setdefault(f"{table.removesuffix('s')}_id", str(row[0]))
        return found


@pytest.fixture(scope="module")
def called(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Called]:
    made = Called(tmp_path_factory.mktemp("called"))
    made.server.start()
    yield made
    made.server.stop()


@pytest.fixture(scope="module")
def schema(called: Called) -> Any:
    app = create_app(settings_for(called.file))
    return schemathesis.openapi.from_dict(document(app))


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("caller", CALLERS)
def test_no_answer_is_undocumented(called: Called, schema: Any, caller: str | None) -> None:
    seen, wrong = 0, list[str]()
    for found in schema.get_all_operations():
        operation = found.ok()
        name = operation.definition.raw["operationId"]
        if name in LOOKS_OUTSIDE:
            continue
        seen += 1
        try:
            call(called, operation, called.session_of(caller))
        except BaseExceptionGroup as group:
            wrong += [f"{name}: {error}" for error in group.exceptions]
    assert not wrong, "\n".join(wrong)
    assert seen > 40


def call(called: Called, operation: Any, headers: dict[str, str]) -> None:
    ids, turn = called.ids(), iter(range(10_000))

    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operation.as_strategy())
    def one(case: Any) -> None:
        if next(turn) % 2 == 0:  # every other time on something that exists
            case.path_parameters.update({name: ids[name] for name in case.path_parameters or {} if name in ids})
        answer = case.call(base_url=called.server.url, headers=headers, timeout=60)
        case.validate_response(answer, checks=CHECKS)

    one()
