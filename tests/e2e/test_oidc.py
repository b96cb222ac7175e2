"""Single sign-on in a browser: an administrator sets it up, people come in through a provider that runs beside."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.app import Api
from tests.served import Served
from tests.support.oidc_provider import CLIENT_ID, CLIENT_SECRET, OidcProvider

NAME = "Example ID"
PASSWORD = "a sentence nobody guesses"


@pytest.fixture(scope="module")
def identity(server: Served) -> Iterator[OidcProvider]:
    with OidcProvider() as running:
        running.redirect_uris.add(f"{server.url}/api/v1/auth/oidc/callback")
        running.sign_out_uris.add(f"{server.url}/login")
        yield running


@pytest.fixture
def ready(api: Api, identity: OidcProvider) -> None:
    settings = {
        "enabled": True, "name": NAME, "issuer": identity.issuer, "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET, "create_accounts": True, "role_claim": "groups",
        "role_rules": [{"value": "staff", "role": "developer"}],
    }  # fmt: skip
    api.patch("/settings/oidc", settings, api.get("/settings/oidc")["revision"])


@pytest.fixture
def guest(ready: None, guest: Page) -> Page:
    """At the sign-in page."""
    guest.goto("/login")
    return guest


def through_provider(page: Page, person: str, button: str = f"Continue with {NAME}") -> None:
    """To the provider's own page, and back as this person."""
    page.get_by_role("link", name=button).or_(page.get_by_role("button", name=button)).click()
    choose(page, person)


def choose(page: Page, person: str) -> None:
    expect(page.get_by_role("heading", name="Who are you?")).to_be_visible()
    page.get_by_role("button", name=person, exact=True).click()


def connect(page: Page, person: str) -> None:
    """From the settings, where the password is asked for once more."""
    page.get_by_role("button", name=f"Connect {NAME}").click()
    dialog = page.get_by_role("dialog", name="Connect your account?")
    dialog.get_by_label("Your password").fill(PASSWORD)
    dialog.get_by_role("button", name=f"Connect {NAME}").click()
    choose(page, person)


def sign_out(page: Page, name: str) -> None:
    page.get_by_role("button", name=f"Account, {name}").click()
    page.get_by_role("menuitem", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_an_administrator_sets_it_up(signed_in: Page, api: Api, server: Served, identity: OidcProvider) -> None:
    page = signed_in
    page.goto(f"/p/{api.project()}/settings/people")
    page.get_by_role("link", name="Single sign-on").click()
    expect(page.get_by_text("register a web application")).to_be_visible()
    expect(page.get_by_label("Redirect address")).to_have_value(f"{server.url}/api/v1/auth/oidc/callback")
    page.get_by_label("Name of the provider").fill(NAME)
    page.get_by_label("Issuer").fill(f"{identity.issuer}/elsewhere")
    page.get_by_label("Client id").fill(CLIENT_ID)
    page.get_by_label("Client secret").fill(CLIENT_SECRET)
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("alert")).to_contain_text("The provider answered 404")

    page.get_by_label("Issuer").fill(identity.issuer)
    page.get_by_role("checkbox", name="Make an account at the first sign-in").click()
    page.get_by_label("Role claim").fill("groups")
    page.get_by_role("button", name="Add rule").click()
    page.get_by_label("Value 1", exact=True).fill("staff")
    page.get_by_role("checkbox", name="Offer single sign-on").click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("On", exact=True)).to_be_visible()
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("status").filter(has_text="can be used")).to_contain_text("RS256, ES256")

    page.reload()
    expect(page.get_by_label("Client secret")).to_have_value("")
    expect(page.get_by_text("One is stored.")).to_be_visible()
    assert CLIENT_SECRET not in page.content()
    stored = api.get("/settings/oidc")
    assert stored["role_rules"] == [{"value": "staff", "role": "developer"}]
    assert stored["client_secret_set"]


