"""Whatever stands in an address or a form field, the answer is never a fault of ours."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import IntegerConverter

pytestmark = pytest.mark.contract
NUMBERS = (0, 2**31, 10**30)
TEXTS = ("a\x00b", "../../etc/passwd", "陈美兰\u202e", "x" * 3_000)
QUERY = {
    "q": "a\x00b", "page": str(10**30), "peran": "\x00", "status": "\x00", "hari": str(10**30), "sesi": "9" * 12,
    "kelompok": "x\x00", "workshop": str(10**30), "workshop_id": "9" * 9, "report_id": "9" * 9, "versi": str(10**30),
    "wilayah": "\x00", "jenis": "\x00", "izin": "90", "pilar": "\x00", "kode": "\x00" * 9, "next": "//\x00",
    "hanya": "\x00", "isi": "\x00",
}  # fmt: skip


@pytest.fixture
def place(factories: Any) -> dict[str, Any]:
    enrolment = factories.enrolment()
    return {"workshop_id": enrolment.workshop_id, "slug": enrolment.workshop.slug, "enrolment": enrolment}


@pytest.fixture(params=["admin", "ticket"])
def browser(request: pytest.FixtureRequest, as_user: Any, place: dict[str, Any]) -> FlaskClient:
    return as_user.admin() if request.param == "admin" else as_user.ticket(place["enrolment"])  # type: ignore[no-any-return]


def addresses(app: Flask, place: dict[str, Any], method: str) -> list[str]:
    """Every route, its arguments filled with what nobody would type."""
    found = []
    for rule in app.url_map.iter_rules():
        if method not in (rule.methods or ()) or rule.endpoint.partition(".")[0] == "health":
            continue
        if rule.endpoint.rpartition(".")[2] == "static":
            continue
        is_number = {name: isinstance(kind, IntegerConverter) for name, kind in rule._converters.items()}
        wild = [name for name in rule.arguments if name not in place]
        numbers = NUMBERS if any(is_number[name] for name in wild) else NUMBERS[:1]
        texts = TEXTS if not all(is_number[name] for name in wild) else TEXTS[:1]
        for number in numbers:
            for text in texts:
                values = {name: place.get(name, number if is_number[name] else text) for name in rule.arguments}
                with app.test_request_context():
                    try:
                        found.append(app.url_for(rule.endpoint, **values))
                    except ValueError:  # a choice of words: nothing else can stand there
                        continue
    return found


def faults(answers: list[tuple[str, int]]) -> list[tuple[str, int]]:
    return [(address[:120], status) for address, status in answers if status >= 500]


def test_no_address_is_a_fault(app: Flask, browser: FlaskClient, place: dict[str, Any]) -> None:
    asked = [(address, browser.get(address).status_code) for address in addresses(app, place, "GET")]
    assert len(asked) > 100
    assert faults(asked) == []


def test_no_query_is_a_fault(app: Flask, browser: FlaskClient, place: dict[str, Any]) -> None:
    asked = []
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("health."):  # they tell of this machine
            continue
        if "GET" in (rule.methods or ()) and rule.arguments <= {"workshop_id", "slug"}:
            with app.test_request_context():
                address = app.url_for(rule.endpoint, **{name: place[name] for name in rule.arguments})
            asked += [(f"{address}?{name}", browser.get(address, query_string={name: v}).status_code)
                      for name, v in QUERY.items()]  # fmt: skip
    for key in app.extensions["lms_registry"].exports:
        for value in ("", "x", "-1", "9" * 9, "9" * 30, "1\x00", str(place["workshop_id"])):
            address = f"/kelola/unduh/{key}.csv"
            asked.append(
                (f"{address} {value!r}", browser.get(address, query_string={"workshop_id": value}).status_code)
            )
        asked.append((key, browser.get(f"/kelola/unduh/{key}.xlsx").status_code))
    assert faults(asked) == []


def test_no_form_is_a_fault(app: Flask, browser: FlaskClient, place: dict[str, Any]) -> None:
    names = ("login", "password", "code", "name", "title", "role", "reach", "peran", "sesi", "enrolment_id", "reason")
    asked = []
    for address in addresses(app, place, "POST"):
        if "keluar" in address or "lepas" in address:
            continue
        for text in ("\x00", str(10**30), "x" * 2_000):
            asked.append((address, browser.post(address, data=dict.fromkeys(names, text)).status_code))
        for body in ("null", "[]", '{"a":1}', '"x"', "[" * 5_000, "{"):
            answer = browser.post(address, data=body, content_type="application/json")
            asked.append((f"{address} {body[:9]}", answer.status_code))
    assert len(asked) > 500
    assert faults(asked) == []
