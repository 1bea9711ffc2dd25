"""The pages of participants: list, start, questions, handing in, result, and the evaluation form."""

from __future__ import annotations

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.core.enrolments.models import Enrolment
from lms.core.loaders import own_enrolment
from lms.core.permissions import HOLD_TICKET
from lms.kernel.clock import now
from lms.kernel.db import unit_of_work
from lms.kernel.errors import RuleViolation
from lms.kernel.i18n import clock
from lms.kernel.permissions import requires
from lms.kernel.settings import setting
from lms.plugins.quiz import evaluations, forms, queries, quizzes, services, taking
from lms.plugins.quiz.enums import AttemptState
from lms.plugins.quiz.loaders import sitting_from_url
from lms.plugins.quiz.models import Attempt
from lms.plugins.quiz.permissions import TAKE
from lms.plugins.quiz.taking import Sitting
from lms.plugins.quiz.words import TILES

bp = Blueprint("quiz", __name__, template_folder="templates")


@bp.get("/tiket/kuis")
@requires(HOLD_TICKET, on=own_enrolment)
def mine(enrolment: Enrolment) -> str:
    """All quizzes of the ticket's workshop."""
    return render_template("quiz/mine.html", tiles=taking.tiles(enrolment), words=TILES)


@bp.get("/tiket/kuis/<int:quiz_id>")
@requires(TAKE, on=sitting_from_url)
def begin(sitting: Sitting) -> ResponseReturnValue:
    """What awaits the person; on to the attempt, the result or the evaluation when that is where they are."""
    if sitting.quiz.is_evaluation:
        return redirect(url_for("quiz.evaluate", quiz_id=sitting.quiz.id))
    if sitting.attempt is not None:
        return redirect(_place(sitting))
    items = taking.item_count(sitting.quiz.id)
    return render_template("quiz/begin.html", quiz=sitting.quiz, items=items, is_open=sitting.quiz.is_open_at(now()))


@bp.post("/tiket/kuis/<int:quiz_id>")
@requires(TAKE, on=sitting_from_url)
def start(sitting: Sitting) -> ResponseReturnValue:
    """Begin, or go on with what was begun."""
    with unit_of_work():
        services.start(quiz_id=sitting.quiz.id, enrolment_id=sitting.enrolment.id)
    return redirect(url_for("quiz.answer", quiz_id=sitting.quiz.id, number=1), 303)


@bp.get("/tiket/kuis/<int:quiz_id>/<int:number>")
@requires(TAKE, on=sitting_from_url)
def answer(sitting: Sitting, number: int) -> ResponseReturnValue:
    """One question; all of them are in the page, so that a script can go on without a signal."""
    attempt = sitting.attempt
    if attempt is None or not sitting.takes_answers:
        return redirect(_place(sitting))
    shown = taking.shown_questions(attempt)
    if not 1 <= number <= len(shown):
        return redirect(url_for("quiz.answer", quiz_id=sitting.quiz.id, number=1))
    return render_template(
        "quiz/answer.html",
        quiz=sitting.quiz,
        attempt=attempt,
        shown=shown,
        number=number,
        form=forms.AnswerForm(),
        last_seq=taking.last_seq(attempt.id),
        deadline=sitting.deadline,
        moment=now(),
    )


@bp.post("/tiket/kuis/<int:quiz_id>/<int:number>")
@requires(TAKE, on=sitting_from_url)
def save(sitting: Sitting, number: int) -> ResponseReturnValue:
    """Save the answer of a page without script and go where the button says."""
    attempt = _begun(sitting)
    given = forms.answer_of_form(number, request.form.to_dict())
    if given is not None:
        with unit_of_work():
            services.save_answers(attempt_id=attempt.id, answers=[given])
    target = forms.AnswerForm().target(len(attempt.layout))
    if target is None:
        return redirect(url_for("quiz.hand_in", quiz_id=sitting.quiz.id), 303)
    return redirect(url_for("quiz.answer", quiz_id=sitting.quiz.id, number=target), 303)


@bp.post("/tiket/kuis/<int:quiz_id>/jawaban")
@requires(TAKE, on=sitting_from_url)
def sync(sitting: Sitting) -> ResponseReturnValue:
    """Save what a phone has kept; says which counters it may forget."""
    given = forms.answers_from_json(request.get_json(silent=True))
    with unit_of_work():
        saved = services.save_answers(attempt_id=_begun(sitting).id, answers=given)
    return jsonify(accepted=saved.accepted, clashed=saved.clashed, last_seq=saved.last_seq, at=clock(saved.at))


