"""Numbered paragraphs of Word documents: typed and automatic numbers, keys beside, below and by looks."""

from __future__ import annotations

import re

import docx
import pytest
from docx.enum.text import WD_COLOR_INDEX
from docx.shared import RGBColor

from lms.plugins.quiz.content import Draft, Reading
from lms.plugins.quiz.enums import TextFormat
from lms.plugins.quiz.formats import docx_file
from tests.plugins.quiz.office_files import FILES, changed, paragraphs, saved, table

pytestmark = pytest.mark.unit


def right(draft: Draft) -> list[str]:
    return [option.text.source for option in draft.content.options if option.fraction > 0]


def options(draft: Draft) -> list[str]:
    return [option.text.source for option in draft.content.options]


def summary(reading: Reading) -> list[tuple[str, str, list[str]]]:
    return [(draft.content.kind, draft.content.text.source, right(draft)) for draft in reading.drafts]


def test_q7_automatic_numbers_of_libreoffice_tell_questions_from_options() -> None:
    reading = docx_file.read((FILES / "libreoffice-numbered.docx").read_bytes())

    assert [(right(draft), len(options(draft)), draft.doubts) for draft in reading.drafts] == [
        (["demokratis"], 3, ()), (["y lebih besar"], 3, ()), (["memimpin rapat"], 2, ()), (["mungkin"], 3, ()),
    ]  # fmt: skip
    assert reading.drafts[1].content.text.source == "Perhatikan: x &lt; y. Mana yang <em>benar</em>?"
    assert reading.faults == ()


@pytest.mark.parametrize("look", ["bold", "highlight", "colour", "underline"])
def test_q7_marked_option_is_the_key_and_its_look_does_not_stay(look: str) -> None:
    document = docx.Document()
    document.add_paragraph("1. Pilih")
    for letter, text in zip("abc", ("satu", "dua", "tiga"), strict=True):
        run = document.add_paragraph().add_run(f"{letter}. {text}")
        if letter == "b":
            if look == "highlight":
                run.font.highlight_color = WD_COLOR_INDEX.YELLOW
            elif look == "colour":
                run.font.color.rgb = RGBColor(0xFF, 0, 0)
            else:
                setattr(run, look, True)

    draft = docx_file.read(saved(document)).drafts[0]

    assert right(draft) == ["dua"]
    assert {option.text.format for option in draft.content.options} == {TextFormat.PLAIN}


def test_q7_bold_letter_alone_is_a_key_and_bold_everywhere_is_none() -> None:
    document = docx.Document()
    document.add_paragraph("1. Pilih")
    for letter in "abc":
        paragraph = document.add_paragraph()
        paragraph.add_run(f"{letter}.").bold = letter == "c"
        paragraph.add_run(f" opsi {letter}")
    document.add_paragraph("2. Semua tebal")
    for letter in "ab":
        document.add_paragraph().add_run(f"{letter}. opsi {letter}").bold = True

    reading = docx_file.read(saved(document))

    assert summary(reading) == [("choice", "Pilih", ["opsi c"])]
    assert [fault.where for fault in reading.faults] == ["Paragraph 5"]


def test_q7_two_bold_options_and_a_key_beside_bold_are_kept_with_doubts() -> None:
    document = docx.Document()
    for number, key in ((1, ""), (2, "Kunci: A")):
        document.add_paragraph(f"{number}. Pilih")
        for letter in "abcd":
            document.add_paragraph().add_run(f"{letter}. opsi {letter}").bold = letter in "bc"
        document.add_paragraph(key)

    both, keyed = docx_file.read(saved(document)).drafts

    assert (both.content.kind, right(both)) == ("multichoice", ["opsi b", "opsi c"])
    assert both.doubts == (
        "Several options are marked as right, so this became a question with several right options.",
    )
    assert (keyed.content.kind, right(keyed)) == ("choice", ["opsi a"])
    assert keyed.doubts == ("The key says A, but B, C is marked in the text; the key was taken.",)


def test_q7_numbered_paragraphs_with_options_on_one_line_and_every_form_of_key() -> None:
    data = paragraphs(
        "Petunjuk: pilih satu.",
        "1. Satu\u00a0baris", "a.\u00a0ya   b. tidak   c. mung\u00adkin", "Kunci: B",
        "2) Kurung", "A) ya", "B) tidak", "Jawaban: A",
        "3. Sebaris a. ya b. tidak c. tahu", "Kunci jawaban c",
        "4. Kolom", "a. satu\tc. tiga", "b. dua\td. empat", "(Kunci: D)",
        "5. Daftar", "a. ya", "b. tidak",
        "Kunci Jawaban", "5. B",
    )  # fmt: skip

    reading = docx_file.read(data)

    assert [(draft.content.text.source, options(draft), right(draft)) for draft in reading.drafts] == [
        ("Satu baris", ["ya", "tidak", "mungkin"], ["tidak"]),
        ("Kurung", ["ya", "tidak"], ["ya"]),
        ("Sebaris", ["ya", "tidak", "tahu"], ["tahu"]),
        ("Kolom", ["satu", "dua", "tiga", "empat"], ["empat"]),
        ("Daftar", ["ya", "tidak"], ["tidak"]),
    ]
    assert (reading.faults, [draft.doubts for draft in reading.drafts]) == ((), [()] * 5)


