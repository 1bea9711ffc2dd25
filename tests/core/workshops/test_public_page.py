"""The page behind an invitation: what it says in every state of a workshop."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

import lms
from lms.core.enrolments.enums import EnrolmentStatus
from lms.core.workshops.enums import WorkshopStatus
from lms.kernel.clock import now

LMS = Path(lms.__file__).parent


def test_facts_and_one_button(client, factories) -> None:
    workshop = factories.workshop(
        title="Pengasuhan Positif", summary="Dua hari.", outcomes="Satu\n\nDua", capacity=96, venue_name="Wisma Enggang"
    )
    factories.enrolment(workshop=workshop)
    page = client.get(f"/lokakarya/{workshop.slug}").text
    for text in ("Pengasuhan Positif", "Dua hari.", "Wisma Enggang", "95 kursi tersisa", "1 dari 96 terisi"):
        assert text in page
    assert page.count(f'href="/lokakarya/{workshop.slug}/daftar"') == 2  # wide screens and the dock of phones
    assert "Pendaftaran dibuka" in page
    assert ">Daftar</a>" in page


def states():
    soon, past = now() + timedelta(days=2), now() - timedelta(hours=1)
    return [
        ({"registration_opens_at": soon}, "Pendaftaran dibuka", "Registration opens", False),
        ({"registration_closes_at": past}, "Pendaftaran ditutup", "Registration is closed", False),
        ({"starts_in": -9}, "Pendaftaran ditutup", "Registration is closed", False),
        ({"status": WorkshopStatus.CLOSED}, "Pendaftaran ditutup", "Registration is closed", False),
        ({"status": WorkshopStatus.CANCELLED}, "Lokakarya ini dibatalkan", "This workshop was called off", False),
        ({"capacity": 1}, "Masuk daftar tunggu", "Join the waiting list", True),
        ({"capacity": 1, "has_waiting_list": False}, "tidak ada daftar tunggu", "no waiting list", False),
        ({"capacity": 0}, "Daftar sekarang", "Register now", True),
    ]


@pytest.mark.parametrize(("changes", "indonesian", "english", "can_register"), states())
def test_every_state_says_so_and_offers_the_button_only_when_it_works(
    client, factories, changes, indonesian, english, can_register
) -> None:
    workshop = factories.workshop(**changes)
    factories.enrolment(workshop=workshop)
    for language, words in (("id", indonesian), ("en", english)):
        with client.session_transaction() as cookie:
            cookie["language"] = language
        answer = client.get(f"/lokakarya/{workshop.slug}")
        assert answer.status_code == 200
        assert words in answer.text
        assert (f'href="/lokakarya/{workshop.slug}/daftar"' in answer.text) is can_register


@pytest.mark.parametrize("slug", ["tidak-ada", "x" * 400, "%00", "..%2f..", "'; --"])
def test_unknown_addresses_are_not_found(client, slug) -> None:
    assert client.get(f"/lokakarya/{slug}").status_code == 404


def test_drafts_are_not_found_even_by_staff(client, as_user, factories) -> None:
    workshop = factories.workshop(status=WorkshopStatus.DRAFT)
    for browser in (client, as_user.organiser(workshop)):
        assert browser.get(f"/lokakarya/{workshop.slug}").status_code == 404


def test_texts_of_organisers_are_shown_as_text(client, factories) -> None:
    canary = '"><img src=x onerror=alert(1)>'
    workshop = factories.workshop(title=canary, summary=canary, outcomes=canary, venue_name=canary)
    page = client.get(f"/lokakarya/{workshop.slug}").text
    assert "<img src=x" not in page
    assert page.count("&lt;img src=x") >= 4


def test_public_pages_are_small_and_need_no_script(client, factories) -> None:
    workshop = factories.workshop(capacity=40)
    for path in ("/", f"/lokakarya/{workshop.slug}", f"/lokakarya/{workshop.slug}/daftar", "/tiket/masuk"):
        answer = client.get(path, headers={"Accept-Encoding": "gzip"})
        assert len(answer.data) < 7_500
        page = client.get(path).text
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=", page)


def test_waiting_people_are_counted_on_the_page(client, factories) -> None:
    workshop = factories.workshop(capacity=1)
    factories.enrolment(workshop=workshop)
    factories.enrolment(workshop=workshop, status=EnrolmentStatus.WAITLISTED)
    assert "Penuh, 1 menunggu" in client.get(f"/lokakarya/{workshop.slug}").text


def test_every_icon_of_the_core_pages_is_in_the_sprite() -> None:
    sprite = (LMS / "static" / "icons.svg").read_text()
    known = set(re.findall(r'id="([a-z0-9-]+)"', sprite))
    folders = ("workshops", "enrolments", "participants", "dashboard", "pages")
    pages = [path.read_text() for folder in folders for path in (LMS / "templates" / folder).glob("*.html")]
    used = {name for page in pages for name in re.findall(r'icon(?:\(|=)"([a-z0-9-]+)"', page)}
    assert len(used) > 20
    assert used <= known


def test_a_workshop_that_is_over_offers_no_seats(client, factories) -> None:
    workshop = factories.workshop(starts_in=-9, capacity=30)
    assert "kursi tersisa" not in client.get(f"/lokakarya/{workshop.slug}").text
    factories.enrolment(workshop=workshop)
    page = client.get(f"/lokakarya/{workshop.slug}").text
    assert "kursi tersisa" not in page
    assert "1 peserta terdaftar" in page
