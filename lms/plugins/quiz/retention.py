"""The period of test answers: single answers go when their workshop is long over, scores and counts stay."""

from __future__ import annotations

import sqlalchemy as sa

from lms.core.workshops.models import Workshop
from lms.kernel import audit
from lms.kernel.clock import months_ago, now
from lms.kernel.db import db
from lms.kernel.permissions import SYSTEM
from lms.kernel.settings import setting
from lms.plugins.quiz import quizzes
from lms.plugins.quiz.live_models import Live, LiveAnswer
from lms.plugins.quiz.models import Answer, AnswerLog, Attempt, Quiz, Tally
from lms.plugins.quiz.sheets import earned_of


def overdue_quizzes() -> list[int]:
    """Quizzes whose workshop ended longer ago than the period and that still have answers."""
    has_answers = sa.or_(
        *(
            sa.exists().where(table.attempt_id == Attempt.id, Attempt.quiz_id == Quiz.id)
            for table in (Answer, AnswerLog)
        ),
        sa.exists().where(LiveAnswer.live_id == Live.id, Live.quiz_id == Quiz.id),
    )
    query = (
        sa.select(Quiz.id)
        .join(Workshop, Workshop.id == Quiz.workshop_id)
        .where(Workshop.ends_on < months_ago(setting("quiz.answers_months")), has_answers)
        .order_by(Quiz.id)
    )
    return list(db.session.scalars(query))


def erase_answers(*, quiz_id: int) -> int:
    """Count who got each question right, then erase the answers and their log; how many answers.

    A quiz that is still open is closed first, so that what was answered is graded. Attempts keep their scores, which
    certificates rest on. Running it again is harmless.
    """
    quiz = quizzes.close_quiz(quiz_id=quiz_id, actor=SYSTEM)
    for (_quiz, question_id), earned in earned_of([quiz_id]).items():
        known = db.session.get(Tally, (quiz_id, question_id))
        if known is None:
            known = Tally(quiz_id=quiz_id, question_id=question_id)
            db.session.add(known)
        known.right, known.asked = earned.right, earned.asked  # `earned` holds what was kept before
    wiped = sa.update(Attempt).where(Attempt.quiz_id == quiz_id).values(marks=[])
    db.session.execute(wiped.execution_options(synchronize_session=False))
    attempts = sa.select(Attempt.id).where(Attempt.quiz_id == quiz_id)
    db.session.execute(sa.delete(AnswerLog).where(AnswerLog.attempt_id.in_(attempts)))
    gone = db.session.execute(sa.delete(Answer).where(Answer.attempt_id.in_(attempts)))
    rounds = sa.select(Live.id).where(Live.quiz_id == quiz_id)
    db.session.execute(sa.delete(LiveAnswer).where(LiveAnswer.live_id.in_(rounds)))
    quiz.answers_erased_at = now()
    count = int(getattr(gone, "rowcount", 0))
    audit.record(
        action="quiz.answers_expired", subject=quiz, workshop_id=quiz.workshop_id, actor=SYSTEM, reason=str(count)
    )
    db.session.flush()
    return count
