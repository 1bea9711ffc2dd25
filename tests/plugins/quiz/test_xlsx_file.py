"""Workbooks of questions: pasted, merged, hostile; and our own workbook out and in again."""

from __future__ import annotations

import io
import time
import zipfile
from decimal import Decimal
from typing import Any

import pytest
import python_calamine
import xlsxwriter

from lms.plugins.quiz.content import Content, Draft, Option, Text
from lms.plugins.quiz.enums import TextFormat
from lms.plugins.quiz.formats import detection, xlsx_file
from lms.plugins.quiz.formats.errors import UnreadableFile
from tests.plugins.quiz.office_files import changed, xlsx
from tests.plugins.quiz.question_samples import SAMPLES, same

pytestmark = pytest.mark.unit
HEADER = ("NO", "SOAL", "A", "B", "C", "KUNCI")


def right(draft: Draft) -> list[str]:
    return [option.text.source for option in draft.content.options if option.fraction > 0]


def made(write: Any) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        write(book, book.add_worksheet("Soal"))
    return file.getvalue()


def test_q8_pasted_workbook_with_merged_cells_rich_text_and_numbers_as_text() -> None:
    def write(book: Any, sheet: Any) -> None:
        bold = book.add_format({"bold": True})
        sheet.merge_range("A1:F1", "DAFTAR SOAL PRETEST", bold)
        sheet.merge_range("A2:F2", "A. Pilihan ganda", bold)
        sheet.write_row("A3", HEADER, bold)
        sheet.merge_range("B4:B5", "")
        sheet.write_rich_string("B4", "Mana yang ", bold, "benar", "?")
        sheet.write_row("C4", ("1,5", "2,5"))
        sheet.write_number("E4", 3.5)
        sheet.write_formula("F4", '="B"', None, "B")
        sheet.write_row("B6", ("Tanpa nomor", "ya", "tidak", "", "a"))
        sheet.write_row("A8", ("", "  ", "", "", "", ""))
        sheet.write_row("A9", (3,))

    reading = xlsx_file.read(made(write), "soal, dari luar.xlsx")

    first, second = reading.drafts
    assert (first.content.text.source, first.content.text.format) == (
        "Mana yang <strong>benar</strong>?", TextFormat.HTML,
    )  # fmt: skip
    assert [option.text.source for option in first.content.options] == ["1,5", "2,5", "3,5"]
    assert (right(first), right(second)) == (["2,5"], ["ya"])
    assert [(draft.where, draft.doubts) for draft in reading.drafts] == [
        ("Sheet Soal, row 4", ()), ("Sheet Soal, row 6", ()),
    ]  # fmt: skip
    assert reading.faults == ()


def test_q8_declared_size_and_a_cell_in_the_last_row_cost_nothing() -> None:
    def write(_book: Any, sheet: Any) -> None:
        sheet.write_row("A1", HEADER)
        sheet.write_row("A2", (1, "Apa?", "ya", "tidak", "", "B"))
        sheet.write_string(1_048_575, 16_383, "tersesat")
        sheet.write_row(1_048_574, 0, (2, "Jauh?", "ya", "tidak", "", "A"))

    data = made(write)  # which declares A1:XFD1048576
    started = time.perf_counter()
    reading = xlsx_file.read(data)

    assert time.perf_counter() - started < 0.5
    assert [(draft.content.text.source, draft.where) for draft in reading.drafts] == [
        ("Apa?", "Sheet Soal, row 2"), ("Jauh?", "Sheet Soal, row 1048575"),
    ]  # fmt: skip


def test_all_sheets_are_read_and_their_names_are_types() -> None:
    data = xlsx(
        ("Pilihan ganda", [HEADER, (1, "Satu?", "ya", "tidak", "", "A")]),
        ("Uraian", [("NO", "SOAL", "JAWABAN"), (1, "Jelaskan!", "bebas")]),
        ("Benar Salah", [("NO", "PERNYATAAN", "BENAR", "SALAH"), (1, "Bumi bulat", "v", "")]),
        ("Catatan", [("Dibuat oleh", "Ani")]),
        ("Lain", [("x", "y", "z"), ("x", "y", "z")]),
    )

    reading = xlsx_file.read(data)

    assert [draft.content.kind for draft in reading.drafts] == ["choice", "essay", "truefalse"]
    assert [fault.where for fault in reading.faults] == ["Sheet Lain"]


