"""Moodle XML as Moodle exports it and as people write it by hand."""

from __future__ import annotations

import base64
import hashlib
import time
from decimal import Decimal
from pathlib import Path

import pytest

from lms.plugins.quiz.content import ONE, ZERO, Accepted, Content, Draft, Gap, Number, Option, Pair, Reading, Text, Unit
from lms.plugins.quiz.enums import TextFormat
from lms.plugins.quiz.formats import moodle_xml
from lms.plugins.quiz.formats.detection import detect
from lms.plugins.quiz.formats.errors import UnreadableFile

pytestmark = pytest.mark.unit
FILE = Path(__file__).parent / "files" / "kesejahteraan.xml"
HALF, THIRD = Decimal("0.5"), Decimal("0.3333333")
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
SHA = hashlib.sha256(PNG).hexdigest()


def html(source: str) -> Text:
    return Text(source=source, format=TextFormat.HTML)


@pytest.fixture(scope="module")
def reading() -> Reading:
    return moodle_xml.read(FILE.read_bytes(), FILE.name)


def draft(reading: Reading, name: str) -> Draft:
    return next(found for found in reading.drafts if found.content.name == name)


def content(reading: Reading, name: str) -> Content:
    return draft(reading, name).content


def question(inside: str, kind: str = "shortanswer") -> bytes:
    return f'<quiz><question type="{kind}">{inside}</question></quiz>'.encode()


def test_q1_each_question_is_counted_by_type_and_each_broken_one_named(reading: Reading) -> None:
    kinds = [found.content.kind for found in reading.drafts]
    assert {kind: kinds.count(kind) for kind in sorted(set(kinds))} == {
        "choice": 2,
        "cloze": 1,
        "description": 1,
        "essay": 1,
        "matching": 1,
        "multichoice": 1,
        "numerical": 1,
        "ordering": 1,
        "shortanswer": 1,
        "truefalse": 2,
    }
    lines = FILE.read_text().split("\n")
    starts = [n for n, line in enumerate(lines, 1) if "<question type" in line and '"category"' not in line]
    assert [fault.where for fault in reading.faults] == [
        f"question {number} (line {starts[number - 1]})" for number in range(12, 18)
    ]
    reasons = [fault.reason for fault in reading.faults]
    assert "calculated from formulas" in reasons[0]
    assert "dragged into a text" in reasons[1]
    assert "peta3d" in reasons[2]
    assert "No answer is marked as right" in reasons[3]
    assert "MULTIRESPONSE" in reasons[4]
    assert "“dua” is not a number" in reasons[5]
    assert detect(FILE.read_bytes(), "soal.txt") == "moodle-xml"


def test_q4_a_broken_question_stops_none_after_it(reading: Reading) -> None:
    assert reading.drafts[-1].content.name == "Terakhir"


def test_q2_categories_keep_their_order_and_depth(reading: Reading) -> None:
    assert reading.categories == (
        ("Manajemen", "Rapat"),
        ("Manajemen", "Dana/hibah"),
        ("Kontrol program", "Pemantauan", "Lapangan"),
    )
    assert draft(reading, "Urutan").category == ("Manajemen", "Dana/hibah")


def test_q2_single_choice_keeps_everything(reading: Reading) -> None:
    assert content(reading, "Ketua rapat") == Content(
        kind="choice",
        name="Ketua rapat",
        text=html("<p>Siapa yang <b>memimpin</b> rapat?</p>"),
        feedback=html("<p>Lihat pasal 12.</p>"),
        mark=Decimal("2.0000000"),
        options=(
            Option(text=html("<p>Ketua umum</p>"), fraction=ONE, feedback=html("Tepat")),
            Option(text=Text(source="Wakil <ketua>"), fraction=THIRD),
            Option(text=Text(source="*Tamu*", format=TextFormat.MARKDOWN)),
        ),
        shuffles=False,
    )
    assert draft(reading, "Ketua rapat").tags == ("manajemen", "rapat")


def test_q10_thirds_and_sevenths_are_exact_to_seven_places(reading: Reading) -> None:
    found = content(reading, "Tiga dokumen")
    assert found.kind == "multichoice"
    assert [option.fraction for option in found.options] == [THIRD, THIRD, THIRD, Decimal("-0.1428571")]


def test_q5_only_what_is_called_html_is_markup(reading: Reading) -> None:
    assert content(reading, "Tiga dokumen").text == Text(source="Pilih tiga dokumen <b>sah</b>.")
    assert len(draft(reading, "Tiga dokumen").doubts) == 1
    assert content(reading, "Risalah").text == Text(source="Risalah disimpan lima tahun & dibubuhi <cap>.")


def test_q2_statement_and_short_answer(reading: Reading) -> None:
    found = content(reading, "Risalah")
    assert [(o.text.source, o.fraction, o.feedback.source) for o in found.options] == [
        ("Benar", ZERO, "Keliru"),
        ("Salah", ONE, "Benar, lebih lama."),
    ]
    short = content(reading, "Singkatan")
    assert short.case_matters
    assert short.accepted == (
        Accepted(pattern="LKKS"),
        Accepted(pattern="lkks*", fraction=HALF, feedback=Text(source="Huruf besar.")),
    )


def test_q2_numbers_keep_tolerance_and_units(reading: Reading) -> None:
    found = content(reading, "Jarak")
    assert found.numbers == (
        Number(value=Decimal("12.5"), tolerance=HALF, feedback=Text(source="Ya")),
        Number(value=Decimal("12.5"), tolerance=Decimal(2), fraction=HALF),
        Number(value=None, fraction=ZERO, feedback=Text(source="Ukur lagi.")),
    )
    assert found.units == (Unit(name="km"), Unit(name="m", factor=Decimal("0.001")))


