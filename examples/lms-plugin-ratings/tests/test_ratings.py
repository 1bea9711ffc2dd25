"""Ratings, from the rule to the page."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from lms_ratings import evidence, personal_data, queries, services
from lms_ratings.errors import RatingRefused
from lms_ratings.models import Rating

from lms.sdk import EnrolmentCancelled, EnrolmentStatus, Role, publish, unit_of_work


@pytest.fixture
def participant(factories: Any) -> Any:
    """A confirmed participant of a workshop that begins today."""
    return factories.enrolment(workshop=factories.workshop(starts_in=0))


def stars_of(db_session: Any) -> list[int]:
    return list(db_session.scalars(sa.select(Rating.stars).order_by(Rating.id)))


def test_second_rating_replaces_the_first(db_session: Any, participant: Any) -> None:
    services.rate(enrolment_id=participant.id, stars=2, remark="Ruangan panas")
    services.rate(enrolment_id=participant.id, stars=5)
    assert [(row.stars, row.remark) for row in db_session.scalars(sa.select(Rating))] == [(5, "")]


@pytest.mark.parametrize(
    "values", [{"role": Role.NARASUMBER}, {"status": EnrolmentStatus.WAITLISTED}, {"status": EnrolmentStatus.CANCELLED}]
)
def test_only_confirmed_participants_rate(db_session: Any, factories: Any, values: dict[str, Any]) -> None:
    person = factories.enrolment(workshop=factories.workshop(starts_in=0), **values)
    with pytest.raises(RatingRefused):
        services.rate(enrolment_id=person.id, stars=5)
    assert stars_of(db_session) == []


def test_nobody_rates_before_the_first_day(factories: Any) -> None:
    early = factories.enrolment(workshop=factories.workshop(starts_in=3))
    with pytest.raises(RatingRefused):
        services.rate(enrolment_id=early.id, stars=5)


def test_database_refuses_six_stars(db_session: Any, participant: Any) -> None:
    with pytest.raises(sa.exc.IntegrityError):
        services.rate(enrolment_id=participant.id, stars=6)


def test_giving_up_the_place_takes_the_rating_along(db_session: Any, participant: Any) -> None:
    services.rate(enrolment_id=participant.id, stars=4)
    with unit_of_work():
        publish(EnrolmentCancelled(enrolment_id=participant.id, workshop_id=participant.workshop_id))
    assert stars_of(db_session) == []


def test_summary_is_of_one_workshop(factories: Any, participant: Any) -> None:
    second = factories.enrolment(workshop=participant.workshop)
    elsewhere = factories.enrolment(workshop=factories.workshop(starts_in=0))
    for person, stars in ((participant, 5), (second, 2), (elsewhere, 1)):
        services.rate(enrolment_id=person.id, stars=stars)
    assert queries.summary_of(participant.workshop_id) == queries.Summary(count=2, mean=Decimal("3.5"))


def test_evidence_names_those_who_rated(factories: Any, participant: Any) -> None:
    other = factories.enrolment(workshop=participant.workshop)
    services.rate(enrolment_id=participant.id, stars=3)
    found = evidence.given(workshop_id=participant.workshop_id, enrolment_ids=[participant.id, other.id])
    assert found == {participant.id: Decimal(1)}


def test_erasure_keeps_the_stars_and_drops_the_remark(db_session: Any, participant: Any) -> None:
    services.rate(enrolment_id=participant.id, stars=1, remark="Kata Pak Budi terlalu cepat")
    personal_data.erase(participant.person_id)
    [kept] = personal_data.export(participant.person_id)["ratings"]  # type: ignore[misc]
    assert (kept["stars"], kept["remark"]) == (1, "")
    json.dumps(kept)  # a copy for the person is plain values


def test_ticket_leads_to_the_page_and_saves(as_user: Any, participant: Any, db_session: Any) -> None:
    browser = as_user.ticket(participant)
    assert "/tiket/penilaian" in browser.get("/tiket").text
    answer = browser.post("/tiket/penilaian", data={"stars": "4", "remark": "Bagus"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/tiket")
    assert stars_of(db_session) == [4]
    assert "4 bintang" in browser.get("/tiket").text


def test_page_without_stars_keeps_what_was_typed(as_user: Any, participant: Any, db_session: Any) -> None:
    answer = as_user.ticket(participant).post("/tiket/penilaian", data={"remark": "Lebih banyak praktik"})
    assert answer.status_code == 422
    assert "Lebih banyak praktik" in answer.text
    assert stars_of(db_session) == []


def test_ticket_shows_no_tile_before_the_first_day(as_user: Any, factories: Any) -> None:
    early = factories.enrolment(workshop=factories.workshop(starts_in=3))
    browser = as_user.ticket(early)
    assert "/tiket/penilaian" not in browser.get("/tiket").text
    refused = browser.post("/tiket/penilaian", data={"stars": "4"})
    assert refused.status_code == 422
    assert "belum dimulai" in refused.text


def test_overview_shows_the_mean_to_staff_only(as_user: Any, participant: Any, factories: Any) -> None:
    workshop = participant.workshop
    page = f"/kelola/lokakarya/{workshop.id}"
    assert "ratings-summary" not in as_user.organiser(workshop).get(page).text
    services.rate(enrolment_id=participant.id, stars=4)
    assert "ratings-summary" in as_user.organiser(workshop).get(page).text
    assert "ratings-summary" not in as_user.door(workshop).get(page).text


def test_workshop_that_switched_ratings_off_shows_nothing(as_user: Any, factories: Any) -> None:
    workshop = factories.workshop(starts_in=0, disabled_features="ratings")
    browser = as_user.ticket(factories.enrolment(workshop=workshop))
    assert "/tiket/penilaian" not in browser.get("/tiket").text
    assert browser.get("/tiket/penilaian").status_code == 404


def test_page_speaks_english_when_asked(as_user: Any, participant: Any) -> None:
    browser = as_user.ticket(participant)
    assert "Nilai lokakarya" in browser.get("/tiket/penilaian").text
    with browser.session_transaction() as cookie:
        cookie["language"] = "en"
    assert "Rate the workshop" in browser.get("/tiket/penilaian").text


def test_strangers_are_asked_for_their_ticket(client: Any) -> None:
    assert client.get("/tiket/penilaian").status_code == 302


def test_the_product_lists_the_plugin(app: Flask) -> None:
    assert "ratings" in app.extensions["lms_registry"].infos
