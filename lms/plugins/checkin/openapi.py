"""The OpenAPI 3.1 document of the API for scanners, made from the models that check and describe what is sent."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from lms.plugins.checkin import api_schemas as schemas

VERSION = "1.0.0"
_REF = "#/components/schemas/{model}"
_PROBLEM = "application/problem+json"
_MEANINGS = {
    401: "device_unknown or device_expired",
    403: "device_revoked or out_of_scope",
    404: "session_unknown",
    409: "ambiguous_session",
    413: "too_large",
    422: "invalid_request",
    429: "too_many",
    503: "busy: try again after Retry-After seconds",
}


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One address of the API."""

    method: Literal["get", "post"]
    path: str
    summary: str
    answer: type[BaseModel] | None
    body: type[BaseModel] | None = None
    query: tuple[tuple[str, str], ...] = ()
    problems: tuple[int, ...] = ()
    is_public: bool = False
    has_etag: bool = False


OPERATIONS = (
    Operation(method="get", path="/device", summary="The phone itself, its workshop and what is allowed",
              answer=schemas.DeviceOut),
    Operation(method="get", path="/sessions", summary="The sessions with their counters", answer=schemas.SessionsOut),
    Operation(method="get", path="/roster", summary="Everybody, each entry under the code of its badge",
              answer=schemas.RosterOut, query=(("version", "The version that the phone has: only `present` comes."),),
              has_etag=True),
    Operation(method="get", path="/search", summary="People by three letters of name or organisation",
              answer=schemas.SearchOut, query=(("q", "Three letters or more."),)),
    Operation(method="post", path="/scans", summary="One scan", body=schemas.ScanIn, answer=schemas.ScanOut,
              problems=(404, 409, 422)),
    Operation(method="post", path="/scans/batch", summary="What was scanned without signal", body=schemas.BatchIn,
              answer=schemas.BatchOut, problems=(413, 422)),
    Operation(method="post", path="/scans/undo", summary="Take an attendance back, with a reason",
              body=schemas.UndoIn, answer=schemas.UndoOut, problems=(404, 422)),
    Operation(method="post", path="/walk-ins", summary="Somebody without registration", body=schemas.WalkInIn,
              answer=schemas.WalkInOut, problems=(422,)),
    Operation(method="get", path="/openapi.json", summary="This document", answer=None, is_public=True),
)  # fmt: skip


@cache
def document() -> dict[str, Any]:
    """Valid OpenAPI 3.1; the same object each time."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Lokakarya: check-in",
            "version": VERSION,
            "description": "For scanners at the door. See docs/api.md.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/api/v1"}],
        "security": [{"device": []}],
        "paths": _paths(),
        "components": {
            "securitySchemes": {"device": {"type": "http", "scheme": "bearer"}},
            "schemas": _schemas(),
        },
    }


def _paths() -> dict[str, Any]:
    return {operation.path: {operation.method: _operation(operation)} for operation in OPERATIONS}


def _operation(operation: Operation) -> dict[str, Any]:
    name = operation.path.strip("/").replace("/", "_").replace("-", "_").partition(".")[0]
    found: dict[str, Any] = {
        "operationId": f"{operation.method}_{name}",
        "summary": operation.summary,
        "responses": _responses(operation),
    }
    if operation.is_public:
        found["security"] = []
    if operation.body is not None:
        content = {"application/json": {"schema": _ref(operation.body)}}
        found["requestBody"] = {"required": True, "content": content}
    parameters = [_parameter(name, "query", text) for name, text in operation.query]
    if operation.has_etag:
        parameters.append(_parameter("If-None-Match", "header", "The ETag of the last answer."))
    if parameters:
        found["parameters"] = parameters
    return found


def _parameter(name: str, place: str, text: str) -> dict[str, Any]:
    return {"name": name, "in": place, "description": text, "required": False, "schema": {"type": "string"}}


def _responses(operation: Operation) -> dict[str, Any]:
    schema = _ref(operation.answer) if operation.answer else {"type": "object"}
    found: dict[str, Any] = {"200": {"description": "OK", "content": {"application/json": {"schema": schema}}}}
    if operation.has_etag:
        found["304"] = {"description": "Nothing changed"}
    usual = () if operation.is_public else (401, 403, 429, 503)
    for status in sorted({*usual, *operation.problems}):
        content = {_PROBLEM: {"schema": _ref(schemas.Problem)}}
        found[str(status)] = {"description": _MEANINGS[status], "content": content}
    return found


def _ref(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": _REF.format(model=model.__name__)}


def _schemas() -> dict[str, Any]:
    """Of what is sent as it is read, of what is answered as it is written."""
    bodies: list[tuple[type[BaseModel], Literal["validation", "serialization"]]] = [
        (model, "validation") for model in (schemas.ScanIn, schemas.WalkInIn, schemas.BatchIn, schemas.UndoIn)
    ]
    answers: list[tuple[type[BaseModel], Literal["validation", "serialization"]]] = [
        (operation.answer, "serialization") for operation in OPERATIONS if operation.answer
    ]
    _names, found = models_json_schema([*bodies, *answers, (schemas.Problem, "serialization")], ref_template=_REF)
    return dict(found["$defs"])
