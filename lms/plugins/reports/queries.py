"""Reads on reports: what a reader may see of them, the list, and the look-up of a verification code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_sqlalchemy.pagination import Pagination

from lms.core.workshops.models import Organiser, Workshop
from lms.kernel.db import db
from lms.kernel.declarations import Period
from lms.kernel.errors import NotFound
from lms.kernel.permissions import Access, Actor, Grant, Scope
from lms.kernel.tokens import clean_code
from lms.plugins.reports import figures as numbers
from lms.plugins.reports.enums import ReportStatus
from lms.plugins.reports.figures import Figures
from lms.plugins.reports.models import Recommendation, Report
from lms.plugins.reports.permissions import EDIT, SEE

_LAST_PAGE = 100_000


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A report as one reader sees it: the rows of the regions that the reader reaches, and no more."""

    report: Report
    figures: Figures
    is_whole: bool
    may_edit: bool
    access: Access

    @property
    def recommendations(self) -> list[Recommendation]:
        """Those for the whole area, and those about a region that the reader sees."""
        seen = {row.code for row in self.figures.rows}
        items = self.report.recommendations
        return [item for item in items if self.is_whole or item.region_code is None or item.region_code in seen]

    @property
    def narrative(self) -> str:
        """Free text may tell of any region, so readers of a part do not get it."""
        return self.report.narrative if self.is_whole else ""

    @property
    def issuer(self) -> dict[str, Any]:
        """`{name, lines}` of the letterhead, as it was when the report was locked."""
        return (self.report.content or {}).get("issuer") or issuer_of(self.report.organiser)

    @property
    def is_demo(self) -> bool:
        """Whether sample workshops are among those counted."""
        kept = self.report.content
        return bool(kept.get("is_demo")) if kept is not None else has_demo_workshops(self.report)


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


def reading_of(report: Report, actor: Actor) -> Reading:
    """The report as `actor` sees it; raises NotFound for foreign reports, and for drafts of others."""
    may_edit = actor.can(EDIT, report.access)
    if not (may_edit or report.is_frozen):
        raise NotFound
    whole = figures_of(report)
    if may_edit:
        return Reading(report=report, figures=whole, is_whole=True, may_edit=True, access=report.access)
    places = {row.code: Access(organiser_id=report.organiser_id, region_code=row.code) for row in whole.rows}
    reached = [code for code, access in places.items() if actor.can(SEE, access)]
    if not reached:
        raise NotFound
    return Reading(
        report=report,
        figures=whole.only(reached),
        is_whole=len(reached) == len(whole.rows),
        may_edit=False,
        access=places[reached[0]],  # the grant of a kabupaten does not reach the report's province
    )


def figures_of(report: Report) -> Figures:
    """What a locked report kept, or what a draft counts now."""
    if report.content is not None:
        return numbers.from_json(report.content)
    return numbers.count(area_code=report.organiser.region_code, period=report.period)


def issuer_of(organiser: Organiser) -> dict[str, Any]:
    """The letterhead of today."""
    return {"name": organiser.name, "lines": [line for line in (organiser.address, organiser.contact) if line]}


def reports(*, visible_to: Actor, page: int = 1, per_page: int = 20) -> Pagination:
    """A page of reports, the newest period and version first."""
    query = (
        sa.select(Report)
        .join(Organiser, Organiser.id == Report.organiser_id)
        .where(_reach(visible_to))
        .order_by(Report.last_day.desc(), Report.first_day.desc(), Report.organiser_id, Report.version.desc())
    )
    return db.paginate(query, page=min(page, _LAST_PAGE), per_page=per_page, max_per_page=100, error_out=False)


def versions_of(organiser_id: int, period: Period) -> list[Report]:
    """Every version of a period, the newest first."""
    query = sa.select(Report).filter_by(organiser_id=organiser_id, first_day=period.first, last_day=period.last)
    return list(db.session.scalars(query.order_by(Report.version.desc())))


def by_code(typed: str) -> Report | None:
    """A locked report by the code printed on it."""
    code = clean_code(typed)[:20]
    return db.session.scalar(sa.select(Report).where(Report.verify_code == code)) if code else None


def newest_locked(report: Report) -> Report:
    """The highest locked version of the same period."""
    locked = [row for row in versions_of(report.organiser_id, report.period) if row.is_frozen]
    return locked[0] if locked else report


def has_demo_workshops(report: Report) -> bool:
    """Whether sample workshops of the province began in the period."""
    inside = sa.or_(
        Workshop.region_code == report.province_code, Workshop.region_code.startswith(f"{report.province_code}.")
    )
    found = sa.exists().where(Workshop.is_demo, inside, Workshop.starts_on.between(report.first_day, report.last_day))
    return bool(db.session.scalar(sa.select(found)))


def _reach(actor: Actor) -> sa.ColumnElement[bool]:
    """The twin of `reading_of` for lists."""
    conditions = [_of_grant(grant) for grant in actor.grants if grant.role in SEE.default_roles]
    return sa.or_(sa.false(), *conditions)


def _of_grant(grant: Grant) -> sa.ColumnElement[bool]:
    is_frozen = Report.status == ReportStatus.FROZEN
    shown = sa.true() if grant.role in EDIT.default_roles else is_frozen
    match grant.scope:
        case Scope.SITE:
            return shown
        case Scope.ORGANISER:
            return sa.and_(Report.organiser_id == int(grant.ref), shown)
        case Scope.REGION if grant.ref.count(".") < 2:  # rows are kabupaten and kota, nothing smaller
            around = sa.or_(
                Organiser.region_code == grant.ref[:2],
                Organiser.region_code == grant.ref,
                Organiser.region_code.startswith(f"{grant.ref}."),
            )
            return sa.or_(sa.and_(Report.province_code == grant.ref, shown), sa.and_(around, is_frozen))
        case _:
            return sa.false()