@pytest.mark.parametrize("shape", ["wide", "tall", "headed"])
def test_q7_table_of_keys_at_the_end_belongs_to_the_questions(shape: str) -> None:
    document = docx.Document()
    for number in (1, 2):
        for line in (f"{number}. Soal {number}", "a. ya", "b. tidak"):
            document.add_paragraph(line)
    document.add_paragraph("KUNCI JAWABAN:")
    rows = {
        "wide": [("1", "2", "3"), ("B", "A", "A")],
        "tall": [("1", "B"), ("2", "A"), ("3", "A")],
        "headed": [("NO", "KUNCI"), ("1", "B"), ("2", "A"), ("3", "A")],
    }
    table(document, *rows[shape])

    reading = docx_file.read(saved(document))

    assert [right(draft) for draft in reading.drafts] == [["tidak"], ["ya"]]
    assert [fault.reason for fault in reading.faults] == [
        "The list of keys has number 3, but there is no such question."
    ]


def test_q7_keys_of_two_sections_that_both_count_from_one() -> None:
    data = paragraphs(
        "A. PILIHAN GANDA", "1. Satu", "a. ya", "b. tidak", "B. ISIAN", "1. Dua …",
        "Kunci Jawaban", "Pilihan ganda", "1. B", "Isian", "1. Jakarta",
    )  # fmt: skip

    choice, short = docx_file.read(data).drafts

    assert (right(choice), [answer.pattern for answer in short.content.accepted]) == (["tidak"], ["Jakarta"])


def numbering(style: str, text: str) -> str:
    level = '<w:lvl w:ilvl="{0}"><w:start w:val="1"/><w:numFmt w:val="{1}"/><w:lvlText w:val="%{2}."/></w:lvl>'
    levels = level.format(0, "decimal", 1) + level.format(1, style, 2)
    definition = f'<w:abstractNum w:abstractNumId="77">{levels}</w:abstractNum>'
    number = '<w:num w:numId="77"><w:abstractNumId w:val="77"/></w:num>'
    text = re.sub(r"(<w:num )", lambda found: definition + found[1], text, count=1)
    return text.replace("</w:numbering>", number + "</w:numbering>")


def as_list(data: bytes, style: str) -> bytes:
    """Turns the marks `#0 ` and `#1 ` before paragraphs into an automatic list of Word."""

    def document(text: str) -> str:
        found = re.compile(r"<w:p>(?=<w:r><w:t[^>]*>#([01]) )")
        text = found.sub(
            lambda one: f'<w:p><w:pPr><w:numPr><w:ilvl w:val="{one[1]}"/><w:numId w:val="77"/></w:numPr></w:pPr>', text
        )
        return re.sub(r">#[01] ", ">", text)

    return changed(data, {"word/document.xml": document, "word/numbering.xml": lambda text: numbering(style, text)})


@pytest.mark.parametrize("style", ["lowerLetter", "upperLetter", "decimal", "bullet"])
def test_q7_automatic_numbers_of_word_are_resolved(style: str) -> None:
    data = paragraphs(
        "#0 Satu", "#1 ya", "#1 tidak", "#1 tahu", "Kunci: B", "#0 Dua", "#1 hitam", "#1 putih", "Kunci: A",
    )  # fmt: skip

    reading = docx_file.read(as_list(data, style))

    assert [(draft.content.text.source, len(options(draft)), right(draft)) for draft in reading.drafts] == [
        ("Satu", 3, ["tidak"]), ("Dua", 2, ["hitam"]),
    ]  # fmt: skip


def test_q7_statements_inside_of_a_question_are_no_questions() -> None:
    data = paragraphs(
        "1. Perhatikan!", "1) satu", "2) dua", "Yang benar …", "a. 1", "b. 2", "c. 1 dan 2", "Kunci: C", "2. Lagi",
        "a. ya", "b. tidak", "Kunci: A",
    )  # fmt: skip

    reading = docx_file.read(data)

    assert [draft.content.text.source for draft in reading.drafts] == [
        "Perhatikan!\n1) satu\n2) dua\nYang benar …", "Lagi",
    ]  # fmt: skip


def test_q5_text_that_looks_like_html_stays_text_beside_real_formatting() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("1. Apa arti <script>x</script> & H")
    paragraph.add_run("2").font.subscript = True
    for line in ("a. <b>", "b. lain", "Kunci: A"):
        document.add_paragraph(line)

    draft = docx_file.read(saved(document)).drafts[0]

    text = draft.content.text
    assert (text.format, text.source) == (
        TextFormat.HTML,
        "Apa arti &lt;script&gt;x&lt;/script&gt; &amp; H<sub>2</sub>",
    )
    assert (draft.content.options[0].text.format, options(draft)[0]) == (TextFormat.PLAIN, "<b>")


def test_q7_runs_split_in_odd_places_and_missing_parts_do_not_matter() -> None:
    document = docx.Document()
    for line in ("1. Soal", "a. ya", "b. tidak"):
        paragraph = document.add_paragraph()
        for letter in line:
            paragraph.add_run(letter)
    paragraph = document.add_paragraph("Kun")
    paragraph.add_run("ci : ").bold = True
    paragraph.add_run("B")
    data = changed(
        saved(document),
        {
            "[Content_Types].xml": lambda text: re.sub(r"<Override PartName=\"/docProps[^>]*>", "", text),
            "_rels/.rels": lambda text: re.sub(r"<Relationship [^>]*docProps[^>]*>", "", text),
        },
        without=("docProps/core.xml", "docProps/app.xml"),
    )

    assert summary(docx_file.read(data)) == [("choice", "Soal", ["tidak"])]
