"""The pages of facilitators: everybody in a quiz, one person's sheet, more time, late answers, marking again."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from lms.core.enrolments.models import Enrolment
from lms.core.enrolments.queries import enrolment_by_id
from lms.kernel.db import unit_of_work
from lms.kernel.errors import NotFound, RuleViolation
from lms.kernel.permissions import current_actor, requires
from lms.plugins.quiz import allowances, hours, late, people_queries, regrading, words
from lms.plugins.quiz.loaders import quiz_from_url
from lms.plugins.quiz.models import Quiz
from lms.plugins.quiz.paging import page_of
from lms.plugins.quiz.people_forms import AllowanceForm, ReasonForm
from lms.plugins.quiz.people_queries import Standing
from lms.plugins.quiz.permissions import MANAGE
from lms.plugins.quiz.staff_views import WORKSHOP
from lms.plugins.quiz.views import bp

PEOPLE = f"{WORKSHOP}/<int:quiz_id>/peserta"


@bp.get(PEOPLE)
@requires(MANAGE, on=quiz_from_url)
def people(quiz: Quiz) -> str:
    """Everybody and how far they are; `status=` narrows the list."""
    rows = people_queries.people_of(quiz)
    counts = {standing: sum(row.standing is standing for row in rows) for standing in Standing}
    typed = request.args.get("status", "")
    chosen = Standing(typed) if typed in set(Standing) else None
    shown = [row for row in rows if chosen is None or row.standing is chosen]
    return render_template(
        "quiz/people.html",
        workshop=quiz.workshop,
        quiz=quiz,
        page=page_of(shown, request.args),
        counts=counts,
        chosen=chosen,
        total=len(rows),
        words=words,
    )


@bp.get(f"{PEOPLE}/<int:enrolment_id>")
@requires(MANAGE, on=quiz_from_url)
def sheet(quiz: Quiz, enrolment_id: int) -> str:
    """One person's attempts with every answer and its history."""
    enrolment = _of(quiz, enrolment_id)
    attempts = people_queries.attempts_of(quiz.id, enrolment.id)
    return render_template(
        "quiz/sheet.html",
        workshop=quiz.workshop,
        quiz=quiz,
        enrolment=enrolment,
        sheets=[(attempt, people_queries.lines_of(attempt)) for attempt in attempts],
        late=late.late_of(quiz, [enrolment.id]),
        allowance=hours.allowance_of(quiz.id, enrolment.id),
        form=ReasonForm(),
        words=words,
    )


@bp.route(f"{PEOPLE}/<int:enrolment_id>/kelonggaran", methods=["GET", "POST"])
@requires(MANAGE, on=quiz_from_url)
def allowance(quiz: Quiz, enrolment_id: int) -> ResponseReturnValue:
    """More time or other hours for one person."""
    enrolment = _of(quiz, enrolment_id)
    known = hours.allowance_of(quiz.id, enrolment.id)
    form = AllowanceForm(obj=known)
    if form.validate_on_submit():
        try:
            with unit_of_work():
                allowances.allow(
                    quiz=quiz,
                    enrolment_id=enrolment.id,
                    actor=current_actor(),
                    extra_minutes=form.extra_minutes.data or 0,
                    opens_at=form.opens_at.data,
                    closes_at=form.closes_at.data,
                    more_attempts=form.more_attempts.data or 0,
                    reason=form.reason.data or "",
                )
            flash(_("Saved for %(name)s alone.", name=enrolment.person.formal_name), "success")
            return redirect(url_for("quiz.people", workshop_id=quiz.workshop_id, quiz_id=quiz.id), 303)
        except RuleViolation as error:
            form.refuse(error)
    page = render_template(
        "quiz/allowance.html", workshop=quiz.workshop, quiz=quiz, enrolment=enrolment, form=form, known=known
    )
    return page, 422 if form.is_submitted() else 200


@bp.post(f"{PEOPLE}/<int:enrolment_id>/terlambat")
@requires(MANAGE, on=quiz_from_url)
def count_late(quiz: Quiz, enrolment_id: int) -> ResponseReturnValue:
    """Count the late answers that the phone says were given before the end."""
    enrolment, form = _of(quiz, enrolment_id), ReasonForm()
    target = redirect(
        url_for("quiz.sheet", workshop_id=quiz.workshop_id, quiz_id=quiz.id, enrolment_id=enrolment.id), 303
    )
    if not form.validate_on_submit():
        flash(_("Write the reason, so that others understand the change."), "danger")
        return target
    with unit_of_work():
        count = sum(
            late.count_in(attempt_id=attempt_id, actor=current_actor(), reason=form.reason.data)
            for attempt_id in late.late_of(quiz, [enrolment.id])
        )
    flash(ngettext("%(num)s late answer counts now.", "%(num)s late answers count now.", count), "success")
    return target


@bp.route(f"{WORKSHOP}/<int:quiz_id>/nilai-ulang", methods=["GET", "POST"])
@requires(MANAGE, on=quiz_from_url)
def regrade(quiz: Quiz) -> ResponseReturnValue:
    """Old and new score of everybody, then marking again."""
    form = ReasonForm()
    if form.validate_on_submit():
        with unit_of_work():
            run = regrading.regrade(quiz_id=quiz.id, actor=current_actor(), reason=form.reason.data)
        flash(_("Everybody was marked again. Old and new scores stay here."), "success")
        return redirect(
            url_for("quiz.regrade", workshop_id=quiz.workshop_id, quiz_id=quiz.id, _anchor=f"n{run.id}"), 303
        )
    page = render_template(
        "quiz/regrade.html",
        workshop=quiz.workshop,
        quiz=quiz,
        preview=regrading.preview(quiz),
        runs=[(run, regrading.changes_of(run, quiz)) for run in regrading.runs_of(quiz.id)],
        form=form,
    )
    return page, 422 if form.is_submitted() else 200


def _of(quiz: Quiz, enrolment_id: int) -> Enrolment:
    found = enrolment_by_id(enrolment_id)
    if found is None or found.workshop_id != quiz.workshop_id:
        raise NotFound
    return found
