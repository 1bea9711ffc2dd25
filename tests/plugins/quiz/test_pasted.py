"""Questions pasted from WhatsApp, e-mails and documents."""

from __future__ import annotations

import time

import pytest

from lms.plugins.quiz.content import Draft
from lms.plugins.quiz.enums import TextFormat
from lms.plugins.quiz.formats import detection, pasted
from lms.plugins.quiz.formats.errors import TooManyQuestions, UnreadableFile

pytestmark = pytest.mark.unit


def right(draft: Draft) -> list[str]:
    return [option.text.source for option in draft.content.options if option.fraction > 0]


def test_q7_stars_of_whatsapp_are_bold_and_bold_is_the_key() -> None:
    text = """[24/11/26, 10.15] Bu Ani: *Soal pretest*
1. *Apa itu SOP?*
a. prosedur
*b. standar operasional prosedur*
c. 2*3*4 = 24

2. Rumus *luas* persegi?
A. s * s ✅
B. 4 * s
"""
    first, second = pasted.read_text(text).drafts

    assert (first.content.text.source, first.content.text.format) == ("Apa itu SOP?", TextFormat.PLAIN)
    assert [option.text.source for option in first.content.options] == [
        "prosedur", "standar operasional prosedur", "2*3*4 = 24",
    ]  # fmt: skip
    assert right(first) == ["standar operasional prosedur"]
    assert {option.text.format for option in first.content.options} == {TextFormat.PLAIN}
    assert second.content.text.source == "Rumus <strong>luas</strong> persegi?"
    assert right(second) == ["s * s"]


def test_q7_questions_without_numbers_begin_before_their_first_option() -> None:
    text = (
        "Apa?\na. ya\n*b. tidak*\nSiapa?\nApakah dia?\na. Ani\nb. Budi\nKunci: B\n\nKapan?\na. kini\nb. nanti\nJawab: a"
    )

    reading = pasted.read_text(text)

    assert [(draft.content.text.source, right(draft), draft.where) for draft in reading.drafts] == [
        ("Apa?", ["tidak"], "Line 2"), ("Siapa?\nApakah dia?", ["Budi"], "Line 6"), ("Kapan?", ["kini"], "Line 11"),
    ]  # fmt: skip


SECTIONS = """
I. PILIHAN GANDA: pilih satu!
1. Satu
a. ya
b. tidak
Kunci: A
Pembahasan: sebab ya,
dan jelas.
Bobot: 2,5
II. PG Kompleks
1. Dua
a. ya
b. tidak
c. boleh
Kunci: A dan C
III. Benar - Salah
1. Tiga (S)
IV. Isian singkat
1. Empat …
Kunci: satu | dua * tiga
V. Isian angka
1. Lima
Kunci: 3,14 ± 0,01
VI. Menjodohkan
1. SOP = prosedur
2. RAB = biaya
VII. Mengurutkan
1. Urutkan
a. mulai
b. lanjut
c. akhir
VIII. Uraian
1. Jelaskan!
2. Uraikan!
Jawaban: bebas
"""


def test_q7_sections_by_titles_with_all_types() -> None:
    reading = pasted.read_text(SECTIONS)

    assert [draft.content.kind for draft in reading.drafts] == [
        "choice", "multichoice", "truefalse", "shortanswer", "numerical", "matching", "ordering", "essay", "essay",
    ]  # fmt: skip
    assert (reading.faults, {draft.doubts for draft in reading.drafts}) == ((), {()})
    choice, several, false, short, number, pairs, steps, _first, last = (draft.content for draft in reading.drafts)
    assert (str(choice.mark), choice.feedback.source) == ("2.5", "sebab ya,\ndan jelas.")
    assert [str(option.fraction) for option in several.options] == ["0.5", "-1", "0.5"]
    assert [option.text.source for option in false.options if option.fraction == 1] == ["Salah"]
    assert [answer.pattern for answer in short.accepted] == ["satu", "dua \\* tiga"]
    assert [(str(one.value), str(one.tolerance)) for one in number.numbers] == [("3.14", "0.01")]
    assert [(pair.prompt.source, pair.answer) for pair in pairs.pairs] == [("SOP", "prosedur"), ("RAB", "biaya")]
    assert [step.source for step in steps.steps] == ["mulai", "lanjut", "akhir"]
    assert last.model_answer.source == "bebas"


