"""Work for graders and authors in the demo: answers in own words that wait, and a file of questions before its yes."""

from __future__ import annotations

import hashlib
from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa

from lms.core.accounts.models import RoleGrant
from lms.core.enrolments.models import Enrolment
from lms.core.workshops.models import Workshop
from lms.kernel.assets import STATIC
from lms.kernel.clock import freeze
from lms.kernel.db import db, unit_of_work
from lms.kernel.permissions import SYSTEM, Role
from lms.plugins.quiz import bank, imports, services
from lms.plugins.quiz.content import Content, Criterion, Draft, Fault, Picture, Reading, Text
from lms.plugins.quiz.enums import QuizKind, TextFormat
from lms.plugins.quiz.quizzes import add_quiz, open_quiz

_PLANS = (
    "Menyusun jadwal piket pengasuh malam dan membahasnya dalam rapat pengurus bulan depan.",
    "Melengkapi berkas kasus setiap anak, dimulai dari anak yang baru masuk.",
    "Membuat kotak saran untuk anak.",
)
_FILE = "soal narasumber, sesi 2.docx"


def write_plans(workshop: Workshop, people: list[Enrolment], *, at: datetime) -> None:
    """A quiz of a session with one question in own words; everybody has answered, nobody has marked."""
    content = Content(
        kind="essay",
        text=Text(source="Apa satu hal yang akan Anda ubah di lembaga Anda bulan depan?"),
        rubric=(Criterion(text="Jelas dan dapat dikerjakan", points=Decimal(1)),),
        model_answer=Text(source="Satu kegiatan, dengan penanggung jawab dan tanggal."),
    )
    with freeze(at), unit_of_work():
        question = bank.add(Draft(content=content), organiser_id=workshop.organiser_id, actor=SYSTEM, code="RENCANA-1")
        quiz = add_quiz(workshop_id=workshop.id, kind=QuizKind.SESSION, title="Rencana saya", questions=[question])
        open_quiz(quiz_id=quiz.id, actor=SYSTEM)
        for person, plan in zip(people, _PLANS, strict=False):
            attempt = services.start(quiz_id=quiz.id, enrolment_id=person.id)
            services.save_answers(attempt_id=attempt.id, answers=[services.Given(number=1, parts={"": [plan]})])
            services.submit(attempt_id=attempt.id)


def leave_file(workshop: Workshop, *, at: datetime) -> None:
    """A file that was read for an organiser and not taken in."""
    data = (STATIC / "icons" / "app-192.png").read_bytes()
    picture = Picture(sha=hashlib.sha256(data).hexdigest(), media_type="image/png", data=data)
    plain = bank.single_choice("Siapa yang menandatangani laporan tahunan LKS?", ["Ketua", "Bendahara", "Relawan"], 1)
    drawn = Content(
        kind="choice",
        text=Text(
            source=f'<p>Lambang ini milik siapa? <img src="picture:{picture.sha}" alt="Lambang" width="64"></p>',
            format=TextFormat.HTML,
        ),
        options=plain.options,
    )
    drafts = (Draft(content=plain, where="tabel 1, baris 2"), Draft(content=drawn, where="tabel 1, baris 3",
              pictures=(picture,), doubts=("Dua pilihan ditebalkan.",)))  # fmt: skip
    faults = (Fault(where="tabel 1, baris 4", reason="Kunci jawaban belum diisi."),)
    with freeze(at), unit_of_work():
        author = db.session.scalars(sa.select(RoleGrant).where(RoleGrant.role == Role.PENYELENGGARA)).first()
        if author is None:
            return
        imports.stage(
            Reading(drafts=drafts, faults=faults),
            format="docx",
            file_name=_FILE,
            account_id=author.account_id,
            organiser_id=workshop.organiser_id,
        )
