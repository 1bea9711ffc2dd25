"""Reads on reports."""

from __future__ import annotations

import sqlalchemy as sa

from lms.kernel.db import db
from lms.kernel.errors import NotFound
from lms.kernel.permissions import Actor, Scope
from lms.kernel.tokens import clean_code
from lms.plugins.reports.enums import ReportStatus
from lms.plugins.reports.models import Recommendation, Report
from lms.plugins.reports.permissions import EDIT, SEE


def report_by_id(report_id: int) -> Report:
    """Raises NotFound."""
    report = db.session.get(Report, report_id, options=[sa.orm.selectinload(Report.recommendations)])
    if report is None:
        raise NotFound
    return report


def recommendation_by_id(recommendation_id: int) -> Recommendation:
    """Raises NotFound."""
    found = db.session.get(Recommendation, recommendation_id, options=[sa.orm.joinedload(Recommendation.report)])
    if found is None:
        raise NotFound
    return found


def by_code(typed: str) -> Report | None:
    """A locked report by the code printed on it."""
    code = clean_code(typed)[:20]
    return db.session.scalar(sa.select(Report).where(Report.verify_code == code)) if code else None


def region_limit(actor: Actor) -> list[str] | None:
    """The regions whose rows the actor may read; None means all of them."""
    codes: list[str] = []
    for grant in actor.grants:
        if grant.role not in SEE.default_roles:
            continue
        if grant.scope is not Scope.REGION:
            return None
        codes.append(grant.ref)
    return codes


def reports(*, visible_to: Actor) -> list[Report]:
    """Reports newest first: all of one's own; locked ones of the province for observers."""
    rows = list(db.session.scalars(sa.select(Report).order_by(Report.last_day.desc(), Report.version.desc())))
    return [row for row in rows if may_see(visible_to, row)]


def may_see(actor: Actor, report: Report) -> bool:
    """Writers see drafts; observers see locked reports of the province that their region lies in."""
    if actor.can(EDIT, report.access):
        return True
    codes = region_limit(actor) or []
    inside = any(code == report.province_code or code.startswith(f"{report.province_code}.") for code in codes)
    return report.status is ReportStatus.FROZEN and inside


def next_version(organiser_id: int, first: object, last: object) -> int:
    """The number of the next version for a period."""
    query = sa.select(sa.func.max(Report.version)).filter_by(organiser_id=organiser_id, first_day=first, last_day=last)
    return (db.session.scalar(query) or 0) + 1
