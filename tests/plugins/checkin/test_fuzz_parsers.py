"""Whatever is sent to the readers of codes, claims and batches: an answer, never a fault."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from lms.core.enrolments.models import Enrolment
from lms.core.enrolments.services import badge_token
from lms.kernel.permissions import SYSTEM
from lms.plugins.checkin import lookups, queries, venue
from lms.plugins.checkin.devices import grant_device
from tests.openapi_answers import PROBLEM
from tests.plugins.checkin.conftest import attendances, scans, wib
from tests.plugins.checkin.scanner import Scanner

pytestmark = pytest.mark.integration
quick = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
times = st.sampled_from(
    [
        "2026-12-02T08:05:00+07:00", "2026-12-02T01:05:00Z", "2026-12-02T08:05:00", "1970-01-01T00:00:00Z",
        "2199-12-31T00:00:00Z", "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", "kemarin", "", 1_764_637_500,
    ]
)  # fmt: skip
ids = st.sampled_from(["a", "b", "c", "x" * 64, "x" * 65, "", "é", "a\x00"]) | st.text(max_size=5)


def items(codes: SearchStrategy[str], numbers: SearchStrategy[int]) -> SearchStrategy[Any]:
    """Scans that are nearly right, and whatever else."""
    near = st.fixed_dictionaries(
        {"id": ids | anything, "at": times | anything},
        optional={
            "session": numbers | anything,
            "method": st.sampled_from(["badge", "typed", "search", "manual"]) | anything,
            "code": codes | anything,
            "enrolment": numbers | anything,
            "direction": st.sampled_from(["in", "out", "mid"]) | anything,
            "answer": st.text(max_size=5) | anything,
            "full_name": st.text(max_size=10) | anything,
            "phone": st.sampled_from(["081299990001", "", "x"]) | anything,
        },
    )
    return near | anything


@pytest.fixture
def phone(client: Any, workshop: Any, session: Any) -> Scanner:
    _device, token = grant_device(workshop=workshop, session=None, name="Pintu", actor=SYSTEM)
    return Scanner(client, token, session.id)


@quick
@given(text=st.text(max_size=400) | st.binary(max_size=60).map(lambda raw: raw.decode("latin-1")))
def test_any_text_is_read_as_a_code_or_as_nothing(app: Any, text: str) -> None:
    with app.app_context():
        read = lookups.read_code(text)
    assert read.enrolment_id is None  # without the installation's key no text is a badge
    assert len(read.ticket_code) <= queries.LONGEST_CODE


@quick
@given(place=st.integers(0, 25), letter=st.sampled_from("abcdefghijklmnopqrstuvwxyz234567"))
def test_a16_every_changed_letter_of_a_badge_is_noticed(app: Any, wati: Enrolment, place: int, letter: str) -> None:
    token = badge_token(wati)
    changed = token[:place] + letter + token[place + 1 :]
    assert (lookups.read_code(changed).enrolment_id == wati.id) == (changed == token)


@quick
@given(text=st.text(max_size=200))
def test_any_text_is_no_claim(app: Any, text: str) -> None:
    with app.test_request_context():
        assert venue.read_claim(text, phone="x") is None


@quick
@given(data=st.data())
def test_every_batch_gets_one_answer_for_each_item(phone: Scanner, wati: Enrolment, data: Any) -> None:
    codes = st.sampled_from([badge_token(wati), badge_token(wati).upper(), "WATAB2", "ZZZZZZ"]) | st.text(max_size=30)
    numbers = st.sampled_from([phone.session_id, wati.id, 0, -1, 2**31, 999_999])
    sent = data.draw(st.lists(items(codes, numbers), max_size=6))
    guests = data.draw(st.lists(items(codes, numbers), max_size=2))
    body = {"device_time": wib("08:20").isoformat(), "scans": sent, "walk_ins": guests}
    answer = phone.client.post("/api/v1/scans/batch", data=json.dumps(body), headers=phone.headers())
    assert answer.status_code == 200, answer.text
    results = answer.get_json()["results"]
    assert [result["index"] for result in results] == list(range(len(sent) + len(guests)))
    for item, result in zip([*sent, *guests], results, strict=True):
        known = item.get("id") if isinstance(item, dict) else None
        assert result["id"] == (known if isinstance(known, str) else None)
    there = [row.enrolment_id for row in attendances() if row.enrolment_id == wati.id and row.direction == "in"]
    assert len(there) <= 1
    assert len({scan.client_id for scan in scans()}) == len(scans())


@quick
@given(body=anything | st.fixed_dictionaries({"device_time": times, "scans": anything, "walk_ins": anything}))
def test_any_envelope_is_answered(phone: Scanner, body: Any) -> None:
    answer = phone.client.post("/api/v1/scans/batch", data=json.dumps(body), headers=phone.headers())
    assert answer.status_code in {200, 422}
    assert answer.mimetype == ("application/json" if answer.status_code == 200 else PROBLEM)


@quick
@given(raw=st.binary(max_size=80), path=st.sampled_from(["/scans", "/scans/batch", "/scans/undo", "/walk-ins"]))
def test_any_bytes_are_answered(phone: Scanner, raw: bytes, path: str) -> None:
    answer = phone.client.post(f"/api/v1{path}", data=raw, headers=phone.headers())
    assert (answer.status_code, answer.mimetype) == (422, PROBLEM)


@quick
@given(token=st.text(alphabet=st.characters(min_codepoint=33, max_codepoint=126), max_size=60))
def test_any_token_is_refused(client: Any, token: str) -> None:
    answer = client.get("/api/v1/device", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code in {401, 429}


@quick
@given(text=st.text(max_size=40))
def test_any_search_is_answered(phone: Scanner, wati: Enrolment, text: str) -> None:
    answer = phone.client.get("/api/v1/search", query_string={"q": text}, headers=phone.headers())
    assert answer.status_code == 200
