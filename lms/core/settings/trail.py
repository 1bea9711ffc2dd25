"""The change history for people: names instead of numbers, words instead of table names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.core.accounts.forms import ROLE_LABELS
from lms.core.accounts.models import Account, RoleGrant
from lms.core.enrolments.models import Enrolment
from lms.kernel.audit import AuditEntry
from lms.kernel.db import Model, db

KINDS = {
    "core_account": _l("Account"),
    "core_enrolment": _l("Registration"),
    "core_organiser": _l("Organiser"),
    "core_person": _l("Person"),
    "core_role_grant": _l("Role"),
    "core_workshop": _l("Workshop"),
    "certificates_batch": _l("Batch of certificates"),
    "certificates_certificate": _l("Certificate"),
    "certificates_series": _l("Number pattern"),
    "checkin_attendance": _l("Attendance"),
    "checkin_scan": _l("Scan"),
    "followup_plan": _l("Follow-up plan"),
    "followup_row": _l("Activity of a plan"),
    "materials_material": _l("Material"),
    "materials_version": _l("Material"),
    "organisations_document": _l("Document"),
    "organisations_organisation": _l("Organisation"),
    "organisations_snapshot": _l("Counts"),
    "quiz_category": _l("Category of questions"),
    "quiz_question": _l("Question"),
    "quiz_quiz": _l("Quiz"),
    "reports_recommendation": _l("Recommendation"),
    "reports_report": _l("Regional report"),
    "schedule_room": _l("Room"),
    "schedule_session": _l("Session"),
}
# What a row is called, or whose name stands for it; the first that is there counts.
_NAMES = ("formal_name", "name", "title", "number_text", "activity", "text")
_OWNERS = ("person", "account", "organisation", "enrolment", "material", "plan")
_LONGEST = 80


@dataclass(frozen=True, kw_only=True)
class Line:
    """An entry with who did it and what it is about, in words."""

    entry: AuditEntry
    who: str
    kind: str
    name: str


def lines_of(entries: Iterable[AuditEntry]) -> list[Line]:
    """Entries in their order; as many statements as there are kinds of subjects, whatever the number of entries."""
    rows = list(entries)
    accounts = _by_id(Account, {row.account_id for row in rows})
    holders = _by_id(Enrolment, {row.enrolment_id for row in rows})
    subjects = _subjects(rows)
    return [
        Line(
            entry=row,
            who=_who(row, accounts, holders),
            kind=str(KINDS.get(row.subject_type, row.subject_type.partition("_")[2].replace("_", " "))),
            name=_name(subjects.get((row.subject_type, row.subject_id)), row.subject_id),
        )
        for row in rows
    ]


def _who(row: AuditEntry, accounts: dict[int, Any], holders: dict[int, Any]) -> str:
    if row.account_id is not None:
        return _called(accounts.get(row.account_id)) or _("Account %(number)s, deleted", number=row.account_id)
    if row.enrolment_id is not None:
        return _called(holders.get(row.enrolment_id)) or _("a ticket holder")
    return _("the system")


def _subjects(rows: list[AuditEntry]) -> dict[tuple[str, int | None], Any]:
    wanted: dict[str, set[int | None]] = defaultdict(set)
    for row in rows:
        wanted[row.subject_type].add(row.subject_id)
    models = {mapper.local_table.name: mapper.class_ for mapper in Model.registry.mappers}  # type: ignore[attr-defined]
    return {
        (table, number): subject
        for table, numbers in wanted.items()
        if table in models
        for number, subject in _by_id(models[table], numbers).items()
    }


def _by_id(model: type[Any], numbers: set[int | None]) -> dict[int, Any]:
    known = numbers - {None}
    if not known:
        return {}
    near = [sa.orm.joinedload(getattr(model, name)) for name in _OWNERS if name in model.__mapper__.relationships]
    return {row.id: row for row in db.session.scalars(sa.select(model).where(model.id.in_(known)).options(*near))}


def _name(subject: Any, number: int | None) -> str:
    called = _called(subject)
    if isinstance(subject, RoleGrant):
        return f"{ROLE_LABELS[subject.role]}, {called}"
    return called or (str(number) if number is not None else "")


def _called(subject: Any) -> str:
    for attribute in _NAMES:
        if value := getattr(subject, attribute, ""):
            return str(value)[:_LONGEST]
    for attribute in _OWNERS:
        if (owner := getattr(subject, attribute, None)) is not None and (called := _called(owner)):
            return called
    return str(getattr(subject, "affiliation", ""))[:_LONGEST]
