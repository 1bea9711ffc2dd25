"""Signatures in PDF files, as programs that we did not write read them."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import io
import json
import re
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import cms, tsp
from asn1crypto import keys as asn1_keys
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa, utils
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from lms.plugins.certificates.signing import authority, keys, pkcs12, reading, service
from lms.plugins.certificates.signing.local import local_signer
from lms.plugins.certificates.signing.model import SigningFailed, code_in, number_in
from lms.plugins.certificates.signing.pades import Level, to_asn1
from lms.plugins.certificates.signing.remote import RemoteSigner
from tests.plugins.certificates.signing_tools import (
    CODE,
    NOW,
    NUMBER,
    Authority,
    own_signer,
    paper,
    psre,
    run,
    serving,
    sign,
    trusting,
    written,
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key folder."""
    return tmp_path_factory.mktemp("kunci") / "keys"


@pytest.fixture(scope="module")
def signed(folder: Path) -> bytes:
    return sign(own_signer(folder))


def pyhanko_says(data: bytes, *roots: Any) -> Any:
    context = ValidationContext(trust_roots=[to_asn1(root) for root in roots], allow_fetching=False)
    [found] = PdfFileReader(io.BytesIO(data)).embedded_signatures
    work = async_validate_pdf_signature(found, context, ts_validation_context=context)
    with ThreadPoolExecutor(1) as hand:  # beside browser tests this thread has a loop that runs already
        return hand.submit(asyncio.run, work).result()


# C30


def test_c30_pdfsig_says_valid_and_total_document_signed(signed: bytes, tmp_path: Path) -> None:
    told = run("pdfsig", str(written(tmp_path, signed)))
    assert "Signature is Valid." in told
    assert "Total document signed" in told
    assert "Signer Certificate Common Name: BK3S Kalimantan Barat" in told
    assert "Signature Type: ETSI.CAdES.detached" in told
    assert "Certificate is Trusted" not in told


def test_c30_with_the_root_imported_pdfsig_says_trusted(signed: bytes, folder: Path, tmp_path: Path) -> None:
    store = trusting(tmp_path, (folder / "root.pem").read_bytes())
    told = run("pdfsig", "-nssdir", str(store), str(written(tmp_path, signed)))
    assert "Certificate is Trusted." in told


def test_c30_openssl_agrees_with_the_bytes_that_were_signed(signed: bytes, folder: Path, tmp_path: Path) -> None:
    covered, contents = parts_of(signed)
    data, envelope = written(tmp_path, covered, "covered"), written(tmp_path, contents, "envelope")
    command = ["openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", str(envelope), "-content", str(data)]
    told = run(*command, "-CAfile", str(folder / "root.pem"), "-cades", "-out", "/dev/null")
    assert "CAdES Verification successful" in told
    data.write_bytes(covered[:-1] + b"!")
    assert "failure" in run(*command, "-CAfile", str(folder / "root.pem"), "-out", "/dev/null", check=False)


def test_c30_mutool_agrees(signed: bytes, tmp_path: Path) -> None:
    told = run("mutool", "sign", "-v", str(written(tmp_path, signed)), check=False)
    if "Digital Signatures" in told or "unrecognised" in told or "usage" in told:
        pytest.skip("this mutool knows no signatures")
    assert "The document is unchanged since signing." in told


