"""Starting and ending a signed-in session of this browser: the cookie's side of lms.core.accounts.sessions."""

from __future__ import annotations

from flask import session
from flask_login import login_user, logout_user

from lms.core.accounts import sessions

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


def end_session() -> str | None:
    """Empty the cookie and return the key, whose row the caller deletes in its unit of work."""
    key = current_key()
    kept = {name: session[name] for name in _KEPT if name in session}
    logout_user()
    session.clear()
    session.update(kept)
    return key
