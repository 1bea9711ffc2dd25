"""Routes of accounts: sign in and out, language, own password, and the administration of accounts."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lms.core.accounts import queries, services, sessions
from lms.core.accounts.forms import ROLE_LABELS, AccountForm, GrantForm, LoginForm, PasswordForm
from lms.core.accounts.web import current_key, end_session, start_session
from lms.core.permissions import SITE_ADMIN
from lms.kernel.db import unit_of_work
from lms.kernel.errors import RuleViolation
from lms.kernel.forms import choices
from lms.kernel.i18n import LANGUAGES
from lms.kernel.limits import device_id, throttle
from lms.kernel.permissions import Role, Scope, current_actor, login_only, public, requires
from lms.kernel.web import safe_next

bp = Blueprint("accounts", __name__)


@bp.route("/masuk", methods=["GET", "POST"])
@public
def login() -> Any:
    """Sign in with e-mail or phone number and password."""
    form = LoginForm()
    target = safe_next(request.values.get("next"), url_for("dashboard.manage"))
    if not form.validate_on_submit():
        return render_template("accounts/login.html", form=form, next=target), 422 if form.is_submitted() else 200
    try:
        throttle("login", form.login.data.lower(), limit="10 per 15 minutes")
        throttle("login-device", device_id(), limit="30 per 15 minutes")
    except RuleViolation as error:
        form.refuse(error)
        return render_template("accounts/login.html", form=form, next=target), 429
    account = services.check_login(login=form.login.data, password=form.password.data)
    if account is None:
        form.refuse(RuleViolation(_("E-mail or password do not match yet. Check both and try again.")))
        return render_template("accounts/login.html", form=form, next=target), 422
    with unit_of_work():
        key = sessions.open_session(account_id=account.id)
    start_session(key)
    return redirect(target, 303)


@bp.post("/keluar")
@public
def logout() -> Response:
    """Sign out: the session dies on the server."""
    key = end_session()
    if key:
        with unit_of_work():
            sessions.close_session(key)
    flash(_("You have signed out."), "success")
    return redirect(url_for("dashboard.home"), 303)  # type: ignore[return-value]


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
    actor = current_actor()
    if form.validate_on_submit():
        try:
            account = queries.account_by_id(actor.account_id or 0)
            throttle("password", str(account.id), limit="10 per 15 minutes")
            if (
                services.check_login(login=account.email or account.phone_e164 or "", password=form.current.data)
                is None
            ):
                raise RuleViolation(_("This is not your current password."), "current")
            with unit_of_work():
                services.set_password(
                    account_id=account.id, password=form.password.data, actor=actor, keep_session=current_key()
                )
            flash(_("Your password is changed. Other devices are signed out."), "success")
            return redirect(url_for("dashboard.manage"), 303)
        except RuleViolation as error:
            form.refuse(error)
    return render_template("accounts/password.html", form=form), 422 if form.is_submitted() else 200


@bp.get("/kelola/akun")
@requires(SITE_ADMIN)
def index() -> str:
    """All accounts."""
    text = request.args.get("q", "")[:100]
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
    if queries.REACH_OF_ROLE[role] is not Scope(scope):
        raise RuleViolation(_("This role cannot reach that. Choose what fits the role."), "reach")
    with unit_of_work():
        services.grant(account_id=account_id, role=role, scope=Scope(scope), ref=ref, actor=current_actor())


@bp.post("/kelola/akun/<int:account_id>/peran/<int:grant_id>/cabut")
@requires(SITE_ADMIN)
def revoke(account_id: int, grant_id: int) -> Response:
    """Take a role back."""
    with unit_of_work():
        services.revoke(grant_id=grant_id, actor=current_actor())
    flash(_("The role is taken back."), "success")
    return redirect(url_for("accounts.show", account_id=account_id), 303)  # type: ignore[return-value]


@bp.post("/kelola/akun/<int:account_id>/keadaan")
@requires(SITE_ADMIN)
def switch(account_id: int) -> Response:
    """Switch an account off or on; nobody can lock themselves out."""
    actor = current_actor()
    if account_id == actor.account_id:
        raise RuleViolation(_("You cannot switch off your own account."))
    with unit_of_work():
        services.set_active(account_id=account_id, is_active=request.form.get("is_active") == "1", actor=actor)
    flash(_("Saved."), "success")
    return redirect(url_for("accounts.show", account_id=account_id), 303)  # type: ignore[return-value]


def keep_alive(response: Response) -> Response:
    """Note a sign of life of a staff session, at most every five minutes, after the answer is made."""
    if getattr(current_user, "is_stale", False) and current_user.account is not None:
        with unit_of_work():
            sessions.touch(current_user.key)
    return response
