"""Phone numbers: everything that people type into one box."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.core.people.errors import (
    ForeignPhone,
    LandlinePhone,
    LetterInPhone,
    PhoneMissing,
    PhoneRefused,
    PhoneTooLong,
    PhoneTooShort,
    PhoneUnknown,
    TwoPhones,
)
from lms.core.people.phones import mask_phone, parse_phone, show_phone, whatsapp_link

STORED = "+6281234567890"


@pytest.mark.parametrize(
    "typed",
    [
        "081234567890",
        "0812-3456-7890",
        "0812 3456 7890",
        "0812.3456.7890",
        "6281234567890",
        "62 812 3456 7890",
        "+6281234567890",
        "+62 812-3456-7890",
        "81234567890",
        "(0812) 3456 7890",
        "+62 (0)812 3456 7890",
        "+62 0812 3456 7890",
        "0062 812 3456 7890",
        "wa.me/6281234567890",
        "https://wa.me/6281234567890?text=Halo%20123",
        "https://wa.me/+6281234567890",
        "https://api.whatsapp.com/send?phone=6281234567890&text=a",
        "tel:+6281234567890",
        "https://api.whatsapp.com/send/?text=x&phone=%2B6281234567890",
        "\u202a+62\u00a0812\u20113456\u20117890\u202c",
        "０８１２３４５６７８９０",
        "٠٨١٢٣٤٥٦٧٨٩٠",
        "0812 – 3456 – 7890",
    ],
)
def test_every_way_of_writing_one_number_is_the_same_number(typed: str) -> None:
    assert parse_phone(typed) == STORED


def test_eleven_digits_from_62_on_are_not_taken_for_a_landline() -> None:
    assert parse_phone("62812345678") == "+62812345678"


def test_demo_numbers_pass() -> None:
    assert parse_phone("+6281200000001") == "+6281200000001"


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", PhoneMissing),
        ("  \u200b ", PhoneMissing),
        ("081234567890 / 085245678901", TwoPhones),
        ("081234567890 085245678901", TwoPhones),
        ("081234567890 atau 085245678901", TwoPhones),
        ("081234567890\n085245678901", TwoPhones),
        ("0812 3456 7890, 0852 4567 8901", TwoPhones),
        ("+6281234567890+6285245678901", TwoPhones),
        ("0812 3456 7890 0852 4567 8901", TwoPhones),
        ("O81234567890", LetterInPhone),
        ("08123456789o", LetterInPhone),
        ("0812x4567890", LetterInPhone),
        ("-", LetterInPhone),
        ("https://wa.me/message/ABC", LetterInPhone),
        ("+60123456789", ForeignPhone),
        ("60 12-345 6789", ForeignPhone),
        ("+1 202 555 0100", ForeignPhone),
        ("0561 736021", LandlinePhone),
        ("(0561) 736021", LandlinePhone),
        ("+62561736021", LandlinePhone),
        ("0812 3456", PhoneTooShort),
        ("+62", PhoneTooShort),
        ("0", PhoneTooShort),
        ("0812345678901234", PhoneTooLong),
        ("12345678", PhoneUnknown),
        ("0800 1234 567", PhoneUnknown),
    ],
)
def test_doubtful_numbers_are_asked_again_each_with_its_reason(typed: str, reason: type[PhoneRefused]) -> None:
    with pytest.raises(PhoneRefused) as caught:
        parse_phone(typed)
    assert type(caught.value) is reason
    assert caught.value.field == "phone"


def test_the_letter_o_is_named_in_its_message() -> None:
    with pytest.raises(LetterInPhone, match="letter O"):
        parse_phone("O812 3456 789O")


@given(st.text() | st.text(st.sampled_from("0123456789+-() .Oo/,٣８²\u202e\n"), max_size=40))
def test_reading_gives_a_stable_number_or_a_reason(raw: str) -> None:
    try:
        number = parse_phone(raw)
    except PhoneRefused as refused:
        assert str(refused)
        return
    assert parse_phone(number) == number
    assert parse_phone(show_phone(number)) == number
    assert number.startswith("+628") and number[1:].isascii() and number[1:].isdigit() and len(number) <= 16


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        (STORED, "0812-3456-7890"),
        ("+62812345678", "0812-3456-78"),
        ("+628123456789", "0812-3456-789"),
        ("+60123456789", "+60123456789"),
        (None, ""),
        ("", ""),
    ],
)
def test_numbers_are_shown_the_way_they_are_dictated(stored: str | None, shown: str) -> None:
    assert show_phone(stored) == shown


def test_a_masked_number_keeps_its_ends_only() -> None:
    assert mask_phone(STORED) == "0812-****-890"
    assert mask_phone(None) == ""
    assert mask_phone("+62812") == "****"


def test_a_whatsapp_link_carries_the_text_encoded() -> None:
    assert whatsapp_link(STORED) == "https://wa.me/6281234567890"
    assert (
        whatsapp_link(STORED, "Halo & apa/kabar?\n")
        == "https://wa.me/6281234567890?text=Halo%20%26%20apa%2Fkabar%3F%0A"
    )
