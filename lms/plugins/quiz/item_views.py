"""The pages with the questions of a quiz: the list, choosing from the bank, and two parallel forms."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from lms.kernel.db import unit_of_work
from lms.kernel.errors import RuleViolation
from lms.kernel.permissions import current_actor, requires
from lms.kernel.web import typed_search
from lms.plugins.quiz import bank_queries, categories, forms_ab, items, parallel, queries, words
from lms.plugins.quiz.enums import Pillar
from lms.plugins.quiz.kinds.registry import kinds
from lms.plugins.quiz.loaders import quiz_from_url
from lms.plugins.quiz.models import Quiz
from lms.plugins.quiz.permissions import MANAGE
from lms.plugins.quiz.setup_forms import ids_of, items_edit
from lms.plugins.quiz.staff_views import WORKSHOP
from lms.plugins.quiz.views import bp

JP_MINUTES = 45
_FILTERS = ("q", "pilar", "kategori", "jenis", "label", "page")
QUIZ = f"{WORKSHOP}/<int:quiz_id>"


@bp.get(f"{QUIZ}/soal")
@requires(MANAGE, on=quiz_from_url)
def items_of(quiz: Quiz) -> str:
    """The questions of a quiz with order, marks and pools."""
    return _items_page(quiz)


@bp.post(f"{QUIZ}/soal")
@requires(MANAGE, on=quiz_from_url)
def change_items(quiz: Quiz) -> ResponseReturnValue:
    """Save marks and pools, and take the step of the button."""
    try:
        edit = items_edit(request.form)
        with unit_of_work():
            items.change(quiz_id=quiz.id, edit=edit, actor=current_actor())
    except RuleViolation as error:
        return _items_page(quiz, message=str(error)), error.status
    if edit.place is None:
        flash(_("The questions of “%(title)s” are saved.", title=quiz.title), "success")
    return redirect(_address("quiz.items_of", quiz, _anchor=_focus(quiz, edit)), 303)


@bp.get(f"{QUIZ}/soal/pilih")
@requires(MANAGE, on=quiz_from_url)
def pick(quiz: Quiz) -> str:
    """The bank, to tick what this quiz asks."""
    return _pick_page(quiz)


@bp.post(f"{QUIZ}/soal/pilih")
@requires(MANAGE, on=quiz_from_url)
def add_items(quiz: Quiz) -> ResponseReturnValue:
    """Add what was ticked, then go on choosing."""
    chosen = ids_of(request.form.getlist("soal"))
    if not chosen:
        return _pick_page(quiz, message=_("Tick at least one question, then press the button again.")), 422
    pool = next(iter(ids_of([request.form.get("kelompok", "")])), 0) or None
    try:
        with unit_of_work():
            count = items.add_questions(quiz_id=quiz.id, question_ids=chosen, pool_id=pool, actor=current_actor())
    except RuleViolation as error:
        return _pick_page(quiz, message=str(error)), error.status
    flash(ngettext("%(num)s question added.", "%(num)s questions added.", count), "success")
    return redirect(_address("quiz.pick", quiz, **_filters()), 303)


@bp.get(f"{QUIZ}/paket")
@requires(MANAGE, on=quiz_from_url)
def paired_forms(quiz: Quiz) -> str:
    """Two parallel forms: as they are, or as they would be."""
    return _forms_page(quiz)


@bp.post(f"{QUIZ}/paket")
@requires(MANAGE, on=quiz_from_url)
def apply_forms(quiz: Quiz) -> ResponseReturnValue:
    """Apply the forms that were shown, or give them up."""
    form, actor = request.form, current_actor()
    try:
        with unit_of_work():
            if form.get("tindakan") == "batal":
                forms_ab.drop_forms(quiz_id=quiz.id, actor=actor)
            else:
                forms_ab.apply_forms(
                    quiz_id=quiz.id,
                    a=ids_of(form.getlist("a")),
                    b=ids_of(form.getlist("b")),
                    drops_rest=ids_of(form.getlist("sisa")) if form.get("sisanya") == "keluar" else (),
                    partner=form.get("pasangan") == "ya",
                    actor=actor,
                )
    except RuleViolation as error:
        return _forms_page(quiz, message=str(error)), error.status
    flash(_("The forms of “%(title)s” are saved.", title=quiz.title), "success")
    return redirect(_address("quiz.paired_forms", quiz), 303)


def _items_page(quiz: Quiz, *, message: str = "") -> str:
    rows = items.rows_of(quiz.id)
    pools = items.pool_rows(items.pools_of(quiz.id), rows)
    return render_template(
        "quiz/items_of.html",
        workshop=quiz.workshop,
        quiz=quiz,
        rows=rows,
        pools=pools,
        totals=items.totals_of(quiz, rows, pools),
        jp=quiz.time_limit / JP_MINUTES if quiz.time_limit else None,
        is_begun=queries.is_begun(quiz.id),
        typed=request.form,
        message=message,
        words=words,
    )


def _pick_page(quiz: Quiz, *, message: str = "") -> str:
    actor = current_actor()
    branches = categories.tree(visible_to=actor)
    category = next(iter(ids_of([request.args.get("kategori", "")])), None)
    chosen = _chosen(branches, category)
    number = request.args.get("page", 1, type=int)
    return render_template(
        "quiz/pick.html",
        workshop=quiz.workshop,
        quiz=quiz,
        page=bank_queries.page_of(visible_to=actor, filters=chosen, page=number),
        chosen=chosen,
        branches=branches,
        category=category,
        present={row.question.id for row in items.rows_of(quiz.id)},
        ticked=set(ids_of(request.form.getlist("soal"))),
        pools=items.pools_of(quiz.id),
        kinds=kinds(),
        is_begun=queries.is_begun(quiz.id),
        filters=_filters(),
        message=message,
        words=words,
    )


def _chosen(branches: list[categories.Branch], category: int | None) -> bank_queries.Filters:
    """What the address narrows the bank to; what it does not know narrows nothing."""
    pillar, kind = request.args.get("pilar"), request.args.get("jenis", "")
    known = category is not None and category in {branch.id for branch in branches}
    return bank_queries.Filters(
        text=typed_search(),
        category_ids=categories.below(branches, category) if category is not None and known else None,
        kind=kind if kind in kinds() else "",
        pillar=Pillar(pillar) if pillar is not None and pillar in set(Pillar) else None,
        tag=typed_search("label", limit=60),
    )


def _forms_page(quiz: Quiz, *, message: str = "") -> str:
    rows = items.rows_of(quiz.id)
    able = forms_ab.candidates_of(rows)
    asked = ids_of(request.args.getlist("soal"))
    chosen = [row for row in able if not asked or row.question_id in asked]
    return render_template(
        "quiz/paired_forms.html",
        workshop=quiz.workshop,
        quiz=quiz,
        rows=rows,
        able={row.question_id: row for row in able},
        chosen={row.question_id for row in chosen},
        split_new=parallel.build(chosen),
        current=forms_ab.current_split(rows, able) if quiz.has_forms else None,
        partner=forms_ab.partner_of(quiz),
        texts={row.question.id: row.question for row in rows},
        is_begun=queries.is_begun(quiz.id),
        message=message,
    )


def _filters() -> dict[str, Any]:
    """What the address of the list asks for, to come back to the same place."""
    return {name: request.args[name] for name in _FILTERS if name in request.args}


def _focus(quiz: Quiz, edit: items.Edit) -> str | None:
    """The button that moved a question, or the other one where it cannot go further: the keyboard stays there."""
    if edit.place is None:
        return None
    step = request.form.get("tindakan", "").partition(":")[0]
    last = len(items.rows_of(quiz.id))
    ends = {"naik": ("turun", 1), "turun": ("naik", last)}
    other, end = ends.get(step, ("naik", 0))
    return f"{other if edit.place[1] == end else step}-{edit.place[0]}"


def _address(endpoint: str, quiz: Quiz, **values: Any) -> str:
    return url_for(endpoint, workshop_id=quiz.workshop_id, quiz_id=quiz.id, **values)
