"""The public home, the staff home, and the plain pages."""

from __future__ import annotations

import pytest

from lms.core.enrolments.enums import EnrolmentStatus
from lms.core.settings.services import save_settings
from lms.core.workshops.enums import WorkshopStatus
from lms.kernel.permissions import SYSTEM, Role, Scope


def test_the_home_page_lists_what_comes_and_folds_what_is_over(client, factories) -> None:
    factories.workshop(title="Yang Kedua", starts_in=9)
    factories.workshop(title="Yang Pertama", starts_in=3)
    factories.workshop(title="Yang Lalu", starts_in=-20, status=WorkshopStatus.CLOSED)
    factories.workshop(title="Yang Terlupa", starts_in=-9)
    factories.workshop(title="Yang Rahasia", status=WorkshopStatus.DRAFT)
    factories.workshop(title="Yang Batal", status=WorkshopStatus.CANCELLED)
    page = client.get("/").text
    coming, _fold, past = page.partition('<details class="fold"')
    assert coming.index("Yang Pertama") < coming.index("Yang Kedua")
    for title in ("Yang Lalu", "Yang Terlupa"):
        assert title in past
        assert title not in coming
    assert "Yang Rahasia" not in page
    assert "Yang Batal" not in page


def test_the_home_page_says_how_full_each_is(client, factories) -> None:
    workshop = factories.workshop(capacity=1)
    assert "1 kursi tersisa" in client.get("/").text
    factories.enrolment(workshop=workshop)
    factories.enrolment(workshop=workshop, status=EnrolmentStatus.WAITLISTED)
    page = client.get("/").text
    assert "Penuh" in page
    assert "1 menunggu" in page
    assert "Anda masih dapat masuk daftar tunggu" in page


def test_the_home_page_costs_the_same_for_many_workshops(client, factories, count_statements) -> None:
    factories.workshop()
    client.get("/")
    count_statements()
    client.get("/")
    few = count_statements()
    for _ in range(12):
        factories.workshop()
    count_statements()
    client.get("/")
    assert count_statements() == few


def test_an_empty_home_page_says_what_to_do(client, db_session) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert "empty" in page.text


def test_the_code_on_the_home_page_opens_the_ticket(client, factories) -> None:
    factories.enrolment(ticket_code="K7M4PQ")
    assert 'action="/tiket/masuk"' in client.get("/").text
    assert client.post("/tiket/masuk", data={"code": "k7m-4pq"}).location == "/tiket"


@pytest.mark.parametrize("name", ["bantuan", "privasi", "aksesibilitas"])
def test_plain_pages_exist_in_both_languages(client, name) -> None:
    texts = []
    for language in ("id", "en"):
        with client.session_transaction() as cookie:
            cookie["language"] = language
        answer = client.get(f"/halaman/{name}")
        assert answer.status_code == 200
        assert f'<html lang="{language}"' in answer.text
        texts.append(answer.text.partition("<main")[2].partition("</main>")[0])
    assert texts[0] != texts[1]


@pytest.mark.parametrize("name", ["tidak-ada", "..%2flayout", "privasi.html", "_x"])
def test_other_pages_do_not_exist(client, name) -> None:
    assert client.get(f"/halaman/{name}").status_code == 404


def test_the_privacy_notice_says_what_why_how_long_and_whom_to_ask(client, db_session) -> None:
    save_settings(values={"core.privacy_contact": "privasi@contoh.id"}, scope="site", scope_id=0, actor=SYSTEM)
    page = client.get("/halaman/privasi").text
    for words in ("10 tahun", "24 bulan", "selamanya", "UU 27/2022", "3 kali 24 jam", "privasi@contoh.id"):
        assert words in page


def test_staff_see_the_workshops_they_work_on(as_user, factories) -> None:
    own, foreign = factories.workshop(title="Punya Saya", capacity=9), factories.workshop(title="Punya Orang")
    factories.enrolment(workshop=own)
    for browser in (as_user.organiser(own), as_user.committee(own), as_user.door(own)):
        page = browser.get("/kelola").text
        assert "Punya Saya" in page
        assert "1 dari 9" in page
        assert "Punya Orang" not in page
    assert "Punya Orang" in as_user.admin().get("/kelola").text
    assert foreign.slug not in as_user.committee(own).get("/kelola").text


def test_the_staff_home_costs_the_same_for_many_workshops(as_user, factories, count_statements) -> None:
    own = factories.workshop()
    browser = as_user.organiser(own)
    browser.get("/kelola")
    count_statements()
    browser.get("/kelola")
    few = count_statements()
    for _ in range(12):
        factories.workshop(organiser=own.organiser)
    count_statements()
    browser.get("/kelola")
    assert count_statements() == few


def test_without_workshops_the_next_step_is_named(as_user, factories) -> None:
    organiser = factories.organiser()
    page = as_user.with_role(Role.PENYELENGGARA, Scope.ORGANISER, organiser.id).get("/kelola").text
    assert "Belum ada lokakarya" in page
    assert "Mulai dari judul dan tanggal saja" in page
    assert 'href="/kelola/lokakarya/baru"' in page
    chair = as_user.board_of("name:x").get("/kelola")
    assert chair.status_code == 200
    assert 'href="/kelola/lokakarya/baru"' not in chair.text


def test_visitors_and_ticket_holders_do_not_reach_the_staff_home(client, as_user, factories) -> None:
    assert client.get("/kelola").location == "/masuk?next=/kelola"
    assert as_user.ticket(factories.enrolment()).get("/kelola").status_code == 403


def test_the_pattern_page_is_for_accounts(client, as_user, factories) -> None:
    assert client.get("/_patterns").status_code == 302
    assert as_user.door(factories.workshop()).get("/_patterns").status_code == 200
