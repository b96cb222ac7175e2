"""web_fetch in the real app: what a prompt can make the server fetch."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from orbiter.net import GuardedHttpClient
from orbiter_api import app as composition
from orbiter_api.domains.providers import service as providers
from tests.app.live import Live, serve
from tests.app.talk import ok
from tests.orbiter.net import loopback
from tests.orbiter.net.loopback import PUBLIC, LoopbackServer, Net, response
from tests.security.rig import Browser

SECRET = b"canary of the private network"


def redirect(to: str) -> bytes:
    return response(status=302, headers={"location": to})


@pytest.fixture
async def inside() -> AsyncIterator[LoopbackServer]:
    """A service of this machine that nobody outside may reach; it also answers as every pretended host."""
    pages = {
        "/page": response(b"public text", headers={"content-type": "text/plain"}),
        "/secret": response(SECRET, headers={"content-type": "text/plain"}),
        "/to-loopback": redirect("http://127.0.0.1/secret"),
        "/to-mapped": redirect("http://[::ffff:a9fe:a9fe]/secret"),
        "/to-name": redirect("http://inside.test/secret"),
        "/to-file": redirect("file:///etc/passwd"),
        "/to-userinfo": redirect("http://93.184.216.34\\@127.0.0.1/secret"),
        "/to-rebound": redirect("http://rebind.test/secret"),
        "/round": redirect("http://site.test/round"),
        "/v1/models": response(b'{"data": []}'),
    }
    async with loopback.serve(loopback.paths(pages)) as server:
        yield server


async def fetch(live: Live, url: str) -> dict[str, Any]:
    """The step in which the agent called the tool."""
    ann: Browser = await live.browser("ann")
    draft = {"tools": [{"tool": "web_fetch"}]}
    said = f"call web_fetch {json.dumps({'url': url})}"
    body = {"input": said, "draft": draft, "ephemeral": True}
    run = (await ann.send("POST", f"/agents/{live.world.agent_id}/run", body)).json()
    steps = (await ann.get(f"/runs/{run['id']}/steps")).json()["data"]
    (call,) = [step for step in steps if step["kind"] == "tool"]
    assert SECRET.decode() not in json.dumps(steps)
    return call


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "0.0.0.0", "127.1", "2130706433"],
)
async def test_this_machine_is_not_fetched(tmp_path: Path, inside: LoopbackServer, host: str) -> None:
    async with serve(tmp_path) as live:
        call = await fetch(live, f"http://{host}:{inside.port}/secret")
    assert call["status"] == "failed"
    assert (inside.connections, inside.received) == (0, [])


@pytest.fixture
async def net(inside: LoopbackServer, monkeypatch: pytest.MonkeyPatch) -> Net:
    """The app as it is, on a pretended internet that is served by `inside`."""
    names = {
        "site.test": [[PUBLIC]],
        "inside.test": [["10.0.0.8"]],
        "rebind.test": [["127.0.0.1"]],
        "mixed.test": [[PUBLIC, "127.0.0.1"]],
    }
    net = Net(inside.port, names)
    monkeypatch.setattr(
        composition, "GuardedHttpClient", lambda: GuardedHttpClient(resolver=net.resolve, dialer=net.dial)
    )
    return net


async def test_a_public_page_is_fetched(tmp_path: Path, net: Net) -> None:
    async with serve(tmp_path) as live:
        call = await fetch(live, "http://site.test/page")
    assert (call["status"], call["output"]["text"]) == ("succeeded", "public text")


@pytest.mark.parametrize(
    "path", ["to-loopback", "to-mapped", "to-name", "to-file", "to-userinfo", "to-rebound", "round"]
)
async def test_no_redirect_leads_inside(tmp_path: Path, net: Net, path: str) -> None:
    async with serve(tmp_path) as live:
        call = await fetch(live, f"http://site.test/{path}")
    assert call["status"] == "failed"
    assert {address for address, _ in net.dialled} == {PUBLIC}


@pytest.mark.parametrize("name", ["inside.test", "rebind.test", "mixed.test", "unknown.test"])
async def test_no_name_leads_inside_and_all_refusals_are_alike(tmp_path: Path, net: Net, name: str) -> None:
    async with serve(tmp_path) as live:
        call = await fetch(live, f"http://{name}/secret")
    assert call["status"] == "failed"
    assert call["error"]["message"].replace(name, "x").startswith("x:80 could not be reached.")
    assert net.dialled == []


SPELLINGS = ("127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "169.254.169.254", "10.255.255.1")


async def knock(ann: Browser, base: str) -> list[str]:
    """What each door that dials an address of an administrator's choice says of this one."""
    given = {"name": "Aim", "provider_type": "openai_compatible", "base_url": f"{base}/v1", "api_key": "sk-aim-CANARY"}
    provider = ok(await ann.send("POST", "/providers", given), 201)["id"]
    model = {"provider_id": provider, "name": "m"}
    agent = ok(await ann.send("POST", "/agents", {"name": "Aim", "model": model}), 201)["id"]
    tested = ok(await ann.send("POST", f"/providers/{provider}/test"))
    refreshed = await ann.send("POST", f"/providers/{provider}/models/refresh")
    run = ok(await ann.send("POST", f"/agents/{agent}/run", {"input": "hello", "ephemeral": True}))
    revision = (await ann.get("/settings/oidc")).json()["revision"]
    ok(await ann.send("PATCH", "/settings/oidc", {"issuer": base}, {"if-match": f'"{revision}"'}))
    checked = ok(await ann.send("POST", "/settings/oidc/check"))
    assert (tested["ok"], refreshed.is_success, run["status"], checked["ok"]) == (False, False, "failed", False)
    return [tested["error"], refreshed.json()["detail"], run["error"]["message"], checked["error"]]


