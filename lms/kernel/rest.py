"""What every API for programs shares: JSON answers, bodies checked by a model, and refusals as problem documents."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

import sqlalchemy as sa
from flask import Blueprint, Response, current_app, jsonify, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from pydantic import BaseModel, ValidationError
from werkzeug.exceptions import HTTPException

from lms.kernel.clock import now
from lms.kernel.db import db
from lms.kernel.engine import is_busy
from lms.kernel.errors import NotFound, RuleViolation

PROBLEM_TYPE = "application/problem+json"
_TITLES: Mapping[str, object] = {
    "too_many": _l("Too many tries"),
    "invalid_request": _l("This could not be read"),
    "not_found": _l("Not found"),
    "method_not_allowed": _l("This could not be read"),
    "too_large": _l("Too much at once"),
    "busy": _l("Busy"),
    "failed": _l("There is a fault on our side"),
}
_BY_STATUS = {404: "not_found", 405: "method_not_allowed", 413: "too_large", 429: "too_many", 503: "busy"}
Model = TypeVar("Model", bound=BaseModel)


class ApiProblem(RuleViolation):
    """A refusal with a stable code of an API; `more` are members beside the usual ones."""

    def __init__(self, code: str, status: int, detail: object, **more: Any) -> None:
        super().__init__(detail)
        self.code, self.status, self.more = code, status, more


class Problems:
    """The refusals of one API. `titles` and `details` are words by code; `unreadable` is said of what has no others."""

    def __init__(self, *, titles: Mapping[str, object], details: Mapping[str, object], unreadable: object) -> None:
        self._titles, self._details, self._unreadable = {**_TITLES, **titles}, details, unreadable

    def register(self, bp: Blueprint) -> None:
        """Let every refusal of this blueprint be a problem document."""
        bp.register_error_handler(RuleViolation, self._rule)
        bp.register_error_handler(HTTPException, self._http)
        bp.register_error_handler(NotFound, lambda _error: self._of_status(404))
        bp.register_error_handler(sa.exc.OperationalError, self._database)
        bp.register_error_handler(sa.exc.InterfaceError, self._database)
        bp.register_error_handler(Exception, self._unexpected)

    def body(self, model: type[Model]) -> Model:
        """What was sent, as `model`. Raises ApiProblem."""
        try:
            sent = json.loads(request.get_data())
        except (ValueError, RecursionError):
            raise self.invalid(field="", message="JSON") from None
        try:
            return model.model_validate(sent)
        except ValidationError as error:
            raise self.invalid(error) from None

    def invalid(self, error: ValidationError | None = None, *, field: str = "", message: str = "") -> ApiProblem:
        """What was sent could not be read."""
        errors = list(field_errors(error)) if error else [{"field": field, "message": message or _("This is missing.")}]
        return ApiProblem("invalid_request", 422, self._unreadable, errors=errors)

    def answer(self, code: str, status: int, detail: object, **more: Any) -> Response:
        """The document of a refusal (RFC 9457)."""
        response = jsonify(
            type=f"urn:lokakarya:problem:{code}",
            code=code,
            title=str(self._titles.get(code, code)),
            detail=str(detail),
            status=status,
            server_time=now().isoformat(),
            **more,
        )
        response.status_code, response.mimetype = status, PROBLEM_TYPE
        return response

    def _rule(self, error: RuleViolation) -> Response:
        code = getattr(error, "code", None) or _BY_STATUS.get(error.status, "invalid_request")
        response = self.answer(code, error.status, error, **getattr(error, "more", {}))
        retry_after = getattr(error, "retry_after", None)
        if retry_after is not None:
            response.headers["Retry-After"] = str(retry_after)
        if error.status == 401:
            response.headers["WWW-Authenticate"] = "Bearer"
        return response

    def _http(self, error: HTTPException) -> Response | HTTPException:
        return error if error.code is None or error.code < 400 else self._of_status(error.code)

    def _of_status(self, status: int) -> Response:
        code = _BY_STATUS.get(status, "failed" if status >= 500 else "invalid_request")
        return self.answer(code, status, self._details.get(code, self._unreadable))

    def _database(self, error: sa.exc.SQLAlchemyError) -> Response:
        if not is_busy(error):
            return self._unexpected(error)
        db.session.rollback()
        response = self._of_status(503)
        response.headers["Retry-After"] = "2"
        return response

    def _unexpected(self, error: Exception) -> Response:
        if current_app.testing and current_app.config.get("PROPAGATE_EXCEPTIONS"):
            raise error
        current_app.extensions["lms_log_exception"](error)
        db.session.rollback()
        return self._of_status(500)


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


def answer(**values: Any) -> Response:
    """JSON with the server's time, for nobody to keep."""
    return kept_by_nobody(jsonify(server_time=now().isoformat(), **values))


def kept_by_nobody(response: Response) -> Response:
    """The program keeps what it needs by itself; no cache in between may."""
    response.headers["Cache-Control"] = "no-store"
    response.vary.update(("Authorization", "Accept-Language"))
    return response
