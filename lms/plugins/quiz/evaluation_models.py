"""The tables of anonymous evaluations: receipts name people and no answers, responses the reverse."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.db import Model


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
    """One rating (the place of the step, from 1) or remark of an evaluation form."""

    __tablename__ = "quiz_response_answer"
    __table_args__ = (sa.UniqueConstraint("response_id", "question_id"), {"sqlite_with_rowid": False})

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    response_id: Mapped[str] = mapped_column(sa.ForeignKey("quiz_response.id", ondelete="CASCADE"))
    question_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz_question.id", ondelete="RESTRICT"), index=True)
    number: Mapped[int | None]
    text: Mapped[str] = mapped_column(sa.Text, default="")
