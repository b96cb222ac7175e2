"""Changes to settings, people, shares, keys and providers, each as a test can aim and repeat it."""

from __future__ import annotations

import itertools
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from tests.faults.rig import PASSWORD, FaultyServer, Person

Thing = dict[str, Any]
Make = Callable[[Person, str], Awaitable[Thing]]
_words = itertools.count(1)


class Write(msgspec.Struct, frozen=True, kw_only=True):
    """`{word}` in the path and the body is new for each aim, `{id}` is the changed thing's."""

    name: str
    method: str
    path: str
    body: Any = None
    make: Make | None = None
    """Makes the thing that is changed. Its answer has `id` and, for a PATCH, `revision`; `body` when that depends on it."""
    tables: tuple[str, ...]
    """What the change may touch, beside the audit log."""


class Aim(msgspec.Struct, frozen=True):
    """One change that is about to happen once."""

    write: Write
    path: str
    body: Any
    headers: dict[str, str]

    async def send(self, person: Person, **headers: str) -> Any:
        return await person.call(self.write.method, self.path, self.body, **{**self.headers, **headers})

    def state(self, server: FaultyServer) -> dict[str, list[tuple[Any, ...]]]:
        """What the file holds of all that the change may touch."""
        return {table: sorted(server.query(f"SELECT * FROM {table}")) for table in (*self.write.tables, "audit_log")}


async def aim(person: Person, write: Write) -> Aim:
    word = f"w{next(_words)}"
    thing = await write.make(person, word) if write.make is not None else {}
    path = write.path.format(word=word, **{"id": "", **thing})
    headers = {"idempotency_key": f"first-{word}"} if write.method == "POST" else {}
    if write.method == "PATCH":
        revision = thing["revision"] if "revision" in thing else (await person.ask("GET", path))["revision"]
        headers = {"if_match": f'"{revision}"'}
    return Aim(write, path, _filled(thing.get("body", write.body), word), headers)


def _filled(body: Any, word: str) -> Any:
    if isinstance(body, str):
        return body.replace("{word}", word)
    if isinstance(body, dict):
        return {name: _filled(value, word) for name, value in body.items()}
    return [_filled(one, word) for one in body] if isinstance(body, list) else body


async def _provider(person: Person, word: str) -> Thing:
    body = {"name": word, "provider_type": "openai_compatible", "base_url": "http://127.0.0.1:9/v1"}
    person.secrets.append(f"sk-{word}-CANARY")
    return await person.ask("POST", "/providers", {**body, "api_key": f"sk-{word}-CANARY"})


async def _key(person: Person, word: str) -> Thing:
    provider = await _provider(person, word)
    key = await person.ask("POST", f"/providers/{provider['id']}/keys", {"value": f"sk-{word}-second-CANARY"})
    return {**key, "provider": provider["id"]}


async def _api_key(person: Person, word: str) -> Thing:
    made = await person.ask("POST", "/api-keys", {"name": word, "scopes": ["read"]})
    person.secrets.append(made["key"])
    return made


async def _model(person: Person, word: str) -> Thing:
    provider = await _provider(person, word)
    return await person.ask("POST", "/models", {"provider_id": provider["id"], "name": word})


async def _invite(person: Person, word: str) -> Thing:
    made = await person.ask("POST", "/users/invites", {"email": f"{word}@example.org", "role": "viewer"})
    person.secrets.append(made["token"])
    return {**made["invite"], "token": made["token"]}


async def _conversation(person: Person, _word: str) -> Thing:
    agents = (await person.ask("GET", "/agents"))["data"]
    return {"id": await person.conversation(agents[0]["id"])}


async def _shared(person: Person, word: str) -> Thing:
    thing = await _conversation(person, word)
    await person.ask("POST", f"/conversations/{thing['id']}/share", {"audience": "link"})
    return thing


