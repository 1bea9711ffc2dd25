"""The Word template for questions: a table for each type, with an example and rows to fill in."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import docx
from docx.enum.section import WD_ORIENT
from docx.shared import Cm, Pt
from flask_babel import gettext as _

from lms.plugins.quiz.formats.guidance import EXAMPLE

_EMPTY_ROWS = 20
# Titles and headings are what the reader knows, so they stay Indonesian in every language.
_CHOICE = ("NO", "SOAL", "JAWABAN A", "JAWABAN B", "JAWABAN C", "JAWABAN D", "JAWABAN E", "JAWABAN BENAR")
_SEVERAL = ("NO", "SOAL", "OPSI", "JAWABAN", "KUNCI")
_PAIRS = ("NO", "SOAL", "PERNYATAAN", "PASANGAN")
_SHORT = ("NO", "SOAL", "JAWABAN")
_ESSAY = ("NO", "SOAL", "JAWABAN", "BOBOT")


def template() -> bytes:
    """A .docx with the tables; the examples are passed over when it is read."""
    document = docx.Document()
    page = document.sections[0]
    page.orientation = WD_ORIENT.LANDSCAPE
    page.page_width, page.page_height = Cm(29.7), Cm(21)
    page.left_margin = page.right_margin = Cm(1.5)
    document.styles["Normal"].font.size = Pt(10)
    document.add_heading("Template soal", 0)
    for line in _guide():
        document.add_paragraph(line)
    blank = [(str(number),) for number in range(1, _EMPTY_ROWS + 1)]
    _table(document, "A. Pilihan ganda (PG)", _CHOICE, [
        (EXAMPLE, "Apa fungsi pertama dari manajemen?", "Perencanaan", "Pengawasan", "Pelaporan", "Evaluasi", "", "A"),
        *blank,
    ])  # fmt: skip
    several = [row for number in range(1, 6) for row in ((str(number), "", "A"), *(("", "", x) for x in "BCDE"))]
    _table(document, "B. PG kompleks", _SEVERAL, [
        (EXAMPLE, "Mana yang termasuk sikap seorang pemimpin?", "A", "Mau mendengar", "v"),
        ("", "", "B", "Memberi teladan", "v"), ("", "", "C", "Menyalahkan tim", ""), *several,
    ])  # fmt: skip
    pairs = [row for number in range(1, 4) for row in ((str(number),), *[("",)] * 4)]
    _table(document, "C. Menjodohkan", _PAIRS, [
        (EXAMPLE, "Jodohkan singkatan dengan artinya.", "SOP", "prosedur baku"),
        ("", "", "RAB", "rencana biaya"), *pairs,
    ])  # fmt: skip
    _table(document, "D. Isian singkat", _SHORT, [
        (EXAMPLE, "Dokumen yang memuat tata cara kerja baku disebut …", "SOP | prosedur operasional standar"),
        *blank[:10],
    ])  # fmt: skip
    _table(document, "E. Uraian", _ESSAY, [
        (EXAMPLE, "Jelaskan tiga fungsi manajemen!", "Perencanaan, pelaksanaan, pengawasan", "5"), *blank[:5],
    ])  # fmt: skip
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _guide() -> list[str]:
    return [
        _("Fill in the tables and save the document as .docx. Empty rows and rows with CONTOH are passed over."),
        _("The key is a letter (A), for several right options a v beside each; pictures may stand in every cell."),
        _("For short answers write everything that is right, with | between."),
    ]


def _table(document: Any, title: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    document.add_heading(title, 1)
    table = document.add_table(rows=len(rows) + 1, cols=len(header))
    table.style = "Table Grid"
    grid = [list(row.cells) for row in table.rows]
    for cell, name in zip(grid[0], header, strict=True):
        cell.paragraphs[0].add_run(name).bold = True
    for cells, row in zip(grid[1:], rows, strict=True):
        for cell, text in zip(cells, row, strict=False):
            cell.text = text
