"""The check that the other browser tests lean on: it can fail."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page


def test_axe_finds_a_planted_fault(page: Page, axe: Callable[[Page], list[str]]) -> None:
    page.set_content("<!doctype html><html lang=en><title>x</title><main><h1>x</h1><img src='data:,'></main>")
    assert [line.split()[0] for line in axe(page)] == ["image-alt"]


def test_axe_is_content_with_a_sound_page(page: Page, axe: Callable[[Page], list[str]]) -> None:
    page.set_content("<!doctype html><html lang=en><title>x</title><main><h1>x</h1></main>")
    assert axe(page) == []