def test_c30_one_flipped_byte_is_refused_by_outside_programs(signed: bytes, tmp_path: Path) -> None:
    flipped = bytearray(signed)
    flipped[len(paper()) // 2] ^= 1
    told = run("pdfsig", str(written(tmp_path, bytes(flipped))), check=False)
    assert "Signature is Valid." not in told


def test_the_signed_file_is_sound_and_begins_with_the_unsigned_one(signed: bytes, tmp_path: Path) -> None:
    assert "No syntax or stream encoding errors" in run("qpdf", "--check", str(written(tmp_path, signed)))
    assert signed.startswith(paper())


def test_pyhanko_finds_nothing_wrong_and_no_change_allowed(signed: bytes, folder: Path) -> None:
    status = pyhanko_says(signed, *keys.trusted_certificates(folder))
    assert status.bottom_line
    assert status.coverage.name == "ENTIRE_FILE"
    assert status.trusted
    [found] = PdfFileReader(io.BytesIO(signed)).embedded_signatures
    assert found.docmdp_level.name == "NO_CHANGES"
    assert found.self_reported_timestamp == NOW


def test_metadata_and_version_stay_those_of_the_archive_file(signed: bytes) -> None:
    """PDF/A wants dates and titles to agree; a writer that touches one of them breaks it."""
    added = signed[len(paper()) :]
    assert b"/Producer" not in added
    assert b"/Metadata" not in added.replace(b"/Metadata ", b"", 1)
    assert b"/Version" not in added


def test_the_widget_shows_nothing_is_printable_and_belongs_to_a_form_element(signed: bytes) -> None:
    """PDF/A-2 wants it printable, PDF/UA-1 inside the structure and with a name."""
    added = signed[len(paper()) :].decode("latin-1")
    assert "/F 132" in added
    assert re.search(r"/Rect \[ 0 0 0 0 \]", added)
    assert "/S /Form" in added
    assert "/TU (Tanda tangan elektronik)" in added


def test_the_cms_object_is_canonical_der(signed: bytes) -> None:
    """Written by hand: what a general library makes of the same content must be the same bytes."""
    _covered, contents = parts_of(signed)
    assert cms.ContentInfo.load(contents).copy().dump(force=True) == contents
    [info] = cms.ContentInfo.load(contents)["content"]["signer_infos"]
    kinds = {attribute["type"].native for attribute in info["signed_attrs"]}
    assert kinds == {"content_type", "message_digest", "signing_certificate_v2"}


def test_a_signature_costs_at_most_ten_milliseconds(folder: Path) -> None:
    signer = own_signer(folder)
    sign(signer)
    before = time.process_time()
    for _once in range(10):
        sign(signer)
    assert (time.process_time() - before) / 10 < 0.010


def test_number_and_code_can_be_read_from_the_reason(signed: bytes) -> None:
    [found] = reading.signatures_of(signed)
    assert (found.number, found.code) == (NUMBER, CODE)
    assert (number_in("Penerbitan 001/X"), code_in("Penerbitan 001/X")) == ("001/X", "")
    assert number_in("Persetujuan") == ""


# C31


def test_c31_a_pkcs12_file_of_a_psre_signs_in_its_own_name(tmp_path: Path) -> None:
    path, password = psre().write_p12(tmp_path)
    key, chain = pkcs12.read(path, password)
    signer = local_signer(key, chain, level=Level(), is_certified=True)
    assert (signer.info.name, signer.info.algorithm) == ("Contoh PSrE Uji", "RS256")
    data = sign(signer)
    told = run("pdfsig", str(written(tmp_path, data)))
    assert "Signer Certificate Common Name: Contoh PSrE Uji" in told
    assert "Signature is Valid." in told
    assert "Total document signed" in told
    assert pyhanko_says(data, psre().root).bottom_line


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda p12, secret: secret.write_bytes(b"salah"), "the password is wrong"),
        (lambda p12, secret: p12.write_bytes(b"x"), "no PKCS#12 file"),
        (lambda p12, secret: secret.unlink(), "cannot be read"),
    ],
)
def test_what_is_wrong_with_a_pkcs12_file_is_said_without_its_password(spoil: Any, says: str, tmp_path: Path) -> None:
    path, password = psre().write_p12(tmp_path)
    spoil(path, password)
    with pytest.raises(SigningFailed, match=says) as error:
        pkcs12.read(path, password)
    assert "rahasia" not in str(error.value)


def test_a_short_rsa_key_signs_nothing() -> None:
    weak = Authority("Lemah", key=rsa.generate_private_key(public_exponent=65537, key_size=1024))
    with pytest.raises(SigningFailed, match="2048"):
        local_signer(weak.key, weak.chain, level=Level(), is_certified=True)


