"""The door of the demo: phones, rules, excuses, self check-in, wrong clocks, a guest who waits, and signatures."""

from __future__ import annotations

from datetime import datetime, timedelta

from lms.core.enrolments.models import Enrolment
from lms.core.workshops.models import Workshop
from lms.demo import workshops
from lms.kernel.clock import freeze, now
from lms.kernel.db import db, unit_of_work
from lms.kernel.permissions import SYSTEM, Role
from lms.plugins.checkin import absences, devices, documents, rules, services, signatures
from lms.plugins.checkin.absences import Told
from lms.plugins.checkin.enums import AbsenceKind, Direction, Flag, Method, Mode, Reason, Strength, Verdict
from lms.plugins.checkin.models import Device, Scan, WalkIn
from lms.plugins.checkin.rules import Rule
from lms.plugins.checkin.services import PLAIN, Circumstances
from lms.plugins.checkin.sheet_rows import SheetKey
from lms.plugins.schedule.api import Session, sessions_of

ALONE = (16, 17, 18, 19)  # people of the second session who check in with their own phones; the first two share one
_DRAWN = (
    "M40 70L60 30L75 62L95 28L110 66L140 40L170 58L200 44L250 52",
    "M30 50L60 20L80 74L120 30L150 70L210 40L270 60",
)


def add_cases(workshop: Workshop, people: list[Enrolment], substitute: Enrolment) -> None:
    """Everything that the pages about attendance can show, on the first two days."""
    by_code = {session.code: session for session in sessions_of(workshop.id)}
    first, second, third = (by_code[f"SESI-{number}"] for number in (1, 2, 3))
    front = _phones(workshop, first, people)
    _alone(second, people)
    _clocks(third, people, front)
    _excuses(by_code, people, substitute)
    _rules(by_code, people)
    with freeze(second.starts_at + timedelta(minutes=30)), unit_of_work():
        for person, path in zip((people[18], people[19]), _DRAWN, strict=True):
            signatures.sign(session=second, enrolment=person, path=path)
    with freeze(second.ends_at), unit_of_work():  # a print that its checking page knows
        key = SheetKey(workshop=workshop, day=second.day, role=Role.PESERTA)
        documents.sheet_pdf(key, mode="filled", actor=SYSTEM)


def _phones(workshop: Workshop, session: Session, people: list[Enrolment]) -> Device:
    """One phone at work, one that was lost: what it still sends waits for somebody to look at it."""
    with freeze(session.starts_at - timedelta(hours=2)), unit_of_work():
        front, _token = devices.grant_device(workshop=workshop, session=None, name="Pintu depan, Rudi", actor=SYSTEM)
        side, _token = devices.grant_device(workshop=workshop, session=None, name="Pintu samping, Sari", actor=SYSTEM)
    with freeze(session.starts_at + timedelta(minutes=50)), unit_of_work():
        devices.revoke_device(device=side, actor=SYSTEM)
        front.seen_at = front.roster_at = now()
    with freeze(session.starts_at + timedelta(minutes=70)), unit_of_work():
        _scan(session, people[1], Method.BADGE, "again", device=front.key)
        db.session.add(
            Scan(
                workshop_id=workshop.id,
                session_id=session.id,
                enrolment_id=people[22].id,
                device=side.key,
                client_id="demo-late",
                client_time=session.starts_at + timedelta(minutes=5),
                server_time=now(),
                at=session.starts_at + timedelta(minutes=5),
                skew_seconds=0,
                method=Method.BADGE,
                verdict=Verdict.QUARANTINED,
                reason=Reason.REVOKED_DEVICE,
                flags=Flag.SENT_LATER,
            )
        )
        db.session.add(
            WalkIn(
                workshop_id=workshop.id,
                session_id=session.id,
                device=front.key,
                client_id="demo-guest",
                full_name="Nurlela",
                phone_e164="+6281200000004",
                affiliation="LKSA Bina Harapan",
                position="Pengasuh",
                at=session.starts_at + timedelta(minutes=20),
                received_at=now(),
            )
        )
    return front


