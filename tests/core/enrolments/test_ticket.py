"""The ticket page, and what its holder does alone: share, keep, rename, give up, take the data along."""

from __future__ import annotations

import io
import json
import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import zxingcpp
from PIL import Image

from lms.core.enrolments import own_data, services, sharing
from lms.core.enrolments.enums import EnrolmentStatus
from lms.core.workshops.enums import WorkshopStatus
from lms.kernel import audit
from lms.kernel.db import db
from lms.kernel.permissions import Role
from lms.kernel.registry import registry


@pytest.fixture
def enrolment(factories: Any) -> Any:
    person = factories.person(full_name="Yohana Lestari", title_back="S.Pd.")
    workshop = factories.workshop(title="Pengasuhan Positif", contact_phone="+6281299990000", capacity=1)
    return factories.enrolment(workshop=workshop, person=person, affiliation="LKSA Tunas Enggang", may_photograph=True)


def test_the_ticket_answers_who_where_when_and_shows_both_codes(as_user, enrolment) -> None:
    page = as_user.ticket(enrolment).get("/tiket").text
    for text in ("Yohana Lestari, S.Pd.", "LKSA Tunas Enggang", "Pengasuhan Positif"):
        assert text in page
    assert f"{enrolment.ticket_code[:3]}-{enrolment.ticket_code[3:]}" in page
    assert ('class="qr"' in page) is ("checkin" in registry().infos)
    assert "https://wa.me/6281299990000?text=" in page


def test_only_confirmed_people_get_a_qr_code(as_user, enrolment) -> None:
    browser = as_user.ticket(enrolment)
    for status, words in ((EnrolmentStatus.WAITLISTED, "daftar tunggu"), (EnrolmentStatus.CANCELLED, "dibatalkan")):
        enrolment.status = status
        db.session.flush()
        page = browser.get("/tiket").text
        assert words in page
        assert 'class="qr"' not in page
        assert browser.get("/tiket/tiket.png").status_code == 404


def test_a_called_off_workshop_says_so_on_the_ticket(as_user, enrolment) -> None:
    enrolment.workshop.status = WorkshopStatus.CANCELLED
    db.session.flush()
    page = as_user.ticket(enrolment).get("/tiket").text
    assert "Lokakarya ini dibatalkan" in page
    assert 'class="qr"' not in page


def test_the_picture_is_a_small_png_that_a_scanner_reads(app, as_user, enrolment) -> None:
    answer = as_user.ticket(enrolment).get("/tiket/tiket.png")
    if "checkin" not in registry().infos:  # nobody would scan it
        assert answer.status_code == 404
        return
    assert answer.mimetype == "image/png"
    assert len(answer.data) < 4000
    assert "attachment" in answer.headers["Content-Disposition"]
    image = Image.open(io.BytesIO(answer.data)).convert("L")
    (read,) = zxingcpp.read_barcodes(image)
    with app.test_request_context():
        assert read.text == sharing.badge_address(enrolment)
    assert read.text.endswith(services.badge_token(enrolment))


def test_the_share_text_is_complete_short_and_ends_with_the_link(app, as_user, enrolment, factories) -> None:
    long_title = factories.workshop(title="Lokakarya " + "panjang " * 36, venue_name="Aula " + "besar " * 32)
    person = factories.person(full_name="Siti " + "Nurhaliza " * 9, title_back="S.Sos., " * 7)
    for row in (enrolment, factories.enrolment(workshop=long_title, person=person)):
        page = as_user.ticket(row).get("/tiket").text
        address = re.search(r'href="(https://wa\.me/\?text=[^"]+)"', page)
        assert address
        text = parse_qs(urlsplit(address[1]).query)["text"][0]
        assert len(text) < 700
        assert re.search(r"http://localhost/t/[a-z2-7]{26}$", text)
        assert f"{row.ticket_code[:3]}-{row.ticket_code[3:]}" in text
        assert row.workshop.title[:40] in text


def test_ticket_pages_are_small_and_kept_by_no_cache(as_user, enrolment) -> None:
    browser = as_user.ticket(enrolment)
    for path in ("/tiket", "/tiket/nama", "/tiket/data", "/tiket/batal"):
        answer = browser.get(path, headers={"Accept-Encoding": "gzip"})
        assert answer.headers["Content-Encoding"] == "gzip"
        assert len(answer.data) < 7_500
        assert answer.headers["Cache-Control"] == "no-store"


