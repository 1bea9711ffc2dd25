"""An uploaded file: five facts, one of which is that not a single byte of it was changed."""

from __future__ import annotations

import hashlib
import io
import re
import socket
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import cms
from flask import Flask
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from lms.kernel.db import db, unit_of_work
from lms.kernel.installation import settings
from lms.kernel.permissions import SYSTEM
from lms.kernel.storage import storage
from lms.plugins.certificates import keys, preview, services, upload_check, upload_views
from lms.plugins.certificates.enums import PaperRole
from lms.plugins.certificates.models import Certificate
from lms.plugins.certificates.signing import reading
from lms.plugins.certificates.signing.local import local_signer
from lms.plugins.certificates.signing.pades import Level
from lms.plugins.certificates.upload_check import UploadVerdict
from tests.plugins.certificates.signing_tools import paper, psre, run, sign, written

fast = hypothesis_settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@pytest.fixture
def made(
    app: Flask, add_person: Any, issue: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Certificate]:
    """Issue a certificate with the keys of this test only."""
    own = replace(settings(app), keys_dir=tmp_path / "keys")
    monkeypatch.setitem(app.extensions, "lms_settings", own)
    return lambda **values: issue(add_person("Yohana Lestari", **values))


@pytest.fixture
def certificate(made: Any) -> Certificate:
    row: Certificate = made()
    return row


@pytest.fixture
def original(certificate: Certificate) -> bytes:
    return storage().read(certificate.storage_key)


@pytest.fixture
def upload(client: Any) -> Callable[..., Any]:
    def send(data: bytes, name: str = "sertifikat.pdf") -> Any:
        return client.post("/v/unggah", data={"berkas": (io.BytesIO(data), name)})

    return send


def flipped(data: bytes, at: int, bit: int = 0) -> bytes:
    changed = bytearray(data)
    changed[at] ^= 1 << bit
    return bytes(changed)


def facts(page: str) -> list[str]:
    """The five answers, as plain text."""
    section = page.split('id="fakta"')[1].split("</dl>")[0]
    return [" ".join(re.sub(r"<[^>]+>", " ", found).split()) for found in re.findall(r"<dd>(.*?)</dd>", section, re.S)]


# C25


def test_c25_the_original_answers_the_five_facts(upload: Any, original: bytes, certificate: Certificate) -> None:
    answer = upload(original)
    assert answer.status_code == 200
    assert "ASLI: berkas ini sama persis seperti saat diterbitkan" in answer.text
    signer, unchanged, moment, issuer, status = facts(answer.text)
    row = keys.active_key()
    assert row is not None
    assert signer == row.name
    assert unchanged == "Tidak berubah, sama persis seperti saat diterbitkan"
    assert moment == "27 November 2026, 10.00 WIB, menurut jam kami sendiri"
    assert issuer.startswith("Akar localhost tanda tangan elektronik tidak tersertifikasi")
    assert status == "berlaku"
    for part in ("Yohana Lestari", certificate.number_text, f"/v/{certificate.code}"):
        assert part in answer.text
    assert "noindex" in answer.headers["X-Robots-Tag"]


