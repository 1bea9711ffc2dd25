"""Routes of accounts: sign in and out, language, own password, and the administration of accounts."""

from __future__ import annotations

import contextlib
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, abort, flash, make_response, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lms.core.accounts import queries, services, sessions, tries
from lms.core.accounts.forms import ROLE_LABELS, AccountForm, GrantForm, LoginForm, PasswordForm, ResetForm
from lms.core.accounts.models import Account
from lms.core.accounts.web import current_key, end_session, knows_account, remember_account, start_session
from lms.core.permissions import SITE_ADMIN
from lms.kernel.db import unit_of_work
from lms.kernel.errors import NotFound, RuleViolation
from lms.kernel.forms import choices
from lms.kernel.i18n import LANGUAGES
from lms.kernel.limits import device_id, throttle
from lms.kernel.offline import forget_offline
from lms.kernel.permissions import Role, Scope, current_actor, login_only, public, requires
from lms.kernel.web import safe_next, typed_search

bp = Blueprint("accounts", __name__)


@bp.route("/masuk", methods=["GET", "POST"])
@public
def login() -> Any:
    """Sign in with e-mail or phone number and password."""
    form = LoginForm()
    target = safe_next(request.values.get("next"), url_for("dashboard.manage"))
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            account = _sign_in(form)
            return remember_account(redirect(target, 303), account.id)  # type: ignore[arg-type]
        except RuleViolation as error:
            form.refuse(error)
            status = error.status
    return render_template("accounts/login.html", form=form, next=target), status


def _sign_in(form: LoginForm) -> Account:
    """Open a session for the right password; raises the same RuleViolation for a wrong one and an unknown login."""
    account, key = services.login_of(form.login.data)
    is_known = account is not None and knows_account(account.id)
    tries.spend(key=key, device=device_id(), is_known=is_known)
    if not services.is_password(account, form.password.data) or account is None:
        tries.note_wrong(is_known=is_known)
        raise RuleViolation(_("E-mail or password do not match yet. Check both and try again."))
    tries.give_back(key=key, device=device_id())
    old_key = current_key()
    with unit_of_work():
        if old_key:
            sessions.close_session(old_key)
        session_key = sessions.open_session(account_id=account.id)
    start_session(session_key)
    return account


@bp.post("/keluar")
@public
def logout() -> Response:
    """Sign out: the session dies on the server."""
    key = end_session()
    if key:
        with unit_of_work():
            sessions.close_session(key)
    flash(_("You have signed out."), "success")
    return forget_offline(make_response(redirect(url_for("dashboard.home"), 303)))


@bp.get("/bahasa/<code>")
@public
def language(code: str) -> Response:
    """Choose the language of this browser; a preference, so a GET is fine."""
    if code not in LANGUAGES:
        abort(404)
    session.permanent = True
    session["language"] = code
    return redirect(safe_next(request.args.get("next"), url_for("dashboard.home")), 303)  # type: ignore[return-value]


@bp.route("/kelola/sandi", methods=["GET", "POST"])
@login_only
def password() -> Any:
    """Change the own password; other sessions end."""
    form = PasswordForm()
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            _change_password(form)
            flash(_("Your password is changed. Other devices are signed out."), "success")
            return redirect(url_for("dashboard.manage"), 303)
        except RuleViolation as error:
            form.refuse(error)
            status = error.status
    return render_template("accounts/password.html", form=form), status


def _change_password(form: PasswordForm) -> None:
    actor = current_actor()
    account = queries.account_by_id(actor.account_id or 0)
    throttle("password", str(account.id), limit="10 per 15 minutes")
    if not services.is_password(account, form.current.data):
        raise RuleViolation(_("This is not your current password."), "current")
    with unit_of_work():
        services.set_password(
            account_id=account.id, password=form.password.data, actor=actor, keep_session=current_key()
        )


@bp.get("/kelola/akun")
@requires(SITE_ADMIN)
def index() -> str:
    """All accounts."""
    text = typed_search()
    page = queries.accounts(text=text, page=request.args.get("page", 1, type=int))
    return render_template("accounts/index.html", page=page, text=text, role_labels=ROLE_LABELS)


