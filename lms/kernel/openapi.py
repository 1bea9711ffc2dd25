"""OpenAPI 3.1 documents, made from the models that check and describe what an API is sent and answers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict
from pydantic.json_schema import models_json_schema

from lms.kernel.rest import PROBLEM_TYPE

_REF = "#/components/schemas/{model}"
_PATH_PARAMETER = re.compile(r"\{(\w+)\}")
_JSON = "application/json"


class FieldError(BaseModel):
    """A field of what was sent, and what is wrong with it."""

    model_config = ConfigDict(extra="forbid")

    field: str
    message: str


class Problem(BaseModel):
    """application/problem+json (RFC 9457); `detail` can be read aloud."""

    model_config = ConfigDict(extra="forbid")

    server_time: datetime
    type: str
    code: str
    title: str
    detail: str
    status: int
    errors: list[FieldError] | None = None


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One address of an API; parameters of the path are whole numbers. `media` of an answer that is no JSON."""

    method: Literal["get", "post"]
    path: str
    summary: str
    answer: type[BaseModel] | None
    body: type[BaseModel] | None = None
    query: tuple[tuple[str, str], ...] = ()
    problems: tuple[int, ...] = ()
    is_public: bool = False
    has_etag: bool = False
    media: str = _JSON


@dataclass(frozen=True, kw_only=True)
class Api:
    """A whole API under `server`; `meanings` says for each status which codes it carries, `usual` are those of all.

    `bodies` are models beside those of the operations, such as items of a list that are checked one by one.
    """

    title: str
    version: str
    description: str
    server: str
    scheme: str  # the name of its bearer tokens
    operations: Sequence[Operation]
    meanings: Mapping[int, str]
    problem: type[BaseModel] = Problem
    usual: tuple[int, ...] = (401, 403, 429, 503)
    bodies: Sequence[type[BaseModel]] = ()

    def document(self) -> dict[str, Any]:
        """Valid OpenAPI 3.1."""
        paths: dict[str, Any] = {}
        for operation in self.operations:
            paths.setdefault(operation.path, {})[operation.method] = self._operation(operation)
        return {
            "openapi": "3.1.0",
            "info": {
                "title": self.title,
                "version": self.version,
                "description": self.description,
                "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
            },
            "servers": [{"url": self.server}],
            "security": [{self.scheme: []}],
            "paths": paths,
            "components": {
                "securitySchemes": {self.scheme: {"type": "http", "scheme": "bearer"}},
                "schemas": self._schemas(),
            },
        }

    def _operation(self, operation: Operation) -> dict[str, Any]:
        name = re.sub(r"[^\w]+", "_", operation.path.partition(".")[0].strip("/")).strip("_")
        found: dict[str, Any] = {
            "operationId": f"{operation.method}_{name}",
            "summary": operation.summary,
            "responses": self._responses(operation),
        }
        if operation.is_public:
            found["security"] = []
        if operation.body is not None:
            found["requestBody"] = {"required": True, "content": {_JSON: {"schema": _ref(operation.body)}}}
        if parameters := list(_parameters(operation)):
            found["parameters"] = parameters
        return found

    def _responses(self, operation: Operation) -> dict[str, Any]:
        schema = _ref(operation.answer) if operation.answer else {"type": "object"}
        found: dict[str, Any] = {"200": {"description": "OK", "content": {operation.media: {"schema": schema}}}}
        if operation.has_etag:
            found["304"] = {"description": "Nothing changed"}
        usual = () if operation.is_public else self.usual
        for status in sorted({*usual, *operation.problems}):
            content = {PROBLEM_TYPE: {"schema": _ref(self.problem)}}
            found[str(status)] = {"description": self.meanings[status], "content": content}
        return found

    def _schemas(self) -> dict[str, Any]:
        """Of what is sent as it is read, of what is answered as it is written."""
        sent = [operation.body for operation in self.operations if operation.body]
        given = [operation.answer for operation in self.operations if operation.answer]
        models: list[tuple[type[BaseModel], Literal["validation", "serialization"]]] = [
            *((model, "validation") for model in dict.fromkeys([*self.bodies, *sent])),
            *((model, "serialization") for model in dict.fromkeys([*given, self.problem])),
        ]
        _names, found = models_json_schema(models, ref_template=_REF)
        return dict(found["$defs"])


def _parameters(operation: Operation) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "integer", "minimum": 0}}
        for name in _PATH_PARAMETER.findall(operation.path)
    ]
    found += [_parameter(name, "query", text) for name, text in operation.query]
    if operation.has_etag:
        found.append(_parameter("If-None-Match", "header", "The ETag of the last answer."))
    return found


def _parameter(name: str, place: str, text: str) -> dict[str, Any]:
    return {"name": name, "in": place, "description": text, "required": False, "schema": {"type": "string"}}


def _ref(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": _REF.format(model=model.__name__)}