async def _sign_in(person: Person, _word: str) -> Thing:
    """Passwords are switched off or on again."""
    now = await person.ask("GET", "/settings/sign-in")
    return {"revision": now["revision"], "body": {"password": not now["password"]}}


async def _project(person: Person, word: str) -> Thing:
    return await person.ask("POST", "/projects", {"name": word})


SETTINGS, INVITES, SHARES = ("workspace_settings",), ("invites",), ("conversation_shares",)
PROVIDERS, KEYS = ("providers", "provider_keys", "models"), ("provider_keys", "providers")
WRITES = {write.name: write for write in (
    Write(name="the workspace's name", method="PATCH", path="/settings/workspace", body={"name": "{word}"}, tables=SETTINGS),
    Write(name="an invite", method="POST", path="/users/invites", tables=INVITES,
          body={"email": "{word}@example.org", "role": "developer"}),
    Write(name="a link to a conversation", method="POST", path="/conversations/{id}/share", body={"audience": "link"},
          make=_conversation, tables=SHARES),
    Write(name="a key's value", method="PATCH", path="/providers/{provider}/keys/{id}", make=_key, tables=KEYS,
          body={"value": "sk-{word}-third-CANARY"}),
    Write(name="a new provider", method="POST", path="/providers", tables=PROVIDERS,
          body={"name": "{word}", "provider_type": "openai_compatible", "base_url": "http://127.0.0.1:9/v1",
                "api_key": "sk-{word}-CANARY"}),
    Write(name="the end of an API key", method="DELETE", path="/api-keys/{id}", make=_api_key, tables=("api_keys",)),
    Write(name="the mail server", method="PATCH", path="/settings/mail", tables=SETTINGS,
          body={"host": "mail.example.org", "username": "{word}", "password": "{word}-CANARY"}),
    Write(name="outbound rules", method="PATCH", path="/settings/egress", body={"blocked_hosts": ["{word}.example.org"]},
          tables=SETTINGS),
    Write(name="an invite's new link", method="POST", path="/users/invites/{id}/resend", make=_invite, tables=INVITES),
    Write(name="the end of an invite", method="DELETE", path="/users/invites/{id}", make=_invite, tables=INVITES),
    Write(name="the end of a share", method="DELETE", path="/conversations/{id}/share", make=_shared, tables=SHARES),
    Write(name="a provider's name", method="PATCH", path="/providers/{id}", body={"name": "{word} II"}, make=_provider,
          tables=PROVIDERS),
    Write(name="the end of a provider", method="DELETE", path="/providers/{id}", make=_provider, tables=PROVIDERS),
    Write(name="another key", method="POST", path="/providers/{id}/keys", body={"value": "sk-{word}-more-CANARY"},
          make=_provider, tables=KEYS),
    Write(name="the end of a key", method="DELETE", path="/providers/{provider}/keys/{id}", make=_key, tables=KEYS),
    Write(name="a model's price", method="PATCH", path="/models/{id}", make=_model, tables=("models",),
          body={"input_usd_micros_per_mtok": 1_000, "output_usd_micros_per_mtok": 2_000}),
    Write(name="a new API key", method="POST", path="/api-keys", body={"name": "{word}", "scopes": ["read"]},
          tables=("api_keys",)),
    Write(name="an API key's name", method="PATCH", path="/api-keys/{id}", body={"name": "{word} II"}, make=_api_key,
          tables=("api_keys",)),
    Write(name="a project's name", method="PATCH", path="/projects/{id}", body={"name": "{word} II"}, make=_project,
          tables=("projects",)),
    Write(name="one's address", method="POST", path="/auth/email", tables=("users",),
          body={"email": "{word}@example.org", "password": PASSWORD}),
)}  # fmt: skip
SIGN_IN_METHODS = Write(
    name="sign-in methods", method="PATCH", path="/settings/sign-in", make=_sign_in, tables=SETTINGS
)
"""Apart: passwords can be switched off only where an administrator can come in through a provider that answers."""
