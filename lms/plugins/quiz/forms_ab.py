"""Parallel forms of a quiz: what is known about its questions, applying a split, and who saw a question twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from decimal import Decimal

import sqlalchemy as sa
from flask_babel import gettext as _

from lms.core.enrolments.models import Enrolment
from lms.kernel import audit
from lms.kernel.db import db
from lms.kernel.permissions import Actor
from lms.plugins.quiz import copying, queries, sheets, words
from lms.plugins.quiz.bank_models import Question
from lms.plugins.quiz.content import ZERO
from lms.plugins.quiz.enums import Form, QuizKind
from lms.plugins.quiz.errors import QuizCannotChange
from lms.plugins.quiz.items import ItemRow, hold_unbegun
from lms.plugins.quiz.kinds.registry import kinds
from lms.plugins.quiz.models import Attempt, Quiz, QuizItem
from lms.plugins.quiz.parallel import Candidate, Split

OTHER_TEST = {QuizKind.PRE: QuizKind.POST, QuizKind.POST: QuizKind.PRE}
MAX_PAST = 20  # earlier quizzes that facilities are taken from, the newest ones


def past_of(question_ids: Collection[int]) -> dict[int, sheets.Earned]:
    """How questions went so far: in pre-tests, before teaching, where they were asked there, else anywhere.

    Four statements, whatever the number of questions; questions that nobody was asked are absent.
    """
    query = (
        sa.select(Quiz.id, Quiz.kind)
        .join(QuizItem, QuizItem.quiz_id == Quiz.id)
        .where(QuizItem.question_id.in_(question_ids), sa.exists().where(Attempt.quiz_id == Quiz.id))
        .distinct()
        .order_by(Quiz.id.desc())
        .limit(MAX_PAST)
    )
    kind_of = dict(db.session.execute(query).all())
    sums: dict[tuple[bool, int], sheets.Earned] = {}
    for (quiz_id, question_id), earned in sheets.earned_of(set(kind_of)).items():
        key = (kind_of[quiz_id] is QuizKind.PRE, question_id)
        known = sums.get(key, sheets.Earned(right=ZERO, asked=0))
        sums[key] = sheets.Earned(right=known.right + earned.right, asked=known.asked + earned.asked)
    found = {number: sums.get((True, number)) or sums.get((False, number)) for number in question_ids}
    return {number: earned for number, earned in found.items() if earned is not None and earned.asked}


def candidates_of(rows: Sequence[ItemRow]) -> list[Candidate]:
    """The questions of a quiz that forms can be built from: scored ones outside pools, with what is known of them."""
    able = [row for row in rows if row.is_scored and row.pool is None]
    past = past_of([row.question.id for row in able])
    found = []
    for row in able:
        earned = past.get(row.question.id)
        share = earned.share if earned is not None else None
        found.append(
            Candidate(
                question_id=row.question.id,
                objective=row.question.objective.strip() or str(words.PILLARS[row.question.pillar]),
                kind=row.question.kind,
                mark=row.item.mark,
                facility=min(max(share, ZERO), Decimal(1)) if share is not None else None,
            )
        )
    return found


def current_split(rows: Sequence[ItemRow], able: Sequence[Candidate]) -> Split:
    """The forms as the quiz has them now; questions of both are left out."""
    form = {row.question.id: row.item.form for row in rows}
    a, b, both = (tuple(row for row in able if form[row.question_id] is kind) for kind in (Form.A, Form.B, Form.BOTH))
    return Split(a=a, b=b, left_out=both)


def partner_of(quiz: Quiz) -> Quiz | None:
    """The other test of the workshop, to which the same forms can be applied: one that nobody has begun."""
    kind = OTHER_TEST.get(quiz.kind)
    if kind is None:
        return None
    query = sa.select(Quiz).filter_by(workshop_id=quiz.workshop_id, kind=kind).order_by(Quiz.id)
    return next((row for row in db.session.scalars(query).all() if not queries.is_begun(row.id)), None)


def apply_forms(
    *, quiz_id: int, a: Collection[int], b: Collection[int], drops_rest: Collection[int], partner: bool, actor: Actor
) -> Quiz:
    """Give the quiz two forms by question ids; what is in neither is asked in both, or leaves with `drops_rest`.

    With `partner` the other test gets the very same questions and forms; each person then gets the other form there.
    Raises QuizCannotChange once somebody has begun one of them, and for forms that are not equally long.
    """
    numbers = [quiz_id]
    other = partner_of(db.session.get_one(Quiz, quiz_id)) if partner else None
    if other is not None:
        numbers.append(other.id)
    held = {number: hold_unbegun(number) for number in sorted(numbers)}  # in the order of keys, as everywhere
    quiz = held[quiz_id]
    items = {row.question_id: row for row in db.session.scalars(sa.select(QuizItem).filter_by(quiz_id=quiz_id))}
    _check(items, set(a), set(b), len(a) + len(b))
    for number, item in items.items():
        item.form = Form.A if number in a else Form.B if number in b else Form.BOTH
        if number in drops_rest and not item.form and item.pool_id is None:
            db.session.delete(item)
    quiz.has_forms = True
    db.session.flush()
    audit.record(action="quiz.forms", subject=quiz, workshop_id=quiz.workshop_id, actor=actor, fields=("has_forms",))
    if other is not None:
        _same_questions(quiz, held[other.id], actor)
    return quiz


def drop_forms(*, quiz_id: int, actor: Actor) -> Quiz:
    """Ask everybody every question again. Raises QuizCannotChange once somebody has begun."""
    quiz = hold_unbegun(quiz_id)
    if quiz.has_forms:
        quiz.has_forms = False
        every = sa.update(QuizItem).where(QuizItem.quiz_id == quiz_id).values(form=Form.BOTH)
        db.session.execute(every.execution_options(synchronize_session="fetch"))
        db.session.flush()
        changed = ("has_forms",)
        audit.record(action="quiz.forms", subject=quiz, workshop_id=quiz.workshop_id, actor=actor, fields=changed)
    return quiz


def same_form_people(workshop_id: int) -> int:
    """How many participants were asked a question twice, in the first test and in the last; two statements.

    It goes by what each person really got, so forms that were exchanged give 0.
    """
    query = (
        sa.select(Attempt.enrolment_id, Quiz.kind, Attempt.layout)
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .where(Quiz.workshop_id == workshop_id, Quiz.kind.in_(OTHER_TEST), *sheets.CONFIRMED)
    )
    asked: dict[int, dict[QuizKind, set[int]]] = defaultdict(lambda: {kind: set() for kind in OTHER_TEST})
    for enrolment_id, kind, layout in db.session.execute(query):
        asked[enrolment_id][kind] |= {slot["q"] for slot in layout}
    twice = {person: got[QuizKind.PRE] & got[QuizKind.POST] for person, got in asked.items()}
    scored = _scored(set().union(*twice.values()))
    return sum(bool(repeated & scored) for repeated in twice.values())


def _scored(question_ids: Collection[int]) -> set[int]:
    """Those of the questions that earn marks: a text to read may well come twice."""
    if not question_ids:
        return set()
    types = {key for key, kind in kinds().items() if not kind.is_scored}
    return set(
        db.session.scalars(sa.select(Question.id).where(Question.id.in_(question_ids), Question.kind.not_in(types)))
    )


def _check(items: dict[int, QuizItem], a: set[int], b: set[int], given: int) -> None:
    placed = a | b
    if len(placed) != given or not placed <= set(items) or any(items[number].pool_id for number in placed):
        raise QuizCannotChange(_("The questions of this quiz have changed. Look at the forms again, then apply them."))
    if not placed or len(a) != len(b):
        raise QuizCannotChange(_("The forms need the same number of questions. Choose at least two per objective."))


def _same_questions(quiz: Quiz, other: Quiz, actor: Actor) -> None:
    copying.clear_items(other.id)
    copying.copy_items(quiz.id, other.id)
    other.has_forms = True
    db.session.flush()
    changed = ("questions", "has_forms")
    audit.record(action="quiz.forms", subject=other, workshop_id=other.workshop_id, actor=actor, fields=changed)
