"""Making a workshop in a few fields, and changing everything about it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from lms.core.enrolments.enums import EnrolmentStatus
from lms.core.regions.models import Region
from lms.core.workshops import services
from lms.core.workshops.enums import WorkshopStatus
from lms.core.workshops.errors import WorkshopRefused
from lms.core.workshops.models import Organiser, Workshop
from lms.kernel import audit
from lms.kernel.db import db
from lms.kernel.permissions import SYSTEM, Role, Scope
from lms.kernel.registry import registry

NEW = "/kelola/lokakarya/baru"


@pytest.fixture
def organiser(factories: Any) -> Any:
    return factories.organiser(region_code="61.71")


@pytest.fixture
def staff(as_user: Any, organiser: Any) -> Any:
    return as_user.with_role(Role.PENYELENGGARA, Scope.ORGANISER, organiser.id)


def sent(organiser: Any, **changes: Any) -> dict[str, Any]:
    values = {
        "start": "template:", "title": "Keuangan LKS yang Terbuka", "organiser_id": organiser.id,
        "starts_on": "2027-01-20", "region_code": "61.71", "venue_name": "Balai Sahabat", "capacity": "40",
        "closes_on": "2027-01-15",
    }  # fmt: skip
    return {name: value for name, value in {**values, **changes}.items() if value is not None}


def newest() -> Workshop:
    found = db.session.scalars(sa.select(Workshop).order_by(Workshop.id.desc())).first()
    assert found is not None
    return found


def edited(workshop: Workshop, **changes: Any) -> dict[str, Any]:
    values = {
        "title": workshop.title, "starts_on": workshop.starts_on.isoformat(), "ends_on": workshop.ends_on.isoformat(),
        "region_code": workshop.region_code, "capacity": str(workshop.capacity), "has_waiting_list": "y",
        "venue_name": workshop.venue_name,
    }  # fmt: skip
    return {name: value for name, value in {**values, **changes}.items() if value is not None}


def test_a_draft_is_made_from_a_title_and_a_date(staff, organiser, client) -> None:
    page = staff.get(NEW).text
    assert page.count("<input") + page.count("<select") < 14  # eight fields, the token, hidden ones
    assert '<select id="organiser_id"' not in page  # there is only one
    assert staff.post(NEW, data=sent(organiser, venue_name="", closes_on="")).status_code == 303
    row = newest()
    assert (row.slug, row.status, row.day_count) == ("keuangan-lks-yang-terbuka-2027-01", WorkshopStatus.DRAFT, 1)
    assert client.get(f"/lokakarya/{row.slug}").status_code == 404
    assert [entry.action for entry in audit.entries(workshop_id=row.id)] == ["workshops.created"]


def test_registration_ends_with_the_last_second_of_its_day_at_the_place(staff, organiser) -> None:
    staff.post(NEW, data=sent(organiser))
    assert newest().registration_closes_at.isoformat() == "2027-01-15T16:59:59+00:00"


def test_a_template_brings_its_days(staff, organiser) -> None:
    for template in registry().workshop_templates.values():
        assert staff.post(NEW, data=sent(organiser, start=f"template:{template.key}")).status_code == 303
        assert newest().day_count == template.days


def test_an_earlier_workshop_is_copied_without_its_people(staff, organiser, factories) -> None:
    source = factories.workshop(
        organiser=organiser, summary="Ringkas", outcomes="Satu", contact_phone="+6281299990000", venue_name="Aula",
        starts_on=date(2026, 5, 1), ends_on=date(2026, 5, 3),
    )  # fmt: skip
    factories.enrolment(workshop=source)
    assert f'value="copy:{source.id}"' in staff.get(NEW).text
    staff.post(NEW, data=sent(organiser, start=f"copy:{source.id}", venue_name=""))
    row = newest()
    assert (row.summary, row.outcomes, row.contact_phone, row.venue_name, row.day_count) == (
        "Ringkas", "Satu", "+6281299990000", "Aula", 3,
    )  # fmt: skip
    assert row.id != source.id
    assert "0 terdaftar" in staff.get(f"/kelola/lokakarya/{row.id}/peserta").text


def test_workshops_of_others_are_neither_offered_nor_taken_as_a_source(staff, organiser, factories) -> None:
    foreign = factories.workshop()
    before = db.session.query(Workshop).count()
    assert f"copy:{foreign.id}" not in staff.get(NEW).text
    assert staff.post(NEW, data=sent(organiser, start=f"copy:{foreign.id}")).status_code == 422
    assert staff.post(NEW, data=sent(foreign.organiser)).status_code == 422
    assert db.session.query(Workshop).count() == before


def test_only_places_of_the_own_province_are_offered(staff, db_session) -> None:
    for code, parent, kind in (("63", None, "provinsi"), ("63.71", "63", "kota")):
        db_session.add(Region(code=code, name=code, kind=kind, parent_code=parent, search_name=code))
        db_session.flush()
    offered = staff.get(NEW).text.partition('name="region_code"')[2].partition("</select>")[0]
    assert 'value="61.12"' in offered
    assert 'value="61"' not in offered
    assert 'value="63.71"' not in offered


def test_two_workshops_of_one_title_have_two_addresses(staff, organiser) -> None:
    for _ in range(3):
        staff.post(NEW, data=sent(organiser))
    slugs = set(db.session.scalars(sa.select(Workshop.slug).where(Workshop.title == "Keuangan LKS yang Terbuka")))
    stem = "keuangan-lks-yang-terbuka-2027-01"
    assert slugs == {stem, f"{stem}-2", f"{stem}-3"}


def test_titles_of_any_script_get_an_address(db_session) -> None:
    assert services.free_slug("陈 🌸", date(2026, 11, 2)) == "lokakarya-2026-11"
    assert services.free_slug("Pelatihan: Étika & “Hukum”!", date(2026, 11, 2)) == "pelatihan-etika-hukum-2026-11"
    assert len(services.free_slug("kata " * 60, date(2026, 11, 2))) <= 100


BAD = [
    ({"title": ""}, "title"), ({"title": "x" * 301}, "title"), ({"starts_on": ""}, "starts_on"),
    ({"starts_on": "20 Januari"}, "starts_on"), ({"starts_on": "2027-02-30"}, "starts_on"),
    ({"starts_on": "0027-01-20", "closes_on": ""}, "starts_on"), ({"starts_on": "9999-12-31"}, "starts_on"),
    ({"closes_on": "2027-01-21"}, "closes_on"), ({"closes_on": "0001-01-01"}, "closes_on"),
    ({"capacity": ""}, "capacity"), ({"capacity": "-1"}, "capacity"), ({"capacity": "empat"}, "capacity"),
    ({"capacity": "1000000"}, "capacity"), ({"region_code": "99.99"}, "region_code"),
    ({"venue_name": "x" * 201}, "venue_name"), ({"start": "template:tidak-ada"}, "start"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "field"), BAD)
def test_bad_input_is_answered_on_the_field_in_both_languages_and_kept(staff, organiser, change, field) -> None:
    before, lines = db.session.query(Workshop).count(), []
    for language in ("id", "en"):
        with staff.session_transaction() as cookie:
            cookie["language"] = language
        data = {**sent(organiser), "venue_name": "Ketikan saya", **change}
        answer = staff.post(NEW, data=data)
        assert answer.status_code == 422
        lines.append(answer.text.partition(f'id="{field}-error"')[2].partition("</p>")[0])
        assert "venue_name" in change or "Ketikan saya" in answer.text
    assert all(lines)
    assert lines[0] != lines[1]
    assert db.session.query(Workshop).count() == before


@pytest.mark.parametrize(
    ("change", "field"),
    [({"ends_on": "2026-11-30"}, "ends_on"), ({"ends_on": "2027-12-30"}, "ends_on"),
     ({"opens_on": "2026-12-04"}, "opens_on"), ({"opens_on": "2026-11-20", "closes_on": "2026-11-19"}, "opens_on"),
     ({"contact_phone": "0561 765432"}, "contact_phone"), ({"summary": "x" * 601}, "summary"),
     ({"starts_on": "1899-12-02", "ends_on": "1899-12-02"}, "starts_on")],
)  # fmt: skip
def test_impossible_details_are_refused_on_the_field(staff, organiser, factories, change, field) -> None:
    workshop = factories.workshop(organiser=organiser, starts_on=date(2026, 12, 2), ends_on=date(2026, 12, 3))
    lines = []
    for language in ("id", "en"):
        with staff.session_transaction() as cookie:
            cookie["language"] = language
        answer = staff.post(f"/kelola/lokakarya/{workshop.id}/ubah", data=edited(workshop, **change))
        assert answer.status_code == 422
        lines.append(answer.text.partition(f'id="{field}-error"')[2].partition("</p>")[0])
    assert all(lines)
    assert lines[0] != lines[1]
    db.session.expire_all()
    assert workshop.starts_on == date(2026, 12, 2)


def test_details_are_shown_and_saved(staff, organiser, factories) -> None:
    workshop = factories.workshop(organiser=organiser, starts_on=date(2026, 12, 2), ends_on=date(2026, 12, 3))
    url = f"/kelola/lokakarya/{workshop.id}/ubah"
    data = edited(
        workshop, summary="Dua hari belajar.", outcomes="Satu\nDua", opens_on="2026-11-01", closes_on="2026-11-27",
        contact_phone="0812 9999 0000", capacity="96", has_waiting_list=None, slug="curi", status="published",
        organiser_id="1",
    )  # fmt: skip
    assert staff.post(url, data=data).status_code == 303
    db.session.expire_all()
    assert (workshop.summary, workshop.capacity, workshop.has_waiting_list) == ("Dua hari belajar.", 96, False)
    assert (workshop.contact_phone, workshop.organiser_id) == ("+6281299990000", organiser.id)
    assert workshop.slug != "curi"
    page = staff.get(url).text
    for text in ('value="2026-11-01"', 'value="2026-11-27"', "Dua hari belajar.", 'value="96"'):
        assert text in page


def test_sessions_move_along_with_the_first_day(staff, organiser, factories) -> None:
    """Through the event: the schedule hears WorkshopMoved."""
    if "schedule" not in registry().infos:
        return
    from lms.plugins.schedule import api as schedule

    staff.post(NEW, data=sent(organiser, start=f"template:{next(iter(registry().workshop_templates))}"))
    workshop = newest()
    before = [row.starts_at for row in schedule.sessions_of(workshop.id)]
    assert before
    data = edited(
        workshop, starts_on="2027-01-23", ends_on=date.fromordinal(workshop.ends_on.toordinal() + 3).isoformat()
    )
    assert staff.post(f"/kelola/lokakarya/{workshop.id}/ubah", data=data).status_code == 303
    db.session.expire_all()
    after = [row.starts_at for row in schedule.sessions_of(workshop.id)]
    assert {(new - old).days for new, old in zip(after, before, strict=True)} == {3}


def test_more_seats_go_to_those_who_wait(staff, organiser, factories) -> None:
    workshop = factories.workshop(organiser=organiser, capacity=1)
    factories.enrolment(workshop=workshop)
    waiting = [factories.enrolment(workshop=workshop, status=EnrolmentStatus.WAITLISTED) for _ in range(3)]
    data = edited(workshop, capacity="3")
    page = staff.post(f"/kelola/lokakarya/{workshop.id}/ubah", data=data, follow_redirects=True).text
    assert [row.is_confirmed for row in waiting] == [True, True, False]
    assert waiting[0].person.full_name in page


def test_a_source_or_date_that_cannot_be_is_refused_by_the_service(factories, organiser) -> None:
    with pytest.raises(WorkshopRefused) as refused:
        services.create_workshop(
            organiser_id=organiser.id, title="X", starts_on=date(2027, 1, 1), region_code="61.71", actor=SYSTEM,
            closes_on=date(2028, 1, 1),
        )  # fmt: skip
    assert refused.value.field == "closes_on"


def test_whoever_may_not_create_does_not_see_the_form(as_user, factories, organiser) -> None:
    workshop = factories.workshop()
    for browser in (as_user.committee(workshop), as_user.door(workshop), as_user.observer("61")):
        assert browser.get(NEW).status_code == 403
        assert browser.post(NEW, data=sent(organiser)).status_code == 403


def test_without_an_organiser_the_form_says_what_is_missing(as_user, organiser) -> None:
    db.session.query(Organiser).delete()
    assert "Belum ada penyelenggara" in as_user.admin().get(NEW).text
