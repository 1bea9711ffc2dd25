"""The question bank, quizzes of a workshop, attempts with their answers, and the tables of anonymous evaluations."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.workshops.models import Workshop
from lms.kernel.db import IntPk, Model, str_enum
from lms.kernel.permissions import Access
from lms.plugins.quiz.enums import FINISHED, AttemptState, Pillar, QuestionKind, QuizKind, QuizState


class Question(Model):
    """A question of the bank; one without organiser is shared by all. What is right stands in `quiz_key` alone."""

    __tablename__ = "quiz_question"
    __table_args__ = (
        sa.UniqueConstraint("organiser_id", "code"),
        # NULLs are distinct in a unique key, so shared codes need their own.
        sa.Index(
            "uq_quiz_question_shared_code",
            "code",
            unique=True,
            sqlite_where=sa.text("organiser_id IS NULL"),
            postgresql_where=sa.text("organiser_id IS NULL"),
        ),
    )

    id: Mapped[IntPk]
    organiser_id: Mapped[int | None] = mapped_column(sa.ForeignKey("core_organiser.id", ondelete="CASCADE"))
    code: Mapped[str] = mapped_column(sa.String(20))
    kind: Mapped[QuestionKind] = mapped_column(str_enum(QuestionKind))
    text: Mapped[str] = mapped_column(sa.Text)
    collection: Mapped[str] = mapped_column(sa.String(40), default="", index=True)  # e.g. "pre_post"
    session_code: Mapped[str] = mapped_column(sa.String(20), default="")  # e.g. "SESI-3"
    pillar: Mapped[Pillar] = mapped_column(str_enum(Pillar), default=Pillar.NONE)
    explanation: Mapped[str] = mapped_column(sa.Text, default="")
    source: Mapped[str] = mapped_column(sa.String(300), default="")
    needs_review: Mapped[bool] = mapped_column(default=False)  # a narasumber has not confirmed it yet
    options: Mapped[list[Option]] = relationship(order_by="Option.position", cascade="all, delete-orphan")

    @property
    def access(self) -> Access:
        return Access(organiser_id=self.organiser_id)


class Option(Model):
    """One option of a question, in the order it was written."""

    __tablename__ = "quiz_option"
    __table_args__ = (sa.UniqueConstraint("question_id", "position"),)

    id: Mapped[IntPk]
    question_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz_question.id", ondelete="CASCADE"))
    position: Mapped[int]
    text: Mapped[str] = mapped_column(sa.Text)


class Key(Model):
    """The right option. A table of its own, so that no query of the answering pages can bring it along."""

    __tablename__ = "quiz_key"

    question_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz_question.id", ondelete="CASCADE"), primary_key=True)
    option_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz_option.id", ondelete="CASCADE"), primary_key=True)


class Quiz(Model):
    """A quiz of one workshop."""

    __tablename__ = "quiz_quiz"

    id: Mapped[IntPk]
    workshop_id: Mapped[int] = mapped_column(sa.ForeignKey("core_workshop.id", ondelete="CASCADE"), index=True)
    kind: Mapped[QuizKind] = mapped_column(str_enum(QuizKind))
    title: Mapped[str] = mapped_column(sa.String(200))
    session_id: Mapped[int | None]  # of the agenda; no key, since the agenda is another plugin
    state: Mapped[QuizState] = mapped_column(str_enum(QuizState), default=QuizState.DRAFT)
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    time_limit: Mapped[int | None]  # minutes from the start of the attempt
    pass_ratio: Mapped[Decimal] = mapped_column(default=Decimal("0.7"))
    opens_with_exit: Mapped[bool] = mapped_column(default=False, server_default=sa.false())  # see `may_wait_for_exit`
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


class QuizItem(Model):
    """A question in a quiz; `position` is the order of the preview, people get an order of their own."""

    __tablename__ = "quiz_item"
    __table_args__ = (sa.UniqueConstraint("quiz_id", "question_id"),)

    id: Mapped[IntPk]
    quiz_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz_quiz.id", ondelete="CASCADE"))
    question_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz_question.id", ondelete="RESTRICT"), index=True)
    position: Mapped[int]


class Attempt(Model):
    """One person's only attempt at a quiz. `layout` is `[[question id, [option ids]]]`, drawn once at the start."""

    __tablename__ = "quiz_attempt"
    __table_args__ = (
        sa.UniqueConstraint("quiz_id", "enrolment_id"),
        sa.Index("ix_quiz_attempt_state_quiz", "state", "quiz_id"),
    )

    id: Mapped[IntPk]
    quiz_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz_quiz.id", ondelete="CASCADE"))
    enrolment_id: Mapped[int] = mapped_column(sa.ForeignKey("core_enrolment.id", ondelete="CASCADE"), index=True)
    layout: Mapped[list[tuple[int, list[int]]]] = mapped_column(sa.JSON)
    state: Mapped[AttemptState] = mapped_column(str_enum(AttemptState), default=AttemptState.IN_PROGRESS)
    started_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    score_ratio: Mapped[Decimal | None]  # 0..1 of the questions that have a key

    @property
    def is_finished(self) -> bool:
        return self.state in FINISHED


