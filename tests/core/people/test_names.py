"""Names: what is accepted, and how they are written out."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.core.people.errors import NameHasPictures, NameMissing, NameRefused, NameTooLong
from lms.core.people.names import (
    KEY_LENGTH,
    clean_name,
    clean_title,
    formal_name,
    initials,
    masked_name,
    search_key,
    tidy_capitals,
)

# Letters, what hides in pasted text, and what a keyboard adds.
typed = st.text() | st.text(
    st.sampled_from("abÀé 陈王محمد'’-.\u202e\u200d\u200b\u0301\u0316\ufe0f\U0001f600\u3164\x00\t\n")
)


@pytest.mark.parametrize(
    "name",
    [
        "Wati",
        "Ma'ruf Amin",
        "Nur’aini",
        "Siti Nur-Halimah",
        "陈美兰",
        "محمد يوسف",
        "M. Yusuf bin Ahmad",
        "Tan Mei Lan",
        "Ćirić",
    ],
)
def test_names_of_every_people_stay_as_typed(name: str) -> None:
    assert clean_name(name) == name


def test_spaces_and_line_breaks_become_single_spaces() -> None:
    assert clean_name("  Ratna\u00a0\u3000 Wulandari\r\n") == "Ratna Wulandari"


def test_letters_typed_in_two_parts_are_put_together() -> None:
    assert clean_name("Andre\u0301") == "André"


def test_marks_that_turn_the_writing_direction_are_removed() -> None:
    assert clean_name("Ratna\u202eidnaluW\u202c") == "RatnaidnaluW"


def test_characters_that_show_nothing_are_removed() -> None:
    assert clean_name("Bu\u200bdi\u2060 \u3164San\u00adtoso\x00\ufeff\ud800") == "Budi Santoso"


def test_a_tower_of_accents_is_cut_to_three() -> None:
    assert clean_name("q" + "\u0316" * 50) == "q" + "\u0316" * 3


@pytest.mark.parametrize(
    "name",
    ["Budi \U0001f600", "\u2764\ufe0f Sari", "1\ufe0f\u20e3 Ani", "Tono \U0001fae9", "\U0001f1ee\U0001f1e9 Budi"],
)
def test_pictures_are_refused(name: str) -> None:
    with pytest.raises(NameHasPictures):
        clean_name(name)


@pytest.mark.parametrize("name", ["", "   ", "\u202e\u200b", "0812 3456 7890", "-", "\u3164"])
def test_a_name_needs_a_letter(name: str) -> None:
    with pytest.raises(NameMissing) as caught:
        clean_name(name)
    assert caught.value.field == "full_name"


def test_one_hundred_characters_fit_and_one_more_does_not() -> None:
    assert clean_name("a" * 100) == "a" * 100
    with pytest.raises(NameTooLong):
        clean_name("a" * 101)


def test_markup_and_formulas_are_kept_as_text() -> None:
    assert clean_name('"><img src=x onerror=alert(1)>') == '"><img src=x onerror=alert(1)>'
    assert clean_name("=HYPERLINK(1)") == "=HYPERLINK(1)"


@given(typed)
def test_cleaning_gives_a_stable_visible_name_or_a_reason(raw: str) -> None:
    try:
        name = clean_name(raw)
    except NameRefused as refused:
        assert str(refused)
        return
    assert clean_name(name) == name
    assert 1 <= len(name) <= 100
    assert unicodedata.is_normalized("NFC", name)
    assert {unicodedata.category(char) for char in name}.isdisjoint({"Cc", "Cf", "Cs", "Co", "Cn", "So"})
    assert name == " ".join(name.split())


@given(typed)
def test_nothing_that_is_done_with_a_name_crashes(raw: str) -> None:
    assert initials(raw)
    assert search_key(search_key(raw)) == search_key(raw)
    assert len(search_key(raw)) <= KEY_LENGTH
    assert tidy_capitals(tidy_capitals(raw)) == tidy_capitals(raw)
    assert len(masked_name(raw).split()) == len(raw.split())


def test_titles_keep_their_case_and_lose_stray_commas() -> None:
    assert clean_title(", M.Si. ,", limit=60, field="title_back") == "M.Si."
    assert clean_title("dr.", limit=40, field="title_front") == "dr."
    assert clean_title(" \u200b", limit=40, field="title_front") == ""
    with pytest.raises(NameTooLong) as caught:
        clean_title("x" * 41, limit=40, field="title_front")
    assert caught.value.field == "title_front"


@pytest.mark.parametrize(
    ("front", "name", "back", "written"),
    [
        ("Dra. Hj.", "Ratna Wulandari", "M.Si.", "Dra. Hj. Ratna Wulandari, M.Si."),
        ("", "Wati", "", "Wati"),
        ("dr.", "Budi", "", "dr. Budi"),
        ("", "Budi", ", S.Sos., M.A.P.", "Budi, S.Sos., M.A.P."),
    ],
)
def test_titles_stand_around_the_name(front: str, name: str, back: str, written: str) -> None:
    assert formal_name(front, name, back) == written


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Ratna Wulandari", "RW"),
        ("wati", "W"),
        ("Ahmad bin Yusuf", "AY"),
        ("Salman al-Farisi", "SF"),
        ("陈美兰", "陈"),
        ("'Aisyah Putri Ayu", "AP"),
        ("123", "?"),
        ("Bin", "B"),
    ],
)
def test_initials_are_first_letters(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_a_masked_name_does_not_tell_its_length() -> None:
    assert masked_name("Ratna Wulandari") == "R*** W***"
    assert masked_name("Al Yu") == "A*** Y***"


@pytest.mark.parametrize(
    ("name", "tidy"),
    [
        ("RATNA WULANDARI", "Ratna Wulandari"),
        ("ahmad BIN yusuf", "Ahmad bin Yusuf"),
        ("SALMAN AL-FARISI", "Salman al-Farisi"),
        ("SITI BINTI ALI", "Siti binti Ali"),
        ("MA'RUF AMIN", "Ma'ruf Amin"),
        ("O'NEIL", "O'Neil"),
        ("JAN VAN DIJK", "Jan van Dijk"),
        ("McDonald", "McDonald"),
        ("HENDRA III", "Hendra III"),
        ("AL-AMIN", "Al-Amin"),
        ("陈美兰", "陈美兰"),
        ("M. YUSUF", "M. Yusuf"),
    ],
)
def test_capitals_are_tidied_by_what_names_look_like(name: str, tidy: str) -> None:
    assert tidy_capitals(name) == tidy


@pytest.mark.parametrize(
    ("typed_text", "stored"),
    [
        ("sungai jawi", "Sungaijawi"),
        ("maruf", "Ma’ruf"),
        ("ANDRE", "André"),
        ("p a y kumbuh", "Pay-Kumbuh"),
        ("STRASSE", "Straße"),
    ],
)
def test_search_ignores_spaces_case_accents_and_signs(typed_text: str, stored: str) -> None:
    assert search_key(typed_text) == search_key(stored)