async def test_what_is_blocked_is_reached_through_no_door_and_all_answers_are_alike(
    tmp_path: Path, inside: LoopbackServer
) -> None:
    """An administrator's own endpoints may be on the local network, unless it is blocked: then for all of them."""
    blocked = ["127.0.0.1", "localhost", "169.254.169.254", "10.255.255.1"]
    async with serve(tmp_path) as live:
        ann: Browser = await live.browser("ann")
        ok(await ann.send("PATCH", "/settings/egress", {"blocked_hosts": blocked}, {"if-match": '"0"'}))
        heard: list[list[str]] = []
        for host in SPELLINGS:
            said = await knock(ann, f"http://{host}:{inside.port}")
            heard.append(
                [text.replace(host.strip("[]"), "x").replace("::ffff:7f00:1", "x").replace("[x]", "x") for text in said]
            )
            await fetch(live, f"http://{host}:{inside.port}/secret")
    assert (inside.connections, inside.received) == (0, [])
    assert heard == [heard[0]] * len(SPELLINGS)


async def test_looking_for_a_local_provider_goes_through_the_same_door(
    tmp_path: Path, inside: LoopbackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is the only place that is asked unbidden, so a block has to hold for it too."""
    monkeypatch.setattr(
        providers, "DETECT_AT", (f"http://127.0.0.1:{inside.port}/v1", f"http://[::1]:{inside.port}/v1")
    )
    async with serve(tmp_path) as live:
        ann: Browser = await live.browser("ann")
        ok(await ann.send("PATCH", "/settings/egress", {"blocked_hosts": ["127.0.0.1", "::1"]}, {"if-match": '"0"'}))
        assert ok(await ann.get("/providers/detected")) == []
        assert (inside.connections, inside.received) == (0, [])
        ok(await ann.send("PATCH", "/settings/egress", {"blocked_hosts": []}, {"if-match": '"1"'}))
        ok(await ann.get("/providers/detected"))
    assert [received.target for received in inside.received] == ["/v1/models"], "what is not blocked is asked"
