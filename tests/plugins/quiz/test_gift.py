"""GIFT as people write it by hand, question by question."""

from __future__ import annotations

import base64
import hashlib
import time
from decimal import Decimal
from pathlib import Path

import pytest

from lms.plugins.quiz.content import ONE, ZERO, Accepted, Content, Draft, Number, Option, Pair, Reading, Text
from lms.plugins.quiz.enums import TextFormat
from lms.plugins.quiz.formats import gift
from lms.plugins.quiz.formats.detection import detect
from lms.plugins.quiz.formats.errors import TooManyQuestions

pytestmark = pytest.mark.unit
FILE = Path(__file__).parent / "files" / "kesejahteraan.gift"
HALF = Decimal("0.5")


@pytest.fixture(scope="module")
def reading() -> Reading:
    return gift.read(FILE.read_bytes(), FILE.name)


def draft(reading: Reading, name: str) -> Draft:
    return next(found for found in reading.drafts if found.content.name == name)


def content(reading: Reading, name: str) -> Content:
    return draft(reading, name).content


def fractions(found: Content) -> list[Decimal]:
    return [option.fraction for option in found.options]


def one(text: str) -> Content:
    reading = gift.read(text.encode())
    assert reading.faults == ()
    assert len(reading.drafts) == 1
    return reading.drafts[0].content


def reason(text: str) -> str:
    reading = gift.read(text.encode())
    assert reading.drafts == ()
    assert len(reading.faults) == 1
    return reading.faults[0].reason


def test_q1_file_of_gift_is_counted_by_type_and_each_broken_question_is_named_by_its_line(reading: Reading) -> None:
    kinds = [found.content.kind for found in reading.drafts]
    assert {kind: kinds.count(kind) for kind in sorted(set(kinds))} == {
        "choice": 7,
        "description": 1,
        "essay": 2,
        "matching": 1,
        "multichoice": 2,
        "numerical": 4,
        "shortanswer": 3,
        "truefalse": 3,
    }
    lines = FILE.read_text().split("\n")
    broken = [f"line {n}" for n, line in enumerate(lines, 1) if line.startswith(("::Tanpa", "::Kurung t", "::Angka k"))]
    assert [fault.where for fault in reading.faults] == broken
    assert detect(FILE.read_bytes(), "soal.txt") == "gift"


def test_q4_a_broken_question_stops_none_after_it(reading: Reading) -> None:
    assert reading.drafts[-1].content.name == "Sesudah yang rusak"


def test_q2_categories_keep_their_order_and_depth(reading: Reading) -> None:
    assert reading.categories == (
        ("Manajemen", "Rapat"),
        ("Manajemen", "Dana/hibah"),
        ("Kepemimpinan",),
        ("Kontrol program", "Pemantauan", "Lapangan"),
    )
    assert draft(reading, "Honor").category == ("Manajemen", "Dana/hibah")


def test_q2_options_keep_weights_and_feedback_and_the_question_its_explanation(reading: Reading) -> None:
    found = content(reading, "Ketua rapat")
    assert found.kind == "choice"
    assert fractions(found) == [ONE, ZERO, HALF, ZERO]
    assert found.options[2].feedback == Text(source="Hanya bila ketua berhalangan.")
    assert found.feedback == Text(source="Lihat anggaran dasar pasal 12.")
    assert draft(reading, "Ketua rapat").tags == ("manajemen", "rapat [umum]")


def test_q2_statement_has_its_first_feedback_for_the_wrong_answer(reading: Reading) -> None:
    found = content(reading, "Risalah")
    assert [option.text.source for option in found.options] == ["Benar", "Salah"]
    assert fractions(found) == [ONE, ZERO]
    assert [option.feedback.source for option in found.options] == ["Benar, lima tahun.", "Keliru: lihat tata arsip."]
    assert fractions(reading.drafts[2].content) == [ZERO, ONE]


