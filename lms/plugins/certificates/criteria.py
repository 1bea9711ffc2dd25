"""What a workshop asks of a participant before it issues a certificate: read, changed, copied."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import sqlalchemy as sa
from flask_babel import gettext as _

from lms.kernel import audit
from lms.kernel.db import db
from lms.kernel.permissions import Actor
from lms.plugins.certificates.enums import Operator, PaperRole
from lms.plugins.certificates.errors import CertificateRefused
from lms.plugins.certificates.models import Criterion

# As ministries ask of training: 80 % of the sessions, and the post-test handed in.
DEFAULTS = {"checkin.attendance_ratio": Decimal("0.80"), "quiz.posttest_submitted": Decimal(1)}
MAX_THRESHOLD = Decimal(100_000)


def criteria_of(workshop_id: int, role: PaperRole) -> list[Criterion]:
    """The conditions in force. Only participants have any; a workshop that never set its own has the defaults."""
    if role != PaperRole.PESERTA:
        return []
    stored = list(
        db.session.scalars(sa.select(Criterion).filter_by(workshop_id=workshop_id, role=role).order_by(Criterion.id))
    )
    rows = stored or [
        Criterion(workshop_id=workshop_id, role=role, evidence_key=key, operator=Operator.AT_LEAST, threshold=threshold)
        for key, threshold in DEFAULTS.items()
    ]
    return [row for row in rows if row.threshold > 0]


def thresholds_of(workshop_id: int) -> dict[str, Decimal]:
    """`{evidence key: threshold}` of participants."""
    return {row.evidence_key: row.threshold for row in criteria_of(workshop_id, PaperRole.PESERTA)}


def set_defaults(*, workshop_id: int) -> None:
    """Give a new workshop its conditions, so that later versions of this product do not change them."""
    _store(workshop_id, DEFAULTS)


def copy_criteria(*, source_id: int, workshop_id: int) -> None:
    """A copied workshop asks what its source asked."""
    query = sa.select(Criterion).filter_by(workshop_id=source_id, role=PaperRole.PESERTA)
    _store(workshop_id, {row.evidence_key: row.threshold for row in db.session.scalars(query)} or DEFAULTS)


def save_criteria(*, workshop_id: int, thresholds: Mapping[str, Decimal], actor: Actor) -> None:
    """Replace the conditions of participants; a threshold of 0 asks nothing. Issued certificates stay as they are."""
    for key, threshold in thresholds.items():
        if not threshold.is_finite() or not 0 <= threshold <= MAX_THRESHOLD:
            raise CertificateRefused(_("Give a number from 0 upwards."), key)
    _store(workshop_id, thresholds)
    audit.record(action="certificates.criteria_changed", actor=actor, workshop_id=workshop_id, fields=tuple(thresholds))


def _store(workshop_id: int, thresholds: Mapping[str, Decimal]) -> None:
    known = {
        row.evidence_key: row
        for row in db.session.scalars(sa.select(Criterion).filter_by(workshop_id=workshop_id, role=PaperRole.PESERTA))
    }
    for key, threshold in thresholds.items():
        row = known.get(key)
        if row is None:
            db.session.add(
                Criterion(workshop_id=workshop_id, role=PaperRole.PESERTA, evidence_key=key, threshold=threshold)
            )
        else:
            row.threshold = threshold
    db.session.flush()
