"""A small paper, certificates of other authorities, and outside programs, for tests of signatures."""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from lms.kernel.typesetting import typeset
from lms.plugins.certificates.signing import keys
from lms.plugins.certificates.signing.keys import Issuer
from lms.plugins.certificates.signing.local import local_signer
from lms.plugins.certificates.signing.model import Signer, reason_for
from lms.plugins.certificates.signing.pades import Level

NOW = datetime.now(UTC).replace(microsecond=0)
ISSUER = Issuer(name=lambda: "BK3S Kalimantan Barat", host="lokakarya.example.org", moment=NOW)
NUMBER, CODE = "001/SERT/BK3S-KB/XI/2026", "R4TM9K2D7QXY"
PASSWORD = b"rahasia panjang"


@cache
def paper() -> bytes:
    """A PDF of one page, of the standards that ours follow."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder) / "paper.typ"
        template.write_text('#set document(title: "Sertifikat")\n#set text(lang: "id")\n= Sertifikat\nYohana Lestari')
        return typeset(template, data={}, moment=NOW)


def own_signer(folder: Path, level: Level | None = None) -> Signer:
    own = keys.local_identity(folder, ISSUER)
    return local_signer(own.key, own.chain, level=level or Level(), is_certified=False)


def sign(signer: Signer, pdf: bytes | None = None, *, moment: datetime = NOW, code: str = CODE) -> bytes:
    reason = reason_for(number=NUMBER, code=code)
    return signer.sign(pdf or paper(), moment=moment, reason=reason, location="Pontianak")


class Authority:
    """A certification authority that is not ours, with one signer or time stamp service under it."""

    def __init__(self, name: str, *, key: Any = None, is_tsa: bool = False, crosses: bool = False) -> None:
        self.root_key = ec.generate_private_key(ec.SECP256R1())
        self.key = key or ec.generate_private_key(ec.SECP256R1())
        self.root = self._certificate(f"Root {name}", None, self.root_key, is_tsa=False)
        self.certificate = self._certificate(name, self.root, self.key, is_tsa=is_tsa)

    def _certificate(self, name: str, issuer: x509.Certificate | None, key: Any, *, is_tsa: bool) -> x509.Certificate:
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        usage = ExtendedKeyUsageOID.TIME_STAMPING if is_tsa else ExtendedKeyUsageOID.EMAIL_PROTECTION
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer.subject if issuer else subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(NOW - timedelta(days=2))
            .not_valid_after(NOW + timedelta(days=900))
            .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
            .add_extension(_usage(certifies=issuer is None), critical=True)
        )
        if issuer is not None:
            builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), critical=is_tsa)
        return builder.sign(self.root_key, hashes.SHA256())

    @property
    def chain(self) -> tuple[x509.Certificate, ...]:
        return (self.certificate, self.root)

    @property
    def chain_pem(self) -> str:
        return "".join(one.public_bytes(serialization.Encoding.PEM).decode() for one in self.chain)

    def write_p12(self, folder: Path) -> tuple[Path, Path]:
        """The PKCS#12 file and that of its password."""
        path, secret = folder / "psre.p12", folder / "psre.password"
        encryption = serialization.BestAvailableEncryption(PASSWORD)
        data = pkcs12.serialize_key_and_certificates(b"s", self.key, self.certificate, [self.root], encryption)
        path.write_bytes(data)
        secret.write_bytes(PASSWORD + b"\n")
        return path, secret


def _usage(*, certifies: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not certifies, content_commitment=not certifies, key_encipherment=False,
        data_encipherment=False, key_agreement=False, key_cert_sign=certifies, crl_sign=certifies,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip


@cache
def psre() -> Authority:
    """A PSrE that gave out an RSA certificate."""
    return Authority("Contoh PSrE Uji", key=rsa.generate_private_key(public_exponent=65537, key_size=2048))


@contextmanager
def serving(answer: Any) -> Iterator[str]:
    """A service on this machine; `answer(method, path, headers, body) -> (status, body)`."""

    class Handler(BaseHTTPRequestHandler):
        def _reply(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, data = answer(self.command, self.path, self.headers, body)
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", data.decode())
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = _reply

        def log_message(self, *_args: object) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def run(*command: str, check: bool = True) -> str:
    """What an outside program says; the test is skipped where it is missing."""
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    if check:
        assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def written(folder: Path, data: bytes, name: str = "paper.pdf") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def trusting(folder: Path, root: bytes) -> Path:
    """A database of NSS that trusts a root for signatures, as a reader's is after importing it."""
    store, pem = folder / "nss", folder / "root.pem"
    store.mkdir()
    pem.write_bytes(root)
    run("certutil", "-N", "-d", f"sql:{store}", "--empty-password")
    run("certutil", "-A", "-d", f"sql:{store}", "-n", "akar", "-t", "CT,C,C", "-i", str(pem))
    return store