def _alone(session: Session, people: list[Enrolment]) -> None:
    """Self check-in with the code on the screen: two with one phone, two with their own, one of whom also leaves."""
    for number in ALONE:
        moment = session.starts_at + timedelta(minutes=number - 20)
        with freeze(moment), unit_of_work():
            around = Circumstances(code_age=12, phone="demo-phone-a" if number < 18 else f"demo-phone-{number}")
            _scan(session, people[number], Method.VENUE_CODE, "alone", device=services.CLAIM_DEVICE, around=around)
    with freeze(session.ends_at), unit_of_work():
        around = Circumstances(code_age=8, phone="demo-phone-18")
        claim = services.CLAIM_DEVICE
        _scan(session, people[18], Method.VENUE_CODE, "out", device=claim, direction=Direction.OUT, around=around)


def _clocks(session: Session, people: list[Enrolment], front: Device) -> None:
    """A phone whose clock was 43 minutes ahead and that had no signal; one scan of it was a mistake."""
    with freeze(session.ends_at), unit_of_work():
        for number in (2, 3):
            seen = session.starts_at + timedelta(minutes=number)
            around = Circumstances(
                client_time=seen + timedelta(minutes=43),
                skew_seconds=43 * 60,
                flags=frozenset({Flag.CLOCK_SKEW, Flag.SENT_LATER}),
            )
            _scan(session, people[number], Method.BADGE, "skewed", device=front.key, around=around, at=seen)
        services.undo(session=session, enrolment=people[5], reason="Salah orang, kartu tertukar", actor=SYSTEM)
        _scan(session, people[5], Method.SEARCH, "anew", device=front.key, at=session.starts_at)


def _excuses(by_code: dict[str, Session], people: list[Enrolment], substitute: Enrolment) -> None:
    sick = Told(kind=AbsenceKind.SICK, note="Kabar lewat telepon dari pengurus")
    letter = Told(kind=AbsenceKind.SUBSTITUTED, letter="012/ST/XI/2026", substitute_id=substitute.id)
    leave = Told(kind=AbsenceKind.EXCUSED, letter="045/LKSA/XI/2026", note="Rapat di dinas sosial kabupaten")
    first_day = [by_code[f"SESI-{number}"] for number in range(1, 5)]
    with freeze(first_day[0].starts_at - timedelta(minutes=30)), unit_of_work():
        absences.record(sessions=first_day, enrolment=people[22], told=sick, actor=SYSTEM)
        absences.record(sessions=first_day, enrolment=people[23], told=letter, actor=SYSTEM)
        absences.record(sessions=[by_code["SESI-4"]], enrolment=people[15], told=leave, actor=SYSTEM)
        second_day = [session for session in by_code.values() if session.counts_attendance and session.day > 1]
        told = Told(kind=AbsenceKind.SUBSTITUTED, substitute_id=substitute.id)
        absences.record(sessions=second_day, enrolment=people[23], told=told, actor=SYSTEM)


def _rules(by_code: dict[str, Session], people: list[Enrolment]) -> None:
    """After the scans: the question would have asked everybody."""
    question = Rule(question="Ukuran baju: S, M, L atau XL?")
    with freeze(workshops.at(people[0].workshop.starts_on, "17.00")), unit_of_work():
        rules.save(session=by_code["SESI-2"], rule=Rule(mode=Mode.ENTRY_EXIT), actor=SYSTEM)
        rules.save(session=by_code["SESI-5"], rule=Rule(required=Strength.FAIR, has_second_code=True), actor=SYSTEM)
        rules.save(session=by_code["SESI-4"], rule=question, actor=SYSTEM)
        _scan(by_code["SESI-4"], people[14], Method.BADGE, "asked", device="demo", at=by_code["SESI-4"].starts_at)
        answer = Circumstances(answer="L")
        _scan(by_code["SESI-4"], people[13], Method.BADGE, "told", device="demo", around=answer, at=now())


def _scan(
    session: Session,
    person: Enrolment,
    method: Method,
    key: str,
    *,
    device: str,
    around: Circumstances = PLAIN,
    direction: Direction = Direction.IN,
    at: datetime | None = None,
) -> None:
    services.check_in(
        session=session,
        enrolment=person,
        method=method,
        device=device,
        client_id=f"{session.id}-{person.id}-{key}",
        actor=SYSTEM,
        at=at,
        around=around,
        direction=direction,
    )
