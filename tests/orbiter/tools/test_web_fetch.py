"""web_fetch through the real client, against a real server on loopback."""

from __future__ import annotations

import gzip
from typing import Any

import pytest

from orbiter.errors import ToolError
from orbiter.tools.builtin.web_fetch import MAX_CHARACTERS, web_fetch
from orbiter.tools.builtin.web_fetch.page import MAX_LINKS, MAX_TAGS, read_page
from tests.orbiter.net.loopback import PUBLIC, Net, fixed, paths, response, serve, site
from tests.orbiter.tools.conftest import context_with

URL = "http://site.test/page"
PAGE = """<!doctype html><html><head><title> Tea &amp; <b>Cake</title>
<style>p { color: red }</style><script>if (a < b) alert("x")</script></head>
<body><nav><a href="/home">Home</a></nav>
<h1>Menu</h1><p>Green   tea,<br>black tea</p>
<svg><text>picture</text><svg></svg><title>t</title></svg>
<ul><li>One</li><li>Tw&ouml;</li></ul>
<a href="https://other.test/x?a=1&amp;b=2#part">Other <i>place</i></a> <a href="mailto:a@b.test">Mail</a>
<a href="/home#top">Home again</a> <a href="http://[broken">Broken</a> <a name="here">No link</a>
<noscript>Turn it on</noscript> End &lt;here&gt;</body></html>"""


async def _fetch(raw: bytes, url: str = URL) -> Any:
    async with site(fixed(raw)) as (_, client):
        return await web_fetch.call({"url": url}, context_with(client))


def _html(text: str, charset: str = "utf-8") -> bytes:
    return response(text.encode(charset), headers={"content-type": f"text/html; charset={charset}"})


async def test_a_page_becomes_title_text_and_links():
    assert await _fetch(_html(PAGE)) == {
        "url": URL,
        "status": 200,
        "content_type": "text/html",
        "title": "Tea & Cake",
        "text": "Home\nMenu\nGreen tea,\nblack tea\nOne\nTwö\nOther place Mail\nHome again Broken No link\nEnd <here>",
        "truncated": False,
        "links": [
            {"text": "Home", "url": "http://site.test/home"},
            {"text": "Other place", "url": "https://other.test/x?a=1&b=2"},
        ],
    }


@pytest.mark.parametrize(
    "media", ["text/plain", "application/json", "application/problem+json; charset=utf-8", "text/csv"]
)
async def test_text_comes_as_it_is(media: str):
    result = await _fetch(response(b'{"a":  1}\n<b>', headers={"content-type": media}))
    assert result["text"] == '{"a":  1}\n<b>'
    assert result["content_type"] == media.split(";", maxsplit=1)[0]


@pytest.mark.parametrize("media", ["image/png", "application/pdf", "application/octet-stream", "video/mp4", "garbage"])
async def test_what_is_no_text_is_refused(media: str):
    with pytest.raises(ToolError) as caught:
        await _fetch(response(b"\x89PNG", headers={"content-type": media}))
    assert caught.value.code == "NOT_TEXT"
    assert media in caught.value.message


async def test_an_answer_without_a_type_is_judged_by_its_bytes():
    assert (await _fetch(response(b"plain")))["text"] == "plain"
    with pytest.raises(ToolError):
        await _fetch(response(b"\x7fELF\x00\x01"))


@pytest.mark.parametrize(
    ("body", "media"),
    [
        ("é".encode("latin-1"), "text/plain; charset=ISO-8859-1"),
        ("é".encode("cp1252"), "text/plain;charset='windows-1252'"),
        ("\ufeffé".encode("utf-8"), "text/plain; charset=latin-1"),
        ("\ufeffé".encode("utf-16-le"), "text/plain"),
        ("é".encode(), "text/plain; charset=punycode"),
        ("é".encode(), "text/plain; charset=no-such-thing"),
        ("é".encode(), "text/plain; charset=windows-1259"),
        ('<meta charset="iso-8859-1"><p>é'.encode("latin-1"), "text/html"),
    ],
)
async def test_the_encoding_is_found(body: bytes, media: str):
    assert (await _fetch(response(body, headers={"content-type": media})))["text"] == "é"


