"""Why: a number given twice or an event lost in the hub is a hole in what a person reads, on every screen at once."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orbiter_api.realtime import Hub
from orbiter_api.realtime.backends.memory import MemoryBackend
from orbiter_api.realtime.event import Event
from orbiter_api.realtime.hub import Position

TOPICS = ("a", "b")


class Reader:
    """A subscriber that keeps, per topic, the numbers that it was given."""

    def __init__(self) -> None:
        self.got: dict[str, list[int]] = {}

    def offer(self, event: Event) -> None:
        self.got.setdefault(event.key[1], []).append(event.seq)

    def take(self, position: Position) -> Position:
        for event in position.replay:
            self.offer(event)
        return position


def publish(hub: Hub, topic: str = "a", count: int = 1, text: str = "") -> None:
    for _ in range(count):
        hub.publish("chat", topic, "token", {"text": text})


@pytest.mark.parametrize(("start", "first"), [(0, 1), (1, 2**32 + 1), (3, 3 * 2**32 + 1)])
def test_numbers_begin_above_those_of_all_earlier_starts(start: int, first: int) -> None:
    hub = Hub(start)
    assert [hub.publish("chat", "a", "token", {}) for _ in range(2)] == [first, first + 1]
    assert hub.publish("execution", "a", "token", {}) == first


def test_a_number_of_an_earlier_start_is_missed() -> None:
    hub = Hub(1)
    publish(hub, count=3)
    assert hub.subscribe(Reader(), "chat", "a", 7) == Position(2**32 + 3, missed=True, replay=[])
    assert not hub.subscribe(Reader(), "chat", "a", 2**32).missed
    assert hub.subscribe(Reader(), "chat", "quiet", 7).missed


def test_the_text_is_made_once_and_shared() -> None:
    hub, texts = Hub(0), list[str]()

    class Keeper:
        def offer(self, event: Event) -> None:
            texts.append(event.text)

    for _ in range(3):
        hub.subscribe(Keeper(), "chat", "a")
    publish(hub)
    assert len(texts) == 3
    assert texts[0] is texts[1] is texts[2]


def test_a_topic_keeps_its_latest_events_within_count_and_bytes() -> None:
    hub = Hub(0, backlog_events=3)
    publish(hub, count=10)
    assert hub.subscribe(Reader(), "chat", "a", 6).missed
    assert [event.seq for event in hub.subscribe(Reader(), "chat", "a", 7).replay] == [8, 9, 10]
    hub = Hub(0, backlog_bytes=3000)
    publish(hub, count=10, text="x" * 700)
    kept = hub.subscribe(Reader(), "chat", "a", 8).replay
    assert [event.seq for event in kept] == [9, 10]
    assert hub.subscribe(Reader(), "chat", "a", 5).missed


def test_an_event_larger_than_the_backlog_is_delivered_but_not_kept() -> None:
    hub, reader = Hub(0, backlog_bytes=1000), Reader()
    hub.subscribe(reader, "chat", "a")
    publish(hub, text="x" * 5000)
    publish(hub)
    assert reader.got == {"a": [1, 2]}
    assert hub.subscribe(Reader(), "chat", "a", 0).missed
    assert not hub.subscribe(Reader(), "chat", "a", 1).missed


def test_the_quietest_topic_makes_room_and_keeps_its_number() -> None:
    hub = Hub(0, backlog_total_bytes=20_000)
    publish(hub, "quiet", 5)
    publish(hub, "busy", 200)
    assert hub._backlog.total_bytes <= 20_000
    assert hub.subscribe(Reader(), "chat", "quiet", 0).missed
    assert not hub.subscribe(Reader(), "chat", "quiet", 5).missed
    assert hub.publish("chat", "quiet", "token", {}) == 6


def test_no_number_is_given_twice_even_when_topics_are_forgotten() -> None:
    hub = Hub(0, backlog_total_bytes=0, backlog_heads=10)
    given_: dict[str, list[int]] = {}
    for round_ in range(3):
        for topic in range(50):
            seq = hub.publish("chat", str(topic), "token", {"round": round_})
            given_.setdefault(str(topic), []).append(seq)
    assert all(numbers == sorted(set(numbers)) for numbers in given_.values())
    assert len(hub._backlog._heads) <= 10
    assert not hub._backlog._topics


def test_hubs_of_one_backend_hear_each_other_with_the_same_numbers() -> None:
    backend, reader = MemoryBackend(), Reader()
    here, there = Hub(0, backend=backend), Hub(0, backend=backend)
    there.subscribe(reader, "chat", "a")
    publish(here, count=3)
    assert reader.got == {"a": [1, 2, 3]}
    assert there.publish("chat", "a", "token", {}) == 4
    assert here.head("chat", "a") == 4


class Client:
    """A client as the contract wants it: comes back with the last number that it has, refetches what is missed."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.reader: Reader | None = None
        self.has: dict[str, int] = {}

    def connect(self) -> None:
        self.disconnect()
        self.reader = Reader()
        for topic in self.has:
            self.follow(topic)

    def follow(self, topic: str) -> None:
        if self.reader is None:
            return
        known = topic in self.reader.got
        position = self.hub.subscribe(self.reader, "chat", topic, None if known else self.has.get(topic))
        if position.missed or topic not in self.has:
            self.has[topic] = position.seq
        assert all(event.seq > self.has[topic] for event in position.replay)
        self.reader.take(position)
        self.reader.got.setdefault(topic, [])

    def follow_all(self) -> None:
        if self.reader is not None:
            self.hub.subscribe_channel(self.reader, "chat")

    def away(self, topic: str, count: int) -> None:
        self.disconnect()
        publish(self.hub, topic, count)
        self.connect()

    def disconnect(self) -> None:
        self.read()
        if self.reader is not None:
            self.hub.unsubscribe_channel(self.reader, "chat")
            for topic in TOPICS:
                self.hub.unsubscribe(self.reader, "chat", topic)
        self.reader = None

    def read(self) -> None:
        """Takes what has come: for a topic that is followed by number each event once, in order, without a hole."""
        for topic, numbers in (self.reader.got if self.reader else {}).items():
            assert numbers == sorted(set(numbers))
            if topic in self.has:
                fresh = [seq for seq in numbers if seq > self.has[topic]]
                assert fresh == list(range(self.has[topic] + 1, self.has[topic] + 1 + len(fresh)))
                self.has[topic] += len(fresh)


ACTIONS = st.one_of(
    st.tuples(st.just("publish"), st.sampled_from(TOPICS), st.integers(1, 4)),
    st.tuples(st.just("follow"), st.integers(0, 1), st.sampled_from(TOPICS)),
    st.tuples(st.just("away"), st.integers(0, 1), st.sampled_from(TOPICS), st.integers(1, 8)),
    st.tuples(st.sampled_from(["connect", "disconnect", "follow_all", "read"]), st.integers(0, 1)),
)


@settings(max_examples=300)
@given(st.lists(ACTIONS, max_size=30), st.integers(1, 6))
def test_any_interleaving_gives_each_event_once_and_in_order(actions: list[tuple], kept: int) -> None:
    hub = Hub(2, backlog_events=kept)
    clients = [Client(hub), Client(hub)]
    clients[0].connect()
    clients[0].follow("a")
    for name, *rest in actions:
        if name == "publish":
            publish(hub, rest[0], rest[1])
        else:
            getattr(clients[rest[0]], name)(*rest[1:])
    for client in clients:
        client.connect()
        client.read()
        assert client.has == {topic: hub.head("chat", topic) for topic in client.has}
