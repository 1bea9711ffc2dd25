"""The demo's workshops: one that runs now, one that is over, and two that can be registered for."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from lms.core.enrolments.enums import EnrolmentStatus, Source
from lms.core.enrolments.models import Enrolment
from lms.core.enrolments.queries import enrolments_of
from lms.core.enrolments.services import enrol
from lms.core.people.enums import Gender
from lms.core.people.models import Person
from lms.core.people.services import find_or_create
from lms.core.workshops.enums import WorkshopStatus
from lms.core.workshops.models import Organiser, Workshop
from lms.core.workshops.services import create_workshop, set_status
from lms.demo.seed import LONG_NAME, TITLE, organisation_names, rows
from lms.kernel.clock import freeze
from lms.kernel.db import db, unit_of_work
from lms.kernel.permissions import SYSTEM, Role
from lms.plugins.schedule.api import assign, sessions_of

ZONE = ZoneInfo("Asia/Pontianak")
PONTIANAK = "61.71"
OUTCOMES = (
    "Memeriksa kelengkapan dokumen lembaga dan kesiapan akreditasi\n"
    "Menyusun laporan keuangan nonlaba yang mudah diperiksa\n"
    "Membawa pulang rencana tindak lanjut tiga baris untuk lembaga Anda"
)

RUNNING_TITLE, PAST_TITLE = f"Lokakarya {TITLE}", f"Lokakarya {TITLE}, angkatan pertama"
NEXT_TITLE, FULL_TITLE = "Lokakarya Keuangan LKS yang Terbuka dan Mudah Diperiksa", "Klinik RTL dan Kontrol Program"


def at(day: date, clock: str) -> datetime:
    """A moment of the demo: `at(day, "08.12")` in Pontianak."""
    hour, minute = clock.split(".")
    return datetime.combine(day, time(int(hour), int(minute)), ZONE)


def make_workshop(
    *, organiser: Organiser, title: str, first: date, status: WorkshopStatus, capacity: int = 40, days_before: int = 21
) -> Workshop:
    """A workshop from the two-day template, made `days_before` its first day."""
    with freeze(at(first - timedelta(days=days_before), "09.00")), unit_of_work():
        workshop = create_workshop(
            organiser_id=organiser.id,
            title=title,
            starts_on=first,
            region_code=PONTIANAK,
            actor=SYSTEM,
            template="two_days_15jp",
            venue_name="Aula BK3S Kalimantan Barat",
            capacity=capacity,
            is_demo=True,
        )
        workshop.venue_address = "Jalan Contoh Nomor 1, Pontianak Selatan"
        workshop.summary = (
            "Dua hari belajar bersama praktisi: kebijakan LKS, kepemimpinan, administrasi, keuangan, "
            "dan pengendalian program."
        )
        workshop.outcomes, workshop.contact_phone = OUTCOMES, "+6281200000099"
        set_status(workshop_id=workshop.id, status=WorkshopStatus.PUBLISHED, actor=SYSTEM)
    if status is not WorkshopStatus.PUBLISHED:
        with freeze(at(first + timedelta(days=3), "10.00")), unit_of_work():
            set_status(workshop_id=workshop.id, status=status, actor=SYSTEM)
    return workshop


def add_speakers(workshop: Workshop) -> dict[str, Enrolment]:
    """The five narasumber with their sessions; `{session code: narasumber}`."""
    speakers: dict[str, Enrolment] = {}
    with freeze(at(workshop.starts_on - timedelta(days=14), "10.00")), unit_of_work():
        for number, row in enumerate(rows("narasumber_demo"), start=1):
            person = find_or_create(
                full_name=row["nama"],
                phone=f"+62812000001{number:02d}",
                title_front=row["gelar_depan"],
                title_back=row["gelar_belakang"],
                is_demo=True,
            )
            speaker = enrol(
                workshop=workshop,
                person=person,
                role=Role.NARASUMBER,
                affiliation=row["instansi"],
                position=row["keahlian"],
            )
            speakers.update({code.strip(): speaker for code in row["sesi"].split(",")})
        for session in sessions_of(workshop.id):
            if session.code in speakers:
                assign(session=session, speaker_ids=[speakers[session.code].id])
    return speakers


def add_committee(workshop: Workshop) -> None:
    """Two members of the committee with their tasks."""
    members = (("Dimas Pratama", "Ketua panitia", "+6281200000201"), ("Sela Marlina", "Registrasi", "+6281200000202"))
    with freeze(at(workshop.starts_on - timedelta(days=14), "11.00")), unit_of_work():
        for name, task, phone in members:
            person = find_or_create(full_name=name, phone=phone, is_demo=True)
            enrol(workshop=workshop, person=person, role=Role.PANITIA, task=task, affiliation=workshop.organiser.name)


def add_participants(workshop: Workshop, *, count: int = 24, days_before: int = 10) -> list[Enrolment]:
    """The first `count` of the 24 invented participants, registered one after the other."""
    names = organisation_names()
    made: list[Enrolment] = []
    for row in rows("peserta_demo")[:count]:
        moment = at(workshop.starts_on - timedelta(days=days_before), "08.00") + timedelta(hours=2 * len(made))
        with freeze(moment), unit_of_work():
            person = find_or_create(
                full_name=row["nama"],
                phone=row["no_hp"],
                gender=Gender(row["jk"]),
                is_demo=True,
                title_front=row["gelar_depan"],
                title_back=row["gelar_belakang"],
            )
            made.append(_enrolled(workshop, person, names[row["kode_organisasi"]], row["jabatan"]))
    return made


def add_special_people(workshop: Workshop) -> dict[str, Enrolment]:
    """People of the cases: a very long name, two with one phone, a substitute, one who cancelled, one who waits."""
    names = organisation_names()
    wanted = {
        "long_name": (LONG_NAME, "+6281200000031", "DEMO-05", "Pengurus", EnrolmentStatus.CONFIRMED),
        "shared_phone": ("Yuliana", "+6281200000004", "DEMO-02", "Pengasuh", EnrolmentStatus.CONFIRMED),
        "substitute": (
            "Marselinus Anong",
            "+6281200000032",
            "DEMO-16",
            "Pengganti Wahyuni, surat tugas 012/ST/XI",
            EnrolmentStatus.CONFIRMED,
        ),
        "cancelled": ("Bambang Irawan", "+6281200000033", "DEMO-11", "Sekretaris", EnrolmentStatus.CANCELLED),
        "waiting": ("Agnes Mayang", "+6281200000034", "DEMO-10", "Pekerja Sosial", EnrolmentStatus.WAITLISTED),
    }
    made = {}
    with freeze(at(workshop.starts_on - timedelta(days=5), "14.00")), unit_of_work():
        for key, (name, phone, code, position, status) in wanted.items():
            person = find_or_create(full_name=name, phone=phone, is_demo=True)
            made[key] = _enrolled(workshop, person, names[code], position, status)
    return made


def _enrolled(
    workshop: Workshop,
    person: Person,
    organisation: str,
    position: str,
    status: EnrolmentStatus = EnrolmentStatus.CONFIRMED,
) -> Enrolment:
    row = enrol(
        workshop=workshop,
        person=person,
        role=Role.PESERTA,
        affiliation=organisation,
        position=position,
        source=Source.ONLINE,
        status=status,
    )
    row.consent_text = "2026-11"
    row.consent_at = row.registered_at
    return row


def close(workshop: Workshop) -> None:
    """End a workshop three days after its last day."""
    with freeze(at(workshop.ends_on + timedelta(days=3), "10.00")), unit_of_work():
        set_status(workshop_id=workshop.id, status=WorkshopStatus.CLOSED, actor=SYSTEM)


def find(title: str) -> Workshop:
    """The demo's workshop of this title."""
    return db.session.scalars(sa.select(Workshop).where(Workshop.title == title)).one()


def participants_of(workshop: Workshop) -> list[Enrolment]:
    """Confirmed participants in the order of registration."""
    return sorted(enrolments_of(workshop.id), key=lambda row: row.id)


def speakers_of(workshop: Workshop) -> list[Enrolment]:
    """Narasumber in the order of registration."""
    return sorted(enrolments_of(workshop.id, roles=(Role.NARASUMBER,)), key=lambda row: row.id)
