"""A mail server on loopback that keeps what it was sent: plain, with STARTTLS, or with TLS from the first byte."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import datetime as dt
import ipaddress
import ssl
from collections.abc import AsyncIterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Literal, cast

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Mode = Literal["none", "starttls", "tls"]


def certificate(folder: Path) -> tuple[Path, Path]:
    """For 127.0.0.1, signed by itself: `(certificate, key)`."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    cert_file, key_file = folder / "smtp.pem", folder / "smtp.key"
    cert_file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return cert_file, key_file


class SmtpServer:
    def __init__(self, mode: Mode, tls: ssl.SSLContext | None, login: tuple[str, str] | None) -> None:
        self.mails: list[EmailMessage] = []
        self.encrypted: list[bool] = []
        self.refuse_recipients = False
        self.try_later = False
        """Refuse them, but not for ever."""
        self.silent = False
        """It takes a mail and does not say so: the sender cannot know."""
        self.unanswered: list[EmailMessage] = []
        self.port = 0
        self._mode = mode
        self._tls = tls
        self._login = login
        self._arrived = asyncio.Event()

    async def mail(self, number: int = 1) -> EmailMessage:
        """The so-manieth that arrives."""
        async with asyncio.timeout(20):
            while len(self.mails) < number:
                self._arrived.clear()
                await self._arrived.wait()
        return self.mails[number - 1]

    async def taken_in_silence(self) -> EmailMessage:
        async with asyncio.timeout(60):
            while not self.unanswered:
                self._arrived.clear()
                await self._arrived.wait()
        return self.unanswered[0]

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            await self._talk(reader, writer)
        writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        secure, authenticated = self._mode == "tls", self._login is None
        await say(writer, "220 127.0.0.1 ready")
        while line := (await reader.readline()).decode().strip():
            verb, _, rest = line.partition(" ")
            match verb.upper():
                case "EHLO":
                    offers = ["STARTTLS"] if self._mode == "starttls" and not secure else []
                    offers += ["AUTH PLAIN"] if self._login else []
                    await say(writer, *(f"250-{offer}" for offer in ["127.0.0.1", *offers]), "250 SMTPUTF8")
                case "STARTTLS":
                    await say(writer, "220 go on")
                    await writer.start_tls(cast("ssl.SSLContext", self._tls))
                    secure = True
                case "AUTH":
                    said = base64.b64decode(rest.split()[1]).decode().split("\0")[1:]
                    authenticated = tuple(said) == self._login
                    await say(writer, "235 welcome" if authenticated else "535 wrong")
                case "RCPT" if self.refuse_recipients or self.try_later:
                    await say(writer, "451 try later" if self.try_later else "550 nobody here")
                case "MAIL" if not authenticated:
                    await say(writer, "530 sign in first")
                case "DATA":
                    await say(writer, "354 go on")
                    await self._take(reader, writer, secure=secure)
                case "QUIT":
                    await say(writer, "221 bye")
                    return
                case _:
                    await say(writer, "250 ok")

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, secure: bool) -> None:
        content = await reader.readuntil(b"\r\n.\r\n")
        (self.unanswered if self.silent else self.mails).append(
            cast("EmailMessage", message_from_bytes(content[:-3], policy=default))
        )
        self.encrypted.append(secure)
        self._arrived.set()
        if self.silent:
            await reader.read()
        else:
            await say(writer, "250 taken")


async def say(writer: asyncio.StreamWriter, *lines: str) -> None:
    writer.write("".join(f"{line}\r\n" for line in lines).encode())
    await writer.drain()


@contextlib.asynccontextmanager
async def smtp_server(
    mode: Mode = "none", *, files: tuple[Path, Path] | None = None, login: tuple[str, str] | None = None
) -> AsyncIterator[SmtpServer]:
    tls = None
    if files is not None:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(*files)
    smtp = SmtpServer(mode, tls, login)
    listening = await asyncio.start_server(smtp.talk, "127.0.0.1", 0, ssl=tls if mode == "tls" else None)
    smtp.port = listening.sockets[0].getsockname()[1]
    try:
        yield smtp
    finally:
        listening.close()
