"""axe on every page and main state, in both themes, wide and narrow; nothing to scroll sideways; no loop of motion."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, StorageState, expect

from tests.e2e.app import Api, answer, open_chat, send
from tests.e2e.conftest import WIDE, Faults, new_context
from tests.e2e.states import STATES, World, furnish
from tests.e2e.threads import ProviderThread
from tests.served import Served

PHONE = {"width": 390, "height": 844}
SMALLEST = {"width": 320, "height": 640}
Axe = Callable[[Page], list[str]]

SIDEWAYS = """async () => {
  // Menus follow their button one frame after the page got another size.
  for (const _ of [1, 2]) await new Promise(requestAnimationFrame);
  const edge = document.documentElement.clientWidth + 1;
  const main = document.querySelector('main') ?? document.body;
  const cut = (element) => {
    for (let up = element.parentElement; up && !up.contains(main); up = up.parentElement) {
      if (getComputedStyle(up).overflowX !== 'visible') return true;
    }
    return false;
  };
  const name = (element) => `${element.tagName} ${(element.textContent ?? '').slice(0, 40)}`;
  const outside = [...document.body.querySelectorAll('*')].filter((element) => {
    const { right, width, height } = element.getBoundingClientRect();
    return width > 1 && height > 1 && right > edge && !cut(element);
  });
  const scrolled = [...document.body.querySelectorAll('*')].filter((element) => {
    const { overflowX, overflowY } = getComputedStyle(element);
    const page = overflowY !== 'visible' && overflowX !== 'hidden' && !element.closest('pre, textarea, [role=tablist]');
    return page && overflowX === 'auto' && element.scrollWidth > element.clientWidth + 1;
  });
  return [...outside, ...scrolled].map(name);
}"""


@pytest.fixture(scope="module")
def entrance(server: Served, browser: Browser) -> Served:
    """The server before anybody has an account on it: asked for before `world`."""
    return server


@pytest.fixture(scope="module")
def world(browser: Browser, server: Served, session: StorageState) -> World:
    context = new_context(browser, server)
    context.add_cookies(session["cookies"])  # type: ignore[arg-type]
    made = furnish(context.new_page())
    context.close()
    return made


@pytest.fixture(params=[WIDE, PHONE], ids=["wide", "phone"])
def looked_at(browser: Browser, server: Served, faults: Faults, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page with the size of the test's parameter."""
    context = new_context(browser, server, viewport=request.param)
    page = context.new_page()
    faults.watch(page)
    yield page
    context.close()


def violations(page: Page, axe: Axe) -> list[str]:
    """In both themes; ends in the light one."""
    found: list[str] = []
    for theme in ("dark", "light"):
        page.evaluate("(theme) => { document.documentElement.dataset.theme = theme; }", theme)
        found += [f"in {theme} {line}" for line in axe(page)]
    return found


def sideways(page: Page) -> list[str]:
    """What is cut off or needs scrolling to the side at 320 pixels, where the page was shown on a phone."""
    page.set_viewport_size(SMALLEST)
    found = page.evaluate(SIDEWAYS)
    page.set_viewport_size(PHONE)
    return [f"at 320 too wide: {name}" for name in found]


def none_in(found: dict[str, list[str]]) -> None:
    lines = [f"{state}: {line}" for state, lines in found.items() for line in lines]
    assert not lines, "\n" + "\n".join(lines)


def test_first_run(entrance: Served, looked_at: Page, axe: Axe) -> None:
    looked_at.goto("/")
    expect(looked_at.get_by_role("heading", name="Create the first admin")).to_be_visible()
    assert violations(looked_at, axe) == []
    looked_at.get_by_role("button", name="Create account").click()
    expect(looked_at.get_by_text("Enter your name.")).to_be_visible()
    assert violations(looked_at, axe) == []


def test_sign_in_and_the_steps_after_it(session: StorageState, looked_at: Page, axe: Axe) -> None:
    looked_at.goto("/")
    expect(looked_at.get_by_role("heading", name="Sign in")).to_be_visible()
    assert violations(looked_at, axe) == []
    looked_at.context.add_cookies(session["cookies"])  # type: ignore[arg-type]
    for step, heading in ((2, "Add a model provider"), (3, "Make your first agent")):
        looked_at.goto(f"/setup?step={step}")
        expect(looked_at.get_by_role("heading", name=heading)).to_be_visible()
        assert violations(looked_at, axe) == []


@pytest.mark.timeout(900)  # some eighty states, each in both themes
def test_every_state(session: StorageState, world: World, looked_at: Page, axe: Axe) -> None:
    looked_at.context.add_cookies(session["cookies"])  # type: ignore[arg-type]
    found: dict[str, list[str]] = {}
    for name, bring in STATES.items():
        bring(looked_at, world)
        found[name] = violations(looked_at, axe)
        if looked_at.viewport_size == PHONE:
            found[name] += sideways(looked_at)
    none_in(found)


@pytest.mark.parametrize(("wish", "loops"), [("no-preference", True), ("reduce", False)])
def test_motion_loops_only_for_those_who_like_it(
    browser: Browser, server: Served, session: StorageState, provider: ProviderThread, wish: str, *, loops: bool
) -> None:
    context = new_context(browser, server, reduced_motion=wish)
    context.add_cookies(session["cookies"])  # type: ignore[arg-type]
    page = context.new_page()
    open_chat(page, Api(page.request).provider_agent(f"Moves {wish}", provider.base_url, provider.key))
    send(page, "[[gated:never]]")
    expect(answer(page)).to_contain_text("w9")
    endless = "() => document.getAnimations().some((a) => a.effect.getTiming().iterations === Infinity)"
    assert page.evaluate(endless) is loops
    context.close()
