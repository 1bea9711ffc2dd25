"""What a person who tried the pages stumbled over: silent refusals, lost ticks, a wrong number on a tile."""

from __future__ import annotations

import io
from typing import Any

import sqlalchemy as sa

from lms.kernel.db import db
from lms.plugins.quiz import taking
from lms.plugins.quiz.enums import Form
from lms.plugins.quiz.models import Pool, Quiz, QuizItem
from tests.plugins.quiz.samples import STEPS

GIFT = "::Satu:: 1+1? {=dua ~tiga}\n\n::Dua:: Benar? {T}\n"
PAGE = "/kelola/bank-soal/impor"


def uploaded(client: Any, data: bytes, name: str) -> Any:
    values = {"owner": "shared", "pasted": "", "format": "", "file": (io.BytesIO(data), name)}
    return client.post(PAGE, data=values, content_type="multipart/form-data")


def items_of(quiz: Quiz) -> list[QuizItem]:
    return list(db.session.scalars(sa.select(QuizItem).filter_by(quiz_id=quiz.id).order_by(QuizItem.position)))


def told(course: Any, quiz: Quiz) -> int:
    """How many questions the ticket of a participant promises."""
    db.session.flush()
    return next(tile.items for tile in taking.tiles(course.person()) if tile.quiz.id == quiz.id)


def test_q1_an_unreadable_file_says_why_on_the_page(db_session: Any, as_user: Any) -> None:
    page = uploaded(as_user.admin(), b"bukan dokumen", "soal.docx").text
    assert 'id="error-summary"' in page


def test_q1_taking_in_nothing_says_so_and_the_ticks_stay_away(db_session: Any, as_user: Any) -> None:
    client = as_user.admin()
    address = uploaded(client, GIFT.encode(), "soal.gift").location
    assert client.get(address).text.count('name="soal" value="1" checked') == 1
    answer = client.post(address, data={"skips_known": "y"})
    assert answer.status_code == 422
    assert "Pilih sedikitnya satu soal." in answer.text
    assert 'name="soal" value="1" checked' not in answer.text


def test_a_tile_tells_what_one_person_gets_of_a_pool(course: Any) -> None:
    pool = Pool(quiz_id=course.pre.id, name="Kas", draws=2)
    db.session.add(pool)
    db.session.flush()
    for item in items_of(course.pre)[:5]:
        item.pool_id = pool.id
    assert told(course, course.pre) == 12 == taking.asked_count(course.pre)
    pool.draws = 9
    assert told(course, course.pre) == 15 == taking.asked_count(course.pre)


def test_a_tile_tells_what_one_person_gets_of_two_forms(course: Any) -> None:
    for number, item in enumerate(items_of(course.pre)[:10]):
        item.form = Form.A if number % 2 else Form.B
    course.pre.has_forms = True
    assert told(course, course.pre) == 10 == taking.asked_count(course.pre)


def test_a_place_given_twice_leads_back_to_the_question_without_script(
    course: Any, quiz_with: Any, as_user: Any
) -> None:
    quiz = quiz_with(STEPS)
    course.open(quiz)
    client, url = as_user.ticket(course.person()), f"/tiket/kuis/{quiz.id}"
    client.post(url)
    answer = client.post(f"{url}/1", data={"q1-1": "1", "q1-2": "1", "ke": "0"})
    assert (answer.status_code, answer.location) == (303, f"{url}/1")
    assert "Dua butir mendapat urutan 1" in client.get(answer.location).text
