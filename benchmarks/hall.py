"""The seeded installation: one running workshop with a full hall, a small one beside it, and who is signed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask

from lms.core.accounts import sessions
from lms.core.accounts.services import create_account, grant
from lms.core.enrolments.enums import EnrolmentStatus, Source
from lms.core.enrolments.models import Enrolment
from lms.core.enrolments.queries import BADGE
from lms.core.people.models import Person
from lms.core.people.names import search_key
from lms.core.workshops.enums import WorkshopStatus
from lms.core.workshops.models import Workshop
from lms.demo import base, workshops
from lms.demo.seed import PASSWORD
from lms.kernel.clock import now
from lms.kernel.db import db, unit_of_work
from lms.kernel.i18n import page_zone
from lms.kernel.permissions import SYSTEM, Role, Scope
from lms.kernel.tokens import CODE_ALPHABET, make_token
from lms.plugins.checkin.devices import grant_device
from lms.plugins.quiz import services as quizzes
from lms.plugins.quiz.bank_models import Question
from lms.plugins.quiz.enums import QuestionKind, QuizKind
from lms.plugins.quiz.models import Quiz
from lms.plugins.quiz.queries import quizzes_of
from lms.plugins.quiz.quizzes import add_quiz, open_quiz
from lms.plugins.schedule.api import Session, attendance_sessions, open_session

SMALL = 10  # people of the small workshop, whose pages must cost as many statements as the big one's
GATE, GATE_FIRST = 2000, 600_000  # people of the workshop whose doors have scanners, and the first one's number
DOORS = 4
EXAM_QUESTIONS = 20
_PER_ORGANISATION = 3
_REGIONS = ("61.71", "61.12", "61.01")
_FIRST = ("Siti", "Maria", "Yohanes", "Dewi", "Agus", "Kristina", "Rudi", "Fatimah", "Petrus", "Nurul")
_LAST = ("Wulandari", "Saputra", "Anong", "Hartati", "Lestari", "Gunawan", "Mayang", "Irawan", "Susanti", "Pratama")


@dataclass(frozen=True, kw_only=True)
class Room:
    """A workshop with its running session and its confirmed participants."""

    workshop_id: int
    slug: str
    session_id: int
    people: list[int]


@dataclass(frozen=True, kw_only=True)
class Hall:
    """What scenarios need to know; cookies and tokens are made with the keys of the installation itself."""

    app: Flask
    big: Room
    small: Room
    gate: Room  # whom scanners with device tokens let in
    devices: list[str]  # their tokens
    staff: str  # session keys
    tickets: list[str]
    quiz_id: int
    exam_id: int  # of EXAM_QUESTIONS, open, that nobody has begun

    def staff_cookie(self) -> dict[str, str]:
        """The cookie jar of a signed-in organiser."""
        return self._cookie(self.staff)

    def ticket_cookie(self, number: int) -> dict[str, str]:
        """The cookie jar of the phone of participant `number`."""
        return self._cookie(self.tickets[number])

    def badge(self, number: int, room: Room | None = None) -> str:
        """What the QR code on the badge of participant `number` says."""
        return self.badge_of((room or self.big).people[number])

    def badge_of(self, enrolment_id: int) -> str:
        """What the QR code on the badge of this enrolment says."""
        with self.app.app_context():
            return make_token(BADGE, enrolment_id, 1)

    def _cookie(self, key: str) -> dict[str, str]:
        interface: Any = self.app.session_interface
        signer = interface.get_signing_serializer(self.app)
        body = {"_user_id": key, "_fresh": True, "_permanent": True}
        return {self.app.config["SESSION_COOKIE_NAME"]: signer.dumps(body)}


def fill(app: Flask, people: int) -> Hall:
    """Seed an empty, migrated installation; raises RuntimeError when it holds data already."""
    with app.app_context(), app.test_request_context():
        if base.is_loaded():
            raise RuntimeError("this database holds an installation already: name an empty one")
        organiser = base.load_base()
        today = now().astimezone(page_zone()).date()
        big = workshops.make_workshop(
            organiser=organiser, title="Lokakarya satu aula", first=today, status=WorkshopStatus.PUBLISHED, capacity=0
        )
        workshops.add_speakers(big)
        small = workshops.make_workshop(
            organiser=organiser, title="Lokakarya kecil", first=today, status=WorkshopStatus.PUBLISHED, capacity=40
        )
        gate = workshops.make_workshop(
            organiser=organiser, title="Lokakarya dua pintu", first=today, status=WorkshopStatus.PUBLISHED, capacity=0
        )
        rooms = [_room(big, people, first_id=10_000), _room(small, SMALL, first_id=500_000)]
        rooms.append(_room(gate, GATE, first_id=GATE_FIRST))
        quiz = _open_quiz(big, rooms[0].people[:1])
        tickets, staff = _sessions(rooms[0].people, organiser.id)
        return Hall(
            app=app,
            big=rooms[0],
            small=rooms[1],
            gate=rooms[2],
            devices=devices(gate, DOORS),
            staff=staff,
            tickets=tickets,
            quiz_id=quiz.id,
            exam_id=_open_exam(big).id,
        )


def devices(workshop: Workshop, count: int) -> list[str]:
    """The tokens of so many phones that may scan at this workshop."""
    with unit_of_work():
        names = [f"Pintu {number + 1}" for number in range(count)]
        return [grant_device(workshop=workshop, session=None, name=name, actor=SYSTEM)[1] for name in names]


def crowd(hall: Hall, count: int) -> list[int]:
    """Register so many more people at the gate, as an import would; their enrolments."""
    first = GATE_FIRST + 100_000
    with hall.app.app_context():
        with unit_of_work():
            _people(hall.gate.workshop_id, count, first)
        db.session.remove()
    return [first + number for number in range(count)]


def _room(workshop: Workshop, count: int, *, first_id: int) -> Room:
    moment, session = now(), attendance_sessions(workshop.id)[0]
    with unit_of_work():
        _people(workshop.id, count, first_id)
        db.session.execute(
            sa.update(Session)
            .where(Session.id == session.id)
            .values(starts_at=moment - timedelta(minutes=5), ends_at=moment + timedelta(hours=2))
        )
        open_session(session_id=session.id, actor=SYSTEM)
    return Room(
        workshop_id=workshop.id,
        slug=workshop.slug,
        session_id=session.id,
        people=[first_id + n for n in range(count)],
    )


def _people(workshop_id: int, count: int, first_id: int) -> None:
    db.session.execute(sa.insert(Person), [_person(first_id + n, n) for n in range(count)])
    db.session.execute(sa.insert(Enrolment), [_enrolment(workshop_id, first_id + n, n) for n in range(count)])


def _person(number: int, place: int) -> dict[str, Any]:
    name = f"{_FIRST[place % 10]} {_LAST[place // 10 % 10]} {place // 100 + 1}"
    return {
        "id": number,
        "full_name": name,
        "search_name": search_key(name),
        "phone_e164": f"+6281{number:09d}",
        "created_at": now(),
    }


def _enrolment(workshop_id: int, number: int, place: int) -> dict[str, Any]:
    organisation = place // _PER_ORGANISATION
    return {
        "id": number,
        "workshop_id": workshop_id,
        "person_id": number,
        "role": Role.PESERTA,
        "status": EnrolmentStatus.CONFIRMED,
        "source": Source.ONLINE,
        "affiliation": f"LKSA Contoh Nomor {organisation}",
        "affiliation_key": f"name:lksacontohnomor{organisation}",
        "region_code": _REGIONS[organisation % len(_REGIONS)],
        "position": "Pengasuh",
        "ticket_code": _code(number),
        "registered_at": now(),
    }


def _code(number: int) -> str:
    letters = []
    for _place in range(6):
        number, index = divmod(number, len(CODE_ALPHABET))
        letters.append(CODE_ALPHABET[index])
    return "".join(letters)


def _open_quiz(workshop: Workshop, people: list[int]) -> Quiz:
    quiz = next(row for row in quizzes_of(workshop.id) if not row.is_evaluation)
    with unit_of_work():
        open_quiz(quiz_id=quiz.id, actor=SYSTEM)
        for enrolment_id in people:
            quizzes.start(quiz_id=quiz.id, enrolment_id=enrolment_id)
    return quiz


def _open_exam(workshop: Workshop) -> Quiz:
    shared = sa.select(Question).where(Question.kind == QuestionKind.SINGLE).order_by(Question.code)
    with unit_of_work():
        questions = list(db.session.scalars(shared.limit(EXAM_QUESTIONS)))
        quiz = add_quiz(workshop_id=workshop.id, kind=QuizKind.SESSION, title="Kuis satu aula", questions=questions)
        return open_quiz(quiz_id=quiz.id, actor=SYSTEM)


def _sessions(people: list[int], organiser_id: int) -> tuple[list[str], str]:
    """Signed-in phones of all participants, and of one organiser."""
    with unit_of_work():
        account = create_account(
            name="Penyelenggara", email="ukur@contoh.id", phone=None, password=PASSWORD, actor=SYSTEM, is_demo=True
        )
        grant(
            account_id=account.id, role=Role.PENYELENGGARA, scope=Scope.ORGANISER, ref=str(organiser_id), actor=SYSTEM
        )
        staff = sessions.open_session(account_id=account.id)
        rows = {row.id: row for row in db.session.scalars(sa.select(Enrolment).where(Enrolment.id.in_(people)))}
        return [sessions.open_session(enrolment=rows[number]) for number in people], staff


def present(hall: Hall, room: Room | None = None) -> set[int]:
    """Enrolments with an attendance at the session of a room, the big one by default, read from the database."""
    from lms.plugins.checkin.queries import attendance_of

    where = room or hall.big
    with hall.app.app_context():
        found = attendance_of(where.workshop_id)
        db.session.remove()
    return {number for number, sessions_of_it in found.items() if where.session_id in sessions_of_it}
