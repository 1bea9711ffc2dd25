"""The ready-made designs: complete, within the paper's edge, and handsome with any name."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest
from flask import Flask
from flask_babel import Babel

from lms.plugins.certificates.design import engine, ready_made
from lms.plugins.certificates.design.facts import TOKENS, Facts, MaterialLine
from lms.plugins.certificates.design.model import HEIGHT, WIDTH, Design, Drawing, QrCode, Signature, Text
from tests.kernel.pdf_tools import as_jpeg, codes_in, pages_of, picture_of, text_of, words_of

EDGE = 9.0  # mm: what ordinary printers cannot reach
POINT = 25.4 / 72
CERTIFICATES = [name for name in ready_made.NAMES if name != "surat"]
ADDRESS = "https://lokakarya.bk3s-kalbar.or.id/v/R4TM9K2D7QXY"
FULL = {
    "nama_gelar": "Yohana Lestari, S.Pd.",
    "nama": "Yohana Lestari",
    "lembaga": "LKSA Tunas Enggang",
    "nomor": "048/SERT/BK3S-KB/XII/2026",
    "peran": "Narasumber",
    "kalimat": "atas perannya sebagai narasumber dengan materi “Disiplin tanpa kekerasan” (2 JP) dalam lokakarya",
    "lokakarya": "Pengasuhan Positif",
    "tanggal": "2–3 Desember 2026",
    "tempat": "Hotel Mahkota",
    "jp": "16",
    "kota_tanggal": "Pontianak, 5 Desember 2026",
    "terbit": "5 Desember 2026",
    "berlaku": "5 Desember 2029",
    "penerbit": "BK3S Kalimantan Barat",
    "alamat": "Jalan Sutan Syahrir 12, Pontianak · bk3s@contoh.id",
    "penanda_1": "Drs. Petrus Lungkang",
    "jabatan_1": "Ketua BK3S",
    "penanda_2": "Dra. Rosmawati Idris",
    "jabatan_2": "Kepala Dinas Sosial",
    "penanda_3": "Sr. Maria Goretti",
    "jabatan_3": "Ketua Panitia",
    "kode": "R4TM-9K2D-7QXY",
    "periksa": ADDRESS,
}
LONGEST = "Prof. Dr. Hj. Fransiska Natalia Oktaviani Kusumawardhani Sukmawati, S.Tr.Sos., M.Si., Psi"
MATERIALS = (MaterialLine(no=1, title="Disiplin tanpa kekerasan", speaker="Dr. Maria", jp=2),)
pytestmark = pytest.mark.usefixtures("words")


@pytest.fixture(scope="module")
def words() -> Any:
    app = Flask(__name__)
    Babel(app)
    with app.test_request_context():
        yield


def facts(**texts: str) -> Facts:
    moment = datetime(2026, 12, 5, tzinfo=UTC)
    return Facts(texts=FULL | texts, materials=MATERIALS, qr_text=ADDRESS, moment=moment)


def paper(name: str, **texts: str) -> bytes:
    return engine.render(ready_made.design(name), facts(**texts), read_asset=no_picture)


def no_picture(sha256: str) -> tuple[str, bytes]:
    raise AssertionError("a ready-made design has no pictures of its own")


def tokens_of(design: Design) -> set[str]:
    pages = [page for page in (design.front, design.back) if page]
    texts = [element.content for page in pages for element in page.elements if isinstance(element, Text)]
    return {token for text in texts for token in re.findall(r"{(\w+)}", text)}


def test_every_file_has_a_name_and_every_name_a_file() -> None:
    folder = Path(ready_made.__file__).with_name("ready_made")
    assert {path.stem for path in folder.iterdir()} == set(ready_made.NAMES)
    with pytest.raises(KeyError):
        ready_made.design("../facts")


@pytest.mark.parametrize("name", ready_made.NAMES)
def test_designs_use_known_tokens_and_no_pictures_from_elsewhere(name: str) -> None:
    design = ready_made.design(name)
    assert tokens_of(design) <= TOKENS.keys()
    assert list(design.assets()) == []


@pytest.mark.parametrize("name", CERTIFICATES)
def test_a_certificate_says_all_that_belongs_on_it(name: str) -> None:
    design = ready_made.design(name)
    front = design.front.elements
    assert TOKENS.keys() - tokens_of(design) == {"nama", "peran", "terbit"}
    assert {element.place for element in front if isinstance(element, Signature)} == {1, 2, 3}
    assert len([element for element in front if isinstance(element, QrCode)]) == 1
    assert design.back is not None


@pytest.mark.parametrize("name", ready_made.NAMES)
def test_all_ink_stays_nine_millimetres_from_the_edge(name: str) -> None:
    design = ready_made.design(name)
    for page in filter(None, (design.front, design.back)):
        for element in page.elements:
            if isinstance(element, Drawing) and element.ornament == "frame-woven":
                continue  # drawn for a whole page, with the edge inside; measured below
            assert element.x >= EDGE and element.y >= EDGE, element.id
            assert element.x + element.w <= WIDTH - EDGE and element.y + element.h <= HEIGHT - EDGE, element.id


@pytest.mark.parametrize("name", ready_made.NAMES)
def test_no_two_texts_of_the_front_overlap(name: str) -> None:
    boxes = [element for element in ready_made.design(name).front.elements if isinstance(element, Text | QrCode)]
    for at, one in enumerate(boxes):
        for other in boxes[at + 1 :]:
            apart = one.x + one.w <= other.x or other.x + other.w <= one.x
            assert apart or one.y + one.h <= other.y + 0.35 or other.y + other.h <= one.y + 0.35, (one.id, other.id)


def test_the_woven_frame_leaves_the_edge_white() -> None:
    page = picture_of(paper("kalbar"), 60)
    deep = int(8.8 / 25.4 * 60)
    for box in ((0, 0, page.width, deep), (0, 0, deep, page.height)):
        assert all(low >= 248 for low, _high in page.crop(box).getextrema())


@pytest.mark.parametrize("name", CERTIFICATES)
def test_the_page_reads_as_a_certificate(name: str) -> None:
    text = text_of(paper(name), 1)
    title = ready_made.design(name).title
    for said in (title, "Nomor", FULL["nomor"], "diberikan kepada", "2–3 Desember 2026 · Hotel Mahkota · 16 JP"):
        assert said in text
    assert "Berlaku sampai 5 Desember 2029" in text and ADDRESS in text and FULL["kode"] in text
    assert "{" not in text


def test_the_letter_thanks_in_whole_sentences() -> None:
    text = text_of(paper("surat"), 1, order="raw")
    assert (
        "terima kasih yang setulus-tulusnya kepada Yohana Lestari, S.Pd. atas perannya sebagai narasumber dengan "
        "materi “Disiplin tanpa kekerasan” (2 JP) dalam lokakarya “Pengasuhan Positif”, yang berlangsung pada "
        "2–3 Desember 2026 di Hotel Mahkota."
    ) in text
    assert "Hormat kami," in text and "Drs. Petrus Lungkang" in text
    assert pages_of(paper("surat")) == 1


@pytest.mark.parametrize("name", ready_made.NAMES)
def test_what_is_empty_leaves_no_label_and_no_separator(name: str) -> None:
    empty = ("lembaga", "jp", "berlaku", "penanda_2", "jabatan_2", "penanda_3", "jabatan_3")
    text = text_of(paper(name, **dict.fromkeys(empty, "")), 1)
    assert not re.search(r"·\s*(·|$)|Berlaku|\bJP\b(?! *\))|None", text.replace("(2 JP)", ""))


@pytest.mark.parametrize("name", ready_made.NAMES)
@pytest.mark.parametrize("holder", ["Rafi", LONGEST])
def test_a_name_of_90_letters_prints_on_two_lines_of_at_least_14_points(name: str, holder: str) -> None:
    design = ready_made.design(name)
    [box] = [element for element in design.front.elements if element.kind == "name"]
    found = [
        word
        for word in words_of(paper(name, nama_gelar=holder))
        if word.bottom * POINT <= box.y + box.h + 1
        and word.top * POINT >= box.y - 1
        and word.left * POINT >= box.x - 0.5
        and word.right * POINT <= box.x + box.w + 0.5
    ]
    said = " ".join(word.text for word in found)
    assert said == holder
    assert len({round(word.top) for word in found}) <= 2
    assert min(word.bottom - word.top for word in found) >= 14


@pytest.mark.parametrize("name", ready_made.NAMES)
def test_c18_the_longest_usual_code_is_read_from_a_poor_scan(name: str) -> None:
    letters = Random(3).choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", k=300)
    said = f"{ADDRESS.upper()}/{''.join(letters)}"  # with the statement for checking without a network
    pdf = engine.render(ready_made.design(name), replace(facts(), qr_text=said), read_asset=no_picture)
    assert codes_in(as_jpeg(picture_of(pdf, 100), 70)) == [said]


@pytest.mark.parametrize("name", CERTIFICATES)
def test_the_back_lists_the_materials(name: str) -> None:
    text = text_of(paper(name), 2)
    assert "Daftar materi" in text and "Disiplin tanpa kekerasan" in text and FULL["nomor"] in text
