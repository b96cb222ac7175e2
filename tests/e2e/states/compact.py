"""Lists in compact density."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.e2e.states.access import people
from tests.e2e.states.agents import agents
from tests.e2e.states.base import World, state
from tests.e2e.states.runs import runs


def compact(page: Page) -> None:
    page.evaluate("document.documentElement.dataset.density = 'compact'")


@state
def runs_compact(page: Page, world: World) -> None:
    runs(page, world)
    compact(page)


@state
def agents_compact(page: Page, world: World) -> None:
    agents(page, world)
    compact(page)


@state
def people_compact(page: Page, world: World) -> None:
    people(page, world)
    compact(page)
