"""`orbiter user add`: members of the default project, with a password that is asked for or shown once."""

from __future__ import annotations

import io

import pytest

from orbiter_api.domains.identity import cli_add_user
from orbiter_api.kit.context import OPERATOR, actor
from orbiter_api.kit.errors import AppError
from tests.domains.identity.accounts import rows
from tests.security.rig import Browser, Rig


async def add(rig: Rig, email: str, role: str, typed: str) -> list[str]:
    said: list[str] = []
    await cli_add_user(rig.services, email=email, role=role, stdin=io.StringIO(typed), out=said.append)  # type: ignore[arg-type]
    return said


@pytest.mark.parametrize("role", ["viewer", "developer", "admin"])
async def test_a_user_signs_in_and_sees_the_default_project_in_their_role(rig: Rig, admin: Browser, role: str) -> None:
    assert await add(rig, "bob@example.org", role, "a good password\n") == [f"Added bob@example.org as {role}."]
    browser = await rig.browser()
    assert (await browser.sign_in("bob@example.org", "a good password")).json()["name"] == "bob"
    projects = (await browser.get("/projects")).json()["data"]
    assert [(project["name"], project["my_role"]) for project in projects] == [("Default", role)]


async def test_the_audit_log_tells_that_the_operator_added_somebody(rig: Rig, admin: Browser) -> None:
    actor.set(OPERATOR)
    await add(rig, "bob@example.org", "viewer", "a good password\n")
    last = await rows(rig, "SELECT actor_kind, action, name, after FROM audit_log ORDER BY seq DESC LIMIT 1")
    assert last == [("operator", "person.created", "bob@example.org", '{"role":"viewer"}')]


async def test_without_a_password_one_is_made_and_shown_once(rig: Rig, admin: Browser) -> None:
    said = await add(rig, "bob@example.org", "viewer", "")
    password = said[1].rpartition(" ")[2]
    assert len(password) >= 20
    assert (await (await rig.browser()).sign_in("bob@example.org", password)).status_code == 200


async def test_on_an_empty_database_the_first_user_must_be_an_admin(rig: Rig) -> None:
    with pytest.raises(AppError, match="admin"):
        await add(rig, "bob@example.org", "viewer", "a good password\n")
    await add(rig, "bob@example.org", "admin", "a good password\n")
    browser = await rig.browser()
    assert (await browser.sign_in("bob@example.org", "a good password")).status_code == 200
    assert (await browser.get("/projects")).json()["data"][0]["name"] == "Default"


@pytest.mark.parametrize(
    ("email", "typed"),
    [("ANN@example.org", "a good password\n"), ("nowhere", "a good password\n"), ("b@c.d", "short\n")],
)
async def test_what_cannot_be_added_is_refused_with_a_sentence(
    rig: Rig, admin: Browser, email: str, typed: str
) -> None:
    with pytest.raises(AppError) as refused:
        await add(rig, email, "viewer", typed)
    assert len(refused.value.detail) > 10
