"""What quizzes know of a person, for export and erasure. Evaluations are nobody's and are in neither."""

from __future__ import annotations

import json
from collections.abc import Mapping

import sqlalchemy as sa

from lms.core.enrolments.models import Enrolment
from lms.kernel.db import db
from lms.kernel.declarations import PersonalData
from lms.kernel.rich_text import plain
from lms.plugins.quiz import grading, live_figures
from lms.plugins.quiz.bank_models import Question
from lms.plugins.quiz.enums import QuestionKind
from lms.plugins.quiz.kinds.registry import kind_of
from lms.plugins.quiz.live_models import LiveAnswer
from lms.plugins.quiz.models import Allowance, Answer, AnswerLog, Attempt, Mark, Quiz

# Answers in a person's own words, in which anything may stand.
WRITTEN = (QuestionKind.ESSAY, QuestionKind.SHORT, QuestionKind.CLOZE)


def export(person_id: int) -> Mapping[str, object]:
    """Every attempt with its answers in words and what was written about it, every answer as it came, allowances."""
    attempts = sa.select(Attempt, Quiz.title).join(Quiz, Quiz.id == Attempt.quiz_id)
    attempts = attempts.join(Enrolment, Enrolment.id == Attempt.enrolment_id).where(Enrolment.person_id == person_id)
    given = _answers_in_words(person_id)
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
        ],
        "answers_as_they_came": _log(person_id),
        "comments": _comments(person_id),
        "allowances": _allowances(person_id),
        "live_answers": live_figures.answers_in_words(person_id),
    }


def _answers_in_words(person_id: int) -> dict[int, list[dict[str, object]]]:
    rows = db.session.scalars(sa.select(Attempt).where(Attempt.id.in_(_attempts(person_id)))).all()
    values = grading.values_of([row.id for row in rows])
    contents = grading.contents_of({slot["v"] for row in rows for slot in row.layout})
    found: dict[int, list[dict[str, object]]] = {}
    for row in rows:
        for slot in row.layout:
            content, value = contents[slot["v"]], values[row.id].get(slot["q"])
            if value is not None:
                question = plain(content.text.source, content.text.format.value)
                words = kind_of(content.kind).words(content, value)
                found.setdefault(row.id, []).append({"question": question, "answer": words})
    return found


def _log(person_id: int) -> list[dict[str, object]]:
    query = sa.select(AnswerLog, Attempt).join(Attempt, Attempt.id == AnswerLog.attempt_id)
    rows = db.session.execute(query.where(Attempt.id.in_(_attempts(person_id))).order_by(AnswerLog.id)).all()
    contents = grading.contents_of({slot["v"] for _row, attempt in rows for slot in attempt.layout})
    found: list[dict[str, object]] = []
    for row, attempt in rows:
        asked = next((contents[slot["v"]] for slot in attempt.layout if slot["q"] == row.question_id), None)
        if asked is not None:
            value, moment = json.loads(row.value), row.made_at or row.at
            answer = "" if value is None else kind_of(asked.kind).words(asked, value)
            question = plain(asked.text.source, asked.text.format.value)
            found.append({"question": question, "answer": answer, "at": moment.isoformat(), "late": row.is_late})
    return found


def _comments(person_id: int) -> list[dict[str, object]]:
    query = sa.select(Question.text, Mark.comment).join(Question, Question.id == Mark.question_id)
    query = query.where(Mark.attempt_id.in_(_attempts(person_id)), Mark.comment != "").order_by(Mark.id)
    return [{"question": text, "comment": comment} for text, comment in db.session.execute(query)]


def _allowances(person_id: int) -> list[dict[str, object]]:
    query = sa.select(Allowance, Quiz.title).join(Quiz, Quiz.id == Allowance.quiz_id)
    query = query.where(Allowance.enrolment_id.in_(_enrolments(person_id))).order_by(Allowance.id)
    return [
        {
            "quiz": title,
            "extra_minutes": row.extra_minutes,
            "opens_at": row.opens_at.isoformat() if row.opens_at else None,
            "closes_at": row.closes_at.isoformat() if row.closes_at else None,
            "more_attempts": row.more_attempts,
            "reason": row.reason,
        }
        for row, title in db.session.execute(query)
    ]


def erase(person_id: int) -> None:
    """Remove what was written, comments and the log; choices and marks stay, of somebody without a name, for the means.

    Marks stand in the attempt, so an essay that is gone keeps what it earned.
    """
    mine = _attempts(person_id)
    db.session.execute(sa.delete(AnswerLog).where(AnswerLog.attempt_id.in_(mine)))
    written = sa.select(Question.id).where(Question.kind.in_(WRITTEN))
    texts = sa.update(Answer).where(Answer.attempt_id.in_(mine), Answer.question_id.in_(written)).values(value=None)
    db.session.execute(texts.execution_options(synchronize_session=False))
    comments = sa.update(Mark).where(Mark.attempt_id.in_(mine)).values(comment="")
    db.session.execute(comments.execution_options(synchronize_session=False))
    allowed = sa.update(Allowance).where(Allowance.enrolment_id.in_(_enrolments(person_id))).values(reason="")
    db.session.execute(allowed.execution_options(synchronize_session=False))
    db.session.execute(sa.delete(LiveAnswer).where(LiveAnswer.enrolment_id.in_(_enrolments(person_id))))


def _enrolments(person_id: int) -> sa.Select[int]:
    return sa.select(Enrolment.id).where(Enrolment.person_id == person_id)


def _attempts(person_id: int) -> sa.Select[int]:
    return (
        sa.select(Attempt.id)
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .where(Enrolment.person_id == person_id)
    )


DATA = PersonalData(key="quiz", export=export, erase=erase)