def test_q2_matching_keeps_a_lone_distractor_and_ordering_its_order(reading: Reading) -> None:
    assert content(reading, "Tugas").pairs == (
        Pair(prompt=html("<i>Ketua</i>"), answer="memimpin rapat"),
        Pair(prompt=Text(source="Bendahara"), answer="mengelola kas"),
        Pair(prompt=Text(), answer="memasak"),
    )
    steps = content(reading, "Urutan").steps
    assert [step.source for step in steps] == ["Perencanaan", "Pelaksanaan", "Evaluasi"]


def test_q2_gaps_keep_weights_feedback_and_escapes(reading: Reading) -> None:
    found = content(reading, "Isian")
    assert " ".join(found.text.source.split()) == "<p>Kantor {#1} ada di {#2} sejak {#3} dan {#4}.</p>"
    assert found.gaps == (
        Gap(
            weight=2,
            accepted=(
                Accepted(pattern="Dinas Sosial", feedback=Text(source="Benar")),
                Accepted(pattern="Dinsos", fraction=HALF, feedback=Text(source="Singkatan")),
                Accepted(pattern="*", fraction=ZERO, feedback=Text(source="Bukan")),
            ),
        ),
        Gap(
            options=(
                Option(text=Text(source="kota")),
                Option(text=Text(source="kabupaten } lama"), fraction=ONE),
                Option(text=Text(source="desa < kota"), fraction=HALF),
            )
        ),
        Gap(
            weight=3,
            numbers=(
                Number(value=Decimal(1998), tolerance=Decimal(2), feedback=Text(source="Ya")),
                Number(value=Decimal(1998), tolerance=Decimal(10), fraction=HALF),
            ),
        ),
        Gap(accepted=(Accepted(pattern="LKKS 'baru'"),), case_matters=True),
    )


def test_q2_embedded_pictures_survive_in_html_and_markdown(reading: Reading) -> None:
    found = draft(reading, "Gambar")
    assert found.content.text == html(f'<p>Lihat <img src="picture:{SHA}" alt="peta"></p><p></p>')
    assert found.content.options[0].text == html(f'<img src="picture:{SHA}" alt="a">')
    assert [(picture.sha, picture.media_type, picture.data) for picture in found.pictures] == [(SHA, "image/png", PNG)]
    assert len(found.doubts) == 2  # it was hidden, and one picture is on another site
    essay = draft(reading, "Kunjungan")
    assert essay.content.text.source.endswith(f"![denah](picture:{SHA})")
    assert essay.content.model_answer == html("<p>Tiga langkah</p>")
    assert [picture.sha for picture in essay.pictures] == [SHA]


def test_pictures_that_are_none_or_too_large_are_left_out_with_a_doubt() -> None:
    for data in (b"<svg/>", b"\x89PNG\r\n\x1a\n" + bytes(2_000_001)):
        file = f'<file name="a" encoding="base64">{base64.b64encode(data).decode()}</file>'
        text = f'<questiontext format="html"><text>&lt;img src="@@PLUGINFILE@@/a"&gt; x</text>{file}</questiontext>'
        found = moodle_xml.read(question(text, "essay")).drafts[0]
        assert found.content.text == html("x")
        assert (len(found.doubts), found.pictures) == (1, ())


def test_q4_questions_of_a_damaged_file_are_saved_one_by_one() -> None:
    good = '<question type="essay">\n<questiontext><text>Rugi & laba</text></questiontext></question>\n'
    bad = '<question type="essay"><questiontext><text>a</questiontext></question>\n'
    reading = moodle_xml.read(f"<quiz>\n{good}{bad}{good}<question type='essay'><questiontext>".encode())
    assert [found.content.text for found in reading.drafts] == [html("Rugi &amp; laba")] * 2
    assert [fault.where for fault in reading.faults] == ["question 2 (line 4)", "question 4 (line 7)"]


def test_a_file_that_is_no_moodle_xml_is_refused() -> None:
    with pytest.raises(UnreadableFile):
        moodle_xml.read(b"<html/>")
    with pytest.raises(UnreadableFile):
        moodle_xml.read(b"<quiz><question")


def test_texts_beside_their_element_and_unescaped_markup_are_read() -> None:
    text = "<questiontext format='html'><text><p>Siapa <b>dia</b>?</p></text></questiontext>"
    assert moodle_xml.read(question(text, "essay")).drafts[0].content.text == html("<p>Siapa <b>dia</b>?</p>")


def test_a_thousand_questions_take_less_than_two_seconds() -> None:
    one = (
        '<question type="multichoice"><name><text>S</text></name><questiontext format="html"><text>&lt;p&gt;Soal'
        "&lt;/p&gt;</text></questiontext><single>true</single>"
        + "".join(
            f'<answer fraction="{worth}" format="html"><text>&lt;p&gt;{worth}&lt;/p&gt;</text><feedback format="html">'
            "<text>&lt;p&gt;karena&lt;/p&gt;</text></feedback></answer>"
            for worth in (100, 0, 50, -50)
        )
        + "</question>"
    )
    data = f"<quiz>{one * 1_000}</quiz>".encode()
    began = time.process_time()
    assert len(moodle_xml.read(data).drafts) == 1_000
    assert time.process_time() - began < 2
