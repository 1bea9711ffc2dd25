"""Word documents as authors write them: tables, pictures, and what is refused."""

from __future__ import annotations

import hashlib
import io
import time
from decimal import Decimal
from typing import Any

import docx
import pytest

from lms.plugins.quiz.content import Draft, Fault, Reading
from lms.plugins.quiz.enums import TextFormat
from lms.plugins.quiz.formats import detection, docx_file
from lms.plugins.quiz.formats.errors import UnreadableFile
from tests.plugins.quiz.office_files import CHOICE, FILES, changed, paragraphs, png, saved, table

pytestmark = pytest.mark.unit


def right(draft: Draft) -> list[str]:
    return [option.text.source for option in draft.content.options if option.fraction > 0]


def options(draft: Draft) -> list[str]:
    return [option.text.source for option in draft.content.options]


def summary(reading: Reading) -> list[tuple[str, str, list[str]]]:
    return [(draft.content.kind, draft.content.text.source, right(draft)) for draft in reading.drafts]


def test_q7_template_made_in_libreoffice_is_read_with_all_its_sections() -> None:
    reading = docx_file.read((FILES / "libreoffice-template.docx").read_bytes(), "soal, pretest, LKS.docx")

    assert [draft.content.kind for draft in reading.drafts] == [
        "choice", "choice", "choice", "multichoice", "matching", "shortanswer", "essay",
    ]  # fmt: skip
    first, water, bold, several, pairs, short, essay = reading.drafts
    assert (right(first), right(several)) == (["Perencanaan"], ["Mau mendengar", "Memberi teladan"])
    assert (right(water), water.content.options[1].text.format) == (["H<sub>2</sub>O"], TextFormat.HTML)
    assert (right(bold), bold.content.options[1].text.format) == (["dengan kode"], TextFormat.PLAIN)
    assert bold.content.text.source == "Tanda <b> dan & dalam teks ditulis …"
    assert [(pair.prompt.source, pair.answer) for pair in pairs.content.pairs] == [
        ("SOP", "prosedur baku"), ("RAB", "rencana biaya"), ("RTL", "rencana tindak lanjut"),
    ]  # fmt: skip
    assert [answer.pattern for answer in short.content.accepted] == [
        "standar operasional prosedur",
        "prosedur operasional standar",
    ]
    assert (essay.content.mark, essay.content.model_answer.source) == (5, "Perencanaan, pelaksanaan, pengawasan")
    reason = "The question has no key. Mark the right option or write its letter."
    assert reading.faults == (Fault(where="Table 1, row 5", reason=reason),)


@pytest.mark.parametrize("key", ["B", "b.", " B ", "(b)", "Kunci: B", "2", "dua", "B. dua"])
def test_q7_key_is_a_letter_a_number_or_the_words_of_the_option(key: str) -> None:
    document = docx.Document()
    table(document, CHOICE, ("1", "Soal?", "satu", "dua", "tiga", "empat", "", key))

    reading = docx_file.read(saved(document))

    assert summary(reading) == [("choice", "Soal?", ["dua"])]
    assert reading.drafts[0].doubts == ()


@pytest.mark.parametrize("key", ["A, C", "AC", "A dan C", "a;c", "1,3", "satu; tiga"])
def test_q7_several_keys_get_equal_parts_and_ticking_everything_earns_nothing(key: str) -> None:
    document = docx.Document()
    document.add_heading("B. PG Kompleks", 1)
    table(document, CHOICE, ("1", "Soal?", "satu", "dua", "tiga", "empat", "", key))

    content = docx_file.read(saved(document)).drafts[0].content

    half = Decimal("0.5")
    assert (content.kind, [option.fraction for option in content.options]) == (
        "multichoice",
        [half, -half, half, -half],
    )


def test_q7_empty_rows_are_silent_and_rows_without_key_are_reported() -> None:
    document = docx.Document()
    table(
        document, CHOICE,
        ("1", "Ada", "a", "b", "", "", "", "A"), ("2", "", "", "", "", "", "", ""), ("3",),
        ("4", "Tanpa kunci", "a", "b", "", "", "", ""), ("5", "Di luar", "a", "b", "", "", "", "E"),
        ("6", "Kembar", "a", "a", "", "", "", "A"), ("7", "", "a", "b", "", "", "", "A"),
    )  # fmt: skip

    reading = docx_file.read(saved(document))

    assert summary(reading) == [("choice", "Ada", ["a"])]
    assert [(fault.where, fault.reason) for fault in reading.faults] == [
        ("Table 1, row 5", "The question has no key. Mark the right option or write its letter."),
        ("Table 1, row 6", "The key is E, but there are only 2 options."),
        ("Table 1, row 7", "Options A and B read the same."),
        ("Table 1, row 8", "This row has answers but no question."),
    ]


