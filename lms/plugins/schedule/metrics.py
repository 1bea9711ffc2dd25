"""Numbers of workshops and their hours, by the kabupaten/kota in which they were held."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

import sqlalchemy as sa

from lms.core.workshops.enums import WorkshopStatus
from lms.core.workshops.models import Workshop
from lms.kernel.clock import now
from lms.kernel.db import db
from lms.kernel.declarations import Period
from lms.kernel.i18n import page_zone
from lms.plugins.schedule.models import Session


def workshops_held(*, period: Period, region_codes: Sequence[str]) -> Mapping[str, Decimal]:
    """Workshops that began in the period and are closed, or published and over."""
    return _by_region(sa.select(Workshop.region_code, sa.func.count(Workshop.id)), period, region_codes)


def hours_jp(*, period: Period, region_codes: Sequence[str]) -> Mapping[str, Decimal]:
    """The JP (45 minutes each) of the held workshops."""
    query = sa.select(Workshop.region_code, sa.func.sum(Session.jp)).join(Session, Session.workshop_id == Workshop.id)
    return _by_region(query, period, region_codes)


def _by_region(query: sa.Select[str, int], period: Period, codes: Sequence[str]) -> Mapping[str, Decimal]:
    today = now().astimezone(page_zone()).date()
    is_over = sa.and_(Workshop.status == WorkshopStatus.PUBLISHED, Workshop.ends_on < today)
    rows = db.session.execute(
        query.where(
            Workshop.region_code.in_(list(codes)),
            Workshop.starts_on.between(period.first, period.last),
            sa.or_(Workshop.status == WorkshopStatus.CLOSED, is_over),
        ).group_by(Workshop.region_code)
    )
    return {code: Decimal(int(value)) for code, value in rows}
