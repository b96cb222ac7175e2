"""Where the browser of the tests comes from: what is installed first, then Playwright's own, then the system's package."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts import browser


def executable(folder: Path, name: str) -> str:
    path = folder / name
    path.write_text("#!/bin/sh\n", encoding="utf-8")
    path.chmod(0o755)
    return str(path)


def test_the_named_browser_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_BROWSER", "/opt/mine/chrome")
    assert browser.find_or_get() == "/opt/mine/chrome"


def test_an_installed_browser_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("TEST_BROWSER", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    path = executable(tmp_path, "google-chrome")
    assert browser.find_installed() == path


def test_without_any_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(browser, "find", lambda: None)
    assert browser.main(["--find"]) == 1
    assert "install Chromium" in capsys.readouterr().err


def test_each_way_is_tried_until_one_gives_a_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []

    def gives(name: str, path: str | None):
        return lambda: (tried.append(name), path)[1]

    monkeypatch.setattr(browser, "find", gives("look", None))
    monkeypatch.setattr(browser, "download_playwrights_own", gives("download", None))
    monkeypatch.setattr(browser, "install_debian_package", gives("package", "/usr/bin/chromium"))
    assert browser.find_or_get() == "/usr/bin/chromium"
    assert tried == ["look", "download", "package"]
