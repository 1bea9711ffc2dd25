"""Loads the whole demo once, in the order in which a real year would have happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from lms.core.enrolments.models import Enrolment
from lms.core.enrolments.services import link_token
from lms.core.workshops.enums import WorkshopStatus
from lms.core.workshops.models import Organiser, Workshop
from lms.demo import (
    answers,
    attendance,
    base,
    door,
    essays,
    materials,
    papers,
    plans,
    practice,
    registry,
    reporting,
    workshops,
)
from lms.kernel.clock import now
from lms.kernel.db import unit_of_work
from lms.kernel.i18n import page_zone
from lms.plugins.quiz.enums import QuizKind


@dataclass(frozen=True, kw_only=True)
class Tour:
    """What `lms demo` prints to try."""

    ticket_path: str
    speaker_path: str
    workshop_id: int


def load() -> None:
    """Make the demo; call it only on an installation without one."""
    today = now().astimezone(page_zone()).date()
    organiser = base.load_base()
    registry.load_organisations(today)
    _load_past(organiser, today - timedelta(days=62))
    running = _load_running(organiser, today - timedelta(days=1))
    _load_coming(organiser, today)
    reporting.add_reports(organiser, today=today)
    people = workshops.participants_of(running)
    base.load_accounts(
        base.accounts_of(organiser=organiser, workshop_id=running.id, affiliation_key=people[0].affiliation_key)
    )
    answers.upload_picture(at=workshops.at(running.starts_on, "07.00"))
    essays.leave_file(running, at=workshops.at(running.starts_on, "07.10"))


def _load_past(organiser: Organiser, first: date) -> None:
    workshop = workshops.make_workshop(
        organiser=organiser, title=workshops.PAST_TITLE, first=first, status=WorkshopStatus.PUBLISHED
    )
    speakers = workshops.add_speakers(workshop)
    workshops.add_committee(workshop)
    people = workshops.add_participants(workshop, count=14)
    materials.add_materials(workshop, speakers)
    # Two people stay below 80 %: one came to half of the sessions, one to none.
    absent = {12: {"SESI-5", "SESI-6", "SESI-7", "SESI-8"}, 13: {f"SESI-{n}" for n in range(1, 9)}}
    attendance.fill(workshop, people, absent=absent, until=workshops.at(first + timedelta(days=2), "08.00"))
    answers.answer(workshop, QuizKind.PRE, people, at=workshops.at(first, "08.05"), right=5)
    last = first + timedelta(days=1)
    answers.answer(workshop, QuizKind.POST, people[:13], at=workshops.at(last, "14.50"), right=10)
    answers.evaluate(workshop, people[:12], at=workshops.at(last, "15.05"))
    plans.add_plans(people[:12], on=last, today=now().date())
    workshops.close(workshop)
    papers.issue_all(workshop, on=last + timedelta(days=3))
    papers.add_cases(workshop, on=last + timedelta(days=9))
    papers.add_wishes(workshop, on=last + timedelta(days=10))


def _load_running(organiser: Organiser, first: date) -> Workshop:
    workshop = workshops.make_workshop(
        organiser=organiser, title=workshops.RUNNING_TITLE, first=first, status=WorkshopStatus.PUBLISHED, capacity=28
    )
    speakers = workshops.add_speakers(workshop)
    workshops.add_committee(workshop)
    people = workshops.add_participants(workshop)
    special = workshops.add_special_people(workshop)
    materials.add_materials(workshop, speakers)
    # The odd cases of the first session are entered one by one, below.
    absent: dict[int, set[str]] = {number: {"SESI-1"} for number in (8, 9, 10, 11)}
    absent |= {number: {"SESI-2"} for number in door.ALONE} | {number: {"SESI-4"} for number in (13, 14, 15)}
    absent |= {22: {f"SESI-{n}" for n in range(1, 9)}, 23: {f"SESI-{n}" for n in range(1, 9)}}
    everybody: list[Enrolment] = [*people, special["long_name"], special["shared_phone"], special["substitute"]]
    attendance.fill(workshop, everybody, absent=absent, until=now())
    attendance.add_cases(workshop, people)
    door.add_cases(workshop, people, special["substitute"])
    answers.answer(workshop, QuizKind.PRE, people[1:20], at=workshops.at(first, "08.10"), right=4, stays_open=True)
    with unit_of_work():
        pictured = practice.with_picture(workshop.organiser_id)
    answers.play(workshop, people[1:20], pictured, at=workshops.at(first, "10.05"))
    practice.practise(workshop, people[:2], pictured, at=workshops.at(first, "07.30"))
    answers.add_key(workshop, at=workshops.at(first, "07.00"))
    answers.sort_bank(at=workshops.at(first, "07.00"))
    essays.write_plans(workshop, people[1:4], at=workshops.at(first, "11.00"))
    return workshop


def _load_coming(organiser: Organiser, today: date) -> None:
    workshops.make_workshop(
        organiser=organiser,
        title=workshops.NEXT_TITLE,
        first=today + timedelta(days=20),
        status=WorkshopStatus.PUBLISHED,
        capacity=40,
        days_before=25,
    )
    full = workshops.make_workshop(
        organiser=organiser,
        title=workshops.FULL_TITLE,
        first=today + timedelta(days=34),
        status=WorkshopStatus.PUBLISHED,
        capacity=4,
        days_before=40,
    )
    workshops.add_participants(full, count=4, days_before=36)


def tour() -> Tour:
    """Paths of a participant's and a speaker's personal link in the running workshop."""
    running = workshops.find(workshops.RUNNING_TITLE)
    participant = workshops.participants_of(running)[0]
    speaker = workshops.speakers_of(running)[0]
    return Tour(
        ticket_path=f"/t/{link_token(participant)}",
        speaker_path=f"/t/{link_token(speaker)}",
        workshop_id=running.id,
    )
