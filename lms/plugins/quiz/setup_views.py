"""The pages where the committee makes quizzes and sets them up."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.core.loaders import workshop_from_url
from lms.core.workshops.models import Workshop
from lms.kernel.db import unit_of_work
from lms.kernel.errors import RuleViolation
from lms.kernel.permissions import current_actor, requires
from lms.plugins.quiz import queries, quizzes, setup, setup_forms, words
from lms.plugins.quiz.enums import QuizKind
from lms.plugins.quiz.loaders import quiz_from_url
from lms.plugins.quiz.models import Quiz
from lms.plugins.quiz.permissions import MANAGE
from lms.plugins.quiz.setup_forms import CopyQuizForm, NewQuizForm, SettingsForm
from lms.plugins.quiz.staff_views import WORKSHOP
from lms.plugins.quiz.views import bp


@bp.route(f"{WORKSHOP}/baru", methods=["GET", "POST"])
@requires(MANAGE, on=workshop_from_url)
def new_quiz(workshop: Workshop) -> ResponseReturnValue:
    """Make a quiz without questions."""
    form = _new_form(workshop)
    if form.validate_on_submit():
        try:
            with unit_of_work():
                quiz = setup.make_quiz(
                    workshop_id=workshop.id,
                    kind=QuizKind(form.kind.data),
                    title=form.title.data,
                    session_id=form.session_id.data or None,
                    actor=current_actor(),
                )
            flash(_("“%(title)s” is a draft. Now choose its questions.", title=quiz.title), "success")
            return redirect(url_for("quiz.items_of", workshop_id=workshop.id, quiz_id=quiz.id), 303)
        except RuleViolation as error:
            form.refuse(error)
    return _new_page(workshop, form, _copy_form()), 422 if form.is_submitted() else 200


@bp.post(f"{WORKSHOP}/salin")
@requires(MANAGE, on=workshop_from_url)
def copy_quiz(workshop: Workshop) -> ResponseReturnValue:
    """Copy a quiz of this workshop or of another one within reach."""
    form = _copy_form()
    if form.validate_on_submit():
        try:
            with unit_of_work():
                quiz = setup.copy_quiz(
                    source_id=form.source.data,
                    workshop=workshop,
                    title=form.title.data or "",
                    actor=current_actor(),
                )
            flash(_("“%(title)s” is copied as a draft. Look at its hours.", title=quiz.title), "success")
            return redirect(url_for("quiz.setup_quiz", workshop_id=workshop.id, quiz_id=quiz.id), 303)
        except RuleViolation as error:
            form.refuse(error)
    return _new_page(workshop, _new_form(workshop, is_blank=True), form), 422


@bp.route(f"{WORKSHOP}/<int:quiz_id>/pengaturan", methods=["GET", "POST"])
@requires(MANAGE, on=quiz_from_url)
def setup_quiz(quiz: Quiz) -> ResponseReturnValue:
    """All settings of a quiz."""
    form = SettingsForm(data=setup_forms.values_of(quiz))
    form.offer(quiz, setup.session_choices(quiz.workshop_id))
    if form.validate_on_submit():
        try:
            with unit_of_work():
                setup.change_settings(
                    quiz_id=quiz.id,
                    settings=form.settings(quiz, setup_forms.ticked_of(request.form)),
                    actor=current_actor(),
                )
                if quiz.may_wait_for_exit:
                    wanted = form.opens_with_exit.data
                    quizzes.choose_exit(quiz_id=quiz.id, opens_with_exit=wanted, actor=current_actor())
            flash(_("The settings of “%(title)s” are saved.", title=quiz.title), "success")
            return redirect(url_for("quiz.setup_quiz", workshop_id=quiz.workshop_id, quiz_id=quiz.id), 303)
        except RuleViolation as error:
            form.refuse(error)
    return _setup_page(quiz, form), 422 if form.is_submitted() else 200


@bp.post(f"{WORKSHOP}/<int:quiz_id>/hapus")
@requires(MANAGE, on=quiz_from_url)
def delete_quiz(quiz: Quiz) -> ResponseReturnValue:
    """Delete a draft that nobody has begun."""
    title, workshop_id = quiz.title, quiz.workshop_id
    try:
        with unit_of_work():
            setup.delete_quiz(quiz_id=quiz.id, actor=current_actor())
        flash(_("“%(title)s” is deleted. Its questions are still in the bank.", title=title), "success")
    except RuleViolation as error:
        flash(str(error), "error")
    return redirect(url_for("quiz.index", workshop_id=workshop_id), 303)


def _new_form(workshop: Workshop, *, is_blank: bool = False) -> NewQuizForm:
    form = NewQuizForm(formdata=None) if is_blank else NewQuizForm()
    sessions = setup.session_choices(workshop.id)
    form.session_id.choices = setup_forms.session_choices(workshop.zone, sessions)
    return form


def _copy_form() -> CopyQuizForm:
    form = CopyQuizForm(formdata=request.form if request.endpoint == "quiz.copy_quiz" else None)
    form.offer(setup.offered(actor=current_actor()))
    return form


def _new_page(workshop: Workshop, form: NewQuizForm, copy_form: CopyQuizForm) -> str:
    return render_template("quiz/new_quiz.html", workshop=workshop, form=form, copy_form=copy_form)


def _setup_page(quiz: Quiz, form: SettingsForm) -> str:
    ticked = setup_forms.ticked_of(request.form) if form.is_submitted() else quiz.review
    return render_template(
        "quiz/setup_quiz.html",
        workshop=quiz.workshop,
        quiz=quiz,
        form=form,
        words=words,
        ticked=ticked,
        phases=setup_forms.PHASES,
        reveals=setup_forms.REVEALS,
        reveals_early=setup.reveals_early(quiz.review),
        reveals_shared=setup.reveals_shared(quiz),
        running=setup.running_count(quiz.id),
        is_begun=queries.is_begun(quiz.id),
    )