@pytest.mark.parametrize("look", [{"bold": True}, {"font_color": "#FF0000"}, {"bg_color": "#FFFF00"}])
def test_q7_marked_cell_is_the_key(look: dict[str, Any]) -> None:
    def write(book: Any, sheet: Any) -> None:
        sheet.write_row("A1", HEADER)
        sheet.write_row("A2", (1, "Apa?", "satu", "dua", "tiga"))
        sheet.write_string("D2", "dua", book.add_format(look))

    draft = xlsx_file.read(made(write)).drafts[0]

    assert right(draft) == ["dua"]
    assert {option.text.format for option in draft.content.options} == {TextFormat.PLAIN}


def test_dates_that_excel_made_of_fractions_raise_a_doubt_and_per_cents_stay() -> None:
    def write(book: Any, sheet: Any) -> None:
        sheet.write_row("A1", HEADER)
        sheet.write_row("A2", (1, "Berapa?", "", "", "ya", "A"))
        sheet.write_number("C2", 0.25, book.add_format({"num_format": "0%"}))
        sheet.write_number("D2", 45689, book.add_format({"num_format": "d-mmm"}))

    draft = xlsx_file.read(made(write)).drafts[0]

    assert [option.text.source for option in draft.content.options] == ["25%", "1/2/2025", "ya"]
    assert draft.doubts == ("Excel turned a cell into the date or time 1/2/2025.",)


def test_q9_every_type_survives_export_and_import() -> None:
    data, faults = xlsx_file.write(SAMPLES)
    reading = xlsx_file.read(data)

    assert (faults, reading.faults) == ([], ())
    assert [same(draft) for draft in reading.drafts] == [same(draft) for draft in SAMPLES]
    assert detection.detect(data, "x.bin") == "xlsx"


def test_export_is_readable_elsewhere_and_has_instructions() -> None:
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(xlsx_file.write(SAMPLES)[0]))

    assert book.sheet_names == ["Soal", "Petunjuk"]
    assert book.get_sheet_by_index(0).to_python()[1][:3] == ["1", "Pilihan ganda", "Baris satu\nbaris dua"]


def test_text_beyond_a_cell_is_told_and_the_rest_is_written() -> None:
    options = (Option(text=Text(source="ya"), fraction=Decimal(1)), Option(text=Text(source="tidak")))
    long = Draft(content=Content(kind="choice", text=Text(source="x" * 40_000), options=options), where="Soal 1")

    data, faults = xlsx_file.write([long, SAMPLES[3]])

    assert [fault.where for fault in faults] == ["Soal 1"]
    assert [same(draft) for draft in xlsx_file.read(data).drafts] == [same(SAMPLES[3])]


def test_template_holds_three_examples_that_are_no_questions() -> None:
    data = xlsx_file.template()
    rows = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()

    assert [row[0] for row in rows] == ["NO", "CONTOH", "CONTOH", "CONTOH"]
    reading = xlsx_file.read(data)
    assert (reading.drafts, reading.faults) == ((), ())


def bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 50_000_000)
    return file.getvalue()


def entities() -> bytes:
    text = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><workbook>&b;</workbook>'
    return changed(xlsx(("Soal", [HEADER])), {"xl/workbook.xml": lambda _text: text})


def wide() -> bytes:
    cells = "".join(f'<row r="{n}"><c r="ALL{n}" t="n"><v>1</v></c></row>' for n in range(1, 9_000))
    return changed(
        xlsx(("Soal", [HEADER])),
        {"xl/worksheets/sheet1.xml": lambda text: text.replace("</sheetData>", f"{cells}</sheetData>")},
    )


@pytest.mark.parametrize("make", [bomb, entities, wide])
def test_q8_hostile_workbooks_are_refused_fast(make: Any) -> None:
    data = make()
    started = time.perf_counter()
    with pytest.raises(UnreadableFile):
        xlsx_file.read(data)
    assert time.perf_counter() - started < 2


def test_workbook_without_header_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="No row names the columns"):
        xlsx_file.read(xlsx(("Soal", [("1", "Apa?", "ya")])))


def test_thousand_questions_are_read_within_two_seconds() -> None:
    data = xlsx(("Soal", [HEADER, *((n, f"Soal {n}", "satu", "dua", "tiga", "B") for n in range(1000))]))

    started = time.perf_counter()
    reading = xlsx_file.read(data)

    assert len(reading.drafts) == 1000
    assert time.perf_counter() - started < 2
