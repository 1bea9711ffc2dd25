"""Routes of a report's recommendations; they belong to the blueprint of reports."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from lms.core.regions.queries import region_choices
from lms.kernel.db import unit_of_work
from lms.kernel.errors import RuleViolation
from lms.kernel.forms import choices
from lms.kernel.permissions import current_actor, requires
from lms.plugins.reports import recommendations, rules
from lms.plugins.reports.forms import AnswerForm, RecommendForm
from lms.plugins.reports.loaders import recommendation_from_url, report_from_url
from lms.plugins.reports.models import Recommendation, Report
from lms.plugins.reports.permissions import EDIT
from lms.plugins.reports.views import bp


@bp.route("/kelola/laporan/<int:report_id>/rekomendasi", methods=["GET", "POST"])
@requires(EDIT, on=report_from_url)
def recommend(report: Report) -> Any:
    """Add a recommendation to a draft."""
    rules.must_be_draft(report)
    form = _form(report)
    if form.validate_on_submit():
        try:
            with unit_of_work():
                recommendations.recommend(report=report, actor=current_actor(), **_words(form))
            flash(_("The recommendation is added."), "success")
            return redirect(url_for("reports.show", report_id=report.id), 303)
        except RuleViolation as error:
            form.refuse(error)
    return _page(form, report, _("New recommendation"))


@bp.route("/kelola/laporan/rekomendasi/<int:recommendation_id>", methods=["GET", "POST"])
@requires(EDIT, on=recommendation_from_url)
def change_recommendation(recommendation: Recommendation) -> Any:
    """Change a recommendation of a draft."""
    report = recommendation.report
    rules.must_be_draft(report)
    form = _form(report, recommendation)
    if form.validate_on_submit():
        try:
            with unit_of_work():
                recommendations.change_recommendation(
                    recommendation=recommendation, actor=current_actor(), **_words(form)
                )
            flash(_("Saved."), "success")
            return redirect(url_for("reports.show", report_id=report.id), 303)
        except RuleViolation as error:
            form.refuse(error)
    return _page(form, report, _("Change the recommendation"))


@bp.post("/kelola/laporan/rekomendasi/<int:recommendation_id>/hapus")
@requires(EDIT, on=recommendation_from_url)
def drop_recommendation(recommendation: Recommendation) -> BaseResponse:
    """Take a recommendation out of a draft."""
    report_id = recommendation.report_id
    try:
        with unit_of_work():
            recommendations.drop_recommendation(recommendation=recommendation, actor=current_actor())
        flash(_("The recommendation is removed."), "success")
    except RuleViolation as error:
        flash(str(error), "error")
    return redirect(url_for("reports.show", report_id=report_id), 303)


@bp.route("/kelola/laporan/rekomendasi/<int:recommendation_id>/jawaban", methods=["GET", "POST"])
@requires(EDIT, on=recommendation_from_url)
def answer(recommendation: Recommendation) -> Any:
    """Note what the addressee answered, also after the report is locked."""
    form = AnswerForm(obj=recommendation)
    if form.validate_on_submit():
        try:
            with unit_of_work():
                recommendations.answer(
                    recommendation=recommendation, reply=form.reply.data or "", actor=current_actor()
                )
            flash(_("Saved."), "success")
            return redirect(url_for("reports.show", report_id=recommendation.report_id), 303)
        except RuleViolation as error:
            form.refuse(error)
    return _page(form, recommendation.report, _("Note the answer"), lead=recommendation.text)


def _form(report: Report, recommendation: Recommendation | None = None) -> RecommendForm:
    form = RecommendForm(obj=recommendation)
    regions = region_choices(levels=(2,), within=report.province_code)
    form.region_code.choices = choices([("", _("All of the report's area")), *regions])
    if not form.is_submitted():
        form.region_code.data = recommendation.region_code or "" if recommendation else ""
    return form


def _words(form: RecommendForm) -> dict[str, Any]:
    return {
        "text": form.text.data,
        "evidence": form.evidence.data or "",
        "owner": form.owner.data or "",
        "region_code": form.region_code.data or None,
    }


def _page(form: Any, report: Report, title: str, *, lead: str = "") -> Any:
    page = render_template("reports/recommend.html", form=form, report=report, title=title, lead=lead)
    return page, 422 if form.is_submitted() else 200
