"""Slides and papers of the demo's speakers."""

from __future__ import annotations

import io
from datetime import timedelta

from lms.core.enrolments.models import Enrolment
from lms.core.workshops.models import Workshop
from lms.demo.files import sample_pdf, sample_pptx
from lms.demo.workshops import at
from lms.kernel.clock import freeze
from lms.kernel.db import unit_of_work
from lms.kernel.permissions import SYSTEM
from lms.plugins.materials import services
from lms.plugins.materials.enums import Opens
from lms.plugins.schedule.api import Session, sessions_of

_POINTS = [
    ("Mengapa topik ini", ["Lembaga yang tertib lebih dipercaya", "Yang tercatat dapat dikendalikan"]),
    ("Keadaan sekarang", ["Apa yang sudah ada di lembaga Anda", "Apa yang belum"]),
    ("Langkah demi langkah", ["Mulai dari satu berkas", "Satu penanggung jawab", "Satu tenggat"]),
    ("Contoh", ["Lembaga contoh di Kubu Raya", "Tiga bulan, tiga perubahan"]),
    ("Yang dibawa pulang", ["Satu baris RTL dari sesi ini"]),
]
_TEXT = [
    "Naskah ini contoh untuk mencoba aplikasi; isinya bukan rujukan.",
    "Setiap lembaga kesejahteraan sosial perlu tahu tiga hal: apa yang menjadi tugasnya, siapa yang bertanggung jawab, "
    "dan bagaimana hasilnya diperiksa. Sesi ini membahas ketiganya dengan contoh sederhana.",
    "Pada akhir sesi peserta menulis satu kegiatan, satu penanggung jawab, dan satu tenggat.",
]


def add_materials(workshop: Workshop, speakers: dict[str, Enrolment]) -> None:
    """A deck for most sessions, a paper for some, one in two versions; the last session still lacks its own."""
    for session in sessions_of(workshop.id):
        speaker = speakers.get(session.code)
        if speaker is None:
            continue
        with freeze(at(workshop.starts_on - timedelta(days=3), "19.40")), unit_of_work():
            _deck(session, speaker)
            if session.code in {"SESI-1", "SESI-5", "SESI-6"}:
                _paper(session, speaker)


def _deck(session: Session, speaker: Enrolment) -> None:
    name = speaker.person.formal_name
    version = services.upload(
        session=session,
        title=session.title,
        filename=f"{session.code}.pptx",
        file=io.BytesIO(sample_pptx(session.title, name, _POINTS)),
        actor=SYSTEM,
        may_be_shared=True,
    )
    if session.code == "SESI-3":
        services.upload(
            session=session,
            title=session.title,
            filename=f"{session.code}.pptx",
            material=version.material,
            file=io.BytesIO(sample_pptx(session.title, name, [*_POINTS, ("Tambahan", ["Contoh SOP surat"])])),
            actor=SYSTEM,
            note="Contoh SOP ditambahkan.",
        )


def _paper(session: Session, speaker: Enrolment) -> None:
    services.upload(
        session=session,
        title=f"Naskah: {session.title}",
        filename=f"Naskah {session.code}.pdf",
        file=io.BytesIO(sample_pdf(session.title, speaker.person.formal_name, _TEXT)),
        actor=SYSTEM,
        opens=Opens.AFTER_SESSION,
    )
