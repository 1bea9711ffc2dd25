"""Import with preview, and export: files of questions to and from the bank."""

from __future__ import annotations

import io

from flask import Response, abort, flash, make_response, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from lms.kernel.db import unit_of_work
from lms.kernel.downloads import name_file
from lms.kernel.errors import NotFound, RuleViolation
from lms.kernel.forms import choices
from lms.kernel.permissions import current_actor, requires
from lms.kernel.web import typed_search
from lms.plugins.quiz import exporting, import_queries, imports
from lms.plugins.quiz.bank_forms import ids_of
from lms.plugins.quiz.bank_models import ImportBatch
from lms.plugins.quiz.bank_queries import SHARED
from lms.plugins.quiz.bank_views import owners_of
from lms.plugins.quiz.formats.catalogue import FORMATS
from lms.plugins.quiz.import_forms import ImportForm, TakeInForm
from lms.plugins.quiz.kinds.registry import kinds
from lms.plugins.quiz.paging import page_of
from lms.plugins.quiz.permissions import MANAGE
from lms.plugins.quiz.views import bp

IMPORT = "/kelola/bank-soal/impor"


@bp.route(IMPORT, methods=["GET", "POST"])
@requires(MANAGE)
def import_file() -> ResponseReturnValue:
    """Choose a file; reading it writes nothing into the bank."""
    form = ImportForm()
    form.owner.choices = choices(owners_of() or abort(403))
    if form.validate_on_submit():
        try:
            batch = _staged(form)
        except RuleViolation as error:
            form.refuse(error)
        else:
            return redirect(url_for("quiz.preview_import", token=batch.token), 303)
    page = render_template("quiz/import.html", form=form, formats=FORMATS.values())
    return page, 422 if form.is_submitted() else 200


@bp.get(f"{IMPORT}/<token>")
@requires(MANAGE)
def preview_import(token: str) -> str:
    """What the file holds: how many of which type, what is doubtful, what is broken and why."""
    return _preview(_own(token), TakeInForm())


@bp.post(f"{IMPORT}/<token>")
@requires(MANAGE)
def take_in(token: str) -> ResponseReturnValue:
    """Put what was chosen into the bank."""
    batch, form = _own(token), TakeInForm()
    if not form.validate_on_submit():
        return _preview(batch, form), 422
    chosen = None if request.form.get("semua") else set(ids_of(request.form.getlist("soal")))
    try:
        with unit_of_work():
            outcome = imports.take_in(
                batch.id,
                chosen=chosen,
                skips_known=form.skips_known.data,
                source=form.source.data or "",
                actor=current_actor(),
            )
    except RuleViolation as error:
        form.refuse(error)
        return _preview(batch, form), 422
    added = ngettext("%(num)s question is in the bank now.", "%(num)s questions are in the bank now.", outcome["added"])
    flash(added, "success")
    return redirect(url_for("quiz.preview_import", token=batch.token), 303)


@bp.get(f"{IMPORT}/<token>/gambar/<sha>")
@requires(MANAGE)
def import_picture(token: str, sha: str) -> ResponseReturnValue:
    """A picture of a file that waits."""
    picture = imports.picture_of(_own(token), sha)
    if picture is None:
        raise NotFound
    return send_file(io.BytesIO(picture.data), mimetype=picture.media_type, max_age=600)


@bp.get("/kelola/bank-soal/templat.<ending>")
@requires(MANAGE)
def template_file(ending: str) -> ResponseReturnValue:
    """An empty file to fill in, with examples."""
    made = import_queries.template_of(ending)
    if made is None:
        raise NotFound
    return _sent(made.data, made.media_type, made.name)


@bp.get("/kelola/bank-soal/ekspor")
@requires(MANAGE)
def export_questions() -> ResponseReturnValue:
    """The questions of the list as it was narrowed, as a file."""
    key = request.args.get("format", "xlsx")
    if key not in FORMATS or FORMATS[key].write is None:
        raise NotFound
    questions = import_queries.chosen(current_actor(), request.args, typed_search())
    data, left_out = exporting.write(questions, format=key)
    entry = FORMATS[key]
    answer = _sent(data, entry.media_type, f"bank-soal{entry.extensions[0]}")
    answer.headers["X-Left-Out"] = str(len(left_out))
    return answer


def _staged(form: ImportForm) -> ImportBatch:
    pasted = form.pasted.data
    data = pasted.encode() if pasted else form.file.data.read()
    name = _("pasted text") if pasted else (form.file.data.filename or "")
    key, reading = imports.read_file(data, name, format=form.format.data or "")
    organiser_id = None if form.owner.data == SHARED else int(form.owner.data)
    account_id = current_actor().account_id
    if account_id is None:
        abort(403)
    with unit_of_work():
        return imports.stage(reading, format=key, file_name=name, account_id=account_id, organiser_id=organiser_id)


def _preview(batch: ImportBatch, form: TakeInForm) -> str:
    rows = imports.rows_of(batch, visible_to=current_actor())
    return render_template(
        "quiz/import_preview.html",
        batch=batch,
        form=form,
        page=page_of(rows, request.args),
        counts=import_queries.counts_of(row.draft for row in rows),
        known=sum(row.known is not None for row in rows),
        doubtful=sum(bool(row.draft.doubts) for row in rows),
        faults=imports.faults_of(batch),
        kinds=kinds(),
        formats=FORMATS,
        picture_url=lambda sha: url_for("quiz.import_picture", token=batch.token, sha=sha),
    )


def _own(token: str) -> ImportBatch:
    found = import_queries.batch_of(token)
    if found is None or found.account_id != current_actor().account_id:
        raise NotFound
    return found


def _sent(data: bytes, media_type: str, name: str) -> Response:
    answer = make_response(data)
    answer.headers["Content-Type"] = media_type
    name_file(answer, name)
    return answer