def test_c25_one_changed_byte_answers_changed(upload: Any, original: bytes, certificate: Certificate) -> None:
    answer = upload(flipped(original, len(original) // 3))
    assert "BERUBAH: ini bukan berkas yang diterbitkan" in answer.text
    assert facts(answer.text)[1] == "BERUBAH, bukan berkas yang diterbitkan"
    assert f"/v/{certificate.code}" in answer.text
    assert "Yohana" not in answer.text  # the file may be anybody's


def test_c25_no_flipped_byte_anywhere_is_answered_as_unchanged(original: bytes, certificate: Certificate) -> None:
    """Not only in what the signature covers: also in the signature itself, its padding, and its byte range."""
    end = original.rindex(b"/ByteRange")
    places = st.one_of(st.integers(0, len(original) - 1), st.integers(end - 6000, len(original) - 1))

    @fast
    @given(at=places, bit=st.integers(0, 7))
    def check(at: int, bit: int) -> None:
        assert upload_check.check(flipped(original, at, bit)).verdict is UploadVerdict.CHANGED

    check()


def test_c25_bytes_that_no_signature_covers_are_watched_too(original: bytes, certificate: Certificate) -> None:
    """The control: the signature alone lets such a file pass, ours and that of other readers."""
    start, [own] = original.rindex(b"/Contents <") + 11, reading.signatures_of(original)
    candidates = (flipped(original, start + at, 1) for at in range(0, 2400, 7))
    passing = [data for data in candidates if [(one.fingerprint, one.is_whole) for one in reading.signatures_of(data)]
               == [(own.fingerprint, True)]]  # fmt: skip
    assert len(passing) > 20
    assert {upload_check.check(data).verdict for data in passing} == {UploadVerdict.CHANGED}


@pytest.mark.parametrize("tail", [b"\n", b"%", b"\n1 0 obj\n<<>>\nendobj\n%%EOF\n"])
def test_c25_something_added_behind_the_signature_is_a_change(original: bytes, tail: bytes) -> None:
    assert upload_check.check(original + tail).verdict is UploadVerdict.CHANGED


def test_c25_a_file_saved_anew_by_another_program_is_a_change(original: bytes, tmp_path: Path) -> None:
    source, target = written(tmp_path, original), tmp_path / "baru.pdf"
    run("qpdf", "--object-streams=disable", "--decode-level=none", str(source), str(target), check=False)
    assert upload_check.check(target.read_bytes()).verdict is UploadVerdict.CHANGED


def test_c25_a_file_signed_by_another_site_is_not_ours(upload: Any, made: Any) -> None:
    made()
    other = local_signer(psre().key, psre().chain, level=Level(), is_certified=True)
    answer = upload(sign(other))
    assert "BUKAN TERBITAN KAMI" in answer.text
    assert facts(answer.text)[0] == "Contoh PSrE Uji bukan kunci kami"
    assert facts(answer.text)[4] == "tidak tercatat"


def test_c25_an_unsigned_file_of_somebody_is_not_ours(upload: Any, db_session: Any) -> None:
    answer = upload(paper())
    assert "BUKAN TERBITAN KAMI" in answer.text
    assert facts(answer.text)[0].startswith("tidak ada")


def test_c25_an_old_certificate_without_a_signature_is_genuine_by_its_hash(upload: Any, certificate: Any) -> None:
    certificate.sha256, certificate.key_id = hashlib.sha256(paper()).hexdigest(), None
    db.session.flush()
    answer = upload(paper())
    assert "ASLI" in answer.text
    assert facts(answer.text)[0] == "tidak ada: berkas ini tidak memuat tanda tangan elektronik"
    assert facts(answer.text)[2] == "terbit 27 November 2026, sebelum berkas ditandatangani"


@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"\0\0\0\x18ftypheic", b"RIFFxxxxWEBP"])
def test_c25_a_screenshot_is_guided_to_the_qr_code(upload: Any, db_session: Any, data: bytes) -> None:
    answer = upload(data + b"x" * 200, "layar.png")
    assert "Gambar tidak dapat diperiksa" in answer.text
    assert "Pindai kode QR" in answer.text


def test_c25_a_revoked_one_is_a_genuine_file_and_not_valid(
    upload: Any, original: bytes, certificate: Certificate
) -> None:
    with unit_of_work():
        services.revoke(certificate_id=certificate.id, reason="Terbit ganda", actor=SYSTEM)
    answer = upload(original)
    assert "DICABUT: berkasnya asli" in answer.text
    assert facts(answer.text)[1].startswith("Tidak berubah")
    assert facts(answer.text)[4] == "dicabut, sejak 27 November 2026"
    assert "Terbit ganda" in answer.text


def test_c25_an_expired_one_is_a_genuine_file_and_not_valid(
    upload: Any, original: bytes, certificate: Certificate
) -> None:
    certificate.expires_on = date(2026, 11, 26)
    db.session.flush()
    answer = upload(original)
    assert "KEDALUWARSA: berkasnya asli" in answer.text
    assert facts(answer.text)[4] == "kedaluwarsa, sampai 26 November 2026"


def test_c25_a_preview_never_verifies(upload: Any, certificate: Certificate) -> None:
    answer = upload(preview.preview_pdf(certificate.enrolment.workshop, PaperRole.PESERTA))
    assert "BUKAN TERBITAN KAMI" in answer.text


def test_a_file_with_our_signature_that_the_register_does_not_know_is_not_called_genuine(
    upload: Any, made: Any
) -> None:
    """As after a database was put back to yesterday's backup."""
    made()
    with unit_of_work():
        keys.key_row(keys.pdf_signer().info)
    stray = keys.pdf_signer().sign(paper(), moment=made().issued_at, reason="Penerbitan 999/LAIN", location="")
    answer = upload(stray)
    assert "TIDAK TERCATAT" in answer.text
    assert upload_check.check(stray + b"\n").verdict is UploadVerdict.CHANGED


def test_a_number_in_a_file_opens_no_entry(upload: Any, certificate: Certificate) -> None:
    """By number alone nobody learns a code, and so no name (C24)."""
    other = local_signer(psre().key, psre().chain, level=Level(), is_certified=True)
    data = other.sign(
        paper(), moment=certificate.issued_at, reason=f"Penerbitan {certificate.number_text}", location=""
    )
    answer = upload(data)
    assert "BUKAN TERBITAN KAMI" in answer.text
    assert certificate.code not in answer.text


# C26


