"""What administrators allow and forbid to be reached, obeyed at once and everywhere."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from orbiter.net import GuardedHttpClient
from orbiter_api import app as composition
from tests.app.live import Live, serve
from tests.app.talk import ok, refused
from tests.domains.providers.test_keys import agent_on, ask
from tests.domains.providers.test_providers import make, revision
from tests.orbiter.net import loopback
from tests.orbiter.net.loopback import PUBLIC, LoopbackServer, Net, response
from tests.security.rig import Browser
from tests.security.test_audit_egress import fetch
from tests.support.fake_provider import FakeProvider

PATH = "/settings/egress"


@pytest.fixture
async def inside() -> AsyncIterator[LoopbackServer]:
    text = {"content-type": "text/plain"}
    pages = {
        "/page": response(b"text", headers=text), "/long": response(b"x" * 5_000, headers=text),
        "/on": response(status=302, headers={"location": "http://site.test/page"}),
    }  # fmt: skip
    async with loopback.serve(loopback.paths(pages)) as server:
        yield server


@pytest.fixture
async def live(tmp_path: Path, inside: LoopbackServer, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Live]:
    """The app on a pretended internet: `site.test` is public, `inside.test` is on the own network."""
    net = Net(inside.port, {"site.test": [[PUBLIC]], "sub.site.test": [[PUBLIC]], "inside.test": [["10.0.0.8"]]})
    made = lambda: GuardedHttpClient(resolver=net.resolve, dialer=net.dial)  # noqa: E731
    monkeypatch.setattr(composition, "GuardedHttpClient", made)
    async with serve(tmp_path) as live:
        live.net = net  # type: ignore[attr-defined]
        yield live


async def change(ann: Browser, **given: Any) -> dict[str, Any]:
    now = ok(await ann.get(PATH))
    return ok(await ann.send("PATCH", PATH, given, revision(now["revision"])))


async def test_the_rules_are_read_changed_and_kept(live: Live, ann: Browser) -> None:
    assert ok(await ann.get(PATH)) == {
        "private_hosts": [], "blocked_hosts": [], "https_only": False, "max_response_bytes": 10_000_000,
        "max_seconds": 60, "max_redirects": 5, "allowances": [], "revision": 0, "updated_at": None,
    }  # fmt: skip
    refused(await ann.send("PATCH", PATH, {"https_only": True}), 428, "REVISION_REQUIRED")
    given = {"private_hosts": ["Wiki.Example.org:8080", "10.0.0.8", "[::1]:90"], "blocked_hosts": ["Evil.Example.org."]}
    changed = await change(ann, **given)
    assert changed["private_hosts"] == ["wiki.example.org:8080", "10.0.0.8", "[::1]:90"]
    assert changed["blocked_hosts"] == ["evil.example.org"]
    stale = refused(await ann.send("PATCH", PATH, {"https_only": True}, revision(0)), 412, "REVISION_STALE")
    assert stale["current"]["private_hosts"] == changed["private_hosts"]
    assert (await change(ann, private_hosts=None))["private_hosts"] == []
    (newest, *_) = ok(await ann.get("/audit-log"))["data"]
    assert (newest["action"], newest["name"]) == ("settings.changed", "egress")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("private_hosts", ["http://x"]), ("private_hosts", ["a b"]), ("private_hosts", ["x:0"]),
        ("private_hosts", ["x:99999"]), ("private_hosts", ["x:y"]), ("private_hosts", [""]),
        ("private_hosts", ["127.1"]), ("private_hosts", ["x/24"]), ("private_hosts", ["x"] * 201),
        ("blocked_hosts", ["x:80"]), ("blocked_hosts", ["*"]), ("max_redirects", 6), ("max_redirects", -1),
        ("max_seconds", 0), ("max_seconds", 601), ("max_response_bytes", 999), ("https_only", "yes"), ("allow_all", True),
    ],
)  # fmt: skip
async def test_what_is_no_rule_is_refused(live: Live, ann: Browser, field: str, value: Any) -> None:
    problem = refused(await ann.send("PATCH", PATH, {field: value}, revision(0)), 400, "VALIDATION_ERROR")
    assert problem["errors"][0]["field"].split(".")[0] == field
    assert ok(await ann.get(PATH))["revision"] == 0


async def test_only_administrators_see_and_change_the_rules(live: Live) -> None:
    for name in ("dev", "cas"):
        browser = await live.browser(name)
        refused(await browser.get(PATH), 403, "FORBIDDEN")
        refused(await browser.send("PATCH", PATH, {"https_only": True}, revision(0)), 403, "FORBIDDEN")
        refused(await browser.send("POST", f"{PATH}/test", {"url": "http://site.test"}), 403, "FORBIDDEN")


async def test_a_tool_obeys_each_rule_at_once(live: Live, ann: Browser) -> None:
    assert (await fetch(live, "http://site.test/page"))["status"] == "succeeded"
    assert (await fetch(live, "http://inside.test/page"))["status"] == "failed"
    await change(ann, private_hosts=["inside.test"])
    assert (await fetch(live, "http://inside.test/page"))["status"] == "succeeded"
    assert (await fetch(live, "http://inside.test:81/page"))["status"] == "failed", "the ports of the web alone"
    await change(ann, private_hosts=["inside.test:81"])
    assert (await fetch(live, "http://inside.test:81/page"))["status"] == "succeeded"
    assert (await fetch(live, "http://inside.test/page"))["status"] == "failed"
    await change(ann, blocked_hosts=["site.test"])
    for host in ("site.test", "sub.site.test"):
        told = await fetch(live, f"http://{host}/page")
        assert (told["status"], "blocked by an administrator" in told["error"]["message"]) == ("failed", True)
    await change(ann, blocked_hosts=[PUBLIC])
    assert (await fetch(live, "http://site.test/page"))["status"] == "failed", "an address is blocked behind its names"
    await change(ann, blocked_hosts=None, max_response_bytes=4_000)
    assert (await fetch(live, "http://site.test/page"))["status"] == "succeeded"
    assert (await fetch(live, "http://site.test/long"))["error"]["code"] == "RESPONSE_TOO_LARGE"
    assert (await fetch(live, "http://site.test/on"))["output"]["text"] == "text"
    await change(ann, max_redirects=0)
    assert (await fetch(live, "http://site.test/on"))["output"]["status"] == 302
    await change(ann, https_only=True)
    assert "https://" in (await fetch(live, "http://site.test/page"))["error"]["message"]
    assert (await fetch(live, "http://inside.test:81/page"))["status"] == "succeeded", "what is allowed by name is"


async def test_no_redirect_leads_around_a_block(live: Live, ann: Browser, inside: LoopbackServer) -> None:
    await change(ann, private_hosts=["inside.test"], blocked_hosts=["site.test"])
    before = len(inside.received)
    told = await fetch(live, "http://inside.test/on")
    assert told["status"] == "failed"
    assert [seen.target for seen in inside.received[before:]] == ["/on"]


async def test_a_blocked_host_is_blocked_for_providers_too(live: Live, ann: Browser) -> None:
    async with FakeProvider() as provider:
        made = await make(ann, provider)
        agent = await agent_on(ann, f"/providers/{made['id']}")
        assert (await ask(ann, agent))["status"] == "succeeded"
        told = ok(await ann.get(PATH))["allowances"]
        assert told == [
            {"provider_id": made["id"], "provider_name": "Fake", "host": "127.0.0.1", "port": provider.port}
        ]
        await change(ann, blocked_hosts=["127.0.0.1"])
        seen = len(provider.log)
        run = await ask(ann, agent)
        assert (run["status"], run["error"]["code"]) == ("failed", "PROVIDER_BLOCKED")
        assert ok(await ann.send("POST", f"/providers/{made['id']}/test"))["ok"] is False
        assert len(provider.log) == seen
        assert (await fetch(live, f"http://127.0.0.1:{provider.port}/v1/models"))["status"] == "failed"


async def test_the_test_of_an_address_tells_the_rules_and_dials_nothing(live: Live, ann: Browser) -> None:
    """Closed, open and silent ports cannot be told apart, since none is touched."""
    net: Net = live.net  # type: ignore[attr-defined]
    await change(ann, private_hosts=["inside.test:81"], blocked_hosts=["evil.test"], https_only=True)
    cases = {
        "https://site.test/x": True, "http://site.test/x": False, "https://inside.test/x": False,
        "http://inside.test:81/x": True, "https://evil.test/": False, "https://unknown.test/": False,
        "https://127.0.0.1:1/": False, "https://[::ffff:a9fe:a9fe]/": False, "file:///etc/passwd": False, "x": False,
    }  # fmt: skip
    for url, allowed in cases.items():
        told = ok(await ann.send("POST", f"{PATH}/test", {"url": url}))
        assert (told["allowed"], told["reason"] is None) == (allowed, allowed), url
    ports = {
        ok(await ann.send("POST", f"{PATH}/test", {"url": f"https://inside.test:{port}/"}))["reason"].replace(
            str(port), ""
        )
        for port in (1, 22, 8443)
    }
    assert len(ports) == 1
    assert net.dialled == []
    secret = "https://site.test/path?token=CANARY"
    ok(await ann.send("POST", f"{PATH}/test", {"url": secret}))
    entries = [one for one in ok(await ann.get("/audit-log?limit=100"))["data"] if one["action"] == "egress.tested"]
    assert len(entries) == len(cases) + 4
    assert entries[0]["after"] == {"host": "site.test", "allowed": True}
    assert "CANARY" not in str(entries)
