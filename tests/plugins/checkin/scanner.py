"""A phone with a device token, as tests use it; every answer is checked against the OpenAPI document."""

from __future__ import annotations

from itertools import count
from typing import Any

from lms.core.enrolments.models import Enrolment
from lms.core.enrolments.services import badge_token
from lms.plugins.checkin.openapi import document
from tests.openapi_answers import check

_numbers = count(1)


class Scanner:
    """`scan`, `batch`, `get`, `post`; each checks what comes back."""

    def __init__(self, client: Any, token: str, session_id: int) -> None:
        self.client, self.token, self.session_id = client, token, session_id

    def headers(self, **more: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}", "Accept": "application/json", **more}

    def get(self, path: str, **headers: str) -> Any:
        answer = self.client.get(f"/api/v1{path}", headers=self.headers(**headers))
        check(document, path.partition("?")[0], "get", answer)
        return answer

    def post(self, path: str, body: object) -> Any:
        answer = self.client.post(f"/api/v1{path}", json=body, headers=self.headers())
        check(document, path, "post", answer)
        return answer

    def item(self, who: Enrolment | str, **values: Any) -> dict[str, Any]:
        """A scan of a badge (of an enrolment) or of any text."""
        code = badge_token(who) if isinstance(who, Enrolment) else who
        found = {"id": f"scan-{next(_numbers)}", "session": self.session_id, "method": "badge", "code": code}
        return {key: value for key, value in {**found, **values}.items() if value is not None}

    def scan(self, who: Enrolment | str, **values: Any) -> dict[str, Any]:
        answer = self.post("/scans", self.item(who, **values))
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.get_json()
        return found

    def batch(self, scans: list[Any], *, device_time: Any, walk_ins: list[Any] | None = None) -> list[dict[str, Any]]:
        body = {"device_time": device_time.isoformat(), "scans": scans, "walk_ins": walk_ins or []}
        answer = self.post("/scans/batch", body)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.get_json()["results"]
        return found

    def walk_in(self, **values: Any) -> dict[str, Any]:
        found = {
            "id": f"walk-{next(_numbers)}",
            "session": self.session_id,
            "full_name": "Joko Susilo",
            "phone": "0812 9999 0001",
            "affiliation": "LKSA Baru",
        }
        return {**found, **values}
