"""Quizzes as the committee sets them up: made, copied, settings, deleted; and which settings show keys too early."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa
from flask_babel import gettext as _

from lms.core.programme import sessions_of
from lms.core.workshops.models import Workshop
from lms.core.workshops.queries import reach
from lms.kernel import audit
from lms.kernel.clock import now
from lms.kernel.db import db
from lms.kernel.declarations import SessionTime
from lms.kernel.permissions import Actor
from lms.plugins.quiz import copying, hours, queries
from lms.plugins.quiz.enums import Phase, QuizKind, QuizState, Reveal, SessionPoint
from lms.plugins.quiz.errors import QuizCannotChange
from lms.plugins.quiz.models import Attempt, Quiz, QuizItem
from lms.plugins.quiz.permissions import MANAGE

MAX_BANDS = 8
MAX_OFFERED = 150  # quizzes of other workshops in one list
# Before the quiz has closed for everybody.
EARLY = (Phase.DURING, Phase.AFTER, Phase.OPEN)
TELLING = frozenset({Reveal.KEY.value, Reveal.FEEDBACK.value})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All that the page of settings holds; the names are those of the columns of Quiz."""

    title: str
    intro: str = ""
    session_id: int | None = None
    opens_with_session: SessionPoint = SessionPoint.NONE
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    time_limit: int | None = None  # minutes
    max_attempts: int = 1  # 0 for as many as people like
    pass_ratio: Decimal = Decimal("0.7")
    shuffles_questions: bool = True
    shuffles_options: bool = True
    review: Mapping[str, list[str]] | None = None  # {phase: what is shown}; None as usual
    bands: tuple[tuple[Decimal, str], ...] = ()  # (from this ratio, text)


def hold(quiz_id: int) -> Quiz:
    """The quiz, locked until the commit: nobody begins, opens or changes it meanwhile."""
    query = sa.select(Quiz).where(Quiz.id == quiz_id).with_for_update(of=Quiz)
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def make_quiz(*, workshop_id: int, kind: QuizKind, title: str, session_id: int | None, actor: Actor) -> Quiz:
    """A draft without questions. Making the same again gives the one that is there while it is empty.

    Raises QuizCannotChange for a name that another draft of the kind has, and for a session quiz without session.
    """
    _check_session(workshop_id, session_id, needed=kind is QuizKind.SESSION)
    same = _draft_called(workshop_id, kind, title)
    if same is not None and same.session_id == session_id and not _questions_of(same.id):
        return same
    if same is not None:
        raise _name_taken(title)
    quiz = Quiz(workshop_id=workshop_id, kind=kind, title=title, session_id=session_id, state=QuizState.DRAFT)
    if kind is QuizKind.PRACTICE:
        quiz.max_attempts = 0
    db.session.add(quiz)
    db.session.flush()
    audit.record(action="quiz.added", subject=quiz, workshop_id=workshop_id, actor=actor)
    return quiz


def copy_quiz(*, source_id: int, workshop: Workshop, title: str, actor: Actor) -> Quiz:
    """A draft with the settings and questions of a quiz that the actor may manage; hours move with the workshop.

    Copying again gives the copy that is there while it is the same. Raises QuizCannotChange for a name that another
    draft of the kind has, and for a quiz out of reach.
    """
    query = sa.select(Quiz).join(Workshop, Workshop.id == Quiz.workshop_id)
    source = db.session.scalar(query.where(Quiz.id == source_id, reach(actor, MANAGE)))
    if source is None or not actor.can(MANAGE, source.access):
        raise QuizCannotChange(_("This quiz cannot be copied. Choose one from the list."), "source")
    title = title or source.title
    same = _draft_called(workshop.id, source.kind, title)
    if same is not None and same.id != source.id and _questions_of(same.id) == _questions_of(source.id):
        return same
    if same is not None:
        raise _name_taken(title)
    quiz = copying.copy_quiz(source, workshop_id=workshop.id, shift=workshop.starts_on - source.workshop.starts_on)
    quiz.title = title
    if quiz.closes_at is not None and quiz.closes_at <= now():
        quiz.opens_at, quiz.closes_at = None, None  # hours that are over would close it at once
    if source.workshop_id == workshop.id:
        quiz.session_id, quiz.opens_with_session = source.session_id, source.opens_with_session
    db.session.flush()
    audit.record(action="quiz.copied", subject=quiz, workshop_id=workshop.id, actor=actor)
    return quiz


def offered(*, actor: Actor) -> list[Quiz]:
    """Quizzes that the actor may copy, of the newest workshops first; one statement."""
    query = (
        sa.select(Quiz)
        .join(Workshop, Workshop.id == Quiz.workshop_id)
        .where(reach(actor, MANAGE))
        .order_by(Workshop.starts_on.desc(), Workshop.id.desc(), Quiz.id)
        .limit(MAX_OFFERED)
    )
    return [quiz for quiz in db.session.scalars(query) if actor.can(MANAGE, quiz.access)]


