"""A menu's code comes after the page: one that is opened before it has come opens when it is there, and stays open."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect


@pytest.fixture
def come(signed_in: Page) -> Callable[[], None]:
    """Holds the code of menus back until it is called."""
    held: list[Route] = []
    signed_in.route(re.compile(r"/menu-root-[^/]*\.js"), lambda route: held.append(route))  # noqa: PLW0108 - Playwright wants a function

    def go_on() -> None:
        assert held, "the code of menus is not fetched apart"
        for route in held:
            route.continue_()

    return go_on


@pytest.mark.parametrize("how", ["pointer", "keys"])
def test_a_menu_opened_before_its_code_has_come(signed_in: Page, come: Callable[[], None], how: str) -> None:
    signed_in.goto("/projects")
    button = signed_in.get_by_role("button", name="Actions for Default")
    if how == "pointer":
        button.hover()
        signed_in.mouse.down()
        # What is pressed must not take the focus: it would close the menu on coming late.
        expect(button).not_to_be_focused()
    else:
        button.focus()
        signed_in.keyboard.press("Enter")
    expect(signed_in.get_by_role("menu")).to_have_count(0)
    come()
    expect(signed_in.get_by_role("menuitem", name="Delete")).to_be_visible()
    signed_in.mouse.up()
    expect(signed_in.get_by_role("menuitem", name="Delete")).to_be_visible()


def test_the_focus_stays_on_a_button_whose_menu_comes(signed_in: Page, come: Callable[[], None]) -> None:
    signed_in.goto("/projects")
    button = signed_in.get_by_role("button", name="Actions for Default")
    button.focus()
    come()
    expect(button).to_have_attribute("data-state", "closed")
    expect(button).to_be_focused()
