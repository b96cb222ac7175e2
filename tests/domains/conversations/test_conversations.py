"""Conversations as things that people keep: titles, lists, deleting, paging."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from tests.app.live import Live
from tests.app.talk import NO_ID, Chat, every_page, ok, refused, text_of
from tests.security.rig import Browser


async def test_a_conversation_lives_through_create_read_rename_delete_restore(live: Live, dev: Browser) -> None:
    made = ok(await dev.send("POST", "/conversations", {"agent_id": live.world.agent_id, "title": "Plans"}), 201)
    assert (made["title"], made["revision"], made["head_message_id"], made["created_by"]) == (
        "Plans", 1, None, live.world.sessions["dev"].user_id,
    )  # fmt: skip
    path = f"/conversations/{made['id']}"
    assert ok(await dev.get(path)) == made
    renamed = ok(await dev.send("PATCH", path, {"title": "Other plans"}, {"if-match": '"1"'}))
    assert (renamed["title"], renamed["revision"]) == ("Other plans", 2)
    ok(await dev.send("DELETE", path), 204)
    for method, below in (("GET", ""), ("GET", "/messages"), ("DELETE", ""), ("POST", "/messages")):
        body = {"content": "x"} if method == "POST" else None
        refused(await dev.send(method, path + below, body), 404, "RESOURCE_NOT_FOUND")
    assert ok(await dev.get("/conversations"))["data"] == []
    assert ok(await dev.send("POST", f"{path}/restore"))["title"] == "Other plans"
    refused(await dev.send("POST", f"{path}/restore"), 404, "RESOURCE_NOT_FOUND")


async def test_a_rename_names_the_revision_it_was_made_from(live: Live, dev: Browser) -> None:
    chat = await Chat.begin(live, dev)
    refused(await dev.send("PATCH", chat.path, {"title": "x"}), 428, "REVISION_REQUIRED")
    ok(await dev.send("PATCH", chat.path, {"title": "mine"}, {"if-match": '"1"'}))
    stale = refused(await dev.send("PATCH", chat.path, {"title": "theirs"}, {"if-match": '"1"'}), 412, "REVISION_STALE")
    assert stale["current"] == await chat.shown()
    assert stale["current"]["title"] == "mine"


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ("What is the time?", "What is the time?"),
        ("\n\n  First line \nsecond", "First line"),
        ("word " * 30, "word word word word word word word word word word word word…"),
        ("x" * 100, "x" * 60 + "…"),
    ],
)
async def test_the_first_message_gives_the_title(live: Live, dev: Browser, said: str, title: str) -> None:
    run = ok(await dev.send("POST", f"/agents/{live.world.agent_id}/run", {"input": said}))
    assert ok(await dev.get(f"/conversations/{run['conversation_id']}"))["title"] == title
    chat = await Chat.begin(live, dev, said)
    assert (await chat.shown())["title"] == title
    await chat.say("something else")
    assert (await chat.shown())["title"] == title


async def test_a_title_that_somebody_chose_stays(live: Live, dev: Browser) -> None:
    chat = await Chat.begin(live, dev, "hello", title="Mine")
    assert (await chat.shown())["title"] == "Mine"


async def test_a_change_tells_of_the_run_that_is_going_on(live: Live, dev: Browser) -> None:
    agent = ok(await dev.send("POST", "/agents", {
        "name": "Gatekeeper", "model": {"provider_id": live.world.provider_id, "name": "orbiter-demo"},
        "tools": [{"tool": "gate"}],
    }), 201)  # fmt: skip
    chat = await Chat.begin(live, dev, agent_id=agent["id"])
    turn = await chat.start("call gate {}")
    await live.gate.reached.wait()
    revision = (await chat.shown())["revision"]
    renamed = ok(await dev.send("PATCH", chat.path, {"title": "x"}, {"if-match": f'"{revision}"'}))
    assert renamed["active_run_id"] == turn["run"]["id"]
    chosen = ok(await dev.send("POST", f"{chat.path}/messages/{turn['message']['id']}/select"))
    assert chosen["active_run_id"] == turn["run"]["id"]
    stale = await dev.send("PATCH", chat.path, {"title": "y"}, {"if-match": '"1"'})
    assert refused(stale, 412, "REVISION_STALE")["current"]["active_run_id"] == turn["run"]["id"]
    ok(await dev.send("DELETE", chat.path), 204)
    restored = ok(await dev.send("POST", f"{chat.path}/restore"))
    assert restored["active_run_id"] == turn["run"]["id"]


async def test_an_answer_that_comes_after_the_deletion_is_there_after_the_restoration(live: Live, dev: Browser) -> None:
    chat = await Chat.begin(live, dev)
    turn = await chat.start("say 400 words")
    ok(await dev.send("DELETE", chat.path), 204)
    run = ok(await dev.send("POST", f"/runs/{turn['run']['id']}/cancel"))
    assert run["status"] in {"cancelled", "succeeded"}
    ok(await dev.send("POST", f"{chat.path}/restore"))
    assert [message["role"] for message in await chat.branch()] == ["user", "assistant"]


async def test_the_head_can_only_be_a_message_of_the_conversation(live: Live, dev: Browser) -> None:
    chat, other = await Chat.begin(live, dev, "echo: a"), await Chat.begin(live, dev, "echo: b")
    foreign = (await other.branch())[-1]["id"]
    match = {"if-match": f'"{(await chat.shown())["revision"]}"'}
    for head in (foreign, NO_ID):
        answer = await dev.send("PATCH", chat.path, {"head_message_id": head}, match)
        refused(answer, 404, "RESOURCE_NOT_FOUND")
        refused(await dev.send("POST", f"{chat.path}/messages/{head}/select"), 404, "RESOURCE_NOT_FOUND")
    first = (await chat.branch())[0]["id"]
    assert ok(await dev.send("PATCH", chat.path, {"head_message_id": first}, match))["head_message_id"] == first
    assert len(await chat.branch()) == 1


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("extra", ["project_id", "created_by", "revision", "id", "created_at", "active_run_id"])
async def test_what_the_server_decides_cannot_be_sent(shared: Live, extra: str) -> None:
    dev = await shared.browser("dev")
    chat = await Chat.begin(shared, dev)
    for method, path, body in (
        ("POST", "/conversations", {"agent_id": shared.world.agent_id}),
        ("PATCH", chat.path, {"title": "x"}),
        ("POST", f"{chat.path}/messages", {"content": "x"}),
        ("POST", f"/agents/{shared.world.agent_id}/run", {"input": "x"}),
    ):
        answer = await dev.send(method, path, {**body, extra: "x"}, {"if-match": '"1"'})
        assert refused(answer, 400, "VALIDATION_ERROR")["errors"][0]["field"] == extra


async def test_the_list_has_the_newest_activity_first_on_every_page(live: Live, dev: Browser) -> None:
    chats = [await Chat.begin(live, dev, f"echo: {number}") for number in range(5)]
    await chats[1].say("echo: once more")
    pages = await every_page(dev, "/conversations")
    assert [one["id"] for page in pages for one in page] == [chats[number].id for number in (1, 4, 3, 2, 0)]


async def test_the_list_can_be_searched_in_titles_and_in_what_was_said(live: Live, dev: Browser) -> None:
    zebra = await Chat.begin(live, dev, "echo: a zebra costs 100%", title="Animals")
    tree = await Chat.begin(live, dev, 'echo: an "oak"\nand a line', title="Plants_1")
    for q, found in {
        "ZEBRA": [zebra], "animals": [zebra], "100%": [zebra], "%": [zebra], "_": [tree], '"oak"': [tree],
        "oak\"\nand": [tree], "echo": [tree, zebra], "nothing": [],
    }.items():  # fmt: skip
        page = ok(await dev.get("/conversations", params={"q": q}))
        assert [one["id"] for one in page["data"]] == [chat.id for chat in found], q
        assert page["pagination"]["total"] == len(found)


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("q", ["type", '"text"', "text", "{", "[", '":"'])
async def test_a_search_looks_at_what_was_said_and_not_at_how_it_is_kept(shared: Live, q: str) -> None:
    dev = await shared.browser("dev")
    await Chat.begin(shared, dev, "echo: hello", title="Greeting")
    assert ok(await dev.get("/conversations", params={"q": q}))["data"] == []


async def test_the_list_can_be_of_one_agent_or_project(live: Live, dev: Browser) -> None:
    chat = await Chat.begin(live, dev)
    for query, count in (
        (f"agent_id={live.world.agent_id}", 1),
        (f"agent_id={NO_ID}", 0),
        (f"project_id={live.world.project_id}", 1),
        (f"project_id={live.world.other_project_id}", 0),
    ):
        found = ok(await dev.get(f"/conversations?{query}"))["data"]
        assert [one["id"] for one in found] == [chat.id][:count]


def long_branch(live: Live, chat: Chat, count: int) -> list[str]:
    """Written straight into the file, as hundreds of turns would have; returns the ids from the first message on."""
    ids = [f"01900000-0000-7000-8000-{number:012x}" for number in range(count)]
    text = json.dumps([{"type": "text", "text": "hello"}])
    roles = ("user", "assistant")
    rows = [
        (one, chat.id, before, roles[at % 2], text, at)
        for at, (one, before) in enumerate(zip(ids, [None, *ids], strict=False))
    ]
    live.write_many(
        "INSERT INTO messages (id, conversation_id, parent_id, role, content, status, created_at) "
        "VALUES (?, ?, ?, ?, ?, 'complete', ?)",
        rows,
    )
    live.write("UPDATE conversations SET head_message_id = ? WHERE id = ?", ids[-1], chat.id)
    return ids


@pytest.mark.parametrize("limit", [1, 7, 20, 100])
async def test_a_long_branch_is_read_backwards_without_a_gap(live: Live, dev: Browser, limit: int) -> None:
    chat = await Chat.begin(live, dev)
    ids = long_branch(live, chat, 40 if limit == 1 else 215)
    pages = await every_page(dev, f"{chat.path}/messages", limit)
    assert [one["id"] for page in reversed(pages) for one in page] == ids
    assert all(len(page) == limit for page in pages[:-1])
    forwards = await every_page(dev, f"{chat.path}/messages?branch=all", limit)
    assert [one["id"] for page in forwards for one in page] == ids


async def test_the_pages_of_a_branch_stay_whole_while_it_grows(live: Live, dev: Browser) -> None:
    chat = await Chat.begin(live, dev)
    ids = long_branch(live, chat, 10)
    newest = ok(await dev.get(f"{chat.path}/messages?limit=4"))
    await chat.say("echo: more")
    older = ok(await dev.get(f"{chat.path}/messages?limit=100&cursor={newest['pagination']['next_cursor']}"))
    assert [one["id"] for one in older["data"] + newest["data"]] == ids


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("cursor", ["%00", "x", "W10", "bnVsbA", "a" * 2000])
async def test_a_cursor_of_nothing_is_refused(shared: Live, cursor: str) -> None:
    dev = await shared.browser("dev")
    chat = await Chat.begin(shared, dev, "echo: a")
    for path in ("/conversations", f"{chat.path}/messages", f"{chat.path}/messages?branch=all", "/runs", "/agents"):
        refused(await dev.get(f"{path}{'&' if '?' in path else '?'}cursor={cursor}"), 400, "VALIDATION_ERROR")


async def test_a_tree_of_branches_is_always_what_was_done(live: Live, dev: Browser) -> None:
    """Sends, edits, second answers and choices in any order, against a model of the tree."""
    dice = random.Random(11)
    chat = await Chat.begin(live, dev)
    tree = Tree()
    for turn in range(24):
        answers = [one for one in tree.parents if tree.role[one] == "assistant"]
        move = dice.choice(["send", "edit", "again", "select"]) if answers else "send"
        if move == "send" and (tree.head is None or tree.role[tree.head] == "assistant"):
            await tree.say(chat, f"echo: {turn}", tree.head)
        elif move == "edit":
            await tree.say(chat, f"echo: {turn}", dice.choice([None, *answers]), edit=True)
        elif move == "again":
            answer = dice.choice(answers)
            await tree.answered(chat, tree.parents[answer], await chat.again(answer))
        else:
            chosen = dice.choice(list(tree.parents))
            ok(await dev.send("POST", f"{chat.path}/messages/{chosen}/select"))
            tree.head = tree.newest_below(chosen)
        await tree.check(chat)


class Tree:
    """What the conversation must hold: ids in the order of their making."""

    def __init__(self) -> None:
        self.parents: dict[str, str | None] = {}
        self.role: dict[str, str] = {}
        self.head: str | None = None

    async def say(self, chat: Chat, content: str, parent: str | None, *, edit: bool = False) -> None:
        turn = await chat.say(content, **({"parent_id": parent} if edit else {}))
        asked = turn["message"]["id"]
        self.parents[asked], self.role[asked] = parent, "user"
        await self.answered(chat, asked, turn)

    async def answered(self, chat: Chat, asked: str | None, turn: dict[str, Any]) -> None:
        new = [one for one in await chat.branch("?branch=all&limit=100") if one["id"] not in self.parents]
        assert [(one["parent_id"], one["run_id"]) for one in new] == [(asked, turn["run"]["id"])]
        self.parents[new[0]["id"]], self.role[new[0]["id"]] = asked, "assistant"
        self.head = new[0]["id"]

    def path(self) -> list[str]:
        line: list[str] = []
        at = self.head
        while at is not None:
            line.insert(0, at)
            at = self.parents[at]
        return line

    def newest_below(self, message_id: str) -> str:
        below = {message_id}
        for one, parent in self.parents.items():  # in the order of making, so a parent comes before its children
            if parent in below:
                below.add(one)
        return [one for one in self.parents if one in below][-1]

    async def check(self, chat: Chat) -> None:
        branch = await chat.branch()
        assert [one["id"] for one in branch] == self.path()
        for one in branch:
            beside = [other for other, parent in self.parents.items() if parent == self.parents[one["id"]]]
            assert one["sibling_ids"] == beside
        questions = [text_of(one) for one in branch if one["role"] == "user"]
        answers = [text_of(one) for one in branch if one["role"] == "assistant"]
        assert all(
            answer.startswith(asked.removeprefix("echo: ")) for asked, answer in zip(questions, answers, strict=False)
        )