def test_c26_nothing_is_stored_and_no_network_is_asked(
    upload: Any, original: bytes, certificate: Certificate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_address: object) -> None:
        raise AssertionError("the network was asked")

    before = sorted(storage().iter_keys())
    monkeypatch.setattr(socket.socket, "connect", refuse)
    for data in (
        original,
        flipped(original, 500),
        sign(local_signer(psre().key, psre().chain, level=Level(), is_certified=True)),
    ):
        assert upload(data).status_code == 200
    assert sorted(storage().iter_keys()) == before
    assert [path for path in tmp_path.rglob("*") if path.is_file() and path.read_bytes() == original] == []


def test_c26_more_than_10_mb_is_refused_with_words(
    upload: Any, db_session: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert upload_check.check(b"%PDF-1.7" + b"x" * 10_000_000).verdict is UploadVerdict.TOO_LARGE
    monkeypatch.setattr(upload_check, "MAX_SIZE", 100_000)
    answer = upload(b"%PDF-1.7" + b"x" * 100_000)
    assert answer.status_code == 413
    assert "Berkas ini lebih besar dari 10 MB" in answer.text


def test_no_file_is_answered_with_words(upload: Any, client: Any, db_session: Any) -> None:
    for answer in (upload(b""), client.post("/v/unggah", data={})):
        assert answer.status_code == 422
        assert "Tidak ada berkas yang kami terima" in answer.text


def test_other_kinds_of_files_are_named(upload: Any, db_session: Any) -> None:
    assert "Ini bukan berkas PDF" in upload(b"PK\x03\x04 surat", "surat.docx").text


def test_one_device_may_send_twenty_files_a_minute(
    upload: Any, db_session: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upload_views, "UPLOADS", "2 per minute")
    assert [upload(b"x").status_code for _n in range(3)] == [200, 200, 429]


def test_the_form_can_be_opened_by_its_address(client: Any, db_session: Any) -> None:
    page = client.get("/v/unggah").text
    assert 'enctype="multipart/form-data"' in page
    assert 'name="csrf_token"' in page


# Files made to harm


@cache
def _signed() -> bytes:
    return sign(local_signer(psre().key, psre().chain, level=Level(), is_certified=True))


def around(envelope: bytes) -> bytes:
    """A file with these bytes as the CMS object of its signature, three times."""
    head = b"%PDF-1.7\n"
    digits = b"<" + envelope.hex().encode() + b">"
    ranges = b"".join(b"/ByteRange [0 %d %d 10]" % (len(head), len(head) + len(digits)) for _n in range(3))
    return head + digits + ranges + b" " * 100


def nested(depth: int) -> bytes:
    """A sequence in a sequence, and so on."""
    inner = b""
    for _level in range(depth):
        inner = b"\x30\x83" + len(inner).to_bytes(3, "big") + inner
    return inner


def crowded(count: int) -> bytes:
    """A real CMS object whose signed attributes are many."""
    source = _signed()
    start = source.rindex(b"/Contents <") + 11
    content = cms.ContentInfo.load(bytes.fromhex(source[start : source.index(b">", start)].decode()))
    info = content["content"]["signer_infos"][0]
    info["signed_attrs"] = cms.CMSAttributes([info["signed_attrs"][0]] * count)
    dumped: bytes = content.dump(force=True)
    return dumped


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7\n" + b"/ByteRange [0 10 20 30]" * 400_000,
        b"%PDF-1.7\n" + b"/ByteRange [" * 800_000,
        b"%PDF-1.7\n" + b"(" * 9_900_000,
        b"%PDF-1.7\n" + b"kode AAAAAAAAAAAA " * 500_000,
        around(nested(12_000)),
        around(crowded(3_000)),
        b"%PDF-1.7 /Reason (" + b"\\(" * 2_000_000 + b"/ByteRange [0 1 2 3]",
    ],
    ids=["ranges", "open", "brackets", "codes", "nested", "crowded", "escapes"],
)
def test_a_file_made_to_hang_a_reader_is_answered_at_once(db_session: Any, data: bytes) -> None:
    before = time.process_time()
    assert upload_check.check(data).verdict is UploadVerdict.FOREIGN
    assert time.process_time() - before < 2


@hypothesis_settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_damaged_signature_stops_the_reader(data: st.DataObject) -> None:
    """Bytes of the CMS object replaced at will: whatever is found, it is not whole when what is signed was touched."""
    source = _signed()
    start = source.rindex(b"/Contents <") + 11
    changed = bytearray(source)
    for _place in range(data.draw(st.integers(1, 6))):
        at = start + data.draw(st.integers(0, 2400))
        changed[at] = data.draw(st.sampled_from(b"0123456789abcdefABCDEF<>/ \x00"))
    changed[data.draw(st.integers(10, 2000))] ^= 1
    assert [found for found in reading.signatures_of(bytes(changed)) if found.is_intact] == []
