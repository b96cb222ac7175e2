"""Projects and members: who sees them, who changes them, what must remain."""

from __future__ import annotations

from typing import Any

import pytest

from tests.security.rig import Browser, Rig


async def make(browser: Browser, name: str = "Second") -> dict[str, Any]:
    answer = await browser.send("POST", "/projects", {"name": name})
    assert answer.status_code == 201
    return answer.json()


async def user_id(browser: Browser) -> str:
    return (await browser.get("/auth/me")).json()["id"]


async def test_a_project_lives_through_create_read_change_delete_restore(admin: Browser) -> None:
    project = await make(admin)
    path = f"/projects/{project['id']}"
    assert (await admin.get(path)).json() == project
    assert (project["my_role"], project["revision"], project["description"]) == ("admin", 1, "")
    changed = await admin.send("PATCH", path, {"description": "for tests"}, {"if-match": '"1"'})
    assert (changed.json()["name"], changed.json()["description"], changed.json()["revision"]) == (
        "Second",
        "for tests",
        2,
    )
    assert (await admin.send("DELETE", path)).status_code == 204
    assert (await admin.get(path)).status_code == 404
    assert (await admin.send("DELETE", path)).status_code == 404
    restored = await admin.send("POST", f"{path}/restore")
    assert (restored.status_code, restored.json()["name"], restored.json()["my_role"]) == (200, "Second", "admin")
    assert (await admin.send("POST", f"{path}/restore")).status_code == 404


async def test_two_people_editing_never_overwrite_each_other(admin: Browser) -> None:
    project = await make(admin)
    path = f"/projects/{project['id']}"
    assert (await admin.send("PATCH", path, {"name": "Mine"})).status_code == 428
    assert (await admin.send("PATCH", path, {"name": "Mine"}, {"if-match": '"1"'})).status_code == 200
    stale = await admin.send("PATCH", path, {"name": "Theirs"}, {"if-match": '"1"'})
    assert (stale.status_code, stale.json()["current"]["name"]) == (412, "Mine")


async def test_the_list_is_newest_first_and_walks_every_page_once(admin: Browser) -> None:
    for number in range(5):
        await make(admin, f"P{number}")
    seen, cursor = [], None
    while True:
        query = "?limit=2" + (f"&cursor={cursor}" if cursor else "")
        page = (await admin.get(f"/projects{query}")).json()
        seen += [project["name"] for project in page["data"]]
        assert page["pagination"]["total"] == 6
        cursor = page["pagination"]["next_cursor"]
        assert page["pagination"]["has_more"] is (cursor is not None)
        if cursor is None:
            break
    assert seen == ["P4", "P3", "P2", "P1", "P0", "Default"]


async def test_a_foreign_project_looks_like_none(rig: Rig, admin: Browser) -> None:
    project = await make(admin)
    stranger = await rig.person("developer")
    foreign, unknown = project["id"], "01900000-0000-7000-8000-000000000000"
    bodies = []
    for identifier in (foreign, unknown):
        for method, path, headers in (
            ("GET", f"/projects/{identifier}", {}),
            ("PATCH", f"/projects/{identifier}", {"if-match": '"1"'}),
            ("GET", f"/projects/{identifier}/members", {}),
        ):
            body = {"name": "x"} if method == "PATCH" else None
            answer = await stranger.send(method, path, body, headers)
            assert answer.status_code == 404
            bodies.append(answer.json()["detail"])
    assert bodies[:3] == bodies[3:]
    listed = (await stranger.get("/projects")).json()
    assert ([item["name"] for item in listed["data"]], listed["pagination"]["total"]) == (["Default"], 1)


async def test_the_last_project_stays(admin: Browser) -> None:
    default = (await admin.get("/projects")).json()["data"][0]
    answer = await admin.send("DELETE", f"/projects/{default['id']}")
    assert (answer.status_code, answer.json()["code"]) == (409, "CONFLICT")
    await make(admin)
    assert (await admin.send("DELETE", f"/projects/{default['id']}")).status_code == 204


async def test_a_member_is_added_changed_and_removed_and_their_rights_follow_at_once(rig: Rig, admin: Browser) -> None:
    project = await make(admin)
    bob = await rig.person("developer", "bob@example.org")
    path, member = f"/projects/{project['id']}", f"/projects/{project['id']}/members/{await user_id(bob)}"
    added = await admin.send("PUT", member, {"role": "developer"})
    assert (added.status_code, added.json()["role"], added.json()["name"]) == (200, "developer", "developer")
    assert (await bob.send("PATCH", path, {"name": "Bob's"}, {"if-match": '"1"'})).status_code == 200
    await admin.send("PUT", member, {"role": "viewer"})
    assert (await bob.get(path)).json()["my_role"] == "viewer"
    assert (await bob.send("PATCH", path, {"name": "Again"}, {"if-match": '"2"'})).status_code == 403
    assert (await admin.send("DELETE", member)).status_code == 204
    assert (await bob.get(path)).status_code == 404
    assert (await admin.send("DELETE", member)).status_code == 404


