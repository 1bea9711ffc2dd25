"""Tables of questions as CSV: every habit of authors in, our own table out and in again without loss."""

from __future__ import annotations

import hashlib
from decimal import Decimal

import pytest

from lms.plugins.quiz.content import Content, Draft, Option, Picture, Text
from lms.plugins.quiz.enums import TextFormat
from lms.plugins.quiz.formats import catalogue, csv_file, detection
from lms.plugins.quiz.formats.errors import UnreadableFile
from tests.plugins.quiz.office_files import png
from tests.plugins.quiz.question_samples import SAMPLES, same

pytestmark = pytest.mark.unit


def read(text: str, encoding: str = "utf-8") -> list[Draft]:
    reading = csv_file.read(text.encode(encoding))
    assert reading.faults == ()
    return list(reading.drafts)


def right(draft: Draft) -> list[str]:
    return [option.text.source for option in draft.content.options if option.fraction > 0]


@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_q1_delimiter_is_found_and_quoted_lines_stay_together(sign: str) -> None:
    rows = [
        ("no", "pertanyaan", "opsi a", "opsi b", "jawaban"),
        ("1", '"Baris satu\nbaris ""dua"""', "ya; ya", "tidak, tidak", "b"),
    ]
    quoted = [[cell if cell.startswith('"') else f'"{cell}"' for cell in row] for row in rows]

    draft = read("\r\n".join(sign.join(row) for row in quoted))[0]

    assert draft.content.text.source == 'Baris satu\nbaris "dua"'
    assert right(draft) == ["tidak, tidak"]
    assert draft.where == "Line 2"


@pytest.mark.parametrize(
    "header",
    [
        "NO,SOAL,A,B,KUNCI", "No.,Pertanyaan,Jawaban A,Jawaban B,Jawaban Benar",
        "Number,Question,Option A,Option B,Key",
        "#,Butir soal,Pilihan 1,Pilihan 2,Kunci Jawaban", "NO,QUESTION,Answer A,Answer B,Correct Answer",
        "nomor soal,soal,OPSI_A,OPSI_B,JAWABAN",
    ],
)  # fmt: skip
def test_q7_columns_are_known_by_many_names(header: str) -> None:
    assert right(read(f"Daftar soal\n,,,,\n{header}\n1,Apa?,ya,tidak,B\n")[0]) == ["tidak"]


def test_columns_stand_in_any_order_and_unknown_ones_are_passed_over() -> None:
    draft = read("KUNCI,C,Catatan,B,SOAL,A\nC,tiga,bagus,dua,Apa?,satu\n")[0]

    assert ([option.text.source for option in draft.content.options], right(draft)) == (
        ["satu", "dua", "tiga"],
        ["tiga"],
    )


def test_tick_in_a_column_without_name_beside_the_option_is_the_key() -> None:
    assert right(read("NO,SOAL,A,,B,,C,\n1,Apa?,satu,,dua,v,tiga,\n")[0]) == ["dua"]


def test_tick_inside_of_the_option_is_the_key_and_goes() -> None:
    assert right(read("NO,SOAL,A,B\n1,Apa?,satu ✓,dua\n2,Apa?,satu,dua (v)\n")[1]) == ["dua"]


def test_types_by_their_column_and_numbers_as_indonesians_write_them() -> None:
    drafts = read(
        "NO;JENIS;SOAL;A;B;KUNCI\n1;Angka;Berapa?;;;3,14±0,01\n2;numerik;Berapa?;;;10 s.d. 12\n"
        "3;angka;Berapa?;;;12 kg\n4;BS;Betul?;;;Salah\n5;Skala;Puas?;tidak;ya;\n6;Urutan;Urutkan;dua;satu;B, A\n"
    )

    first, second, third, false, scale, steps = (draft.content for draft in drafts)
    assert [(str(n.value), str(n.tolerance)) for n in (*first.numbers, *second.numbers)] == [
        ("3.14", "0.01"),
        ("11", "1"),
    ]
    assert ([unit.name for unit in third.units], third.numbers[0].value) == (["kg"], 12)
    assert [option.text.source for option in false.options if option.fraction] == ["Salah"]
    assert (scale.kind, [option.text.source for option in scale.options]) == ("likert", ["tidak", "ya"])
    assert [step.source for step in steps.steps] == ["satu", "dua"]


def test_thousands_with_points_raise_a_doubt() -> None:
    content, doubts = (draft := read("JENIS;SOAL;KUNCI\nangka;Berapa?;1.500\n")[0]).content, draft.doubts

    assert content.numbers[0].value == 1500
    assert doubts == ("“1.500” was read with points between thousands. Is it so?",)


