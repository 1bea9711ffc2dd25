"""Names, numbers and other input as people type it: kept where it is good, asked again where it is not."""

from __future__ import annotations

import pytest
from markupsafe import escape

NAMES = [
    ("Sukarno", "Sukarno"),
    ("A" * 58, "A" * 58),
    ("Niamh O'Brien", "Niamh O'Brien"),
    ("陈美兰", "陈美兰"),
    ("محمد", "محمد"),
    ("  Tan   Mei  Lan ", "Tan Mei Lan"),
    ("Siti\u202e binti\u200b Aminah", "Siti binti Aminah"),
    ("Nur\x00 Aini", "Nur Aini"),
    ("Abdul Rahman bin Ma`ruf", "Abdul Rahman bin Ma'ruf"),
    ('"><img src=x onerror=alert(1)>', '"><img src=x onerror=alert(1)>'),
    ("{{ 7*7 }} %(name)s", "{{ 7*7 }} %(name)s"),
]


@pytest.mark.parametrize(("typed", "kept"), NAMES)
def test_a_name_is_taken_as_its_owner_writes_it(client, factories, form, enrolled, typed, kept) -> None:
    workshop = factories.workshop()
    assert client.post(f"/lokakarya/{workshop.slug}/daftar", data=form(full_name=typed)).status_code == 303
    (row,) = enrolled(workshop.id)
    assert row.person.full_name == kept
    page = client.get("/tiket").text
    assert str(escape(kept)) in page.partition("<h1>")[2].partition("</h1>")[0]
    assert "<img src=x" not in page


BAD_NAMES = [
    ("", "Isian ini wajib diisi", "This field is required"),
    ("   ", "Isian ini wajib diisi", "This field is required"),
    ("12345", "dengan huruf", "in letters"),
    ("Ratna 🌸", "emoji", "emoji"),
    ("A" * 101, "terlalu panjang", "too long"),
    ("\u202e\u200b", "dengan huruf", "in letters"),
]


@pytest.mark.parametrize(("typed", "indonesian", "english"), BAD_NAMES)
def test_a_name_that_cannot_be_printed_is_asked_again(
    client, factories, form, enrolled, speak, typed, indonesian, english
) -> None:
    workshop = factories.workshop()
    for language, words in (("id", indonesian), ("en", english)):
        speak(client, language)
        answer = client.post(f"/lokakarya/{workshop.slug}/daftar", data=form(full_name=typed))
        assert answer.status_code == 422
        line = answer.text.partition('id="full_name-error"')[2].partition("</p>")[0]
        assert words in line
        assert 'value="LKSA Mutiara Sambas"' in answer.text
        assert 'checked id="gender-0"' in answer.text
    assert enrolled(workshop.id) == []


GOOD_PHONES = ["081234567890", "6281234567890", "+62 812-3456-7890", "812 3456 7890", "0812.3456.7890",
               "https://wa.me/6281234567890", "\u202a+62 812 3456 7890\u202c"]  # fmt: skip


@pytest.mark.parametrize("typed", GOOD_PHONES)
def test_every_way_to_write_a_number_is_the_same_number(client, factories, form, enrolled, typed) -> None:
    workshop = factories.workshop()
    assert client.post(f"/lokakarya/{workshop.slug}/daftar", data=form(phone=typed)).status_code == 303
    assert enrolled(workshop.id)[0].person.phone_e164 == "+6281234567890"


BAD_PHONES = ["", "0812 555", "0561 765432", "+60 12 345 6789", "0812345678O0", "081234567890 / 081377778888",
              "08123456789012345", "nomor saya", "0812-abc-3456", "0800000000000000000000"]  # fmt: skip


@pytest.mark.parametrize("typed", BAD_PHONES)
def test_a_doubtful_number_is_asked_again_in_both_languages(client, factories, form, enrolled, speak, typed) -> None:
    workshop = factories.workshop()
    reasons = []
    for language in ("id", "en"):
        speak(client, language)
        answer = client.post(f"/lokakarya/{workshop.slug}/daftar", data=form(phone=typed))
        assert answer.status_code == 422
        reasons.append(answer.text.partition('id="phone-error"')[2].partition("</p>")[0])
        assert 'value="Ratna Wulandari"' in answer.text
        assert str(escape(typed)) in answer.text
    assert all(reasons)
    assert reasons[0] != reasons[1]
    assert enrolled(workshop.id) == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"affiliation": ""}, "affiliation"),
        ({"affiliation": "..."}, "affiliation"),
        ({"affiliation": "x" * 201}, "affiliation"),
        ({"position": ""}, "position"),
        ({"position": "x" * 101}, "position"),
        ({"gender": None}, "gender"),
        ({"gender": "X"}, "gender"),
        ({"consent": None}, "consent"),
        ({"title_front": "x" * 41}, "title_front"),
        ({"title_back": "🌸"}, "title_back"),
    ],
)
def test_every_other_field_says_on_itself_what_is_wrong(
    client, factories, form, enrolled, speak, change, field
) -> None:
    workshop, lines = factories.workshop(), []
    for language in ("id", "en"):
        speak(client, language)
        answer = client.post(f"/lokakarya/{workshop.slug}/daftar", data=form(**change))
        assert answer.status_code == 422
        lines.append(answer.text.partition(f'id="{field}-error"')[2].partition("</p>")[0])
        assert 'value="Ratna Wulandari"' in answer.text
    assert all(lines)
    assert lines[0] != lines[1]
    assert enrolled(workshop.id) == []


def test_invisible_characters_leave_organisations_and_positions(client, factories, form, enrolled) -> None:
    workshop = factories.workshop()
    sent = form(affiliation="LKSA\u202e  Mutiara\u200b", position="Ketua\x07\tumum")
    client.post(f"/lokakarya/{workshop.slug}/daftar", data=sent)
    (row,) = enrolled(workshop.id)
    assert (row.affiliation, row.position) == ("LKSA Mutiara", "Ketua umum")


def test_the_same_organisation_in_other_letters_is_one_organisation(client, app, factories, form, enrolled) -> None:
    workshop = factories.workshop()
    for name, organisation in (("Ani Satu", "Panti Sungai Jawi"), ("Budi Dua", "panti  sungaijawi")):
        sent = form(full_name=name, affiliation=organisation)
        app.test_client().post(f"/lokakarya/{workshop.slug}/daftar", data=sent)
    assert len({row.affiliation_key for row in enrolled(workshop.id)}) == 1
