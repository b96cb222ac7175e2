"""The guard through its real entry: a client that is asked for a URL, on a pretended internet."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from orbiter.errors import OrbiterError
from orbiter.net import Blocked, EgressError, EgressPolicy, HttpConnectionError, HttpTimeoutError, Timeouts
from orbiter.net.errors import TooManyRedirectsError
from tests.orbiter.net.loopback import PUBLIC, Net, fixed, paths, response, serve, site

LITERALS = [
    "http://127.0.0.1/",
    "http://127.8.8.8:8000/",
    "http://0.0.0.0/",
    "http://10.1.2.3/",
    "http://100.64.0.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://168.63.129.16/",
    "http://172.16.0.1/",
    "http://192.0.0.192/",
    "http://192.168.1.1/",
    "http://224.0.0.1/",
    "http://255.255.255.255/",
    "http://[::]/",
    "http://[::1]/",
    "http://[0:0:0:0:0:0:0:1]/",
    "http://[::127.0.0.1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:a9fe:a9fe]/",
    "http://[::FFFF:A9FE:A9FE]/",
    "http://[0:0:0:0:0:ffff:169.254.169.254]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[64:ff9b::169.254.169.254]/",
    "http://[64:ff9b:1::1]/",
    "http://[2002:7f00:1::]/",
    "http://[2002:a9fe:a9fe::1]/",
    "http://[2001::1]/",
    "http://[fc00::1]/",
    "http://[fd00:ec2::254]/",
    "http://[fe80::1]/",
    "http://[fe80::1%25lo]/",
    "http://[ff02::1]/",
    "http://127.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0x7f.1/",
    "http://017700000001/",
    "http://0177.0.0.1/",
    "http://127.0.0.1./",
    "http://2852039166/",
    "http://user@127.0.0.1/",
    "http://site.test@127.0.0.1/",
    "http://127.0.0.1\\@site.test/",
    "http://127.0.0.1#@site.test/",
    "http://127.0.0.1?@site.test/",
    "http://\uff11\uff12\uff17.0.0.1/",
    "http://127。0。0。1/",
    "http://127.0.0.1%00.site.test/",
    "http://127.0.0.1:80\t@site.test/",
]


@pytest.mark.parametrize("url", LITERALS)
async def test_no_spelling_of_a_private_address_is_dialled(url: str):
    net = Net(names={"site.test": [[PUBLIC]]})
    async with net.client() as client:
        with pytest.raises(EgressError):
            await client.request("GET", url)
    assert net.dialled == []


NAMES: dict[str, Sequence[str]] = {
    "loopback.test": ["127.0.0.1"],
    "localhost": ["127.0.0.1", "::1"],
    "metadata.test": ["169.254.169.254"],
    "mapped.test": ["::ffff:10.0.0.1"],
    "translated.test": ["64:ff9b::a00:1"],
    "scoped.test": ["fe80::1%eth0"],
    "mixed.test": [PUBLIC, "10.0.0.1"],
    "mixed-last.test": ["10.0.0.1", PUBLIC],
    "empty.test": [],
    "nonsense.test": ["not an address"],
}


@pytest.mark.parametrize("name", [*NAMES, "unknown.test"])
async def test_a_name_with_a_forbidden_address_is_not_dialled(name: str):
    net = Net(names={name: [addresses] for name, addresses in NAMES.items()})
    async with net.client() as client:
        with pytest.raises(EgressError) as caught:
            await client.request("GET", f"http://{name}/")
    assert net.dialled == []
    assert caught.value.code == "EGRESS_BLOCKED"


async def test_a_public_name_is_reached_at_the_checked_address_under_its_own_name():
    async with serve(fixed(response(b"hello"))) as server:
        net = Net(server.port, {"site.test": [[PUBLIC]]})
        async with net.client() as client:
            answer = await client.request("GET", "http://site.test:8080/a?b=c")
    assert (answer.status, answer.body, answer.url) == (200, b"hello", "http://site.test:8080/a?b=c")
    assert net.dialled == [(PUBLIC, 8080)]
    assert server.received[0].headers["host"] == "site.test:8080"


async def test_a_rebinding_name_is_resolved_once_and_only_the_checked_address_is_dialled():
    async with serve(fixed(response(headers={"connection": "close"}))) as server:
        net = Net(server.port, {"rebind.test": [[PUBLIC], ["127.0.0.1"]]})
        async with net.client() as client:
            await client.request("GET", "http://rebind.test/")
            assert net.lookups == ["rebind.test"]
            with pytest.raises(EgressError):
                await client.request("GET", "http://rebind.test/")
    assert net.dialled == [(PUBLIC, 80)]


async def test_an_allow_entry_opens_exactly_its_host_and_port():
    async with serve(fixed(response())) as server:
        net = Net(server.port, {"ollama": [["10.0.0.5"]], "other": [["10.0.0.5"]]})
        async with net.client(EgressPolicy(frozenset({("ollama", 11434)}))) as client:
            assert (await client.request("GET", "http://ollama:11434/v1")).status == 200
            for url in ("http://ollama/v1", "http://other:11434/v1", "http://10.0.0.5:11434/v1"):
                with pytest.raises(EgressError):
                    await client.request("GET", url)
    assert net.dialled == [("10.0.0.5", 11434)]


async def test_the_proxy_of_the_environment_is_ignored(monkeypatch: pytest.MonkeyPatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://proxy.test:3128")
    async with site(fixed(response(b"direct"))) as (_, client):
        assert (await client.request("GET", "http://site.test/")).body == b"direct"


async def _failure(net: Net, policy: EgressPolicy | None = None) -> OrbiterError:
    async with net.client(policy, Timeouts(connect_s=0.05)) as client:
        with pytest.raises(OrbiterError) as caught:
            await client.request("GET", "http://site.test:81/secret-path?token=secret")
    return caught.value


async def _failures(policy: EgressPolicy | None = None) -> list[OrbiterError]:
    """Blocked, unknown, closed and filtered."""
    closed, filtered = Net(names={"site.test": [[PUBLIC]]}), Net(names={"site.test": [[PUBLIC]]})
    closed.dial_error, filtered.silent = ConnectionRefusedError(), True
    nets = [Net(names={"site.test": [["10.9.8.7"]]}), Net(), closed, filtered]
    return [await _failure(net, policy) for net in nets]


async def test_blocked_unknown_closed_and_filtered_look_the_same():
    errors = await _failures()
    assert len({(type(error), error.code, error.message, error.retryable) for error in errors}) == 1
    assert all("10.9.8.7" not in error.message and PUBLIC not in error.message for error in errors)
    assert "secret" not in errors[0].message


async def test_an_administrators_endpoint_says_what_happened_and_whether_to_try_again():
    blocked, unknown, closed, filtered = await _failures(EgressPolicy(explain=True))
    assert type(blocked) is EgressError
    assert not blocked.retryable
    assert isinstance(unknown, HttpConnectionError)
    assert "unknown" in unknown.message
    assert isinstance(closed, HttpConnectionError)
    assert closed.retryable
    assert isinstance(filtered, HttpTimeoutError)
    assert all("10.9.8.7" not in error.message for error in (blocked, unknown, closed, filtered))


async def test_the_next_address_is_tried_when_the_first_does_not_answer():
    async with serve(fixed(response())) as server:
        net = Net(server.port, {"site.test": [["2606:4700::1", PUBLIC]]})
        dial = net.dial

        async def first_refuses(factory, address, port):
            if address != PUBLIC:
                net.dialled.append((address, port))
                raise OSError("no route")
            await dial(factory, address, port)

        net.dial = first_refuses
        async with net.client() as client:
            assert (await client.request("GET", "http://site.test/")).status == 200
    assert net.dialled == [("2606:4700::1", 80), (PUBLIC, 80)]


def _redirect(location: str, status: int = 302) -> bytes:
    return response(b"", status, {"location": location})


async def test_a_redirect_is_not_followed_by_default():
    async with site(fixed(_redirect("http://127.0.0.1/"))) as (server, client):
        answer = await client.request("GET", "http://site.test/")
        async with client.stream("GET", "http://site.test/") as streamed:
            assert streamed.status == 302
    assert (answer.status, answer.headers["location"]) == (302, "http://127.0.0.1/")
    assert len(server.received) == 2


@pytest.mark.parametrize(
    "location",
    [
        "http://169.254.169.254/latest/",
        "http://[::ffff:a9fe:a9fe]/",
        "http://localhost/",
        "//127.0.0.1/x",
        "http://2130706433/",
        "http://site.test@127.0.0.1/",
        "ftp://site.test/",
        "file:///etc/passwd",
        "http://[",
        "http://site.test\\@127.0.0.1/",
    ],
)
async def test_a_redirect_to_a_forbidden_place_is_refused(location: str):
    async with serve(fixed(_redirect(location))) as server:
        net = Net(server.port, {"site.test": [[PUBLIC]], "localhost": [["127.0.0.1"]]})
        async with net.client() as client:
            with pytest.raises(EgressError):
                await client.request("GET", "http://site.test/", max_redirects=5)
    assert net.dialled == [(PUBLIC, 80)]


async def test_credentials_stay_on_their_origin():
    table = {"/a": _redirect("/b"), "/b": _redirect("http://other.test/c"), "/c": response(b"end")}
    secret = {"Authorization": "Bearer s3cret", "Cookie": "a=b", "X-Api-Key": "k", "Accept": "text/html"}
    async with serve(paths(table)) as server:
        net = Net(server.port, {"site.test": [[PUBLIC]], "other.test": [["1.1.1.1"]]})
        async with net.client() as client:
            answer = await client.request("GET", "http://site.test/a", headers=secret, max_redirects=5)
    assert (answer.body, answer.url) == (b"end", "http://other.test/c")
    same, other = server.received[1].headers, server.received[2].headers
    assert (same["authorization"], same["cookie"], same["x-api-key"]) == ("Bearer s3cret", "a=b", "k")
    assert other.keys() == {"host", "accept", "user-agent"}


@pytest.mark.parametrize(("status", "method", "body"), [(302, "GET", b""), (303, "GET", b""), (307, "POST", b"data")])
async def test_the_method_after_a_redirect(status: int, method: str, body: bytes):
    async with site(paths({"/a": _redirect("/b", status), "/b": response()})) as (server, client):
        await client.request("POST", "http://site.test/a", content=b"data", max_redirects=1)
    assert (server.received[1].method, server.received[1].body) == (method, body)


async def test_a_circle_of_redirects_ends():
    async with site(fixed(_redirect("/again"))) as (server, client):
        with pytest.raises(TooManyRedirectsError):
            await client.request("GET", "http://site.test/", max_redirects=3)
    assert len(server.received) == 4


async def test_closing_the_client_closes_its_connections():
    async with serve(fixed(response())) as server:
        net = Net(server.port, {"site.test": [[PUBLIC]]})
        async with net.client() as client:
            await client.request("GET", "http://site.test/")
            assert not server.closed.is_set()
        await asyncio.wait_for(server.closed.wait(), 10)


async def test_an_address_that_is_blocked_is_reached_by_no_open_connection_either():
    """The name says nothing of the address that a kept connection leads to."""
    blocked = Blocked()
    async with serve(fixed(response())) as server:
        net = Net(server.port, {"site.test": [[PUBLIC]]})
        async with net.client(EgressPolicy(blocked=blocked)) as client:
            await client.request("GET", "http://site.test/one")
            blocked.set([PUBLIC])
            with pytest.raises(EgressError, match="could not be reached"):
                await client.request("GET", "http://site.test/two")
            blocked.set([])
            await client.request("GET", "http://site.test/three")
    assert [received.target for received in server.received] == ["/one", "/three"]
    assert server.connections == 2
