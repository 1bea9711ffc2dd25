"""Routes for staff: who may get a certificate, and issuing."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from lms.core.enrolments.queries import enrolment_by_id
from lms.core.loaders import workshop_from_url
from lms.core.workshops.models import Workshop
from lms.kernel.db import unit_of_work
from lms.kernel.errors import NotFound, RuleViolation
from lms.kernel.permissions import Role, current_actor, requires
from lms.plugins.certificates import batches, decision_queries, eligibility, preview, services, words
from lms.plugins.certificates.enums import PaperRole
from lms.plugins.certificates.listing import listing_of
from lms.plugins.certificates.permissions import ISSUE, SEE
from lms.plugins.certificates.views import bp

BASE = "/kelola/lokakarya/<int:workshop_id>/sertifikat"


OWN_ROLES = frozenset(found for role in Role if (found := PaperRole.of(role)) is not None)


def asked_role() -> PaperRole:
    """The role named in the address or the form, participants by default."""
    typed = request.values.get("peran", PaperRole.PESERTA.value)
    if typed not in {role.value for role in words.ROLES}:
        abort(404)
    return PaperRole(typed)


def _asked_text() -> str:
    return request.args.get("q", "")[:60].strip()


@bp.get(BASE)
@requires(SEE, on=workshop_from_url)
def index(workshop: Workshop) -> str:
    """Everybody of one role, a page at a time: issued, may be issued, or what is missing."""
    table, standing, text = eligibility.table_of(workshop, asked_role()), request.args.get("keadaan", ""), _asked_text()
    listing = listing_of(table, standing=standing, text=text, page=request.args.get("page", 1, type=int))
    return render_template(
        "certificates/index.html",
        workshop=workshop,
        table=table,
        listing=listing,
        standing=standing,
        text=text,
        words=words,
        is_named=table.role not in OWN_ROLES,
    )


@bp.post(f"{BASE}/terbitkan")
@requires(ISSUE, on=workshop_from_url)
def issue_all(workshop: Workshop) -> Any:
    """Start issuing to everybody of one role who may; the page of its progress answers."""
    with unit_of_work():
        batch = batches.start(workshop_id=workshop.id, role=asked_role(), actor=current_actor())
    return redirect(url_for("certificates.progress", workshop_id=workshop.id, batch_id=batch.id), 303)


@bp.post(f"{BASE}/terbitkan/<int:enrolment_id>")
@requires(ISSUE, on=workshop_from_url)
def issue_one(workshop: Workshop, enrolment_id: int) -> Any:
    """One person's certificate in one role."""
    enrolment = enrolment_by_id(enrolment_id)
    role = asked_role() if "peran" in request.values else (PaperRole.of(enrolment.role) or PaperRole.PESERTA)
    if enrolment.workshop_id != workshop.id or not decision_queries.has_role(enrolment, role):
        raise NotFound
    try:
        with unit_of_work():
            made = services.issue(enrolment_id=enrolment.id, role=role, actor=current_actor())
    except RuleViolation as error:
        flash(f"{enrolment.person.formal_name}: {error}", "error")
        return redirect(url_for("certificates.index", workshop_id=workshop.id, peran=role.value), 303)
    flash(_("Certificate %(number)s is issued.", number=made.number_text), "success")
    return redirect(url_for("certificates.show", workshop_id=workshop.id, certificate_id=made.id), 303)


@bp.get(f"{BASE}/pratinjau.pdf")
@requires(SEE, on=workshop_from_url)
def preview_pdf(workshop: Workshop) -> Response:
    """A paper with the longest name of the role, marked as a preview; nothing is stored."""
    answer = Response(preview.preview_pdf(workshop, asked_role()), mimetype="application/pdf")
    answer.headers.set("Content-Disposition", "inline", filename="pratinjau.pdf")
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
