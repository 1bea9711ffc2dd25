"""Starting and ending a signed-in session of this browser: the cookie's side of lms.core.accounts.sessions."""

from __future__ import annotations

from flask import Response, current_app, request, session
from flask_login import login_user, logout_user
from itsdangerous import BadSignature, URLSafeSerializer

from lms.core.accounts import sessions
from lms.kernel.installation import settings
from lms.kernel.limits import device_id

KNOWN_COOKIE = "lms_known"
_KNOWN_LIFE = 180 * 86_400  # seconds
_MOST_KNOWN = 5
_KEPT = ("language",)


def start_session(key: str) -> None:
    """Put a new session's key into a fresh cookie: what the old cookie held (but the language) is gone."""
    kept = {name: session[name] for name in _KEPT if name in session}
    session.clear()
    session.update(kept)
    visitor = sessions.visitor_of(key)
    if visitor is None:
        raise LookupError("the session was not opened")
    session.permanent = True  # the row on the server decides how long
    login_user(visitor)


def current_key() -> str | None:
    """The key in this browser's cookie."""
    key = session.get("_user_id")
    return key if isinstance(key, str) else None


def knows_account(account_id: int) -> bool:
    """Whether somebody signed in to this account on this browser before; it opens nothing by itself."""
    return account_id in _known_accounts()


def remember_account(response: Response, account_id: int) -> Response:
    """Note on this browser that the account's owner signed in here."""
    others = [number for number in _known_accounts() if number != account_id]
    known = [device_id(), *[account_id, *others][:_MOST_KNOWN]]
    response.set_cookie(
        KNOWN_COOKIE,
        str(_signer().dumps(known)),
        max_age=_KNOWN_LIFE,
        secure=settings().is_https,
        httponly=True,
        samesite="Lax",
    )
    return response


def _known_accounts() -> list[int]:
    """Accounts noted on this browser; a note that was made for another device counts for nothing."""
    try:
        device, *numbers = _signer().loads(request.cookies.get(KNOWN_COOKIE, ""))
    except BadSignature:
        return []
    return numbers if device == device_id() else []


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="lms.known")


def end_session() -> str | None:
    """Empty the cookie and return the key, whose row the caller deletes in its unit of work."""
    key = current_key()
    kept = {name: session[name] for name in _KEPT if name in session}
    logout_user()
    session.clear()
    session.update(kept)
    return key
