"""Facts about enrolments that ratings offer to others, for example as a condition of certificates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from flask_babel import lazy_gettext as _l

from lms.sdk import EvidenceKind
from lms_ratings import queries


def given(*, workshop_id: int, enrolment_ids: Sequence[int]) -> Mapping[int, Decimal]:
    """1 for everybody who rated; absent for the others."""
    return dict.fromkeys(queries.raters_among(enrolment_ids), Decimal(1))


KINDS = (EvidenceKind(key="ratings.given", label=_l("Workshop rated"), unit=_l("yes or no"), collect=given),)
