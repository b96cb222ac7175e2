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

import msgspec
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
from orbiter_api.security.credentials import new_key
from orbiter_api.security.scopes import SCOPES
from tests.app.live import SECRET, settings_for, world
from tests.served import Served

SOAK = os.environ.get("TEST_SOAK") == "1"
EXAMPLES = 25 if SOAK else 3
KEY = "a key"
CALLERS = ("ann", "dev", "cas", None, KEY)
"""The key has every scope but `admin`: it meets each route's refusal of keys, or its answer."""
CHECKS_OF_STREAMS = [not_a_server_error, status_code_conformance, content_type_conformance]
"""OpenAPI before 3.2 describes the text that a stream is, and Schemathesis takes that for what each of its events is.
What the events hold is asked in `tests/domains/agents/test_run_agent.py`."""
CHECKS = [*CHECKS_OF_STREAMS, response_schema_conformance]
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

    def headers_of(self, name: str | None) -> dict[str, str]:
        """Of a new session, or of a new key; none for a stranger."""
        if name is None:
            return {}
        return self._key() if name == KEY else self._session(name)

    def _key(self) -> dict[str, str]:
        made = new_key()
        self._insert("api_keys", {
            "id": new_id(), "prefix": made.prefix, "secret_sha256": made.secret_sha256, "name": "test", "revision": 1,
            "user_id": world().sessions["ann"].user_id, "created_at": now_us(),
            "scopes": msgspec.json.encode([scope for scope in SCOPES if scope != "admin"]).decode(),
        })  # fmt: skip
        return {"X-API-Key": made.text}

    def _session(self, name: str) -> dict[str, str]:
        token, session_id, now = secrets.token_urlsafe(32), new_id(), now_us()
        self._insert("sessions", {
            "id": session_id, "token_sha256": hashlib.sha256(token.encode()).hexdigest(), "address": "127.0.0.1",
            "user_id": world().sessions[name].user_id, "created_at": now, "expires_at": now + HOUR,
            "last_used_at": now, "user_agent": "test",
        })  # fmt: skip
        return {"Cookie": f"orbiter_session={token}", "X-CSRF-Token": self.keys.csrf_token(session_id)}

    def _insert(self, table: str, row: dict[str, Any]) -> None:
        with contextlib.closing(sqlite3.connect(self.file, timeout=30)) as connection, connection:
            places = ", ".join("?" * len(row))
            connection.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({places})", tuple(row.values()))

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


@pytest.mark.soak
@pytest.mark.timeout(7200 if SOAK else 1800)
def test_no_answer_is_undocumented(called: Called, schema: Any) -> None:
    seen, wrong = 0, list[str]()
    for found in schema.get_all_operations():
        operation = found.ok()
        name = operation.definition.raw["operationId"]
        if name not in LOOKS_OUTSIDE:
            seen += 1
            wrong += [f"{name} as {who}: {error}" for who, error in failures(called, operation)]
    assert not wrong, "\n".join(wrong)
    assert seen > 40


def failures(called: Called, operation: Any) -> list[tuple[str, Exception]]:
    """Each example is sent by every caller: to think of one takes longer than to send it."""
    ids, turn, found = called.ids(), iter(range(10_000)), list[tuple[str, Exception]]()
    callers = {caller or "a stranger": called.headers_of(caller) for caller in CALLERS}

    @settings(
        max_examples=EXAMPLES, database=None, derandomize=True, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operation.as_strategy())
    def one(case: Any) -> None:
        number = next(turn)
        if number % 2 == 0:  # every other time on something that exists
            case.path_parameters.update({name: ids[name] for name in case.path_parameters or {} if name in ids})
        order = list(callers)[number % len(callers) :] + list(callers)[: number % len(callers)]
        found.extend((who, error) for who in order for error in wrong_in(called, case, callers[who]))

    one()
    return found


def wrong_in(called: Called, case: Any, headers: dict[str, str]) -> list[Exception]:
    answer = case.call(base_url=called.server.url, headers=headers, timeout=60)
    streamed = any("text/event-stream" in kind for kind in answer.headers.get("content-type", []))
    try:
        case.validate_response(answer, checks=CHECKS_OF_STREAMS if streamed else CHECKS)
    except BaseExceptionGroup as group:
        return [error for error in group.exceptions if isinstance(error, Exception)]
    return []
