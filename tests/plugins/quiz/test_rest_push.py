"""The API of quizzes: questions that other programs bring."""

from __future__ import annotations

import base64
import hashlib
import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.kernel.audit import AuditEntry
from lms.kernel.clock import now
from lms.kernel.db import db, unit_of_work
from lms.kernel.permissions import SYSTEM
from lms.plugins.quiz import api_keys, grading
from lms.plugins.quiz.bank_models import Category, Question, QuestionPicture, Tag
from lms.testing import factories as make
from lms.testing.live import at_once, committed, live_app
from lms.testing.services_plugin import fresh_database
from tests.plugins.quiz.rest_client import Program

pytestmark = pytest.mark.integration
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@pytest.fixture
def workshop(factories: Any, app: Any, db_session: Any) -> Any:
    return factories.workshop()


def program_of(client: Any, organiser_id: int, name: str = "Mesin soal") -> Program:
    _key, token = api_keys.make_key(
        organiser_id=organiser_id,
        workshop=None,
        name=name,
        may_read=False,
        may_push=True,
        ends_at=now() + timedelta(days=30),
        actor=SYSTEM,
    )
    return Program(client, token)


@pytest.fixture
def program(client: Any, workshop: Any) -> Program:
    return program_of(client, workshop.organiser_id)


def item(name: str, **values: Any) -> dict[str, Any]:
    options = [{"text": {"source": "80 %"}, "fraction": 1}, {"text": {"source": "50 %"}}]
    content = {"kind": "choice", "text": {"source": f"Batas hadir {name}?"}, "options": options}
    return {"id": name, "content": {**content, **values.pop("content", {})}, **values}


def push(program: Program, *items: Any, **more: Any) -> list[dict[str, Any]]:
    answer = program.post("/questions", {"questions": list(items), **more})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.get_json()["results"]
    assert [row["index"] for row in found] == list(range(len(items)))
    return found


def outcomes(found: list[dict[str, Any]]) -> list[str]:
    return [row["outcome"] for row in found]


def questions(workshop: Any) -> list[Question]:
    query = sa.select(Question).where(Question.organiser_id == workshop.organiser_id).order_by(Question.id)
    return list(db.session.scalars(query))


def test_a_question_arrives_with_its_key_category_tags_and_pillar(program: Program, workshop: Any) -> None:
    sent = item(
        "hadir-1",
        category=["Presensi", "Aturan"],
        tags=["hadir"],
        pillar="kontrol",
        objective="Tahu",
        needs_review=True,
    )
    (verdict,) = push(program, sent, source="Mesin dinas")
    (question,) = questions(workshop)
    assert (verdict["outcome"], verdict["question"], verdict["code"]) == ("added", question.id, question.code)
    assert question.code.startswith("API-") and len(question.code) == 16
    assert (question.source, question.pillar.value, question.needs_review) == ("Mesin dinas", "kontrol", True)
    assert [option.fraction for option in grading.contents_of({question.version_id})[question.version_id].options] == [
        1,
        0,
    ]
    assert db.session.scalar(sa.select(Tag.name).where(Tag.question_id == question.id)) == "hadir"
    inner = db.session.get_one(Category, question.category_id)
    outer = db.session.get_one(Category, inner.parent_id)
    assert (outer.name, inner.name, inner.organiser_id) == ("Presensi", "Aturan", workshop.organiser_id)


def test_the_same_question_again_is_known_and_never_two(program: Program, workshop: Any) -> None:
    assert outcomes(push(program, item("a"), item("b"))) == ["added", "added"]
    again = push(program, item("b"), item("a"), item("c", content={"text": {"source": "Batas hadir a?"}}))
    assert outcomes(again) == ["known"] * 3
    assert [row["reason"] for row in again] == [""] * 3
    assert len(questions(workshop)) == 2


def test_the_same_question_twice_in_one_request_is_one(program: Program, workshop: Any) -> None:
    twin = item("z", content={"text": {"source": "Batas hadir a?"}})
    found = push(program, item("a"), item("a"), twin)
    assert outcomes(found) == ["added", "known", "known"]
    assert len({row["question"] for row in found}) == len(questions(workshop)) == 1


def test_other_words_under_a_known_id_change_nothing_and_say_so(program: Program, workshop: Any) -> None:
    push(program, item("a"))
    (verdict,) = push(program, item("a", content={"text": {"source": "Lain sama sekali?"}}))
    assert (verdict["outcome"], bool(verdict["reason"])) == ("known", True)
    assert [question.text for question in questions(workshop)] == ["Batas hadir a?"]


def test_the_same_id_of_another_organiser_is_another_question(program: Program, client: Any, factories: Any) -> None:
    other = factories.workshop()
    assert outcomes(push(program, item("a"))) == ["added"]
    assert outcomes(push(program_of(client, other.organiser_id), item("a"))) == ["added"]
    assert len(questions(other)) == 1


BROKEN: list[Any] = [
    None,
    [],
    "x",
    {},
    {"id": "a b", "content": {}},
    {"id": "x"},
    item("no-right", content={"options": [{"text": {"source": "A"}}, {"text": {"source": "B"}}]}),
    item("no-text", content={"text": {"source": "  "}}),
    item("kind", content={"kind": "puzzle"}),
    item("fraction", content={"options": [{"text": {"source": "A"}, "fraction": 7}]}),
    item("nan", content={"extra": {"a": float("nan")}}),
    item("pillar", pillar="lain"),
    item("more", fingerprint="x"),
    item("picture", content={"text": {"source": f"<img src='picture:{'a' * 64}'>", "format": "html"}}),
    item("base64", pictures=[{"data": "???"}]),
    item("no-picture", pictures=[{"data": base64.b64encode(b"<script>").decode()}]),
]


