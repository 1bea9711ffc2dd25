"""Overview, states, team and settings of a workshop."""

from __future__ import annotations

from typing import Any

import pytest

from lms.core.accounts import queries as accounts
from lms.core.enrolments import services as enrolments
from lms.core.enrolments.enums import EnrolmentStatus
from lms.core.workshops.enums import WorkshopStatus
from lms.kernel import audit
from lms.kernel.db import db
from lms.kernel.permissions import Role, Scope
from lms.kernel.registry import registry
from lms.kernel.settings import setting
from lms.testing.factories import PASSWORD


@pytest.fixture
def workshop(factories: Any) -> Any:
    return factories.workshop(capacity=96, contact_phone="+6281299990000", starts_in=8)


@pytest.fixture
def base(workshop: Any) -> str:
    return f"/kelola/lokakarya/{workshop.id}"


@pytest.fixture
def staff(as_user: Any, workshop: Any) -> Any:
    return as_user.organiser(workshop)


def test_the_overview_counts_people_and_organisations_and_days(staff, base, workshop, factories) -> None:
    for _ in range(3):
        factories.enrolment(workshop=workshop, affiliation_key="name:satu")
    factories.enrolment(workshop=workshop, affiliation_key="name:dua")
    factories.enrolment(workshop=workshop, status=EnrolmentStatus.CANCELLED)
    page = staff.get(base).text
    assert "8 hari lagi" in page
    assert "<dt>Terdaftar</dt><dd>4 <small>dari 96</small></dd>" in page
    assert "<dt>Lembaga</dt><dd>2</dd>" in page


def test_what_is_missing_stands_in_the_list_with_its_button(staff, base, workshop) -> None:
    workshop.status, workshop.venue_name, workshop.contact_phone = WorkshopStatus.DRAFT, "", ""
    db.session.flush()
    page = staff.get(base).text
    for words in ("Belum terbit", "Tempat belum diisi", "Nomor WhatsApp panitia belum ada"):
        assert words in page
    assert f'action="{base}/terbitkan"' in page


def test_an_overview_of_a_workshop_in_the_past_asks_to_close_it(staff, base, workshop, factories) -> None:
    over = factories.workshop(organiser=workshop.organiser, starts_in=-5)
    page = staff.get(f"/kelola/lokakarya/{over.id}").text
    assert "Lokakarya sudah selesai, tetapi belum ditutup" in page


def test_a_workshop_is_published_closed_opened_again_and_called_off(staff, base, workshop, client) -> None:
    workshop.status = WorkshopStatus.DRAFT
    db.session.flush()
    steps = [("terbitkan", "published"), ("tarik", "draft"), ("terbitkan", "published"), ("tutup", "closed"),
             ("buka-lagi", "published")]  # fmt: skip
    for path, status in steps:
        assert staff.post(f"{base}/{path}").status_code == 303
        db.session.expire_all()
        assert workshop.status.value == status
    assert staff.post(f"{base}/batalkan", data={"reason": "Banjir"}).status_code == 303
    assert workshop.status is WorkshopStatus.CANCELLED
    assert "Dibatalkan: Banjir" in staff.get(base).text
    assert client.get(f"/lokakarya/{workshop.slug}").status_code == 200


def test_calling_off_without_a_reason_is_asked_again_in_both_languages(staff, base, workshop) -> None:
    for language, words in (("id", "Tulis alasannya"), ("en", "Write why")):
        with staff.session_transaction() as cookie:
            cookie["language"] = language
        answer = staff.post(f"{base}/batalkan", data={"reason": " "})
        assert answer.status_code == 422
        assert words in answer.text
    assert workshop.status is WorkshopStatus.PUBLISHED


