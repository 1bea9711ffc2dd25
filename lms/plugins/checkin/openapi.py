"""The OpenAPI 3.1 document of the API for scanners, made from the models that check and describe what is sent."""

from __future__ import annotations

from functools import cache
from typing import Any

from lms.kernel.openapi import Api, Operation
from lms.plugins.checkin import api_schemas as schemas

VERSION = "1.0.0"
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
    return Api(
        title="Lokakarya: check-in",
        version=VERSION,
        description="For scanners at the door. See docs/api.md.",
        server="/api/v1",
        scheme="device",
        operations=OPERATIONS,
        meanings=_MEANINGS,
        problem=schemas.Problem,
        bodies=(schemas.ScanIn, schemas.WalkInIn),
    ).document()