# Time stamps


@pytest.fixture(scope="module")
def tsa() -> Authority:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)  # all that pyHanko's own service can use
    return Authority("Cap Waktu Uji", key=key, is_tsa=True)


def stamping(tsa: Authority) -> Any:
    """What the service answers, made by pyHanko."""
    others = SimpleCertificateStore()
    others.register(to_asn1(tsa.root))
    der = tsa.key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    key = asn1_keys.PrivateKeyInfo.load(der)
    stamper = DummyTimeStamper(to_asn1(tsa.certificate), key, certs_to_embed=others, fixed_dt=NOW)

    def answer(_method: str, _path: str, _headers: Any, body: bytes) -> tuple[int, bytes]:
        made = asyncio.run(stamper.async_request_tsa_response(tsp.TimeStampReq.load(body)))
        return 200, made.dump()

    return answer


@pytest.mark.parametrize("level", ["B-T", "B-LT"])
def test_time_stamps_of_a_service_are_put_in(level: str, folder: Path, tsa: Authority, tmp_path: Path) -> None:
    roots = (*keys.trusted_certificates(folder), tsa.root)
    with serving(stamping(tsa)) as url:
        data = sign(own_signer(folder, Level(name=level, tsa_url=url, roots=roots)))
    status = pyhanko_says(data, *roots)
    assert status.bottom_line
    assert status.timestamp_validity.timestamp == NOW
    told = run("pdfsig", str(written(tmp_path, data)))
    assert "Signature is Valid." in told
    assert "Total document signed" in told
    assert (b"/DSS" in data) is (level == "B-LT")
    [found] = reading.signatures_of(data)
    assert (found.is_whole, found.has_stamp, found.moment) == (True, True, NOW)


def test_a_time_stamp_service_that_is_not_trusted_stops_a_long_term_signature(folder: Path, tsa: Authority) -> None:
    with serving(stamping(tsa)) as url, pytest.raises(SigningFailed, match="trusted/"):
        sign(own_signer(folder, Level(name="B-LT", tsa_url=url, roots=tuple(keys.trusted_certificates(folder)))))


@pytest.mark.parametrize("answer", [(500, b""), (200, b"<html>"), (302, b"http://127.0.0.1:9/")])
def test_a_broken_time_stamp_service_is_named(answer: tuple[int, bytes], folder: Path) -> None:
    with serving(lambda *_what: answer) as url, pytest.raises(SigningFailed, match="the time stamp service"):
        sign(own_signer(folder, Level(name="B-T", tsa_url=url)))


# A remote seal


class Seal:
    """The protocol of `signing/remote.py`, as a service would speak it."""

    def __init__(self, authority: Authority) -> None:
        self.authority = authority
        self.seen: list[bytes] = []
        self.tokens: set[str] = set()

    def __call__(self, method: str, path: str, headers: Any, body: bytes) -> tuple[int, bytes]:
        self.tokens.add(headers["Authorization"])
        if (method, path) == ("GET", "/segel/certificate"):
            return 200, json.dumps({"chain_pem": self.authority.chain_pem}).encode()
        wanted = json.loads(body)
        self.seen.append(body)
        digest = base64.b64decode(wanted["digest"])
        assert (wanted["digest_algorithm"], len(digest)) == ("sha256", 32)
        signature = self.authority.key.sign(digest, ec.ECDSA(utils.Prehashed(hashes.SHA256())))
        return 200, json.dumps({"signature": base64.b64encode(signature).decode()}).encode()


@pytest.fixture
def token(tmp_path: Path) -> Path:
    return written(tmp_path, b"token-segel\n", "token")