def test_q7_what_is_unclear_is_told_and_nothing_is_guessed() -> None:
    text = """1. Tanpa kunci
a. ya
b. tidak

Teks yang tersesat.
2. Kunci di luar
a. ya
b. tidak
Kunci: D
3. Dua kunci
a. ya
b. tidak
Kunci: A
Kunci: B
Kunci Jawaban
3. B 7. A
"""
    reading = pasted.read_text(text)

    assert [(draft.where, right(draft)) for draft in reading.drafts] == [("Line 10", ["ya"])]
    assert reading.drafts[0].doubts == (
        "The question has two keys; the first was taken.",
        "The key beside the question is A, in the list it is B; the one beside it was taken.",
    )
    assert [(fault.where, fault.reason) for fault in reading.faults] == [
        ("Line 1", "The question has no key. Mark the right option or write its letter."),
        ("Line 6", "The key is D, but there are only 2 options."),
        ("Line 16", "The list of keys has number 7, but there is no such question."),
    ]


def test_names_of_types_may_be_options() -> None:
    text = (
        "1. Bentuk soal?\na. Uraian\nb. Isian singkat\nc. Menjodohkan\nKunci: B\nB. Isian singkat\n2. Dua …\nKunci: x"
    )

    first, second = pasted.read_text(text).drafts

    assert (len(first.content.options), right(first)) == (3, ["Isian singkat"])
    assert second.content.kind == "shortanswer"


def test_stray_text_after_a_question_raises_a_doubt() -> None:
    text = "1. Satu\na. ya\nb. tidak\nKunci: A\n\nBacaan untuk soal 2.\n\n2. Dua\na. ya\nb. tidak\nKunci: B"

    first, second = pasted.read_text(text).drafts

    assert first.doubts == ("The text after the question was left out: “Bacaan untuk soal 2.”.",)
    assert second.doubts == ()


def test_q5_html_in_pasted_text_stays_text() -> None:
    draft = pasted.read_text("1. <img src=x onerror=alert(1)>\na. <b>ya</b>\nb. tidak\nKunci: A").drafts[0]

    assert (draft.content.text.source, draft.content.text.format) == ("<img src=x onerror=alert(1)>", TextFormat.PLAIN)
    assert right(draft) == ["<b>ya</b>"]


def test_abbreviations_and_numbers_are_neither_options_nor_questions() -> None:
    text = "1. Surat a.n. ketua dibuat pukul 12.30 oleh\n2.000 orang?\na. ya\nb. a.n. ketua\nKunci: B"

    draft = pasted.read_text(text).drafts[0]

    assert draft.content.text.source == "Surat a.n. ketua dibuat pukul 12.30 oleh\n2.000 orang?"
    assert right(draft) == ["a.n. ketua"]


def test_pasted_text_is_recognised_beside_gift_and_aiken() -> None:
    assert detection.detect(b"1. Apa?\nA. ya\nB. tidak\nKUNCI: A\n") == "text"
    assert detection.detect(b"NO;SOAL;A;B;KUNCI\n1;Apa?;ya;tidak;A\n", "soal.txt") == "csv"


def test_text_without_questions_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="no questions in this text"):
        pasted.read_text("Selamat pagi, bapak dan ibu.")


def test_more_questions_than_one_import_takes_are_refused() -> None:
    with pytest.raises(TooManyQuestions):
        pasted.read_text("1. x\na. y\n" * 5_100)


HOSTILE = {
    "letters": "a. " * 60_000,
    "one long word": "1. x\n" + "a" * 200_000,
    "brackets": "(" * 200_000,
    "keys": "1. " + "A, " * 60_000,
    "stars": "*" * 100_000 + "\n1. x",
    "spaces": "1. x" + " " * 100_000 + "Kunci" + " " * 100_000,
    "numbers": "Kunci jawaban\n" + "1 A " * 40_000,
}


@pytest.mark.parametrize("name", list(HOSTILE))
def test_hostile_text_is_answered_fast(name: str) -> None:
    started = time.perf_counter()
    try:
        pasted.read_text(HOSTILE[name])
    except UnreadableFile:
        pass
    assert time.perf_counter() - started < 3
