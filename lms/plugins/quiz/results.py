"""Reads of results: scores per person, gain per group, and how many got each question right."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa

from lms.core.enrolments.enums import EnrolmentStatus
from lms.core.enrolments.models import Enrolment
from lms.core.people.models import Person
from lms.kernel.db import db
from lms.kernel.permissions import Role
from lms.plugins.quiz.enums import FINISHED, AttemptState, Pillar, QuizKind
from lms.plugins.quiz.gain import Gain, Pair, gain_of, normalised
from lms.plugins.quiz.models import Answer, Attempt, Key, Question, Quiz, QuizItem, Tally

TESTS = (QuizKind.PRE, QuizKind.POST)
CONFIRMED = (Enrolment.role == Role.PESERTA, Enrolment.status == EnrolmentStatus.CONFIRMED)


@dataclass(frozen=True, kw_only=True)
class PersonResult:
    """The tests of one participant; a ratio is None while that test is not finished."""

    enrolment_id: int
    name: str
    affiliation: str
    affiliation_key: str
    region_code: str | None
    pre: Decimal | None
    post: Decimal | None
    is_running: bool
    is_auto_closed: bool

    @property
    def pair(self) -> Pair | None:
        if self.pre is None or self.post is None:
            return None
        return Pair(pre=self.pre, post=self.post)

    @property
    def gain(self) -> Decimal | None:
        return normalised(self.pre, self.post) if self.pre is not None and self.post is not None else None


@dataclass(frozen=True, kw_only=True)
class GroupResult:
    """The gain of one organisation."""

    name: str
    gain: Gain


@dataclass(frozen=True, kw_only=True)
class Results:
    """Everything about the two tests of a workshop. Unfinished attempts are counted and nowhere averaged."""

    people: tuple[PersonResult, ...]

    @property
    def paired(self) -> tuple[PersonResult, ...]:
        return tuple(row for row in self.people if row.pair is not None)

    @property
    def gain(self) -> Gain:
        return gain_of(row.pair for row in self.people if row.pair is not None)

    @property
    def left_out(self) -> int:
        """People who finished one of the tests only."""
        return sum((row.pre is None) != (row.post is None) for row in self.people)

    @property
    def running(self) -> int:
        return sum(row.is_running for row in self.people)

    @property
    def fallen(self) -> int:
        return sum(row.pair.post < row.pair.pre for row in self.people if row.pair is not None)

    @property
    def organisations(self) -> tuple[GroupResult, ...]:
        """By name; of people whose organisation is known."""
        groups: dict[str, list[PersonResult]] = defaultdict(list)
        for row in self.paired:
            if row.affiliation_key:
                groups[row.affiliation_key].append(row)
        found = [
            GroupResult(name=rows[0].affiliation, gain=gain_of(row.pair for row in rows if row.pair is not None))
            for rows in groups.values()
        ]
        return tuple(sorted(found, key=lambda group: group.name.casefold()))


@dataclass(frozen=True, kw_only=True)
class Facility:
    """The share 0..1 of finished attempts that got a question right, before and after; None where it was not asked."""

    code: str
    text: str
    pillar: Pillar
    pre: Decimal | None
    post: Decimal | None


def results_of(workshop_id: int) -> Results:
    """One statement, whatever the number of people. Where a person has two tests of a kind, the later quiz counts."""
    query = (
        sa.select(
            Enrolment.id,
            Person,
            Enrolment.affiliation,
            Enrolment.affiliation_key,
            Enrolment.region_code,
            Quiz.kind,
            Attempt.state,
            Attempt.score_ratio,
        )
        .join(Attempt, Attempt.enrolment_id == Enrolment.id)
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .join(Person, Person.id == Enrolment.person_id)
        .where(Enrolment.workshop_id == workshop_id, Quiz.workshop_id == workshop_id, Quiz.kind.in_(TESTS), *CONFIRMED)
        .order_by(Person.search_name, Enrolment.id, Quiz.id)
    )
    rows: dict[int, dict[str, object]] = {}
    for number, person, affiliation, key, region, kind, state, ratio in db.session.execute(query):
        row = rows.setdefault(
            number,
            {
                "enrolment_id": number,
                "name": person.formal_name,
                "affiliation": affiliation,
                "affiliation_key": key,
                "region_code": region,
                "pre": None,
                "post": None,
                "is_running": False,
                "is_auto_closed": False,
            },
        )
        if state in FINISHED:
            row[kind.value] = ratio
            row["is_auto_closed"] = row["is_auto_closed"] or state is AttemptState.AUTO_CLOSED
        else:
            row["is_running"] = True
    return Results(people=tuple(PersonResult(**row) for row in rows.values()))  # type: ignore[arg-type]


def facilities(workshop_id: int) -> list[Facility]:
    """Every question of the two tests, the one that most people miss in the last test first; four statements."""
    tests = (Quiz.workshop_id == workshop_id, Quiz.kind.in_(TESTS))
    done = (*tests, Attempt.state.in_(FINISHED), *CONFIRMED)
    attempts = sa.select(Quiz.id, sa.func.count()).select_from(Attempt).join(Quiz).join(Enrolment)
    totals = dict(db.session.execute(attempts.where(*done).group_by(Quiz.id)).all())
    right = _right_answers(tests)
    asked = (
        sa.select(Question.id, Question.code, Question.text, Question.pillar, Quiz.id, Quiz.kind)
        .join(QuizItem, QuizItem.question_id == Question.id)
        .join(Quiz, Quiz.id == QuizItem.quiz_id)
        .join(Key, Key.question_id == Question.id)
        .where(*tests)
        .order_by(Question.code, Quiz.id)
    )
    found: dict[int, dict[str, object]] = {}
    for question, code, text, pillar, quiz, kind in db.session.execute(asked):
        row = found.setdefault(question, {"code": code, "text": text, "pillar": pillar, "pre": None, "post": None})
        if total := totals.get(quiz):
            row[kind.value] = Decimal(right[quiz, question]) / total
    listed = [Facility(**row) for row in found.values()]  # type: ignore[arg-type]
    return sorted(listed, key=lambda row: (row.post is None, row.post if row.post is not None else row.pre or 0))


def _right_answers(tests: Collection[sa.ColumnElement[bool]]) -> Counter[tuple[int, int]]:
    """`{(quiz, question): finished attempts that got it right}`, those of erased answers included."""
    kept = sa.select(Tally.quiz_id, Tally.question_id, Tally.right).join(Quiz, Quiz.id == Tally.quiz_id).where(*tests)
    found: Counter[tuple[int, int]] = Counter()
    for quiz, question, count in (*db.session.execute(right_answers(*tests)), *db.session.execute(kept)):
        found[quiz, question] += count
    return found


def right_answers(*conditions: sa.ColumnElement[bool]) -> sa.Select[int, int, int]:
    """Rows `(quiz, question, count)` of right answers in finished attempts of confirmed participants."""
    return (
        sa.select(Quiz.id, Answer.question_id, sa.func.count())
        .select_from(Answer)
        .join(Attempt, Attempt.id == Answer.attempt_id)
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .join(Key, sa.and_(Key.question_id == Answer.question_id, Key.option_id == Answer.option_id))
        .where(Attempt.state.in_(FINISHED), *CONFIRMED, *conditions)
        .group_by(Quiz.id, Answer.question_id)
    )


def by_pillar(rows: Collection[Facility]) -> list[tuple[Pillar, Decimal, Decimal]]:
    """Mean facility before and after of each pillar, over questions asked in both tests."""
    groups: dict[Pillar, list[Pair]] = defaultdict(list)
    for row in rows:
        if row.pre is not None and row.post is not None:
            groups[row.pillar].append(Pair(pre=row.pre, post=row.post))
    found = []
    for pillar in Pillar:
        group = gain_of(groups[pillar])
        if group.mean_pre is not None and group.mean_post is not None:
            found.append((pillar, group.mean_pre, group.mean_post))
    return found


def shares_form(workshop_id: int) -> bool:
    """Whether the first and the last test have questions in common."""
    query = (
        sa.select(QuizItem.question_id)
        .join(Quiz, Quiz.id == QuizItem.quiz_id)
        .where(Quiz.workshop_id == workshop_id, Quiz.kind.in_(TESTS))
        .group_by(QuizItem.question_id)
        .having(sa.func.count(sa.distinct(Quiz.kind)) == len(TESTS))
        .limit(1)
    )
    return db.session.scalar(query) is not None


def scores_of_enrolment(enrolment_id: int) -> list[tuple[Quiz, Attempt]]:
    """The attempts of one person, in the order in which they began."""
    query = (
        sa.select(Quiz, Attempt)
        .join(Attempt, Attempt.quiz_id == Quiz.id)
        .where(Attempt.enrolment_id == enrolment_id)
        .order_by(Attempt.started_at, Attempt.id)
    )
    return [(quiz, attempt) for quiz, attempt in db.session.execute(query)]
