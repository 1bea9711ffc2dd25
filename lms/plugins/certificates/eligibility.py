"""Who may get a certificate and why not: the table that staff sees and that batches follow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from lms.core import evidence
from lms.core.enrolments.models import Enrolment
from lms.core.enrolments.queries import enrolments_of
from lms.core.evidence import EvidenceUnavailable
from lms.core.workshops.models import Workshop
from lms.kernel.permissions import Role
from lms.kernel.registry import registry
from lms.plugins.certificates import decision_queries, queries, words
from lms.plugins.certificates.criteria import criteria_of
from lms.plugins.certificates.enums import CertificateStatus, Operator, PaperRole, Standing
from lms.plugins.certificates.models import Certificate, Criterion, Decision

EXCEPTION = "exception"


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One condition for one person; `is_met` holds too where an exception waives it, which `is_waived` tells."""

    key: str
    text: str
    is_met: bool
    is_waived: bool = False


Values = tuple[tuple[str, Decimal], ...]
Judged = tuple[tuple[Fact, ...], Values]


@dataclass(frozen=True, kw_only=True)
class Row:
    """Where one person stands."""

    enrolment: Enrolment
    standing: Standing
    facts: tuple[Fact, ...] = ()
    values: Values = ()
    certificate: Certificate | None = None
    decision: Decision | None = None

    @property
    def is_exception(self) -> bool:
        """Whether staff lets the person pass without the conditions."""
        return self.decision is not None and bool(self.decision.exception_reason)

    @property
    def detail(self) -> str:
        """What the person did in the role, as staff wrote it down."""
        return (self.decision.detail if self.decision is not None else "") or self.enrolment.task

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

    @property
    def exceptions(self) -> list[Row]:
        return [row for row in self.rows if row.is_exception]


def table_of(workshop: Workshop, role: PaperRole) -> Table:
    """Every confirmed person of the role, and those named for it, in a constant number of statements."""
    own = tuple(kernel_role for kernel_role in Role if PaperRole.of(kernel_role) == role)
    decisions = decision_queries.decisions_of(workshop.id, role)
    people = enrolments_of(workshop.id, roles=own) if own else []
    people += decision_queries.named_people(decisions, role)
    people = sorted(
        (row for row in people if row.person.erased_at is None), key=lambda row: (row.person.search_name, row.id)
    )
    papers = queries.latest_by_enrolment(workshop.id, role)
    try:
        judged, problem = judge(workshop, people, role, decisions=decisions), ""
    except EvidenceUnavailable as error:
        excused = [row for row in people if _reason(decisions, row.id)]
        judged, problem = judge(workshop, excused, role, decisions=decisions), str(error)
    rows = []
    for person in people:
        facts, values = judged.get(person.id, ((), ()))
        is_met = person.id in judged and all(fact.is_met for fact in facts)
        rows.append(
            Row(
                enrolment=person,
                standing=_standing(papers.get(person.id), is_met=is_met),
                facts=facts,
                values=values,
                certificate=papers.get(person.id),
                decision=decisions.get(person.id),
            )
        )
    return Table(role=role, rows=tuple(rows), problem=problem)


def row_of(enrolment: Enrolment, role: PaperRole) -> Row:
    """One person in one role; raises EvidenceUnavailable when a condition cannot be checked.

    Says nothing about whether the person has the role: `decision_queries.has_role` does.
    """
    decision = decision_queries.decision_of(enrolment.id, role)
    decisions = {enrolment.id: decision} if decision is not None else {}
    facts, values = judge(enrolment.workshop, [enrolment], role, decisions=decisions)[enrolment.id]
    paper = queries.active_certificate(enrolment.id, role)
    return Row(
        enrolment=enrolment,
        standing=_standing(paper, is_met=all(fact.is_met for fact in facts)),
        facts=facts,
        values=values,
        certificate=paper,
        decision=decision,
    )


def judge(
    workshop: Workshop,
    people: Sequence[Enrolment],
    role: PaperRole,
    *,
    decisions: Mapping[int, Decision] | None = None,
) -> dict[int, Judged]:
    """`{enrolment_id: (facts, values)}`; raises EvidenceUnavailable when a condition cannot be checked.

    Whom staff lets pass as an exception has every fact met, with the reason among them. `decisions` are those of the
    role where the caller has read them.
    """
    if decisions is None:
        decisions = decision_queries.decisions_of(workshop.id, role)
    criteria = criteria_of(workshop.id, role)
    try:
        found = _collect(workshop.id, people, criteria)
    except EvidenceUnavailable:
        if not all(_reason(decisions, row.id) for row in people):
            raise
        found, criteria = {row.id: {} for row in people}, []  # nobody here needs the facts
    return {
        number: (_facts(criteria, values, _reason(decisions, number)), tuple(sorted(values.items())))
        for number, values in found.items()
    }


def _collect(
    workshop_id: int, people: Sequence[Enrolment], criteria: Sequence[Criterion]
) -> dict[int, dict[str, Decimal]]:
    keys = [criterion.evidence_key for criterion in criteria]
    wanted = list(keys)
    if words.ATTENDANCE in keys and words.ATTENDED in registry().evidence:
        wanted.append(words.ATTENDED)
    return evidence.collect(keys=wanted, workshop_id=workshop_id, enrolment_ids=[row.id for row in people])


def _reason(decisions: Mapping[int, Decision], enrolment_id: int) -> str:
    decision = decisions.get(enrolment_id)
    return decision.exception_reason if decision is not None else ""


def _facts(criteria: Sequence[Criterion], values: dict[str, Decimal], reason: str) -> tuple[Fact, ...]:
    facts = tuple(_fact(criterion, values) for criterion in criteria)
    if not reason:
        return facts
    waived = tuple(fact if fact.is_met else replace(fact, is_met=True, is_waived=True) for fact in facts)
    return (*waived, Fact(key=EXCEPTION, text=words.exception_text(reason), is_met=True))


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
