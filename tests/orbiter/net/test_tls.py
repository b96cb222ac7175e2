"""Encrypted connections: dialled by the checked address, named and verified by the URL's host."""

from __future__ import annotations

import datetime as dt
import ssl
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from orbiter.net import EgressPolicy, HttpConnectionError, Timeouts
from tests.orbiter.net.loopback import PUBLIC, Net, fixed, response, serve


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate for secure.test, and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "secure.test")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("secure.test")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "secure.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + secret)
    return path


def _server_side(certificate: Path, names: list[str | None]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    def remember(_connection, name: str | None, _context) -> None:
        names.append(name)

    context.sni_callback = remember
    return context


async def test_name_and_certificate_are_those_of_the_url(certificate: Path):
    asked: list[str | None] = []
    async with serve(fixed(response(b"secret")), _server_side(certificate, asked)) as server:
        net = Net(server.port, {"secure.test": [[PUBLIC]]})
        async with net.client(tls=ssl.create_default_context(cafile=str(certificate))) as client:
            for _ in range(2):
                answer = await client.request("GET", "https://secure.test/")
    assert answer.body == b"secret"
    assert net.dialled == [(PUBLIC, 443)]
    assert asked == ["secure.test"]
    assert server.received[0].headers["host"] == "secure.test"


async def test_a_certificate_for_another_name_is_refused(certificate: Path):
    async with serve(fixed(response()), _server_side(certificate, [])) as server:
        net = Net(server.port, {"other.test": [[PUBLIC]]})
        async with net.client(tls=ssl.create_default_context(cafile=str(certificate))) as client:
            with pytest.raises(HttpConnectionError, match="certificate of other"):
                await client.request("GET", "https://other.test/")
    assert server.received == []


async def test_an_unknown_authority_is_refused_by_default(certificate: Path):
    async with serve(fixed(response()), _server_side(certificate, [])) as server:
        net = Net(server.port, {"secure.test": [[PUBLIC]]})
        async with net.client(EgressPolicy(explain=True)) as client:
            with pytest.raises(HttpConnectionError, match="not trusted"):
                await client.request("GET", "https://secure.test/")
    assert server.received == []


async def test_a_server_without_tls_is_refused():
    async with serve(fixed(response())) as server:
        net = Net(server.port, {"plain.test": [[PUBLIC]]})
        async with net.client(timeouts=Timeouts(connect_s=0.2)) as client:
            with pytest.raises(HttpConnectionError, match="TLS"):
                await client.request("GET", "https://plain.test:444/")
