"""Reads of results: scores per person, gain per group, and how many got each question right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa

from lms.core.enrolments.models import Enrolment
from lms.core.people.models import Person
from lms.kernel.db import db
from lms.plugins.quiz.bank_models import Question
from lms.plugins.quiz.enums import FINISHED, AttemptState, Pillar, QuizKind
from lms.plugins.quiz.forms_ab import same_form_people
from lms.plugins.quiz.gain import STORED_NOISE, Gain, Pair, PairedGain, gain_of, normalised, paired_gain
from lms.plugins.quiz.kinds.registry import kind_of
from lms.plugins.quiz.models import Attempt, Quiz, QuizItem
from lms.plugins.quiz.sheets import CONFIRMED, earned_of

TESTS = (QuizKind.PRE, QuizKind.POST)


@dataclass(frozen=True, kw_only=True)
class PersonResult:
    """The tests of one participant; a ratio is None while that test is not finished, or `is_waiting` to be marked."""

    enrolment_id: int
    name: str
    affiliation: str
    affiliation_key: str
    region_code: str | None
    pre: Decimal | None
    post: Decimal | None
    is_running: bool
    is_auto_closed: bool
    is_waiting: bool

    @property
    def pair(self) -> Pair | None:
        if self.pre is None or self.post is None:
            return None
        return Pair(pre=self.pre, post=self.post)

    @property
    def gain(self) -> Decimal | None:
        return normalised(self.pre, self.post) if self.pre is not None and self.post is not None else None


@dataclass(frozen=True, kw_only=True)
class Results:
    """The two tests of a workshop. Attempts that are unfinished or wait to be marked are counted, nowhere averaged."""

    people: tuple[PersonResult, ...]

    @property
    def paired(self) -> tuple[PersonResult, ...]:
        return tuple(row for row in self.people if row.pair is not None)

    @property
    def gain(self) -> Gain:
        return gain_of(row.pair for row in self.people if row.pair is not None)

    @property
    def paired_gain(self) -> PairedGain:
        return paired_gain(((row.pre, row.post) for row in self.people), noise=STORED_NOISE)

    @property
    def left_out(self) -> int:
        """People who finished one of the tests only."""
        return sum((row.pre is None) != (row.post is None) for row in self.people)

    @property
    def running(self) -> int:
        return sum(row.is_running for row in self.people)

    @property
    def waiting(self) -> int:
        return sum(row.is_waiting for row in self.people)

    @property
    def fallen(self) -> int:
        return sum(row.pair.post < row.pair.pre for row in self.people if row.pair is not None)


@dataclass(frozen=True, kw_only=True)
class Facility:
    """The share 0..1 of finished attempts that got a question right, before and after; None where it was not asked."""

    code: str
    text: str
    pillar: Pillar
    pre: Decimal | None
    post: Decimal | None


def results_of(workshop_id: int) -> Results:
    """One statement, whatever the number of people; first attempts count.

    Where a person has two tests of a kind, the later quiz counts.
    """
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
            Attempt.is_provisional,
        )
        .join(Attempt, Attempt.enrolment_id == Enrolment.id)
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .join(Person, Person.id == Enrolment.person_id)
        .where(Enrolment.workshop_id == workshop_id, Quiz.workshop_id == workshop_id, Quiz.kind.in_(TESTS), *CONFIRMED)
        .where(Attempt.number == 1)
        .order_by(Person.search_name, Enrolment.id, Quiz.id)
    )
    rows: dict[int, dict[str, object]] = {}
    for number, person, affiliation, key, region, kind, state, ratio, waits in db.session.execute(query):
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
                "is_waiting": False,
            },
        )
        if state in FINISHED and waits:
            row["is_waiting"] = True
        elif state in FINISHED:
            row[kind.value] = ratio
            row["is_auto_closed"] = row["is_auto_closed"] or state is AttemptState.AUTO_CLOSED
        else:
            row["is_running"] = True
    return Results(people=tuple(PersonResult(**row) for row in rows.values()))  # type: ignore[arg-type]


def facilities(workshop_id: int) -> list[Facility]:
    """Every scored question of the two tests, the one most missed in the last test first; three statements."""
    asked = (
        sa.select(Question.id, Question.code, Question.text, Question.kind, Question.pillar, Quiz.id, Quiz.kind)
        .join(QuizItem, QuizItem.question_id == Question.id)
        .join(Quiz, Quiz.id == QuizItem.quiz_id)
        .where(Quiz.workshop_id == workshop_id, Quiz.kind.in_(TESTS))
        .order_by(Question.code, Quiz.id)
    )
    rows = [row for row in db.session.execute(asked).all() if kind_of(row[3]).is_scored]
    earned = earned_of({row[5] for row in rows})
    found: dict[int, dict[str, object]] = {}
    for question, code, text, _kind, pillar, quiz, test in rows:
        row = found.setdefault(question, {"code": code, "text": text, "pillar": pillar, "pre": None, "post": None})
        if (quiz, question) in earned:
            row[test.value] = earned[quiz, question].share
    listed = [Facility(**row) for row in found.values()]  # type: ignore[arg-type]
    return sorted(listed, key=lambda row: (row.post is None, row.post if row.post is not None else row.pre or 0))


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
    """Whether somebody was asked the same question in the first and in the last test."""
    return same_form_people(workshop_id) > 0


def scores_of_enrolment(enrolment_id: int) -> list[tuple[Quiz, Attempt]]:
    """The attempts of one person, in the order in which they began."""
    query = (
        sa.select(Quiz, Attempt)
        .join(Attempt, Attempt.quiz_id == Quiz.id)
        .where(Attempt.enrolment_id == enrolment_id)
        .order_by(Attempt.started_at, Attempt.id)
    )
    return [(quiz, attempt) for quiz, attempt in db.session.execute(query)]
