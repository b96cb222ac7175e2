"""What happens to the file under a running server: backup and restore beside it, its loss, a disk that fills up."""

from __future__ import annotations

import contextlib
import json
import shutil
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.security.rig import put_empty_database
from tests.served import START_LIMIT_S, Served

PASSWORD = "correct horse battery"


class Operated(Served):
    """A server and somebody at its page."""

    def __init__(self, folder: Path, **settings: str) -> None:
        super().__init__(folder, settings=settings)
        self.database = folder / "orbiter.db"
        self.http = httpx.Client(base_url=f"{self.url}/api/v1", timeout=60, trust_env=False)

    def begin(self) -> None:
        self.start()
        self._sign("/auth/setup", {"email": "ann@example.org", "name": "Ann", "password": PASSWORD})

    def sign_in(self) -> None:
        self._sign("/auth/login", {"email": "ann@example.org", "password": PASSWORD})

    def _sign(self, path: str, body: dict[str, str]) -> None:
        assert self.http.post(path, json=body).is_success
        self.http.headers["x-csrf-token"] = self.http.get("/auth/csrf").json()["csrf_token"]

    def agents(self) -> set[str]:
        return {one["name"] for one in self.http.get("/agents?limit=100").json()["data"]}

    def add_agent(self, name: str) -> None:
        first = self.http.get("/agents").json()["data"][0]
        made = self.http.post("/agents", json={"name": name, "model": first["model"]})
        assert made.is_success, made.text

    def health(self) -> dict[str, object]:
        with contextlib.suppress(OSError, json.JSONDecodeError):
            return json.loads(self.get("/api/health")[1])
        return {}

    def copies(self, kind: str) -> list[Path]:
        return sorted(Path(f"{self.database}.backups").glob(f"*-{kind}*.db"))


def until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + START_LIMIT_S
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Operated]:
    server = Operated(put_empty_database(tmp_path))
    server.begin()
    yield server
    server.kill()


def is_sound(file: Path) -> bool:
    with contextlib.closing(sqlite3.connect(file)) as connection:
        return connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def starts(server: Operated) -> int:
    return server.log.read_text().count("Orbiter is starting")


def test_a_backup_is_made_and_restored_while_the_server_runs(server: Operated) -> None:
    server.add_agent("Before")
    said = server.run("backup").stdout
    (backup,) = server.copies("backup")
    assert str(backup) in said
    assert "secret key is not in it" in said
    server.add_agent("After")
    said = server.run("restore", str(backup)).stdout
    (kept,) = server.copies("restore")
    assert str(kept) in said
    until(lambda: starts(server) == 2 and server.health())
    assert server.http.get("/agents").status_code == 401, "a session of before is over"
    server.sign_in()
    assert "Before" in server.agents()
    assert "After" not in server.agents()
    server.run("restore", str(kept))
    until(lambda: starts(server) == 3 and server.health())
    server.sign_in()
    assert {"Before", "After"} <= server.agents()
    server.stop()
    assert is_sound(server.database)
    assert not Path(f"{server.database}-wal").exists(), "the log is gone after an end in order"


class Talk:
    """A conversation in which a slow answer is being given, followed as its reader does."""

    def __init__(self, server: Operated, agent_id: str, words: int) -> None:
        self.server = server
        started = server.http.post(
            f"/agents/{agent_id}/run", json={"input": f"say {words} words", "wait": False}
        ).json()
        self.run_id, self.conversation_id = str(started["id"]), str(started["conversation_id"])

    def run(self) -> dict[str, Any]:
        return self.server.http.get(f"/runs/{self.run_id}").json()

    def is_there(self) -> bool:
        return self.server.http.get(f"/runs/{self.run_id}").status_code == 200

    def check_ended_once(self, words: int) -> None:
        until(lambda: self.run()["status"] == "succeeded")
        messages = self.server.http.get(f"/conversations/{self.conversation_id}/messages").json()["data"]
        assert [(one["role"], one["status"]) for one in messages] == [("user", "complete"), ("assistant", "complete")]
        assert len(messages[1]["content"][0]["text"].split()) == words


def slow_agent(server: Operated) -> str:
    model = server.http.get("/agents").json()["data"][0]["model"] | {"name": "orbiter-demo-slow"}
    return str(server.http.post("/agents", json={"name": "Slow", "model": model}).json()["id"])


