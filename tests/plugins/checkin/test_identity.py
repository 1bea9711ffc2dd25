"""Who taps: several people with one phone, people without their ticket at hand, and people who are not registered."""

from __future__ import annotations

import re
from typing import Any

import pytest

from lms.core.enrolments.enums import EnrolmentStatus
from lms.kernel.db import db
from lms.kernel.settings import set_setting
from lms.plugins.checkin.enums import Reason, Verdict
from tests.plugins.checkin.conftest import attendances, scans
from tests.plugins.checkin.test_self_check_in import claim_on, code_of, scanned, tap

NO_FIT = "Nomor dan nama tidak cocok"


def allow(workshop: Any, **values: object) -> None:
    for name, value in values.items():
        set_setting(f"checkin.{name}", value, scope="workshop", scope_id=workshop.id)


@pytest.fixture
def family(workshop: Any, factories: Any) -> list[Any]:
    """Six people whose ticket codes are FAMAAA to FAMFFF."""
    return [factories.enrolment(workshop=workshop, ticket_code=f"FAM{letter * 3}") for letter in "ABCDEF"]


def test_a12_one_phone_marks_as_many_people_as_the_committee_allows(
    app: Any, client: Any, workshop: Any, session: Any, family: Any
) -> None:
    allow(workshop, people_per_phone=2)
    answers = [
        tap(client, scanned(app, client, session), ticket_code=person.ticket_code).status_code for person in family[:3]
    ]
    assert answers == [200, 200, 409]
    assert {row.enrolment_id for row in attendances()} == {person.id for person in family[:2]}
    assert [(scan.verdict, scan.reason) for scan in scans()][-1] == (Verdict.REFUSED, Reason.SHARED_PHONE)


def test_a12_who_is_marked_already_does_not_count_twice(
    app: Any, client: Any, workshop: Any, session: Any, family: Any
) -> None:
    allow(workshop, people_per_phone=1)
    for _ in range(3):
        assert tap(client, scanned(app, client, session), ticket_code=family[0].ticket_code).status_code == 200
    page = tap(client, scanned(app, client, session), ticket_code=family[1].ticket_code)
    assert page.status_code == 409
    assert "Tunjukkan tiket Anda kepada panitia" in page.text


def test_a12_which_phone_marked_whom_is_in_the_log(app: Any, client: Any, session: Any, family: Any) -> None:
    for person in family[:2]:
        tap(client, scanned(app, client, session), ticket_code=person.ticket_code)
    other = app.test_client()
    tap(other, scanned(app, other, session), ticket_code=family[2].ticket_code)
    first, second, third = (scan.phone for scan in scans())
    assert first == second != third
    assert all((first, third))


@pytest.mark.parametrize("name", ["Wati Lestari", "wati", "LESTARI, WATI", "Wati L."])
@pytest.mark.parametrize("phone", ["0812 3456 7890", "+62 812-3456-7890"])
def test_number_and_name_mark_present_without_opening_the_ticket(
    app: Any, client: Any, session: Any, wati: Any, name: str, phone: str
) -> None:
    page = tap(client, scanned(app, client, session), phone=phone, full_name=name)
    assert page.status_code == 200
    assert [row.enrolment_id for row in attendances()] == [wati.id]
    assert client.get("/tiket").status_code == 302


@pytest.mark.parametrize(
    ("phone", "name"),
    [
        ("0812 3456 7890", "Joko Susilo"),  # another name at her number
        ("0812 3456 7890", "Wati Susilo"),  # half another name
        ("0812 3456 7890", "W L"),  # initials tell nobody from another
        ("0812 9999 8888", "Wati Lestari"),  # her name at another number
    ],
)
def test_every_way_not_to_fit_is_answered_alike(
    app: Any, client: Any, session: Any, wati: Any, phone: str, name: str
) -> None:
    page = tap(client, scanned(app, client, session), phone=phone, full_name=name)
    assert page.status_code == 422
    assert NO_FIT in page.text
    assert "Wati Lestari" not in page.text.replace(f'value="{name}"', "")
    assert scans() == []
    assert tap(client, claim_on(page), ticket_code="WATAB2").status_code == 200


def test_people_without_a_seat_and_of_other_workshops_are_answered_alike(
    app: Any, client: Any, session: Any, wati: Any, factories: Any
) -> None:
    factories.enrolment(person=factories.person(full_name="Joko Susilo", phone_e164="+6281299990000"))
    wati.status = EnrolmentStatus.WAITLISTED
    db.session.flush()
    for phone, name in (("081299990000", "Joko Susilo"), ("081234567890", "Wati Lestari")):
        page = tap(client, scanned(app, client, session), phone=phone, full_name=name)
        assert (page.status_code, NO_FIT in page.text) == (422, True)
    assert scans() == []


def test_two_people_of_one_number_are_told_apart_by_name(
    app: Any, client: Any, workshop: Any, session: Any, wati: Any, factories: Any
) -> None:
    son = factories.enrolment(
        workshop=workshop, person=factories.person(full_name="Budi Lestari", phone_e164="+6281234567890")
    )
    assert tap(client, scanned(app, client, session), phone="081234567890", full_name="Lestari").status_code == 422
    assert tap(client, scanned(app, client, session), phone="081234567890", full_name="Budi").status_code == 200
    assert [row.enrolment_id for row in attendances()] == [son.id]


def test_guessing_numbers_is_slowed_for_this_phone_only(app: Any, client: Any, session: Any, wati: Any) -> None:
    claim = scanned(app, client, session)
    answers = [
        tap(client, claim, phone=f"08125555{number:04}", full_name="Wati Lestari").status_code for number in range(12)
    ]
    assert answers == [422] * 10 + [429] * 2
    other = app.test_client()
    assert tap(other, scanned(app, other, session), phone="081234567890", full_name="Wati").status_code == 200


@pytest.mark.parametrize(
    ("takes_walk_ins", "capacity", "text"),
    [(True, 0, "/daftar"), (True, 1, "meja panitia di pintu masuk"), (False, 0, "hanya untuk yang sudah terdaftar")],
)
def test_a13_who_is_not_registered_is_told_the_way_on(
    app: Any, client: Any, workshop: Any, session: Any, wati: Any, takes_walk_ins: bool, capacity: int, text: str
) -> None:
    allow(workshop, takes_walk_ins=takes_walk_ins)
    workshop.capacity, workshop.has_waiting_list = capacity, False
    db.session.flush()
    page = client.get(f"/h/{session.id}/{code_of(app, session)}")
    assert page.status_code == 200
    assert "Belum terdaftar?" in page.text
    assert text in page.text


def test_the_name_on_the_page_is_who_is_marked_whatever_ticket_the_phone_holds_meanwhile(
    app: Any, as_user: Any, session: Any, wati: Any, factories: Any
) -> None:
    friend = factories.enrolment(workshop=wati.workshop, ticket_code="FRNDXY")
    phone = as_user.ticket(wati)
    page = phone.get(f"/h/{session.id}/{code_of(app, session)}")
    phone.post("/tiket/masuk", data={"code": "FRNDXY"})
    holder = re.search(r'name="holder"[^>]*value="([^"]+)"', page.text)
    assert holder
    tap(phone, claim_on(page), holder=holder[1])
    assert [row.enrolment_id for row in attendances()] == [wati.id]
    stranger = as_user.ticket(friend)
    tap(stranger, scanned(app, stranger, session), holder=holder[1])
    assert {row.enrolment_id for row in attendances()} == {wati.id, friend.id}
