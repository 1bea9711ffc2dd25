"""Looking at one answer while the attempt runs, where a practice allows it; from then on that answer stays."""

from __future__ import annotations

import sqlalchemy as sa
from flask_babel import gettext as _

from lms.kernel.db import db
from lms.plugins.quiz import review
from lms.plugins.quiz.errors import QuizCannotChange
from lms.plugins.quiz.models import Answer, Attempt, Quiz


def check(*, quiz: Quiz, attempt_id: int, number: int) -> None:
    """Note that the person has looked at question `number`; looking again changes nothing.

    The note is `"c"` in the attempt's layout. Raises QuizCannotChange without an answer, or where nothing may be seen.
    """
    attempt = db.session.get_one(Attempt, attempt_id, with_for_update={"of": Attempt}, populate_existing=True)
    if attempt.is_finished or not review.may_check(quiz):
        raise QuizCannotChange(_("This quiz shows right answers only after you have handed in."))
    slot = attempt.layout[number - 1]
    query = sa.select(Answer.value).filter_by(attempt_id=attempt_id, question_id=slot["q"])
    if db.session.scalar(query) is None:
        raise QuizCannotChange(_("Answer the question first, then check it."))
    marked = [{**other, "c": True} if other is slot else other for other in attempt.layout]
    attempt.layout = marked
    db.session.flush()


def is_checked(attempt: Attempt, number: int) -> bool:
    """Whether the answer to question `number` stays as it is."""
    return 0 < number <= len(attempt.layout) and bool(attempt.layout[number - 1].get("c"))
