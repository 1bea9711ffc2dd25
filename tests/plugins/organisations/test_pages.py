"""One organisation: its page, the forms, documents and counts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from lms.kernel.db import db
from lms.kernel.permissions import SYSTEM
from lms.plugins.organisations import services
from lms.plugins.organisations.models import LegalDocument, Organisation, Snapshot

LIST = "/kelola/lembaga"
COUNTS = {"inside": "12", "outside": "64", "carers": "4", "social_workers": "0"}


def saved(name: str) -> Organisation | None:
    return db.session.scalar(sa.select(Organisation).filter_by(name=name))


def test_new_organisation_is_saved_with_all_its_facts(as_user: Any, organisation_form: Any) -> None:
    answer = as_user.admin().post(f"{LIST}/baru", data=organisation_form())
    assert answer.status_code == 303
    row = saved("Panti Asuhan Kasih Siantan")
    assert row is not None
    assert (row.search_name, row.contact_phone) == ("pantiasuhankasihsiantan", "+6281234567890")
    assert (row.contact_name, row.postal_code, row.scope) == ("Agnes Mayang", "78241", "kabkota")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", ""),
        ("name", "!!!"),
        ("name", "x" * 201),
        ("kind", "bukan-jenis"),
        ("region_code", "61.99"),
        ("region_code", ""),
        ("contact_phone", "12"),
        ("postal_code", "78"),
    ],
)
def test_bad_input_is_shown_again_with_what_to_do(as_user: Any, organisation_form: Any, name: str, value: str) -> None:
    answer = as_user.admin().post(f"{LIST}/baru", data=organisation_form(**{name: value}))
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert "Jalan Khatulistiwa 12" in answer.text


def test_control_characters_do_not_break_the_form(as_user: Any, organisation_form: Any) -> None:
    answer = as_user.admin().post(f"{LIST}/baru", data=organisation_form(address="Jalan\x00 Satu"))
    assert answer.status_code == 303


def test_same_name_is_refused_however_it_is_spaced(add_organisation: Any, as_user: Any, organisation_form: Any) -> None:
    add_organisation("Panti Asuhan Kasih Siantan")
    form = organisation_form(name="PANTI ASUHAN KASIHSIANTAN")
    assert as_user.admin().post(f"{LIST}/baru", data=form).status_code == 422


def test_document_states_show(add_organisation: Any, add_licence: Any, as_user: Any, today: Any) -> None:
    organisation = add_organisation()
    for days, kind in ((-1, "badge-bad"), (30, "badge-warn"), (700, "badge-ok")):
        add_licence(organisation, today + timedelta(days=days))
        db.session.expire(organisation)
        page = as_user.admin().get(f"{LIST}/{organisation.id}").text
        assert kind in page
    add_licence(organisation, None)
    db.session.expire(organisation)
    assert "Tanpa tanggal akhir" in as_user.admin().get(f"{LIST}/{organisation.id}").text


def test_document_that_ends_before_it_begins_is_refused(add_organisation: Any, as_user: Any) -> None:
    organisation = add_organisation()
    form = {"kind": "izin_operasional", "number": "1", "issued_on": "2026-05-02", "valid_until": "2026-05-01"}
    answer = as_user.admin().post(f"{LIST}/{organisation.id}/dokumen", data=form)
    assert answer.status_code == 422
    assert db.session.scalar(sa.select(sa.func.count()).select_from(LegalDocument)) == 0


def test_organiser_marks_a_document_as_checked_and_the_board_cannot(
    add_organisation: Any, add_licence: Any, as_user: Any, today: Any
) -> None:
    organisation = add_organisation()
    document = add_licence(organisation, today)
    url = f"{LIST}/{organisation.id}/dokumen/{document.id}/periksa"
    assert as_user.board_of(organisation.key).post(url).status_code == 404
    assert as_user.observer("61.71").post(url).status_code == 404
    assert document.status == "belum"
    for _again in range(2):
        assert as_user.admin().post(url).status_code == 303
    assert document.status == "diperiksa"
    other = add_organisation("LKSA Lain")
    assert as_user.admin().post(f"{LIST}/{other.id}/dokumen/{document.id}/periksa").status_code == 404


def test_counts_of_a_day_are_never_overwritten(add_organisation: Any, as_user: Any, today: Any) -> None:
    organisation = add_organisation()
    browser, url = as_user.board_of(organisation.key), f"{LIST}/{organisation.id}/jumlah"
    form = {"on": today.isoformat(), **COUNTS}
    for _again in range(2):
        assert browser.post(url, data=form).status_code == 303
    assert browser.post(url, data={**form, "inside": "13"}).status_code == 422
    rows = list(db.session.scalars(sa.select(Snapshot)))
    assert [row.inside for row in rows] == [12]


@pytest.mark.parametrize("change", [{"inside": "-1"}, {"outside": "banyak"}, {"on": "besok"}])
def test_bad_counts_are_refused(add_organisation: Any, as_user: Any, today: Any, change: dict[str, str]) -> None:
    organisation = add_organisation()
    form = {"on": today.isoformat(), **COUNTS, **change}
    assert as_user.admin().post(f"{LIST}/{organisation.id}/jumlah", data=form).status_code == 422


def test_what_was_not_counted_stays_empty_and_shows_as_a_dash(add_organisation: Any, as_user: Any, today: Any) -> None:
    organisation = add_organisation()
    browser, page = as_user.board_of(organisation.key), f"{LIST}/{organisation.id}"
    assert 'value="0"' not in browser.get(f"{page}/jumlah").text
    form = {"on": today.isoformat(), "inside": "", "outside": "64", "carers": " ", "social_workers": "0"}
    assert browser.post(f"{page}/jumlah", data=form).status_code == 303
    row = db.session.scalars(sa.select(Snapshot)).one()
    assert (row.inside, row.outside, row.carers, row.social_workers, row.served) == (None, 64, None, 0, 64)
    shown = browser.get(page).text
    assert "– dalam, 64 luar" in shown
    assert "– pengasuh, 0 pekerja sosial" in shown


def test_a_form_without_any_number_is_refused(add_organisation: Any, as_user: Any, today: Any) -> None:
    organisation = add_organisation()
    form = {"on": today.isoformat(), **dict.fromkeys(COUNTS, "")}
    answer = as_user.admin().post(f"{LIST}/{organisation.id}/jumlah", data=form)
    assert answer.status_code == 422
    assert "Tulis sekurang-kurangnya satu angka" in answer.text
    assert db.session.scalar(sa.select(Snapshot)) is None


def test_counts_of_tomorrow_are_refused(add_organisation: Any, as_user: Any, today: Any) -> None:
    organisation = add_organisation()
    form = {"on": (today + timedelta(days=1)).isoformat(), **COUNTS}
    assert as_user.admin().post(f"{LIST}/{organisation.id}/jumlah", data=form).status_code == 422


def test_a_page_names_three_steps_at_most(add_organisation: Any, as_user: Any) -> None:
    organisation = add_organisation()
    page = as_user.admin().get(f"{LIST}/{organisation.id}").text
    steps = page.split('class="note note-warn"', 1)[1].split("</section>", 1)[0]
    assert steps.count("<li>") == 3


def test_upsert_twice_is_one_organisation(app: Any, db_session: Any, add_organisation: Any) -> None:
    values = {"kind": "LKSA", "legal_form": "yayasan", "region_code": "61.71", "is_demo": True}
    with app.test_request_context():
        first = services.upsert_organisation(code="DEMO-01", name="LKSA Enggang", actor=SYSTEM, **values)
        again = services.upsert_organisation(code="DEMO-01", name="LKSA Enggang Baru", actor=SYSTEM, **values)
    assert again.id == first.id
    assert (again.name, again.search_name, again.is_demo) == ("LKSA Enggang Baru", "lksaenggangbaru", True)
