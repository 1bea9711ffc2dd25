"""Live rounds: made from a quiz, moved on by a facilitator, answered once by each phone."""

from __future__ import annotations

import enum
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from lms.kernel import audit
from lms.kernel.clock import now
from lms.kernel.db import db, insert_ignore
from lms.kernel.memory import remembered
from lms.kernel.permissions import Actor
from lms.plugins.quiz import drawing, grading
from lms.plugins.quiz.enums import Form, LiveState, QuizKind, QuizState
from lms.plugins.quiz.errors import QuizCannotChange, QuizNotOpen, UnreadableAnswer
from lms.plugins.quiz.kinds.base import Given
from lms.plugins.quiz.live_models import Live, LiveAnswer
from lms.plugins.quiz.live_queries import KINDS, LOBBY, Round, round_of, rounds_of, running_in, slot_of
from lms.plugins.quiz.models import Quiz, QuizItem
from lms.plugins.quiz.versions import versions_of

MAX_SECONDS = 600
TESTS = frozenset({QuizKind.PRE, QuizKind.POST})


class Step(enum.StrEnum):
    """What a facilitator may do with a round, by the words of the form."""

    NEXT = "maju"
    SHOW = "hasil"
    END = "selesai"


_FROM = {Step.NEXT: (LiveState.LOBBY, LiveState.SHOWN), Step.SHOW: (LiveState.QUESTION,)}
_ACTIONS = {Step.NEXT: "quiz.live_opened", Step.SHOW: "quiz.live_shown", Step.END: "quiz.live_ended"}


def make(*, quiz_id: int, seconds: int, has_scores: bool, actor: Actor) -> Round:
    """Make a round and draw its questions and their orders, the same for everybody.

    A round of this quiz that is not over is given instead of a second one. Raises QuizCannotChange: a running test,
    an evaluation, no fitting question, or a round of another quiz that is still running.
    """
    quiz = _hold(quiz_id)
    running = running_in(quiz.workshop_id)
    if running is not None and running.quiz_id == quiz_id:
        return running
    if running is not None:
        raise QuizCannotChange(_("The live round “%(title)s” is still running. End it first.", title=running.title))
    _refuse_tests(quiz)
    drawn = drawing.draw(quiz, Form.BOTH)
    versions = versions_of({slot["v"] for slot in drawn})
    layout = [slot for slot in drawn if versions[slot["v"]].kind in KINDS]
    if not layout:
        raise QuizCannotChange(_("No question of this quiz fits a live round. Add questions with options first."))
    live = Live(
        quiz_id=quiz_id,
        state=LiveState.LOBBY,
        position=LOBBY,
        seconds=min(max(seconds, 0), MAX_SECONDS),
        has_scores=has_scores,
        layout=layout,
        created_at=now(),
    )
    db.session.add(live)
    db.session.flush()
    audit.record(action="quiz.live_made", subject=live, workshop_id=quiz.workshop_id, actor=actor)
    return rounds_of(quiz_id)[0]


def _hold(quiz_id: int) -> Quiz:
    """The quiz, with all quizzes of its workshop held: two rounds cannot begin at the same moment."""
    quiz = db.session.get_one(Quiz, quiz_id)
    held = sa.select(Quiz.id).where(Quiz.workshop_id == quiz.workshop_id).order_by(Quiz.id).with_for_update()
    db.session.execute(held).all()
    return quiz


def _refuse_tests(quiz: Quiz) -> None:
    """A round shows what is right to the whole hall."""
    if quiz.is_evaluation:
        raise QuizCannotChange(_("An evaluation is anonymous, so it is not asked live."))
    if quiz.kind in TESTS and quiz.state is not QuizState.DRAFT:
        raise QuizCannotChange(
            _("People take this test on their own. Make a session quiz or a practice for live rounds.")
        )
    mine = sa.select(QuizItem.question_id).where(QuizItem.quiz_id == quiz.id)
    query = sa.select(Quiz.title).join(QuizItem, QuizItem.quiz_id == Quiz.id).where(
        Quiz.workshop_id == quiz.workshop_id,
        Quiz.id != quiz.id,
        Quiz.kind.in_(TESTS),
        Quiz.state == QuizState.OPEN,
        QuizItem.question_id.in_(mine),
    )  # fmt: skip
    title = db.session.scalar(query.limit(1))
    if title is not None:
        raise QuizCannotChange(_("“%(title)s” asks some of these questions now. Close it first.", title=title))


