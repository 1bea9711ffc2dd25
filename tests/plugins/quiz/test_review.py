"""What people see of their own answers again: in each phase exactly what the committee set, and nothing before."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from lms.kernel import clock
from lms.kernel.clock import now
from lms.kernel.db import db
from lms.kernel.permissions import SYSTEM
from lms.plugins.quiz import bank, checking, grading, quizzes, review, services, taking
from lms.plugins.quiz.bank_models import Question
from lms.plugins.quiz.content import Draft, Picture, Text
from lms.plugins.quiz.enums import Phase, QuizKind, Reveal, TextFormat
from lms.plugins.quiz.errors import QuizCannotChange
from lms.plugins.quiz.kinds.reviewed import Verdict
from lms.plugins.quiz.models import Answer, AnswerLog, Attempt, Mark, Quiz
from tests.plugins.quiz.conftest import given
from tests.plugins.quiz.samples import ESSAY, SAMPLES

CHOICE = replace(SAMPLES["choice"], feedback=Text(source="Pembahasan umum"), shuffles=False)
EVERYTHING = [reveal.value for reveal in Reveal]
# How each reveal can be told in the page of a choice where "Pilihan 0" was chosen and "Pilihan 1" is right.
SIGNS = {
    "score": "Nilai Anda",
    "correctness": "Belum tepat</span>",
    "key": "Kunci</span>",
    "feedback": "Pembahasan umum",
}


@pytest.fixture
def quiz_with(course: Any) -> Callable[..., Quiz]:
    """An open practice with these contents."""

    def make(*contents: Any, pictures: tuple[Picture, ...] = (), **values: Any) -> Quiz:
        questions = [
            bank.add(Draft(content=one, pictures=pictures), organiser_id=None, actor=SYSTEM, code=f"R-{number}")
            for number, one in enumerate(contents or (CHOICE,))
        ]
        quiz = quizzes.add_quiz(
            workshop_id=course.workshop.id, kind=QuizKind.PRACTICE, title="Latihan", questions=questions
        )
        quiz.shuffles_questions = quiz.shuffles_options = False
        for name, value in values.items():
            setattr(quiz, name, value)
        course.open(quiz)
        return quiz

    return make


def take(quiz: Quiz, person: Any, *places: int | str, hand_in: bool = True) -> Attempt:
    attempt = services.start(quiz_id=quiz.id, enrolment_id=person.id)
    answers = [given(number, place) for number, place in enumerate(places, start=1)]
    services.save_answers(attempt_id=attempt.id, answers=answers)
    return services.submit(attempt_id=attempt.id) if hand_in else attempt


def test_q28_each_phase_has_its_time(course: Any, quiz_with: Any) -> None:
    quiz, start = quiz_with(), now()
    attempt = take(quiz, course.person(), 1, hand_in=False)
    assert review.phase_of(quiz, attempt) is Phase.DURING
    with clock.freeze(start):
        services.submit(attempt_id=attempt.id)
    at = {
        seconds: review.phase_of(quiz, attempt, start + timedelta(seconds=seconds)) for seconds in (0, 119, 120, 9999)
    }
    assert at == {0: Phase.AFTER, 119: Phase.AFTER, 120: Phase.OPEN, 9999: Phase.OPEN}
    quiz.closes_at = start + timedelta(hours=1)
    assert review.phase_of(quiz, attempt, start + timedelta(hours=1)) is Phase.CLOSED
    quiz.closes_at = None
    course.close(quiz)
    assert review.phase_of(quiz, attempt, start) is Phase.CLOSED


@pytest.mark.parametrize("phase", [Phase.AFTER, Phase.OPEN, Phase.CLOSED])
@pytest.mark.parametrize(
    "shown", [(), ("score",), ("correctness",), ("key",), ("feedback",), ("score", "key"), tuple(SIGNS)]
)
def test_q28_result_page_shows_exactly_what_is_set_for_its_phase(
    course: Any, quiz_with: Any, as_user: Any, phase: Phase, shown: tuple[str, ...]
) -> None:
    others = {other.value: EVERYTHING for other in Phase if other is not phase}
    quiz, person, start = quiz_with(review={**others, phase.value: list(shown)}), course.person(), now()
    with clock.freeze(start):
        take(quiz, person, 1)
    if phase is Phase.CLOSED:
        course.close(quiz)
    with clock.freeze(start + timedelta(minutes=3 if phase is Phase.OPEN else 1)):
        page = as_user.ticket(person).get(f"/tiket/kuis/{quiz.id}/hasil").text
    tells = {"correctness"} if "key" in shown else set()  # beside the key stands what was chosen, so it is told too
    assert {name for name, sign in SIGNS.items() if sign in page} == set(shown) | tells
    assert ("Nilai:</strong>" in page) is ({"score", "correctness"} <= set(shown))  # a mark tells what was right
    assert ("Jawaban Anda</span>" in page) is bool(set(shown) - {"score"})


def test_q13_without_settings_everything_but_the_score_waits_until_keys_may_be_out(
    course: Any, quiz_with: Any, as_user: Any
) -> None:
    quiz, person = quiz_with(), course.person()
    take(quiz, person, 1)
    client, url = as_user.ticket(person), f"/tiket/kuis/{quiz.id}/hasil"
    signs = [{name for name, sign in SIGNS.items() if sign in client.get(url).text}]
    course.close(quiz)
    signs.append({name for name, sign in SIGNS.items() if sign in client.get(url).text})
    with clock.freeze(now() + timedelta(minutes=11)):
        signs.append({name for name, sign in SIGNS.items() if sign in client.get(url).text})
    assert signs == [{"score"}, {"score"}, set(SIGNS)]


def test_result_tells_passed_or_not_and_the_words_of_the_score_band(course: Any, quiz_with: Any, as_user: Any) -> None:
    bands = [{"from": "0", "text": "Pelajari sesi 2."}, {"from": "0.5", "text": "Sudah baik."}]
    quiz = quiz_with(CHOICE, CHOICE, pass_ratio=Decimal("0.5"), bands=bands)
    seen = {}
    for name, places in {"half": (2, 1), "none": (1, 1)}.items():
        person = course.person()
        take(quiz, person, *places)
        seen[name] = as_user.ticket(person).get(f"/tiket/kuis/{quiz.id}/hasil").text
    assert "</svg> Belum lulus" in seen["none"]
    assert "Pelajari sesi 2." in seen["none"]
    quiz.review = {"after": ["score"]}
    attempt = db.session.scalars(sa.select(Attempt).filter_by(quiz_id=quiz.id).order_by(Attempt.id)).first()
    assert review.review_of(quiz, attempt).band == ""  # words about the score are feedback
    quiz.review = {"after": ["feedback"]}
    assert (review.review_of(quiz, attempt).band, review.review_of(quiz, attempt).is_passed) == ("", None)


def test_a_score_on_the_passing_mark_passes_and_a_pre_test_has_nothing_to_pass(course: Any, quiz_with: Any) -> None:
    quiz = quiz_with(CHOICE, CHOICE, pass_ratio=Decimal("0.5"))
    attempt = take(quiz, course.person(), 2, 3)
    attempt.score_ratio = Decimal("0.5")
    assert review.review_of(quiz, attempt).is_passed is True
    attempt.score_ratio = Decimal("0.499999")
    assert review.review_of(quiz, attempt).is_passed is False
    quiz.kind = QuizKind.PRE
    assert review.review_of(quiz, attempt).is_passed is None


def test_q27_an_essay_waits_and_the_score_is_provisional_until_it_is_marked(
    course: Any, quiz_with: Any, as_user: Any
) -> None:
    quiz, person = quiz_with(CHOICE, ESSAY, review={"after": EVERYTHING}), course.person()
    attempt = take(quiz, person, 2, "Satu alasan.")
    client, url = as_user.ticket(person), f"/tiket/kuis/{quiz.id}/hasil"
    page = client.get(url).text
    assert "Nilai sementara Anda" in page
    assert page.count("</svg> Menunggu penilaian") == 2
    assert "1 jawaban masih dibaca penilai" in page
    assert "Belum lulus" not in page
    mark = Mark(
        attempt_id=attempt.id,
        question_id=attempt.layout[1]["q"],
        fraction=Decimal("0.5"),
        comment="Alasan kurang",
        at=now(),
    )
    db.session.add(mark)
    db.session.flush()
    grading.grade([attempt])
    page = client.get(url).text
    assert "Alasan kurang" in page
    assert "75 <small>" in page
    assert "sementara" not in page


def test_q28_practice_checks_one_answer_while_it_runs_and_then_it_stays(
    course: Any, quiz_with: Any, as_user: Any
) -> None:
    quiz, person = quiz_with(CHOICE, CHOICE, review={"during": ["correctness", "feedback"]}), course.person()
    client, url = as_user.ticket(person), f"/tiket/kuis/{quiz.id}"
    client.post(url)
    assert "Belum tepat</span>" not in client.get(f"{url}/1").text
    answer = client.post(f"{url}/1", data={"q1": "1", "periksa": "1"})
    assert (answer.status_code, answer.location) == (303, f"{url}/1")
    page = client.get(f"{url}/1").text
    assert page.count("Belum tepat</span>") == 2  # the answer, and its option
    assert "Pembahasan umum" in page
    assert "Kunci</span>" not in page
    assert page.count("<fieldset") == 1
    client.post(f"{url}/1", data={"q1": "2", "ke": "2"})
    reply = client.post(f"{url}/jawaban", json={"answers": [{"n": 1, "v": {"": ["2"]}, "seq": 2**50}]}).json
    assert (reply["accepted"], reply["locked"], reply["late"]) == ([2**50], [2**50], [])
    attempt = taking.attempt_of(quiz.id, person.id)
    assert grading.values_of([attempt.id])[attempt.id] == {attempt.layout[0]["q"]: 0}
    assert db.session.scalar(sa.select(sa.func.count()).select_from(AnswerLog)) == 2  # nothing is dropped
    client.post(f"{url}/2", data={"q2": "2", "ke": "0"})
    assert services.submit(attempt_id=attempt.id).mark == 1


def test_checking_needs_an_answer_and_a_quiz_that_allows_it(course: Any, quiz_with: Any, as_user: Any) -> None:
    quiz, person = quiz_with(CHOICE, review={"during": ["key"], "closed": ["score"]}), course.person()
    client, url = as_user.ticket(person), f"/tiket/kuis/{quiz.id}"
    client.post(url)
    page = client.post(f"{url}/1", data={"periksa": "1"}, follow_redirects=True).text
    assert "Jawab soalnya dulu" in page
    assert "<fieldset" not in page
    quiz.review = {"during": ["score"], "closed": EVERYTHING}
    attempt = taking.attempt_of(quiz.id, person.id)
    services.save_answers(attempt_id=attempt.id, answers=[given(1, 1)])
    with pytest.raises(QuizCannotChange):
        checking.check(quiz=quiz, attempt_id=attempt.id, number=1)
    assert "Periksa jawaban ini" not in client.get(f"{url}/1").text
    assert "c" not in attempt.layout[0]


def test_q13_no_key_is_read_for_pages_that_show_none(
    course: Any, quiz_with: Any, as_user: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    quiz, person = quiz_with(review={"during": ["score"], "after": ["score"]}), course.person()
    client, url = as_user.ticket(person), f"/tiket/kuis/{quiz.id}"
    client.post(url)
    client.post(f"{url}/1", data={"q1": "1", "ke": "0"})

    def stop(_ids: object) -> dict[int, Any]:
        raise AssertionError("a key was read")

    monkeypatch.setattr(grading, "contents_of", stop)
    assert [client.get(f"{url}{path}").status_code for path in ("/1", "/kumpulkan")] == [200, 200]
    monkeypatch.undo()
    client.post(f"{url}/kumpulkan")
    monkeypatch.setattr(grading, "contents_of", stop)
    assert client.get(f"{url}/hasil").status_code == 200


def test_another_attempt_is_offered_while_one_is_left(course: Any, quiz_with: Any, as_user: Any) -> None:
    quiz, person = quiz_with(max_attempts=2), course.person()
    client, url = as_user.ticket(person), f"/tiket/kuis/{quiz.id}"
    take(quiz, person, 1)
    page = client.get(f"{url}/hasil").text
    assert "Percobaan 1 dari 2" in page
    assert "Coba sekali lagi" in page
    client.post(url)
    assert client.get(url).location == f"{url}/1"
    client.post(f"{url}/kumpulkan")
    page = client.get(f"{url}/hasil").text
    assert "Percobaan 2 dari 2" in page
    assert "Coba sekali lagi" not in page
    assert client.post(url, follow_redirects=True).request.path == f"{url}/hasil"


def picture(letter: bytes, media_type: str = "image/png") -> Picture:
    data = b"\x89PNG\r\n\x1a\n" + letter
    return Picture(sha=hashlib.sha256(data).hexdigest(), media_type=media_type, data=data)


def test_q6_pictures_are_for_people_who_may_see_the_question_and_explanations_come_later(
    course: Any, quiz_with: Any, as_user: Any, make_course: Any
) -> None:
    asked, explained, drawn = picture(b"soal"), picture(b"bahas"), picture(b"svg", "image/svg+xml")
    html = TextFormat.HTML
    content = replace(
        CHOICE,
        text=Text(
            source=f'Lihat <img src="picture:{asked.sha}" alt="denah"><img src="picture:{drawn.sha}">', format=html
        ),
        feedback=Text(source=f'<p>Jadi <img src="picture:{explained.sha}" alt=""></p>', format=html),
    )
    quiz = quiz_with(content, pictures=(asked, explained, drawn), review={"closed": ["feedback"]})
    person, other = course.person(), course.person()
    client, url = as_user.ticket(person), f"/tiket/kuis/{quiz.id}/gambar"

    def statuses(who: Any) -> list[int]:
        return [who.get(f"{url}/{one.sha}").status_code for one in (asked, explained, drawn)]

    assert statuses(client) == [404, 404, 404]  # not begun
    take(quiz, person, 1, hand_in=False)
    assert statuses(client) == [200, 404, 404]
    assert f'src="{url}/{asked.sha}"' in client.get(f"/tiket/kuis/{quiz.id}/1").text
    answer = client.get(f"{url}/{asked.sha}")
    assert (answer.data, answer.mimetype) == (asked.data, "image/png")
    assert answer.headers["Cache-Control"].startswith("private, max-age=")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert client.get(f"{url}/{asked.sha}", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert statuses(as_user.ticket(other)) == [404, 404, 404]
    assert statuses(as_user.ticket(make_course().person())) == [404, 404, 404]
    assert as_user.ticket(person).get(f"{url}/{'0' * 64}").status_code == 404
    services.submit(attempt_id=taking.attempt_of(quiz.id, person.id).id)
    assert statuses(client) == [200, 404, 404]
    course.close(quiz)
    assert statuses(client) == [200, 200, 404]
    assert f'src="{url}/{explained.sha}"' in client.get(f"/tiket/kuis/{quiz.id}/hasil").text


def test_erased_answers_are_not_shown_as_unanswered(course: Any, quiz_with: Any) -> None:
    quiz = quiz_with(review={"closed": EVERYTHING})
    attempt = take(quiz, course.person(), 2)
    course.close(quiz)
    assert review.review_of(quiz, attempt).items[0].verdict is Verdict.RIGHT
    db.session.execute(sa.delete(Answer))
    quiz.answers_erased_at = now()
    assert review.review_of(quiz, attempt).items == ()


def test_q26_after_marking_again_the_new_key_is_shown_in_the_old_words(course: Any, quiz_with: Any) -> None:
    quiz = quiz_with(review={"after": EVERYTHING})
    attempt = take(quiz, course.person(), 1)
    question = db.session.get_one(Question, attempt.layout[0]["q"])
    options = tuple(
        replace(option, text=Text(source=f"Baru {place}"), fraction=Decimal(place == 0))
        for place, option in enumerate(CHOICE.options)
    )
    bank.change(question.id, Draft(content=replace(CHOICE, text=Text(source="Baru?"), options=options)), actor=SYSTEM)
    old = review.review_of(quiz, attempt).items[0]
    attempt.layout = [{**attempt.layout[0], "k": question.version_id}]
    grading.grade([attempt])
    new = review.review_of(quiz, attempt).items[0]
    assert (old.verdict, new.verdict) == (Verdict.WRONG, Verdict.RIGHT)
    assert new.text == CHOICE.text
    assert [(option.text.source, option.is_key) for option in new.options] == [
        ("Pilihan 0", True),
        ("Pilihan 1", False),
        ("Pilihan 2", False),
    ]
