"""Certificates of the demo's finished workshop: one revoked, one replaced after a misspelt name."""

from __future__ import annotations

from datetime import date

from flask import Flask, current_app

from lms.core.enrolments.models import Enrolment
from lms.core.enrolments.queries import enrolments_of
from lms.core.people.services import update_person
from lms.core.workshops.models import Workshop
from lms.demo.workshops import at
from lms.kernel.clock import freeze
from lms.kernel.db import unit_of_work
from lms.kernel.job_runner import run_job
from lms.kernel.permissions import SYSTEM, Role
from lms.plugins.certificates import batches, book, corrections, decisions, eligibility, queries, services, templates
from lms.plugins.certificates.design import ready_made
from lms.plugins.certificates.enums import PaperRole


def issue_all(workshop: Workshop, *, on: date) -> None:
    """Papers for everybody who may have one, in four roles, each role as one batch like an organiser's."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    with freeze(at(on, "09.00")), unit_of_work():
        [first, *_others] = enrolments_of(workshop.id, roles=(Role.PANITIA,))
        part = "diskusi pleno hari kedua"
        decisions.name_person(enrolment_id=first.id, role=PaperRole.MODERATOR, detail=part, actor=SYSTEM)
    with freeze(at(on, "10.00")):
        for role in (PaperRole.PESERTA, PaperRole.NARASUMBER, PaperRole.MODERATOR, PaperRole.PANITIA):
            with unit_of_work():
                batch = batches.start(workshop_id=workshop.id, role=role, actor=SYSTEM)
            assert batch.job_id is not None
            run_job(app, batch.job_id)


def add_cases(workshop: Workshop, *, on: date) -> None:
    """One voided and re-issued, one revoked for good."""
    people = enrolments_of(workshop.id)
    with freeze(at(on, "09.00")), unit_of_work():
        _correct_name(people[2])
        services.reissue(certificate_id=_paper(people[2]), reason="Gelar belum tertulis", actor=SYSTEM)
    with freeze(at(on, "09.30")), unit_of_work():
        reason = "Terbit ganda dengan lokakarya lain"
        services.revoke(certificate_id=_paper(people[4]), reason=reason, actor=SYSTEM)


def add_wishes(workshop: Workshop, *, on: date) -> None:
    """A design of the organiser's own, somebody let through with a reason, a correction asked for, a print file."""
    people = enrolments_of(workshop.id)
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    with freeze(at(on, "10.00")), unit_of_work():
        templates.create(
            organiser_id=workshop.organiser_id,
            name="Dengan latar resmi",
            design=ready_made.design("resmi"),
            actor=SYSTEM,
        )
        decisions.set_exception(
            enrolment_id=_lacking(workshop),
            role=PaperRole.PESERTA,
            reason="Bertugas saat sesi, ada surat",
            actor=SYSTEM,
        )
        corrections.ask(
            certificate_id=_paper(people[1]),
            name=people[1].person.formal_name,
            organisation=f"{people[1].affiliation}, Kecamatan Sungai Raya",
            note="Nama lembaga kurang lengkap",
            actor=SYSTEM,
        )
    with freeze(at(on, "10.30")):
        with unit_of_work():
            printed = book.start(workshop_id=workshop.id, role=PaperRole.PESERTA, actor=SYSTEM)
        assert printed.job_id is not None
        run_job(app, printed.job_id)


def _lacking(workshop: Workshop) -> int:
    return eligibility.table_of(workshop, PaperRole.PESERTA).lacking[0].enrolment.id


def _paper(enrolment: Enrolment) -> int:
    certificate = queries.active_certificate(enrolment.id, PaperRole(enrolment.role.value))
    assert certificate is not None
    return certificate.id


def _correct_name(enrolment: Enrolment) -> None:
    person = enrolment.person
    update_person(
        person_id=person.id,
        full_name=person.full_name,
        title_front=person.title_front,
        title_back=person.title_back or "S.Sos.",
        gender=person.gender,
        phone=person.phone_e164,
        email=person.email,
        actor=SYSTEM,
    )
