"""Routes of regional reports."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from lms.core.regions.queries import labels_of
from lms.core.workshops.queries import organisers
from lms.kernel.db import unit_of_work
from lms.kernel.errors import RuleViolation
from lms.kernel.forms import choices
from lms.kernel.permissions import current_actor, requires
from lms.plugins.reports import findings, periods, printing, queries, services, tiles
from lms.plugins.reports.enums import ANSWER_LABELS, STATUS_LABELS
from lms.plugins.reports.forms import OWN_DATES, BeginForm, WriteForm
from lms.plugins.reports.loaders import reading_from_url, report_from_url
from lms.plugins.reports.models import Report
from lms.plugins.reports.paper import SCALE
from lms.plugins.reports.permissions import EDIT, SEE
from lms.plugins.reports.queries import Reading

bp = Blueprint("reports", __name__, template_folder="templates", static_folder="static", static_url_path="/reports/s")


@bp.get("/kelola/laporan")
@requires(SEE)
def index() -> str:
    """The reports that the visitor may see."""
    page = queries.reports(visible_to=current_actor(), page=request.args.get("page", 1, type=int))
    return render_template("reports/index.html", page=page, name_of=periods.name_of, labels=STATUS_LABELS)


@bp.route("/kelola/laporan/baru", methods=["GET", "POST"])
@requires(EDIT)
def create() -> Any:
    """Begin a report for a period."""
    form = BeginForm()
    own = organisers(visible_to=current_actor(), permission=EDIT)
    form.organiser_id.choices = choices((row.id, row.name) for row in own)
    form.period.choices = choices([*periods.choices(periods.today()), (OWN_DATES, _("Other dates"))])
    if form.validate_on_submit():
        try:
            with unit_of_work():
                report = services.begin(
                    organiser_id=form.organiser_id.data,
                    title=form.title.data or "",
                    period=form.chosen(),
                    actor=current_actor(),
                )
            flash(_("The draft is there. It counts anew each time it is opened."), "success")
            return redirect(url_for("reports.show", report_id=report.id), 303)
        except RuleViolation as error:
            form.refuse(error)
    return render_template("reports/create.html", form=form, organisers=own), 422 if form.is_submitted() else 200


@bp.get("/kelola/laporan/<int:report_id>")
@requires(SEE, on=reading_from_url)
def show(reading: Reading) -> str:
    """Numbers, map, findings and recommendations."""
    report, items = reading.report, reading.recommendations
    return render_template(
        "reports/show.html",
        reading=reading,
        report=report,
        headline=printing.headline(reading.figures),
        tiles=tiles.tiles_of(reading.figures),
        scale_texts=SCALE,
        findings=findings.sentences(reading.figures),
        recommendations=items,
        region_labels=labels_of(item.region_code for item in items if item.region_code),
        period_name=periods.name_of(report.period),
        period_text=periods.text_of(report.period),
        labels=STATUS_LABELS,
        answers=ANSWER_LABELS,
    )


@bp.get("/kelola/laporan/<int:report_id>.pdf")
@requires(SEE, on=reading_from_url)
def pdf(reading: Reading) -> Response:
    """The paper for the governor."""
    report = reading.report
    response = Response(printing.pdf_of(reading), mimetype="application/pdf")
    name = f"laporan-{report.province_code}-{report.last_day.isoformat()}-v{report.version}.pdf"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.headers["Cache-Control"] = "private, no-store"
    return response


@bp.route("/kelola/laporan/<int:report_id>/tulis", methods=["GET", "POST"])
@requires(EDIT, on=report_from_url)
def write(report: Report) -> Any:
    """Title and notes of a draft."""
    form = WriteForm(obj=report)
    if form.validate_on_submit():
        try:
            with unit_of_work():
                services.write(
                    report=report, title=form.title.data, narrative=form.narrative.data or "", actor=current_actor()
                )
            flash(_("Saved."), "success")
            return redirect(url_for("reports.show", report_id=report.id), 303)
        except RuleViolation as error:
            form.refuse(error)
    return render_template("reports/write.html", form=form, report=report), 422 if form.is_submitted() else 200


@bp.post("/kelola/laporan/<int:report_id>/kunci")
@requires(EDIT, on=report_from_url)
def freeze(report: Report) -> BaseResponse:
    """Lock the report with today's numbers."""
    with unit_of_work():
        services.freeze(report=report, actor=current_actor())
    flash(_("The report is locked. Its numbers no longer change."), "success")
    return redirect(url_for("reports.show", report_id=report.id), 303)


@bp.post("/kelola/laporan/<int:report_id>/versi")
@requires(EDIT, on=report_from_url)
def new_version(report: Report) -> BaseResponse:
    """A new draft for the same period."""
    try:
        with unit_of_work():
            shown = services.next_version(report=report, actor=current_actor())
    except RuleViolation as error:
        flash(str(error), "error")
        shown = report
    return redirect(url_for("reports.show", report_id=shown.id), 303)


@bp.post("/kelola/laporan/<int:report_id>/hapus")
@requires(EDIT, on=report_from_url)
def remove(report: Report) -> BaseResponse:
    """Delete a draft."""
    try:
        with unit_of_work():
            services.remove(report=report, actor=current_actor())
    except RuleViolation as error:
        flash(str(error), "error")
        return redirect(url_for("reports.show", report_id=report.id), 303)
    flash(_("The draft is deleted."), "success")
    return redirect(url_for("reports.index"), 303)
