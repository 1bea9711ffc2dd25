"""The attendance sheet on paper: to be signed, or filled from the scans."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from pdf_tools import (
    check,
    codes_in,
    fonts_of,
    info_of,
    needs_poppler,
    needs_qpdf,
    pages_of,
    picture_of,
    text_of,
    words_of,
)

from lms.kernel.qr import qr_drawing
from lms.plugins.checkin import sheet as paper
from lms.plugins.checkin.sheet import AttendanceSheet, SheetRow, Stamp

LABELS = {
    "heading": "DAFTAR HADIR",
    "session": "Sesi",
    "left": "pulang",
    "total": "Jumlah",
    "version": "versi {number}",
    "hash": "sidik",
    "verify": "Periksa cetakan ini",
    "signature": "Tanda tangan",
    "printed": "Dicetak dari sistem, {moment}",
    "page_of": "dari",
    "corrected": "* dikoreksi dengan tangan:",
    "acknowledged": "Mengetahui",
    "nobody": "Belum ada orang di daftar ini.",
    "demo": "Data contoh",
    "name": "Nama",
    "arrival": "Datang",
}


def rows(count: int) -> tuple[SheetRow, ...]:
    return tuple(
        SheetRow(
            no=no,
            name=f"Peserta Nomor{no}",
            organisation="LKSA Tunas Enggang",
            position="Pengasuh",
            gender="LP"[no % 2],
            phone=f"0812-••••-{7800 + no}",
            is_present=True,
            status_text="Hadir",
            minute_text="08.25",
        )
        for no in range(1, count + 1)
    )


SHEET = AttendanceSheet(
    title="Penguatan Manajemen LKS",
    group="Peserta",
    day_text="Hari ke-1, Rabu, 2 Desember 2026",
    place="Hotel Kapuas Palace, Pontianak",
    letterhead=("BK3S Kalimantan Barat", "Jalan Sutan Syahrir 12, Pontianak"),
    rows=rows(8),
    mode="blank",
    signer_name="Maya Sari, S.Sos.",
    signer_position="Ketua Panitia",
    labels=LABELS,
)
FILLED = replace(SHEET, mode="filled", totals=(("Hadir", 8), ("Tidak hadir", 0)))
STAMP = Stamp(
    version=3,
    code="R4TM-9K2D-7QXY",
    hash_text="9f86-d081-884c-7d65",
    address="lokakarya.contoh.id/dh",
    qr=qr_drawing("https://lokakarya.contoh.id/dh/R4TM9K2D7QXY"),
)


def render_sheet(sheet: AttendanceSheet, **more: Any) -> bytes:
    return paper.render_sheet(sheet, **{"printed_at_text": "2 Des 2026, 16.05 WIB", **more})


@needs_poppler
@pytest.mark.parametrize("sheet", [SHEET, FILLED], ids=["blank", "filled"])
def test_a_sheet_says_what_when_where_who_and_who_answers_for_it(sheet: AttendanceSheet) -> None:
    text = text_of(render_sheet(sheet))
    for words in (
        "DAFTAR HADIR",
        "Penguatan Manajemen LKS",
        "Hari ke-1, Rabu, 2 Desember 2026",
        "Hotel Kapuas Palace, Pontianak",
        "Peserta Nomor8",
        "LKSA Tunas Enggang",
        "Pengasuh",
        "0812-••••-7808",
        "Mengetahui, Ketua Panitia Maya Sari, S.Sos.",
        "Dicetak dari sistem, 2 Des 2026, 16.05 WIB",
        "1 dari 1",
    ):
        assert words in text, words


@needs_poppler
def test_numbers_to_sign_at_alternate_left_and_right() -> None:
    words = [w for w in words_of(render_sheet(SHEET)) if w.text in {f"{no}." for no in range(1, 9)}]
    left = {round(w.left) for w in words if int(w.text[:-1]) % 2}
    right = {round(w.left) for w in words if not int(w.text[:-1]) % 2}
    assert len(words) == 8
    assert len(left) == len(right) == 1
    assert right.pop() - left.pop() > 50


@needs_poppler
def test_a_row_to_sign_is_high_enough_for_a_pen() -> None:
    tops = [w.top for w in words_of(render_sheet(SHEET)) if w.text.startswith("Nomor")]
    assert min(b - a for a, b in pairwise(tops)) >= 11 * 72 / 25.4 - 1


@needs_poppler
def test_long_texts_make_a_row_higher_and_never_overlap() -> None:
    wordy = replace(SHEET.rows[0], organisation="Lembaga Kesejahteraan Sosial Lanjut Usia " * 3)
    words = words_of(render_sheet(replace(SHEET, rows=(wordy, *SHEET.rows[1:]))))
    last = max(w.bottom for w in words if w.text == "Usia")
    following = min(w.top for w in words if w.text == "Nomor2")
    assert last < following


@needs_poppler
def test_only_a_filled_sheet_shows_minutes_and_states() -> None:
    filled, blank = text_of(render_sheet(FILLED)), text_of(render_sheet(SHEET))
    for words in ("Datang", "08.25", "Hadir"):
        assert words in filled
        assert words not in blank
    assert "Tanda tangan" in blank
    assert "Tanda tangan" in filled  # whoever drew none signs on paper


@needs_poppler
@pytest.mark.parametrize(("sheet", "size"), [(SHEET, "595.276 x 841.89"), (FILLED, "841.89 x 595.276")])
def test_blank_sheets_stand_upright_and_filled_ones_lie(sheet: AttendanceSheet, size: str) -> None:
    assert info_of(render_sheet(sheet))["Page size"].startswith(size)


@needs_poppler
@pytest.mark.parametrize("sheet", [SHEET, FILLED], ids=["blank", "filled"])
def test_heads_repeat_and_pages_are_counted(sheet: AttendanceSheet) -> None:
    pdf = render_sheet(replace(sheet, rows=rows(120)))
    pages = pages_of(pdf)
    assert pages > 3
    for page in range(1, pages + 1):  # the last page too: a signature must say what it signs
        assert "Hari ke-1, Rabu, 2 Desember 2026" in text_of(pdf, page=page)
    for page in range(1, pages):
        text = text_of(pdf, page=page)
        assert "Nama" in text
        assert f"{page} dari {pages}" in text
        assert "Dicetak dari sistem" in text
    whole = text_of(pdf)
    assert all(f"Peserta Nomor{no} " in whole for no in range(1, 121))


@needs_poppler
def test_a_corrected_row_has_an_asterisk_and_its_reason() -> None:
    note = "dikoreksi oleh Maya Sari, alasan: gawai habis baterai"
    changed = replace(FILLED.rows[3], corrected=True, note=note)
    text = text_of(render_sheet(replace(FILLED, rows=(*FILLED.rows[:3], changed, *FILLED.rows[4:]))))
    assert "Peserta Nomor4 *" in text
    assert f"4. Peserta Nomor4: {note}" in text
    assert text.count("*") == 2  # the row and the foot note
    assert "*" not in text_of(render_sheet(FILLED))


@needs_poppler
def test_a_sheet_of_nobody_says_so() -> None:
    assert "Belum ada orang di daftar ini." in text_of(render_sheet(replace(SHEET, rows=())))


@needs_poppler
def test_markup_prints_literally() -> None:
    words = '#read("/etc/passwd") {{7*7}} <b>'
    row = replace(SHEET.rows[0], name=words, organisation=words)
    assert text_of(render_sheet(replace(SHEET, rows=(row,), title=words))).count("passwd") == 3


def test_a_letter_without_a_font_does_not_stop_the_whole_sheet() -> None:
    row = replace(SHEET.rows[0], name="Rafi \U0001fbff")
    assert render_sheet(replace(SHEET, rows=(row, *SHEET.rows[1:]))).startswith(b"%PDF")


@needs_poppler
def test_only_sample_data_are_marked() -> None:
    assert "Data contoh" not in text_of(render_sheet(SHEET))
    assert "Data contoh" in text_of(render_sheet(replace(SHEET, is_demo=True)))


@needs_qpdf
@needs_poppler
@pytest.mark.parametrize("sheet", [SHEET, FILLED], ids=["blank", "filled"])
def test_the_file_is_clean_and_its_fonts_embedded(sheet: AttendanceSheet) -> None:
    pdf = render_sheet(sheet)
    check(pdf)
    assert all(embedded and subset for _name, embedded, subset in fonts_of(pdf))
    assert len(pdf) < 250_000


def test_the_same_sheet_gives_the_same_bytes() -> None:
    assert render_sheet(FILLED, stamp=STAMP) == render_sheet(replace(FILLED), stamp=replace(STAMP))
    assert render_sheet(FILLED, stamp=STAMP) != render_sheet(FILLED, stamp=replace(STAMP, version=4))


@needs_poppler
@pytest.mark.parametrize("sheet", [SHEET, FILLED], ids=["blank", "filled"])
def test_every_page_says_which_print_it_is(sheet: AttendanceSheet) -> None:
    pdf = render_sheet(replace(sheet, rows=rows(60)), stamp=STAMP)
    for page in range(1, pages_of(pdf) + 1):
        assert "versi 3 · R4TM-9K2D-7QXY · sidik 9f86-d081-884c-7d65" in text_of(pdf, page=page)
    assert codes_in(picture_of(pdf, 100)) == ["https://lokakarya.contoh.id/dh/R4TM9K2D7QXY"]