def test_q7_template_of_garuda_with_codes_and_ticks_is_read() -> None:
    document = docx.Document()
    table(
        document, ("NO", "SOAL", "JENIS", "OPSI", "JAWABAN", "KUNCI"),
        ("1", "Pilih dua", "2", "A", "satu", "v"), ("", "", "", "B", "dua", ""), ("", "", "", "C", "tiga", "V"),
        ("2", "Pilih satu", "1", "A", "ya", ""), ("", "", "", "B", "tidak", "✓"), ("3", "", "2", "A", "", ""),
    )  # fmt: skip
    table(
        document, ("NO", "SOAL", "JENIS", "BARIS", "BARIS", "KOLOM", "KOLOM", "KUNCI", "KUNCI"),
        ("", "", "", "KODE", "ISI", "KODE", "ISI", "BARIS", "KOLOM"),
        ("1", "Jodohkan", "3", "1", "Manajemen", "A", "memimpin", "1", "B"),
        ("", "", "", "2", "Kepemimpinan", "B", "mengatur", "2", "A"), ("", "", "", "", "", "C", "pengecoh", "", ""),
    )  # fmt: skip
    table(
        document, ("NO", "SOAL", "JENIS", "KUNCI"),
        ("1", "Tahun merdeka", "4", "1945"), ("2", "Jelaskan", "5", ""), ("3", "Kosong", "4", ""),
    )  # fmt: skip

    reading = docx_file.read(saved(document))

    assert summary(reading) == [
        ("multichoice", "Pilih dua", ["satu", "tiga"]), ("choice", "Pilih satu", ["tidak"]),
        ("matching", "Jodohkan", []),
        ("shortanswer", "Tahun merdeka", []), ("essay", "Jelaskan", []),
    ]  # fmt: skip
    assert [(pair.prompt.source, pair.answer) for pair in reading.drafts[2].content.pairs] == [
        ("Manajemen", "mengatur"), ("Kepemimpinan", "memimpin"), ("", "pengecoh"),
    ]  # fmt: skip
    assert [fault.where for fault in reading.faults] == ["Table 3, row 4"]


def test_q7_true_and_false_in_columns_and_in_brackets() -> None:
    document = docx.Document()
    table(
        document, ("NO", "PERNYATAAN", "BENAR", "SALAH"), ("1", "Bumi bulat", "v", ""), ("2", "Bumi datar", "", "v"),
        ("3", "Lupa", "", ""),
    )  # fmt: skip
    document.add_paragraph("Benar - Salah")
    document.add_paragraph("1. B - S  Api panas (B)")
    document.add_paragraph("2. Air kering.")
    document.add_paragraph("Kunci: S")

    reading = docx_file.read(saved(document))

    assert summary(reading) == [
        ("truefalse", "Bumi bulat", ["Benar"]), ("truefalse", "Bumi datar", ["Salah"]),
        ("truefalse", "Api panas", ["Benar"]), ("truefalse", "Air kering.", ["Salah"]),
    ]  # fmt: skip
    assert [fault.where for fault in reading.faults] == ["Table 1, row 4"]


def test_q2_pictures_in_cells_and_paragraphs_stay_with_their_question() -> None:
    document = docx.Document()
    made = table(document, CHOICE, ("1", "Gambar apa?", "", "kucing", "", "", "", "A"))
    made.cell(1, 1).paragraphs[0].add_run().add_picture(io.BytesIO(png(1)))
    made.cell(1, 2).paragraphs[0].add_run().add_picture(io.BytesIO(png(2)))

    draft = docx_file.read(saved(document)).drafts[0]

    shas = [hashlib.sha256(png(colour)).hexdigest() for colour in (1, 2)]
    assert draft.content.text.source == f'Gambar apa?<img src="picture:{shas[0]}" alt="">'
    assert options(draft) == [f'<img src="picture:{shas[1]}" alt="">', "kucing"]
    assert [(picture.sha, picture.media_type, picture.data) for picture in draft.pictures] == [
        (shas[0], "image/png", png(1)), (shas[1], "image/png", png(2)),
    ]  # fmt: skip


