"""What the server answers is what its OpenAPI document says, field by field: the web app's types are made from it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator

from orbiter_api.domains.providers import service
from orbiter_api.kit.openapi import document
from tests.app.live import Live
from tests.app.talk import Chat, ok
from tests.security.rig import Browser
from tests.support.fake_provider import KEY, FakeProvider

NOT_CALLED = {"setUp", "signIn", "signOut"}
"""Signing in and out has tests of its own; here everybody is signed in already."""


class Checker:
    """An httpx hook that holds every answer against the document."""

    def __init__(self, live: Live) -> None:
        self.document = document(live.app)
        self.called: set[str] = set()
        self.statuses: set[tuple[str, int]] = set()
        self._paths = [
            (re.compile(re.sub(r"\{[^}]+\}", "[^/]+", path) + r"\Z"), path.count("{"), operations)
            for path, operations in self.document["paths"].items()
        ]
        self._paths.sort(key=lambda one: one[1])  # `/providers/detected` before `/providers/{id}`

    async def __call__(self, answer: httpx.Response) -> None:
        operations = next(found for pattern, _, found in self._paths if pattern.match(answer.request.url.path))
        operation = operations[answer.request.method.lower()]
        name, described = operation["operationId"], operation["responses"]
        assert str(answer.status_code) in described, f"{name} does not say that it can answer {answer.status_code}"
        self.called.add(name)
        self.statuses.add((name, answer.status_code))
        await answer.aread()
        content = described[str(answer.status_code)].get("content", {})
        kind = answer.headers.get("content-type", "").partition(";")[0]
        if answer.status_code == 204:
            assert answer.content == b""
            return
        assert kind in content, f"{name} answers {answer.status_code} as {kind}; it says {list(content)}"
        errors = [
            f"{error.json_path}: {error.message[:200]}" for error in self.errors(content[kind]["schema"], answer.json())
        ]
        assert errors == [], f"{name} {answer.status_code}"

    def errors(self, schema: Any, value: Any) -> Iterator[Any]:
        """Also an error: a field that the document does not know."""
        closed = _closed({**schema, "components": self.document["components"]})
        return Draft202012Validator(closed).iter_errors(value)


def _closed(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {key: _closed(value) for key, value in schema.items()}
    if inner.get("type") == "object" and "properties" in inner and "additionalProperties" not in inner:
        inner["additionalProperties"] = False
    return inner


async def test_every_answer_is_as_the_document_says(live: Live, ann: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    checker = Checker(live)
    ann.http.event_hooks["response"].append(checker)
    await agents(live, ann)
    await conversations_and_runs(live, ann)
    async with FakeProvider() as fake:
        monkeypatch.setattr(service, "DETECT_AT", (fake.base_url,))
        await providers(fake, ann)
    await projects(live, ann)
    for path in ("/auth/status", "/auth/me", "/auth/csrf", "/tools/builtin", "/provider-types"):
        await ann.get(path)
    await ann.http.get("/api/health")
    me = ok(await ann.get("/auth/me"))
    ok(await ann.send("PATCH", "/auth/me", {"name": "Ann B"}, {"if-match": f'"{me["revision"]}"'}))
    every = {
        operation["operationId"]
        for operations in checker.document["paths"].values()
        for operation in operations.values()
        if isinstance(operation, dict) and "operationId" in operation
    }
    assert every - checker.called == NOT_CALLED
    assert {status for _, status in checker.statuses} >= {200, 201, 202, 204, 400, 404, 409, 412, 428, 502}


async def agents(live: Live, ann: Browser) -> None:
    body = {
        "name": "Whole", "params": {"temperature": 1}, "tools": [{"tool": "calculator"}], "output_schema": {"type": "object"},
        "model": {"provider_id": live.world.provider_id, "name": "orbiter-demo"}, "starters": ["Hi"],
    }  # fmt: skip
    path = f"/agents/{ok(await ann.send('POST', '/agents', body), 201)['id']}"
    await ann.get("/agents")
    await ann.get(path)
    for headers in ({}, {"if-match": '"1"'}, {"if-match": '"1"'}):  # 428, 200, 412
        await ann.send("PATCH", path, {"name": "New"}, headers)
    await ann.send("POST", "/agents", {"name": ""})
    await ann.send("POST", f"{path}/duplicate")
    await ann.send("DELETE", path)
    await ann.get(path)
    await ann.send("POST", f"{path}/restore")


async def conversations_and_runs(live: Live, ann: Browser) -> None:
    run_path = f"/agents/{live.world.agent_id}/run"
    await ann.send("POST", run_path, {"input": "say 5 words", "wait": False, "ephemeral": True})
    chat = await Chat.begin(live, ann, "reason: what is 2 + 2? Use the calculator.")
    await ann.get("/conversations")
    await chat.branch()
    await chat.branch("?branch=all")
    answer = (await chat.branch())[-1]
    await chat.again(answer["id"])
    await ann.send("POST", f"{chat.path}/messages/{answer['id']}/select")
    await ann.send("POST", f"{chat.path}/messages", {"content": "x", "parent_id": answer["parent_id"]})
    revision = (await chat.shown())["revision"]
    await ann.send("PATCH", chat.path, {"title": "New"}, {"if-match": f'"{revision}"'})
    await ann.send("DELETE", chat.path)
    await ann.send("POST", f"{chat.path}/restore")
    draft = {"model": {"provider_id": live.world.provider_id, "name": "nothing"}}
    failed = ok(await ann.send("POST", run_path, {"input": "hi", "draft": draft}))
    path = f"/runs/{answer['run_id']}"
    steps = ok(await ann.get(f"{path}/steps"))["data"]
    for action, body in (
        ("cancel", None),
        ("replay", {}),
        ("fork", {"step_id": steps[-1]["id"], "set": {"instructions": "x"}}),
        ("resume", {}),
    ):
        await ann.send("POST", f"{path}/{action}", body)
    await ann.send("POST", f"/runs/{failed['id']}/resume", {})
    await ann.get(path)
    await ann.get(f"{path}/definition")
    await ann.get(f"/runs/{failed['id']}/steps")
    await ann.get("/runs")


async def providers(fake: FakeProvider, ann: Browser) -> None:
    body = {"name": "Fake", "provider_type": "openai_compatible", "base_url": fake.base_url, "api_key": KEY}
    made = ok(await ann.send("POST", "/providers", body), 201)
    path = f"/providers/{made['id']}"
    await ann.get("/providers/detected")
    for _ in range(2):
        await ann.send("POST", f"{path}/test")
        await ann.send("POST", f"{path}/models/refresh")
        fake.key = "another"
    await ann.get("/providers")
    await ann.get(path)
    await ann.send("PATCH", path, {"name": "New"}, {"if-match": '"1"'})
    model = ok(await ann.send("POST", "/models", {"provider_id": made["id"], "name": "gpt-4o"}), 201)
    await ann.get("/models")
    await ann.send("DELETE", f"/models/{model['id']}")
    await ann.send("DELETE", path)
    await ann.send("POST", f"{path}/restore")


async def projects(live: Live, ann: Browser) -> None:
    path = f"/projects/{ok(await ann.send('POST', '/projects', {'name': 'P'}), 201)['id']}"
    member = f"{path}/members/{live.world.sessions['dev'].user_id}"
    await ann.send("PUT", member, {"role": "viewer"})
    await ann.get(f"{path}/members")
    await ann.send("DELETE", member)
    await ann.get("/projects")
    await ann.get(path)
    await ann.send("PATCH", path, {"name": "Q"}, {"if-match": '"1"'})
    await ann.send("DELETE", path)
    await ann.send("POST", f"{path}/restore")


async def test_the_checker_sees_what_is_missing_extra_and_wrong(live: Live, ann: Browser) -> None:
    checker = Checker(live)
    good = ok(await ann.get("/auth/me"))
    schema = {"$ref": "#/components/schemas/User"}
    assert list(checker.errors(schema, good)) == []
    for bad in (
        {**good, "extra": 1},
        {**good, "role": "owner"},
        {**good, "revision": "1"},
        {key: value for key, value in good.items() if key != "email"},
    ):
        assert list(checker.errors(schema, bad)) != []
