"""The table of marks of a quiz for download: numbers only for whoever checks our statistics, with names for staff."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from flask_babel import gettext as _

from lms.core.enrolments.queries import enrolments_of
from lms.core.exports.api import Column, ColumnKind
from lms.plugins.quiz import matrix
from lms.plugins.quiz.analysis import Analysis
from lms.plugins.quiz.enums import Form
from lms.plugins.quiz.models import Quiz

Table = tuple[list[Column], list[Sequence[object]]]


def numbers_of(quiz: Quiz, form: Form | None) -> Table:
    """A row an attempt and a column a question, of one form or of all; empty where a person did not have it.

    Headings hold words, so that no program takes codes that are numbers for marks.
    """
    found = matrix.matrix_of(quiz)
    groups = [group for group in found.groups if form is None or group.form is form]
    columns = groups[0].columns if len(groups) == 1 else found.columns
    sheets = groups[0].sheets if len(groups) == 1 else found.sheets if form is None else ()
    rows = [[sheet.marks.get(column.question_id, (None,))[0] for column in columns] for sheet in sheets]
    return [_heading(column) for column in columns], list(rows)


def named_of(quiz: Quiz) -> Table:
    """The same with name, organisation, form and total in front; attempts that wait for marking are left out."""
    found = matrix.matrix_of(quiz)
    people = {person.id: person for person in enrolments_of(quiz.workshop_id)}
    rows: list[Sequence[object]] = []
    for sheet in found.sheets:
        person = people[sheet.enrolment_id]
        total, most = matrix.own_total(sheet, found.columns)
        marks = [sheet.marks.get(column.question_id, (None,))[0] for column in found.columns]
        rows.append([person.person.formal_name, person.affiliation, sheet.form.value, total, most, *marks])
    front = [
        Column("name", _("Name")),
        Column("affiliation", _("Organisation")),
        Column("form", _("Form"), width=8),
        Column("total", _("Total"), ColumnKind.NUMBER),
        Column("most", _("Highest possible"), ColumnKind.NUMBER),
    ]
    return [*front, *map(_heading, found.columns)], rows


def commands_of(found: Analysis) -> list[tuple[Form, str]]:
    """How to check the page's figures with the command line, by form; none where people had different questions."""
    commands = []
    for total in found.totals:
        if not total.has_draws:
            columns = [item.column for item in found.items if item.column.form in (Form.BOTH, total.form)]
            most = [plain(column.mark) for column in columns]
            marks = "" if set(most) <= {"1"} else f" --max-marks {','.join(most)}"
            commands.append((total.form, f"lms quiz stats --csv nilai.csv{marks}"))
    return commands


def plain(mark: Decimal) -> str:
    """A mark without an exponent or idle zeros."""
    return format(mark.normalize(), "f")


def _heading(column: matrix.Column) -> Column:
    return Column(column.code, _("Question %(number)s", number=f"{column.number} ({column.code})"), ColumnKind.NUMBER)