def test_a_new_person_comes_in_with_the_role_of_their_claim(api: Api, guest: Page, server: Served) -> None:
    through_provider(guest, "Sign in as nora")
    expect(guest.get_by_role("button", name="Account, Nora New")).to_be_visible()
    assert guest.url.startswith(server.url)
    nora = next(row for row in api.get("/users")["data"] if row["email"] == "nora@example.org")
    assert nora["role"] == "developer"

    guest.goto(f"/p/{api.project()}/settings/security")
    expect(guest.get_by_text("It is your only way in")).to_be_visible()
    sign_out(guest, "Nora New")
    through_provider(guest, "Sign in as nora")
    expect(guest.get_by_role("button", name="Account, Nora New")).to_be_visible()


def test_a_refusal_says_its_reason(guest: Page) -> None:
    through_provider(guest, "Sign in as uma")
    expect(guest.get_by_role("alert")).to_contain_text("The provider has not verified your email address.")
    through_provider(guest, "Cancel")
    expect(guest.get_by_role("alert")).to_contain_text("You did not sign in at the provider.")
    expect(guest.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_known_person_connects_their_account_and_signs_in_with_it(api: Api, guest: Page) -> None:
    security = f"/p/{api.project()}/settings/security"
    invite = api.post("/users/invites", {"email": "ann@example.org", "role": "admin"})
    guest.goto(f"/invite#{invite['token']}")
    guest.get_by_role("textbox", name="Name").fill("Ann")
    guest.get_by_label("Password").fill(PASSWORD)
    guest.get_by_role("button", name="Create account").click()
    expect(guest.get_by_role("button", name="Account, Ann")).to_be_visible()
    sign_out(guest, "Ann")

    through_provider(guest, "Sign in as ann")
    expect(guest.get_by_role("alert")).to_contain_text("There is an account with your email already.")
    guest.get_by_label("Email").fill("ann@example.org")
    guest.get_by_label("Password").fill(PASSWORD)
    guest.get_by_role("button", name="Sign in").click()
    expect(guest.get_by_role("button", name="Account, Ann")).to_be_visible()

    guest.goto(security)
    section = guest.get_by_role("region", name="Single sign-on")
    connect(guest, "Cancel")
    expect(section.get_by_role("alert")).to_contain_text("You did not sign in at the provider.")
    connect(guest, "Sign in as nora")
    expect(section.get_by_role("alert")).to_contain_text("belongs to somebody else here")
    connect(guest, "Sign in as ann")
    expect(section.get_by_role("status")).to_contain_text("Your account is connected.")
    expect(section).to_contain_text("as ann@example.org")

    sign_out(guest, "Ann")
    through_provider(guest, "Sign in as ann")
    expect(guest.get_by_role("button", name="Account, Ann")).to_be_visible()
    guest.goto(security)
    section.get_by_role("button", name="Disconnect").click()
    guest.get_by_role("dialog").get_by_role("button", name="Disconnect").click()
    expect(section).to_contain_text("Not connected")


def test_an_invite_is_accepted_with_the_account_at_the_provider(
    ready: None, api: Api, guest: Page, identity: OidcProvider
) -> None:
    invite = api.post("/users/invites", {"email": "uma@example.org", "role": "viewer"})
    guest.goto(f"/invite#{invite['token']}")
    expect(guest.get_by_role("textbox", name="Email")).to_have_value("uma@example.org")
    through_provider(guest, "Sign in as ann")
    expect(guest.get_by_role("alert")).to_contain_text("has another email than this invite")
    through_provider(guest, "Sign in as uma")
    expect(guest.get_by_role("button", name="Account, Uma Unverified")).to_be_visible()
    sign_out(guest, "Uma Unverified")
    assert identity.signed_out, "the provider's own session ended too"
    through_provider(guest, "Sign in as uma")
    expect(guest.get_by_role("button", name="Account, Uma Unverified")).to_be_visible()
