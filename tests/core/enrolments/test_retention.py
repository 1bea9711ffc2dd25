"""Contacts whose period is over: who loses them, who keeps them, and what the notice promises."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from lms.core.enrolments.retention import erase_old_contacts
from lms.core.jobs import erase_contacts
from lms.core.people.models import Person
from lms.kernel.audit import AuditEntry
from lms.kernel.clock import freeze, months_ago
from lms.kernel.settings import set_setting

TODAY = datetime(2030, 3, 31, 9, tzinfo=UTC)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


class Handle:
    """What a job tells of its progress."""

    done = 0

    def progress(self, done: int, total: int, message: str) -> None:
        self.done = done


@pytest.fixture
def attendee(factories: Any) -> Any:
    """`attendee(day, …)`: a person entered long ago whose workshops ended on those days."""

    def make(*days: datetime, **values: Any) -> Person:
        person: Person = factories.person(**{"email": "wati@contoh.id", "created_at": LONG_AGO, **values})
        for day in days:
            workshop = factories.workshop(starts_on=day.date(), ends_on=day.date())
            factories.enrolment(person=person, workshop=workshop)
        return person

    return make


def trail(db_session: Any) -> list[tuple[int | None, str, str]]:
    query = sa.select(AuditEntry.subject_id, AuditEntry.fields, AuditEntry.reason)
    return [tuple(row) for row in db_session.execute(query.filter_by(action="people.contacts_expired"))]


@pytest.mark.parametrize(
    ("moment", "months", "day"),
    [("2030-03-31", 1, "2030-02-28"), ("2030-03-31", 24, "2028-03-31"), ("2030-01-05", 1, "2029-12-05")],
)
def test_months_ago_stays_within_the_month(moment: str, months: int, day: str) -> None:
    with freeze(datetime.fromisoformat(moment).replace(tzinfo=UTC)):
        assert months_ago(months).isoformat() == day


def test_contacts_go_when_the_last_workshop_ended_before_the_period(db_session: Any, attendee: Any) -> None:
    old = attendee(TODAY - timedelta(days=1200), TODAY - timedelta(days=732))
    with freeze(TODAY):
        assert erase_old_contacts() == 1
    assert (old.phone_e164, old.email, old.erased_at) == (None, None, None)
    assert old.full_name.startswith("Orang")


def test_contacts_stay_to_the_last_day_of_the_period_and_with_a_later_workshop(db_session: Any, attendee: Any) -> None:
    edge = attendee(datetime(2028, 3, 31, tzinfo=UTC))
    again = attendee(LONG_AGO, TODAY + timedelta(days=30))
    new = attendee(created_at=TODAY - timedelta(days=3))
    with freeze(TODAY):
        assert erase_old_contacts() == 0
    assert all(person.phone_e164 and person.email for person in (edge, again, new))


def test_person_without_a_workshop_is_counted_from_being_entered(db_session: Any, attendee: Any) -> None:
    with freeze(TODAY):
        assert attendee().phone_e164
        assert erase_old_contacts() == 1


def test_period_is_the_setting(db_session: Any, attendee: Any) -> None:
    attendee(TODAY - timedelta(days=100))
    set_setting("core.contact_months", 3)
    with freeze(TODAY):
        assert erase_old_contacts() == 1


def test_job_works_in_batches_and_tells_the_trail_numbers_only(
    db_session: Any, attendee: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _number in range(3):
        attendee(LONG_AGO)
    handle = Handle()
    monkeypatch.setattr(erase_old_contacts, "__kwdefaults__", {"batch": 2})
    with freeze(TODAY):
        erase_contacts(job=handle)
        erase_contacts(job=Handle())  # again: nothing is left, and nothing is written
    assert handle.done == 3
    assert trail(db_session) == [(None, "phone_e164,email", "2"), (None, "phone_e164,email", "1")]


def test_privacy_notice_names_the_periods_of_the_settings(client: Any, speak: Any) -> None:
    set_setting("core.contact_months", 18)
    set_setting("quiz.answers_months", 7)
    speak(client, "en")
    page = client.get("/halaman/privasi").get_data(as_text=True)
    assert "18 months after your last workshop" in page
    assert "7 months after the workshop, then only scores and counts" in page


def test_a_period_below_one_month_is_refused(as_user: Any) -> None:
    browser = as_user.admin()
    answer = browser.post("/kelola/pengaturan", data={"core__contact_months": "0"})
    assert answer.status_code == 422
    assert 'id="core__contact_months-error"' in answer.get_data(as_text=True)
