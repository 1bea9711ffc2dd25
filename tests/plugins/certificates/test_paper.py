"""The certificate as a reader, a printer and a phone camera see it."""

from __future__ import annotations

import io
import unicodedata
from dataclasses import replace

import pytest
from pdf_tools import (
    as_jpeg,
    check,
    codes_in,
    fonts_of,
    info_of,
    needs_font,
    needs_poppler,
    needs_qpdf,
    opened,
    pages_of,
    picture_of,
    text_of,
    words_of,
)
from PIL import Image, ImageDraw

from lms.plugins.certificates.paper import CertificatePaper, MaterialLine, Signatory, render_certificate

MM = 72 / 25.4
LONG = "Prof. Dr. Hj. Raden Ajeng Siti Nurhalizah Kusumaningrum binti Abdurrahman, S.Sos., M.Si."
LABELS = {
    "number": "Nomor",
    "genuine": "Keaslian dapat diperiksa di {address} dengan kode {code}.",
    "speaker": "Narasumber",
    "preview": "PRATINJAU",
    "demo": "Data contoh",
    "qr": "Kode QR pemeriksaan",
    "signature": "Tanda tangan",
}


def signature() -> bytes:
    picture = Image.new("RGBA", (240, 80), (0, 0, 0, 0))
    ImageDraw.Draw(picture).line([(10, 60), (40, 10), (90, 70), (230, 30)], fill=(29, 58, 138, 255), width=5)
    stream = io.BytesIO()
    picture.save(stream, "PNG")
    return stream.getvalue()


def lines(count: int) -> tuple[MaterialLine, ...]:
    return tuple(
        MaterialLine(no=no, title=f"Materi ke-{no}", speaker="Dr. Maria Goreti, M.Si.", jp=1 + no % 2)
        for no in range(1, count + 1)
    )


PAPER = CertificatePaper(
    number="048/SERT/BK3S-KB/XII/2026",
    role_title="Peserta",
    holder="Yohana Lestari, S.Pd.",
    organisation="LKSA Tunas Enggang, Kabupaten Sanggau",
    workshop_title="Penguatan Manajemen, Kepemimpinan, dan Sistem Kontrol Lembaga Kesejahteraan Sosial",
    place="Pontianak",
    dates_text="2–3 Desember 2026",
    jp_total=15,
    signed_place_date="Pontianak, 5 Desember 2026",
    signatories=(
        Signatory(name="Dra. Hj. Rosmawati Idris, M.Si.", position="Kepala Dinas Sosial", image=signature()),
        Signatory(name="Drs. Petrus Lungkang, M.Si.", position="Ketua BK3S Kalimantan Barat"),
    ),
    issuer_name="BK3S Kalimantan Barat",
    letterhead=("BK3S Kalimantan Barat", "Jalan Sutan Syahrir 12, Pontianak"),
    verify_url="https://lokakarya.example.org/v/R4TM9K2D7QXY",
    code="R4TM-9K2D-7QXY",
    body_text="atas keikutsertaannya sebagai peserta dalam lokakarya",
    materials=lines(12),
    labels=LABELS,
)


def name_words(pdf: bytes, name: str) -> list[tuple[float, float, float]]:
    """`(top, height, right)` of the words of the name on the front."""
    wanted = set(name.split())
    return [(w.top, w.bottom - w.top, w.right) for w in words_of(pdf) if w.text in wanted and w.bottom - w.top > 14]


@needs_poppler
@pytest.mark.parametrize(
    "name",
    [
        "Dr. Hj. Šiti Nūr Aẓīmah ʿAbd al-Ḥamīd, S.Sos., M.Si.",
        "Rafi",
        pytest.param("林美玲", marks=needs_font("Noto Sans CJK SC")),
        "سيتي نور",
        "dr. Dr. H. Muhammad 'Ainul binti van Tan-Lie",
    ],
)
def test_a_name_copies_out_of_the_paper_as_it_was_written(name: str) -> None:
    text = text_of(render_certificate(replace(PAPER, holder=name)), page=1)
    assert unicodedata.normalize("NFC", name) in text


