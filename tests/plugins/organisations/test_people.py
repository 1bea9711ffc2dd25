"""Trained people on an organisation's page: whom it counts and who may read names."""

from __future__ import annotations

from typing import Any

import pytest

from lms.kernel.permissions import Role

LIST = "/kelola/lembaga"
NAME = "Yohana Lestari"


@pytest.fixture
def own(add_organisation: Any, factories: Any) -> tuple[Any, Any]:
    """An organisation and the enrolment of one of its people in a workshop that is over."""
    organisation = add_organisation()
    workshop = factories.workshop(starts_in=-30)
    person = factories.person(full_name=NAME)
    return organisation, factories.enrolment(workshop=workshop, person=person, affiliation_key=organisation.key)


def page(browser: Any, organisation: Any) -> str:
    answer = browser.get(f"{LIST}/{organisation.id}")
    assert answer.status_code == 200
    return str(answer.text)


def test_board_and_the_organiser_of_the_workshop_read_names(own: Any, as_user: Any) -> None:
    organisation, enrolment = own
    for browser in (as_user.admin(), as_user.board_of(organisation.key), as_user.organiser(enrolment.workshop)):
        assert NAME in page(browser, organisation)


def test_observer_and_other_organisers_see_a_number_only(own: Any, as_user: Any, factories: Any) -> None:
    organisation, _enrolment = own
    for browser in (as_user.observer("61.71"), as_user.organiser(factories.workshop())):
        text = page(browser, organisation)
        assert NAME not in text
        assert "<dt>Orang terlatih</dt><dd>1</dd>" in text


def test_a_person_in_two_workshops_is_one_trained_person(own: Any, as_user: Any, factories: Any) -> None:
    organisation, enrolment = own
    workshop = factories.workshop(starts_in=-10)
    factories.enrolment(workshop=workshop, person=enrolment.person, affiliation_key=organisation.key)
    assert "<dt>Orang terlatih</dt><dd>1</dd>" in page(as_user.admin(), organisation)


def test_registered_for_tomorrow_is_not_trained_yet(own: Any, as_user: Any, factories: Any) -> None:
    organisation, _enrolment = own
    factories.enrolment(affiliation_key=organisation.key)
    assert "<dt>Orang terlatih</dt><dd>1</dd>" in page(as_user.admin(), organisation)


def test_narasumber_are_not_counted(own: Any, as_user: Any, factories: Any) -> None:
    organisation, enrolment = own
    factories.enrolment(workshop=enrolment.workshop, affiliation_key=organisation.key, role=Role.NARASUMBER)
    assert "<dt>Orang terlatih</dt><dd>1</dd>" in page(as_user.admin(), organisation)


def test_training_hours_come_from_the_programme(own: Any, as_user: Any, app: Any) -> None:
    organisation, enrolment = own
    if "schedule" not in app.blueprints:
        pytest.skip("the schedule is switched off")
    from datetime import time

    from lms.kernel.permissions import SYSTEM
    from lms.plugins.schedule import services as schedule
    from lms.plugins.schedule.api import Plan

    for start, end in (("08:00", "09:30"), ("10:00", "11:30")):
        plan = Plan(title="Kepemimpinan", day=1, jp=2, starts=time.fromisoformat(start), ends=time.fromisoformat(end))
        schedule.create_session(workshop_id=enrolment.workshop_id, plan=plan, actor=SYSTEM)
    assert "<dt>Jam pelajaran</dt><dd>4</dd>" in page(as_user.admin(), organisation)


def test_page_takes_the_same_statements_for_3_and_30_people(
    own: Any, as_user: Any, factories: Any, count_statements: Any
) -> None:
    organisation, enrolment = own
    browser = as_user.admin()

    def add(count: int) -> None:
        for _number in range(count):
            factories.enrolment(workshop=enrolment.workshop, affiliation_key=organisation.key)

    add(2)
    page(browser, organisation)
    count_statements()
    page(browser, organisation)
    few = count_statements()
    add(27)
    browser.get("/kelola/lembaga?q=zzz")
    count_statements()
    assert "<dt>Orang terlatih</dt><dd>30</dd>" in page(browser, organisation)
    assert count_statements() == few
