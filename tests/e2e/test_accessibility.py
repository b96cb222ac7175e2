"""axe on every page and main state, in both themes, wide and narrow; nothing to scroll sideways; no loop of motion.

All rules run in the light theme. In the dark one only the rules about colour do: a theme changes nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, StorageState, expect

from tests.e2e.app import Api, answer, open_chat, send
from tests.e2e.conftest import WIDE, Faults, axe_violations, new_context
from tests.e2e.states import ANEW, REFUSALS, SEEN_BY, STATES, World, furnish
from tests.e2e.states.base import Who
from tests.e2e.threads import ProviderThread
from tests.served import Served

PHONE = {"width": 390, "height": 844}
SMALLEST = {"width": 320, "height": 640}
COLOUR_RULES = ("color-contrast", "link-in-text-block")
OVERLAYS = ("dialog", "alertdialog", "menu", "listbox")

SIDEWAYS = """async () => {
  // A browser without a screen now and then draws no frame after it got another size: that must not hold the test.
  const frame = () => Promise.race([new Promise(requestAnimationFrame), new Promise((done) => setTimeout(done, 250))]);
  const edge = document.documentElement.clientWidth + 1;
  const main = document.querySelector('main') ?? document.body;
  const cut = (element) => {
    for (let up = element.parentElement; up && !up.contains(main); up = up.parentElement) {
      if (getComputedStyle(up).overflowX !== 'visible') return true;
    }
    return false;
  };
  const name = (element) => `${element.tagName} ${(element.textContent ?? '').slice(0, 40)}`;
  const outside = (element) => {
    const { right, width, height } = element.getBoundingClientRect();
    return width > 1 && height > 1 && right > edge && !cut(element);
  };
  const scrolled = (element) => {
    const { overflowX, overflowY } = getComputedStyle(element);
    const page = overflowY !== 'visible' && overflowX !== 'hidden' && !element.closest('pre, textarea, [role=tablist]');
    return page && overflowX === 'auto' && element.scrollWidth > element.clientWidth + 1;
  };
  const look = () => [...document.body.querySelectorAll('*')].filter((one) => outside(one) || scrolled(one)).map(name);
  // Menus follow their button a frame or two after the page got another size.
  await frame();
  await frame();
  let found = look();
  for (let again = 0; found.length > 0 && again < 8; again++) {
    await frame();
    found = look();
  }
  return found;
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


@pytest.fixture(scope="module")
def pages(browser: Browser, server: Served, session: StorageState, world: World) -> Iterator[dict[Who, Page]]:
    """One for each person and all states: a renderer that has seen the app's code opens the next state in half the time."""
    opened: dict[Who, Page] = {}
    for who, cookies in {"admin": session["cookies"], **world.cookies}.items():
        context = new_context(browser, server)
        context.add_cookies(cookies)  # type: ignore[arg-type]
        opened[who] = context.new_page()
    yield opened
    for page in opened.values():
        page.context.close()


@pytest.fixture
def walker(pages: dict[Who, Page], faults: Faults, name: str) -> Iterator[Page]:
    """The page of whoever looks at the state of this name. Each state begins with a new document."""
    faults.expected_statuses = REFUSALS.get(name, set())
    with faults.watching(pages[SEEN_BY.get(name, "admin")]) as page:
        page.set_viewport_size(WIDE)
        page.mouse.move(0, 0)
        yield page


@pytest.fixture(params=[WIDE, PHONE], ids=["wide", "phone"])
def looked_at(browser: Browser, server: Served, faults: Faults, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page with the size of the test's parameter."""
    context = new_context(browser, server, viewport=request.param)
    page = context.new_page()
    faults.watch(page)
    yield page
    context.close()


def in_theme(page: Page, theme: str) -> list[str]:
    page.evaluate("(theme) => { document.documentElement.dataset.theme = theme; }", theme)
    return [f"in {theme} {line}" for line in axe_violations(page, COLOUR_RULES if theme == "dark" else None)]


def violations(page: Page) -> list[str]:
    """In both themes; ends in the light one."""
    return in_theme(page, "dark") + in_theme(page, "light")


def sideways(page: Page) -> list[str]:
    """What is cut off or needs scrolling to the side at 320 pixels, where the page was shown on a phone."""
    page.set_viewport_size(SMALLEST)
    return [f"at 320 too wide: {name}" for name in page.evaluate(SIDEWAYS)]


def taller(page: Page) -> list[str]:
    """The frame fills the window and its parts scroll: a document that is taller would push the frame out of sight."""
    framed = "document.querySelector('.h-dvh') !== null && document.documentElement.scrollHeight > innerHeight"
    return ["the document is taller than the frame"] if page.evaluate(f"() => {framed}") else []


def overlays(page: Page) -> int:
    """How many dialogs, menus and lists lie over the page."""
    return sum(page.get_by_role(role).filter(visible=True).count() for role in OVERLAYS)


def make_narrow(page: Page, name: str, world: World) -> None:
    before = overlays(page)
    page.set_viewport_size(PHONE)
    if name in ANEW:
        STATES[name](page, world)
    else:
        assert overlays(page) >= before, f"{name} does not outlive another size: mark it @anew_when_narrow"


@pytest.mark.parametrize(("image", "found"), [("<img src='data:,'>", ["image-alt"]), ("", [])])
def test_axe_finds_a_planted_fault(entrance: Served, page: Page, image: str, found: list[str]) -> None:
    page.set_content(f"<!doctype html><html lang=en><title>x</title><main><h1>x</h1>{image}</main>")
    assert [line.split()[0] for line in axe_violations(page)] == found


def test_first_run(entrance: Served, looked_at: Page) -> None:
    looked_at.goto("/")
    expect(looked_at.get_by_role("heading", name="Create the first admin")).to_be_visible()
    assert violations(looked_at) == []
    looked_at.get_by_role("button", name="Create account").click()
    expect(looked_at.get_by_text("Enter your name.")).to_be_visible()
    assert violations(looked_at) == []


def test_sign_in(session: StorageState, looked_at: Page) -> None:
    looked_at.goto("/")
    expect(looked_at.get_by_role("heading", name="Sign in")).to_be_visible()
    assert violations(looked_at) == []


@pytest.mark.parametrize("name", STATES)
def test_state(name: str, world: World, walker: Page) -> None:
    STATES[name](walker, world)
    found = [f"wide {line}" for line in violations(walker) + taller(walker)]
    make_narrow(walker, name, world)
    found += [f"narrow {line}" for line in violations(walker) + taller(walker)] + sideways(walker)
    assert not found, "\n" + "\n".join(found)


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
