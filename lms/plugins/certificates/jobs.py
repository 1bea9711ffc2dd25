"""The batch: everybody of a role who may have a certificate and has none yet."""

from __future__ import annotations

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _

from lms.core.enrolments.queries import enrolment_by_id
from lms.kernel.db import unit_of_work
from lms.kernel.jobs import JobHandle
from lms.kernel.permissions import Actor, Role
from lms.plugins.certificates import criteria, services


def issue_all(*, job: JobHandle, workshop_id: int, role: str) -> None:
    """Issue one by one, each in its own transaction, so that a killed worker loses nothing and repeats nothing."""
    address = current_app.extensions["lms_settings"].base_url
    with current_app.test_request_context(base_url=address), force_locale("id"):
        rows = [row for row in criteria.eligibility(workshop_id, Role(role)) if row.is_eligible and not row.certificate]
        todo = [(row.enrolment.id, row.facts) for row in rows]
        actor = Actor(account_id=job.actor_id)
        for done, (enrolment_id, facts) in enumerate(todo, start=1):
            with unit_of_work():
                services.issue(enrolment=enrolment_by_id(enrolment_id), actor=actor, facts=facts)
            job.progress(done, len(todo), "")
        job.progress(len(todo), len(todo), _("%(count)s issued", count=len(todo)))