@bp.route("/kelola/akun/baru", methods=["GET", "POST"])
@requires(SITE_ADMIN)
def create() -> Any:
    """Add an account."""
    form = AccountForm()
    if form.validate_on_submit():
        try:
            with unit_of_work():
                account = services.create_account(
                    name=form.name.data,
                    email=form.email.data or None,
                    phone=form.phone.data or None,
                    password=form.password.data,
                    actor=current_actor(),
                )
            flash(_("The account is there. Give it a role now."), "success")
            return redirect(url_for("accounts.show", account_id=account.id), 303)
        except RuleViolation as error:
            form.refuse(error)
    return render_template("accounts/create.html", form=form), 422 if form.is_submitted() else 200


@bp.route("/kelola/akun/<int:account_id>", methods=["GET", "POST"])
@requires(SITE_ADMIN)
def show(account_id: int) -> Any:
    """One account and its roles; POST gives a role."""
    account = queries.account_by_id(account_id)
    form = GrantForm()
    form.reach.choices = choices(queries.reach_choices())
    if form.validate_on_submit():
        try:
            _grant(account_id, form)
            flash(_("The role is given."), "success")
            return redirect(url_for("accounts.show", account_id=account_id), 303)
        except RuleViolation as error:
            form.refuse(error)
    rows = [(grant, ROLE_LABELS.get(grant.role, grant.role), queries.reach_label(grant)) for grant in account.grants]
    status = 422 if form.is_submitted() else 200
    return render_template("accounts/show.html", account=account, form=form, rows=rows), status


def _grant(account_id: int, form: GrantForm) -> None:
    scope, _colon, ref = form.reach.data.partition(":")
    role = Role(form.role.data)
    with unit_of_work():
        services.grant(account_id=account_id, role=role, scope=Scope(scope), ref=ref, actor=current_actor())


@bp.post("/kelola/akun/<int:account_id>/peran/<int:grant_id>/cabut")
@requires(SITE_ADMIN)
def revoke(account_id: int, grant_id: int) -> Response:
    """Take a role back."""
    account = queries.account_by_id(account_id)
    if grant_id not in {row.id for row in account.grants}:
        raise NotFound
    with unit_of_work():
        services.revoke(grant_id=grant_id, actor=current_actor())
    flash(_("The role is taken back."), "success")
    return redirect(url_for("accounts.show", account_id=account_id), 303)  # type: ignore[return-value]


@bp.route("/kelola/akun/<int:account_id>/sandi", methods=["GET", "POST"])
@requires(SITE_ADMIN)
def reset(account_id: int) -> Any:
    """A new password for somebody who forgot theirs; the own one is changed with the old one."""
    account = queries.account_by_id(account_id)
    if account.id == current_actor().account_id:
        return redirect(url_for("accounts.password"), 303)
    form = ResetForm()
    if form.validate_on_submit():
        try:
            with unit_of_work():
                services.set_password(account_id=account.id, password=form.password.data, actor=current_actor())
            flash(
                _("The new password is in force. Tell it in person, and ask for another one to be chosen."), "success"
            )
            return redirect(url_for("accounts.show", account_id=account.id), 303)
        except RuleViolation as error:
            form.refuse(error)
    return render_template("accounts/reset.html", account=account, form=form), 422 if form.is_submitted() else 200


@bp.post("/kelola/akun/<int:account_id>/keadaan")
@requires(SITE_ADMIN)
def switch(account_id: int) -> Response:
    """Switch an account off or on; nobody can lock themselves out."""
    actor = current_actor()
    if account_id == actor.account_id:
        raise RuleViolation(_("You cannot switch off your own account."))
    account = queries.account_by_id(account_id)
    with unit_of_work():
        services.set_active(account_id=account.id, is_active=request.form.get("is_active") == "1", actor=actor)
    flash(_("Saved."), "success")
    return redirect(url_for("accounts.show", account_id=account_id), 303)  # type: ignore[return-value]


def keep_alive(response: Response) -> Response:
    """Note a sign of life of a staff session, at most every five minutes, after the answer is made.

    The answer never depends on it: where the database was just found busy, or is now, the next request tries again.
    """
    is_due = getattr(current_user, "is_stale", False) and current_user.account is not None
    if is_due and response.status_code < 500:
        with contextlib.suppress(sa.exc.OperationalError), unit_of_work():
            sessions.touch(current_user.key)
    return response