class Answer(Model):
    """The answer in force; `client_seq` is the counter of the phone that gave it."""

    __tablename__ = "quiz_answer"
    __table_args__ = (sa.UniqueConstraint("attempt_id", "question_id"),)

    id: Mapped[IntPk]
    attempt_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz_attempt.id", ondelete="CASCADE"))
    question_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz_question.id", ondelete="RESTRICT"), index=True)
    option_id: Mapped[int | None] = mapped_column(sa.ForeignKey("quiz_option.id", ondelete="RESTRICT"))
    text: Mapped[str] = mapped_column(sa.Text, default="")
    number: Mapped[int | None]
    client_seq: Mapped[int] = mapped_column(sa.BigInteger)


class AnswerLog(Model):
    """Every answer as it arrived, also those that came too late to count. Never changed."""

    __tablename__ = "quiz_answer_log"
    __table_args__ = (sa.UniqueConstraint("attempt_id", "client_seq"),)

    id: Mapped[IntPk]
    attempt_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz_attempt.id", ondelete="CASCADE"))
    question_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz_question.id", ondelete="RESTRICT"))
    client_seq: Mapped[int] = mapped_column(sa.BigInteger)
    value: Mapped[str] = mapped_column(sa.Text)
    at: Mapped[datetime]


class Tally(Model):
    """What stays of erased answers: how many finished attempts of confirmed participants got a question right."""

    __tablename__ = "quiz_tally"

    quiz_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz_quiz.id", ondelete="CASCADE"), primary_key=True)
    question_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz_question.id", ondelete="RESTRICT"), primary_key=True)
    right: Mapped[int]


class Receipt(Model):
    """This person has handed in this evaluation. Random id and no row number: nothing in it leads to the response."""

    __tablename__ = "quiz_receipt"
    __table_args__ = (sa.UniqueConstraint("quiz_id", "enrolment_id"), {"sqlite_with_rowid": False})

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    quiz_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz_quiz.id", ondelete="CASCADE"))
    enrolment_id: Mapped[int] = mapped_column(sa.ForeignKey("core_enrolment.id", ondelete="CASCADE"), index=True)


class Response(Model):
    """One evaluation form, of nobody in particular: no person, no time, no order."""

    __tablename__ = "quiz_response"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    quiz_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz_quiz.id", ondelete="CASCADE"), index=True)


class ResponseAnswer(Model):
    """One rating (1 to 4) or remark of an evaluation form."""

    __tablename__ = "quiz_response_answer"
    __table_args__ = (sa.UniqueConstraint("response_id", "question_id"), {"sqlite_with_rowid": False})

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    response_id: Mapped[str] = mapped_column(sa.ForeignKey("quiz_response.id", ondelete="CASCADE"))
    question_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz_question.id", ondelete="RESTRICT"), index=True)
    number: Mapped[int | None]
    text: Mapped[str] = mapped_column(sa.Text, default="")
