"""Writes on reports: begin, write, lock, go on in a new version."""

from __future__ import annotations

import sqlalchemy as sa
from flask_babel import gettext as _

from lms.core.people.names import clean_title
from lms.core.workshops.queries import organiser_by_id
from lms.kernel import audit
from lms.kernel.clock import now
from lms.kernel.db import db
from lms.kernel.declarations import Period
from lms.kernel.permissions import Actor
from lms.kernel.tokens import new_code
from lms.plugins.reports import figures, periods, queries
from lms.plugins.reports.enums import ReportStatus
from lms.plugins.reports.errors import ReportRefused
from lms.plugins.reports.models import Recommendation, Report
from lms.plugins.reports.recommendations import change_recommendation, drop_recommendation, recommend
from lms.plugins.reports.rules import NARRATIVE_LENGTH, TITLE_LENGTH, must_be_draft, within_limit

__all__ = ["begin", "change_recommendation", "drop_recommendation", "freeze", "next_version", "recommend", "remove",
           "write"]  # fmt: skip
CODE_LENGTH = 10


def begin(*, organiser_id: int, title: str, period: Period, actor: Actor) -> Report:
    """Start the draft of a period; an empty `title` becomes one with the period in it.

    Raises ReportRefused for an impossible period, and for one that has a report already.
    """
    period = periods.checked(period.first, period.last)
    organiser = organiser_by_id(organiser_id)
    if queries.versions_of(organiser_id, period):
        raise _taken()
    named = clean_title(title, limit=TITLE_LENGTH, field="title")
    report = Report(
        organiser=organiser,
        province_code=organiser.region_code[:2],
        first_day=period.first,
        last_day=period.last,
        version=1,
        title=named or _("Regional report, %(period)s", period=periods.name_of(period)),
        status=ReportStatus.DRAFT,
        created_at=now(),
        recommendations=[],
    )
    _insert(report)
    audit.record(action="reports.begun", subject=report, actor=actor)
    return report


def write(*, report: Report, title: str, narrative: str, actor: Actor) -> None:
    """Change title and notes. Raises ReportRefused once the report is locked."""
    must_be_draft(report)
    named = clean_title(title, limit=TITLE_LENGTH, field="title")
    if not named:
        raise ReportRefused(_("Write a title."), "title")
    within_limit(narrative, NARRATIVE_LENGTH, "narrative")
    report.title, report.narrative = named, narrative.replace("\r\n", "\n").strip()
    db.session.flush()
    audit.record(action="reports.written", subject=report, actor=actor, fields=("title", "narrative"))


def freeze(*, report: Report, actor: Actor) -> Report:
    """Lock: what it counts today stands for ever, under a code to check it by. Locking twice changes nothing."""
    db.session.refresh(report, ["status", "content"], with_for_update=True)  # two people may press at once
    if not report.is_frozen:
        report.content = {
            **figures.to_json(queries.figures_of(report)),
            "issuer": queries.issuer_of(report.organiser),
            "is_demo": queries.has_demo_workshops(report),
        }
        report.status, report.frozen_at, report.frozen_by = ReportStatus.FROZEN, now(), actor.account_id
        report.verify_code = new_code(CODE_LENGTH)
        db.session.flush()
        audit.record(action="reports.locked", subject=report, actor=actor)
    return report


def next_version(*, report: Report, actor: Actor) -> Report:
    """A new draft for the same period with the same words; the locked one stays as it is.

    Raises ReportRefused while the period has a draft.
    """
    versions = queries.versions_of(report.organiser_id, report.period)
    if not all(row.is_frozen for row in versions):
        raise ReportRefused(_("There is a draft of this period already. Go on with that one."))
    new = Report(
        organiser=report.organiser,
        province_code=report.province_code,
        first_day=report.first_day,
        last_day=report.last_day,
        version=versions[0].version + 1,
        title=report.title,
        narrative=report.narrative,
        status=ReportStatus.DRAFT,
        created_at=now(),
        recommendations=[_copied(item) for item in report.recommendations],
    )
    _insert(new)
    audit.record(action="reports.version_begun", subject=new, actor=actor)
    return new


def remove(*, report: Report, actor: Actor) -> None:
    """Delete a draft. Raises ReportRefused once it is locked: printed copies point at it."""
    must_be_draft(report)
    audit.record(action="reports.removed", subject=report, actor=actor)
    db.session.delete(report)
    db.session.flush()


def _insert(report: Report) -> None:
    """The unique key lets one of two through who press the button at once."""
    try:
        with db.session.begin_nested():
            db.session.add(report)
    except sa.exc.IntegrityError as error:
        raise _taken() from error


def _taken() -> ReportRefused:
    return ReportRefused(_("There is a report of this period already. Open it and make a new version."), "period")


def _copied(item: Recommendation) -> Recommendation:
    names = ("position", "text", "evidence", "region_code", "owner", "status", "reply")
    return Recommendation(**{name: getattr(item, name) for name in names})