def test_faults_say_where_and_why_and_stop_nothing() -> None:
    reading = csv_file.read(
        b"NO,JENIS,SOAL,A,B,KUNCI\n1,PG,Tanpa kunci,x,y,\n2,PG,Baik,x,y,A\n3,PG,Satu opsi,x,,A\n4,PG,Huruf,x,y,F\n"
        b"5,PG,Kembar,x,x,A\n6,Isian,Kosong,,,\n7,Angka,Kata,,,banyak\n8,PG,Aneh,x,y,mungkin\n9,BS,Apa,,,mungkin\n"
    )

    assert [draft.content.text.source for draft in reading.drafts] == ["Baik"]
    assert [(fault.where, fault.reason) for fault in reading.faults] == [
        ("Line 2", "The question has no key. Mark the right option or write its letter."),
        ("Line 4", "Give at least two options."),
        ("Line 5", "The key is F, but there are only 2 options."),
        ("Line 6", "Options A and B read the same."),
        ("Line 7", "The question has no key. Write the right answer into its column."),
        ("Line 8", "“banyak” is not a number."),
        ("Line 9", "The key “mungkin” is neither a letter nor the words of an option."),
        ("Line 10", "The key “mungkin” is neither true nor false."),
    ]


def test_key_that_is_a_number_among_numbers_means_the_words_and_says_so() -> None:
    draft = read("SOAL,A,B,C,KUNCI\nBerapa?,2,3,4,3\n")[0]

    assert right(draft) == ["3"]
    assert draft.doubts == ("The key “3” may mean option B or option C; B was taken.",)


def test_q9_every_type_survives_export_and_import() -> None:
    data, faults = csv_file.write(SAMPLES)
    reading = csv_file.read(data)

    assert (faults, reading.faults) == ([], ())
    assert [same(draft) for draft in reading.drafts] == [same(draft) for draft in SAMPLES]
    assert {draft.doubts for draft in reading.drafts} == {()}
    assert reading.categories == (("A/B", "C"),)


def test_q2_pictures_survive_export_and_import() -> None:
    sha = hashlib.sha256(png()).hexdigest()
    html = f'Apa ini? <img src="picture:{sha}" alt="bagan">'
    options = (Option(text=Text(source="ya"), fraction=Decimal(1)), Option(text=Text(source="tidak")))
    content = Content(kind="choice", text=Text(source=html, format=TextFormat.HTML), options=options)
    draft = Draft(content=content, pictures=(Picture(sha=sha, media_type="image/png", data=png()),))

    found = csv_file.read(csv_file.write([draft])[0]).drafts[0]

    assert (found.content, found.pictures) == (draft.content, draft.pictures)


def test_text_that_a_spreadsheet_would_compute_is_guarded() -> None:
    options = (Option(text=Text(source="=1+1"), fraction=Decimal(1)), Option(text=Text(source="'=2")))
    draft = Draft(content=Content(kind="choice", text=Text(source="@x"), options=options))

    data, _faults = csv_file.write([draft])

    assert b"'=1+1" in data and b"'@x" in data and b"''=2" in data
    assert csv_file.read(data).drafts[0].content == draft.content


def test_q5_only_a_marked_text_is_html_and_it_is_sanitised() -> None:
    plain, html = read(
        'SOAL,A,B,KUNCI\n<b>x</b>,ya,tidak,A\n"[html]<b onclick=""x()"">x</b><script>y</script>",ya,tidak,A\n'
    )

    assert (plain.content.text.source, plain.content.text.format) == ("<b>x</b>", TextFormat.PLAIN)
    assert (html.content.text.source, html.content.text.format) == ("<b>x</b>", TextFormat.HTML)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_q3_letters_of_other_encodings_are_right(encoding: str) -> None:
    assert read("SOAL,A,B,KUNCI\nCafé “Ceria” …,ya,tidak,A\n", encoding)[0].content.text.source == "Café “Ceria” …"


def test_titles_inside_of_a_table_open_sections_but_an_option_with_such_a_name_does_not() -> None:
    drafts = read(
        "NO,SOAL,JAWABAN,KUNCI\n1,Bentuk soal?,Uraian,\n,,Menjodohkan,\n,,Isian singkat,v\nUraian\n2,Jelaskan!,,bebas\n"
    )

    assert [(draft.content.kind, right(draft)) for draft in drafts] == [("choice", ["Isian singkat"]), ("essay", [])]


def test_table_without_header_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="No row names the columns"):
        csv_file.read(b"1,Apa?,ya,tidak,A\n2,Apa?,ya,tidak,B\n")


def test_format_is_registered_under_its_key() -> None:
    data, _faults = csv_file.write(SAMPLES)

    assert detection.detect(data, "soal, lama.csv") == "csv"
    assert catalogue.FORMATS["csv"].read(data, "").drafts != ()
