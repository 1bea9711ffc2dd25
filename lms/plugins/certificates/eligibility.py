"""Who may get a certificate and why not: the table that staff sees and that batches follow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from lms.core import evidence
from lms.core.enrolments.models import Enrolment
from lms.core.enrolments.queries import enrolments_of
from lms.core.evidence import EvidenceUnavailable
from lms.core.workshops.models import Workshop
from lms.kernel.permissions import Role
from lms.kernel.registry import registry
from lms.plugins.certificates import queries, words
from lms.plugins.certificates.criteria import criteria_of
from lms.plugins.certificates.enums import CertificateStatus, Operator, PaperRole, Standing
from lms.plugins.certificates.models import Certificate, Criterion


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One condition for one person."""

    key: str
    text: str
    is_met: bool


@dataclass(frozen=True, kw_only=True)
class Row:
    """Where one person stands."""

    enrolment: Enrolment
    standing: Standing
    facts: tuple[Fact, ...] = ()
    values: tuple[tuple[str, Decimal], ...] = ()
    certificate: Certificate | None = None

    @property
    def reasons(self) -> tuple[str, ...]:
        """What is missing."""
        return tuple(fact.text for fact in self.facts if not fact.is_met)


@dataclass(frozen=True, kw_only=True)
class Table:
    """One role of a workshop. `problem` says why nobody can pass: a fact that a condition needs is not available."""

    role: PaperRole
    rows: tuple[Row, ...]
    problem: str = ""

    def of(self, standing: Standing) -> list[Row]:
        return [row for row in self.rows if row.standing is standing]

    @property
    def ready(self) -> list[Row]:
        return self.of(Standing.READY)

    @property
    def lacking(self) -> list[Row]:
        return self.of(Standing.LACKING)

    @property
    def issued(self) -> list[Row]:
        return self.of(Standing.ISSUED)


def table_of(workshop: Workshop, role: PaperRole) -> Table:
    """Every confirmed person of the role, in a constant number of statements."""
    own = [kernel_role for kernel_role in Role if PaperRole.of(kernel_role) == role]
    people = [row for row in enrolments_of(workshop.id, roles=tuple(own)) if row.person.erased_at is None]
    papers = queries.latest_by_enrolment(workshop.id, role)
    try:
        judged, problem = judge(workshop, people, role), ""
    except EvidenceUnavailable as error:
        judged, problem = {}, str(error)
    rows = []
    for person in people:
        facts, values = judged.get(person.id, ((), ()))
        standing = _standing(papers.get(person.id), is_met=not problem and all(fact.is_met for fact in facts))
        rows.append(
            Row(enrolment=person, standing=standing, facts=facts, values=values, certificate=papers.get(person.id))
        )
    return Table(role=role, rows=tuple(rows), problem=problem)


def judge(
    workshop: Workshop, people: Sequence[Enrolment], role: PaperRole
) -> dict[int, tuple[tuple[Fact, ...], tuple[tuple[str, Decimal], ...]]]:
    """`{enrolment_id: (facts, values)}`; raises EvidenceUnavailable when a condition cannot be checked."""
    criteria = criteria_of(workshop.id, role)
    keys = [criterion.evidence_key for criterion in criteria]
    wanted = list(keys)
    if words.ATTENDANCE in keys and words.ATTENDED in registry().evidence:
        wanted.append(words.ATTENDED)
    found = evidence.collect(keys=wanted, workshop_id=workshop.id, enrolment_ids=[row.id for row in people])
    return {
        number: (tuple(_fact(criterion, values) for criterion in criteria), tuple(sorted(values.items())))
        for number, values in found.items()
    }


def _fact(criterion: Criterion, values: dict[str, Decimal]) -> Fact:
    value = values.get(criterion.evidence_key)
    assert criterion.operator is Operator.AT_LEAST  # the only one so far
    return Fact(
        key=criterion.evidence_key,
        text=words.fact_text(criterion.evidence_key, values, criterion.threshold),
        is_met=value is not None and value >= criterion.threshold,
    )


def _standing(paper: Certificate | None, *, is_met: bool) -> Standing:
    if paper is not None and paper.is_valid:
        return Standing.ISSUED
    if paper is not None and paper.status is CertificateStatus.REVOKED:
        return Standing.REVOKED
    return Standing.READY if is_met else Standing.LACKING