def test_q7_strict_documents_are_read() -> None:
    def strict(text: str) -> str:
        text = text.replace(
            "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
            "http://purl.oclc.org/ooxml/wordprocessingml/main",
        )
        return text.replace(
            "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
            "http://purl.oclc.org/ooxml/officeDocument/relationships",
        )

    data = paragraphs("1. Soal", "a. ya", "b. tidak", "Kunci: B")
    parts = (
        "word/document.xml",
        "_rels/.rels",
        "word/_rels/document.xml.rels",
        "word/styles.xml",
        "word/numbering.xml",
    )
    made = changed(data, dict.fromkeys(parts, strict))

    assert summary(docx_file.read(made)) == [("choice", "Soal", ["tidak"])]


def test_text_boxes_formulas_and_deleted_text_raise_doubts_or_vanish() -> None:
    inside = "<w:txbxContent><w:p><w:r><w:t>KOTAK</w:t></w:r></w:p></w:txbxContent>"
    box = f'<w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textbox>{inside}</v:textbox></v:shape></w:pict>'
    gone = '</w:t></w:r><w:del><w:r><w:delText>HAPUS</w:delText></w:r></w:del><w:r><w:t xml:space="preserve">'
    data = paragraphs("1. Soal BOXGONE lagi", "a. ya", "b. tidak", "Kunci: B")
    made = changed(
        data,
        {"word/document.xml": lambda text: text.replace("BOX", f"</w:t>{box}<w:t>").replace("GONE", gone)},
    )

    draft = docx_file.read(made).drafts[0]

    assert draft.content.text.source == "Soal lagi"
    assert draft.doubts == ("A text box was left out. Move its text into the paragraph.",)


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (OLE + "WordDocument".encode("utf-16-le"), "save it as .docx"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "password"),
        (OLE + "Workbook".encode("utf-16-le"), "save it as .xlsx"),
        (b"%PDF-1.7\n", "save it as .docx"),
        (b"{\\rtf1 soal}", "save it as .docx"),
        (b"PK\x03\x04rusak", "damaged"),
    ],
)
def test_other_documents_are_refused_with_what_to_do(data: bytes, words: str) -> None:
    for read in (docx_file.read, lambda data, name: detection.detect(data, name)):
        with pytest.raises(UnreadableFile) as caught:
            read(data, "soal.docx")
        assert words in str(caught.value)


def test_open_document_text_is_refused_with_what_to_do() -> None:
    data = changed(paragraphs("x"), {"_rels/.rels": str})
    file = io.BytesIO(data)
    import zipfile

    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
    with pytest.raises(UnreadableFile, match=r"\.odt document"):
        docx_file.read(file.getvalue())


def test_document_without_questions_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="no questions in this document"):
        docx_file.read(paragraphs("Daftar hadir", "Ani", "Budi"))


def test_template_for_download_is_recognised_and_its_examples_are_no_questions() -> None:
    data = docx_file.template()
    filled = docx.Document(io.BytesIO(data))
    cells = filled.tables[0].rows[2].cells
    for cell, text in zip(cells[1:], ("Soal?", "satu", "dua", "", "", "", "B"), strict=True):
        cell.text = text
    first = filled.tables[1].rows[4].cells
    first[1].text, first[3].text, first[4].text = "Banyak?", "ya", "v"
    filled.tables[1].rows[5].cells[3].text = "tidak"

    reading = docx_file.read(saved(filled))

    assert detection.detect(data, "templat, baru.bin") == "docx"
    assert summary(reading) == [("choice", "Soal?", ["dua"]), ("multichoice", "Banyak?", ["ya"])]
    assert reading.faults == ()


def many(count: int) -> bytes:
    """A document of one large table, written by hand since python-docx is slow."""
    cell = "<w:tc><w:tcPr/><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc>"

    def row(values: Any) -> str:
        return "<w:tr>" + "".join(cell.format(value) for value in values) + "</w:tr>"

    rows = [row(CHOICE), *(row((n, f"Soal {n}", "satu", "dua", "tiga", "empat", "", "B")) for n in range(count))]
    return changed(
        paragraphs("Soal"),
        {"word/document.xml": lambda text: text.replace("<w:sectPr", f"<w:tbl>{''.join(rows)}</w:tbl><w:sectPr", 1)},
    )


def test_thousand_questions_are_read_within_five_seconds() -> None:
    data = many(1000)

    started = time.perf_counter()
    reading = docx_file.read(data)

    assert len(reading.drafts) == 1000
    assert time.perf_counter() - started < 5
