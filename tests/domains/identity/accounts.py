"""What the tests of accounts share: the audit log, the database, a second factor that is set up."""

from __future__ import annotations

import time
from typing import Any

from sqlalchemy import text

from orbiter_api.domains.identity.account import totp
from tests.security.rig import PASSWORD, Browser, Rig


async def rows(rig: Rig, query: str) -> list[tuple[Any, ...]]:
    async with rig.services.db.read() as session:
        return [tuple(row) for row in await session.execute(text(query))]


async def change(rig: Rig, statement: str) -> None:
    async with rig.services.db.unit() as uow:
        await uow.session.execute(text(statement))


async def audited(rig: Rig) -> list[str]:
    return [row[0] for row in await rows(rig, "SELECT action FROM audit_log ORDER BY seq")]


def code(secret: str, steps: int = 0) -> str:
    """Of now, or so many steps of 30 s away."""
    return totp.code_at(secret, totp.step_of(int(time.time())) + steps)


async def enrol(browser: Browser) -> tuple[str, list[str]]:
    """Secret and recovery codes. The code of the step before is used up, so that now's is free."""
    begun = await browser.send("POST", "/auth/second-factor", {"password": PASSWORD})
    assert begun.status_code == 201, begun.text
    secret: str = begun.json()["secret"]
    for _ in range(2):  # the step may end on the way
        confirmed = await browser.send("POST", "/auth/second-factor/confirm", {"code": code(secret, -1)})
        if confirmed.status_code == 200:
            break
    assert confirmed.status_code == 200, confirmed.text
    return secret, confirmed.json()["recovery_codes"]


async def log_in(browser: Browser, **more: str) -> tuple[int, str]:
    answer = await browser.send("POST", "/auth/login", {"email": "ann@example.org", "password": PASSWORD, **more})
    return answer.status_code, answer.json().get("code", "")
