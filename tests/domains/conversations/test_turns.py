"""A turn: a message, its answer, and what stands in the way of one."""

from __future__ import annotations

import asyncio

import pytest

from tests.app.live import Live
from tests.app.talk import NO_ID, Chat, ended, ok, refused, text_of
from tests.security.rig import Browser


async def test_a_turn_leaves_a_question_and_its_answer_with_the_tool_call_between(live: Live, dev: Browser) -> None:
    chat = await Chat.begin(live, dev)
    turn = await chat.say("What is 12.5% of 8640? Use the calculator.")
    assert turn["conversation_id"] == chat.id
    assert turn["run"]["status"] == "running"
    asked, answer = await chat.branch()
    assert asked == turn["message"]
    assert (asked["role"], asked["parent_id"], asked["sibling_ids"]) == ("user", None, [asked["id"]])
    assert (answer["role"], answer["parent_id"], answer["status"]) == ("assistant", asked["id"], "complete")
    assert (answer["run_id"], answer["agent_id"]) == (turn["run"]["id"], live.world.agent_id)
    (call,) = [part for part in answer["content"] if part["type"] == "tool_call"]
    assert (call["name"], call["error"]) == ("calculator", None)
    assert "1080" in text_of(answer)
    assert answer["usage"]["output_tokens"] > 0
    steps = ok(await dev.get(f"/runs/{turn['run']['id']}/steps"))["data"]
    assert call["step_id"] in {step["id"] for step in steps if step["kind"] == "tool"}


async def test_the_next_message_goes_below_the_last_answer_and_the_model_sees_what_was_said(
    live: Live, dev: Browser
) -> None:
    chat = await Chat.begin(live, dev, "My name is Zoe.")
    await chat.say("What is my name?")
    branch = await chat.branch()
    assert [message["parent_id"] for message in branch] == [None, *[message["id"] for message in branch[:-1]]]
    assert "Zoe" in text_of(branch[-1])
    conversation = await chat.shown()
    assert conversation["head_message_id"] == branch[-1]["id"]
    assert conversation["active_run_id"] is None


async def test_an_edit_of_the_first_message_makes_a_second_root(live: Live, dev: Browser) -> None:
    chat = await Chat.begin(live, dev, "echo: one")
    old_root, old_answer = await chat.branch()
    turn = await chat.say("echo: two", parent_id=None)
    roots = [old_root["id"], turn["message"]["id"]]
    assert turn["message"]["sibling_ids"] == roots
    root, answer = await chat.branch()
    assert (root["id"], root["parent_id"], root["sibling_ids"]) == (roots[1], None, roots)
    assert text_of(answer).startswith("two")
    everything = await chat.branch("?branch=all")
    assert [message["id"] for message in everything] == [
        *[m["id"] for m in (old_root, old_answer)],
        roots[1],
        answer["id"],
    ]
    assert everything[0]["sibling_ids"] == roots


async def test_an_edit_in_the_middle_keeps_what_came_before_and_the_other_branch(live: Live, dev: Browser) -> None:
    chat = await Chat.begin(live, dev, "My name is Zoe.")
    await chat.say("echo: old")
    before = await chat.branch()
    turn = await chat.say("What is my name?", parent_id=before[1]["id"])
    after = await chat.branch()
    assert after[:2] == before[:2]
    assert (after[2]["id"], len(after)) == (turn["message"]["id"], 4)
    assert after[2]["sibling_ids"] == [before[2]["id"], after[2]["id"]]
    assert "Zoe" in text_of(after[3])
    ok(await dev.send("POST", f"{chat.path}/messages/{before[2]['id']}/select"))
    assert [message["id"] for message in await chat.branch()] == [message["id"] for message in before]


async def test_a_second_answer_stands_beside_the_first(live: Live, dev: Browser) -> None:
    chat = await Chat.begin(live, dev, "echo: hello")
    asked, first = await chat.branch()
    turn = await chat.again(first["id"])
    assert turn["message"]["id"] == asked["id"]
    _, second = await chat.branch()
    assert second["sibling_ids"] == [first["id"], second["id"]]
    assert second["id"] != first["id"]
    assert text_of(second) == text_of(first)
    assert second["run_id"] == turn["run"]["id"]


