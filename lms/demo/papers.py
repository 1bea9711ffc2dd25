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
from lms.kernel.permissions import SYSTEM
from lms.plugins.certificates import batches, queries, services
from lms.plugins.certificates.enums import PaperRole


def issue_all(workshop: Workshop, *, on: date) -> None:
    """Papers for everybody who may have one, in three roles, each role as one batch like an organiser's."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    with freeze(at(on, "10.00")):
        for role in (PaperRole.PESERTA, PaperRole.NARASUMBER, PaperRole.PANITIA):
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
