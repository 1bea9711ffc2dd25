"""Item analysis of one quiz: the matrix of marks, and what its figures say about each question and about the test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import sqlalchemy as sa

from lms.core.enrolments.models import Enrolment
from lms.kernel.db import db
from lms.plugins.quiz.content import ZERO
from lms.plugins.quiz.enums import FINISHED, AttemptState, Form, QuizKind
from lms.plugins.quiz.item_advice import Advice, OptionCount, advice_of, option_counts
from lms.plugins.quiz.item_choices import Chosen, chosen_of
from lms.plugins.quiz.matrix import Column, Group, Matrix, columns_of, matrix_of, own_total, ranks_of
from lms.plugins.quiz.models import Attempt, Quiz
from lms.plugins.quiz.sheets import CONFIRMED, Sheet, earned_of
from lms.plugins.quiz.statistics import SlotStatistics, TotalStatistics, question_of, statistics_of

FEW = 30  # below, every figure is a hint and no finding
HUNDRED = Decimal(100)
NO_FIGURES = SlotStatistics(
    facility=None,
    sd=None,
    discrimination_index=None,
    discriminative_efficiency=None,
    effective_weight=None,
    point_biserial=None,
    upper_lower=None,
)


@dataclass(frozen=True, kw_only=True)
class Shares:
    """How many earned everything, a part, and nothing (or less): of types without options."""

    full: int
    part: int
    none: int


@dataclass(frozen=True, kw_only=True)
class Item:
    """One question over the `people` who had it; options are counted over `chosen_by` of them, `blank` chose none."""

    column: Column
    people: int
    slot: SlotStatistics
    advice: Advice
    options: tuple[OptionCount, ...] = ()
    chosen_by: int = 0
    blank: int = 0
    shares: Shares | None = None


@dataclass(frozen=True, kw_only=True)
class FormTotal:
    """The whole test of one form, in marks of `most`; in percent of the own highest mark where that differs."""

    form: Form
    figures: TotalStatistics
    most: Decimal
    is_percent: bool
    has_draws: bool  # people had different questions, so nothing is said about how these go together


@dataclass(frozen=True, kw_only=True)
class Analysis:
    """Everything on the page; `people` counted, `running` and `waiting` are not."""

    people: int
    running: int
    waiting: int
    items: tuple[Item, ...]
    totals: tuple[FormTotal, ...]
    is_erased: bool

    @property
    def is_few(self) -> bool:
        return 0 < self.people < FEW

    @property
    def has_forms(self) -> bool:
        return any(total.form for total in self.totals)

    @property
    def has_draws(self) -> bool:
        return any(total.has_draws for total in self.totals)


def analysis_of(quiz: Quiz) -> Analysis:
    """Item and test statistics with advice; five statements at most, whatever the number of people."""
    if quiz.answers_erased_at is not None:
        return _erased(quiz)
    matrix = matrix_of(quiz)
    found = {group.form: _statistics(group) for group in matrix.groups}
    chosen = chosen_of(quiz.id, matrix)
    own = {sheet.attempt_id: own_total(sheet, matrix.columns) for sheet in matrix.sheets}
    ranks = ranks_of({attempt: total / most if most else ZERO for attempt, (total, most) in own.items()})
    items = []
    for column in matrix.columns:
        sheets = [sheet for sheet in matrix.sheets if column.question_id in sheet.marks]
        slot = _whole_slot(column, matrix, found) or _part_slot(column, sheets, own, ranks)
        items.append(_item(column, sheets, slot, chosen, ranks, is_after=quiz.kind is QuizKind.POST))
    totals = [total for group in matrix.groups if (total := found[group.form][1]) is not None]
    return Analysis(
        people=len(matrix.sheets),
        running=_running(quiz.id),
        waiting=matrix.waiting,
        items=tuple(items),
        totals=tuple(totals),
        is_erased=False,
    )


def _statistics(group: Group) -> tuple[dict[int, SlotStatistics], FormTotal | None]:
    """By question where everybody had the same ones; the total in any case but that of nobody."""
    if not group.sheets:
        return {}, None
    if not group.is_uniform:
        totals = [own_total(sheet, group.columns) for sheet in group.sheets]
        return {}, total_of(group.form, totals)
    found = statistics_of(marks=group.marks(), max_marks=group.most)
    slots = {column.question_id: slot for column, slot in zip(group.columns, found.slots, strict=True)}
    most = sum(group.most, ZERO)
    return slots, FormTotal(form=group.form, figures=found.total, most=most, is_percent=False, has_draws=False)


def total_of(form: Form, totals: Sequence[tuple[Decimal, Decimal]]) -> FormTotal:
    """What can be said of (total, highest mark) alone: where it lies and how it spreads, not how questions agree."""
    tops = {most for _total, most in totals}
    is_percent = len(tops) > 1
    rows = [[HUNDRED * total / most if is_percent and most else total] for total, most in totals]
    most = HUNDRED if is_percent else next(iter(tops))
    figures = statistics_of(marks=rows, max_marks=[most]).total
    return FormTotal(form=form, figures=figures, most=most, is_percent=is_percent, has_draws=True)


def _whole_slot(
    column: Column, matrix: Matrix, found: dict[Form, tuple[dict[int, SlotStatistics], FormTotal | None]]
) -> SlotStatistics | None:
    """From the one uniform group that had the question; None where several had it, or not everybody of a group."""
    having = [group for group in matrix.groups if column in group.columns]
    return found[having[0].form][0].get(column.question_id) if len(having) == 1 else None


def _part_slot(
    column: Column, sheets: Sequence[Sheet], own: dict[int, tuple[Decimal, Decimal]], ranks: dict[int, int]
) -> SlotStatistics:
    if not sheets:
        return NO_FIGURES
    marks = [sheet.marks[column.question_id] for sheet in sheets]
    worth = {most for _mark, most in marks}
    # Equal almost always; where it differs, each counts as a part of its own highest mark.
    scaled = [mark if len(worth) == 1 else (mark or ZERO) / most for mark, most in marks]
    return question_of(
        marks=scaled,
        totals=[own[sheet.attempt_id][0] for sheet in sheets],
        max_mark=worth.pop() if len(worth) == 1 else Decimal(1),
        ranks=[ranks[sheet.attempt_id] for sheet in sheets],
    )


def _item(
    column: Column,
    sheets: Sequence[Sheet],
    slot: SlotStatistics,
    chosen: dict[int, Chosen],
    ranks: dict[int, int],
    *,
    is_after: bool,
) -> Item:
    options: tuple[OptionCount, ...] = ()
    shares, chosen_by, blank = None, 0, 0
    picked = chosen.get(column.question_id)
    if picked is not None:
        seen = [sheet for sheet in sheets if sheet.keys[column.question_id] == picked.version_id]
        choices = [picked.by_attempt.get(sheet.attempt_id, ()) for sheet in seen]
        options = option_counts(choices=choices, right=picked.right, ranks=[ranks[sheet.attempt_id] for sheet in seen])
        chosen_by, blank = len(seen), sum(not choice for choice in choices)
    elif sheets:
        shares = _shares(column, sheets)
    advice = advice_of(
        number=column.number,
        slot=slot,
        people=len(sheets),
        options=options if chosen_by == len(sheets) else (),
        is_after=is_after,
    )
    return Item(
        column=column,
        people=len(sheets),
        slot=slot,
        advice=advice,
        options=options,
        chosen_by=chosen_by,
        blank=blank,
        shares=shares,
    )


def _shares(column: Column, sheets: Sequence[Sheet]) -> Shares:
    marks = [sheet.marks[column.question_id] for sheet in sheets]
    full = sum(mark is not None and mark >= most for mark, most in marks)
    part = sum(mark is not None and ZERO < mark < most for mark, most in marks)
    return Shares(full=full, part=part, none=len(marks) - full - part)


def _running(quiz_id: int) -> int:
    query = (
        sa.select(sa.func.count(Attempt.id))
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .where(Attempt.quiz_id == quiz_id, Attempt.number == 1, Attempt.state == AttemptState.IN_PROGRESS, *CONFIRMED)
    )
    return db.session.scalar(query) or 0


def _erased(quiz: Quiz) -> Analysis:
    """Single answers are gone: what was counted before gives each facility, and stored totals their spread."""
    query = (
        sa.select(Attempt.form, Attempt.mark, Attempt.max_mark, Attempt.is_provisional)
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .where(Attempt.quiz_id == quiz.id, Attempt.number == 1, Attempt.state.in_(FINISHED), *CONFIRMED)
        .order_by(Attempt.id)
    )
    rows = list(db.session.execute(query))
    kept = [(form, mark, most or ZERO) for form, mark, most, waits in rows if not waits and mark is not None]
    forms = sorted({form for form, _mark, _most in kept})
    earned = earned_of([quiz.id])
    items = []
    for column in columns_of(quiz.id):
        known = earned.get((quiz.id, column.question_id))
        share = known.share if known is not None else None
        facility = float(share) if share is not None else None
        slot, people = replace(NO_FIGURES, facility=facility), known.asked if known is not None else 0
        advice = advice_of(number=column.number, slot=slot, people=people, is_after=quiz.kind is QuizKind.POST)
        items.append(Item(column=column, people=people, slot=slot, advice=advice))
    return Analysis(
        people=len(kept),
        running=_running(quiz.id),
        waiting=len(rows) - len(kept),
        items=tuple(items),
        totals=tuple(total_of(form, [(mark, most) for of, mark, most in kept if of == form]) for form in forms),
        is_erased=True,
    )
