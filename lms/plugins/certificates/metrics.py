"""Certificates by kabupaten/kota of the participants' organisations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

import sqlalchemy as sa

from lms.core.enrolments.models import Enrolment
from lms.core.workshops.models import Workshop
from lms.kernel.db import db
from lms.kernel.declarations import Period
from lms.plugins.certificates.enums import CertificateStatus, PaperKind, PaperRole
from lms.plugins.certificates.models import Certificate


def issued(*, period: Period, region_codes: Sequence[str]) -> Mapping[str, Decimal]:
    """Valid certificates of participants, of workshops that began in the period; a replaced one counts once."""
    query = (
        sa.select(Enrolment.region_code, sa.func.count(Certificate.id))
        .join(Enrolment, Enrolment.id == Certificate.enrolment_id)
        .join(Workshop, Workshop.id == Certificate.workshop_id)
        .where(
            Certificate.status == CertificateStatus.VALID,
            Certificate.role == PaperRole.PESERTA,
            Certificate.kind == PaperKind.CERTIFICATE,
            Enrolment.region_code.in_(list(region_codes)),
            Workshop.starts_on.between(period.first, period.last),
        )
        .group_by(Enrolment.region_code)
    )
    return {code: Decimal(count) for code, count in db.session.execute(query) if code}
