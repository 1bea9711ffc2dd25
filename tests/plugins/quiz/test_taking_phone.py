"""Every type without script, and what phones are promised: whose answers go where, what is kept, the weight."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from lms.kernel import clock
from lms.kernel.clock import now
from lms.kernel.db import db
from lms.kernel.permissions import SYSTEM
from lms.plugins.quiz import bank, quizzes, taking
from lms.plugins.quiz.content import Draft
from lms.plugins.quiz.enums import QuizKind
from lms.plugins.quiz.models import Allowance, AnswerLog, Attempt
from tests.plugins.quiz.samples import SAMPLES


def sent(number: int, place: int, *, seq: int) -> dict[str, Any]:
    """A chosen option as a phone sends it."""
    return {"n": number, "v": {"": [str(place)]}, "seq": seq}


def attempt_of(quiz: Any) -> Attempt:
    return db.session.scalars(sa.select(Attempt).filter_by(quiz_id=quiz.id)).one()


@pytest.fixture
def every_type(course: Any) -> Any:
    """A running quiz with a question of each type, in their order."""
    questions = [
        bank.add(Draft(content=content), organiser_id=None, actor=SYSTEM, code=f"J-{kind}")
        for kind, content in SAMPLES.items()
    ]
    quiz = quizzes.add_quiz(
        workshop_id=course.workshop.id, kind=QuizKind.PRACTICE, title="Latihan", questions=questions
    )
    quiz.shuffles_questions = False
    course.open(quiz)
    return quiz


# What a form without script sends for each type, by its place in SAMPLES.
FORMS = {
    1: {"": "1"},
    2: {"": ["1", "3"]},
    3: {"": "2"},
    4: {"": " aman "},
    5: {"": "12,5"},
    6: {"1": "1", "2": "2", "3": "4"},
    7: {"1": "4", "2": "3", "3": "2", "4": "1"},
    8: {"1": "2", "2": "1,5", "3": "Dayak"},
    9: {"": "Satu alasan.\nDua alasan."},
    10: {"": "3"},
}


def named(number: int, parts: dict[str, Any]) -> dict[str, Any]:
    return {f"q{number}-{part}" if part else f"q{number}": value for part, value in parts.items()}


def test_every_type_is_answered_cleared_and_shown_again_without_script(
    every_type: Any, course: Any, as_user: Any
) -> None:
    client, url = as_user.ticket(course.person()), f"/tiket/kuis/{every_type.id}"
    client.post(url)
    for number, parts in FORMS.items():
        assert client.get(f"{url}/{number}").status_code == 200
        answer = client.post(f"{url}/{number}", data={**named(number, parts), "ke": number + 1})
        assert (answer.status_code, answer.location) == (303, f"{url}/{number + 1}"), number
    shown = taking.shown_questions(attempt_of(every_type))
    assert [row.number for row in shown if row.is_answered] == list(FORMS)
    page = client.get(f"{url}/kumpulkan").text
    assert "Semua 10 soal sudah dijawab" in page  # the text to read is none
    assert "Bacaan 11, tidak ada yang dijawab" in page
    for number in FORMS:
        assert client.post(f"{url}/{number}", data={"ke": "0"}).location == f"{url}/kumpulkan"
    assert not [row.number for row in taking.shown_questions(attempt_of(every_type)) if row.is_answered]


def test_an_answer_is_taken_back_by_its_button_and_the_page_stays(course: Any, as_user: Any) -> None:
    course.open(course.pre)
    client, url = as_user.ticket(course.person()), f"/tiket/kuis/{course.pre.id}"
    client.post(url)
    client.post(f"{url}/2", data={"q2": "1", "ke": "3"})
    answer = client.post(f"{url}/2", data={"q2": "1", "hapus": "2"})
    assert (answer.status_code, answer.location) == (303, f"{url}/2")
    assert not taking.shown_questions(attempt_of(course.pre))[1].is_answered


def test_q21_a_phone_delivers_only_attempts_of_the_ticket_that_is_open_on_it(course: Any, as_user: Any) -> None:
    course.open(course.pre, course.post)
    first, second = course.person(), course.person()
    url = f"/tiket/kuis/{course.pre.id}"
    one, other = as_user.ticket(first), as_user.ticket(second)
    one.post(url)
    other.post(url)
    mine, theirs = (taking.attempt_of(course.pre.id, person.id) for person in (first, second))
    body = {"attempt": mine.id, "answers": [sent(1, 1, seq=5)]}
    assert other.post(f"{url}/jawaban", json=body).status_code == 404
    assert one.post(f"/tiket/kuis/{course.post.id}/jawaban", json=body).status_code == 404  # another quiz
    assert db.session.scalar(sa.select(sa.func.count()).select_from(AnswerLog)) == 0
    assert one.post(f"{url}/jawaban", json=body).json["accepted"] == [5]
    theirs_only = {str(theirs.id): {"url": f"{url}/jawaban", "over": False, "left": None}}
    assert other.get("/tiket/kuis/kirim").json["attempts"] == theirs_only
    assert one.get("/tiket/kuis/kirim").headers["Cache-Control"] == "no-store"


def test_answers_of_an_earlier_attempt_never_enter_the_next_one(course: Any, as_user: Any) -> None:
    course.pre.max_attempts = 2
    course.open(course.pre)
    person = course.person()
    first = course.take(course.pre, person, right=3)
    client, url = as_user.ticket(person), f"/tiket/kuis/{course.pre.id}"
    client.post(url)
    second = taking.attempt_of(course.pre.id, person.id)
    assert second.id != first.id
    reply = client.post(f"{url}/jawaban", json={"attempt": first.id, "answers": [sent(1, 1, seq=2**50)]}).json
    assert reply["late"] == [2**50]
    assert not any(row.is_answered for row in taking.shown_questions(second))


def test_q24_begin_page_tells_own_time_attempts_and_what_a_lost_signal_means(course: Any, as_user: Any) -> None:
    quiz = course.pre
    quiz.time_limit, quiz.max_attempts, quiz.intro = 20, 2, "Bacalah <b>pelan</b>."
    course.open(quiz)
    person, other = course.person(), course.person()
    db.session.add(Allowance(quiz_id=quiz.id, enrolment_id=person.id, extra_minutes=10, more_attempts=1))
    db.session.flush()
    page, usual = (as_user.ticket(who).get(f"/tiket/kuis/{quiz.id}").text for who in (person, other))
    assert "30 menit" in page
    assert "Tambahan waktu 10 menit untuk Anda." in page
    assert "<dd>3</dd>" in page
    assert "20 menit" in usual
    assert "Tambahan waktu" not in usual
    for shown in (page, usual):
        assert "Bacalah &lt;b&gt;pelan&lt;/b&gt;." in shown
        assert "Bila sinyal hilang" in shown


def test_q18_each_reply_says_how_long_the_servers_clock_still_gives(course: Any, as_user: Any) -> None:
    course.pre.time_limit = 5
    course.open(course.pre)
    client, url, start = as_user.ticket(course.person()), f"/tiket/kuis/{course.pre.id}", now()
    with clock.freeze(start):
        client.post(url)
    with clock.freeze(start + timedelta(minutes=2)):
        body = {"answers": [sent(1, 1, seq=1)], "left": 9999, "deadline": 0}
        assert client.post(f"{url}/jawaban", json=body).json["left"] == 180


def test_pages_of_a_quiz_are_kept_for_the_time_without_signal(course: Any, as_user: Any) -> None:
    course.open(course.pre)
    client, url = as_user.ticket(course.person()), f"/tiket/kuis/{course.pre.id}"
    client.post(url)
    kept = {path: client.get(path).headers.get("Lms-Offline") for path in ("/tiket/kuis", f"{url}/1", f"{url}/hasil")}
    assert kept == {"/tiket/kuis": "keep", f"{url}/1": "keep", f"{url}/hasil": None}
    page = client.get("/tiket/kuis").text
    assert f'href="{url}/1"' in page  # straight to the page that is kept
    modules = re.findall(r'rel="modulepreload" href="([^"]+)"', client.get(f"{url}/1").text)
    assert {f"/static/js/quiz_{name}.js" for name in ("page", "store", "sync", "fields", "face", "timer")} == set(
        modules
    )
    forgotten = client.post("/tiket/lepas")
    assert (forgotten.headers["Lms-Offline"], forgotten.location) == ("forget", "/tiket/masuk")


def test_one_saved_answer_is_less_than_a_kilobyte_on_the_wire(course: Any, as_user: Any) -> None:
    course.open(course.pre)
    client, url = as_user.ticket(course.person()), f"/tiket/kuis/{course.pre.id}"
    client.post(url)
    body = {"attempt": attempt_of(course.pre).id, "answers": [{**sent(3, 2, seq=1_764_000_000_123), "age": 120}]}
    reply = client.post(f"{url}/jawaban", json=body)
    assert len(json.dumps(body)) + len(reply.data) < 400
