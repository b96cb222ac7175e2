"""Time to the first token of a streamed answer, by Server-Sent Events and on the socket, one client."""

from __future__ import annotations

from bench.cases.setting import AT_ONCE, Setting, Stage
from bench.figures import Figure, at_most, for_the_record, middle

MOST_MORE_MS = 8
_MARK = '"content":"You"'


def measure(setting: Setting) -> list[Figure]:
    with setting.stage(AT_ONCE) as stage:
        agent = stage.agent("ok")
        _events(stage, agent, 2)
        rounds = [
            (_direct(stage, count), _events(stage, agent, count), _socket(stage, agent, count))
            for count in [setting.size.repeats] * setting.size.rounds
        ]
    direct = middle(one for one, _, _ in rounds)
    return [
        for_the_record("first-token direct", direct, "ms"),
        _figure("events", direct, [(events, straight) for straight, events, _ in rounds]),
        _figure("socket", direct, [(socket, straight) for straight, _, socket in rounds]),
    ]


def _figure(how: str, direct: float, rounds: list[tuple[float, float]]) -> Figure:
    more = middle(through - straight for through, straight in rounds)
    return at_most(f"first-token {how}", more, MOST_MORE_MS, "ms over direct", f"{direct + more:.1f} ms in all")


def _direct(stage: Stage, count: int) -> float:
    body = {"model": "ok", "stream": True, "messages": [{"role": "user", "content": "Go."}]}
    found = stage.client.do(
        "first_http", port=stage.provider.port, path="/v1/chat/completions", headers=stage.provider_headers, body=body,
        marker=_MARK, count=count,
    )  # fmt: skip
    return middle(found["took_ms"])


def _events(stage: Stage, agent: str, count: int) -> float:
    found = stage.client.do(
        "first_http", port=stage.orbiter.port, path=f"/api/v1/agents/{agent}/run", headers=stage.orbiter.headers,
        body={"input": "Go.", "stream": True}, marker="event: token", count=count,
    )  # fmt: skip
    return middle(found["took_ms"])


def _socket(stage: Stage, agent: str, count: int) -> float:
    headers = {"cookie": stage.orbiter.headers["cookie"]}
    found = stage.client.do("first_socket", port=stage.orbiter.port, headers=headers, agent_id=agent, count=count)
    return middle(found["took_ms"])
