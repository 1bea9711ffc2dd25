"""The pages of participants: list, start, questions, handing in, result, and the evaluation form."""

from __future__ import annotations

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.core.enrolments.models import Enrolment
from lms.core.loaders import own_enrolment
from lms.core.permissions import HOLD_TICKET
from lms.kernel.clock import now
from lms.kernel.db import unit_of_work
from lms.kernel.errors import RuleViolation
from lms.kernel.i18n import clock
from lms.kernel.offline import keep_offline
from lms.kernel.permissions import requires
from lms.plugins.quiz import checking, evaluations, forms, phone, review, services, taking
from lms.plugins.quiz.enums import AttemptState
from lms.plugins.quiz.errors import QuizCannotChange, UnreadableAnswer
from lms.plugins.quiz.loaders import sitting_from_url
from lms.plugins.quiz.models import Attempt
from lms.plugins.quiz.permissions import TAKE
from lms.plugins.quiz.taking import Sitting
from lms.plugins.quiz.words import TILES

bp = Blueprint("quiz", __name__, template_folder="templates", static_folder="static", static_url_path="/quiz/s")


@bp.get("/tiket/kuis")
@requires(HOLD_TICKET, on=own_enrolment)
def mine(enrolment: Enrolment) -> Response:
    """All quizzes of the ticket's workshop; it opens without signal too."""
    return keep_offline(render_template("quiz/mine.html", tiles=taking.tiles(enrolment), words=TILES))


@bp.get("/tiket/kuis/<int:quiz_id>")
@requires(TAKE, on=sitting_from_url)
def begin(sitting: Sitting) -> ResponseReturnValue:
    """What awaits the person; on to the attempt, the result or the evaluation when that is where they are."""
    if sitting.quiz.is_evaluation:
        return redirect(url_for("quiz.evaluate", quiz_id=sitting.quiz.id))
    if sitting.attempt is not None:
        return redirect(_place(sitting))
    return render_template(
        "quiz/begin.html",
        quiz=sitting.quiz,
        items=taking.asked_count(sitting.quiz),
        is_open=sitting.may_begin,
        allowance=sitting.allowance,
        until=sitting.deadline,
        attempts=taking.attempts_allowed(sitting.quiz, sitting.allowance),
    )


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
    """One question; all of them are in the page, so that a script can go on without a signal, also after a restart."""
    attempt = sitting.attempt
    if attempt is None or not sitting.takes_answers:
        return redirect(_place(sitting))
    shown = taking.shown_questions(attempt)
    if not 1 <= number <= len(shown):
        return redirect(url_for("quiz.answer", quiz_id=sitting.quiz.id, number=1))
    page = render_template(
        "quiz/answer.html",
        sitting=sitting,
        quiz=sitting.quiz,
        attempt=attempt,
        shown=shown,
        number=number,
        form=forms.AnswerForm(),
        last_seq=taking.last_seq(attempt.id),
        moment=now(),
        may_check=review.may_check(sitting.quiz),
        checked=review.checked_items(sitting.quiz, attempt),
        picture_url=phone.picture_url(sitting.quiz.id),
    )
    return keep_offline(page)


@bp.post("/tiket/kuis/<int:quiz_id>/<int:number>")
@requires(TAKE, on=sitting_from_url)
def save(sitting: Sitting, number: int) -> ResponseReturnValue:
    """Save the answer of a page without script and go where the button says."""
    attempt, form = _begun(sitting), forms.AnswerForm()
    try:
        with unit_of_work():
            is_late = _keep(sitting, attempt, number, form)
    except (QuizCannotChange, UnreadableAnswer) as error:
        flash(str(error), "warning")
        return redirect(url_for("quiz.answer", quiz_id=sitting.quiz.id, number=number), 303)
    if is_late:
        flash(too_late(), "warning")
        return redirect(_place(sitting), 303)
    target = form.target(number, len(attempt.layout))
    if target is None:
        return redirect(url_for("quiz.hand_in", quiz_id=sitting.quiz.id), 303)
    return redirect(url_for("quiz.answer", quiz_id=sitting.quiz.id, number=target), 303)


def _keep(sitting: Sitting, attempt: Attempt, number: int, form: forms.AnswerForm) -> bool:
    """Save a plain form's answer, and look at it where that was asked; whether it came too late."""
    if not checking.is_checked(attempt, number):
        given = forms.answer_of_form(number, request.form.to_dict(flat=False))
        if services.save_answers(attempt_id=attempt.id, answers=[given]).late:
            return True
    if form.periksa.data:
        checking.check(quiz=sitting.quiz, attempt_id=attempt.id, number=number)
    return False


@bp.post("/tiket/kuis/<int:quiz_id>/jawaban")
@requires(TAKE, on=sitting_from_url)
def sync(sitting: Sitting) -> ResponseReturnValue:
    """Save what a phone has kept; says which counters it may forget."""
    payload = _sent()
    given = forms.answers_from_json(payload)
    attempt = phone.attempt_named(sitting, forms.attempt_from_json(payload))
    if attempt is None:
        raise services.not_open()
    with unit_of_work():
        saved = services.save_answers(attempt_id=attempt.id, answers=given)
    return jsonify(
        accepted=saved.accepted,
        clashed=saved.clashed,
        late=saved.late,
        locked=saved.locked,
        last_seq=saved.last_seq,
        at=clock(saved.at),
        left=sitting.seconds_left,
    )


@bp.get("/tiket/kuis/<int:quiz_id>/kumpulkan")
@requires(TAKE, on=sitting_from_url)
def hand_in(sitting: Sitting) -> ResponseReturnValue:
    """What is answered and what is not, before handing in."""
    attempt = sitting.attempt
    if attempt is None or attempt.is_finished:
        return redirect(_place(sitting))
    return render_template(
        "quiz/hand_in.html",
        sitting=sitting,
        quiz=sitting.quiz,
        attempt=attempt,
        shown=taking.shown_questions(attempt),
        is_running=sitting.takes_answers,
        last_seq=taking.last_seq(attempt.id),
        form=forms.AnswerForm(),
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
    items = evaluations.items_of(quiz.id)
    form = forms.evaluation_form(items)
    if form.validate_on_submit():
        try:
            return _receive(sitting, *forms.evaluation_answers(form, items))
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


def _sent() -> object:
    """The JSON that came; None for none."""
    try:
        return request.get_json(silent=True)
    except RecursionError:  # brackets inside brackets by the thousand
        return None


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


def too_late() -> str:
    """What becomes of an answer that came after the end."""
    return _("This answer arrived after the time was over. It is kept for the committee and not counted yet.")


def _result_page(sitting: Sitting, attempt: Attempt) -> str:
    return render_template(
        "quiz/result.html",
        quiz=sitting.quiz,
        attempt=attempt,
        review=review.review_of(sitting.quiz, attempt),
        attempts=taking.attempts_allowed(sitting.quiz, sitting.allowance),
        may_begin=sitting.may_begin,
        picture_url=phone.picture_url(sitting.quiz.id),
    )
