"""Routes of the rules of check-in: one page with all sessions, one form for each."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from lms.core.loaders import workshop_from_url
from lms.core.workshops.models import Workshop
from lms.kernel.db import unit_of_work
from lms.kernel.errors import NotFound
from lms.kernel.permissions import current_actor, requires
from lms.plugins.checkin import board, queries, rules
from lms.plugins.checkin.enums import Mode, Strength
from lms.plugins.checkin.forms import RuleForm
from lms.plugins.checkin.pages import bp
from lms.plugins.checkin.permissions import MANAGE


@bp.get("/aturan")
@requires(MANAGE, on=workshop_from_url)
def rules_list(workshop: Workshop) -> str:
    """Every session with its rule."""
    return render_template("checkin/rules.html", workshop=workshop, lines=rules.lines(board.choices(workshop.id)))


@bp.route("/aturan/<int:session_id>", methods=["GET", "POST"])
@requires(MANAGE, on=workshop_from_url)
def rule(workshop: Workshop, session_id: int) -> Any:
    """Change the rule of one session."""
    session = queries.session(session_id)
    if session.workshop_id != workshop.id:
        raise NotFound
    known = queries.rule_of(session.id)
    form = RuleForm(obj=known)
    if form.validate_on_submit():
        chosen = rules.Rule(
            mode=Mode(form.mode.data),
            question=form.question.data or "",
            required=Strength(form.required.data) if form.required.data else None,
            has_second_code=form.has_second_code.data,
        )
        with unit_of_work():
            rules.save(session=session, rule=chosen, actor=current_actor())
        flash(_("The rule is saved. It holds for scans from now on."), "success")
        return redirect(url_for("attendance.rules_list", workshop_id=workshop.id), 303)
    if not form.is_submitted():
        form.required.data = known.required.value if known.required else ""
    status = 422 if form.is_submitted() else 200
    return render_template("checkin/rule.html", workshop=workshop, session=session, form=form), status
