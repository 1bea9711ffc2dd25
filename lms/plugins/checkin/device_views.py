"""Routes for the phones at the door: who has one, setting one up, and taking it off the list."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, session, url_for
from flask_babel import gettext as _

from lms.core.loaders import workshop_from_url
from lms.core.workshops.models import Workshop
from lms.kernel.clock import now
from lms.kernel.db import unit_of_work
from lms.kernel.errors import NotFound, RuleViolation
from lms.kernel.permissions import current_actor, requires
from lms.kernel.qr import qr_svg
from lms.plugins.checkin import devices, lookups, queries
from lms.plugins.checkin.device_forms import DeviceForm
from lms.plugins.checkin.models import Device
from lms.plugins.checkin.permissions import MANAGE_DEVICES, SCAN
from lms.plugins.schedule.api import Session

bp = Blueprint(
    "devices",
    __name__,
    template_folder="templates",
    url_prefix="/kelola/lokakarya/<int:workshop_id>/presensi/perangkat",
)
_SHOWN_ONCE = "checkin_grant"  # in the browser's session until the next page shows it


@bp.route("", methods=["GET", "POST"])
@requires(MANAGE_DEVICES, on=workshop_from_url)
def index(workshop: Workshop) -> Any:
    """Every phone of the workshop, and a form to set up another."""
    form, slots = DeviceForm(), lookups.slots_of(workshop.id)
    form.session.choices = [("", _("the whole workshop")), *((str(slot.id), slot.title) for slot in slots)]
    if form.validate_on_submit():
        try:
            with unit_of_work():
                device, token = devices.grant_device(
                    workshop=workshop, session=_session(form), name=form.name.data, actor=current_actor()
                )
            session[_SHOWN_ONCE] = [device.id, token]
            return redirect(url_for("devices.pair", workshop_id=workshop.id, device_id=device.id), 303)
        except RuleViolation as error:
            form.refuse(error)
    titles = {slot.id: slot.title for slot in slots}
    found = devices.devices_of(workshop.id)
    page = render_template(
        "checkin/devices.html", workshop=workshop, form=form, devices=found, titles=titles, moment=now()
    )
    return page, 422 if form.is_submitted() else 200


@bp.get("/<int:device_id>/kode")
@requires(MANAGE_DEVICES, on=workshop_from_url)
def pair(workshop: Workshop, device_id: int) -> Any:
    """The code that makes a phone this device; shown once, since only its hash is stored."""
    device = _device(workshop, device_id)
    shown = session.pop(_SHOWN_ONCE, None)
    if not shown or shown[0] != device.id:
        flash(_("The code was shown once. Set the phone up again to get a new one."), "warning")
        return redirect(url_for("devices.index", workshop_id=workshop.id), 303)
    address = _pairing(shown[1])
    qr = qr_svg(address, label=_("QR code that sets up the phone"), error="L")
    return render_template("checkin/device_pair.html", workshop=workshop, device=device, address=address, qr=qr)


@bp.post("/<int:device_id>/cabut")
@requires(MANAGE_DEVICES, on=workshop_from_url)
def revoke(workshop: Workshop, device_id: int) -> Any:
    """Take a phone off the list; what it still sends waits for a decision."""
    device = _device(workshop, device_id)
    with unit_of_work():
        devices.revoke_device(device=device, actor=current_actor())
    flash(_("%(name)s may not check people in any more.", name=device.name), "success")
    return redirect(url_for("devices.index", workshop_id=workshop.id), 303)


@bp.post("/ini")
@requires(SCAN, on=workshop_from_url)
def this_phone(workshop: Workshop) -> Any:
    """Make the very phone that asks a scanner which also works without a signal."""
    actor = current_actor()
    with unit_of_work():
        _device_row, token = devices.grant_device(
            workshop=workshop, session=None, name=_("%(name)s, own phone", name=actor.name), actor=actor
        )
    return redirect(_pairing(token), 303)


def _pairing(token: str) -> str:
    """The token stands behind the #, which browsers send to no server."""
    return url_for("door_app.app", _external=True, _anchor=f"t={token}")


def _session(form: DeviceForm) -> Session | None:
    return queries.session(int(form.session.data)) if form.session.data else None


def _device(workshop: Workshop, device_id: int) -> Device:
    device = devices.device_by_id(device_id)
    if device.workshop_id != workshop.id:
        raise NotFound
    return device