def test_the_ticket_page_runs_few_statements(as_user, enrolment, count_statements) -> None:
    browser = as_user.ticket(enrolment)
    browser.get("/tiket")
    count_statements()
    browser.get("/tiket")
    assert count_statements() <= 25


def test_forgetting_the_ticket_ends_the_session_on_the_server(app, as_user, enrolment) -> None:
    browser = as_user.ticket(enrolment)
    with browser.session_transaction() as cookie:
        stolen = dict(cookie)
    assert browser.post("/tiket/lepas").status_code == 303
    assert browser.get("/tiket").status_code == 302
    thief = app.test_client()
    with thief.session_transaction() as cookie:
        cookie.update(stolen)
    assert thief.get("/tiket").status_code == 302


def test_the_holder_puts_the_own_name_right_until_the_workshop_is_closed(as_user, enrolment, speak) -> None:
    browser = as_user.ticket(enrolment)
    assert "Yohana Lestari, S.Pd." in browser.get("/tiket/nama").text
    sent = {"full_name": "Yohana Lestari Ningsih", "title_front": "Dra.", "title_back": "S.Pd., M.Si.", "phone": "08"}
    assert browser.post("/tiket/nama", data=sent).status_code == 303
    assert enrolment.person.formal_name == "Dra. Yohana Lestari Ningsih, S.Pd., M.Si."
    assert enrolment.person.phone_e164.startswith("+62812")
    enrolment.workshop.status = WorkshopStatus.CLOSED
    db.session.flush()
    for language, words in (("id", "Minta panitia"), ("en", "Ask the committee")):
        speak(browser, language)
        assert browser.post("/tiket/nama", data={**sent, "full_name": "Orang Lain"}).status_code == 422
        assert words.lower() in browser.get("/tiket/nama").text.lower()
    assert enrolment.person.full_name == "Yohana Lestari Ningsih"


def test_capital_letters_are_tidied_only_when_asked_and_saved_only_afterwards(as_user, enrolment) -> None:
    browser = as_user.ticket(enrolment)
    page = browser.post("/tiket/nama", data={"full_name": "YOHANA LESTARI BINTI UMAR", "tidy": "1"})
    assert page.status_code == 200
    assert 'value="Yohana Lestari binti Umar"' in page.text
    assert enrolment.person.full_name == "Yohana Lestari"


def test_a_bad_name_is_refused_and_kept(as_user, enrolment) -> None:
    answer = as_user.ticket(enrolment).post("/tiket/nama", data={"full_name": "Yohana 🌸"})
    assert answer.status_code == 422
    assert 'value="Yohana 🌸"' in answer.text


def test_giving_up_a_seat_asks_first_and_moves_exactly_the_first_who_waits(as_user, enrolment, factories) -> None:
    waiting = [
        factories.enrolment(
            workshop=enrolment.workshop,
            status=EnrolmentStatus.WAITLISTED,
            registered_at=datetime(2026, 1, day, tzinfo=UTC),
        )
        for day in (3, 2, 4)
    ]
    browser = as_user.ticket(enrolment)
    assert browser.get("/tiket/batal").status_code == 200
    assert enrolment.is_confirmed
    assert browser.post("/tiket/batal").status_code == 303
    assert browser.post("/tiket/batal").status_code == 303  # a phone may send it twice
    db.session.expire_all()
    assert enrolment.status is EnrolmentStatus.CANCELLED
    assert [row.is_confirmed for row in waiting] == [False, True, False]


def test_speakers_and_finished_workshops_cannot_be_given_up(as_user, enrolment, factories) -> None:
    speaker = factories.enrolment(workshop=enrolment.workshop, role=Role.NARASUMBER)
    assert as_user.ticket(speaker).post("/tiket/batal").status_code == 422
    enrolment.workshop.status = WorkshopStatus.CLOSED
    db.session.flush()
    assert as_user.ticket(enrolment).post("/tiket/batal").status_code == 422
    assert enrolment.is_confirmed
    assert speaker.is_confirmed