def move(*, live_id: int, position: int, step: Step, actor: Actor) -> bool:
    """Take a step from `position`; False when the round is not there any more, so a second press changes nothing."""
    played = round_of(live_id)
    if played is None or (step is Step.NEXT and position >= played.total):
        return False
    where = [Live.id == live_id, Live.state != LiveState.ENDED]
    if step in _FROM:
        where += [Live.position == position, Live.state.in_(_FROM[step])]
    moved = db.session.execute(sa.update(Live).where(*where).values(**_values(step, position)))
    if not getattr(moved, "rowcount", 0):
        return False
    live = db.session.get_one(Live, live_id)
    audit.record(action=_ACTIONS[step], subject=live, workshop_id=played.workshop_id, actor=actor)
    db.session.flush()
    return True


def _values(step: Step, position: int) -> dict[str, Any]:
    if step is Step.NEXT:
        return {"state": LiveState.QUESTION, "position": position + 1, "opened_at": now(), "ended_at": None}
    return {"state": LiveState.SHOWN if step is Step.SHOW else LiveState.ENDED, "ended_at": now()}


def enter(*, live_id: int, enrolment_id: int) -> None:
    """Note that the phone is in; doing it again changes nothing."""
    values = {"live_id": live_id, "position": LOBBY, "enrolment_id": enrolment_id, "value": True, "at": now()}
    insert_ignore(LiveAnswer, values, keys=("live_id", "position", "enrolment_id"))


def known_inside(live_id: int) -> set[int]:
    """Who this process has noted as being in; saves a write for each question that a phone asks."""
    return remembered("quiz.live.inside", live_id, set[int], seconds=3600)


def answer(*, live_id: int, enrolment_id: int, position: int, parts: Given) -> Any:
    """Store the person's answer to the question at `position`, and give the one in force: the first one counts.

    Raises UnreadableAnswer for an empty or impossible one, QuizNotOpen when it came too late; a phone that asks again
    after its answer was stored is told the same as before.
    """
    played = round_of(live_id)
    if played is None or not 1 <= position <= played.total:
        raise UnreadableAnswer(_("This question is not part of the round. Open the page again."))
    if not played.takes(position, now()):
        return _stored(live_id, enrolment_id, position, played)
    slot, version = slot_of(played, position)
    value = version.type.read(version.public, slot["o"], parts)
    if value is None:
        raise UnreadableAnswer(_("Choose or write an answer first, then send it."))
    content = grading.contents_of([slot["v"]])[slot["v"]]
    values = {
        "live_id": live_id,
        "position": position,
        "enrolment_id": enrolment_id,
        "value": value,
        "fraction": grading.fraction_of(content, value, None),
        "at": now(),
    }
    if insert_ignore(LiveAnswer, values, keys=("live_id", "position", "enrolment_id")) is None:
        return _stored(live_id, enrolment_id, position, played)
    return value


def _stored(live_id: int, enrolment_id: int, position: int, played: Round) -> Any:
    mine = {"live_id": live_id, "position": position, "enrolment_id": enrolment_id}
    row = db.session.execute(sa.select(LiveAnswer.value).filter_by(**mine)).one_or_none()
    if row is not None:
        return row[0]
    if position > played.position:
        raise QuizNotOpen(_("This question is not open yet. Please wait for the facilitator."))
    raise QuizNotOpen(_("Your answer came too late, so it is not counted. Please wait for the next question."))