def change_settings(*, quiz_id: int, settings: Settings, actor: Actor) -> Quiz:
    """Set everything at once; what runs follows the new hours and time limit. Setting the same changes nothing.

    Raises QuizCannotChange for hours that contradict each other or what people have begun.
    """
    quiz = hold(quiz_id)
    session_id = settings.session_id
    needs_session = quiz.kind is QuizKind.SESSION or settings.opens_with_session is not SessionPoint.NONE
    if session_id != quiz.session_id or needs_session:
        _check_session(quiz.workshop_id, session_id, needed=needs_session)
    _check_hours(quiz, settings)
    changed = _apply(quiz, settings)
    if not changed:
        return quiz
    opening = hours.opening_of(quiz)
    if opening is not None and opening > now() and queries.is_begun(quiz_id):
        raise QuizCannotChange(
            _("Somebody has begun already, so the opening cannot lie ahead. Close the quiz instead."), "opens_at"
        )
    db.session.flush()
    audit.record(action="quiz.settings", subject=quiz, workshop_id=quiz.workshop_id, actor=actor, fields=changed)
    return quiz


def delete_quiz(*, quiz_id: int, actor: Actor) -> None:
    """Delete a draft that nobody has begun, with its list of questions; the questions stay in the bank.

    Raises QuizCannotChange for every other quiz.
    """
    quiz = hold(quiz_id)
    if quiz.state is not QuizState.DRAFT:
        raise QuizCannotChange(_("Only a draft can be deleted. Make it a draft again first, or close it."))
    if queries.is_begun(quiz_id):
        raise QuizCannotChange(_("Somebody has answered this quiz. Close it instead; its results stay."))
    audit.record(action="quiz.deleted", subject=quiz, workshop_id=quiz.workshop_id, actor=actor)
    db.session.delete(quiz)
    db.session.flush()


def reveals_early(review: Mapping[str, Collection[str]]) -> bool:
    """Whether people see keys or explanations while others still answer."""
    return any(TELLING & set(review.get(phase.value, ())) for phase in EARLY)


def reveals_shared(quiz: Quiz) -> bool:
    """Whether people see keys or explanations here while another quiz of the workshop still asks the same questions."""
    return any(TELLING & set(shown) for shown in quiz.review.values()) and queries.shares_questions_with_unclosed(quiz)


def session_choices(workshop_id: int) -> tuple[SessionTime, ...]:
    """The sessions of the agenda by time; empty when no plugin plans workshops."""
    return sessions_of(workshop_id)


def running_count(quiz_id: int) -> int:
    """How many people are answering now: they feel a new time limit at once."""
    query = sa.select(sa.func.count()).select_from(Attempt).filter_by(quiz_id=quiz_id, submitted_at=None)
    return db.session.scalar(query) or 0


def _check_session(workshop_id: int, session_id: int | None, *, needed: bool) -> None:
    if session_id is None and needed:
        raise QuizCannotChange(_("Choose the session that this quiz belongs to."), "session_id")
    if session_id is not None and session_id not in {session.id for session in sessions_of(workshop_id)}:
        raise QuizCannotChange(_("This session is not in the agenda any more. Choose another one."), "session_id")


def _check_hours(quiz: Quiz, settings: Settings) -> None:
    closes_at = settings.closes_at
    if closes_at is None:
        return
    if settings.opens_at is not None and closes_at <= settings.opens_at:
        raise QuizCannotChange(_("The quiz closes before it opens. Choose a later closing hour."), "closes_at")
    if closes_at != quiz.closes_at and quiz.state is not QuizState.CLOSED and closes_at <= now():
        raise QuizCannotChange(
            _("This closing hour is over. Choose a later one, or close the quiz by hand."), "closes_at"
        )


def _apply(quiz: Quiz, settings: Settings) -> list[str]:
    """Set what differs; its names."""
    values = {field.name: getattr(settings, field.name) for field in fields(settings)}
    values["review"] = {} if settings.review is None else _full(settings.review)
    values["bands"] = [
        {"from": format(ratio.normalize(), "f"), "text": text} for ratio, text in sorted(settings.bands, reverse=True)
    ]
    if quiz.is_evaluation:  # anonymous, without marks, once per person
        for name in ("time_limit", "max_attempts", "pass_ratio", "shuffles_options", "review", "bands"):
            del values[name]
    changed = [name for name, value in values.items() if getattr(quiz, name) != value]
    for name in changed:
        setattr(quiz, name, values[name])
    return changed


def _full(review: Mapping[str, Collection[str]]) -> dict[str, list[str]]:
    """Every phase by name, also the empty ones: an empty review would mean "as usual"."""
    return {
        phase.value: [flag.value for flag in Reveal if flag.value in review.get(phase.value, ())] for phase in Phase
    }


def _draft_called(workshop_id: int, kind: QuizKind, title: str) -> Quiz | None:
    query = sa.select(Quiz).filter_by(workshop_id=workshop_id, kind=kind, title=title, state=QuizState.DRAFT)
    return db.session.scalar(query.order_by(Quiz.id).limit(1))


def _questions_of(quiz_id: int) -> list[int]:
    query = sa.select(QuizItem.question_id).where(QuizItem.quiz_id == quiz_id)
    return list(db.session.scalars(query.order_by(QuizItem.position, QuizItem.id)))


def _name_taken(title: str) -> QuizCannotChange:
    text = _(
        "A draft called “%(title)s” is there already. Choose another name, or delete that draft first.", title=title
    )
    return QuizCannotChange(text, "title")
