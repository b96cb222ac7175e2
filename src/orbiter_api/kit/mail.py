"""Mail: the server that administrators name, and how one is handed to it."""

from __future__ import annotations

import asyncio
import smtplib
import ssl
from collections.abc import Awaitable, Callable
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, Protocol

import msgspec
from msgspec import Meta

from orbiter_api.config.settings import is_loopback
from orbiter_api.kit.time import DAY
from orbiter_api.kit.workspace import Section, WorkspaceSettings

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from orbiter_api.db.uow import UnitOfWork
    from orbiter_api.kit.services import Services

TIMEOUT_S = 15
_SAID_MAX = 300

MailSecurity = Literal["none", "starttls", "tls"]
HostName = Annotated[str, Meta(max_length=253, pattern=r"^[A-Za-z0-9.:_-]*$(?!\n)")]
MailAddress = Annotated[str, Meta(max_length=254, pattern=r"^([^@\s<>,;\"]+@[^@\s<>,;\"]+)?$(?!\n)")]
Port = Annotated[int, Meta(ge=1, le=65_535)]


class MailSettings(Section, frozen=True):
    section: ClassVar[str] = "mail"
    secrets: ClassVar[tuple[str, ...]] = ("password",)

    host: HostName = ""
    port: Port = 587
    security: MailSecurity = "starttls"
    username: Annotated[str, Meta(max_length=254)] = ""
    password: Annotated[str, Meta(max_length=1024)] = ""
    sender: MailAddress = ""

    @property
    def usable(self) -> bool:
        return bool(self.host and self.sender)


class Mail(msgspec.Struct, frozen=True):
    to: str
    subject: str
    text: str
    holds: int = DAY
    """For how long somebody waits for it, in microseconds."""


class MailError(Exception):
    """Why a mail did not go out: a sentence for administrators, without the password. `lasting` when the mail server
    will say the same tomorrow."""

    def __init__(self, reason: str, *, lasting: bool = False) -> None:
        super().__init__(reason)
        self.lasting = lasting


Failed = Callable[[Mail, MailError], Awaitable[None]]


async def _nobody_told(_mail: Mail, _error: MailError) -> None:
    return None


class Outbox(Protocol):
    """Implemented by the settings domain, which has the database."""

    async def add(self, uow: UnitOfWork, mail: Mail) -> None:
        """Write the mail down in the unit; it is sent after the commit."""
        ...

    async def close(self) -> None: ...


class Mailer:
    """`post` writes a mail down with the change that it tells of; `deliver` sends one and waits for the server's word."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self.outbox: Outbox | None = None
        self.on_failure: Failed = _nobody_told

    async def usable(self, within: AsyncSession | None = None) -> bool:
        return (await self._settings(within)).usable

    async def post(self, uow: UnitOfWork, mail: Mail) -> None:
        if self.outbox is not None and await self.usable(uow.session):  # without a mail server nobody expects mails
            await self.outbox.add(uow, mail)

    async def deliver(self, mail: Mail, message_id: str | None = None) -> None:
        """Raises MailError."""
        settings = await self._settings()
        if not settings.usable:
            raise MailError("No mail server is set. Enter its host and the sender's address under Settings, Mail.")
        message = message_of(mail, settings.sender, message_id)
        try:
            await asyncio.to_thread(send, settings, message)
        except (OSError, smtplib.SMTPException, ssl.SSLError, UnicodeError) as error:
            raise MailError(reason_of(error), lasting=is_lasting(error)) from error

    async def close(self) -> None:
        """Wait for what is being sent; each has a time limit of its own."""
        if self.outbox is not None:
            await self.outbox.close()

    async def _settings(self, within: AsyncSession | None = None) -> MailSettings:
        return await self._services.get(WorkspaceSettings).get(MailSettings, within)


def message_of(mail: Mail, sender: str, message_id: str | None = None) -> EmailMessage:
    """With a Message-ID of its own, unless it was sent before. Raises MailError for an address or a subject that would be
    more than one header."""
    message = EmailMessage()
    try:
        message["From"] = sender
        message["To"] = mail.to
        message["Subject"] = mail.subject
    except ValueError as error:
        raise MailError("The address or the subject has a line break in it.", lasting=True) from error
    message["Date"] = formatdate()
    domain = sender.rpartition("@")[2]
    message["Message-ID"] = f"<{message_id}@{domain}>" if message_id else make_msgid(domain=domain)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    return message


def send(settings: MailSettings, message: EmailMessage) -> None:
    """Blocks. Certificates are checked against the machine's authorities."""
    if settings.username and settings.security == "none" and not is_loopback(settings.host):
        raise MailError("The password would travel unencrypted. Choose STARTTLS or TLS.")
    with _connected(settings) as smtp:
        if settings.username:
            smtp.login(settings.username, settings.password)
        smtp.send_message(message)


def _connected(settings: MailSettings) -> smtplib.SMTP:
    name = settings.sender.rpartition("@")[2]
    if settings.security == "tls":
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(settings.host, settings.port, name, timeout=TIMEOUT_S, context=context)
    smtp = smtplib.SMTP(settings.host, settings.port, name, timeout=TIMEOUT_S)
    if settings.security == "starttls":
        try:
            smtp.starttls(context=ssl.create_default_context())
        except BaseException:
            smtp.close()
            raise
    return smtp


def is_lasting(error: Exception) -> bool:
    """Whether the server refused this mail for good. A wrong password is not that: an administrator will correct it."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    code = error.smtp_code if isinstance(error, smtplib.SMTPResponseException) else 0
    return code >= 500 and not isinstance(error, smtplib.SMTPAuthenticationError)


def reason_of(error: Exception) -> str:
    """What the server said, cut short; never what we sent it."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return "The mail server refused the user name or the password."
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return "The mail server does not offer what the settings ask of it. Choose another encryption."
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "The mail server refused the recipient."
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        text = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
        return f"The mail server answered {error.smtp_code}: {text[:_SAID_MAX]}"
    if isinstance(error, UnicodeError):  # the library's own text would quote the password
        return (
            "The user name, the password or the sender's domain has a character outside ASCII, which SMTP cannot carry."
        )
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"The mail server's certificate is not valid: {error.verify_message}."
    if isinstance(error, TimeoutError):
        return "The mail server did not answer in time. Check host and port."
    return f"The mail server could not be reached ({type(error).__name__}). Check host, port and encryption."
