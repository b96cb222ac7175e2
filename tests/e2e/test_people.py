"""People come in by an invite link, projects get members, and a conversation is read by those it is shared with."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.e2e.app import Api, ask, open_chat, send, sign_in
from tests.e2e.conftest import Faults
from tests.served import Served

PASSWORD = "a sentence nobody guesses"


def invited(page: Page, project: str, email: str) -> str:
    """Invite someone as an administrator does; the link that is shown once."""
    page.goto(f"/p/{project}/settings/people")
    page.get_by_role("button", name="Invite person").click()
    page.get_by_role("textbox", name="Email").fill(email)
    page.get_by_role("button", name="Make invite link").click()
    link = page.get_by_role("textbox", name="Invite link").input_value()
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_text(email)).to_be_visible()
    return link


def accept(page: Page, link: str, name: str) -> None:
    page.goto(link)
    page.get_by_role("textbox", name="Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    page.wait_for_url(re.compile("/p/[^/]+$"))


def test_an_invited_person_comes_in_and_is_managed(signed_in: Page, guest: Page, api: Api, faults: Faults) -> None:
    link = invited(signed_in, api.project(), "nora@example.org")
    sent: list[str] = []
    guest.on("request", lambda request: sent.append(request.url))
    accept(guest, link, "Nora")
    token = link.partition("#")[2]
    assert token
    assert not [url for url in sent if token in url.partition("#")[0]], "the token reached an address"
    signed_in.reload()
    row = signed_in.get_by_role("row", name="Nora")
    expect(row).to_contain_text("Developer")
    row.get_by_role("link").click()
    sheet = signed_in.get_by_role("dialog", name="Nora")
    guest.goto(f"/p/{api.project()}/settings/profile")
    guest.get_by_role("textbox", name="Name").fill("Nora, not saved yet")
    sheet.get_by_role("combobox", name="Role").click()
    signed_in.get_by_role("option", name="Viewer").click()
    expect(sheet.get_by_role("combobox", name="Role")).to_contain_text("Viewer")
    expect(guest.get_by_role("main")).to_contain_text("Viewer")
    expect(guest.get_by_role("textbox", name="Name")).to_have_value("Nora, not saved yet")
    faults.expected_statuses |= {401, 403, 404}
    sheet.get_by_role("button", name="Deactivate").click()
    signed_in.get_by_role("dialog", name="Deactivate Nora?").get_by_role("button", name="Deactivate").click()
    expect(sheet.get_by_role("button", name="Reactivate")).to_be_visible()
    assert guest.request.get("/api/v1/auth/me").status == 401
    sheet.get_by_role("button", name="Delete person").click()
    dialog = signed_in.get_by_role("dialog", name="Delete Nora?")
    expect(dialog).to_contain_text("They own nothing.")
    dialog.get_by_role("button", name="Delete person").click()
    expect(row).to_have_count(0)


def test_a_used_link_says_so(session: object, guest: Page, faults: Faults) -> None:
    faults.expected_statuses |= {401, 403, 404}
    guest.goto("/invite#nothing")
    expect(guest.get_by_role("heading", name="This link does not hold any more")).to_be_visible()


def test_a_conversation_is_shared_by_link_and_followed_live(
    signed_in: Page, guest: Page, api: Api, server: Served, faults: Faults
) -> None:
    out = server.run("user", "add", "--email", "reader@example.org", "--name", "Reader", "--role", "developer").stdout
    agent = api.demo_agent("Shared one")
    open_chat(signed_in, agent)
    ask(signed_in, "Say the word lighthouse")
    signed_in.get_by_role("button", name="Share", exact=True).click()
    dialog = signed_in.get_by_role("dialog", name="Share conversation")
    dialog.get_by_role("switch", name="By a link").click()
    address = dialog.get_by_role("textbox", name="Link").input_value()
    dialog.get_by_role("button", name="Done").click()
    sign_in(guest, "reader@example.org", out.rpartition("): ")[2].strip())
    guest.goto(address)
    expect(guest.get_by_role("note")).to_contain_text("Admin shared this conversation with you")
    expect(guest.get_by_text("Say the word lighthouse").first).to_be_visible()
    expect(guest.get_by_role("textbox", name="Message")).to_have_count(0)
    send(signed_in, "And now the word harbour")
    expect(guest.get_by_text("And now the word harbour").first).to_be_visible()
    faults.expected_statuses |= {401, 403, 404}
    signed_in.get_by_role("button", name="Share", exact=True).click()
    dialog.get_by_role("switch", name="By a link").click()
    expect(dialog.get_by_role("textbox", name="Link")).to_have_count(0)
    guest.goto(address)
    expect(guest.get_by_role("heading", name="This link does not hold any more")).to_be_visible()


def test_a_member_is_added_and_removed_and_a_project_comes_back(signed_in: Page, api: Api, server: Served) -> None:
    server.run("user", "add", "--email", "mo@example.org", "--name", "Mo", "--role", "developer")
    signed_in.goto("/projects")
    signed_in.get_by_role("button", name="New project").click()
    signed_in.get_by_role("textbox", name="Name").fill("Second")
    signed_in.get_by_role("button", name="Create project").click()
    signed_in.get_by_role("link", name="Open Second").click()
    signed_in.wait_for_url(re.compile("/p/[^/]+$"))
    project = signed_in.url.split("/p/")[1].partition("/")[0]
    signed_in.goto(f"/p/{project}/settings/members")
    signed_in.get_by_role("button", name="Add member").click()
    signed_in.get_by_role("combobox", name="Person").click()
    signed_in.get_by_role("option", name="Mo").click()
    signed_in.get_by_role("dialog").get_by_role("button", name="Add member").click()
    row = signed_in.get_by_role("listitem").filter(has_text="mo@example.org")
    expect(row).to_contain_text("Developer")
    row.get_by_role("button", name="Remove Mo").click()
    signed_in.get_by_role("button", name="Remove member").click()
    expect(row).to_have_count(0)
    signed_in.goto("/projects")
    signed_in.get_by_role("button", name="Actions for Second").click()
    signed_in.get_by_role("menuitem", name="Delete").click()
    expect(signed_in.get_by_role("link", name="Open Second")).to_have_count(0)
    signed_in.get_by_role("button", name="Undo").click()
    expect(signed_in.get_by_role("link", name="Open Second")).to_be_visible()
