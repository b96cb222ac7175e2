"""The second factor: the standard's own numbers, setting it up, signing in with it, losing it."""

from __future__ import annotations

import asyncio
import base64

import pytest

from orbiter_api.domains.identity.account import totp
from tests.domains.identity.accounts import audited, code, enrol, log_in, rows
from tests.security.rig import PASSWORD, Browser, Rig

RFC_SECRET = base64.b32encode(b"12345678901234567890").decode()


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(59, "94287082"), (1111111109, "07081804"), (1111111111, "14050471"), (1234567890, "89005924"),
     (2000000000, "69279037"), (20000000000, "65353130")],
)  # fmt: skip
def test_the_standards_own_examples(seconds: int, expected: str) -> None:
    """RFC 6238, appendix B, of whose eight digits apps show the last six."""
    assert totp.code_at(RFC_SECRET, totp.step_of(seconds)) == expected[-6:]


def test_a_code_is_taken_once_and_no_older_one_after_it() -> None:
    now = 1_000_000 * totp.STEP_S
    codes = [totp.code_at(RFC_SECRET, 1_000_000 + drift) for drift in (-2, -1, 0, 1, 2)]
    assert [totp.matching_step(RFC_SECRET, one, now, 0) for one in codes] == [None, 999_999, 1_000_000, 1_000_001, None]
    assert [totp.matching_step(RFC_SECRET, one, now, 1_000_000) for one in codes] == [None, None, None, 1_000_001, None]


async def test_it_guards_nothing_until_a_code_was_given(rig: Rig, admin: Browser) -> None:
    assert (await admin.send("POST", "/auth/second-factor", {"password": "a wrong one"})).status_code == 400
    begun = await admin.send("POST", "/auth/second-factor", {"password": PASSWORD})
    assert begun.json()["uri"].startswith("otpauth://totp/Orbiter:ann%40example.org?secret=")
    rows_of_qr = begun.json()["qr"]
    assert {len(row) for row in rows_of_qr} == {len(rows_of_qr)}
    assert await log_in(await rig.browser()) == (200, "")
    wrong = await admin.send("POST", "/auth/second-factor/confirm", {"code": "000000"})
    assert wrong.status_code == 400
    assert not (await admin.get("/auth/second-factor")).json()["enabled"]


async def test_then_sign_in_asks_for_a_code_after_the_right_password_only(rig: Rig, admin: Browser) -> None:
    secret, _ = await enrol(admin)
    browser = await rig.browser()
    assert await log_in(browser) == (401, "SECOND_FACTOR_REQUIRED")
    assert await log_in(browser, totp_code="000000") == (401, "SECOND_FACTOR_WRONG")
    assert await log_in(browser, password="not the password", totp_code=code(secret)) == (401, "UNAUTHORIZED")
    assert not browser.cookie
    now = code(secret)
    assert await log_in(browser, totp_code=now) == (200, "")
    assert await log_in(await rig.browser(), totp_code=now) == (401, "SECOND_FACTOR_WRONG"), "a replay"
    assert {"second_factor.enabled", "sign_in.failed"} <= set(await audited(rig))


async def test_of_two_sign_ins_with_the_same_code_one_wins(rig: Rig, admin: Browser) -> None:
    secret, _ = await enrol(admin)
    one, other = await rig.browser(), await rig.browser()
    now = code(secret)
    seen = await asyncio.gather(log_in(one, totp_code=now), log_in(other, totp_code=now))
    assert sorted(seen) == [(200, ""), (401, "SECOND_FACTOR_WRONG")]


async def test_a_recovery_code_opens_once(rig: Rig, admin: Browser) -> None:
    _, recovery = await enrol(admin)
    assert len(set(recovery)) == 10
    stored = str(await rows(rig, "SELECT * FROM recovery_codes"))
    assert not any(one in stored or one.replace("-", "") in stored for one in recovery)
    typed = recovery[0].upper().replace("-", " ")
    assert await log_in(await rig.browser(), totp_code=typed) == (200, "")
    assert await log_in(await rig.browser(), totp_code=recovery[0]) == (401, "SECOND_FACTOR_WRONG")
    assert (await admin.get("/auth/second-factor")).json()["recovery_codes_left"] == 9
    assert "second_factor.recovery_code_used" in await audited(rig)


async def test_new_recovery_codes_replace_the_old_ones(rig: Rig, admin: Browser) -> None:
    secret, old = await enrol(admin)
    proof = {"password": PASSWORD, "code": code(secret)}
    fresh = (await admin.send("POST", "/auth/second-factor/recovery-codes", proof)).json()["recovery_codes"]
    assert not set(fresh) & set(old)
    assert await log_in(await rig.browser(), totp_code=old[1]) == (401, "SECOND_FACTOR_WRONG")
    assert await log_in(await rig.browser(), totp_code=fresh[1]) == (200, "")


@pytest.mark.parametrize("wrong", ["password", "code"])
async def test_switching_it_off_needs_both(rig: Rig, admin: Browser, wrong: str) -> None:
    secret, _ = await enrol(admin)
    proof = {"password": PASSWORD, "code": code(secret)}
    bad = {**proof, wrong: "000000" if wrong == "code" else "not the password"}
    assert (await admin.send("POST", "/auth/second-factor/disable", bad)).status_code == 400
    assert (await admin.get("/auth/second-factor")).json()["enabled"]
    assert (await admin.send("POST", "/auth/second-factor/disable", proof)).status_code == 204
    assert await log_in(await rig.browser()) == (200, "")
    assert (await audited(rig))[-2] == "second_factor.disabled"


async def test_a_secret_is_encrypted_and_cannot_be_replaced_while_it_is_on(rig: Rig, admin: Browser) -> None:
    secret, _ = await enrol(admin)
    stored = (await rows(rig, "SELECT secret FROM second_factors"))[0][0]
    assert secret.encode() not in stored
    again = await admin.send("POST", "/auth/second-factor", {"password": PASSWORD})
    assert (again.status_code, again.json()["code"]) == (409, "CONFLICT")


async def test_an_administrator_helps_somebody_who_lost_it(rig: Rig, admin: Browser) -> None:
    viewer = await rig.person("viewer")
    await enrol(viewer)
    them, me = (await viewer.get("/auth/me")).json()["id"], (await admin.get("/auth/me")).json()["id"]
    assert (await viewer.send("DELETE", f"/users/{me}/second-factor")).status_code == 403
    assert (await admin.get(f"/users/{them}")).json()["second_factor"] is True
    assert (await admin.send("DELETE", f"/users/{them}/second-factor")).status_code == 204
    assert {one["id"]: one["second_factor"] for one in (await admin.get("/users")).json()["data"]} == {
        them: False,
        me: False,
    }
    assert (await admin.send("DELETE", f"/users/{them}/second-factor")).status_code == 409
    assert (await (await rig.browser()).sign_in("viewer@example.org")).status_code == 200
    assert "second_factor.reset" in await audited(rig)


async def test_a_new_password_does_not_take_the_second_factor_away(rig: Rig, admin: Browser) -> None:
    await enrol(admin)
    body = {"current_password": PASSWORD, "new_password": "another good phrase"}
    assert (await admin.send("POST", "/auth/password", body)).status_code == 200
    assert await log_in(await rig.browser(), password="another good phrase") == (401, "SECOND_FACTOR_REQUIRED")
