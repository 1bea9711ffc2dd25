"""The page on which a participant signs the attendance sheet with a finger."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from lms.core.enrolments.models import Enrolment
from lms.core.loaders import own_enrolment
from lms.core.permissions import HOLD_TICKET
from lms.kernel.db import unit_of_work
from lms.kernel.errors import NotFound, RuleViolation
from lms.kernel.forms import Form
from lms.kernel.permissions import requires
from lms.plugins.checkin import paper_queries, queries, signatures

bp = Blueprint("signature", __name__, template_folder="templates")


class SignatureForm(Form):
    """The drawing, as the page's script wrote it down; its length is checked where its form is."""

    path = HiddenField(_l("Signature"))


@bp.route("/h/tanda-tangan/<int:session_id>", methods=["GET", "POST"])
@requires(HOLD_TICKET, on=own_enrolment)
def sign(enrolment: Enrolment, session_id: int) -> Any:
    """Draw a signature after being marked present; once for a session, anew until the day is over."""
    session = queries.session(session_id)
    if session.workshop_id != enrolment.workshop_id:
        raise NotFound
    form = SignatureForm()
    if form.validate_on_submit():
        try:
            with unit_of_work():
                signatures.sign(session=session, enrolment=enrolment, path=form.path.data or "")
            flash(_("Your signature is saved."), "success")
            return redirect(url_for("signature.sign", session_id=session.id), 303)
        except RuleViolation as error:
            form.refuse(error)
    page = render_template(
        "checkin/sign.html",
        form=form,
        session=session,
        enrolment=enrolment,
        attendance=queries.attendance(enrolment.id, session.id),
        signature=paper_queries.signature(enrolment.id, session.id),
        may_sign=signatures.may_sign(session, enrolment),
    )
    return page, 422 if form.is_submitted() else 200
