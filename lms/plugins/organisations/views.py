"""Routes of the registry."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from lms.core.regions.queries import label_of, labels_of, region_choices
from lms.kernel.clock import now
from lms.kernel.db import unit_of_work
from lms.kernel.errors import NotFound, RuleViolation
from lms.kernel.forms import choices
from lms.kernel.i18n import page_zone
from lms.kernel.permissions import current_actor, requires
from lms.plugins.organisations import completeness, queries, services, training
from lms.plugins.organisations.enums import Accreditation, Activity, DocumentKind, LegalForm, OrganisationKind, Reach
from lms.plugins.organisations.forms import (
    ACTIVITY_LABELS,
    DOCUMENT_LABELS,
    LEGAL_LABELS,
    DocumentForm,
    OrganisationForm,
    SnapshotForm,
)
from lms.plugins.organisations.models import Organisation
from lms.plugins.organisations.permissions import ADD, CHECK, EDIT, SEE
from lms.plugins.organisations.queries import document_by_id, organisation_by_id

_TEXTS = ("address", "postal_code", "chair_name", "contact_name", "contact_phone")
bp = Blueprint("organisations", __name__, template_folder="templates", url_prefix="/kelola/lembaga")


@bp.get("")
@requires(SEE)
def index() -> str:
    """The registry, as far as the visitor may see it."""
    filters = queries.Filters.read(request.args)
    today = now().astimezone(page_zone()).date()
    page = queries.page_of(filters, visible_to=current_actor(), today=today, page=request.args.get("page", 1, type=int))
    return render_template(
        "organisations/index.html",
        page=page,
        filters=filters,
        labels=labels_of({row.region_code for row in page.items}),
        regions=region_choices(levels=(2,)),
        kinds=list(OrganisationKind),
        activities=ACTIVITY_LABELS,
        licence=queries.licence_of,
        state=lambda document: completeness.state_of(document, today),
    )


@bp.get("/<int:organisation_id>")
@requires(SEE, on=organisation_by_id)
def show(organisation: Organisation) -> str:
    """One organisation: documents, counts, trained people, plans."""
    today = now().astimezone(page_zone()).date()
    return render_template(
        "organisations/show.html",
        organisation=organisation,
        region=label_of(organisation.region_code),
        completeness=completeness.completeness_of(organisation, today),
        state=lambda document: completeness.state_of(document, today),
        training=training.training_of(organisation, actor=current_actor(), today=today),
        licence=queries.licence_of(organisation),
        legal_labels=LEGAL_LABELS,
        activity_labels=ACTIVITY_LABELS,
        document_labels=DOCUMENT_LABELS,
    )


@bp.route("/baru", methods=["GET", "POST"])
@requires(ADD)
def create() -> Any:
    """Add an organisation."""
    return _form(None)


@bp.route("/<int:organisation_id>/ubah", methods=["GET", "POST"])
@requires(EDIT, on=organisation_by_id)
def edit(organisation: Organisation) -> Any:
    """Change an organisation."""
    return _form(organisation)


def _form(organisation: Organisation | None) -> Any:
    form = OrganisationForm(obj=organisation)
    form.region_code.choices = choices(region_choices(levels=(2,)))
    if form.validate_on_submit():
        try:
            with unit_of_work():
                row = services.save_organisation(
                    organisation_id=organisation.id if organisation else None,
                    name=form.name.data,
                    kind=OrganisationKind(form.kind.data),
                    legal_form=LegalForm(form.legal_form.data),
                    scope=Reach(form.scope.data),
                    region_code=form.region_code.data,
                    activity=Activity(form.activity.data),
                    accreditation=Accreditation(form.accreditation.data),
                    accreditation_until=form.accreditation_until.data,
                    **{name: form[name].data or "" for name in _TEXTS},
                    actor=current_actor(),
                )
            flash(_("The organisation is saved."), "success")
            return redirect(url_for("organisations.show", organisation_id=row.id), 303)
        except RuleViolation as error:
            form.refuse(error)
    page = render_template("organisations/form.html", form=form, organisation=organisation)
    return page, 422 if form.is_submitted() else 200


@bp.route("/<int:organisation_id>/dokumen", methods=["GET", "POST"])
@requires(EDIT, on=organisation_by_id)
def document(organisation: Organisation) -> Any:
    """Record a legal document."""
    form = DocumentForm()
    if form.validate_on_submit():
        try:
            with unit_of_work():
                services.add_document(
                    organisation_id=organisation.id,
                    kind=DocumentKind(form.kind.data),
                    number=form.number.data or "",
                    issuer=form.issuer.data or "",
                    issued_on=form.issued_on.data,
                    valid_until=form.valid_until.data,
                    actor=current_actor(),
                )
            flash(_("The document is recorded."), "success")
            return redirect(url_for("organisations.show", organisation_id=organisation.id), 303)
        except RuleViolation as error:
            form.refuse(error)
    page = render_template(
        "organisations/small_form.html", form=form, organisation=organisation, title=_("New document")
    )
    return page, 422 if form.is_submitted() else 200


@bp.post("/<int:organisation_id>/dokumen/<int:document_id>/periksa")
@requires(CHECK, on=organisation_by_id)
def check(organisation: Organisation, document_id: int) -> Any:
    """Note that a document was compared with the paper."""
    found = document_by_id(document_id)
    if found.organisation_id != organisation.id:
        raise NotFound
    with unit_of_work():
        services.check_document(document=found, actor=current_actor())
    flash(_("The document is marked as checked."), "success")
    return redirect(url_for("organisations.show", organisation_id=organisation.id), 303)


@bp.route("/<int:organisation_id>/jumlah", methods=["GET", "POST"])
@requires(EDIT, on=organisation_by_id)
def snapshot(organisation: Organisation) -> Any:
    """Record counts of those served; numbers only."""
    form = SnapshotForm()
    if not form.is_submitted():
        form.on.data = now().astimezone(page_zone()).date()
    if form.validate_on_submit():
        try:
            with unit_of_work():
                services.add_snapshot(
                    organisation_id=organisation.id,
                    on=form.on.data,
                    inside=form.inside.data,
                    outside=form.outside.data,
                    carers=form.carers.data,
                    social_workers=form.social_workers.data,
                    actor=current_actor(),
                )
            flash(_("The counts are recorded."), "success")
            return redirect(url_for("organisations.show", organisation_id=organisation.id), 303)
        except RuleViolation as error:
            form.refuse(error)
    page = render_template("organisations/small_form.html", form=form, organisation=organisation, title=_("New counts"))
    return page, 422 if form.is_submitted() else 200
