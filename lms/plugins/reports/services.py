"""Writes on reports: begin, write, recommend, lock, go on in a new version."""

from __future__ import annotations

from flask_babel import gettext as _

from lms.core.workshops.queries import organiser_by_id
from lms.kernel import audit
from lms.kernel.clock import now
from lms.kernel.db import db
from lms.kernel.declarations import Period
from lms.kernel.permissions import Actor
from lms.kernel.tokens import new_code
from lms.plugins.reports import figures, queries
from lms.plugins.reports.enums import ReportStatus
from lms.plugins.reports.errors import ReportRefused
from lms.plugins.reports.models import Recommendation, Report

CODE_LENGTH = 10


def begin(*, organiser_id: int, title: str, period: Period, actor: Actor) -> Report:
    """Start a draft for a period of the organiser's province."""
    organiser = organiser_by_id(organiser_id)
    report = Report(
        organiser=organiser,
        organiser_id=organiser.id,
        province_code=organiser.region_code[:2],
        first_day=period.first,
        last_day=period.last,
        version=queries.next_version(organiser.id, period.first, period.last),
        title=title,
        created_at=now(),
        recommendations=[],
    )
    db.session.add(report)
    db.session.flush()
    audit.record(action="reports.begun", subject=report, actor=actor)
    return report


def write(*, report: Report, title: str, narrative: str, actor: Actor) -> None:
    """Change title and notes. Raises ReportRefused once the report is locked."""
    _must_be_draft(report)
    report.title, report.narrative = title, narrative
    db.session.flush()
    audit.record(action="reports.written", subject=report, actor=actor)


def recommend(*, report: Report, text: str, evidence: str, owner: str, actor: Actor) -> Recommendation:
    """Add a recommendation. Raises ReportRefused once the report is locked."""
    _must_be_draft(report)
    row = Recommendation(
        report=report, position=len(report.recommendations) + 1, text=text, evidence=evidence, owner=owner
    )
    db.session.add(row)
    db.session.flush()
    audit.record(action="reports.recommended", subject=report, actor=actor)
    return row


def drop_recommendation(*, recommendation: Recommendation, actor: Actor) -> None:
    """Take a recommendation out again."""
    _must_be_draft(recommendation.report)
    audit.record(action="reports.recommendation_dropped", subject=recommendation, actor=actor)
    db.session.delete(recommendation)
    db.session.flush()


def freeze(*, report: Report, actor: Actor) -> Report:
    """Lock: what it counts today stands for ever, under a code to check it by. Locking twice changes nothing."""
    if not report.is_frozen:
        report.content = figures.count(report.province_code, report.period)
        report.status, report.frozen_at, report.frozen_by = ReportStatus.FROZEN, now(), actor.account_id
        report.verify_code = new_code(CODE_LENGTH)
        db.session.flush()
        audit.record(action="reports.locked", subject=report, actor=actor)
    return report


def next_version(*, report: Report, actor: Actor) -> Report:
    """A new draft for the same period with the same words; the locked one stays as it is."""
    new = begin(organiser_id=report.organiser_id, title=report.title, period=report.period, actor=actor)
    new.narrative = report.narrative
    for row in report.recommendations:
        recommend(report=new, text=row.text, evidence=row.evidence, owner=row.owner, actor=actor)
    return new


def _must_be_draft(report: Report) -> None:
    if report.is_frozen:
        raise ReportRefused(_("This report is locked. Make a new version to change it."))
