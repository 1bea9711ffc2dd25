"""Who may have a certificate: the facts from the evidence port held against the workshop's criteria."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from flask_babel import gettext as _

from lms.core import evidence
from lms.core.enrolments.models import Enrolment
from lms.core.enrolments.queries import enrolments_of
from lms.kernel.i18n import number, percent
from lms.kernel.permissions import Role
from lms.kernel.registry import registry
from lms.plugins.certificates import queries
from lms.plugins.certificates.models import Certificate, Criterion


@dataclass(frozen=True, kw_only=True)
class Eligibility:
    """One person: what was found, why not, and the certificate if there is one."""

    enrolment: Enrolment
    reasons: tuple[str, ...]
    facts: dict[str, str]
    certificate: Certificate | None

    @property
    def is_eligible(self) -> bool:
        return not self.reasons


def eligibility(workshop_id: int, role: Role) -> list[Eligibility]:
    """Everybody of a role, in a constant number of statements. Raises EvidenceUnavailable; that never counts as met."""
    people = enrolments_of(workshop_id, roles=(role,))
    wanted = queries.criteria_of(workshop_id) if role is Role.PESERTA else []
    keys = [criterion.evidence_key for criterion in wanted]
    found = evidence.collect(keys=keys, workshop_id=workshop_id, enrolment_ids=[person.id for person in people])
    issued = queries.active_by_enrolment(workshop_id)
    return [
        Eligibility(
            enrolment=person,
            reasons=tuple(
                text for item in wanted if (text := _reason(item, found[person.id].get(item.evidence_key))) is not None
            ),
            facts={key: str(value) for key, value in found[person.id].items()},
            certificate=issued.get(person.id),
        )
        for person in people
    ]


def of_enrolment(enrolment: Enrolment) -> Eligibility:
    """One person's eligibility."""
    rows = eligibility(enrolment.workshop_id, enrolment.role)
    return next(row for row in rows if row.enrolment.id == enrolment.id)


def is_ratio(criterion: Criterion) -> bool:
    """Whether the threshold is a part of something and reads as a percentage."""
    return criterion.evidence_key.endswith(("_ratio", "_score"))


def label_of(criterion: Criterion) -> str:
    """The criterion in words."""
    kind = registry().evidence.get(criterion.evidence_key)
    return str(kind.label) if kind else criterion.evidence_key


def _reason(criterion: Criterion, value: Decimal | None) -> str | None:
    if value is not None and value >= criterion.threshold:
        return None
    label = label_of(criterion)
    if criterion.threshold == 1 and not is_ratio(criterion):
        return _("%(label)s: not yet", label=label)
    show = percent if is_ratio(criterion) else number
    found = show(value) if value is not None else _("no data")
    return _("%(label)s %(found)s, needs %(needed)s", label=label, found=found, needed=show(criterion.threshold))
