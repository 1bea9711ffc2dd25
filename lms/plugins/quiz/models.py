"""Quizzes of a workshop, their questions, and attempts with their answers and marks."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.workshops.models import Workshop
from lms.kernel.db import IntPk, Model, str_enum
from lms.kernel.permissions import Access
from lms.plugins.quiz.enums import FINISHED, AttemptState, Form, QuizKind, QuizState, SessionPoint


class Quiz(Model):
    """A quiz of one workshop."""

    __tablename__ = "quiz_quiz"

    id: Mapped[IntPk]
    workshop_id: Mapped[int] = mapped_column(sa.ForeignKey("core_workshop.id", ondelete="CASCADE"), index=True)
    kind: Mapped[QuizKind] = mapped_column(str_enum(QuizKind))
    title: Mapped[str] = mapped_column(sa.String(200))
    intro: Mapped[str] = mapped_column(sa.Text, default="")
    session_id: Mapped[int | None]  # of the agenda; no key, since the agenda is another plugin
    state: Mapped[QuizState] = mapped_column(str_enum(QuizState), default=QuizState.DRAFT)
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    time_limit: Mapped[int | None]  # minutes from the start of the attempt
    max_attempts: Mapped[int] = mapped_column(default=1)  # 0 for as many as people like
    pass_ratio: Mapped[Decimal] = mapped_column(default=Decimal("0.7"))
    shuffles_questions: Mapped[bool] = mapped_column(default=True)
    shuffles_options: Mapped[bool] = mapped_column(default=True)
    has_forms: Mapped[bool] = mapped_column(default=False)  # half of the people get form A, half form B
    opens_with_session: Mapped[SessionPoint] = mapped_column(str_enum(SessionPoint), default=SessionPoint.NONE)
    opens_with_exit: Mapped[bool] = mapped_column(default=False)  # see `may_wait_for_exit`
    review: Mapped[dict[str, list[str]]] = mapped_column(sa.JSON, default=dict)  # {phase: [what is shown]}; {} as usual
    bands: Mapped[list[dict[str, str]]] = mapped_column(sa.JSON, default=list)  # [{"from": "0.8", "text": …}]
    answers_erased_at: Mapped[datetime | None]  # single answers are gone, scores and `Tally` stay
    workshop: Mapped[Workshop] = relationship(lazy="joined", innerjoin=True)

    @property
    def access(self) -> Access:
        return self.workshop.access

    @property
    def is_evaluation(self) -> bool:
        return self.kind is QuizKind.EVALUATION

    @property
    def may_wait_for_exit(self) -> bool:
        """Whether it can open for each person with the exit code: what people do on leaving."""
        return self.kind in {QuizKind.POST, QuizKind.EVALUATION}

    def is_open_at(self, moment: datetime) -> bool:
        """Whether answers are taken at `moment`: opened by the committee, and inside its hours where it has any."""
        early = self.opens_at is not None and moment < self.opens_at
        late = self.closes_at is not None and moment >= self.closes_at
        return self.state is QuizState.OPEN and not early and not late


class Pool(Model):
    """Questions of a quiz of which each person gets `draws`, the least used ones first."""

    __tablename__ = "quiz_pool"

    id: Mapped[IntPk]
    quiz_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz_quiz.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    draws: Mapped[int]


class QuizItem(Model):
    """A question in a quiz; `position` is the order of the preview, people may get an order of their own."""

    __tablename__ = "quiz_item"
    __table_args__ = (sa.UniqueConstraint("quiz_id", "question_id"),)

    id: Mapped[IntPk]
    quiz_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz_quiz.id", ondelete="CASCADE"))
    question_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz_question.id", ondelete="RESTRICT"), index=True)
    position: Mapped[int]
    mark: Mapped[Decimal] = mapped_column(default=Decimal(1))  # the most that it earns
    pool_id: Mapped[int | None] = mapped_column(sa.ForeignKey("quiz_pool.id", ondelete="SET NULL"), index=True)
    form: Mapped[Form] = mapped_column(str_enum(Form), default=Form.BOTH)
    drawn: Mapped[int] = mapped_column(default=0)  # how often the pool has given it


class Attempt(Model):
    """One attempt of one person. What was drawn at the start stands in `layout` and never changes:

    `[{"q": question id, "v": version id, "m": "1" (the most it earns), "o": order of the type}]`. Marking again adds
    `"k"`, the later version whose key counts; `checking` adds `"c": true`, the answer stays as it is. `marks` has one
    entry for each of these: a decimal number as text, or None while a person must mark it; empty before the end.
    """

    __tablename__ = "quiz_attempt"
    __table_args__ = (
        sa.UniqueConstraint("quiz_id", "enrolment_id", "number"),
        sa.Index("ix_quiz_attempt_state_quiz", "state", "quiz_id"),
    )

    id: Mapped[IntPk]
    quiz_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz_quiz.id", ondelete="CASCADE"))
    enrolment_id: Mapped[int] = mapped_column(sa.ForeignKey("core_enrolment.id", ondelete="CASCADE"), index=True)
    number: Mapped[int] = mapped_column(default=1)
    form: Mapped[Form] = mapped_column(str_enum(Form), default=Form.BOTH)
    layout: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON)
    state: Mapped[AttemptState] = mapped_column(str_enum(AttemptState), default=AttemptState.IN_PROGRESS)
    started_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    marks: Mapped[list[str | None]] = mapped_column(sa.JSON, default=list)
    mark: Mapped[Decimal | None]  # the sum of `marks`, which may be negative
    max_mark: Mapped[Decimal | None]  # of the scored questions; None when nothing is scored
    score_ratio: Mapped[Decimal | None]  # 0..1: mark of max_mark, never below 0
    is_provisional: Mapped[bool] = mapped_column(default=False)  # something still waits to be marked by hand
    late_answers: Mapped[int] = mapped_column(default=0)  # kept in the log, not counted

    @property
    def is_finished(self) -> bool:
        return self.state in FINISHED


class Answer(Model):
    """The answer in force; `client_seq` is the counter of the phone that gave it. None: taken back by the person."""

    __tablename__ = "quiz_answer"
    __table_args__ = (sa.UniqueConstraint("attempt_id", "question_id"),)

    id: Mapped[IntPk]
    attempt_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz_attempt.id", ondelete="CASCADE"))
    question_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz_question.id", ondelete="RESTRICT"), index=True)
    value: Mapped[Any] = mapped_column(sa.JSON(none_as_null=True), nullable=True)  # as `QuestionType.read` gives it
    client_seq: Mapped[int] = mapped_column(sa.BigInteger)


class AnswerLog(Model):
    """Every answer as it arrived, also those that came too late to count. Never changed."""

    __tablename__ = "quiz_answer_log"
    __table_args__ = (sa.UniqueConstraint("attempt_id", "client_seq"),)

    id: Mapped[IntPk]
    attempt_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz_attempt.id", ondelete="CASCADE"))
    question_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz_question.id", ondelete="RESTRICT"))
    client_seq: Mapped[int] = mapped_column(sa.BigInteger)
    value: Mapped[str] = mapped_column(sa.Text)  # JSON
    at: Mapped[datetime]
    made_at: Mapped[datetime | None]  # when the phone says that it was given, by our clock
    is_late: Mapped[bool] = mapped_column(default=False)


class Mark(Model):
    """What a person gave for one answer; `revision` tells two graders at once that they are two."""

    __tablename__ = "quiz_mark"
    __table_args__ = (sa.UniqueConstraint("attempt_id", "question_id"),)

    id: Mapped[IntPk]
    attempt_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz_attempt.id", ondelete="CASCADE"))
    question_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz_question.id", ondelete="RESTRICT"), index=True)
    fraction: Mapped[Decimal]  # 0..1 of the most that the question earns
    points: Mapped[list[str]] = mapped_column(sa.JSON, default=list)  # by criterion of the rubric
    comment: Mapped[str] = mapped_column(sa.Text, default="")
    grader_id: Mapped[int | None] = mapped_column(sa.ForeignKey("core_account.id", ondelete="SET NULL"))
    revision: Mapped[int] = mapped_column(default=1)
    at: Mapped[datetime]


class Allowance(Model):
    """More time or other hours for one person in one quiz."""

    __tablename__ = "quiz_allowance"
    __table_args__ = (sa.UniqueConstraint("quiz_id", "enrolment_id"),)

    id: Mapped[IntPk]
    quiz_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz_quiz.id", ondelete="CASCADE"))
    enrolment_id: Mapped[int] = mapped_column(sa.ForeignKey("core_enrolment.id", ondelete="CASCADE"), index=True)
    extra_minutes: Mapped[int] = mapped_column(default=0)
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    more_attempts: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(sa.String(300), default="")


class Regrade(Model):
    """One run of marking again: `rows` is `[{"attempt": id, "old": ratio, "new": ratio}]` of everybody."""

    __tablename__ = "quiz_regrade"

    id: Mapped[IntPk]
    quiz_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz_quiz.id", ondelete="CASCADE"), index=True)
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("core_account.id", ondelete="SET NULL"))
    reason: Mapped[str] = mapped_column(sa.String(300), default="")
    rows: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON)
    at: Mapped[datetime]


class Tally(Model):
    """What stays of erased answers: the sum of what finished attempts of confirmed participants earned, of 1 each."""

    __tablename__ = "quiz_tally"

    quiz_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz_quiz.id", ondelete="CASCADE"), primary_key=True)
    question_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz_question.id", ondelete="RESTRICT"), primary_key=True)
    right: Mapped[Decimal]
    asked: Mapped[int] = mapped_column(default=0)
