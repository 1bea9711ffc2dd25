"""C02: what a batch says while it runs and afterwards: true progress, who failed and why, exceptions."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from lms.kernel.db import db, unit_of_work
from lms.kernel.job_runner import run_job
from lms.kernel.permissions import SYSTEM, Role
from lms.plugins.certificates import batches, services
from lms.plugins.certificates.enums import PaperKind, PaperRole
from lms.plugins.certificates.errors import CertificateRefused
from lms.plugins.certificates.models import Batch, Certificate, Decision
from lms.plugins.certificates.record_models import LogHead


def start(workshop: Any, role: PaperRole = PaperRole.PESERTA) -> Batch:
    with unit_of_work():
        return batches.start(workshop_id=workshop.id, role=role, actor=SYSTEM)


def run(app: Any, batch: Batch) -> Batch:
    assert batch.job_id is not None
    assert run_job(app, batch.job_id)
    db.session.expire_all()
    return db.session.get_one(Batch, batch.id)


class Told:
    """A job's handle that writes down what it is told."""

    def __init__(self) -> None:
        self.actor_id, self.attempt = None, 1
        self.steps: list[tuple[int, int]] = []

    def progress(self, done: int, total: int) -> None:
        self.steps.append((done, total))


def test_c02_the_bar_counts_papers_and_goes_on_where_a_killed_worker_stood(workshop: Any, add_person: Any) -> None:
    people = [add_person(f"Orang {letter}") for letter in "ABC"]
    batch, told = start(workshop), Told()
    with unit_of_work():  # what the worker had done before it was killed
        made = services.issue(enrolment_id=people[0].id, actor=SYSTEM)
        made.batch_id = batch.id
    batches.run(job=told, workshop_id=workshop.id, role="peserta", batch_id=batch.id)  # type: ignore[arg-type]
    assert told.steps == [(2, 3), (3, 3)]
    db.session.expire_all()
    state = batches.progress_of(batch)
    assert (state.issued, state.failed, state.lacking, state.is_over) == (3, 0, 0, True)


def test_c02_who_failed_stands_on_the_page_by_name_with_the_reason(
    app: Any, workshop: Any, add_person: Any, as_user: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("Ani Baik", "Budi Gagal", "Citra Baik"):
        add_person(name)
    real = services.issue_checked

    def issue(**values: Any) -> Certificate:
        if values["row"].enrolment.person.full_name == "Budi Gagal":
            raise CertificateRefused("x")
        return real(**values)

    monkeypatch.setattr(services, "issue_checked", issue)
    batch = run(app, start(workshop))
    assert [(row.enrolment.person.full_name, row.kind) for row in batches.failures_of(batch)] == [
        ("Budi Gagal", "CertificateRefused")
    ]
    page = as_user.organiser(workshop).get(f"/kelola/lokakarya/{workshop.id}/sertifikat/terbitan/{batch.id}").text
    for part in ("2 terbit, 1 gagal", "Budi Gagal", "berubah saat penerbitan", "Coba lagi"):
        assert part in page
    assert "Ani Baik" not in page
    monkeypatch.undo()
    again = run(app, start(workshop))
    assert (batches.failures_of(again), batches.progress_of(again).issued) == ([], 1)


def test_letters_are_not_counted_as_certificates(app: Any, workshop: Any, add_person: Any) -> None:
    add_person("Maria", Role.NARASUMBER)
    batch = run(app, start(workshop, PaperRole.NARASUMBER))
    kinds = list(db.session.scalars(sa.select(Certificate.kind).filter_by(batch_id=batch.id).order_by(Certificate.id)))
    assert kinds == [PaperKind.CERTIFICATE, PaperKind.LETTER]
    assert batches.progress_of(batch).issued == 1


def test_exceptions_are_counted_apart(app: Any, workshop: Any, add_person: Any) -> None:
    person = add_person("Ani")
    add_person("Budi")
    db.session.add(Decision(enrolment_id=person.id, role=PaperRole.PESERTA, exception_reason="Sakit satu hari"))
    db.session.flush()
    state = batches.progress_of(run(app, start(workshop)))
    assert (state.issued, state.exceptions) == (2, 1)


def test_one_signed_head_covers_the_whole_batch(app: Any, workshop: Any, add_person: Any) -> None:
    for letter in "ABC":
        add_person(f"Orang {letter}")
    run(app, start(workshop))
    assert [head.size for head in db.session.scalars(sa.select(LogHead))] == [3]