def test_a_remote_seal_signs_a_digest_and_never_sees_the_file(token: Path, tmp_path: Path) -> None:
    seal = Seal(Authority("Segel Jauh"))
    with serving(seal) as url:
        data = sign(RemoteSigner(f"{url}/segel", token, Level()))
    assert pyhanko_says(data, seal.authority.root).bottom_line
    assert "Signer Certificate Common Name: Segel Jauh" in run("pdfsig", str(written(tmp_path, data)))
    assert seal.tokens == {"Bearer token-segel"}
    assert max(map(len, seal.seen)) < 200


def test_a_seal_that_got_a_new_key_is_asked_for_its_new_certificate(token: Path) -> None:
    seal = Seal(Authority("Segel Lama"))
    with serving(seal) as url:
        signer = RemoteSigner(f"{url}/segel", token, Level())
        seal.authority = Authority("Segel Baru")
        data = sign(signer)
    assert signer.info.name == "Segel Baru"
    assert pyhanko_says(data, seal.authority.root).bottom_line


def test_a_wrong_signature_of_a_seal_never_gets_into_a_file(token: Path) -> None:
    seal, other = Seal(Authority("Segel")), Authority("Lain")

    def answer(method: str, *what: Any) -> tuple[int, bytes]:
        status, body = seal(method, *what)
        if method == "POST":
            wrong = other.key.sign(b"x", ec.ECDSA(hashes.SHA256()))
            body = json.dumps({"signature": base64.b64encode(wrong).decode()}).encode()
        return status, body

    with serving(answer) as url, pytest.raises(SigningFailed, match="another key"):
        sign(RemoteSigner(f"{url}/segel", token, Level()))


@pytest.mark.parametrize("url", ["http://segel.example.org", "ftp://127.0.0.1/", "file:///etc/passwd"])
def test_a_token_is_never_sent_in_clear(url: str, token: Path) -> None:
    with pytest.raises(SigningFailed, match="https://"):
        RemoteSigner(url, token, Level())


def test_a_redirect_does_not_lead_the_token_away(token: Path) -> None:
    reached = []
    with (
        serving(lambda *_what: reached.append(1) or (200, b"{}")) as other,
        serving(lambda *_what: (302, other.encode())) as url,
        pytest.raises(SigningFailed, match="status 302"),
    ):
        RemoteSigner(url, token, Level())
    assert reached == []


def test_an_answer_without_end_is_cut_off() -> None:
    much = b"x" * (service.MAX_ANSWER + 10)
    with serving(lambda *_what: (200, much)) as url, pytest.raises(SigningFailed, match="too much"):
        service.ask(url, headers={}, what="the seal service")


# Reading


def test_every_signer_certificate_of_ours_may_sign_documents(folder: Path) -> None:
    [own, root] = keys.local_identity(folder, keys.Issuer(name=str, host="x", moment=NOW)).chain
    told = {extension.oid.dotted_string: extension for extension in own.extensions}
    usage = told["2.5.29.15"].value
    assert (usage.digital_signature, usage.content_commitment, usage.key_cert_sign) == (True, True, False)
    assert "1.3.6.1.5.5.7.3.36" in {one.dotted_string for one in told["2.5.29.37"].value}
    assert (own.not_valid_after_utc - NOW).days in range(5 * 365, 5 * 365 + 3)
    assert (root.not_valid_after_utc - NOW).days in range(20 * 365, 20 * 365 + 7)
    assert authority.common_name(own.issuer) == "Akar lokakarya.example.org"


def parts_of(data: bytes) -> tuple[bytes, bytes]:
    """What is signed, and the CMS object."""
    match = re.search(rb"/ByteRange \[(\d+) (\d+) (\d+) (\d+)\]", data)
    assert match is not None
    start, before, after, rest = map(int, match.groups())
    raw = bytes.fromhex(data[before + 1 : after - 1].decode())
    length = 4 + int.from_bytes(raw[2:4], "big")
    return data[start:before] + data[after : after + rest], raw[:length]


def test_the_hash_of_what_is_signed_is_in_the_envelope(signed: bytes) -> None:
    covered, contents = parts_of(signed)
    assert hashlib.sha256(covered).digest() in contents
