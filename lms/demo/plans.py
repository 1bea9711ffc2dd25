"""Follow-up plans of the demo: some done, one stuck, one overdue."""

from __future__ import annotations

from datetime import date, timedelta

from lms.core.enrolments.models import Enrolment
from lms.demo.workshops import at
from lms.kernel.clock import freeze
from lms.kernel.db import unit_of_work
from lms.kernel.permissions import SYSTEM
from lms.plugins.followup import services
from lms.plugins.followup.enums import RowState
from lms.plugins.followup.services import RowInput


def add_plans(people: list[Enrolment], *, on: date, today: date) -> None:
    """A submitted plan of three rows for each organisation of `people`, with progress since."""
    seen: set[str] = set()
    for person in people:
        if person.affiliation_key in seen:
            continue
        seen.add(person.affiliation_key)
        with freeze(at(on, "14.20")), unit_of_work():
            plan = services.open_plan(enrolment=person)
            services.save_plan(plan=plan, rows=_rows(person, on), version=plan.version, submit=True, actor=SYSTEM)
        with freeze(at(min(today, on + timedelta(days=30)), "10.00")), unit_of_work():
            number = len(seen)
            services.report(row=plan.rows[0], state=RowState.DONE, note="Semua berkas sudah dijilid.", actor=SYSTEM)
            if number % 3 == 0:
                services.report(
                    row=plan.rows[1],
                    state=RowState.STUCK,
                    note="Menunggu contoh format dari Dinas Sosial.",
                    actor=SYSTEM,
                )
            elif number % 2 == 0:
                services.report(
                    row=plan.rows[1], state=RowState.RUNNING, note="Dua dari tiga SOP selesai.", actor=SYSTEM
                )


def _rows(person: Enrolment, on: date) -> list[RowInput]:
    name = person.person.full_name
    return [
        RowInput(problem="Berkas legalitas tercecer", activity="Menata berkas legalitas lembaga", person=name,
                 indicator="Semua dokumen ada dalam satu map dan salinan digital", due_on=on + timedelta(days=21)),
        RowInput(problem="Belum ada SOP", activity="Menulis tiga SOP pengasuhan", person=name,
                 indicator="Tiga SOP ditandatangani ketua", due_on=on + timedelta(days=45)),
        RowInput(problem="Kas belum dipisah", activity="Memisahkan pemegang kas dan pencatat kas", person="Bendahara",
                 indicator="Buku kas diperiksa tiap bulan", due_on=on + timedelta(days=120), cost="Tanpa biaya"),
    ]  # fmt: skip
