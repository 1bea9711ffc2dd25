"""The demo's regional reports: one locked for the past quarters, one still being written."""

from __future__ import annotations

from datetime import date

from lms.core.workshops.models import Organiser
from lms.kernel.db import unit_of_work
from lms.kernel.declarations import Period
from lms.kernel.permissions import SYSTEM
from lms.plugins.reports import services

ADVICE = (
    (
        "Perluas lokakarya ke kabupaten yang belum terjangkau",
        "Baru dua wilayah mempunyai peserta",
        "Dinas Sosial Provinsi",
    ),
    (
        "Dampingi lembaga yang izinnya akan berakhir",
        "Data dokumen legal lembaga",
        "BK3S dan Dinas Sosial kabupaten/kota",
    ),
    ("Sediakan contoh SOP pengasuhan bersama", "Kegiatan yang terkendala menunggu contoh format", "BK3S"),
)


def add_reports(organiser: Organiser, *, today: date) -> None:
    """A locked report of the year so far, and a draft of the present quarter."""
    year = Period(first=date(today.year, 1, 1), last=date(today.year, 12, 31))
    start = 3 * ((today.month - 1) // 3) + 1
    end = date(today.year + (start + 3 > 12), (start + 2) % 12 + 1, 1)
    quarter = Period(first=date(today.year, start, 1), last=date.fromordinal(end.toordinal() - 1))
    with unit_of_work():
        report = services.begin(
            organiser_id=organiser.id, title="Laporan wilayah kesejahteraan sosial", period=year, actor=SYSTEM
        )
        for text, evidence, owner in ADVICE:
            services.recommend(report=report, text=text, evidence=evidence, owner=owner, actor=SYSTEM)
        services.freeze(report=report, actor=SYSTEM)
    with unit_of_work():
        services.begin(
            organiser_id=organiser.id, title="Laporan wilayah, draf triwulan ini", period=quarter, actor=SYSTEM
        )
