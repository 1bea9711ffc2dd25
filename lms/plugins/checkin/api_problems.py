"""Refusals of the API for scanners: stable codes, and words that a volunteer can read aloud."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, current_app, jsonify
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from pydantic import ValidationError
from werkzeug.exceptions import HTTPException

from lms.kernel.clock import now
from lms.kernel.db import db
from lms.kernel.engine import is_busy
from lms.kernel.errors import NotFound, RuleViolation
from lms.plugins.checkin.lookups import Slot

_TITLES = {
    "device_unknown": _l("This phone is not known"),
    "device_expired": _l("The time of this phone is over"),
    "device_revoked": _l("This phone may not check people in any more"),
    "too_many": _l("Too many tries"),
    "invalid_request": _l("This could not be read"),
    "session_unknown": _l("This session is not in the agenda"),
    "ambiguous_session": _l("Which session?"),
    "out_of_scope": _l("This phone is for another session"),
    "not_found": _l("Not found"),
    "method_not_allowed": _l("This could not be read"),
    "too_large": _l("Too much at once"),
    "busy": _l("Busy"),
    "failed": _l("There is a fault on our side"),
}
_DETAILS = {
    "not_found": _l("The app on this phone may be too old. Open the page of the scanner again."),
    "method_not_allowed": _l("The app on this phone may be too old. Open the page of the scanner again."),
    "too_large": _l("Send fewer scans at once."),
    "busy": _l("Many people are checked in right now. Try again in a moment."),
    "failed": _l("What was scanned is safe on this phone. Try again in a moment."),
}
_BY_STATUS = {404: "not_found", 405: "method_not_allowed", 413: "too_large", 429: "too_many", 503: "busy"}


class ApiProblem(RuleViolation):
    """A refusal with a code of the API; `more` are members beside the usual ones."""

    def __init__(self, code: str, status: int, detail: object, **more: Any) -> None:
        super().__init__(detail)
        self.code, self.status, self.more = code, status, more


def session_unknown() -> ApiProblem:
    """No such session at this workshop."""
    return ApiProblem("session_unknown", 404, _("It may have been removed or moved. Choose the session again."))


def out_of_scope() -> ApiProblem:
    """The device was set up for one session, and this is another."""
    detail = _("Choose the session that this phone was set up for, or ask the committee for another phone.")
    return ApiProblem("out_of_scope", 403, detail)


def ambiguous(slots: list[Slot]) -> ApiProblem:
    """Several sessions can be joined at once: nobody may guess for the people."""
    choices = [{"id": slot.id, "title": slot.title, "room": slot.room} for slot in slots]
    detail = _("Several sessions run at once. Choose the one at whose door you stand.")
    return ApiProblem("ambiguous_session", 409, detail, sessions=choices)


def nothing_to_join() -> ApiProblem:
    """No session runs or begins soon."""
    return ApiProblem("session_unknown", 404, _("No session can be joined right now. Choose one from the agenda."))


def invalid(error: ValidationError | None = None, *, field: str = "", message: str = "") -> ApiProblem:
    """What was sent could not be read."""
    errors = list(field_errors(error)) if error else [{"field": field, "message": message or _("This is missing.")}]
    return ApiProblem(
        "invalid_request", 422, _("The app on this phone sent something that we cannot read."), errors=errors
    )


def field_errors(error: ValidationError) -> Iterator[dict[str, str]]:
    """What is wrong, field by field, without the values."""
    for fault in error.errors(include_url=False, include_context=False, include_input=False):
        field = ".".join(str(part) for part in fault["loc"])
        yield {
            "field": field,
            "message": _("This is missing.") if fault["type"] == "missing" else _wrong(fault["type"]),
        }


def _wrong(kind: str) -> str:
    if kind in {"string_too_long", "too_long"}:
        return _("This is too long.")
    if kind in {"timezone_aware", "datetime_from_date_parsing", "datetime_parsing", "datetime_type"}:
        return _("This is no time with a zone.")
    return _("This value is not possible here.")


def problem(code: str, status: int, detail: object, **more: Any) -> Response:
    """The answer of a refusal."""
    response = jsonify(
        type=f"urn:lokakarya:problem:{code}",
        code=code,
        title=str(_TITLES.get(code, code)),
        detail=str(detail),
        status=status,
        server_time=now().isoformat(),
        **more,
    )
    response.status_code, response.mimetype = status, "application/problem+json"
    return response


def register(bp: Blueprint) -> None:
    """Let every refusal of this blueprint be a problem document."""
    bp.register_error_handler(RuleViolation, _rule)
    bp.register_error_handler(HTTPException, _http)
    bp.register_error_handler(NotFound, lambda _error: _of_status(404))
    bp.register_error_handler(sa.exc.OperationalError, _database)
    bp.register_error_handler(sa.exc.InterfaceError, _database)
    bp.register_error_handler(Exception, _unexpected)


def _rule(error: RuleViolation) -> Response:
    code = getattr(error, "code", None) or _BY_STATUS.get(error.status, "invalid_request")
    response = problem(code, error.status, error, **getattr(error, "more", {}))
    retry_after = getattr(error, "retry_after", None)
    if retry_after is not None:
        response.headers["Retry-After"] = str(retry_after)
    if error.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _http(error: HTTPException) -> Response | HTTPException:
    return error if error.code is None or error.code < 400 else _of_status(error.code)


def _of_status(status: int) -> Response:
    code = _BY_STATUS.get(status, "failed" if status >= 500 else "invalid_request")
    return problem(code, status, _DETAILS.get(code, _("The app on this phone sent something that we cannot read.")))


def _database(error: sa.exc.SQLAlchemyError) -> Response:
    if not is_busy(error):
        return _unexpected(error)
    db.session.rollback()
    response = _of_status(503)
    response.headers["Retry-After"] = "2"
    return response


def _unexpected(error: Exception) -> Response:
    if current_app.testing and current_app.config.get("PROPAGATE_EXCEPTIONS"):
        raise error
    current_app.extensions["lms_log_exception"](error)
    db.session.rollback()
    return _of_status(500)
