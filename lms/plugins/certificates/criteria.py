"""What a workshop asks of people of each role before it issues a certificate: read, changed, copied."""

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
from lms.plugins.certificates.words import GAIN, RATIOS

# As ministries ask of training: 80 % of the sessions, and the post-test handed in.
DEFAULTS = {"checkin.attendance_ratio": Decimal("0.80"), "quiz.posttest_submitted": Decimal(1)}
MAX_THRESHOLD = Decimal(100_000)
UP_TO_ONE = RATIOS | {GAIN}


def criteria_of(workshop_id: int, role: PaperRole) -> list[Criterion]:
    """The conditions in force. A workshop that set none asks the usual of participants, and nothing of others."""
    stored = list(
        db.session.scalars(sa.select(Criterion).filter_by(workshop_id=workshop_id, role=role).order_by(Criterion.id))
    )
    rows = stored or [
        Criterion(workshop_id=workshop_id, role=role, evidence_key=key, operator=Operator.AT_LEAST, threshold=threshold)
        for key, threshold in (DEFAULTS if role == PaperRole.PESERTA else {}).items()
    ]
    return [row for row in rows if row.threshold > 0]


def thresholds_of(workshop_id: int, role: PaperRole = PaperRole.PESERTA) -> dict[str, Decimal]:
    """`{evidence key: threshold}` of a role."""
    return {row.evidence_key: row.threshold for row in criteria_of(workshop_id, role)}


def set_defaults(*, workshop_id: int) -> None:
    """Give a new workshop its conditions, so that later versions of this product do not change them."""
    _store(workshop_id, PaperRole.PESERTA, DEFAULTS)


def copy_criteria(*, source_id: int, workshop_id: int) -> None:
    """A copied workshop asks what its source asked, of every role."""
    found: dict[PaperRole, dict[str, Decimal]] = {PaperRole.PESERTA: {}}
    for row in db.session.scalars(sa.select(Criterion).filter_by(workshop_id=source_id).order_by(Criterion.id)):
        found.setdefault(row.role, {})[row.evidence_key] = row.threshold
    for role, thresholds in found.items():
        _store(workshop_id, role, thresholds or DEFAULTS)


def save_criteria(
    *, workshop_id: int, thresholds: Mapping[str, Decimal], actor: Actor, role: PaperRole = PaperRole.PESERTA
) -> None:
    """Replace the conditions of a role; a threshold of 0 asks nothing. Issued certificates stay as they are."""
    for key, threshold in thresholds.items():
        if not threshold.is_finite() or not 0 <= threshold <= MAX_THRESHOLD:
            raise CertificateRefused(_("Give a number from 0 upwards."), key)
        if threshold > 1 and key in UP_TO_ONE:
            raise CertificateRefused(_("Nobody can reach this. Give at most 100 percent, or 1 for the gain."), key)
    _store(workshop_id, role, thresholds)
    audit.record(action="certificates.criteria_changed", actor=actor, workshop_id=workshop_id, fields=tuple(thresholds))


def _store(workshop_id: int, role: PaperRole, thresholds: Mapping[str, Decimal]) -> None:
    query = sa.select(Criterion).filter_by(workshop_id=workshop_id, role=role)
    known = {row.evidence_key: row for row in db.session.scalars(query)}
    for key, threshold in thresholds.items():
        row = known.get(key)
        if row is None:
            db.session.add(Criterion(workshop_id=workshop_id, role=role, evidence_key=key, threshold=threshold))
        else:
            row.threshold = threshold
    db.session.flush()
