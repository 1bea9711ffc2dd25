"""Files in other encodings: the right letters, or a refusal that says what to do."""

from __future__ import annotations

import pytest

from lms.plugins.quiz.formats import aiken, gift, moodle_xml
from lms.plugins.quiz.formats.detection import detect
from lms.plugins.quiz.formats.encoding import decode
from lms.plugins.quiz.formats.errors import UnreadableFile

pytestmark = pytest.mark.unit
TEXT = "Soal: “Siapa” – ketua? Café, 37 °C, Jum’at… naïve, Mélanie (€ 5) ½ · ±2\nÀ la carte, São Paulo, mañana\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_q3_letters_are_right_in_the_encodings_that_can_be_told(encoding: str) -> None:
    assert decode(TEXT.encode(encoding)) == TEXT


def test_q3_latin_1_is_read_with_its_letters() -> None:
    assert decode("Café di São Paulo, 37 °C".encode("latin-1")) == "Café di São Paulo, 37 °C"


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1251", "Привет мир, это вопрос. " * 9),
        ("koi8_r", "Привет мир, это вопрос. " * 9),
        ("mac_roman", "Kata “Pancasila” – Jum’at di Café "),
        ("cp437", "Suhu di Café 37 °C dan crème "),
        ("cp850", "Suhu di Café 37 °C dan crème "),
        ("cp1250", "Kota Łódź dan część "),
        ("iso8859-2", "Kota Łódź dan część "),
        ("cp1254", "Kata Türkiye'de işçi ağaç "),
        ("cp1256", "مرحبا بكم في السؤال "),
        ("gb18030", "你好，这是一个测试问题。"),
        ("shift_jis", "これはテストです。"),
        ("euc_kr", "안녕하세요 질문입니다 "),
        ("cp874", "ไทยภาษา "),
    ],
)
@pytest.mark.parametrize("around", ["", "Siapa yang memimpin rapat koordinasi di kabupaten? " * 20])
def test_q3_other_encodings_give_the_right_letters_or_a_refusal_and_never_wrong_ones(
    encoding: str, text: str, around: str
) -> None:
    text = around + text + around
    try:
        assert decode(text.encode(encoding)) == text
    except UnreadableFile as error:
        assert "UTF-8" in str(error)


@pytest.mark.parametrize(
    "data",
    [
        b"Caf\xc3\xa9 dan rusak \xff\xfe di sini",
        b"Soal \x81\x8d",
        b"\xff\xfea",
        b"\x00\x01\x02\x03" * 50,
        b"\xd8\xd8" * 9,
    ],
)
def test_q3_damaged_text_is_refused_by_every_reader(data: bytes) -> None:
    for read in (decode, gift.read, aiken.read, moodle_xml.read):
        with pytest.raises(UnreadableFile):
            read(data)


def test_q3_control_characters_are_taken_out_and_lines_end_alike() -> None:
    assert decode(b"a\x00b\x07c\r\nd\re\x0bf\xe2\x80\xa8g\xef\xbb\xbf\tz") == "abc\nd\ne\nf\ng\tz"


ITEM = (
    '<question type="essay"><questiontext format="plain_text"><text>Café “Dinas” – 5 €</text></questiontext></question>'
)
XML = f'<?xml version="1.0" encoding="{{}}"?><quiz>{ITEM}</quiz>'


@pytest.mark.parametrize(
    ("declared", "real"),
    [
        ("UTF-8", "utf-8"),
        ("utf-8", "utf-8-sig"),
        ("windows-1252", "cp1252"),
        ("ISO-8859-1", "cp1252"),
        ("ISO-8859-1", "utf-8"),
        ("UTF-8", "cp1252"),
        ("UTF-16", "utf-16"),
        ("UTF-16", "utf-8"),
        ("tidak-ada", "utf-8"),
    ],
)
def test_q3_xml_is_read_in_the_encoding_that_it_has_whatever_it_says(declared: str, real: str) -> None:
    data = XML.format(declared).encode(real)
    assert detect(data, "soal.xml") == "moodle-xml"
    reading = moodle_xml.read(data)
    assert [draft.content.text.source for draft in reading.drafts] == ["Café “Dinas” – 5 €"]


def test_q3_forbidden_characters_of_xml_are_dropped() -> None:
    data = XML.format("UTF-8").replace("Dinas", "Di\x01n&#0;&#x1f;a&#xFFFE;s").encode()
    assert moodle_xml.read(data).drafts[0].content.text.source == "Café “Dinas” – 5 €"


def test_q3_questions_in_windows_letters_arrive_whole() -> None:
    reading = gift.read("Siapa pendiri “Taman Siswa”? {=Ki Hadjar – 1922 ~Café}".encode("cp1252"))
    content = reading.drafts[0].content
    assert content.text.source == "Siapa pendiri “Taman Siswa”?"
    assert [option.text.source for option in content.options] == ["Ki Hadjar – 1922", "Café"]
