"""The page on which a ticket holder rates the workshop."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from lms.sdk import HOLD_TICKET, Enrolment, RuleViolation, own_enrolment, requires, unit_of_work
from lms_ratings import queries, services
from lms_ratings.forms import RatingForm

bp = Blueprint("ratings", __name__, template_folder="templates")


@bp.route("/tiket/penilaian", methods=["GET", "POST"])
@requires(HOLD_TICKET, on=own_enrolment)
def rate(enrolment: Enrolment) -> Any:
    """Rate the workshop of the own ticket, or change the rating."""
    form = RatingForm(obj=queries.rating_of(enrolment.id))
    if form.validate_on_submit():
        try:
            with unit_of_work():
                services.rate(enrolment_id=enrolment.id, stars=form.stars.data, remark=form.remark.data or "")
            flash(_("Thank you, your rating is saved."), "success")
            return redirect(url_for("enrolments.ticket"), 303)
        except RuleViolation as error:
            form.refuse(error)
    page = render_template("ratings/rate.html", form=form, workshop=enrolment.workshop)
    return page, 422 if form.is_submitted() else 200