def test_steps_that_make_no_sense_change_nothing_and_say_why(staff, base, workshop, factories) -> None:
    factories.enrolment(workshop=workshop)
    page = staff.post(f"{base}/tarik", follow_redirects=True).text
    assert "Sudah ada yang terdaftar" in page
    assert workshop.status is WorkshopStatus.PUBLISHED
    workshop.status = WorkshopStatus.CLOSED
    db.session.flush()
    page = staff.post(f"{base}/batalkan", data={"reason": "x"}, follow_redirects=True).text
    assert "note-bad" in page
    assert workshop.status is WorkshopStatus.CLOSED


def test_pressing_a_button_twice_leaves_one_trace(staff, base, workshop) -> None:
    for _ in range(2):
        staff.post(f"{base}/tutup")
    assert [row.action for row in audit.entries(workshop_id=workshop.id)] == ["workshops.closed"]


PAGES = ("", "/ubah", "/tim", "/opsi")
POSTS = ("/terbitkan", "/buka-lagi", "/tarik", "/tutup", "/batalkan", "/tim", "/tim/anggota", "/tim/1/cabut", "/opsi",
         "/ubah")  # fmt: skip


def test_another_organiser_finds_nothing_of_it(as_user, factories, base, workshop) -> None:
    stranger = as_user.organiser(factories.workshop())
    for path in PAGES:
        assert stranger.get(base + path).status_code == 404
    for path in POSTS:
        assert stranger.post(base + path, data={"reason": "x", "title": "y"}).status_code == 404
    db.session.expire_all()
    assert workshop.status is WorkshopStatus.PUBLISHED


def test_committee_door_and_observers_see_the_overview_and_change_nothing(as_user, base, workshop) -> None:
    for browser in (as_user.committee(workshop), as_user.door(workshop), as_user.observer("61.71")):
        page = browser.get(base)
        assert page.status_code == 200
        assert f"{base}/ubah" not in page.text
        for path in POSTS:
            assert browser.post(base + path, data={"reason": "x"}).status_code == 404
    assert as_user.observer("61.01").get(base).status_code == 404


def test_numbers_too_large_for_the_database_are_not_found(staff) -> None:
    for path in ("", "/ubah", "/peserta", "/tim"):
        assert staff.get(f"/kelola/lokakarya/{2**40}{path}").status_code == 404


def test_an_account_is_given_a_part_in_this_workshop_only(app, staff, base, workshop, factories) -> None:
    account = factories.account(phone_e164="+6281255556666")
    for login, role in ((account.email.upper(), "panitia"), ("0812 5555 6666", "petugas_presensi")):
        assert staff.post(f"{base}/tim", data={"login": login, "role": role}).status_code == 303
    grants = accounts.grants_in_workshop(workshop.id)
    assert {(row.role, row.scope, row.ref) for row in grants if row.account_id == account.id} == {
        (Role.PANITIA, Scope.WORKSHOP, str(workshop.id)),
        (Role.PETUGAS, Scope.WORKSHOP, str(workshop.id)),
    }
    browser = app.test_client()
    browser.post("/masuk", data={"login": account.email, "password": PASSWORD})
    assert browser.get(base).status_code == 200
    for grant in grants:
        assert staff.post(f"{base}/tim/{grant.id}/cabut").status_code == 303
    assert browser.get(base).status_code in (403, 404)


@pytest.mark.parametrize("role", ["pusat", "penyelenggara", "peserta", ""])
def test_larger_roles_cannot_be_given_away_here(staff, base, workshop, factories, role) -> None:
    account = factories.account()
    sent = {"login": account.email, "role": role, "scope": "site", "ref": ""}
    assert staff.post(f"{base}/tim", data=sent).status_code == 422
    db.session.expire_all()
    assert account.grants == []


def test_an_unknown_account_is_said_to_be_unknown_in_both_languages(staff, base) -> None:
    lines = []
    for language in ("id", "en"):
        with staff.session_transaction() as cookie:
            cookie["language"] = language
        answer = staff.post(f"{base}/tim", data={"login": "siapa@contoh.id", "role": "panitia"})
        assert answer.status_code == 422
        assert 'value="siapa@contoh.id"' in answer.text
        lines.append(answer.text.partition('id="login-error"')[2].partition("</p>")[0])
    assert all(lines)
    assert lines[0] != lines[1]