def test_q2_missing_word_stands_in_the_text_as_a_gap(reading: Reading) -> None:
    found = content(reading, "Undangan")
    assert found.text.source == "Undangan dikirim paling lambat _____ hari sebelum rapat."
    assert found.accepted == (
        Accepted(pattern="tujuh"),
        Accepted(pattern="7"),
        Accepted(pattern="enam", fraction=HALF, feedback=Text(source="Kurang sehari.")),
    )


def test_q2_escaped_characters_are_themselves(reading: Reading) -> None:
    found = content(reading, "Kurawal")
    assert found.text.source == "Himpunan {1, 2} berisi berapa anggota, dan apa lambang #?"
    assert [option.text.source for option in found.options] == [
        "2 anggota, lambang pagar #",
        "1 anggota ~ kira-kira",
        "3 anggota = salah",
    ]
    assert content(reading, "Baris baru").text.source == "Baris pertama\nbaris kedua"
    assert one("Tulis \\\\n dan \\(x\\) {T}").text.source == "Tulis \\n dan \\(x\\)"


def test_q2_numbers_keep_tolerance_ranges_and_weights(reading: Reading) -> None:
    assert content(reading, "Rumus 1").numbers == (Number(value=Decimal(7)),)
    assert content(reading, "Honor").numbers == (Number(value=Decimal("12.5"), tolerance=Decimal("2.5")),)
    found = content(reading, "Pi")
    assert found.numbers == (Number(value=Decimal("3.14"), tolerance=Decimal("0.01"), feedback=Text(source="Bagus")),)
    assert found.feedback.source == "Pi adalah bilangan irasional."
    assert content(reading, "Realisasi").numbers == (
        Number(value=Decimal(80), tolerance=Decimal(2), feedback=Text(source="Sangat dekat.")),
        Number(value=Decimal(80), tolerance=Decimal(10), fraction=HALF, feedback=Text(source="Masih kira-kira.")),
        Number(value=None, fraction=ZERO, feedback=Text(source="Jauh meleset.")),
    )


def test_q10_several_answers_with_negative_weights_are_kept_exactly(reading: Reading) -> None:
    found = content(reading, "Sumber dana")
    assert found.kind == "multichoice"
    assert fractions(found) == [HALF, HALF, -ONE, -HALF]
    third = Decimal("0.3333333")
    assert fractions(content(reading, "Tiga dokumen")) == [third, third, third, -third]


def test_q2_matching_keeps_a_lone_distractor(reading: Reading) -> None:
    assert content(reading, "Padanan tugas").pairs[1:] == (
        Pair(prompt=Text(source="Bendahara"), answer="mengelola kas"),
        Pair(prompt=Text(source="Sekretaris"), answer="menyusun risalah"),
        Pair(prompt=Text(), answer="memasak konsumsi"),
    )


def test_q5_text_is_plain_unless_the_file_says_html_and_then_it_is_sanitised(reading: Reading) -> None:
    found = content(reading, "Gaya memimpin")
    html = "<p>Gaya memimpin yang <b>melibatkan</b> anggota disebut …</p>"
    assert found.text == Text(source=html, format=TextFormat.HTML)
    assert [option.text for option in found.options] == [
        Text(source="<i>partisipatif</i>", format=TextFormat.HTML),
        Text(source="<i>otoriter</i>", format=TextFormat.HTML),
        Text(source="<i>ini teks biasa</i>"),
    ]
    like = draft(reading, "Teks mirip HTML")
    assert like.content.text == Text(source="Tanda <b>tebal</b> ditulis dengan &lt;b&gt; di HTML.")
    assert len(like.doubts) == 1
    markdown = Text(
        source="Pilih langkah **pertama** mendengar aktif:\n\n* diam\n* menyimak", format=TextFormat.MARKDOWN
    )
    assert content(reading, "Langkah mendengar").text == markdown


def test_q5_moodle_format_is_plain() -> None:
    assert one("[moodle]Tanda <b> {T}").text == Text(source="Tanda <b>")


