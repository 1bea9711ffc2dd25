"""The OpenAPI 3.1 document of the API of quizzes."""

from __future__ import annotations

from functools import cache
from typing import Any

from lms.kernel.openapi import Api, Operation
from lms.plugins.quiz import rest_schemas as schemas

VERSION = "1.0.0"
SERVER = "/api/v1/kuis"
JSON_LINES = "application/x-ndjson"
_MEANINGS = {
    401: "key_unknown or key_expired",
    403: "key_revoked, not_allowed or names_refused",
    404: "not_found: it does not exist, or the key does not reach it",
    413: "too_large",
    422: "invalid_request",
    429: "too_many: wait Retry-After seconds",
    503: "busy: try again after Retry-After seconds",
}
_AFTER = ("after", "The `next` of the page before.")
_NAMES = ("names", "1 for names and organisations, where who made the key may see the participants.")
_QUIZ = ("quiz", "Of this quiz of the workshop only.")
_RESPONSES = ("responses", "1 for what people typed in their own words too.")

OPERATIONS = (
    Operation(method="get", path="/workshops", summary="The workshops that the key reaches",
              answer=schemas.WorkshopsOut),
    Operation(method="get", path="/workshops/{workshop_id}/quizzes", summary="The quizzes, and how far people are",
              answer=schemas.QuizzesOut, problems=(404,)),
    Operation(method="get", path="/quizzes/{quiz_id}/results", summary="Finished attempts with their scores",
              answer=schemas.ResultsOut, query=(_AFTER, _NAMES), problems=(404, 422)),
    Operation(method="get", path="/quizzes/{quiz_id}/statistics", summary="Item and test statistics",
              answer=schemas.StatisticsOut, problems=(404,)),
    Operation(method="get", path="/workshops/{workshop_id}/gain", summary="What people learnt from pre to post-test",
              answer=schemas.GainOut, problems=(404,)),
    Operation(method="get", path="/workshops/{workshop_id}/statements", summary="xAPI 1.0.3 statements, one on a line",
              answer=schemas.Statement, query=(_QUIZ, _RESPONSES), problems=(404, 422), media=JSON_LINES),
    Operation(method="post", path="/questions", summary="Add questions to the organiser's bank",
              body=schemas.QuestionsIn, answer=schemas.QuestionsOut, problems=(413, 422)),
    Operation(method="get", path="/openapi.json", summary="This document", answer=None, is_public=True),
)  # fmt: skip


@cache
def document() -> dict[str, Any]:
    """Valid OpenAPI 3.1; the same object each time."""
    return Api(
        title="Lokakarya: quizzes",
        version=VERSION,
        description="For programs that read results or bring questions. See docs/api.md.",
        server=SERVER,
        scheme="key",
        operations=OPERATIONS,
        meanings=_MEANINGS,
        bodies=(schemas.QuestionIn,),
    ).document()
