"""Routes of regional reports."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from lms.core.workshops.queries import organisers
from lms.kernel.db import unit_of_work
from lms.kernel.errors import NotFound, RuleViolation
from lms.kernel.forms import choices
from lms.kernel.permissions import current_actor, public, requires
from lms.plugins.reports import figures, periods, printing, queries, services
from lms.plugins.reports.enums import STATUS_LABELS
from lms.plugins.reports.forms import BeginForm, RecommendForm, WriteForm
from lms.plugins.reports.models import Recommendation, Report
from lms.plugins.reports.permissions import EDIT, SEE
from lms.plugins.reports.queries import recommendation_by_id, report_by_id

bp = Blueprint("reports", __name__, template_folder="templates")


def _seen(report_id: int) -> Report:
    """A report that the visitor may see; an observer's region lies inside the report's, so grants do not decide it."""
    report = report_by_id(report_id)
    if not queries.may_see(current_actor(), report):
        raise NotFound
    return report


def _content(report: Report) -> dict[str, Any]:
    """The frozen numbers, or today's for a draft, as far as the visitor may read them."""
    content = report.content if report.content is not None else figures.count(report.province_code, report.period)
    return figures.within(content, queries.region_limit(current_actor()))


@bp.get("/kelola/laporan")
@requires(SEE)
def index() -> str:
    """All reports that the visitor may see."""
    rows = queries.reports(visible_to=current_actor())
    return render_template("reports/index.html", reports=rows, name_of=periods.name_of, labels=STATUS_LABELS)


@bp.route("/kelola/laporan/baru", methods=["GET", "POST"])
@requires(EDIT)
def create() -> Any:
    """Begin a report for a period."""
    form = BeginForm()
    own = organisers(visible_to=current_actor(), permission=EDIT)
    form.organiser_id.choices = choices((row.id, row.name) for row in own)
    form.period.choices = choices(periods.choices(periods.today()))
    if form.validate_on_submit():
        try:
            with unit_of_work():
                report = services.begin(
                    organiser_id=form.organiser_id.data,
                    title=form.title.data,
                    period=periods.decoded(form.period.data),
                    actor=current_actor(),
                )
            return redirect(url_for("reports.show", report_id=report.id), 303)
        except RuleViolation as error:
            form.refuse(error)
    elif not form.is_submitted():
        form.title.data = _("Regional report on social welfare")
    return render_template("reports/create.html", form=form, organisers=own), 422 if form.is_submitted() else 200


@bp.get("/kelola/laporan/<int:report_id>")
@requires(SEE)
def show(report_id: int) -> str:
    """Numbers, map, findings and recommendations."""
    report = _seen(report_id)
    content = _content(report)
    return render_template(
        "reports/show.html",
        report=report,
        content=content,
        headline=printing.headline(content),
        tiles=figures.tiles(content),
        coverage=figures.coverage,
        findings=figures.findings(content),
        period_name=periods.name_of(report.period),
        period_text=periods.text_of(report.period),
        labels=STATUS_LABELS,
        form=RecommendForm(formdata=None),
    )


@bp.get("/kelola/laporan/<int:report_id>.pdf")
@requires(SEE)
def pdf(report_id: int) -> Response:
    """The paper for the governor."""
    report = _seen(report_id)
    response = Response(printing.pdf_of(report, _content(report)), mimetype="application/pdf")
    name = f"laporan-{report.province_code}-{report.last_day.isoformat()}-v{report.version}.pdf"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@bp.route("/kelola/laporan/<int:report_id>/tulis", methods=["GET", "POST"])
@requires(EDIT, on=report_by_id)
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


@bp.route("/kelola/laporan/<int:report_id>/rekomendasi", methods=["GET", "POST"])
@requires(EDIT, on=report_by_id)
def recommend(report: Report) -> Any:
    """Add a recommendation to a draft."""
    form = RecommendForm()
    if form.validate_on_submit():
        try:
            with unit_of_work():
                services.recommend(
                    report=report,
                    text=form.text.data,
                    evidence=form.evidence.data or "",
                    owner=form.owner.data or "",
                    actor=current_actor(),
                )
            flash(_("The recommendation is added."), "success")
            return redirect(url_for("reports.show", report_id=report.id), 303)
        except RuleViolation as error:
            form.refuse(error)
    return render_template("reports/recommend.html", form=form, report=report), 422 if form.is_submitted() else 200


@bp.post("/kelola/laporan/rekomendasi/<int:recommendation_id>/hapus")
@requires(EDIT, on=recommendation_by_id)
def drop_recommendation(recommendation: Recommendation) -> Response:
    """Take a recommendation out of a draft."""
    report_id = recommendation.report_id
    with unit_of_work():
        services.drop_recommendation(recommendation=recommendation, actor=current_actor())
    return redirect(url_for("reports.show", report_id=report_id), 303)  # type: ignore[return-value]


@bp.post("/kelola/laporan/<int:report_id>/kunci")
@requires(EDIT, on=report_by_id)
def freeze(report: Report) -> Response:
    """Lock the report with today's numbers."""
    with unit_of_work():
        services.freeze(report=report, actor=current_actor())
    flash(_("The report is locked. Its numbers no longer change."), "success")
    return redirect(url_for("reports.show", report_id=report.id), 303)  # type: ignore[return-value]


@bp.post("/kelola/laporan/<int:report_id>/versi")
@requires(EDIT, on=report_by_id)
def new_version(report: Report) -> Response:
    """A new draft for the same period."""
    with unit_of_work():
        new = services.next_version(report=report, actor=current_actor())
    return redirect(url_for("reports.show", report_id=new.id), 303)  # type: ignore[return-value]


@bp.get("/laporan/<code>")
@public
def verify(code: str) -> Any:
    """Whether a printed report is genuine; shows no numbers."""
    report = queries.by_code(code)
    if report is None:
        raise NotFound
    page = render_template(
        "reports/verify.html",
        report=report,
        period_name=periods.name_of(report.period),
        period_text=periods.text_of(report.period),
    )
    return page, 200, {"X-Robots-Tag": "noindex"}
