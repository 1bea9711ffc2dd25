"""The paper: its text, its QR code, its preview, the picture, and signatures."""

from __future__ import annotations

import struct
import subprocess
import zlib
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pypdfium2
import pytest
import zxingcpp

from lms.kernel.db import unit_of_work
from lms.kernel.permissions import SYSTEM, Role
from lms.kernel.storage import storage
from lms.plugins.certificates import picture, preview, queries, services, signatories
from lms.plugins.certificates.errors import CertificateRefused
from lms.plugins.certificates.signatories import Entry


def text_of(pdf: bytes, folder: Path) -> str:
    path = folder / "paper.pdf"
    path.write_bytes(pdf)
    return subprocess.run(["pdftotext", "-layout", str(path), "-"], check=True, capture_output=True, text=True).stdout


def qr_of(pdf: bytes, dpi: int = 150) -> str:
    page = pypdfium2.PdfDocument(pdf)[0]
    [code] = zxingcpp.read_barcodes(np.asarray(page.render(scale=dpi / 72).to_numpy()))
    return code.text


def png(width: int = 40, height: int = 20, data: bytes | None = None) -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = zlib.compress(b"".join(b"\x00" + b"\x80" * width for _ in range(height))) if data is None else data
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def test_name_number_and_hours_can_be_read_out_of_the_pdf(
    add_person: Any, issue: Any, workshop: Any, add_session: Any, tmp_path: Path
) -> None:
    add_session(workshop, 8, jp=3)
    made = issue(add_person("Ratna Wulandari", title_front="Dra. Hj.", title_back="M.Si."))
    text = text_of(storage().read(made.storage_key), tmp_path)
    for part in ("Dra. Hj. Ratna Wulandari, M.Si.", "001/SERT/BK3S-KB/XI/2026", "3 JP", made.shown_code):
        assert part in text
    assert "Drs. Petrus Lungkang, M.Si." in text


def test_the_qr_code_leads_to_a_page_that_says_genuine(add_person: Any, issue: Any, client: Any) -> None:
    made = issue(add_person())
    address = qr_of(storage().read(made.storage_key))
    assert address.startswith(f"HTTP://LOCALHOST/V/{made.code}/")  # capitals: the code is half as dense
    page = client.get(urlsplit(address).path)
    assert page.status_code == 200
    assert "BERLAKU" in page.text


def test_the_preview_has_the_longest_name_and_never_verifies(
    add_person: Any, workshop: Any, client: Any, tmp_path: Path
) -> None:
    add_person("Ani")
    add_person("Fransiska Natalia Oktaviani Kusumawardhani")
    pdf = preview.preview_pdf(workshop, Role.PESERTA)
    text = text_of(pdf, tmp_path)
    assert "Fransiska Natalia Oktaviani Kusumawardhani" in text
    assert "PRATINJAU" in text
    assert client.get(urlsplit(qr_of(pdf)).path).status_code == 404


def test_the_picture_is_page_one_and_drawn_once(add_person: Any, issue: Any) -> None:
    made = issue(add_person())
    key = picture.ensure_picture(made)
    data = storage().read(key)
    width, height = struct.unpack(">II", data[16:24])
    assert data.startswith(b"\x89PNG")
    assert (round(width / height, 2), picture.ensure_picture(made)) == (1.41, key)


def test_a_signature_is_printed_and_kept_by_papers_already_issued(
    add_person: Any, issue: Any, workshop: Any, tmp_path: Path
) -> None:
    entries = [
        Entry(place=1, name="Dra. Rosmawati", position="Kepala Dinas", image=png()),
        Entry(place=2, name="Drs. Petrus", position="Ketua"),
    ]
    with unit_of_work():
        signatories.save_signatories(workshop_id=workshop.id, entries=entries, actor=SYSTEM)
    first = issue(add_person("Orang A"))
    text = text_of(storage().read(first.storage_key), tmp_path)
    assert "Dra. Rosmawati" in text
    assert "Drs. Petrus" in text
    with unit_of_work():
        signatories.save_signatories(
            workshop_id=workshop.id, entries=[Entry(place=1, name="", position=""), entries[1]], actor=SYSTEM
        )
    assert [row.name for row in queries.signatories_of(workshop.id)] == ["Drs. Petrus"]
    with unit_of_work():
        again = services.reissue(certificate_id=first.id, reason="nama", actor=SYSTEM)
    assert "Dra. Rosmawati" in text_of(storage().read(again.storage_key), tmp_path)


@pytest.mark.parametrize(
    "data",
    [
        b"GIF89a" + b"\x00" * 40,
        b"\x89PNG\r\n\x1a\n",
        png(width=30_000),
        png(data=b"not deflate"),
        png()[:50],
        b"\x89PNG\r\n\x1a\n" + b"\x00" * 400_000,
    ],
    ids=["gif", "empty", "wide", "garbled", "cut", "large"],
)
def test_what_is_no_usable_png_is_refused(db_session: Any, data: bytes) -> None:
    with pytest.raises(CertificateRefused):
        signatories.check_picture(data, field="image_1")
