"""One question of the bank: its page, the editor, its versions, pictures, and copies for other organisers."""

from __future__ import annotations

from collections.abc import Callable

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.kernel.db import unit_of_work
from lms.kernel.downloads import serve
from lms.kernel.errors import RuleViolation
from lms.kernel.headers import max_body
from lms.kernel.permissions import current_actor, requires
from lms.kernel.rich_text import PICTURE
from lms.plugins.quiz import (
    bank,
    bank_changes,
    bank_preview,
    bank_queries,
    categories,
    pictures,
    queries,
    question_forms,
    usage,
    words,
)
from lms.plugins.quiz.bank_models import Question
from lms.plugins.quiz.bank_queries import SHARED
from lms.plugins.quiz.bank_views import owners_of
from lms.plugins.quiz.content import Picture
from lms.plugins.quiz.errors import QuestionChanged
from lms.plugins.quiz.kinds.registry import kinds
from lms.plugins.quiz.loaders import question_from_url
from lms.plugins.quiz.permissions import MANAGE
from lms.plugins.quiz.question_forms import Edited, QuestionForm
from lms.plugins.quiz.views import bp

MAX_BODY = 3_500_000  # bytes: a picture, and the texts of a question with very many options
MAX_PARTS = 1_500  # fields


@bp.get("/kelola/bank-soal/<int:question_id>")
@requires(MANAGE)
def question(question_id: int) -> str:
    """One question as participants see it, with its right answer beside."""
    found = _readable(question_id)
    solved = queries.solved([found])[0]
    branches = categories.tree(visible_to=current_actor())
    return render_template(
        "quiz/question.html",
        question=found,
        solved=solved,
        shown=bank_preview.shown(solved.content),
        kind=kinds()[found.kind],
        category=next((row.label for row in branches if row.id == found.category_id), ""),
        tags=bank_queries.tags_of([found.id])[found.id],
        owner=bank_queries.owner_names([found]).get(found.organiser_id or 0),
        usage=usage.usage_of([found.id]).get(found.id, usage.NOWHERE),
        places=usage.places_of(found.id, visible_to=current_actor()),
        past=usage.past_of([found.id]).get(found.id),
        may_edit=current_actor().can(MANAGE, found.access),
        banks=_banks_for_copy(found),
        words=words,
    )


@bp.route("/kelola/bank-soal/baru", methods=["GET", "POST"])
@max_body(MAX_BODY, parts=MAX_PARTS)
@requires(MANAGE)
def new_question() -> ResponseReturnValue:
    """Choose a type, then write the question."""
    owners, kind = owners_of() or abort(403), request.args.get("jenis", "")
    if kind not in kinds():
        return render_template("quiz/question_types.html", kinds=kinds())
    form = question_forms.form_for(kind, branches=categories.tree(visible_to=current_actor()), owners=owners)

    def save() -> Question:
        return bank.add(
            form.draft,
            organiser_id=None if form.owner.data == SHARED else int(form.owner.data),
            code=form.code.data or "",
            source=form.source.data or "",
            needs_review=bool(form.needs_review.data),
            category_id=form.category_id,
            actor=current_actor(),
        )

    return _edited(form, None, save)


@bp.route("/kelola/bank-soal/<int:question_id>/ubah", methods=["GET", "POST"])
@max_body(MAX_BODY, parts=MAX_PARTS)
@requires(MANAGE, on=question_from_url)
def edit_question(question: Question) -> ResponseReturnValue:
    """Change a question; who has answered it keeps the wording that they saw."""
    if question.kind not in kinds():
        abort(404)
    tags = bank_queries.tags_of([question.id])[question.id]
    edited = Edited(question=question, content=queries.solved([question])[0].content, tags=tags)
    tree = categories.tree(visible_to=current_actor())
    own = [branch for branch in tree if branch.organiser_id == question.organiser_id]
    form = question_forms.form_for(question.kind, branches=own, edited=edited)

    def save() -> Question:
        return bank.change(
            question.id,
            form.draft,
            source=form.source.data or "",
            needs_review=bool(form.needs_review.data),
            category_id=form.category_id,
            based_on=form.version_id,
            actor=current_actor(),
        )

    return _edited(form, question, save)


@bp.get("/kelola/bank-soal/<int:question_id>/versi")
@requires(MANAGE)
def question_versions(question_id: int) -> str:
    """Every version, with what changed in it."""
    found = _readable(question_id)
    changes = bank_preview.changes_of(bank_queries.wordings_of(found.id), found)
    return render_template(
        "quiz/question_versions.html",
        question=found,
        changes=changes,
        answered=usage.answered_by(found.id),
        words=words,
    )