async def test_selecting_a_message_shows_the_newest_end_below_it(live: Live, dev: Browser) -> None:
    chat = await Chat.begin(live, dev, "echo: a")
    root, first = await chat.branch()
    await chat.again(first["id"])
    second = (await chat.branch())[-1]
    await chat.say("echo: b")
    leaf = (await chat.branch())[-1]
    for chosen, end in ((first, first), (second, leaf), (root, leaf)):
        shown = ok(await dev.send("POST", f"{chat.path}/messages/{chosen['id']}/select"))
        assert shown["head_message_id"] == end["id"]


async def test_nothing_is_said_while_the_last_message_has_no_answer(live: Live, dev: Browser) -> None:
    gated = ok(await dev.send("POST", f"/agents/{live.world.agent_id}/duplicate"), 201)
    ok(await dev.send("PATCH", f"/agents/{gated['id']}", {"tools": [{"tool": "gate"}]}, {"if-match": '"1"'}))
    chat = await Chat.begin(live, dev, agent_id=gated["id"])
    turn = await chat.start("call gate {}")
    await live.gate.reached.wait()
    assert (await chat.shown())["active_run_id"] == turn["run"]["id"]
    answer = await dev.send("POST", f"{chat.path}/messages", {"content": "more"})
    refused(answer, 409, "CONFLICT")
    live.gate.opened.set()
    await ended(live, turn["run"]["id"])
    await chat.say("echo: more")
    assert len(await chat.branch()) == 4


async def test_a_message_sent_twice_under_one_client_id_is_said_once(live: Live, dev: Browser) -> None:
    chat = await Chat.begin(live, dev, "echo: a")
    root = (await chat.branch())[0]
    first = await chat.say("echo: b", parent_id=None, client_message_id="m1")
    repeated = await chat.start("echo: b", parent_id=None, client_message_id="m1")
    assert repeated["run"]["id"] == first["run"]["id"]
    assert repeated["message"] == first["message"]
    assert first["message"]["sibling_ids"][0] == root["id"]
    assert len(await chat.branch("?branch=all")) == 4


async def test_of_messages_sent_at_once_under_one_client_id_one_is_said(live: Live, dev: Browser) -> None:
    chat = await Chat.begin(live, dev)
    turns = await asyncio.gather(*(chat.start("echo: a", parent_id=None, client_message_id="m") for _ in range(5)))
    assert len({turn["run"]["id"] for turn in turns}) == 1
    assert len({turn["message"]["id"] for turn in turns}) == 1
    await ended(live, turns[0]["run"]["id"])
    assert len(await chat.branch("?branch=all")) == 2


async def test_two_people_may_use_the_same_client_id(live: Live, ann: Browser, dev: Browser) -> None:
    runs = {(await (await Chat.begin(live, who)).say("hi", client_message_id="m"))["run"]["id"] for who in (ann, dev)}
    assert len(runs) == 2


async def test_a_message_may_have_400_000_characters_and_no_more(live: Live, dev: Browser) -> None:
    chat = await Chat.begin(live, dev)
    await chat.say("count the words: " + "é" * (400_000 - 17))
    asked, answer = await chat.branch()
    assert len(text_of(asked)) == 400_000
    assert answer["status"] == "complete"
    longer = await dev.send("POST", f"{chat.path}/messages", {"content": "x" * 400_001})
    assert refused(longer, 400, "VALIDATION_ERROR")["errors"][0]["field"] == "content"


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("content", ["", None, 7, ["hi"], {"text": "hi"}])
async def test_what_is_no_text_is_no_message(shared: Live, content: object) -> None:
    dev = await shared.browser("dev")
    chat = await Chat.begin(shared, dev)
    answer = await dev.send("POST", f"{chat.path}/messages", {"content": content})
    assert refused(answer, 400, "VALIDATION_ERROR")["errors"][0]["field"] == "content"
    assert await chat.branch() == []


async def test_any_text_comes_back_as_it_was_said(live: Live, dev: Browser) -> None:
    said = "NUL \x00, quotes \" ' \\, <script>, عربى, 🦜, \u2028, tab\t, line\r\n, %s {json} ${x}"
    chat = await Chat.begin(live, dev, said)
    assert text_of((await chat.branch())[0]) == said


