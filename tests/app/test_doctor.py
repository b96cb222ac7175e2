"""`orbiter doctor` and the same findings over HTTP."""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path
from typing import Any

import pytest

from orbiter_api import cli
from orbiter_api.db.files import Files
from orbiter_api.db.space import MB
from tests.app.live import Live
from tests.app.talk import ok, refused
from tests.fixtures import first_release

OTHER_KEY = "a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f90"
NAMES = {
    "python", "sqlite", "browser_app", "folder", "database", "schema", "secret_key", "permissions", "disk_space",
    "reserve", "backups",
}  # fmt: skip


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A database of the current schema, made from the first release."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ORBITER_PORT", "0")
    (tmp_path / "data").mkdir(mode=0o700)
    file = first_release.unpack(tmp_path / "data")
    file.chmod(0o600)
    monkeypatch.setenv("ORBITER_DATABASE_URL", f"sqlite+aiosqlite:///{file}")
    assert cli.main(["migrate"]) == 0
    return file


def examined(capsys: pytest.CaptureFixture[str], *flags: str, code: int = 0) -> dict[str, dict[str, Any]]:
    capsys.readouterr()
    assert cli.main(["doctor", "--json", *flags]) == code
    found = json.loads(capsys.readouterr().out)
    for one in found["checks"]:
        assert (one["status"] == "ok") == (one["remedy"] is None), "whatever is not ok says what to do"
    assert (found["status"] == "fail") == bool(code)
    return {one["name"]: one for one in found["checks"]}


def status(found: dict[str, dict[str, Any]], *names: str) -> list[str]:
    return [found[name]["status"] for name in names]


def test_a_good_installation(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["backup"]) == 0
    found = examined(capsys)
    assert set(found) == {*NAMES, "port"}
    fine = ("python", "folder", "database", "schema", "secret_key", "permissions", "disk_space", "backups", "port")
    assert status(found, *fine) == ["ok"] * len(fine)
    assert cli.main(["doctor"]) == 0
    said = capsys.readouterr().out
    assert "ok    database" in said
    assert first_release.SECRET_KEY not in said


def test_an_empty_place_is_no_failure_and_stays_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ORBITER_PORT", "0")
    found = examined(capsys)
    assert status(found, "database", "schema", "backups") == ["warn", "ok", "warn"]
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_database_and_a_wrong_key_fail(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ORBITER_SECRET_KEY", OTHER_KEY)
    assert status(examined(capsys, code=1), "secret_key", "database") == ["fail", "ok"]
    monkeypatch.delenv("ORBITER_SECRET_KEY")
    Files(file).key.unlink()
    assert status(examined(capsys, code=1), "secret_key") == ["fail"]
    content = bytearray(file.read_bytes())
    content[4096 * 8 : 4096 * 60] = os.urandom(4096 * 52)
    file.write_bytes(content)
    assert status(examined(capsys, code=1), "database") == ["fail"]
    assert file.read_bytes() == content


def test_room_that_is_kept_for_the_reserve_is_no_room_for_runs(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("orbiter_api.doctor.disk_usage", lambda _folder: (2000 * MB, 80 * MB))
    found = examined(capsys)
    assert status(found, "disk_space", "reserve") == ["warn", "warn"]
    assert "No new run starts below 96 MB" in found["disk_space"]["detail"]
    with Files(file).ballast.open("wb") as reserve:
        reserve.truncate(32 * MB)
    assert status(examined(capsys), "disk_space", "reserve") == ["ok", "ok"]


def test_an_old_schema_and_open_files_are_warned_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    old = first_release.unpack(tmp_path)
    old.chmod(0o644)
    before = old.read_bytes()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ORBITER_DATABASE_URL", f"sqlite+aiosqlite:///{old}")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setenv("ORBITER_PORT", str(taken.getsockname()[1]))
        found = examined(capsys)
    assert status(found, "schema", "permissions", "port") == ["warn", "warn", "warn"]
    assert str(old) in found["permissions"]["remedy"]
    assert old.read_bytes() == before


def test_providers_are_asked_only_online(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "provider" not in examined(capsys)
    capsys.readouterr()
    assert cli.main(["doctor", "--json", "--online"]) == 0
    found = [one for one in json.loads(capsys.readouterr().out)["checks"] if one["name"] == "provider"]
    assert sorted(one["status"] for one in found) == ["ok", "warn"], (
        "the demo model answers, nothing listens at the other"
    )
    assert first_release.PROVIDER_KEY not in str(found)


async def test_administrators_see_the_findings_and_nobody_else(live: Live) -> None:
    found = ok(await (await live.browser("ann")).get("/system/checks"))
    assert {one["name"] for one in found["checks"]} == NAMES | {"log"}
    assert found["status"] in ("ok", "warn")
    refused(await (await live.browser("dev")).get("/system/checks"), 403, "FORBIDDEN")
    refused(await (await live.browser(None)).get("/system/checks"), 401, "UNAUTHORIZED")
