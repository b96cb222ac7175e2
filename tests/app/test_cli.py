"""The `orbiter` command: what it prints, and that every failure is a sentence and not a traceback."""

from __future__ import annotations

import io
import json
import socket
import sqlite3
import subprocess
from pathlib import Path

import pytest

from orbiter_api import cli
from tests.app.live import SECRET
from tests.served import ORBITER


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the command's database will be; the working directory is an empty folder."""
    file = tmp_path / "data" / "orbiter.db"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ORBITER_DATABASE_URL", f"sqlite+aiosqlite:///{file}")
    monkeypatch.setenv("ORBITER_SECRET_KEY", SECRET)
    return file


def typed(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


def failed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """The sentence with which the command ends."""
    assert cli.main(arguments) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("orbiter: ")
    assert said.err.count("\n") == 1
    assert "Traceback" not in said.err
    return said.err


def test_the_installed_command_has_help_for_everything(tmp_path: Path) -> None:
    done = subprocess.run([ORBITER, "--help"], cwd=tmp_path, capture_output=True, text=True, check=True, timeout=60)
    for command in ("serve", "migrate", "openapi", "realtime-schema", "user"):
        assert command in done.stdout


@pytest.mark.parametrize(
    "command",
    [
        ["serve"],
        ["migrate"],
        ["backup"],
        ["restore"],
        ["accept-key"],
        ["doctor"],
        ["openapi"],
        ["realtime-schema"],
        ["user"],
        ["user", "add"],
        ["audit"],
        ["audit", "verify"],
    ],
)
def test_each_command_has_help(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main([*command, "--help"])
    assert ended.value.code == 0
    assert f"usage: orbiter {' '.join(command)}" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [[], ["nothing"], ["serve", "--port", "x"], ["user"], ["user", "add"], ["migrate", "now"],
     ["user", "add", "--email", "a@example.org", "--role", "owner"]],
)  # fmt: skip
def test_a_wrong_call_ends_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    assert ended.value.code == 2
    assert "usage: orbiter" in capsys.readouterr().err


def test_migrate_makes_the_folder_and_the_tables_and_may_be_run_again(file: Path) -> None:
    assert cli.main(["migrate"]) == 0
    assert cli.main(["migrate"]) == 0
    with sqlite3.connect(file) as connection:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    assert {"users", "runs", "alembic_version"} <= tables


def test_openapi_and_the_socket_schema_are_printed_without_touching_a_database(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["openapi"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["openapi"].startswith("3.1")
    assert document["paths"]["/api/v1/agents"]["post"]["responses"]["201"]["description"] == "Made"
    assert "/api/v1/agents/{agent_id}/run" in document["paths"]
    assert cli.main(["realtime-schema"]) == 0
    assert "chat" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []


def test_user_add_makes_the_database_and_then_people(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed(monkeypatch, "a long enough password\n")
    assert cli.main(["user", "add", "--email", "Ann@example.org", "--role", "admin", "--name", "Ann"]) == 0
    assert capsys.readouterr().out == "Added ann@example.org as admin.\n"
    typed(monkeypatch, "")
    assert cli.main(["user", "add", "--email", "bob@example.org", "--role", "viewer"]) == 0
    assert "Password (shown only now): " in capsys.readouterr().out


@pytest.mark.parametrize(
    ("email", "password", "word"),
    [("ann@example.org", "a long enough password\n", "already"), ("nowhere", "a long enough password\n", "email"),
     ("bob@example.org", "short\n", "assword")],
)  # fmt: skip
def test_a_person_who_cannot_be_added_is_refused_with_a_sentence(
    file: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    email: str,
    password: str,
    word: str,
) -> None:
    typed(monkeypatch, "a long enough password\n")
    assert cli.main(["user", "add", "--email", "ann@example.org", "--role", "admin"]) == 0
    capsys.readouterr()
    typed(monkeypatch, password)
    assert word in failed(capsys, "user", "add", "--email", email, "--role", "viewer")


def test_the_first_person_must_be_an_admin(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed(monkeypatch, "a long enough password\n")
    assert "admin" in failed(capsys, "user", "add", "--email", "a@example.org", "--role", "viewer")


@pytest.mark.parametrize(
    ("variable", "value", "word"),
    [
        ("ORBITER_DATABASE_URL", "nonsense", "ORBITER_DATABASE_URL"),
        ("ORBITER_DATABASE_URL", "mysql://host/db", "ORBITER_DATABASE_URL"),
        ("ORBITER_PORT", "99999", "ORBITER_PORT"),
        ("ORBITER_RATE_LIMIT_AUTH", "many", "ORBITER_RATE_LIMIT_AUTH"),
    ],
)
@pytest.mark.parametrize("command", ["migrate", "serve", "user add --email a@example.org --role admin"])
def test_a_wrong_setting_is_named(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    variable: str, value: str, word: str, command: str,
) -> None:  # fmt: skip
    monkeypatch.setenv(variable, value)
    assert word in failed(capsys, *command.split())


@pytest.mark.parametrize("key", ["tiny-key", "change-me", "0" * 64])
def test_a_weak_secret_key_is_refused_without_being_shown(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], key: str
) -> None:
    monkeypatch.setenv("ORBITER_SECRET_KEY", key)
    for command in (["serve"], ["user", "add", "--email", "a@example.org", "--role", "admin"]):
        said = failed(capsys, *command)
        assert "ORBITER_SECRET_KEY" in said
        assert key not in said.replace("openssl rand -hex 32", "")


@pytest.mark.parametrize("what", ["a file in the way of the folder", "a folder", "no database"])
@pytest.mark.parametrize("command", ["migrate", "serve", "user add --email a@example.org --role admin"])
def test_a_database_that_cannot_be_opened_is_named(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], what: str, command: str
) -> None:
    if what == "a folder":
        file.mkdir(parents=True)
    elif what == "no database":
        file.parent.mkdir()
        file.write_bytes(b"This is a letter and not a database. " * 200)
    else:
        file.parent.write_text("in the way")
    typed(monkeypatch, "a long enough password\n")
    assert "orbiter.db" in failed(capsys, *command.split())
    if what == "no database":
        assert file.read_bytes().startswith(b"This is a letter"), "what is no database of ours is left alone"


def test_a_port_that_is_taken_is_named(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        environment = {"ORBITER_DATABASE_URL": f"sqlite+aiosqlite:///{file}", "ORBITER_SECRET_KEY": SECRET, "PATH": ""}
        command = [ORBITER, "serve", "--port", str(port)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=100)
    assert done.returncode == 1
    assert f"port {port}" in done.stderr
    assert "Traceback" not in done.stderr