@needs_poppler
@pytest.mark.parametrize("words", ['#read("/etc/passwd")', r"\input{x}", "{{7*7}}", "<b>Rafi</b>", "*a* $b$ @c"])
def test_markup_in_a_name_or_title_prints_literally(words: str) -> None:
    paper = replace(PAPER, holder=words, workshop_title=words, materials=(replace(lines(1)[0], title=words),))
    text = text_of(render_certificate(paper))
    assert text.count(words) >= 4  # name and title in front, name and material behind


@needs_poppler
def test_a_short_name_stands_large_on_one_line() -> None:
    found = name_words(render_certificate(PAPER), PAPER.holder)
    assert len({top for top, *_ in found}) == 1
    assert min(height for _top, height, _right in found) > 34


@needs_poppler
def test_a_name_of_ninety_letters_wraps_to_two_lines_and_stays_in_its_box() -> None:
    assert len(LONG) >= 88
    found = name_words(render_certificate(replace(PAPER, holder=LONG)), LONG)
    assert len({round(top) for top, *_ in found}) == 2
    assert min(height for _top, height, _right in found) >= 20
    assert max(right for *_, right in found) < (297 - 30) * MM


@needs_poppler
@pytest.mark.parametrize("name", ["W" * 100, "Wati " * 20, "سيتي " * 18])
def test_no_name_leaves_the_frame_or_shrinks_below_fourteen_points(name: str) -> None:
    words = words_of(render_certificate(replace(PAPER, holder=name.strip(), materials=())))
    named = [w for w in words if len(w.text) > 3 and set(w.text) <= set(name)]
    assert named
    assert min(w.bottom - w.top for w in named) >= 14
    assert min(w.left for w in words) > 20 * MM
    assert max(w.right for w in words) < 277 * MM
    assert max(w.bottom for w in words) < 190.5 * MM


@needs_poppler
def test_a_crowded_front_stays_on_one_page() -> None:
    paper = replace(PAPER, holder=LONG, materials=(), body_text="atas jasanya sebagai narasumber " * 14)
    pdf = render_certificate(replace(paper, workshop_title=PAPER.workshop_title * 2))
    assert pages_of(pdf) == 1
    words = {w.text: w for w in words_of(pdf)}
    assert words["Pontianak"].bottom < words["R4TM-9K2D-7QXY"].top


@needs_poppler
def test_front_says_number_name_title_days_hours_place_and_signatories() -> None:
    text = text_of(render_certificate(PAPER), page=1)
    for words in (
        "Nomor 048/SERT/BK3S-KB/XII/2026",
        PAPER.holder,
        PAPER.workshop_title,
        "2–3 Desember 2026 · Pontianak · 15 JP",
        "Pontianak, 5 Desember 2026",
        "Drs. Petrus Lungkang, M.Si.",
        "R4TM-9K2D-7QXY",
        "Keaslian dapat diperiksa di https://lokakarya.example.org/v/R4TM9K2D7QXY dengan kode R4TM-9K2D-7QXY.",
    ):
        assert words in text, words


@needs_poppler
def test_the_names_of_both_signatories_stand_level() -> None:
    words = words_of(render_certificate(PAPER))
    tops = {w.top for w in words if w.text in ("Rosmawati", "Petrus")}
    assert len(tops) == 1


@needs_poppler
@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_any_number_of_signatories_fits(count: int) -> None:
    pdf = render_certificate(replace(PAPER, signatories=(PAPER.signatories * 2)[:count], materials=()))
    assert pages_of(pdf) == 1
    assert codes_in(picture_of(pdf, 100)) == [PAPER.verify_url]


@needs_poppler
def test_sixty_materials_flow_on_with_repeated_heading_and_one_sum() -> None:
    pdf = render_certificate(replace(PAPER, materials=lines(60)))
    pages = pages_of(pdf)
    assert pages >= 4
    for page in range(2, pages + 1):
        assert "Narasumber" in text_of(pdf, page=page)
        assert f"{page}/{pages}" in text_of(pdf, page=page)
    assert "Materi ke-60" in text_of(pdf, page=pages)
    assert " 90 " in text_of(pdf, page=pages)


