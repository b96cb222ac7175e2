"""One parser, one reading: what is doubtful is refused."""

from __future__ import annotations

from ipaddress import IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orbiter.net import EgressPolicy, InvalidUrlError
from orbiter.net.url import parse_url

READ = [
    ("http://example.com", "http", "example.com", 80, "/"),
    ("HTTPS://Example.COM./a?b=c#d", "https", "example.com", 443, "/a?b=c"),
    ("http://example.com:8080?x", "http", "example.com", 8080, "/?x"),
    ("http://my_service:11434/v1", "http", "my_service", 11434, "/v1"),
    ("http://[2001:0DB8::1]:81/", "http", "2001:db8::1", 81, "/"),
    ("http://[::ffff:127.0.0.1]/", "http", str(IPv6Address("::ffff:7f00:1")), 80, "/"),
    ("http://192.0.2.1/%20a b/ü", "http", "192.0.2.1", 80, "/%20a%20b/%C3%BC"),
    ("https://bücher.example/", "https", "xn--bcher-kva.example", 443, "/"),
    ("http://example.com/@user:pass@/x", "http", "example.com", 80, "/@user:pass@/x"),
]

REFUSED = [
    "",
    "example.com",
    "//example.com/",
    "ftp://example.com/",
    "file:///etc/passwd",
    "gopher://127.0.0.1/",
    "javascript:alert(1)",
    "http://",
    "http:///path",
    "http:example.com",
    "http://user@example.com/",
    "http://user:pass@example.com/",
    "http://example.com@127.0.0.1/",
    "http://127.0.0.1\\@example.com/",
    "http://example.com\\.evil.test/",
    "http://example.com:80@127.0.0.1/",
    "http://exa mple.com/",
    " http://example.com/",
    "http://example.com/\r\nHost: evil",
    "http://example.com/\x00",
    "http://exam\tple.com/",
    "http://example.com:0/",
    "http://example.com:65536/",
    "http://example.com:999999/",
    "http://example.com:+80/",
    "http://example.com:\uff18\uff10/",
    "http://example.com:80:80/",
    "http://[::1/",
    "http://::1/",
    "http://[fe80::1%25eth0]/",
    "http://[fe80::1%eth0]/",
    "http://[v1.x]/",
    "http://[127.0.0.1]/",
    "http://127.1/",
    "http://127.0.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0x7f.0.0.1/",
    "http://0x7f.0x0.0x0.0x1/",
    "http://017700000001/",
    "http://0177.0.0.1/",
    "http://127.0.0.01/",
    "http://1.2.3.4.5/",
    "http://256.256.256.256/",
    "http://example.0x/",
    "http://%31%32%37.0.0.1/",
    "http://①②⑦.0.0.1/",
    "http://a..b/",
    "http://.example.com/",
    "http://-example.com/",
    f"http://{'a' * 64}.com/",
    f"http://{'a.' * 130}com/",
    f"http://example.com/{'a' * 8000}",
    "http://example.com/\ud800",
]


@pytest.mark.parametrize(("url", "scheme", "host", "port", "path"), READ)
def test_a_url_is_read_into_its_one_canonical_form(url: str, scheme: str, host: str, port: int, path: str):
    target = parse_url(url)
    assert (target.scheme, target.host, target.port, target.path) == (scheme, host, port, path)
    assert parse_url(target.url) == target


@pytest.mark.parametrize("url", REFUSED)
def test_a_doubtful_url_is_refused(url: str):
    with pytest.raises(InvalidUrlError) as caught:
        parse_url(url)
    assert caught.value.code == "INVALID_URL"


def test_the_refusal_does_not_repeat_the_url():
    with pytest.raises(InvalidUrlError) as caught:
        parse_url("http://me:hunter2@example.com/?token=hunter3")
    assert "hunter" not in caught.value.message


@given(st.text(max_size=40))
def test_any_text_is_parsed_or_refused_and_never_ambiguous(text: str):
    for url in (text, f"http://{text}", f"http://{text}/", f"http://a{text}b/"):
        try:
            target = parse_url(url)
        except InvalidUrlError:
            continue
        assert parse_url(target.url) == target
        assert target.url.isascii()


def test_allow_entries_match_every_spelling_of_their_host():
    policy = EgressPolicy(frozenset({("LocalHost.", 11434), ("0:0:0:0:0:0:0:1", 80)}))
    assert policy.allows("localhost", 11434)
    assert policy.allows("::1", 80)
    assert not policy.allows("localhost", 80)
    assert not policy.allows("evil.localhost", 11434)


def test_the_policy_of_an_endpoint_allows_its_host_and_port_only_when_it_may_be_private():
    assert EgressPolicy.for_endpoint("http://ollama:11434/v1", private=True).allow == {("ollama", 11434)}
    assert EgressPolicy.for_endpoint("https://api.example.com/v1").allow == frozenset()
