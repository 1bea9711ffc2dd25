"""What quizzes know of a person, for export and erasure. Evaluations are nobody's and are in neither."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from lms.core.enrolments.models import Enrolment
from lms.kernel.db import db
from lms.kernel.declarations import PersonalData
from lms.plugins.quiz.models import Answer, AnswerLog, Attempt, Option, Question, Quiz


def export(person_id: int) -> Mapping[str, object]:
    """Every attempt with its answers in words."""
    attempts = sa.select(Attempt, Quiz.title).join(Quiz, Quiz.id == Attempt.quiz_id)
    attempts = attempts.join(Enrolment, Enrolment.id == Attempt.enrolment_id).where(Enrolment.person_id == person_id)
    answers = (
        sa.select(Answer.attempt_id, Question.text, sa.func.coalesce(Option.text, Answer.text), Answer.number)
        .join(Question, Question.id == Answer.question_id)
        .outerjoin(Option, Option.id == Answer.option_id)
        .where(Answer.attempt_id.in_(_attempts(person_id)))
        .order_by(Answer.id)
    )
    given: dict[int, list[dict[str, object]]] = {}
    for attempt_id, question, text, number in db.session.execute(answers):
        given.setdefault(attempt_id, []).append({"question": question, "answer": text or number})
    return {
        "attempts": [
            {
                "quiz": title,
                "state": row.state.value,
                "started_at": row.started_at.isoformat(),
                "submitted_at": row.submitted_at.isoformat() if row.submitted_at else None,
                "score": str(row.score_ratio) if row.score_ratio is not None else None,
                "answers": given.get(row.id, []),
            }
            for row, title in db.session.execute(attempts.order_by(Attempt.id))
        ]
    }


def erase(person_id: int) -> None:
    """Remove free text and the log; choices and score stay, of somebody without a name, for the means."""
    db.session.execute(sa.delete(AnswerLog).where(AnswerLog.attempt_id.in_(_attempts(person_id))))
    db.session.execute(sa.update(Answer).where(Answer.attempt_id.in_(_attempts(person_id))).values(text=""))


def _attempts(person_id: int) -> sa.Select[int]:
    return (
        sa.select(Attempt.id)
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .where(Enrolment.person_id == person_id)
    )


DATA = PersonalData(key="quiz", export=export, erase=erase)
