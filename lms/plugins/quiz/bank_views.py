"""The pages of the question bank."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import SelectChoice

from lms.core.workshops.queries import organisers
from lms.kernel.db import unit_of_work
from lms.kernel.errors import RuleViolation
from lms.kernel.permissions import Access, Scope, current_actor, requires
from lms.kernel.web import typed_search
from lms.plugins.quiz import bank, queries, words
from lms.plugins.quiz.enums import Pillar, QuestionKind
from lms.plugins.quiz.forms import QuestionForm
from lms.plugins.quiz.loaders import question_from_url
from lms.plugins.quiz.models import Question
from lms.plugins.quiz.permissions import MANAGE
from lms.plugins.quiz.views import bp

SHARED = "shared"


@bp.get("/kelola/bank-soal")
@requires(MANAGE)
def questions() -> str:
    """The bank, by search and pillar."""
    text, typed = typed_search(), request.args.get("pilar")
    pillar = Pillar(typed) if typed is not None and typed in set(Pillar) else None
    number = request.args.get("page", 1, type=int)
    page = bank.page_of(visible_to=current_actor(), text=text, pillar=pillar, page=number)
    return render_template("quiz/bank.html", page=page, text=text, pillar=pillar, words=words, may_add=bool(_owners()))


@bp.get("/kelola/bank-soal/<int:question_id>")
@requires(MANAGE)
def question(question_id: int) -> str:
    """One question with its right answer."""
    found = _readable(question_id)
    return render_template(
        "quiz/question.html",
        question=found,
        solved=queries.solved([found])[0],
        words=words,
        may_edit=_may_edit(found),
        is_answered=bank.is_answered(found.id),
    )


@bp.route("/kelola/bank-soal/baru", methods=["GET", "POST"])
@requires(MANAGE)
def new_question() -> ResponseReturnValue:
    """Add a single-choice question."""
    owners = [SelectChoice(value, label) for value, label in _owners() or abort(403)]
    form = QuestionForm()
    form.owner.choices = owners
    if form.validate_on_submit():
        owner = None if form.owner.data == SHARED else int(form.owner.data)
        try:
            with unit_of_work():
                added = bank.add_question(
                    organiser_id=owner, code=form.code.data or "", actor=current_actor(), **form.values
                )
        except RuleViolation as error:
            form.refuse(error)
        else:
            flash(_("The question is in the bank."), "success")
            return redirect(url_for("quiz.question", question_id=added.id), 303)
    return render_template("quiz/question_form.html", form=form, question=None), 422 if form.is_submitted() else 200


@bp.route("/kelola/bank-soal/<int:question_id>/ubah", methods=["GET", "POST"])
@requires(MANAGE, on=question_from_url)
def edit_question(question: Question) -> ResponseReturnValue:
    """Change a question that nobody was asked yet."""
    if question.kind is not QuestionKind.SINGLE:
        abort(404)
    form = QuestionForm(data=_data(question) if request.method == "GET" else None)
    del form.owner, form.code
    if form.validate_on_submit():
        try:
            with unit_of_work():
                bank.edit_question(question_id=question.id, actor=current_actor(), **form.values)
        except RuleViolation as error:
            form.refuse(error)
        else:
            flash(_("The question is changed."), "success")
            return redirect(url_for("quiz.question", question_id=question.id), 303)
    return render_template("quiz/question_form.html", form=form, question=question), 422 if form.is_submitted() else 200


def _readable(question_id: int) -> Question:
    found = question_from_url(question_id)
    return found if bank.may_read(current_actor(), question_id) else abort(404)


def _may_edit(question: Question) -> bool:
    return question.kind is QuestionKind.SINGLE and current_actor().can(MANAGE, question.access)


def _owners() -> list[tuple[str, str]]:
    """Whose questions the visitor may add: those of organisers they work for, and shared ones with the whole site."""
    actor = current_actor()
    own = [(str(row.id), row.name) for row in organisers(visible_to=actor, permission=MANAGE)]
    is_central = any(grant.scope is Scope.SITE for grant in actor.grants) and actor.can(MANAGE, Access())
    return [(SHARED, _("Shared by all organisers")), *own] if is_central else own


def _data(question: Question) -> dict[str, object]:
    key = bank.key_of(question.id)
    options = {f"option_{option.position}": option.text for option in question.options}
    position = next((option.position for option in question.options if option.id == key), None)
    return {
        "text": question.text,
        "key": str(position),
        "pillar": question.pillar.value,
        "explanation": question.explanation,
        "source": question.source,
        **options,
    }
