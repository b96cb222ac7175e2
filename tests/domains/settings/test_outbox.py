"""Mails that are written down first: none is lost to a kill or to a mail server that is away, none lies in plain text."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from pathlib import Path

import httpx
import pytest

from orbiter_api.domains.settings.mail.outbox import MailOutbox
from orbiter_api.kit.mail import Mail, Mailer
from tests.domains.identity.accounts import change, rows
from tests.domains.settings.test_mail import invite, set_mail
from tests.security.rig import Browser, Rig, put_empty_database
from tests.served import Served
from tests.support.smtp import smtp_server


def waiting(file: Path) -> int:
    with contextlib.closing(sqlite3.connect(file)) as connection:
        return connection.execute("SELECT count(*) FROM mails").fetchone()[0]


def bytes_on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.glob("orbiter.db*")) if path.is_file())


async def test_a_kill_between_sending_and_the_servers_word_loses_no_mail(tmp_path: Path) -> None:
    served, file = Served(put_empty_database(tmp_path)), tmp_path / "orbiter.db"
    async with smtp_server() as smtp:
        await asyncio.to_thread(served.start)
        try:
            async with httpx.AsyncClient(base_url=served.url, trust_env=False, timeout=60) as http:
                admin = Browser(http)
                assert (await admin.set_up()).status_code == 201
                await set_mail(admin, smtp.port)
                smtp.silent = True
                token = (await invite(admin))["token"]
                first = await smtp.taken_in_silence()
            await asyncio.to_thread(served.kill)
            assert waiting(file) == 1
            assert token.encode() not in bytes_on_disk(tmp_path)
            smtp.silent = False
            await asyncio.to_thread(served.start)
            second = await smtp.mail()
            assert (second["Message-ID"], second["To"]) == (first["Message-ID"], "new@example.org")
            assert f"/invite#{token}" in second.get_content()
        finally:
            await asyncio.to_thread(served.stop)
    assert (waiting(file), len(smtp.mails)) == (0, 1)


async def test_a_mail_server_that_is_away_is_asked_again_and_told_of_once(rig: Rig, admin: Browser) -> None:
    outbox = rig.services.get(MailOutbox)
    async with smtp_server() as smtp:
        smtp.try_later = True
        await set_mail(admin, smtp.port)
        await invite(admin)
        await outbox.close()
        for _ in range(2):
            await change(rig, "UPDATE mails SET due_at = 0")
            await outbox.send_due()
        assert await rows(rig, "SELECT attempts, owner FROM mails") == [(3, None)]
        assert [row[0] for row in await rows(rig, "SELECT kind FROM notifications")] == ["mail.failed"]
        smtp.try_later = False
        await change(rig, "UPDATE mails SET due_at = 0")
        await outbox.send_due()
        assert (await smtp.mail())["Subject"] == "You are invited to Orbiter"
    assert await rows(rig, "SELECT id FROM mails") == []


async def test_what_nobody_waits_for_any_more_is_not_sent(rig: Rig, admin: Browser) -> None:
    async with smtp_server() as smtp:
        smtp.try_later = True
        await set_mail(admin, smtp.port)
        await invite(admin)
        await rig.services.get(Mailer).close()
        smtp.try_later = False
        await change(rig, "UPDATE mails SET due_at = 0, until = 1")
        await rig.services.get(MailOutbox).send_due()
        assert smtp.mails == []
    assert await rows(rig, "SELECT id FROM mails") == []


async def test_a_change_that_is_rolled_back_sends_no_mail(rig: Rig, admin: Browser) -> None:
    async def post_and_fail() -> None:
        async with rig.services.db.unit() as uow:
            await rig.services.get(Mailer).post(uow, Mail("ann@example.org", "Hello", "..."))
            raise RuntimeError

    async with smtp_server() as smtp:
        await set_mail(admin, smtp.port)
        with pytest.raises(RuntimeError):
            await post_and_fail()
        await rig.services.get(Mailer).close()
        assert smtp.mails == []
    assert await rows(rig, "SELECT id FROM mails") == []


async def test_of_two_processes_one_sends_and_a_living_ones_mail_is_left_to_it(rig: Rig, admin: Browser) -> None:
    async with smtp_server() as smtp:
        smtp.silent = True
        await set_mail(admin, smtp.port)
        await invite(admin)
        await smtp.taken_in_silence()
        smtp.silent = False
        other = MailOutbox(rig.services)
        await other.take_over()
        await other.send_due()
        assert smtp.mails == []


async def test_a_mail_that_another_key_sealed_is_given_up(
    rig: Rig, admin: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    async with smtp_server() as smtp:
        smtp.try_later = True
        await set_mail(admin, smtp.port)
        await invite(admin)
        await rig.services.get(Mailer).close()
        smtp.try_later = False
        await change(rig, "UPDATE mails SET due_at = 0, sealed = x'0102'")
        await rig.services.get(MailOutbox).send_due()
        assert smtp.mails == []
    assert "another secret key" in caplog.text
    assert await rows(rig, "SELECT id FROM mails") == []


async def test_a_job_that_is_cancelled_leaves_what_it_waits_for(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """As when the server stops: what is under way is still waited for then."""
    outbox, begun, go_on = rig.services.get(MailOutbox), asyncio.Event(), asyncio.Event()

    async def send_due() -> None:
        begun.set()
        await go_on.wait()

    monkeypatch.setattr(outbox, "send_due", send_due)
    outbox.wake()
    job = asyncio.create_task(outbox.close())
    await begun.wait()
    job.cancel()
    with pytest.raises(asyncio.CancelledError):
        await job
    go_on.set()
    await outbox.close()
