"""A practice quiz of the demo: several types of questions, one of them with a picture, to try again and again."""

from __future__ import annotations

import hashlib
from datetime import datetime
from decimal import Decimal

from lms.core.enrolments.models import Enrolment
from lms.core.workshops.models import Workshop
from lms.kernel.assets import STATIC
from lms.kernel.clock import freeze
from lms.kernel.db import unit_of_work
from lms.kernel.permissions import SYSTEM
from lms.plugins.quiz import bank, services
from lms.plugins.quiz.bank_models import Question
from lms.plugins.quiz.content import Content, Draft, Option, Picture, Text
from lms.plugins.quiz.enums import Phase, QuizKind, Reveal, TextFormat
from lms.plugins.quiz.quizzes import add_quiz, open_quiz


def with_picture(organiser_id: int) -> Question:
    """A question of the organiser about a picture."""
    data = (STATIC / "icons" / "app-192.png").read_bytes()
    sha = hashlib.sha256(data).hexdigest()
    content = Content(
        kind="choice",
        text=_html(f'<p>Tanda apa ini?</p><p><img src="picture:{sha}" alt="Tanda berbentuk huruf L" width="96"></p>'),
        options=_options(("Tanda Lokakarya", "1"), ("Tanda Dinas Sosial", "0"), ("Tanda LKSA", "0")),
        feedback=Text(source="Tanda ini ada di setiap halaman situs."),
    )
    picture = Picture(sha=sha, media_type="image/png", data=data)
    return bank.add(
        Draft(content=content, pictures=(picture,)), organiser_id=organiser_id, actor=SYSTEM, code="GAMBAR-1"
    )


def practise(workshop: Workshop, people: list[Enrolment], pictured: Question, *, at: datetime) -> None:
    """Open the practice; `people` have looked at it once and handed it in."""
    with freeze(at), unit_of_work():
        questions = [pictured, *(_add(workshop, content) for content in _CONTENTS)]
        quiz = add_quiz(workshop_id=workshop.id, kind=QuizKind.PRACTICE, title="Latihan mandiri", questions=questions)
        quiz.intro, quiz.max_attempts = "Coba sesering yang Anda mau; nilainya tidak masuk laporan.", 0
        told = [reveal.value for reveal in Reveal]
        quiz.review = {Phase.DURING.value: ["correctness", "feedback"]}
        quiz.review |= {phase.value: told for phase in Phase if phase is not Phase.DURING}
        open_quiz(quiz_id=quiz.id, actor=SYSTEM)
        for person in people:
            attempt = services.start(quiz_id=quiz.id, enrolment_id=person.id)
            services.submit(attempt_id=attempt.id)


def _add(workshop: Workshop, content: Content) -> Question:
    return bank.add(Draft(content=content), organiser_id=workshop.organiser_id, actor=SYSTEM)


def _html(source: str) -> Text:
    return Text(source=source, format=TextFormat.HTML)


def _options(*pairs: tuple[str, str]) -> tuple[Option, ...]:
    return tuple(Option(text=Text(source=text), fraction=Decimal(worth)) for text, worth in pairs)


_CONTENTS = (
    Content(
        kind="multichoice",
        text=Text(source="Berkas mana yang wajib ada pada LKS?"),
        options=_options(("Akta notaris", "0.5"), ("Izin operasional", "0.5"), ("Daftar belanja pribadi ketua", "-1")),
        feedback=Text(source="Akta dan izin operasional diperiksa saat akreditasi."),
    ),
    Content(
        kind="ordering",
        text=Text(source="Urutkan langkah penanganan kasus anak."),
        steps=tuple(Text(source=step) for step in ("Asesmen", "Rencana", "Pelaksanaan", "Evaluasi")),
    ),
)
