"""The mail server: set by administrators, tried, and what goes out through it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from orbiter_api.domains.identity.account.reset_links import ResetLinks
from orbiter_api.kit.mail import Mail, Mailer, MailError, message_of
from tests.domains.identity.accounts import rows
from tests.security.rig import Browser, Rig
from tests.support.smtp import Mode, certificate, smtp_server

PASSWORD = "CANARY-of-a-mail-password"


async def set_mail(admin: Browser, port: int, **more: Any) -> dict[str, Any]:
    revision = (await admin.get("/settings/mail")).json()["revision"]
    body = {"host": "127.0.0.1", "port": port, "security": "none", "sender": "orbiter@example.org", **more}
    answer = await admin.send("PATCH", "/settings/mail", body, {"if-match": f'"{revision}"'})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def tried(admin: Browser, to: str = "ann@example.org") -> dict[str, Any]:
    answer = await admin.send("POST", "/settings/mail/test", {"to": to})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_without_a_server_a_test_says_what_is_missing(admin: Browser) -> None:
    answer = await tried(admin)
    assert not answer["ok"]
    assert "host" in answer["error"]


@pytest.mark.parametrize("mode", ["none", "starttls", "tls"])
async def test_a_mail_arrives(admin: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: Mode) -> None:
    files = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(files[0]))
    async with smtp_server(mode, files=files, login=("orbiter", PASSWORD)) as smtp:
        view = await set_mail(admin, smtp.port, security=mode, username="orbiter", password=PASSWORD)
        assert view["password_set"] is True
        assert PASSWORD not in str(view)
        assert await tried(admin) == {"ok": True, "error": None}
        mail = await smtp.mail()
        assert (mail["From"], mail["To"]) == ("orbiter@example.org", "ann@example.org")
        assert smtp.encrypted == [mode != "none"]


@pytest.mark.parametrize("mode", ["starttls", "tls"])
async def test_a_certificate_that_nobody_vouches_for_gets_no_mail(admin: Browser, tmp_path: Path, mode: Mode) -> None:
    async with smtp_server(mode, files=certificate(tmp_path)) as smtp:
        await set_mail(admin, smtp.port, security=mode)
        answer = await tried(admin)
        assert "certificate is not valid" in answer["error"]
        assert smtp.mails == []


async def test_a_server_that_offers_no_encryption_gets_no_mail_when_encryption_is_wanted(admin: Browser) -> None:
    async with smtp_server("none") as smtp:
        await set_mail(admin, smtp.port, security="starttls")
        assert "encryption" in (await tried(admin))["error"]
        assert smtp.mails == []


async def test_what_the_server_refuses_is_said_without_the_password(admin: Browser, rig: Rig) -> None:
    async with smtp_server("none", login=("orbiter", "another")) as smtp:
        await set_mail(admin, smtp.port, username="orbiter", password=PASSWORD)
        answer = await tried(admin)
        assert answer["error"] == "The mail server refused the user name or the password."
        stored = str(await rows(rig, "SELECT * FROM workspace_settings")) + str(
            await rows(rig, "SELECT * FROM audit_log")
        )
        assert "CANARY" not in stored


@pytest.mark.parametrize(
    "more", [{"password": "p\u00e4ssword"}, {"username": "\u00e4nn"}, {"sender": "o@b\u00e4r.example"}]
)
async def test_what_the_protocol_cannot_carry_is_said(admin: Browser, more: dict[str, str]) -> None:
    async with smtp_server("none", login=("orbiter", PASSWORD)) as smtp:
        await set_mail(admin, smtp.port, **{"username": "orbiter", "password": PASSWORD, **more})
        assert "outside ASCII" in (await tried(admin))["error"]
        assert smtp.mails == []


async def test_a_password_does_not_follow_to_another_server(admin: Browser) -> None:
    """Who may change the settings may not read the password, and so may not have it sent to a server of their own."""
    saved = await set_mail(admin, 25, host="mail.example.org", username="orbiter", password=PASSWORD)
    etag = {"if-match": f'"{saved["revision"]}"'}
    elsewhere = {"host": "evil.example.org"}
    refused = await admin.send("PATCH", "/settings/mail", elsewhere, etag)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "password")
    assert (await admin.get("/settings/mail")).json() == saved
    moved = await set_mail(admin, 465, host="Mail.example.org")
    assert moved["password_set"], "the same server by another port"
    for password, is_set in (("another", True), (None, False)):
        view = await set_mail(admin, 25, host=f"{is_set}.example.org", password=password)
        assert view["password_set"] is is_set
    await set_mail(admin, 25, **elsewhere)


async def test_a_password_does_not_travel_unencrypted_to_another_machine(admin: Browser) -> None:
    await set_mail(admin, 25, host="mail.example.org", username="orbiter", password=PASSWORD)
    assert "unencrypted" in (await tried(admin))["error"]


@pytest.mark.parametrize("bad", ["a@b.c\r\nBcc: eve@example.org", "a@b.c\n", "a@b.c, eve@example.org", "<a@b.c>", ""])
async def test_nobody_slips_another_header_in(admin: Browser, bad: str) -> None:
    assert (await admin.send("POST", "/settings/mail/test", {"to": bad})).status_code == 400
    if bad:
        answer = await admin.send("PATCH", "/settings/mail", {"sender": bad}, {"if-match": '"0"'})
        assert answer.status_code == 400
    with pytest.raises(MailError):
        message_of(Mail("a@b.c\nBcc: eve@example.org", "Hello", ""), "orbiter@example.org")
    with pytest.raises(MailError):
        message_of(Mail("a@b.c", "Hello\r\nBcc: eve@example.org", ""), "orbiter@example.org")


async def test_only_administrators_see_or_change_it(rig: Rig, admin: Browser) -> None:
    developer = await rig.person("developer")
    assert (await developer.get("/settings/mail")).status_code == 403
    assert (await developer.send("POST", "/settings/mail/test", {"to": "a@b.c"})).status_code == 403
    assert (await admin.send("PATCH", "/settings/mail", {"port": 25})).status_code == 428


async def test_the_link_for_a_new_password_is_mailed_and_not_logged(
    rig: Rig, admin: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    async with smtp_server() as smtp:
        await set_mail(admin, smtp.port)
        await (await rig.browser()).send("POST", "/auth/password-reset/request", {"email": "ann@example.org"})
        mail = await smtp.mail()
        link = next(line for line in mail.get_content().splitlines() if line.startswith("http"))
        token = link.partition("/reset#")[2]
        assert token
        assert token not in caplog.text
        body = {"token": token, "password": "another good phrase"}
        assert (await (await rig.browser()).send("POST", "/auth/password-reset/confirm", body)).status_code == 204
        assert (await smtp.mail(2))["Subject"] == "Your password was changed"
    await rig.services.get(Mailer).close()


async def test_a_mail_that_does_not_go_out_is_told_to_administrators(
    rig: Rig, admin: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    async with smtp_server() as smtp:
        smtp.refuse_recipients = True
        await set_mail(admin, smtp.port)
        await (await rig.browser()).send("POST", "/auth/password-reset/request", {"email": "ann@example.org"})
        await rig.services.get(ResetLinks).close()
        await rig.services.get(Mailer).close()
    assert "refused the recipient" in caplog.text
    assert "/reset#" not in caplog.text
    told = await rows(rig, "SELECT kind, title FROM notifications")
    assert told == [("mail.failed", "A mail to ann@example.org could not be sent")]


async def invite(admin: Browser) -> dict[str, Any]:
    answer = await admin.send("POST", "/users/invites", {"email": "new@example.org", "name": "Nora", "role": "viewer"})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_an_invite_is_mailed_and_its_link_opens_the_account(
    rig: Rig, admin: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    async with smtp_server() as smtp:
        await set_mail(admin, smtp.port)
        made = await invite(admin)
        assert made["mailed"] is True
        first = await smtp.mail()
        assert (first["To"], first["Subject"]) == ("new@example.org", "You are invited to Orbiter")
        assert f"http://127.0.0.1:8000/invite#{made['token']}" in first.get_content().splitlines()
        renewed = (await admin.send("POST", f"/users/invites/{made['invite']['id']}/resend")).json()
        assert renewed["mailed"] is True
        token = (await smtp.mail(2)).get_content().partition("/invite#")[2].split()[0]
        assert token == renewed["token"] != made["token"]
        body = {"token": token, "name": "Nora", "password": "another good phrase"}
        assert (await (await rig.browser()).send("POST", "/auth/invites/accept", body)).status_code == 201
    await rig.services.get(Mailer).close()
    assert "invite#" not in caplog.text
    assert not [row for row in await rows(rig, "SELECT * FROM audit_log") if token in str(row)]


async def test_without_a_server_an_invite_says_that_its_link_must_be_passed_on(rig: Rig, admin: Browser) -> None:
    assert (await invite(admin))["mailed"] is False


async def test_an_invite_that_was_refused_is_not_mailed(rig: Rig, admin: Browser) -> None:
    async with smtp_server() as smtp:
        await set_mail(admin, smtp.port)
        await invite(admin)
        again = await admin.send("POST", "/users/invites", {"email": "new@example.org", "role": "viewer"})
        assert again.status_code == 409
        await rig.services.get(Mailer).close()
        assert len(smtp.mails) == 1


async def test_an_invite_whose_mail_does_not_go_out_holds_and_is_told_to_administrators(
    rig: Rig, admin: Browser
) -> None:
    async with smtp_server() as smtp:
        smtp.refuse_recipients = True
        await set_mail(admin, smtp.port)
        made = await invite(admin)
        await rig.services.get(Mailer).close()
    told = await rows(rig, "SELECT kind, title FROM notifications")
    assert told == [("mail.failed", "A mail to new@example.org could not be sent")]
    look = await (await rig.browser()).send("POST", "/auth/invites/look", {"token": made["token"]})
    assert look.status_code == 200
