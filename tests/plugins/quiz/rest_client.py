"""A program with a key, as tests use it; every answer is checked against the OpenAPI document."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from lms.plugins.quiz.rest_openapi import JSON_LINES, SERVER, document

PROBLEM = "application/problem+json"


@cache
def registry() -> Registry[Any]:
    resource = Resource(contents=document(), specification=DRAFT202012)
    return Registry().with_resource("urn:api", resource)


@cache
def validator(path: str, method: str, status: str) -> Draft202012Validator:
    answer = document()["paths"][path][method]["responses"][status]
    ((_kind, content),) = answer["content"].items()
    name = content["schema"]["$ref"].rpartition("/")[2]
    schema = {"$ref": f"urn:api#/components/schemas/{name}"}
    return Draft202012Validator(schema, registry=registry(), format_checker=Draft202012Validator.FORMAT_CHECKER)


class Program:
    """`get("/quizzes/{quiz_id}/results", quiz_id=1, query="names=1")`, `post`, `lines`; each checks what comes back."""

    def __init__(self, client: Any, token: str) -> None:
        self.client, self.token = client, token

    def headers(self, **more: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}", "Accept": "application/json", **more}

    def get(self, path: str, *, query: str = "", **arguments: Any) -> Any:
        answer = self.client.get(f"{SERVER}{path.format(**arguments)}?{query}", headers=self.headers())
        if answer.mimetype == JSON_LINES:
            for line in answer.text.splitlines():
                validator(path, "get", "200").validate(json.loads(line))
            return answer
        return self._checked(path, "get", answer)

    def post(self, path: str, body: object) -> Any:
        return self._checked(path, "post", self.client.post(f"{SERVER}{path}", json=body, headers=self.headers()))

    def lines(self, workshop_id: int, query: str = "") -> list[dict[str, Any]]:
        answer = self.get("/workshops/{workshop_id}/statements", workshop_id=workshop_id, query=query)
        assert (answer.status_code, answer.mimetype) == (200, JSON_LINES), answer.text
        return [json.loads(line) for line in answer.text.splitlines()]

    def _checked(self, path: str, method: str, answer: Any) -> Any:
        status = str(answer.status_code)
        assert status in document()["paths"][path][method]["responses"], (path, status, answer.text[:300])
        assert answer.mimetype == ("application/json" if status == "200" else PROBLEM), (path, status, answer.mimetype)
        validator(path, method, status).validate(answer.get_json())
        assert answer.headers["Cache-Control"] == "no-store" or status != "200"
        return answer
