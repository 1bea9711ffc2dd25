"""What a phone may ask about its person's own attempts: which ones they are, and pictures of their questions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import sqlalchemy as sa
from flask import url_for

from lms.kernel.clock import now
from lms.kernel.db import db
from lms.kernel.errors import NotFound
from lms.plugins.quiz import grading, hours, review
from lms.plugins.quiz.bank_models import QuestionPicture
from lms.plugins.quiz.enums import Phase, Reveal
from lms.plugins.quiz.models import Allowance, Attempt, Quiz
from lms.plugins.quiz.taking import Sitting

# What browsers show as a picture and never run.
SAFE_TYPES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"})


@dataclass(frozen=True, kw_only=True)
class Own:
    """One attempt of the ticket holder, for what a phone still keeps of it."""

    attempt_id: int
    quiz_id: int
    is_over: bool
    left: int | None = None  # seconds of a running one; None without a time limit


def own_attempts(enrolment_id: int) -> list[Own]:
    """Every attempt of the person."""
    query = (
        sa.select(Attempt, Quiz, Allowance)
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .outerjoin(Allowance, sa.and_(Allowance.quiz_id == Quiz.id, Allowance.enrolment_id == Attempt.enrolment_id))
        .where(Attempt.enrolment_id == enrolment_id)
        .order_by(Attempt.id)
    )
    return [_own(attempt, quiz, allowance) for attempt, quiz, allowance in db.session.execute(query)]


def _own(attempt: Attempt, quiz: Quiz, allowance: Allowance | None) -> Own:
    deadline = None if attempt.is_finished else hours.deadline_of(quiz, attempt, allowance)
    left = None if deadline is None else max(0, int((deadline - now()).total_seconds()))
    return Own(attempt_id=attempt.id, quiz_id=quiz.id, is_over=attempt.is_finished, left=left)


def attempt_named(sitting: Sitting, attempt_id: int | None) -> Attempt | None:
    """The person's own attempt of this quiz with that id, the last one for None. Raises NotFound for anybody else's."""
    if attempt_id is None or (sitting.attempt is not None and sitting.attempt.id == attempt_id):
        return sitting.attempt
    query = sa.select(Attempt).filter_by(id=attempt_id, quiz_id=sitting.quiz.id, enrolment_id=sitting.enrolment.id)
    attempt = db.session.scalar(query)
    if attempt is None:
        raise NotFound
    return attempt


def picture_of(sitting: Sitting, sha: str) -> QuestionPicture:
    """A picture that the person has been shown. Raises NotFound for every other one, without saying why (Q6).

    Pictures that stand only in explanations come with the explanations.
    """
    attempts = sa.select(Attempt).filter_by(quiz_id=sitting.quiz.id, enrolment_id=sitting.enrolment.id)
    slots = [(attempt, slot) for attempt in db.session.scalars(attempts) for slot in attempt.layout]
    asked = {slot["v"] for _attempt, slot in slots}
    counting = {grading.key_version(slot) for _attempt, slot in slots}  # marking again may go by a later version
    query = sa.select(QuestionPicture).where(
        QuestionPicture.sha == sha, QuestionPicture.version_id.in_(asked | counting)
    )
    for row in db.session.scalars(query):
        is_asked = row.is_public and row.version_id in asked
        mine = ((attempt, slot) for attempt, slot in slots if grading.key_version(slot) == row.version_id)
        is_told = is_asked or any(_explains(sitting, attempt, slot) for attempt, slot in mine)
        if row.media_type in SAFE_TYPES and is_told:
            return row
    raise NotFound


def _explains(sitting: Sitting, attempt: Attempt, slot: dict[str, object]) -> bool:
    phase = review.phase_of(sitting.quiz, attempt)
    if phase is Phase.DURING and not slot.get("c"):
        return False
    return Reveal.FEEDBACK in review.revealed(sitting.quiz, phase)


@lru_cache(maxsize=512)  # texts are kept rendered per function, so it is the same one each time
def picture_url(quiz_id: int) -> Callable[[str], str]:
    """Turns the SHA-256 of a picture into its address for people who take this quiz."""

    def address(sha: str) -> str:
        return url_for("quiz.own_picture", quiz_id=quiz_id, sha=sha)

    return address
