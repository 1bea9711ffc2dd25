"""Registration: six fields, one ticket, and what happens when seats run out or the time is wrong."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from lms.core.enrolments.enums import EnrolmentStatus, Source
from lms.core.workshops.enums import WorkshopStatus
from lms.kernel.clock import now


def url(workshop: Any) -> str:
    return f"/lokakarya/{workshop.slug}/daftar"


def test_six_fields_give_a_ticket_in_one_step(client, factories, form, enrolled) -> None:
    workshop = factories.workshop(capacity=10)
    answer = client.post(url(workshop), data=form(phone="0812 3456 7890"))
    assert (answer.status_code, answer.location) == (303, "/tiket")
    (row,) = enrolled(workshop.id)
    assert (row.status, row.source, row.affiliation) == (
        EnrolmentStatus.CONFIRMED,
        Source.ONLINE,
        "LKSA Mutiara Sambas",
    )
    assert (row.person.phone_e164, row.person.gender.value) == ("+6281234567890", "P")
    assert row.consent_text
    assert row.consent_at is not None
    assert not row.may_photograph
    assert not row.may_contact
    page = client.get("/tiket").text
    assert "Ratna Wulandari" in page
    assert f"{row.ticket_code[:3]}-{row.ticket_code[3:]}" in page


def test_the_page_asks_for_six_things_and_needs_no_script(client, factories) -> None:
    page = client.get(url(factories.workshop())).text
    required = ("full_name", "affiliation", "position", "gender", "phone", "consent")
    assert all(f'name="{name}"' in page for name in required)
    assert 'href="/halaman/privasi"' in page
    assert "onclick" not in page
    assert "<style" not in page


def test_degrees_and_optional_consents_are_kept(client, factories, form, enrolled) -> None:
    workshop = factories.workshop()
    client.post(
        url(workshop),
        data=form(title_front="Dra. Hj.", title_back="M.Si.", may_photograph="y", may_contact="y"),
    )
    (row,) = enrolled(workshop.id)
    assert row.person.formal_name == "Dra. Hj. Ratna Wulandari, M.Si."
    assert row.may_photograph
    assert row.may_contact


def test_a_form_sent_twice_gives_the_same_ticket(client, app, factories, form, enrolled) -> None:
    workshop, sent = factories.workshop(), form()
    assert client.post(url(workshop), data=sent).status_code == 303
    again = app.test_client()
    assert again.post(url(workshop), data=sent).status_code == 303
    (row,) = enrolled(workshop.id)
    assert row.ticket_code[:3] in again.get("/tiket").text


def test_the_way_back_in_the_browser_registers_a_colleague_too(client, factories, form, enrolled) -> None:
    workshop, first = factories.workshop(), form()
    client.post(url(workshop), data=first)
    second = {**first, "full_name": "Yohana Lestari", "phone": "081377778888"}
    assert client.post(url(workshop), data=second).status_code == 303
    assert [row.person.full_name for row in enrolled(workshop.id)] == ["Ratna Wulandari", "Yohana Lestari"]
    assert "Yohana Lestari" in client.get("/tiket").text


def test_a_nonce_of_another_workshop_opens_nothing_there(client, factories, form, enrolled) -> None:
    first, second, sent = factories.workshop(), factories.workshop(), form()
    client.post(url(first), data=sent)
    client.post(url(second), data=sent)
    assert len(enrolled(first.id)) == len(enrolled(second.id)) == 1


def test_the_same_name_and_number_are_told_to_open_the_ticket(client, factories, form, speak) -> None:
    workshop = factories.workshop()
    client.post(url(workshop), data=form(phone="081234567890"))
    for language, words in (("id", "sudah terdaftar"), ("en", "registered already")):
        speak(client, language)
        answer = client.post(url(workshop), data=form(full_name="RATNA  wulandari", phone="+62 812-3456-7890"))
        assert answer.status_code == 422
        assert words in answer.text


def test_two_people_may_share_a_number(client, factories, form, enrolled) -> None:
    workshop = factories.workshop()
    client.post(url(workshop), data=form(phone="081234567890"))
    client.post(url(workshop), data=form(full_name="Yohana Lestari", phone="081234567890"))
    assert len(enrolled(workshop.id)) == 2


def test_a_full_workshop_says_waiting_list_before_and_after(client, app, factories, form, enrolled, speak) -> None:
    workshop = factories.workshop(capacity=1)
    client.post(url(workshop), data=form())
    late = app.test_client()
    assert "daftar tunggu" in late.get(url(workshop)).text
    assert late.post(url(workshop), data=form(full_name="Yohana Lestari")).status_code == 303
    assert "Anda ada di daftar tunggu" in late.get("/tiket").text
    speak(late, "en")
    assert "You are on the waiting list" in late.get("/tiket").text
    assert [row.status for row in enrolled(workshop.id)] == [EnrolmentStatus.CONFIRMED, EnrolmentStatus.WAITLISTED]


def test_without_a_waiting_list_a_full_workshop_refuses_and_keeps_what_was_typed(client, factories, form) -> None:
    workshop = factories.workshop(capacity=1, has_waiting_list=False)
    factories.enrolment(workshop=workshop)
    answer = client.post(url(workshop), data=form(full_name="Yohana Lestari"))
    assert answer.status_code == 422
    assert 'value="Yohana Lestari"' in answer.text


@pytest.mark.parametrize(
    ("changes", "indonesian", "english"),
    [
        ({"registration_opens_at": now() + timedelta(days=1)}, "Pendaftaran belum dibuka", "has not opened yet"),
        ({"registration_closes_at": now() - timedelta(hours=1)}, "Pendaftaran sudah berakhir", "Registration is over"),
        ({"status": WorkshopStatus.CANCELLED}, "lokakarya ini ditutup", "workshop is closed"),
        ({"status": WorkshopStatus.CLOSED}, "lokakarya ini ditutup", "workshop is closed"),
        ({"starts_in": -5}, "Pendaftaran sudah berakhir", "Registration is over"),
    ],
)
def test_outside_its_time_registration_is_refused_with_a_reason(
    client, factories, form, enrolled, speak, changes, indonesian, english
) -> None:
    workshop = factories.workshop(**changes)
    assert client.get(url(workshop)).status_code == 200
    for language, words in (("id", indonesian), ("en", english)):
        speak(client, language)
        answer = client.post(url(workshop), data=form())
        assert answer.status_code == 422
        assert words in answer.text
        assert 'value="Ratna Wulandari"' in answer.text
    assert enrolled(workshop.id) == []


def test_drafts_have_no_registration(client, factories, form) -> None:
    workshop = factories.workshop(status=WorkshopStatus.DRAFT)
    assert client.get(url(workshop)).status_code == 404
    assert client.post(url(workshop), data=form()).status_code == 404


def test_extra_fields_change_nothing(client, factories, form, enrolled) -> None:
    workshop, other = factories.workshop(), factories.workshop()
    extra = {"role": "panitia", "status": "cancelled", "workshop_id": other.id, "is_staff": "1", "id": "1",
             "ticket_code": "AAAAAA", "source": "import", "link_version": "9"}  # fmt: skip
    assert client.post(url(workshop), data={**form(), **extra}).status_code == 303
    (row,) = enrolled(workshop.id)
    assert (row.role.value, row.status.value, row.source.value, row.link_version) == (
        "peserta",
        "confirmed",
        "online",
        1,
    )
    assert row.ticket_code != "AAAAAA"
    assert enrolled(other.id) == []


def test_a_cancelled_registration_can_be_made_again(client, factories, form, enrolled) -> None:
    workshop, sent = factories.workshop(), form()
    client.post(url(workshop), data=sent)
    client.post("/tiket/batal")
    again = {**sent, "nonce": "another"}
    assert client.post(url(workshop), data=again).status_code == 303
    (row,) = enrolled(workshop.id)
    assert row.is_confirmed


def test_one_phone_cannot_register_without_end(client, factories, form) -> None:
    workshop = factories.workshop()
    codes = [client.post(url(workshop), data=form(full_name=f"Orang {'I' * n}")).status_code for n in range(1, 43)]
    assert codes[:40] == [303] * 40
    assert codes[40:] == [429, 429]


def test_the_ticket_says_once_that_the_registration_was_received(client, factories, form) -> None:
    client.post(url(factories.workshop(capacity=1)), data=form())
    assert "Pendaftaran diterima. Kursi Anda sudah pasti" in client.get("/tiket").text
    assert "Pendaftaran diterima" not in client.get("/tiket").text


def test_the_ticket_says_the_place_on_the_waiting_list(client, factories, form) -> None:
    workshop = factories.workshop(capacity=1)
    factories.enrolment(workshop=workshop)
    for status in (EnrolmentStatus.WAITLISTED, EnrolmentStatus.WAITLISTED, EnrolmentStatus.CANCELLED):
        factories.enrolment(workshop=workshop, status=status)
    factories.enrolment(status=EnrolmentStatus.WAITLISTED)  # of another workshop
    client.post(url(workshop), data=form())
    assert "Anda nomor 3 di daftar tunggu" in client.get("/tiket").text


def test_the_waiting_list_says_how_many_wait_or_that_nobody_does(client, factories) -> None:
    workshop = factories.workshop(capacity=1)
    factories.enrolment(workshop=workshop)
    page = client.get(url(workshop)).text
    assert "Belum ada yang menunggu." in page
    assert "0 orang" not in page
    factories.enrolment(workshop=workshop, status=EnrolmentStatus.WAITLISTED)
    assert "1 orang menunggu." in client.get(url(workshop)).text
