"""Routes of certificates for staff: who may have one, issue, progress, revoke, replace, download all."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, stream_with_context, url_for
from flask_babel import gettext as _

from lms.core.enrolments.queries import enrolment_by_id, enrolments_of
from lms.core.loaders import workshop_from_url
from lms.core.workshops.models import Workshop
from lms.kernel.db import unit_of_work
from lms.kernel.errors import NotFound, RuleViolation
from lms.kernel.jobs import enqueue, job_status
from lms.kernel.permissions import Role, current_actor, requires
from lms.kernel.web import wants_json
from lms.plugins.certificates import archive, content, criteria, queries, services
from lms.plugins.certificates.forms import CriteriaForm, ReasonForm
from lms.plugins.certificates.models import Certificate
from lms.plugins.certificates.permissions import ISSUE, SEE
from lms.plugins.certificates.queries import certificate_by_id

bp = Blueprint(
    "papers", __name__, template_folder="templates", url_prefix="/kelola/lokakarya/<int:workshop_id>/sertifikat"
)


def _role(name: str) -> Role:
    try:
        role = Role(name)
    except ValueError:
        raise NotFound from None
    if role not in content.ROLES:
        raise NotFound
    return role


@bp.get("")
@requires(SEE, on=workshop_from_url)
def index(workshop: Workshop) -> str:
    """Who may have a certificate and who has one, by role."""
    role = _role(request.args.get("peran", Role.PESERTA.value))
    problem = ""
    rows: list[criteria.Eligibility] = []
    try:
        rows = criteria.eligibility(workshop.id, role)
    except RuleViolation as error:
        problem = str(error)
    return render_template(
        "certificates/index.html",
        workshop=workshop,
        role=role,
        roles={item: content.role_title(item) for item in content.ROLES},
        rows=rows,
        problem=problem,
        criteria=[(criteria.label_of(c), c, criteria.is_ratio(c)) for c in queries.criteria_of(workshop.id)],
        ended=[c for c in queries.certificates_of(workshop.id) if c.role is role and c.active_key is None],
    )


@bp.post("/terbitkan")
@requires(ISSUE, on=workshop_from_url)
def issue_all(workshop: Workshop) -> Response:
    """Issue to everybody of a role who may have one; pressed twice it is one job."""
    role = _role(request.form.get("role", ""))
    waiting = [r for r in criteria.eligibility(workshop.id, role) if r.is_eligible and not r.certificate]
    if not waiting:
        flash(_("Nobody is waiting for a certificate: see the reasons in the list."), "warning")
        return redirect(url_for("papers.index", workshop_id=workshop.id, peran=role.value), 303)  # type: ignore[return-value]
    actor = current_actor()
    # The same people waiting means the same job, so a second press shows the first one's progress.
    key = f"certificates:{workshop.id}:{role.value}:{len(waiting)}:{waiting[0].enrolment.id}:{waiting[-1].enrolment.id}"
    with unit_of_work():
        job_id = enqueue(
            "certificates.issue_all",
            key=f"{key}:{_round(workshop.id)}",
            args={"workshop_id": workshop.id, "role": role.value},
            actor_id=actor.account_id,
        )
    target = url_for("papers.progress", workshop_id=workshop.id, job_id=job_id, peran=role.value)
    return redirect(target, 303)  # type: ignore[return-value]


def _round(workshop_id: int) -> int:
    """How many certificates ended so far: after a revocation the same people form a new job."""
    return sum(1 for row in queries.certificates_of(workshop_id) if row.active_key is None)


@bp.get("/kemajuan/<int:job_id>")
@requires(SEE, on=workshop_from_url)
def progress(workshop: Workshop, job_id: int) -> Any:
    """How far the batch is; refreshes itself until it is over."""
    status = job_status(job_id)
    if status is None or status.name != "certificates.issue_all":
        raise NotFound
    if wants_json():
        return jsonify(state=status.state, done=status.done, total=status.total, message=status.message)
    role = _role(request.args.get("peran", Role.PESERTA.value))
    return render_template("certificates/progress.html", workshop=workshop, job=status, role=role)


@bp.post("/<int:enrolment_id>/terbitkan")
@requires(ISSUE, on=workshop_from_url)
def issue_one(workshop: Workshop, enrolment_id: int) -> Response:
    """Issue to one person."""
    enrolment = enrolment_by_id(enrolment_id)
    if enrolment.workshop_id != workshop.id:
        raise NotFound
    with unit_of_work():
        certificate = services.issue(enrolment=enrolment, actor=current_actor())
    flash(_("Issued: %(number)s", number=certificate.number_text), "success")
    return _back(workshop.id, enrolment.role)


@bp.get("/pratinjau.pdf")
@requires(SEE, on=workshop_from_url)
def preview(workshop: Workshop) -> Response:
    """The paper with the longest real name of the workshop."""
    role = _role(request.args.get("peran", Role.PESERTA.value))
    people = enrolments_of(workshop.id, roles=(role,))
    if not people:
        raise NotFound
    longest = max(people, key=lambda row: len(row.person.formal_name))
    return Response(services.preview(enrolment=longest), mimetype="application/pdf")


@bp.route("/aturan", methods=["GET", "POST"])
@requires(ISSUE, on=workshop_from_url)
def rules(workshop: Workshop) -> Any:
    """Criteria and signatories."""
    form = CriteriaForm(data=None if request.method == "POST" else _shown(workshop))
    if form.validate_on_submit():
        with unit_of_work():
            _save(workshop, form)
        flash(_("The rules are saved. Papers already issued stay as they are."), "success")
        return redirect(url_for("papers.index", workshop_id=workshop.id), 303)
    page = render_template("certificates/rules.html", workshop=workshop, form=form)
    return page, 422 if form.is_submitted() else 200


def _shown(workshop: Workshop) -> dict[str, Any]:
    found = {row.evidence_key: row.threshold for row in queries.criteria_of(workshop.id)}
    signers = [(row.name, row.position) for row in queries.signatories_of(workshop.id)]
    signers += [("", "")] * (2 - len(signers))
    return {
        "attendance": int(found.get("checkin.attendance_ratio", Decimal(0)) * 100),
        "needs_posttest": "quiz.posttest_submitted" in found,
        "needs_plan": "followup.plan_submitted" in found,
        "score": int(found.get("quiz.posttest_score", Decimal(0)) * 100),
        "first_name": signers[0][0], "first_position": signers[0][1],
        "second_name": signers[1][0], "second_position": signers[1][1],
    }  # fmt: skip


def _save(workshop: Workshop, form: CriteriaForm) -> None:
    thresholds: dict[str, Decimal] = {}
    if form.attendance.data:
        thresholds["checkin.attendance_ratio"] = Decimal(form.attendance.data) / 100
    if form.needs_posttest.data:
        thresholds["quiz.posttest_submitted"] = Decimal(1)
    if form.score.data:
        thresholds["quiz.posttest_score"] = Decimal(form.score.data) / 100
    if form.needs_plan.data:
        thresholds["followup.plan_submitted"] = Decimal(1)
    pairs = ((form.first_name.data, form.first_position.data), (form.second_name.data, form.second_position.data))
    signers = [(name, position or "") for name, position in pairs if name]
    actor = current_actor()
    services.set_criteria(workshop_id=workshop.id, thresholds=thresholds, actor=actor)
    services.set_signatories(workshop_id=workshop.id, rows=signers, actor=actor)


@bp.get("/semua.zip")
@requires(ISSUE, on=workshop_from_url)
def download_all(workshop: Workshop) -> Response:
    """All valid papers in one file, streamed."""
    papers = [row for row in queries.certificates_of(workshop.id) if row.active_key is not None]
    body = stream_with_context(archive.zip_of(papers))
    response = Response(body, mimetype="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="sertifikat-{workshop.slug[:40]}.zip"'
    return response


def certificate_in_workshop(workshop_id: int, certificate_id: int) -> Certificate:
    """A certificate of the workshop in the address."""
    certificate = certificate_by_id(certificate_id)
    if certificate.workshop_id != workshop_id:
        raise NotFound
    return certificate


@bp.route("/lembar/<int:certificate_id>", methods=["GET"])
@requires(SEE, on=certificate_in_workshop)
def show(certificate: Certificate) -> str:
    """One paper: what it says, and how to end or replace it."""
    return render_template(
        "certificates/show.html",
        workshop=certificate.enrolment.workshop,
        certificate=certificate,
        form=ReasonForm(formdata=None),
    )


@bp.post("/lembar/<int:certificate_id>/cabut")
@requires(ISSUE, on=certificate_in_workshop)
def revoke(certificate: Certificate) -> Response:
    """Revoke for ever."""
    form = ReasonForm()
    reason = form.reason.data if form.validate_on_submit() else ""
    with unit_of_work():
        services.revoke(certificate=certificate, reason=reason, actor=current_actor())
    flash(_("The certificate is revoked. Its public page says so from now on."), "success")
    return _back(certificate.workshop_id, certificate.role)


@bp.post("/lembar/<int:certificate_id>/ganti")
@requires(ISSUE, on=certificate_in_workshop)
def replace(certificate: Certificate) -> Response:
    """Replace by a new paper with the present name."""
    form = ReasonForm()
    reason = form.reason.data if form.validate_on_submit() else ""
    with unit_of_work():
        new = services.replace(certificate=certificate, reason=reason, actor=current_actor())
    flash(_("Replaced by %(number)s.", number=new.number_text), "success")
    return _back(certificate.workshop_id, certificate.role)


def _back(workshop_id: int, role: Role) -> Response:
    return redirect(url_for("papers.index", workshop_id=workshop_id, peran=role.value), 303)  # type: ignore[return-value]