def test_the_own_data_hold_the_own_and_nobody_elses(as_user, enrolment, factories) -> None:
    other = factories.enrolment(workshop=enrolment.workshop, status=EnrolmentStatus.WAITLISTED)
    answer = as_user.ticket(enrolment).get("/tiket/data.json")
    assert "attachment" in answer.headers["Content-Disposition"]
    data = json.loads(answer.text)
    assert data["core"]["name"] == "Yohana Lestari, S.Pd."
    assert data["core"]["registrations"][0]["workshop"] == "Pengasuhan Positif"
    assert other.person.full_name not in answer.text
    assert other.person.phone_e164 not in answer.text


def test_consents_are_withdrawn_at_once_and_the_trail_names_no_values(as_user, enrolment) -> None:
    assert as_user.ticket(enrolment).post("/tiket/data/izin").status_code == 303
    assert not enrolment.may_photograph
    (entry,) = [row for row in audit.entries() if row.action == "enrolments.consent_withdrawn"]
    assert (entry.enrolment_id, entry.fields) == (enrolment.id, "may_photograph,may_contact")


def test_a_request_for_erasure_reaches_the_committee_and_ends_the_consents(as_user, enrolment) -> None:
    sent = as_user.ticket(enrolment).post("/tiket/data/hapus", data={"reason": "Pindah kerja"})
    assert sent.status_code == 303
    assert not enrolment.may_photograph
    assert [row.id for row in own_data.erasure_requests(enrolment.workshop_id)] == [enrolment.id]
    base = f"/kelola/lokakarya/{enrolment.workshop_id}"
    staff = as_user.committee(enrolment.workshop)
    assert "meminta penghapusan data" in staff.get(base).text
    assert "meminta penghapusan data" in staff.get(f"{base}/peserta/{enrolment.id}").text


def test_only_the_centre_erases_and_says_why(as_user, enrolment) -> None:
    url = f"/kelola/lokakarya/{enrolment.workshop_id}/peserta/{enrolment.id}/hapus-data"
    assert as_user.organiser(enrolment.workshop).post(url, data={"reason": "x"}).status_code == 404
    admin = as_user.admin()
    admin.post(url)
    assert enrolment.person.erased_at is None
    holder = as_user.ticket(enrolment)
    admin.post(url, data={"reason": "Permintaan tertulis"})
    assert enrolment.person.erased_at is not None
    assert enrolment.person.phone_e164 is None
    assert enrolment.is_confirmed  # counts stay
    assert holder.get("/tiket").status_code == 302
    assert own_data.erasure_requests(enrolment.workshop_id) == []


@pytest.mark.parametrize("path", ["/tiket", "/tiket/nama", "/tiket/batal", "/tiket/data", "/tiket/data.json"])
def test_without_a_ticket_nothing_of_it_is_shown(client, path) -> None:
    answer = client.get(path)
    assert answer.status_code == 302
    assert answer.location.startswith("/tiket/masuk?next=")


@pytest.mark.parametrize("path", ["/tiket/nama", "/tiket/batal", "/tiket/data/izin", "/tiket/data/hapus"])
def test_without_a_ticket_nothing_of_it_is_changed(client, path) -> None:
    assert client.post(path, data={"full_name": "Orang Lain"}).status_code == 401


def test_a_ticket_reaches_no_other_registration_of_its_person(as_user, enrolment, factories, speak) -> None:
    """Whoever knows a name and a number can register them: that must not open what the person did elsewhere."""
    elsewhere = factories.enrolment(person=enrolment.person, affiliation="Lembaga lain yang rahasia")
    enrolment.person.email = "yohana@contoh.id"
    db.session.flush()
    browser = as_user.ticket(enrolment)
    copy = browser.get("/tiket/data.json").text
    assert enrolment.affiliation in copy
    assert elsewhere.affiliation not in copy
    assert "yohana@contoh.id" not in copy
    assert enrolment.person.phone_e164 not in copy
    for language, words in (("id", "Anda terdaftar juga di lokakarya lain"), ("en", "registered for other workshops")):
        speak(browser, language)
        assert words in browser.get("/tiket/data").text
        answer = browser.post("/tiket/nama", data={"full_name": "Orang Lain"})
        assert answer.status_code == 422
        assert words in answer.text
    assert enrolment.person.full_name == "Yohana Lestari"


def test_the_copy_of_somebody_registered_once_holds_everything(as_user, enrolment) -> None:
    copy = as_user.ticket(enrolment).get("/tiket/data.json").get_json()
    assert copy["core"]["phone"] == enrolment.person.phone_e164
    assert len(copy) > 1, "the plugins' part too"