async def test_wrong_bytes_are_replaced():
    assert (await _fetch(response(b"a\xffb", headers={"content-type": "text/plain"})))["text"] == "a\ufffdb"


async def test_the_status_of_an_error_page_is_told():
    result = await _fetch(response(b"gone", status=410, headers={"content-type": "text/plain"}))
    assert (result["status"], result["text"]) == (410, "gone")


async def test_the_final_address_is_told_and_used_for_links():
    end = response(b"<a href=x>X</a>", headers={"content-type": "text/html"})
    table = {"/a": response(b"", 302, {"location": "/deep/b"}), "/deep/b": end}
    async with site(paths(table)) as (_, client):
        result = await web_fetch.call({"url": " http://site.test/a\n"}, context_with(client))
    assert result["url"] == "http://site.test/deep/b"
    assert result["links"] == [{"text": "X", "url": "http://site.test/deep/x"}]


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://169.254.169.254/latest",
        "file:///etc/passwd",
        "http://me:pw@site.test/",
        "site.test",
    ],
)
async def test_a_forbidden_address_is_an_error_of_the_tool(url: str):
    net = Net(names={"site.test": [[PUBLIC]]})
    async with net.client() as client:
        with pytest.raises(ToolError) as caught:
            await web_fetch.call({"url": url}, context_with(client))
    assert caught.value.code in {"EGRESS_BLOCKED", "INVALID_URL"}
    assert net.dialled == []


async def test_a_redirect_into_the_private_network_is_an_error_of_the_tool():
    async with serve(fixed(response(b"", 302, {"location": "http://10.0.0.1/"}))) as server:
        net = Net(server.port, {"site.test": [[PUBLIC]]})
        async with net.client() as client:
            with pytest.raises(ToolError) as caught:
                await web_fetch.call({"url": URL}, context_with(client))
    assert caught.value.code == "EGRESS_BLOCKED"
    assert net.dialled == [(PUBLIC, 80)]


@pytest.mark.parametrize("raw", [b"x" * 2_000_001, gzip.compress(bytes(30_000_000))])
async def test_more_than_two_megabytes_are_refused(raw: bytes):
    packed = {"content-encoding": "gzip"} if raw[:2] == b"\x1f\x8b" else {}
    with pytest.raises(ToolError) as caught:
        await _fetch(response(raw, headers={"content-type": "text/plain", **packed}))
    assert caught.value.code == "RESPONSE_TOO_LARGE"


@pytest.mark.parametrize("media", ["text/plain", "text/html"])
async def test_a_long_text_is_cut_and_says_so(media: str):
    result = await _fetch(response(b"word " * 20_000, headers={"content-type": media}))
    assert result["truncated"] is True
    assert MAX_CHARACTERS * 0.9 < len(result["text"]) <= MAX_CHARACTERS


@pytest.mark.parametrize("end", ["AT&T", "tail", "&amp", "a < b", "<b>bold"])
def test_the_last_words_of_a_page_are_not_lost(end: str):
    shown = {"&amp": "&", "<b>bold": "bold"}.get(end, end)
    assert read_page(f"<p>first {end}", URL, 100).text == f"first {shown}"


def test_the_links_of_a_page_are_capped():
    page = read_page("".join(f"<a href='/{n}'>{n}</a>" for n in range(200)), URL, 10_000)
    assert len(page.links) == MAX_LINKS


@pytest.mark.parametrize(
    "piece",
    [
        "<",
        "<a ",
        "<a b='",
        "</",
        "<!",
        "<!--",
        "<![",
        "<![CDATA[",
        "<?",
        "&",
        "&#",
        "<p>",
        "<svg>",
        "<svg></a>",
        "<title>",
    ],
)
def test_a_hostile_page_ends_and_stays_small(piece: str):
    page = read_page("before " + piece * (300_000 // len(piece)), URL, 1000)
    assert page.text.startswith("before")
    assert len(page.text) <= 1000


def test_reading_stops_at_the_cap_of_tags():
    page = read_page("<p></p>" * (MAX_TAGS + 1) + "after", URL, 1000)
    assert page.truncated
    assert "after" not in page.text
