"""The regional report on paper."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from pdf_tools import (
    check,
    codes_in,
    fonts_of,
    needs_poppler,
    needs_qpdf,
    opened,
    pages_of,
    picture_of,
    text_of,
    words_of,
)

from lms.plugins.reports.paper import TILES, HeadlineNumber, RegionalReport, RegionRow, render_report

NAMES = {
    "61.01": "Kabupaten Sambas",
    "61.02": "Kabupaten Mempawah",
    "61.03": "Kabupaten Sanggau",
    "61.04": "Kabupaten Ketapang",
    "61.05": "Kabupaten Sintang",
    "61.06": "Kabupaten Kapuas Hulu",
    "61.07": "Kabupaten Bengkayang",
    "61.08": "Kabupaten Landak",
    "61.09": "Kabupaten Sekadau",
    "61.10": "Kabupaten Melawi",
    "61.11": "Kabupaten Kayong Utara",
    "61.12": "Kabupaten Kubu Raya",
    "61.71": "Kota Pontianak",
    "61.72": "Kota Singkawang",
}


def region(code: str, registered: int, attended: int) -> RegionRow:
    return RegionRow(
        code=code,
        name=NAMES[code],
        organisations=registered,
        organisations_attended=attended,
        participants=attended * 100,
        hours_jp=attended * 15,
        gain_text="0,54",
        plans_total=attended,
        plans_done=attended - 1 if attended else 0,
        coverage=Decimal(attended) / registered if registered else None,
    )


REPORT = RegionalReport(
    title="Laporan wilayah",
    period_text="Januari–Desember 2026",
    issuer="BK3S Kalimantan Barat",
    letterhead=("BK3S Kalimantan Barat", "Jalan Sutan Syahrir 12, Pontianak"),
    headline_numbers=tuple(
        HeadlineNumber(label=f"Judul {n}", value=f"{n}.000", note=f"catatan {n}") for n in range(1, 6)
    ),
    regions=tuple(region(code, 20, min(20, 1 + at)) for at, code in enumerate(NAMES)),
    findings=("Tiga kabupaten di bawah 20%.",),
    recommendations=("Lokakarya keliling di tiga kabupaten.", "Pendampingan berkas akreditasi."),
    narrative="Tahun pertama dengan presensi QR.",
    printed_at_text="5 Jan 2027, 09.10 WIB",
    verify_url="https://lokakarya.example.org/r/ABCD2345",
    verify_code="ABCD-2345",
    version_text="versi 1",
    labels={
        "recommendations": "Rekomendasi",
        "total": "Jumlah",
        "demo": "Data contoh",
        "none": "Belum ada.",
        "page_of": "dari",
        "verify": "Periksa laporan ini dengan kode {code}",
        "map": "Cakupan",
    },
)


@needs_poppler
def test_page_one_has_the_five_numbers_and_a_tile_for_every_region() -> None:
    text = text_of(render_report(REPORT), page=1)
    for n in range(1, 6):
        assert f"Judul {n}" in text
        assert f"{n}.000" in text
        assert f"catatan {n}" in text
    for name in NAMES.values():
        assert name.removeprefix("Kabupaten ").removeprefix("Kota ") in text


@needs_poppler
def test_page_two_begins_with_the_recommendations_before_the_table() -> None:
    first, second = (text_of(render_report(REPORT), page=page) for page in (1, 2))
    assert "Lokakarya keliling" not in first
    assert second.strip().startswith("Rekomendasi")
    assert second.index("Pendampingan berkas") < second.index("Kabupaten Sambas")


@needs_poppler
def test_tiles_lie_as_on_the_map() -> None:
    words = words_of(render_report(REPORT))
    at = {w.text: (w.left, w.top) for w in words}
    assert at["Sambas"][1] < at["Singkawang"][1] < at["Mempawah"][1] < at["Pontianak"][1]
    assert at["Mempawah"][0] < at["Landak"][0] < at["Sanggau"][0] < at["Sintang"][0] < at["Kapuas"][0]
    assert len(set(TILES.values())) == 14
    assert set(TILES) == set(NAMES)


@needs_poppler
def test_deeper_colours_mean_more_coverage() -> None:
    """The colour under each percentage, taken from the printed page, darkens step by step."""
    regions = tuple(
        region(code, 20, attended) for code, attended in zip(list(NAMES)[:5], (1, 6, 10, 14, 20), strict=True)
    )
    pdf = render_report(replace(REPORT, regions=regions))
    picture, shades = picture_of(pdf, 72).convert("L"), []
    for word in ("5%", "30%", "50%", "70%", "100%"):
        box = next(w for w in words_of(pdf) if w.text == word)
        shades.append(picture.getpixel((int(box.left) - 6, int(box.top) - 3)))
    assert shades == sorted(shades, reverse=True)
    assert len(set(shades)) == 5


@needs_poppler
def test_a_region_without_organisations_shows_a_dash_and_no_zero() -> None:
    regions = (region("61.11", 0, 0), region("61.71", 4, 2))
    words = [w.text for w in words_of(render_report(replace(REPORT, regions=regions)))]
    assert "–" in words
    assert "0%" not in words


@needs_poppler
def test_the_table_adds_up_and_is_written_in_indonesian_numbers() -> None:
    regions = (region("61.01", 24, 17), region("61.71", 34, 31))
    text = text_of(render_report(replace(REPORT, regions=regions)), page=2, order="layout")
    assert "Kabupaten Sambas 24 17 71% 1.700 255 0,54 16/17" in text
    assert "Jumlah 58 48 83% 4.800 720 46/48" in text


@needs_poppler
def test_missing_numbers_print_as_dashes_and_are_not_added() -> None:
    unknown = replace(region("61.01", 3, 3), participants=None, plans_total=None, plans_done=None, gain_text="")
    text = text_of(render_report(replace(REPORT, regions=(unknown,))), page=2, order="layout")
    assert "Kabupaten Sambas 3 3 100% – 45 – –" in text
    assert "Jumlah 3 3 100% – 45 –" in text


@needs_poppler
def test_the_code_of_the_report_reads_and_is_printed() -> None:
    pdf = render_report(REPORT)
    last = pages_of(pdf)
    assert codes_in(picture_of(pdf, 100, page=last)) == [REPORT.verify_url]
    assert "Periksa laporan ini dengan kode ABCD-2345" in text_of(pdf, page=last)


@needs_poppler
def test_a_draft_has_no_code() -> None:
    pdf = render_report(replace(REPORT, verify_url="", verify_code=""))
    assert codes_in(picture_of(pdf, 100, page=pages_of(pdf))) == []


@needs_poppler
def test_no_findings_and_no_recommendations_say_so() -> None:
    text = text_of(render_report(replace(REPORT, findings=(), recommendations=(), regions=())))
    assert text.count("Belum ada.") == 2


@needs_poppler
@pytest.mark.parametrize("words", ['#read("/etc/passwd")', r"\input{x}", "{{7*7}}", "<b>tebal</b>", "- butir", "*x*"])
def test_markup_prints_literally(words: str) -> None:
    report = replace(REPORT, title=words, findings=(words,), recommendations=(words,), narrative=words)
    assert text_of(render_report(report)).count(words) == 4


@needs_qpdf
@needs_poppler
def test_the_file_is_clean_small_and_the_map_described() -> None:
    pdf = render_report(replace(REPORT, is_demo=True))
    check(pdf)
    assert len(pdf) < 300_000
    assert all(embedded and subset for _name, embedded, subset in fonts_of(pdf))
    assert "/Alt (Cakupan: Kabupaten Sambas 5%, Kabupaten Mempawah 10%" in opened(pdf)
    assert "Data contoh" in text_of(pdf, page=1)


def test_the_same_report_gives_the_same_bytes() -> None:
    assert render_report(REPORT) == render_report(replace(REPORT))
