"""The evidence port: facts about enrolments, collected from whichever plugins offer them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from flask_babel import gettext as _

from lms.kernel.errors import RuleViolation
from lms.kernel.registry import registry


class EvidenceUnavailable(RuleViolation):
    """A rule needs a fact whose provider is not installed or off for the workshop; it never counts as met."""


def collect(*, keys: Sequence[str], workshop_id: int, enrolment_ids: Sequence[int]) -> dict[int, dict[str, Decimal]]:
    """`{enrolment_id: {key: value}}`; an absent key means no data. One batch call per key."""
    facts: dict[int, dict[str, Decimal]] = {number: {} for number in enrolment_ids}
    for key in keys:
        kind = registry().evidence.get(key)
        if kind is None:
            raise EvidenceUnavailable(_("The fact “%(key)s” is not available: its plugin is not installed.", key=key))
        if registry().is_off(key.partition(".")[0], workshop_id):
            raise EvidenceUnavailable(
                _("The fact “%(fact)s” is not available: its feature is off here.", fact=kind.label)
            )
        found: Mapping[int, Decimal] = kind.collect(workshop_id=workshop_id, enrolment_ids=list(enrolment_ids))
        for number, value in found.items():
            if number in facts:
                facts[number][key] = value
    return facts