def test_a_broken_item_never_blocks_the_good_ones(program: Program, workshop: Any) -> None:
    found = push(program, item("first"), *BROKEN, item("last"))
    assert outcomes(found) == ["added", *["refused"] * len(BROKEN), "added"]
    assert all(row["reason"] for row in found[1:-1])
    assert found[7]["id"] == "no-right" and found[5]["id"] is None
    assert len(questions(workshop)) == 2


def test_characters_that_no_database_takes_are_left_out(program: Program, workshop: Any) -> None:
    sent = item(
        "a", content={"text": {"source": "Satu\x00 dua\ud800"}, "name": "n\x00"}, tags=["t\x00"], category=["k\x00"]
    )
    assert outcomes(push(program, sent, source="s\x00")) == ["added"]
    assert questions(workshop)[0].text == "Satu dua"


def test_a_picture_comes_along(program: Program, workshop: Any) -> None:
    sha = hashlib.sha256(PNG).hexdigest()
    text = {"source": f'Apa ini? <img src="picture:{sha}" alt="">', "format": "html"}
    sent = item("p", content={"text": text}, pictures=[{"data": base64.b64encode(PNG).decode()}])
    assert outcomes(push(program, sent)) == ["added"]
    row = db.session.scalars(sa.select(QuestionPicture)).one()
    assert (row.sha, row.media_type, row.is_public) == (sha, "image/png", True)


@pytest.mark.parametrize("kind", ["truefalse", "shortanswer", "numerical", "matching", "ordering", "cloze", "essay"])
def test_every_type_can_be_pushed(program: Program, kind: str) -> None:
    parts: dict[str, dict[str, Any]] = {
        "truefalse": {"options": [{"text": {"source": "Benar"}, "fraction": 1}, {"text": {"source": "Salah"}}]},
        "shortanswer": {"accepted": [{"pattern": "LKSA"}]},
        "numerical": {"numbers": [{"value": 80, "tolerance": "0.5"}]},
        "matching": {"pairs": [{"prompt": {"source": p}, "answer": a} for p, a in (("1", "a"), ("2", "b"))]},
        "ordering": {"steps": [{"source": "satu"}, {"source": "dua"}]},
        "cloze": {"text": {"source": "LKSA {#1}"}, "gaps": [{"accepted": [{"pattern": "anak"}]}]},
        "essay": {"rubric": [{"text": "isi", "points": 2}]},
    }
    assert outcomes(push(program, item("q", content={"options": [], "kind": kind, **parts[kind]}))) == ["added"]


def test_two_hundred_questions_take_few_statements_and_one_entry_in_the_log(
    program: Program, workshop: Any, count_statements: Any
) -> None:
    count_statements()
    found = push(program, *(item(f"q{number}") for number in range(200)))
    assert outcomes(found) == ["added"] * 200
    assert count_statements() <= 2 * 200 + 40  # SQLite takes rows one by one; nothing is asked for each question
    entries = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "quiz.pushed")).all()
    assert [entry.reason for entry in entries] == ["200"]
    assert program.post("/questions", {"questions": [{}] * 201}).status_code == 422
    assert len(questions(workshop)) == 200


@pytest.mark.parametrize("data", [b"", b"{", b"[" * 100_000, b"\xff", b"[]", b"{}", b'{"questions": []}'])
def test_what_cannot_be_read_is_a_problem_with_its_fields(program: Program, data: bytes) -> None:
    answer = program.client.post("/api/v1/kuis/questions", data=data, headers=program.headers())
    assert (answer.status_code, answer.get_json()["code"]) == (422, "invalid_request")
    assert answer.get_json()["errors"]


@pytest.fixture(params=["sqlite", "postgresql"])
def live(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Flask, list[str]]]:
    """`(app, tokens of two keys of one organiser)`, committed."""
    url = request.getfixturevalue("postgres_base") if request.param == "postgresql" else ""
    url = fresh_database(url, f"push_{uuid.uuid4().hex[:12]}") if url else ""
    with live_app(tmp_path, url) as app:
        with app.test_request_context(), unit_of_work():
            organiser = make.organiser()
            tokens = [program_of(None, organiser.id, name=name).token for name in ("Satu", "Dua")]
        yield app, tokens


def test_two_programs_that_send_the_same_questions_at_once_add_each_once(live: tuple[Flask, list[str]]) -> None:
    app, tokens = live
    body = {"questions": [item(f"q{number}") for number in range(30)]}

    def send(caller: int) -> Any:
        headers = {"Authorization": f"Bearer {tokens[caller % 2]}"}
        answer = app.test_client().post("/api/v1/kuis/questions", json=body, headers=headers)
        return answer.status_code, answer.get_json().get("added"), answer.get_json().get("known")

    answers = at_once(app, send, count=4)
    assert sorted(answers) == [(200, 0, 30)] * 3 + [(200, 30, 0)], answers
    assert len(committed(app, Question)) == 30