def read_to_its_end(server: Operated, agent_id: str, begun: threading.Event, told: list[str]) -> None:
    """A reader of a streamed answer that a restore cuts off."""
    asked = {"input": "say 400 words", "stream": True}
    with (
        contextlib.suppress(httpx.TransportError),
        server.http.stream("POST", f"/agents/{agent_id}/run", json=asked) as answer,
    ):
        for line in answer.iter_lines():
            told.append(line)
            if line == "event: token":
                begun.set()


def test_an_answer_that_is_being_given_goes_on_after_a_restore_and_its_readers_are_let_go(server: Operated) -> None:
    agent = slow_agent(server)
    Talk(server, agent, 3).check_ended_once(3)
    before = Talk(server, agent, 40)
    server.run("backup")
    (backup,) = server.copies("backup")
    after = Talk(server, agent, 40)
    begun, told = threading.Event(), list[str]()
    reader = threading.Thread(target=read_to_its_end, args=(server, agent, begun, told))
    reader.start()
    assert begun.wait(START_LIMIT_S)
    server.run("restore", str(backup))
    reader.join(START_LIMIT_S)
    assert not reader.is_alive(), "its reader is not left waiting"
    assert "event: done" not in told
    until(lambda: starts(server) == 2 and server.health())
    server.sign_in()
    before.check_ended_once(40)
    assert not after.is_there()
    (kept,) = server.copies("restore")
    with contextlib.closing(sqlite3.connect(kept)) as connection:
        ids = {run_id for (run_id,) in connection.execute("SELECT id FROM runs")}
    assert {before.run_id, after.run_id} < ids, "what is not in the backup is in the copy that was made before"
    assert server.http.post("/audit-log/verify").json()["problem"] is None
    assert server.http.get("/runs?status=running").json()["pagination"]["total"] == 0
    server.stop()
    assert is_sound(server.database)


def test_what_was_backed_up_starts_in_a_new_place(server: Operated, tmp_path: Path) -> None:
    server.add_agent("Kept")
    server.run("backup", "elsewhere.db", "--with-key")
    server.stop()
    (tmp_path / "new").mkdir()
    shutil.move(tmp_path / "elsewhere.db", tmp_path / "new" / "orbiter.db")
    shutil.move(tmp_path / "elsewhere.db.key", tmp_path / "new" / "orbiter.db.key")
    moved = Operated(tmp_path / "new")
    moved.start()
    try:
        moved.sign_in()
        assert "Kept" in moved.agents()
    finally:
        moved.stop()


def test_a_restore_that_is_refused_leaves_the_server_alone(server: Operated, tmp_path: Path) -> None:
    (tmp_path / "letter.db").write_text("This is a letter.")
    assert "no backup that can be restored" in server.runs_into("restore", "letter.db")
    server.add_agent("Still here")
    assert starts(server) == 1


@pytest.mark.parametrize("what", ["deleted", "replaced"])
def test_a_file_that_is_taken_away_is_noticed_and_what_it_held_is_saved(server: Operated, what: str) -> None:
    server.add_agent("Saved")
    if what == "deleted":
        server.database.unlink()
    else:
        other = server.folder / "other.db"
        with contextlib.closing(sqlite3.connect(other)) as connection:
            connection.execute("CREATE TABLE theirs (a)")
        before = other.read_bytes()
        other.replace(server.database)
    assert server.ended() == 1
    log = server.log.read_text()
    (saved,) = server.copies("rescued")
    assert f"orbiter restore {saved}" in log
    assert "The server stops" in log
    assert "Traceback" not in log
    if what == "replaced":
        assert server.database.read_bytes() == before, "nothing was written into the file of somebody else"
        assert not Path(f"{server.database}-wal").exists()
        server.database.unlink()
    assert not server.database.exists(), "no empty one was made in its place"
    assert server.runs_into("serve").endswith("orbiter migrate --init\n")
    server.run("restore", str(saved))
    server.start()
    server.sign_in()
    assert "Saved" in server.agents()


def test_two_servers_on_one_file_both_notice_a_restore(server: Operated, tmp_path: Path) -> None:
    (tmp_path / "second").mkdir()
    second = Operated(tmp_path / "second", ORBITER_DATABASE_URL=f"sqlite+aiosqlite:///{server.database}")
    second.start()
    try:
        server.run("backup")
        server.add_agent("After")
        server.run("restore", str(server.copies("backup")[0]))
        for one in (server, second):
            until(lambda one=one: starts(one) == 2 and one.health())
            one.sign_in()
            assert "After" not in one.agents()
    finally:
        second.kill()
