"""Marking by hand: one question after the other, without names."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.kernel.db import unit_of_work
from lms.kernel.errors import NotFound, RuleViolation
from lms.kernel.permissions import current_actor, requires
from lms.plugins.quiz import marking
from lms.plugins.quiz.loaders import quiz_from_url
from lms.plugins.quiz.marking import Pile, Written
from lms.plugins.quiz.models import Quiz
from lms.plugins.quiz.paging import page_of
from lms.plugins.quiz.people_forms import MarkForm
from lms.plugins.quiz.permissions import MANAGE
from lms.plugins.quiz.staff_views import WORKSHOP
from lms.plugins.quiz.views import bp

MARKING = f"{WORKSHOP}/<int:quiz_id>/periksa"


@bp.get(MARKING)
@requires(MANAGE, on=quiz_from_url)
def marks(quiz: Quiz) -> str:
    """The questions that people mark, with how many answers wait."""
    return render_template("quiz/marks.html", workshop=quiz.workshop, quiz=quiz, piles=marking.piles_of(quiz))


@bp.get(f"{MARKING}/<int:question_id>")
@requires(MANAGE, on=quiz_from_url)
def pile(quiz: Quiz, question_id: int) -> str:
    """The answers to one question, those that wait first; names are left out, so that they do not sway anybody."""
    return _page(quiz, _pile(quiz, question_id))


@bp.post(f"{MARKING}/<int:question_id>/<int:attempt_id>")
@requires(MANAGE, on=quiz_from_url)
def mark(quiz: Quiz, question_id: int, attempt_id: int) -> ResponseReturnValue:
    """Save one mark; when somebody else was faster, both are shown and nothing is lost."""
    found = _pile(quiz, question_id)
    form = MarkForm(prefix=f"a{attempt_id}")
    if form.validate_on_submit():
        try:
            with unit_of_work():
                marking.mark(
                    quiz=quiz,
                    attempt_id=attempt_id,
                    question_id=question_id,
                    earned=form.earned.data,
                    comment=form.comment.data or "",
                    seen_revision=_revision(form),
                    actor=current_actor(),
                )
            flash(_("The mark is saved."), "success")
            return redirect(
                url_for("quiz.pile", workshop_id=quiz.workshop_id, quiz_id=quiz.id, question_id=question_id), 303
            )
        except RuleViolation as error:
            form.refuse(error)
            return _page(quiz, _pile(quiz, question_id), (attempt_id, form)), error.status
    return _page(quiz, found, (attempt_id, form)), 422


def _page(quiz: Quiz, found: Pile, typed: tuple[int, MarkForm] | None = None) -> str:
    page = page_of(found.answers, request.args)
    forms = [(answer, typed[1] if typed and typed[0] == answer.attempt_id else _form(answer)) for answer in page.items]
    return render_template("quiz/pile.html", workshop=quiz.workshop, quiz=quiz, pile=found, page=page, forms=forms)


def _form(answer: Written) -> MarkForm:
    known = answer.mark
    return MarkForm(
        prefix=f"a{answer.attempt_id}",
        formdata=None,
        data={
            "earned": answer.earned,
            "comment": known.comment if known else "",
            "revision": known.revision if known else 0,
        },
    )


def _revision(form: MarkForm) -> int:
    typed = str(form.revision.data or "0")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else 0


def _pile(quiz: Quiz, question_id: int) -> Pile:
    found = next((row for row in marking.piles_of(quiz) if row.question_id == question_id), None)
    if found is None:
        raise NotFound
    return found