@bp.get("/tiket/kuis/<int:quiz_id>/kumpulkan")
@requires(TAKE, on=sitting_from_url)
def hand_in(sitting: Sitting) -> ResponseReturnValue:
    """What is answered and what is not, before handing in."""
    attempt = sitting.attempt
    if attempt is None or attempt.is_finished:
        return redirect(_place(sitting))
    return render_template(
        "quiz/hand_in.html",
        quiz=sitting.quiz,
        attempt=attempt,
        shown=taking.shown_questions(attempt),
        is_running=sitting.takes_answers,
        last_seq=taking.last_seq(attempt.id),
        form=forms.AnswerForm(),
        deadline=sitting.deadline,
        moment=now(),
    )


@bp.post("/tiket/kuis/<int:quiz_id>/kumpulkan")
@requires(TAKE, on=sitting_from_url)
def submit(sitting: Sitting) -> ResponseReturnValue:
    """Hand in. After the deadline the page of the result comes at once, with status 409."""
    was_running = not _begun(sitting).is_finished
    with unit_of_work():
        attempt = services.submit(attempt_id=_begun(sitting).id)
    if was_running and attempt.state is AttemptState.AUTO_CLOSED:
        return _result_page(sitting, attempt), 409
    return redirect(url_for("quiz.result", quiz_id=sitting.quiz.id), 303)


@bp.get("/tiket/kuis/<int:quiz_id>/hasil")
@requires(TAKE, on=sitting_from_url)
def result(sitting: Sitting) -> ResponseReturnValue:
    """The score, and after the quiz has closed the right answers."""
    if sitting.attempt is None or not sitting.attempt.is_finished:
        return redirect(_place(sitting))
    return _result_page(sitting, sitting.attempt)


@bp.route("/tiket/kuis/<int:quiz_id>/evaluasi", methods=["GET", "POST"])
@requires(TAKE, on=sitting_from_url)
def evaluate(sitting: Sitting) -> ResponseReturnValue:
    """The anonymous form; who has handed in sees a word of thanks."""
    quiz = sitting.quiz
    if not quiz.is_evaluation:
        return redirect(url_for("quiz.begin", quiz_id=quiz.id))
    if taking.has_receipt(quiz.id, sitting.enrolment.id):
        return render_template("quiz/thanks.html", quiz=quiz)
    questions = taking.questions_of(quiz.id)
    form = forms.evaluation_form(questions)
    if form.validate_on_submit():
        try:
            return _receive(sitting, *forms.evaluation_answers(form, questions))
        except RuleViolation as error:
            form.refuse(error)
    page = render_template("quiz/evaluate.html", quiz=quiz, form=form, is_open=quiz.is_open_at(now()))
    return page, 422 if form.is_submitted() else 200


def _receive(sitting: Sitting, ratings: dict[int, int], remarks: dict[int, str]) -> ResponseReturnValue:
    with unit_of_work():
        evaluations.hand_in(
            quiz_id=sitting.quiz.id, enrolment_id=sitting.enrolment.id, ratings=ratings, remarks=remarks
        )
    flash(_("Thank you. Your evaluation was received without your name."), "success")
    return redirect(url_for("quiz.evaluate", quiz_id=sitting.quiz.id), 303)


def _begun(sitting: Sitting) -> Attempt:
    if sitting.attempt is None:
        raise services.not_open()
    return sitting.attempt


def _place(sitting: Sitting) -> str:
    """Where a person with this attempt belongs."""
    if sitting.attempt is None:
        return url_for("quiz.begin", quiz_id=sitting.quiz.id)
    if sitting.attempt.is_finished:
        return url_for("quiz.result", quiz_id=sitting.quiz.id)
    if sitting.takes_answers:
        return url_for("quiz.answer", quiz_id=sitting.quiz.id, number=1)
    return url_for("quiz.hand_in", quiz_id=sitting.quiz.id)


def _result_page(sitting: Sitting, attempt: Attempt) -> str:
    is_out = quizzes.keys_are_out(sitting.quiz)
    shows_score = is_out or setting("quiz.show_score", workshop_id=sitting.quiz.workshop_id)
    return render_template(
        "quiz/result.html",
        quiz=sitting.quiz,
        attempt=attempt,
        total=len(attempt.layout),
        shows_score=shows_score,
        review=queries.review(attempt) if is_out and sitting.quiz.answers_erased_at is None else (),
    )
