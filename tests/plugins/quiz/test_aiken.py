"""Aiken as people write it by hand."""

from __future__ import annotations

import pytest

from lms.plugins.quiz.content import ONE, ZERO, Content
from lms.plugins.quiz.formats import aiken
from lms.plugins.quiz.formats.detection import detect

pytestmark = pytest.mark.unit
GOOD = "Siapa memimpin rapat?\nA. Ketua\nB) Tamu\nC. Sekretaris\nANSWER: A\n"


def only(text: str) -> Content:
    reading = aiken.read(text.encode())
    assert reading.faults == ()
    assert len(reading.drafts) == 1
    return reading.drafts[0].content


def test_q1_question_with_letters_and_key() -> None:
    content = only(GOOD)
    assert content.kind == "choice"
    assert [(option.text.source, option.fraction) for option in content.options] == [
        ("Ketua", ONE),
        ("Tamu", ZERO),
        ("Sekretaris", ZERO),
    ]
    assert detect(GOOD.encode(), "soal.txt") == "aiken"


def test_text_of_several_lines_and_empty_lines_are_tolerated() -> None:
    content = only("Kasus:\nBu Sari mengasuh.\n\nApa langkahnya?\n\nA. Kunjungan\n   rumah\n\nB. Diam\n\n\nanswer: b\n")
    assert content.text.source == "Kasus:\nBu Sari mengasuh.\n\nApa langkahnya?"
    assert [(option.text.source, option.fraction) for option in content.options] == [
        ("Kunjungan rumah", ZERO),
        ("Diam", ONE),
    ]


def test_twenty_six_options() -> None:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    content = only("Pilih\n" + "".join(f"{letter}. huruf {letter}\n" for letter in letters) + "ANSWER: Z\n")
    assert len(content.options) == 26
    assert content.options[25].fraction == ONE


def test_q5_marks_of_html_are_text() -> None:
    assert only(GOOD.replace("Tamu", "<b>Tamu</b> &amp;")).options[1].text.source == "<b>Tamu</b> &amp;"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Soal?\nA. x\nB. y\n\n", "ANSWER"),
        ("Soal?\nA. x\nB. y\nANSWER: D\n", "“D”"),
        ("Soal?\nA. x\nB. y\nANSWER: A, B\n", "“A, B”"),
        ("Soal?\nA. x\nC. y\nANSWER: A\n", "alphabet"),
        ("Soal?\nA. x\nANSWER: A\n", "two options"),
        ("A. x\nB. y\nANSWER: A\n", "no text"),
        ("Soal?\nA. x\nB.\nANSWER: A\n", "empty"),
    ],
)
def test_q4_a_broken_question_is_named_by_its_line_and_stops_none_after_it(text: str, words: str) -> None:
    reading = aiken.read(f"\n{text}\n{GOOD}".encode())
    assert [draft.content.text.source for draft in reading.drafts] == ["Siapa memimpin rapat?"]
    assert [fault.where for fault in reading.faults] == ["line 2"]
    assert words in reading.faults[0].reason


def test_q4_a_question_that_follows_at_once_one_without_answer_is_kept() -> None:
    reading = aiken.read(f"Soal?\nA. x\nB. y\n{GOOD}".encode())
    assert [(draft.where, draft.content.text.source) for draft in reading.drafts] == [
        ("line 4", "Siapa memimpin rapat?")
    ]
    assert [fault.where for fault in reading.faults] == ["line 1"]
