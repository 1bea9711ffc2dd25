"""An issued certificate, made by the whole way from conditions to log, before programs that nobody here wrote."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from pdf_tools import picture_of, text_of
from PIL import Image

from lms.kernel.db import unit_of_work
from lms.kernel.installation import settings
from lms.kernel.settings import set_setting
from lms.kernel.storage import storage
from lms.plugins.certificates.content import verify_address
from lms.plugins.certificates.models import Certificate
from tests.plugins.certificates.signing_tools import run, trusting, written

HARD = "Dr. Hj. Šiti Nūr Aẓīmah ʿAbd al-Ḥamīd, S.Sos., M.Si."
NAMES = (HARD, "Rafi", "林美玲", "سيتي نور")


@pytest.fixture
def paper(add_person: Any, add_session: Any, workshop: Any, issue: Any) -> Certificate:
    """A certificate with a back page, of somebody whose name needs every accent."""
    add_session(workshop, 8, jp=3)
    return issue(add_person("Šiti Nūr Aẓīmah ʿAbd al-Ḥamīd", title_front="Dr. Hj.", title_back="S.Sos., M.Si."))


@pytest.fixture
def file(paper: Certificate, tmp_path: Path) -> Path:
    return written(tmp_path, storage().read(paper.storage_key))


def test_c30_pdfsig_trusts_it_with_the_root_and_says_total_document_signed(file: Path, tmp_path: Path) -> None:
    store = trusting(tmp_path, (settings().keys / "root.pem").read_bytes())
    said = run("pdfsig", "-nssdir", f"sql:{store}", str(file))
    for line in ("Signature is Valid.", "Certificate is Trusted.", "Total document signed", "ETSI.CAdES.detached"):
        assert line in said


def test_c15_qpdf_finds_nothing_wrong_and_mutool_no_change(file: Path) -> None:
    assert "No syntax or stream encoding errors" in run("qpdf", "--check", str(file))
    assert "unchanged since signing" in run("mutool", "sign", "-v", str(file), check=False)


def test_c16_an_outside_checker_finds_it_accessible(file: Path) -> None:
    said = run("outloud", "--layer", "conformance", str(file))
    assert "PASS" in said
    assert "0 error(s)" in said


def test_c30_one_flipped_byte_is_refused_by_all(file: Path, tmp_path: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 3] ^= 1
    spoilt = written(tmp_path, bytes(data), "spoilt.pdf")
    assert "Signature is Valid" in run("pdfsig", "-nocert", str(file))
    assert "Signature is Valid" not in run("pdfsig", "-nocert", str(spoilt), check=False)
    assert "unchanged since signing" not in run("mutool", "sign", "-v", str(spoilt), check=False)


@pytest.mark.parametrize("name", NAMES)
def test_c13_a_name_copies_out_equal(name: str, add_person: Any, issue: Any) -> None:
    made = issue(add_person(name))
    assert unicodedata.normalize("NFC", name) in text_of(storage().read(made.storage_key))


@pytest.mark.parametrize("dpi", [80, 100, 150, 300])
def test_c18_both_decoders_read_the_plain_code_from_grey_jpeg(
    dpi: int, add_person: Any, issue: Any, workshop: Any, tmp_path: Path
) -> None:
    with unit_of_work():
        set_setting("certificates.offline_qr", False, scope="workshop", scope_id=workshop.id)
    made = issue(add_person())
    address = verify_address(made.code)
    picture = printed(storage().read(made.storage_key), dpi, tmp_path)
    assert [code.text for code in zxingcpp.read_barcodes(Image.open(picture))] == [address]
    assert read_by_zbar(picture) == address


@pytest.mark.parametrize("dpi", [150, 300])
def test_c18_both_decoders_read_the_code_that_works_without_signal(
    dpi: int, paper: Certificate, client: Any, tmp_path: Path
) -> None:
    picture = printed(storage().read(paper.storage_key), dpi, tmp_path)
    [found] = zxingcpp.read_barcodes(Image.open(picture))
    assert found.text.startswith(f"{verify_address(paper.code)}/".upper())
    assert read_by_zbar(picture) == found.text
    page = client.get(found.text.removeprefix("HTTP://LOCALHOST"))
    assert page.status_code == 200
    assert paper.number_text in page.text


def read_by_zbar(picture: Path) -> str:
    """The first line: on a machine without a message bus the program grumbles about that in the others."""
    return run("zbarimg", "-q", "--raw", str(picture)).splitlines()[0]


def printed(pdf: bytes, dpi: int, folder: Path) -> Path:
    """Page one as a grey print that was photographed: a JPEG of quality 70."""
    path = folder / f"print-{dpi}.jpg"
    picture_of(pdf, dpi).convert("L").save(path, quality=70)
    return path


def test_control_a_paper_that_was_never_signed_is_not_taken_for_one(paper: Certificate, tmp_path: Path) -> None:
    unsigned = storage().read(paper.storage_key).rpartition(b"%%EOF\n")[0]
    first = written(tmp_path, unsigned[: unsigned.find(b"%%EOF") + 6], "unsigned.pdf")
    assert "Signature is Valid" not in run("pdfsig", "-nocert", str(first), check=False)