@needs_poppler
def test_a_paper_without_materials_has_no_back() -> None:
    pdf = render_certificate(replace(PAPER, materials=()))
    assert pages_of(pdf) == 1
    assert info_of(pdf)["Page size"].startswith("841.89 x 595.276")


@needs_poppler
@pytest.mark.parametrize("dpi", [100, 150, 300])
@pytest.mark.parametrize("code_path", ["R4TM9K2D7QXY", "R4TM9K2D7QXY?dari=kertas&wilayah=kalimantan-barat"])
def test_the_code_reads_from_colour_grey_and_jpeg_prints(dpi: int, code_path: str) -> None:
    address = f"https://lokakarya.example.org/v/{code_path}"
    picture = picture_of(render_certificate(replace(PAPER, verify_url=address)), dpi)
    assert codes_in(picture) == [address]
    assert codes_in(picture.convert("L").convert("RGB")) == [address]
    assert codes_in(as_jpeg(picture, 70)) == [address]
    assert codes_in(as_jpeg(picture.convert("L").convert("RGB"), 70)) == [address]


@needs_poppler
def test_only_a_preview_says_so_on_every_page() -> None:
    assert "PRATINJAU" not in text_of(render_certificate(PAPER), order="raw")
    preview = render_certificate(replace(PAPER, is_preview=True))
    assert ["PRATINJAU" in text_of(preview, page=page, order="raw") for page in (1, 2)] == [True, True]


@needs_poppler
def test_only_sample_data_are_marked_on_every_page() -> None:
    assert "Data contoh" not in text_of(render_certificate(PAPER))
    sample = render_certificate(replace(PAPER, is_demo=True))
    assert ["Data contoh" in text_of(sample, page=page) for page in (1, 2)] == [True, True]


def test_the_same_paper_gives_the_same_bytes() -> None:
    assert render_certificate(PAPER) == render_certificate(replace(PAPER))
    assert render_certificate(PAPER) != render_certificate(replace(PAPER, number="049/SERT/BK3S-KB/XII/2026"))


def test_a_file_is_small_enough_to_send() -> None:
    assert len(render_certificate(replace(PAPER, materials=()))) < 100_000
    assert len(render_certificate(replace(PAPER, materials=lines(60)))) < 250_000


@needs_poppler
def test_all_fonts_are_embedded_and_cut_to_what_is_used() -> None:
    fonts = fonts_of(render_certificate(PAPER))
    assert len(fonts) >= 2
    assert all(embedded and subset for _name, embedded, subset in fonts)


@needs_qpdf
def test_the_file_is_clean_tagged_titled_and_described() -> None:
    pdf = render_certificate(PAPER)
    check(pdf)
    spelled = opened(pdf)
    for mark in (
        "pdfaid:part>2<",
        "pdfaid:conformance>A<",
        "pdfuaid:part>1<",
        "/Lang (id-ID)",
        "/DisplayDocTitle true",
    ):
        assert mark in spelled, mark
    for words in ("Kode QR pemeriksaan", "Tanda tangan Dra. Hj. Rosmawati Idris, M.Si."):
        assert f"/Alt ({words})" in spelled


@needs_poppler
def test_the_title_names_number_and_holder() -> None:
    title = info_of(render_certificate(PAPER))["Title"]
    assert PAPER.number in title
    assert PAPER.holder in title


def test_a_broken_signature_is_refused() -> None:
    broken = Signatory(name="A", position="B", image=signature()[:60])
    with pytest.raises(RuntimeError):
        render_certificate(replace(PAPER, signatories=(broken,)))


def test_an_empty_paper_still_prints() -> None:
    bare = replace(PAPER, holder="", organisation="", letterhead=(), materials=(), place="", jp_total=0, body_text="")
    assert render_certificate(bare).startswith(b"%PDF")