async def test_a_right_is_the_lesser_of_both_roles(rig: Rig, admin: Browser) -> None:
    project = await make(admin)
    viewer = await rig.person("viewer")
    await admin.send("PUT", f"/projects/{project['id']}/members/{await user_id(viewer)}", {"role": "admin"})
    assert (await viewer.get(f"/projects/{project['id']}")).json()["my_role"] == "viewer"
    answer = await viewer.send("PATCH", f"/projects/{project['id']}", {"name": "x"}, {"if-match": '"1"'})
    assert answer.status_code == 403


async def test_the_last_admin_stays(admin: Browser) -> None:
    project = await make(admin)
    me = f"/projects/{project['id']}/members/{await user_id(admin)}"
    assert (await admin.send("DELETE", me)).status_code == 409
    assert (await admin.send("PUT", me, {"role": "viewer"})).status_code == 409
    assert (await admin.send("PUT", me, {"role": "admin"})).status_code == 200


async def test_an_admin_sees_that_a_foreign_project_exists_and_must_join_to_change_it(rig: Rig, admin: Browser) -> None:
    other = await rig.person("admin", "other@example.org")
    project = await make(other, "Other's")
    path = f"/projects/{project['id']}"
    assert (await admin.get(path)).json()["my_role"] is None
    assert (await admin.send("PATCH", path, {"name": "x"}, {"if-match": '"1"'})).status_code == 403
    assert (await admin.send("DELETE", path)).status_code == 403
    assert (await admin.send("DELETE", f"{path}/members/{await user_id(other)}")).status_code == 403
    bob = await rig.person("viewer")
    assert (await admin.send("PUT", f"{path}/members/{await user_id(bob)}", {"role": "viewer"})).status_code == 403
    assert (await admin.send("PUT", f"{path}/members/{await user_id(admin)}", {"role": "admin"})).status_code == 200
    assert (await admin.send("PATCH", path, {"name": "x"}, {"if-match": '"1"'})).status_code == 200


async def test_viewers_see_who_is_there_but_no_addresses(rig: Rig, admin: Browser) -> None:
    viewer = await rig.person("viewer")
    default = (await viewer.get("/projects")).json()["data"][0]
    members = (await viewer.get(f"/projects/{default['id']}/members")).json()
    assert [(item["name"], item["email"]) for item in members["data"]] == [("viewer", None), ("Ann", None)]
    assert members["pagination"]["total"] == 2
    shown = (await admin.get(f"/projects/{default['id']}/members?limit=1")).json()
    assert shown["data"][0]["email"] == "viewer@example.org"
    rest = (await admin.get(f"/projects/{default['id']}/members?cursor={shown['pagination']['next_cursor']}")).json()
    assert [item["email"] for item in rest["data"]] == ["ann@example.org"]


@pytest.mark.parametrize("body", [{"role": "owner"}, {"role": None}, {}, {"role": "viewer", "user_id": "x"}])
async def test_a_membership_has_one_of_three_roles(admin: Browser, body: dict[str, Any]) -> None:
    project = await make(admin)
    member = f"/projects/{project['id']}/members/{await user_id(admin)}"
    assert (await admin.send("PUT", member, body)).status_code == 400


async def test_an_unknown_person_cannot_be_a_member(admin: Browser) -> None:
    project = await make(admin)
    answer = await admin.send("PUT", f"/projects/{project['id']}/members/nobody", {"role": "viewer"})
    assert answer.status_code == 404


async def test_the_bin_holds_what_the_caller_may_restore(rig: Rig, admin: Browser) -> None:
    other = await rig.person("admin", "other@example.org")
    for name in ("First", "Second"):
        project = await make(admin, name)
        member = f"/projects/{project['id']}/members/{await user_id(other)}"
        await admin.send("PUT", member, {"role": "admin" if name == "First" else "developer"})
        await admin.send("DELETE", f"/projects/{project['id']}")
    page = (await admin.get("/projects?deleted=true&limit=1")).json()
    rest = (await admin.get(f"/projects?deleted=true&cursor={page['pagination']['next_cursor']}")).json()
    assert [(one["name"], one["my_role"]) for one in page["data"] + rest["data"]] == [
        ("Second", "admin"),
        ("First", "admin"),
    ]
    assert page["pagination"]["total"] == 2
    assert [one["name"] for one in (await other.get("/projects?deleted=true")).json()["data"]] == ["First"]
    stranger = await rig.person("developer", "stranger@example.org")
    assert (await stranger.get("/projects?deleted=true")).json()["data"] == []
    assert (await admin.send("POST", f"/projects/{page['data'][0]['id']}/restore")).status_code == 200
    assert [one["name"] for one in (await admin.get("/projects?deleted=true")).json()["data"]] == ["First"]
    assert [one["name"] for one in (await admin.get("/projects")).json()["data"]] == ["Second", "Default"]


async def test_who_is_no_admin_any_more_finds_the_bin_empty(rig: Rig, admin: Browser) -> None:
    other = await rig.person("admin", "other@example.org")
    project = await make(other, "Theirs")
    await other.send("DELETE", f"/projects/{project['id']}")
    assert (await other.get("/projects?deleted=true")).json()["pagination"]["total"] == 1
    them = await user_id(other)
    await admin.send("PATCH", f"/users/{them}", {"role": "developer"}, {"if-match": '"1"'})
    assert (await other.get("/projects?deleted=true")).json()["pagination"]["total"] == 0
