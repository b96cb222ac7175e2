"""Who may sign in is not told by how much work it costs to refuse them: no clock is needed to see that it is the same."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event

from orbiter_api.domains.identity.service import Identity
from tests.security.rig import PASSWORD, Browser, Rig

TABLES = ("users", "sessions", "sign_in_failures", "audit_chain", "audit_log")


class Work:
    """What the server does for a request: verifications of passwords, and statements by their text."""

    def __init__(self, rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
        self.done: list[str] = []
        for engine in (rig.services.db._read, rig.services.db._write):
            event.listen(engine.sync_engine, "before_cursor_execute", self._statement)
        passwords = rig.services.get(Identity)._passwords
        verify = passwords.verify

        async def counted(password: str, stored: str | None) -> bool:
            self.done.append("verify")
            return await verify(password, stored)

        monkeypatch.setattr(passwords, "verify", counted)

    def _statement(self, _connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if any(table in statement for table in TABLES):  # the server looks after runs and jobs meanwhile
            self.done.append(" ".join(statement.split()))

    async def of(self, browser: Browser, email: str, password: str) -> list[str]:
        self.done.clear()
        assert (await browser.sign_in(email, password)).status_code == 401
        return list(self.done)


async def test_to_refuse_anybody_is_the_same_work(rig: Rig, admin: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    await rig.services.get(Identity).add_user(email="off@example.org", name="Off", password=PASSWORD, role="viewer")
    off = (await admin.get("/users?q=off")).json()["data"][0]
    assert (await admin.send("POST", f"/users/{off['id']}/deactivate")).status_code == 200
    work, browser = Work(rig, monkeypatch), await rig.browser()
    await work.of(browser, "ann@example.org", "first, so that what is looked up once is known")
    wrong = await work.of(browser, "ann@example.org", "not the password")
    assert wrong.count("verify") == 1
    assert len(wrong) > 3
    for email, password in (("nobody@example.org", "not the password"), ("off@example.org", PASSWORD),
                            ("off@example.org", "not the password")):  # fmt: skip
        assert await work.of(browser, email, password) == wrong, email