async def test_a_conversation_outlives_its_agent(live: Live, dev: Browser) -> None:
    agent = ok(await dev.send("POST", f"/agents/{live.world.agent_id}/duplicate"), 201)
    chat = await Chat.begin(live, dev, "echo: a", agent_id=agent["id"])
    ok(await dev.send("DELETE", f"/agents/{agent['id']}"), 204)
    assert len(await chat.branch()) == 2
    refused(await dev.send("POST", f"{chat.path}/messages", {"content": "b"}), 404, "RESOURCE_NOT_FOUND")
    await chat.say("echo: b", agent_id=live.world.agent_id)
    assert (await chat.branch())[-1]["agent_id"] == live.world.agent_id


@pytest.mark.parametrize("parent", ["another conversation's", "nothing's", "a question's"])
async def test_a_message_goes_only_below_an_answer_of_its_own_conversation(
    live: Live, dev: Browser, parent: str
) -> None:
    chat, other = await Chat.begin(live, dev, "echo: a"), await Chat.begin(live, dev, "echo: b")
    question = (await chat.branch())[0]["id"]
    ids = {"another conversation's": (await other.branch())[1]["id"], "nothing's": NO_ID, "a question's": question}
    answer = await dev.send("POST", f"{chat.path}/messages", {"content": "x", "parent_id": ids[parent]})
    refused(answer, *((409, "CONFLICT") if parent == "a question's" else (404, "RESOURCE_NOT_FOUND")))
    assert len(await chat.branch("?branch=all")) == 2


async def test_only_an_answer_of_this_conversation_can_be_written_again(live: Live, dev: Browser) -> None:
    chat, other = await Chat.begin(live, dev, "echo: a"), await Chat.begin(live, dev, "echo: b")
    for message in ((await chat.branch())[0]["id"], (await other.branch())[1]["id"], NO_ID):
        answer = await dev.send("POST", f"{chat.path}/messages/{message}/regenerate", {})
        refused(answer, 404, "RESOURCE_NOT_FOUND")


async def test_stopping_a_turn_keeps_what_was_said_so_far(live: Live, dev: Browser) -> None:
    agent = ok(await dev.send("POST", f"/agents/{live.world.agent_id}/duplicate"), 201)
    ok(await dev.send("PATCH", f"/agents/{agent['id']}", {"tools": [{"tool": "gate"}]}, {"if-match": '"1"'}))
    chat = await Chat.begin(live, dev, agent_id=agent["id"])
    turn = await chat.start("call gate {}")
    await live.gate.reached.wait()
    stopped = ok(await dev.send("POST", f"/runs/{turn['run']['id']}/cancel"))
    assert stopped["status"] == "cancelled"
    asked, answer = await chat.branch()
    assert (answer["parent_id"], answer["status"]) == (asked["id"], "interrupted")
    assert (await chat.shown())["active_run_id"] is None
    await chat.say("echo: go on")


async def test_a_turn_that_fails_leaves_an_answer_that_says_why(live: Live, dev: Browser) -> None:
    model = {"provider_id": live.world.provider_id, "name": "no-such-model"}
    agent = ok(await dev.send("POST", "/agents", {"name": "Broken", "model": model}), 201)
    run = ok(await dev.send("POST", f"/agents/{agent['id']}/run", {"input": "hello"}))
    assert (run["status"], run["error"]["code"], run["error"]["retryable"]) == (
        "failed", "PROVIDER_MODEL_NOT_FOUND", False,
    )  # fmt: skip
    chat = Chat(live, dev, run["conversation_id"])
    asked, answer = await chat.branch()
    assert (answer["parent_id"], answer["status"], answer["run_id"]) == (asked["id"], "failed", run["id"])
    assert answer["error"]["message"] == run["error"]["message"]
    again = await chat.again(answer["id"], agent_id=live.world.agent_id)
    assert (await chat.branch())[-1]["sibling_ids"][0] == answer["id"]
    assert ok(await dev.get(f"/runs/{again['run']['id']}"))["status"] == "succeeded"