def test_grants_beyond_this_workshop_are_not_taken_back_here(staff, base, workshop, factories) -> None:
    account = factories.account()
    grant = factories.grant(account, Role.PENYELENGGARA, Scope.ORGANISER, workshop.organiser_id)
    elsewhere = factories.grant(account, Role.PANITIA, Scope.WORKSHOP, factories.workshop().id)
    for row in (grant, elsewhere):
        staff.post(f"{base}/tim/{row.id}/cabut")
    db.session.expire_all()
    assert {row.id for row in account.grants} == {grant.id, elsewhere.id}
    assert staff.post(f"{base}/tim/{2**40}/cabut").status_code == 404


def test_a_committee_member_without_account_gets_a_task_a_ticket_and_a_link(
    staff, base, workshop, client, factories
) -> None:
    sent = {"full_name": "Rani Oktavia", "phone": "0812 3333 4444", "task": "Registrasi"}
    assert staff.post(f"{base}/tim/anggota", data=sent).status_code == 303
    (member,) = enrolments.queries.enrolments_of(workshop.id, roles=(Role.PANITIA,))
    assert (member.task, member.affiliation, member.is_confirmed) == ("Registrasi", workshop.organiser.name, True)
    page = staff.get(f"{base}/tim").text
    assert "Rani Oktavia" in page
    assert "https://wa.me/6281233334444?text=" in page
    client.get(f"/t/{enrolments.link_token(member)}")
    assert "Rani Oktavia" in client.get("/tiket").text
    assert staff.post(f"{base}/tim/anggota", data=sent).status_code == 422  # the same once more
    assert staff.post(f"{base}/tim/anggota/{member.id}/keluar").status_code == 303
    assert member.status is EnrolmentStatus.CANCELLED
    participant, foreign = factories.enrolment(workshop=workshop), factories.enrolment(role=Role.PANITIA)
    for row in (participant, foreign):
        assert staff.post(f"{base}/tim/anggota/{row.id}/keluar").status_code == 404
        assert row.is_confirmed


def test_a_committee_member_with_a_bad_name_is_asked_again(staff, base, workshop) -> None:
    answer = staff.post(f"{base}/tim/anggota", data={"full_name": "🌸", "task": "Registrasi"})
    assert answer.status_code == 422
    assert 'value="Registrasi"' in answer.text


def test_features_are_switched_off_for_one_workshop(staff, base, workshop) -> None:
    switchable = [name for name, info in registry().infos.items() if info.per_workshop]
    page = staff.get(f"{base}/opsi").text
    assert all(f'value="{name}" checked' in page for name in switchable)
    values = {key.replace(".", "__"): _typed(item, workshop) for key, item in _declared().items()}
    kept = switchable[1:]
    answer = staff.post(f"{base}/opsi", data={**_form(values), "features": [*kept, "accounts", "core"]})
    assert answer.status_code == 303
    db.session.expire_all()
    assert workshop.access.disabled == set(switchable[:1])


def test_settings_keep_their_type_and_bad_ones_are_refused(staff, base, workshop) -> None:
    values = {key.replace(".", "__"): _typed(item, workshop) for key, item in _declared().items()}
    numbers = [key for key, item in _declared().items() if item.type is not bool and item.type is not str]
    for name in (key.replace(".", "__") for key in numbers):
        answer = staff.post(f"{base}/opsi", data={**_form(values), name: "banyak sekali"})
        assert answer.status_code == 422
        assert "banyak sekali" in answer.text
        assert f'id="{name}-error"' in answer.text


def _declared() -> dict[str, Any]:
    return {key: item for key, item in registry().settings.items() if item.scope == "workshop"}


def _typed(item: Any, workshop: Any) -> Any:
    return setting(item.key, workshop_id=workshop.id)


def _form(values: dict[str, Any]) -> dict[str, str]:
    return {name: "y" if value is True else str(value) for name, value in values.items() if value is not False}
