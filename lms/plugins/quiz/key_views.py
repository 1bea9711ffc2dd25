"""Keys for the API on the pages of the question bank: who has one, making one, taking it back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from flask import abort, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.core.workshops.models import Organiser, Workshop
from lms.core.workshops.queries import organisers, workshop_by_id
from lms.kernel.clock import now
from lms.kernel.db import unit_of_work
from lms.kernel.errors import RuleViolation
from lms.kernel.forms import choices
from lms.kernel.permissions import current_actor, requires
from lms.plugins.quiz import api_keys
from lms.plugins.quiz.key_forms import KeyForm
from lms.plugins.quiz.live_models import ApiKey
from lms.plugins.quiz.permissions import API_KEYS
from lms.plugins.quiz.views import bp

KEYS = "/kelola/bank-soal/kunci-api"
_SHOWN_ONCE = "quiz_api_key"  # in the browser's session until the next page shows it


@bp.route(KEYS, methods=["GET", "POST"])
@requires(API_KEYS)
def api_keys_list() -> ResponseReturnValue:
    """Every key of the visitor's organisers, a form to make another, and the one just made, once."""
    owners = organisers(visible_to=current_actor(), permission=API_KEYS) or abort(403)
    workshops = api_keys.workshops_of([row.id for row in owners])
    form = KeyForm()
    form.scope.choices = choices(_scopes(owners, workshops))
    if form.validate_on_submit():
        try:
            with unit_of_work():
                key, token = _made(form)
        except RuleViolation as error:
            form.refuse(error)
        else:
            session[_SHOWN_ONCE] = [key.id, token]
            return redirect(url_for("quiz.api_keys_list"), 303)
    page = render_template(
        "quiz/api_keys.html",
        form=form,
        keys=api_keys.keys_of([row.id for row in owners]),
        made=session.pop(_SHOWN_ONCE, None),
        owners={row.id: row.name for row in owners},
        titles={row.id: row.title for row in workshops},
        moment=now(),
    )
    return page, 422 if form.is_submitted() else 200


@bp.post(f"{KEYS}/<int:key_id>/cabut")
@requires(API_KEYS, on=api_keys.key_from_url)
def revoke_api_key(key: ApiKey) -> ResponseReturnValue:
    """Take a key back."""
    with unit_of_work():
        api_keys.revoke_key(key=key, actor=current_actor())
    flash(_("%(name)s opens nothing any more.", name=key.name), "success")
    return redirect(url_for("quiz.api_keys_list"), 303)


def _scopes(owners: Sequence[Organiser], workshops: Sequence[Workshop]) -> list[tuple[str, str]]:
    whole = [(f"o{row.id}", _("all workshops of %(organiser)s", organiser=row.name)) for row in owners]
    return [*whole, *((f"w{row.id}", row.title) for row in workshops)]


def _made(form: KeyForm) -> tuple[ApiKey, str]:
    kind, number = form.scope.data[0], int(form.scope.data[1:])
    workshop = workshop_by_id(number) if kind == "w" else None
    return api_keys.make_key(
        organiser_id=workshop.organiser_id if workshop is not None else number,
        workshop=workshop,
        name=form.name.data or "",
        may_read=form.may_read.data,
        may_push=form.may_push.data,
        ends_at=now() + timedelta(days=int(form.days.data)),
        actor=current_actor(),
    )