def test_q2_picture_inside_of_html_is_kept_by_its_fingerprint(reading: Reading) -> None:
    found = draft(reading, "Gambar titik")
    raw = FILE.read_text().split("base64,")[1].split('"')[0].replace("\\=", "=")
    data = base64.b64decode(raw)
    sha = hashlib.sha256(data).hexdigest()
    assert found.content.text.source == f'Lihat <img src="picture:{sha}" alt="titik"> warna apa?'
    assert [(picture.sha, picture.media_type, picture.data) for picture in found.pictures] == [(sha, "image/png", data)]


def test_pictures_from_elsewhere_and_drawings_with_code_are_left_out_with_a_doubt() -> None:
    svg = base64.b64encode(b"<svg xmlns='http://www.w3.org/2000/svg'/>").decode().replace("=", "\\=")
    for address in ("https://contoh.id/a.png", f"data\\:image/svg+xml;base64,{svg}"):
        reading = gift.read(f'[html]<p>x</p><img src\\="{address}"> {{T}}'.encode())
        assert reading.drafts[0].content.text.source == "<p>x</p>"
        assert reading.drafts[0].pictures == ()
        assert len(reading.drafts[0].doubts) == 1


def test_essay_description_and_pattern(reading: Reading) -> None:
    assert content(reading, "Uraian kunjungan").kind == "essay"
    assert content(reading, "Uraian dengan pembahasan").feedback.source == "Masukan, keluaran, dan dampak."
    assert content(reading, "Bacaan").text.source.endswith("selanjutnya: Bu Sari mengasuh tiga anak.")
    assert [answer.fraction for answer in content(reading, "Pola jawaban").accepted] == [ONE, Decimal("0.8"), ZERO]


def test_two_right_options_are_both_right_and_doubtful() -> None:
    reading = gift.read(b"Pilih {=satu =dua ~tiga}")
    assert reading.drafts[0].content.options == (
        Option(text=Text(source="satu"), fraction=ONE),
        Option(text=Text(source="dua"), fraction=ONE),
        Option(text=Text(source="tiga")),
    )
    assert len(reading.drafts[0].doubts) == 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Soal {~a ~b}", "No answer is marked as right"),
        ("Soal {=a ~b", "never closed"),
        ("Soal } a", "no { before"),
        ("Soal {=a} lagi {=b}", "more than one pair"),
        ("::Nama tanpa akhir Soal {=a}", "no end"),
        ("Soal {jawaban}", "No answer is marked."),
        ("Soal {a ~b =c}", "before the first"),
        ("Soal {#}", "no number"),
        ("Soal {#5..1}", "wrong way round"),
        ("Soal {#1:-1}", "negative"),
        ("Soal {#1e99}", "too large"),
        ("Soal {#1,000}", "thousand"),
        ("Soal {~%150%a ~b}", "not between"),
        ("Soal {~ =c}", "empty"),
        ("Soal {=a -> =b -> c}", "partner"),
        ("{=a ~b}", "no text"),
        ("Soal {" + "~a" * 300 + "}", "more than"),
        ("x" * 70_000 + "{T}", "longer than"),
    ],
)
def test_q1_each_fault_says_what_is_wrong(text: str, words: str) -> None:
    assert words in reason(text)


def test_huge_ranges_are_not_counted_out() -> None:
    assert one("Berapa? {#0..1e30}").numbers[0].tolerance == Decimal("5e29")


def test_numbers_of_indonesia_have_a_comma_before_the_decimals() -> None:
    assert one("Berapa? {#3,14:0,01}").numbers == (Number(value=Decimal("3.14"), tolerance=Decimal("0.01")),)


def test_more_than_five_thousand_questions_are_refused() -> None:
    with pytest.raises(TooManyQuestions):
        gift.read(b"a {T}\n\n" * 5_001)


def test_a_thousand_questions_take_less_than_a_second() -> None:
    text = "".join(f"::S{n}:: Soal ke-{n}? {{=a#b ~c ~%50%d####e}}\n\n" for n in range(1_000))
    began = time.process_time()
    assert len(gift.read(text.encode()).drafts) == 1_000
    assert time.process_time() - began < 1
