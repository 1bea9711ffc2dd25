"""A program with a key, as tests use it; every answer is checked against the OpenAPI document."""

from __future__ import annotations

import json
from typing import Any

from lms.plugins.quiz.rest_openapi import JSON_LINES, SERVER, document
from tests.openapi_answers import check, validator


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
                validator(document, path, "get", "200").validate(json.loads(line))
            return answer
        return self._checked(path, "get", answer)

    def post(self, path: str, body: object) -> Any:
        return self._checked(path, "post", self.client.post(f"{SERVER}{path}", json=body, headers=self.headers()))

    def lines(self, workshop_id: int, query: str = "") -> list[dict[str, Any]]:
        answer = self.get("/workshops/{workshop_id}/statements", workshop_id=workshop_id, query=query)
        assert (answer.status_code, answer.mimetype) == (200, JSON_LINES), answer.text
        return [json.loads(line) for line in answer.text.splitlines()]

    def _checked(self, path: str, method: str, answer: Any) -> Any:
        check(document, path, method, answer)
        assert answer.headers["Cache-Control"] == "no-store" or answer.status_code != 200
        return answer
