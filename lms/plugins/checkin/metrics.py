"""Numbers of attendance by kabupaten/kota of the participants' organisations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

import sqlalchemy as sa

from lms.core.enrolments.enums import EnrolmentStatus
from lms.core.enrolments.models import Enrolment
from lms.core.workshops.models import Workshop
from lms.kernel.db import db
from lms.kernel.declarations import Period
from lms.kernel.permissions import Role
from lms.plugins.checkin.enums import Direction
from lms.plugins.checkin.models import Attendance


def participants_present(*, period: Period, region_codes: Sequence[str]) -> Mapping[str, Decimal]:
    """Participants who were present at least once in a workshop of the period."""
    return _count(sa.func.count(Enrolment.id.distinct()), period, region_codes)


def organisations_present(*, period: Period, region_codes: Sequence[str]) -> Mapping[str, Decimal]:
    """Organisations with at least one participant present."""
    return _count(sa.func.count(Enrolment.affiliation_key.distinct()), period, region_codes)


def _count(what: sa.ColumnElement[int], period: Period, codes: Sequence[str]) -> Mapping[str, Decimal]:
    query = (
        sa.select(Enrolment.region_code, what)
        .join(Attendance, Attendance.enrolment_id == Enrolment.id)
        .join(Workshop, Workshop.id == Enrolment.workshop_id)
        .where(
            Enrolment.role == Role.PESERTA,
            Enrolment.status == EnrolmentStatus.CONFIRMED,  # as on the board and on the sheets
            Attendance.direction == Direction.IN,
            Enrolment.region_code.in_(list(codes)),
            Workshop.starts_on.between(period.first, period.last),
        )
        .group_by(Enrolment.region_code)
    )
    return {code: Decimal(count) for code, count in db.session.execute(query) if code}
