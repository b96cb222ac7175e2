"""Every route of the app: closed to strangers, to other sites, and to a role that is too low."""

from __future__ import annotations

import pytest
from litestar import Litestar, post

from orbiter_api.security import SecurityPlugin
from orbiter_api.security.roles import UnguardedRouteError
from tests.security.rig import Browser, Rig
from tests.security.routes import api_routes, changing_routes

PUBLIC = {
    "GET /api/v1/auth/status",
    "GET /api/v1/workspace",
    "GET /api/v1/auth/oidc/start",
    "GET /api/v1/auth/oidc/callback",
    "POST /api/v1/auth/setup",
    "POST /api/v1/auth/login",
    "POST /api/v1/auth/password-reset/request",
    "POST /api/v1/auth/password-reset/confirm",
    "POST /api/v1/auth/invites/accept",
    "POST /api/v1/auth/invites/look",
    "POST /api/v1/auth/oidc/invite",
}


async def test_the_public_routes_are_exactly_the_written_ones(rig: Rig) -> None:
    assert {str(route) for route in api_routes(rig.app) if route.public} == PUBLIC


async def test_everything_else_needs_a_signed_in_person(rig: Rig, admin: Browser) -> None:
    stranger = await rig.browser()
    for route in api_routes(rig.app):
        if not route.public:
            answer = await stranger.http.request(route.method, route.path)
            assert (answer.status_code, answer.json()["code"]) == (401, "UNAUTHORIZED"), str(route)


@pytest.mark.parametrize("sent", ["none", "empty", "wrong", "in the query", "in a cookie", "another session's"])
async def test_no_change_without_this_sessions_token(rig: Rig, admin: Browser, sent: str) -> None:
    other = await rig.person("developer")
    right = admin.csrf
    for route in changing_routes(rig.app):
        path, headers = route.path, {}
        if sent == "in the query":
            path += f"?csrf_token={right}&X-CSRF-Token={right}"
        elif sent == "in a cookie":
            headers = {"cookie": f"orbiter_session={admin.cookie}; csrftoken={right}; x-csrf-token={right}"}
        elif sent != "none":
            headers = {"x-csrf-token": {"empty": "", "wrong": "0" * 64, "another session's": other.csrf}[sent]}
        answer = await admin.http.request(route.method, path, headers=headers)
        assert answer.status_code == 403, f"{route} let a request with {sent} token in"


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:9999"},
        {"origin": "https://127.0.0.1:8000"},
        {"origin": "http://127.0.0.1:8000.evil.example"},
    ],
)
async def test_no_change_from_another_site_even_with_the_token(
    rig: Rig, admin: Browser, headers: dict[str, str]
) -> None:
    for route in api_routes(rig.app):
        if route.method != "GET":
            answer = await admin.http.request(
                route.method, route.path, headers={"x-csrf-token": admin.csrf, **headers}, json={}
            )
            assert answer.status_code == 403, f"{route} let {headers} in"


@pytest.mark.parametrize(
    "headers", [{}, {"origin": "http://127.0.0.1:8000", "sec-fetch-site": "same-origin"}, {"sec-fetch-site": "none"}]
)
async def test_the_apps_own_page_may_change_things(admin: Browser, headers: dict[str, str]) -> None:
    assert (await admin.send("POST", "/projects", {"name": "Mine"}, headers)).status_code == 201


LEVELS = {"viewer": 0, "developer": 1, "admin": 2}


@pytest.mark.parametrize("role", ["viewer", "developer"])
async def test_a_role_below_the_routes_least_is_refused_before_anything_is_looked_up(
    rig: Rig, admin: Browser, role: str
) -> None:
    person = await rig.person(role)
    refused = [route for route in changing_routes(rig.app) if LEVELS[route.least_role or ""] > LEVELS[role]]
    assert refused
    for route in refused:
        answer = await person.http.request(route.method, route.path, headers={"x-csrf-token": person.csrf}, json={})
        assert (answer.status_code, answer.json()["code"]) == (403, "FORBIDDEN"), str(route)


async def test_what_a_viewer_may_change_is_only_their_own(rig: Rig) -> None:
    open_to_viewers = {str(route) for route in changing_routes(rig.app) if route.least_role == "viewer"}
    assert open_to_viewers == {
        "POST /api/v1/auth/logout",
        "PATCH /api/v1/auth/me",
        "POST /api/v1/auth/password",
        "POST /api/v1/auth/email",
        "POST /api/v1/auth/oidc/logout",
        "DELETE /api/v1/auth/sessions",
        "DELETE /api/v1/auth/sessions/{session_id:str}",
        "POST /api/v1/auth/second-factor",
        "POST /api/v1/auth/second-factor/confirm",
        "POST /api/v1/auth/second-factor/recovery-codes",
        "POST /api/v1/auth/second-factor/disable",
        "POST /api/v1/auth/socket-ticket",
        "DELETE /api/v1/conversations/{conversation_id:str}/share",
        "DELETE /api/v1/notifications/{notification_id:str}",
        "POST /api/v1/notifications/read",
        "POST /api/v1/notifications/{notification_id:str}/read",
        "PUT /api/v1/notifications/settings",
        "DELETE /api/v1/projects/{project_id:str}/members/{user_id:str}",
        "POST /api/v1/auth/oidc/link",
        "DELETE /api/v1/auth/oidc/link",
        "POST /api/v1/api-keys",
        "PATCH /api/v1/api-keys/{key_id:str}",
        "DELETE /api/v1/api-keys/{key_id:str}",
    }


async def test_an_id_that_nothing_has_is_not_found(rig: Rig, admin: Browser) -> None:
    for route in api_routes(rig.app):
        if route.method == "GET" and "{" in route.template and not route.template.startswith("/api/v1/docs"):
            answer = await admin.http.get(route.path)
            assert (answer.status_code, answer.json()["code"]) == (404, "RESOURCE_NOT_FOUND"), str(route)


@pytest.mark.parametrize("override", ["x-http-method-override", "x-method-override", "x-http-method"])
async def test_a_method_cannot_be_smuggled_in_a_header(admin: Browser, override: str) -> None:
    project = (await admin.get("/projects")).json()["data"][0]
    await admin.get(f"/projects/{project['id']}", headers={override: "DELETE"})
    assert (await admin.get(f"/projects/{project['id']}")).status_code == 200


async def test_an_app_with_an_unguarded_change_does_not_start() -> None:
    @post("/api/v1/open")
    async def open_to_all() -> None: ...

    with pytest.raises(UnguardedRouteError, match=r"POST /api/v1/open"):
        Litestar([open_to_all], plugins=[SecurityPlugin()])
