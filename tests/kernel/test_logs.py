from __future__ import annotations

import json
import logging
from typing import Any

import pytest
import structlog
from bare import Build
from flask import Flask

from lms.kernel import logs

CANARY = "3201999999990001"


@pytest.fixture
def app(build: Build) -> Flask:
    app: Flask = build()
    app.config["PROPAGATE_EXCEPTIONS"] = False

    @app.get("/people/<name>")
    def person(name: str) -> str:
        return name

    @app.get("/broken/<name>")
    def broken(name: str) -> str:
        try:
            raise KeyError(name)
        except KeyError:
            raise ValueError(f"no such person: {name}") from None

    return app


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_each_request_is_one_line_with_the_route_and_not_the_path(
    app: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = app.test_client().get(f"/people/{CANARY}?token={CANARY}")
    (line,) = lines(capsys)
    assert line["event"] == "request"
    assert (line["rule"], line["endpoint"], line["method"]) == ("/people/<name>", "person", "GET")
    assert line["status"] == 200
    assert line["request_id"] == answer.headers["X-Request-ID"]
    assert len(line["request_id"]) == 12
    assert CANARY not in json.dumps(line)


def test_requests_have_different_ids(app: Flask) -> None:
    browser = app.test_client()
    ids = {browser.get("/healthz", headers={"X-Request-ID": "mine"}).headers["X-Request-ID"] for _n in range(3)}
    assert len(ids) == 3
    assert "mine" not in ids


def test_an_exception_is_logged_by_class_and_place_without_its_text(
    app: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    assert app.test_client().get(f"/broken/{CANARY}").status_code == 500
    text = capsys.readouterr().err
    fault = json.loads(text.splitlines()[0])
    assert fault["event"] == "unexpected"
    assert fault["error"].startswith("ValueError")
    assert fault["trace"][-1].endswith("broken")
    assert CANARY not in text


def test_fields_off_the_list_are_dropped(bare: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    structlog.get_logger().warning("seat_taken", workshop_id=7, name="Wati", email="wati@example.org", nik=CANARY)
    (line,) = lines(capsys)
    line.pop("timestamp")
    assert line == {"event": "seat_taken", "workshop_id": 7, "level": "warning"}


def test_a_value_cannot_start_a_new_line(bare: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    structlog.get_logger().info("forged", job='x\r\n{"event":"admin"}\u2028')
    text = capsys.readouterr().err
    assert len(text.splitlines()) == 1
    assert "\\r\\n" in json.loads(text)["job"]


def test_libraries_log_their_template_and_not_its_values(bare: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    logging.getLogger("some.library").error("cannot parse %s", CANARY)
    logging.getLogger("some.library").error(f"cannot parse {CANARY}")
    try:
        raise ValueError(CANARY)
    except ValueError:
        logging.getLogger("some.library").exception("row %s failed", CANARY)
    text = capsys.readouterr().err
    first, second, third = (json.loads(line) for line in text.splitlines())
    assert (first["event"], first["logger"]) == ("cannot parse %s", "some.library")
    assert second["event"] == "library_message"
    assert third["error"] == "ValueError"
    assert CANARY not in text


def test_frames_name_file_line_and_function() -> None:
    try:
        json.loads("{")
    except ValueError as error:
        frames = logs.frames_of(error)
    assert frames[0].startswith("tests/kernel/test_logs.py:")
    assert frames[-1].startswith("json/decoder.py:")


def test_metrics_are_for_this_machine_alone(bare: Flask) -> None:
    browser = bare.test_client()
    browser.get("/healthz")
    text = browser.get("/metrics").text
    assert 'lms_requests_total{endpoint="health.healthz",method="GET",status="200"} 1.0' in text
    assert browser.get("/metrics", environ_base={"REMOTE_ADDR": "203.0.113.5"}).status_code == 404
    assert browser.get("/metrics", headers={"X-Forwarded-For": "203.0.113.5"}).status_code == 404


def test_metrics_with_a_token_need_the_token_everywhere(build: Build) -> None:
    browser = build(metrics_token="s3cret-token").test_client()
    far = {"REMOTE_ADDR": "203.0.113.5"}
    assert browser.get("/metrics").status_code == 404
    assert browser.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 404
    right = {"Authorization": "Bearer s3cret-token"}
    assert browser.get("/metrics", headers=right, environ_base=far).status_code == 200


def test_the_installation_is_ready_when_its_parts_answer(bare: Flask) -> None:
    answer = bare.test_client().get("/readyz")
    assert (answer.status_code, answer.json) == (200, {"ok": True, "checks": {"database": True, "storage": True}})


def test_a_part_that_is_away_makes_it_not_ready_but_alive(build: Build) -> None:
    browser = build(redis_url="redis://127.0.0.1:1/0").test_client()
    answer = browser.get("/readyz")
    assert answer.status_code == 503
    assert answer.json is not None
    assert answer.json["checks"]["redis"] is False
    assert browser.get("/healthz").status_code == 200