@bp.post("/kelola/bank-soal/<int:question_id>/salin")
@requires(MANAGE)
def copy_question(question_id: int) -> ResponseReturnValue:
    """A copy in the bank of an organiser of the visitor."""
    found, typed = _readable(question_id), request.form.get("owner", "")
    if typed not in {value for value, _name in _banks_for_copy(found)}:
        abort(403)
    with unit_of_work():
        copy, is_new = bank_changes.copy_to(question_id=found.id, organiser_id=int(typed), actor=current_actor())
    flash(_("This is your own copy.") if is_new else _("You have an equal question already, this one."), "success")
    return redirect(url_for("quiz.question", question_id=copy.id), 303)


@bp.get("/kelola/bank-soal/<int:question_id>/gambar/<sha>")
@requires(MANAGE)
def question_picture(question_id: int, sha: str) -> ResponseReturnValue:
    """A picture of the question or of one of its versions, for people who see it in the bank."""
    row = bank_queries.picture_of(_readable(question_id).id, sha[:64]) or abort(404)
    return serve(row.stored, filename=row.sha[:12], content_type=row.media_type, inline=True)


@bp.get("/kelola/bank-soal/gambar/<sha>")
@requires(MANAGE)
def staged_picture(sha: str) -> ResponseReturnValue:
    """A picture that the visitor has just uploaded into the editor."""
    found = _staged([sha]) if PICTURE.fullmatch(f"picture:{sha}") else ()
    if not found:
        abort(404)
    key = pictures.key_of(_account(), sha)
    return serve(key, filename=sha[:12], content_type=found[0].media_type, inline=True)


def _edited(form: QuestionForm, question: Question | None, save: Callable[[], Question]) -> ResponseReturnValue:
    """The editor, or the way to the saved question."""
    if request.method != "POST":
        return _editor(form, question)
    with unit_of_work():
        has_picture = form.take_picture(account_id=_account())
    if form.wants_rows or (form.wants_picture and has_picture):
        return _editor(form, question)
    if not form.validate_on_submit() or form.wants_picture:
        return _editor(form, question), 422
    twin = None if form.says_anyway else _twin(form, question)
    if twin is not None:
        return _editor(form, question, twin=twin), 422
    try:
        with unit_of_work():
            saved = _save(form, save)
    except RuleViolation as error:
        form.refuse(error)
        if isinstance(error, QuestionChanged) and question is not None:
            form.base.data = str(question.version_id)  # seen now: the next time it is saved
        return _editor(form, question), 422
    flash(_("The question is saved."), "success")
    return redirect(url_for("quiz.question", question_id=saved.id), 303)


def _save(form: QuestionForm, save: Callable[[], Question]) -> Question:
    """With the pictures that were uploaded for it."""
    named = form.named()
    form.uploaded = _staged(named)
    saved = save()
    pictures.unstage([picture.sha for picture in form.uploaded], account_id=_account())
    missing = set(named) - bank_queries.pictures_of(saved.version_id)
    if missing:
        raise RuleViolation(_("A picture that the text names is not here any more. Upload it again."), "text")
    return saved


def _editor(form: QuestionForm, question: Question | None, *, twin: Question | None = None) -> str:
    known = bank_queries.pictures_of(question.version_id) if question is not None else set()
    return render_template(
        "quiz/question_form.html",
        form=form,
        question=question,
        kind=kinds()[form.kind],
        answered=usage.answered_by(question.id) if question is not None else 0,
        twin=twin,
        known=known,
    )


def _twin(form: QuestionForm, question: Question | None) -> Question | None:
    """An equal question that the author may not know of; none where nothing changed."""
    mark = bank.fingerprint_of(form.content)
    if question is not None and mark == question.fingerprint:
        return None
    return bank_queries.like(mark, visible_to=current_actor(), but=question.id if question is not None else None)


def _banks_for_copy(found: Question) -> list[tuple[str, str]]:
    """The banks of the visitor's own that do not hold the question."""
    return [row for row in owners_of() if row[0] not in {SHARED, str(found.organiser_id)}]


def _readable(question_id: int) -> Question:
    found = question_from_url(question_id)
    return found if bank.may_read(current_actor(), question_id) and found.kind in kinds() else abort(404)


def _account() -> int:
    return current_actor().account_id or abort(403)


def _staged(shas: list[str]) -> tuple[Picture, ...]:
    return pictures.staged(shas, account_id=_account())
