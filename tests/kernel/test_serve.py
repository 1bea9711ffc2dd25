"""`lms serve` in one process, and hosts that are not ours."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import waitress
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient

from lms.kernel.cli import lms
from lms.kernel.db import db
from lms.kernel.jobs import JobState, enqueue, job_status


@pytest.mark.parametrize("embedded", ["", "1"])
def test_one_process_runs_jobs_when_it_is_told_to(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, embedded: str
) -> None:
    seen: list[JobState | None] = []

    def serve(app: Flask, **_options: Any) -> None:
        """In place of the server: what happens to a job while it serves."""
        worker = app.extensions.get("lms_worker")
        with app.app_context():
            job_id = enqueue("accounts.sweep_sessions")
        if worker is not None:
            for _try in range(100):
                with app.app_context():
                    found = job_status(job_id)
                if found is not None and found.is_over:
                    break
                worker._over.wait(0.1)
            worker.stop()
        with app.app_context():
            found = job_status(job_id)
            seen.append(found.state if found else None)
            for engine in db.engines.values():
                engine.dispose()

    monkeypatch.setattr(waitress, "serve", serve)
    monkeypatch.setenv("LMS_ENV", "development")
    monkeypatch.setenv("LMS_SECRET_KEY", "the key of a throw-away installation 0123456789")
    monkeypatch.setenv("LMS_EMBEDDED_WORKER", embedded)
    monkeypatch.setenv("LMS_DATA_DIR", str(tmp_path))
    for command in (["db", "upgrade"], ["serve"]):
        done = CliRunner().invoke(lms, ["--data", str(tmp_path), *command])
        assert done.exit_code == 0, done.output
    assert seen == [JobState.DONE if embedded else JobState.QUEUED]


def test_a_request_for_a_foreign_host_is_refused(client: FlaskClient) -> None:
    answer = client.get("/", headers={"Host": "example.org"})
    assert answer.status_code == 400
    assert answer.mimetype == "text/plain"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
