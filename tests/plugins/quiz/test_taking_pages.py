"""What participants can fetch and post: plain forms, the phone's JSON, and who is turned away."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from markupsafe import escape

from lms.core.enrolments.enums import EnrolmentStatus
from lms.kernel import clock
from lms.kernel.clock import now
from lms.kernel.db import db
from lms.kernel.permissions import SYSTEM, Role
from lms.kernel.settings import set_setting
from lms.plugins.quiz import bank, grading, services, taking
from lms.plugins.quiz.bank_models import Key, Question
from lms.plugins.quiz.content import Draft, Text
from lms.plugins.quiz.enums import AttemptState
from lms.plugins.quiz.models import Answer, AnswerLog, Attempt
from tests.plugins.quiz.conftest import places_of


def sent(number: int, place: int, *, seq: int) -> dict[str, Any]:
    """A chosen option as a phone sends it."""
    return {"n": number, "v": {"": [str(place)]}, "seq": seq}


def attempt_of(quiz: Any) -> Attempt:
    return db.session.scalars(sa.select(Attempt).filter_by(quiz_id=quiz.id)).one()


def test_whole_quiz_works_with_plain_forms(course: Any, as_user: Any) -> None:
    course.open(course.pre)
    client, url = as_user.ticket(course.person()), f"/tiket/kuis/{course.pre.id}"
    assert "Mulai" in client.get(url).text
    answer = client.post(url)
    assert (answer.status_code, answer.location) == (303, f"{url}/1")
    attempt = attempt_of(course.pre)
    for number, (place, _count) in enumerate(places_of(attempt), start=1):
        page = client.get(f"{url}/{number}")
        assert page.status_code == 200
        target = number + 1 if number < 15 else 0
        fields = {f"q{number}": place, "ke": target}
        assert client.post(f"{url}/{number}", data=fields).status_code == 303
    assert "Semua 15 soal sudah dijawab" in client.get(f"{url}/kumpulkan").text
    assert client.post(f"{url}/kumpulkan").location == f"{url}/hasil"
    assert "100 <small>" in client.get(f"{url}/hasil").text
    assert attempt.score_ratio == 1


def test_reload_and_other_phone_continue_the_same_attempt(course: Any, as_user: Any) -> None:
    course.open(course.pre)
    person = course.person()
    first, second = as_user.ticket(person), as_user.ticket(person)
    url = f"/tiket/kuis/{course.pre.id}"
    first.post(url)
    first.post(f"{url}/1", data={"q1": "3", "ke": "2"})
    assert second.get(url).location == f"{url}/1"
    questions = re.compile(r'<h1 class="question"[^>]*>(.*?)</h1>|<span>([^<]*)</span></label>')
    pages = [questions.findall(client.get(f"{url}/1").text) for client in (first, second, first)]
    assert pages[0] == pages[1] == pages[2]
    assert 'name="q1" value="3" checked' in second.get(f"{url}/1").text


def test_phone_sends_answers_as_json_and_score_fields_are_ignored(course: Any, as_user: Any) -> None:
    course.open(course.pre)
    client, url = as_user.ticket(course.person()), f"/tiket/kuis/{course.pre.id}"
    client.post(url)
    answers = [{"n": 1, "v": {"": ["2"]}, "seq": 10, "is_correct": True, "score": 1}, sent(2, 1, seq=11)]
    body = {"answers": answers, "score_ratio": 1, "state": "submitted", "deadline": 0}
    reply = client.post(f"{url}/jawaban", json=body).json
    assert (reply["accepted"], reply["clashed"], reply["last_seq"]) == ([10, 11], [], 11)
    assert re.fullmatch(r"\d\d\.\d\d", reply["at"])
    attempt = attempt_of(course.pre)
    assert (attempt.state, attempt.score_ratio) == (AttemptState.IN_PROGRESS, None)
    client.post(f"{url}/kumpulkan", data={"score_ratio": "1", "state": "submitted", "submitted_at": "2020-01-01"})
    right = sum(place == chosen for (place, _count), chosen in zip(places_of(attempt)[:2], (2, 1), strict=True))
    assert attempt.score_ratio == (Decimal(right) / 15).quantize(grading.PLACES)


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {"answers": []},
        {"answers": "x"},
        {"answers": [1]},
        {"answers": [{"n": "1", "v": {"": ["1"]}, "seq": 1}]},
        {"answers": [{"n": 1, "v": {"": "1"}, "seq": 1}]},
        {"answers": [{"n": 1, "v": {"": [1]}, "seq": 1}]},
        {"answers": [{"n": 1, "v": {"": ["1", "2"]}, "seq": 1}]},
        {"answers": [{"n": 1, "v": {"9": ["1"]}, "seq": 1}]},
        {"answers": [{"n": 1, "v": {"": ["99"]}, "seq": 1}]},
        {"answers": [{"n": 1, "v": [], "seq": 1}]},
        {"answers": [{"n": 1, "v": {"": ["1"]}}]},
        {"answers": [{"n": 1, "v": {"": ["1"]}, "seq": 1.5}]},
        {"answers": [{"n": 1, "v": {"": ["1"]}, "seq": 2**53}]},
        {"answers": [{"n": 99, "v": {"": ["1"]}, "seq": 1}]},
        {"answers": [{"n": 1, "text": {}, "seq": 1}]},
    ],
)
def test_unreadable_json_is_refused_and_changes_nothing(course: Any, as_user: Any, body: Any) -> None:
    course.open(course.pre)
    client, url = as_user.ticket(course.person()), f"/tiket/kuis/{course.pre.id}"
    client.post(url)
    assert client.post(f"{url}/jawaban", json=body).status_code == 422
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Answer)) == 0


def test_q19_answers_after_the_end_are_kept_apart_by_any_way_and_the_person_is_told(course: Any, as_user: Any) -> None:
    course.open(course.pre)
    person, late = course.person(), course.person()
    client, url = as_user.ticket(person), f"/tiket/kuis/{course.pre.id}"
    client.post(url)
    course.close(course.pre)
    answer = client.post(f"{url}/1", data={"q1": "1", "ke": "2"}, follow_redirects=True)
    assert "belum dihitung" in answer.text
    reply = client.post(f"{url}/jawaban", json={"answers": [sent(2, 1, seq=7)]}).json
    assert (reply["accepted"], reply["late"]) == ([7], [7])
    assert client.post(f"{url}/kumpulkan").location == f"{url}/hasil"
    assert "2 jawaban tiba setelah waktu habis" in client.get(f"{url}/hasil").text
    assert as_user.ticket(late).post(url).status_code == 409
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Attempt)) == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Answer)) == 0
    assert set(db.session.scalars(sa.select(AnswerLog.is_late))) == {True}


def test_handing_in_after_the_deadline_counts_what_was_saved(course: Any, as_user: Any) -> None:
    course.pre.time_limit = 5
    course.open(course.pre)
    person, start = course.person(), now()
    client, url = as_user.ticket(person), f"/tiket/kuis/{course.pre.id}"
    client.post(url)
    with clock.freeze(start + timedelta(minutes=5, seconds=30)):
        assert client.get(f"{url}/1").status_code == 200  # a hidden minute for slow lines
    with clock.freeze(start + timedelta(minutes=6, seconds=30)):
        assert client.get(f"{url}/1").location == f"{url}/kumpulkan"
        answer = client.post(f"{url}/kumpulkan", data={"submitted_at": start.isoformat(), "deadline": "9999999999"})
        assert answer.status_code == 409
        assert "Tertutup otomatis" in answer.text
        again = client.post(f"{url}/kumpulkan")
        assert (again.status_code, again.location) == (303, f"{url}/hasil")
    assert attempt_of(course.pre).state is AttemptState.AUTO_CLOSED


def test_outsiders_find_nothing(course: Any, make_course: Any, as_user: Any, factories: Any) -> None:
    course.open(course.pre, course.evaluation)
    other = make_course()
    people = {
        "other workshop": other.person(),
        "left": course.person(status=EnrolmentStatus.CANCELLED),
        "waiting": course.person(status=EnrolmentStatus.WAITLISTED),
        "speaker": course.person(role=Role.NARASUMBER),
    }
    for who, enrolment in people.items():
        client = as_user.ticket(enrolment)
        for path in [*participant_paths(course.pre), f"/tiket/kuis/{course.evaluation.id}/evaluasi"]:
            assert client.get(path).status_code == 404 or path.endswith("/jawaban"), (who, path)
        for path in (f"/tiket/kuis/{course.pre.id}", f"/tiket/kuis/{course.pre.id}/kumpulkan"):
            assert client.post(path).status_code == 404, (who, path)
        answers = {"answers": [sent(1, 1, seq=1)]}
        assert client.post(f"/tiket/kuis/{course.pre.id}/jawaban", json=answers).status_code == 404, who
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Attempt)) == 0


def participant_paths(quiz: Any) -> list[str]:
    url = f"/tiket/kuis/{quiz.id}"
    return [url, f"{url}/1", f"{url}/15", f"{url}/kumpulkan", f"{url}/hasil", f"{url}/jawaban", f"{url}/evaluasi"]


def test_draft_quiz_does_not_exist_for_participants(course: Any, as_user: Any) -> None:
    client = as_user.ticket(course.person())
    assert client.get(f"/tiket/kuis/{course.pre.id}").status_code == 404
    course.open(course.pre)
    course.pre.opens_at = now() + timedelta(minutes=1)
    assert client.post(f"/tiket/kuis/{course.pre.id}").status_code == 404
    assert "Nanti" in client.get("/tiket/kuis").text


def test_visitor_without_ticket_is_asked_for_it(course: Any, client: Any) -> None:
    course.open(course.pre)
    assert client.get(f"/tiket/kuis/{course.pre.id}/1").status_code == 302
    answers = {"answers": [sent(1, 1, seq=1)]}
    assert client.post(f"/tiket/kuis/{course.pre.id}/jawaban", json=answers).status_code == 401


def test_looking_never_begins_nor_ends_anything(course: Any, as_user: Any) -> None:
    course.open(course.pre)
    client = as_user.ticket(course.person())
    for path in participant_paths(course.pre):
        client.get(path)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Attempt)) == 0
    client.post(f"/tiket/kuis/{course.pre.id}")
    for path in participant_paths(course.pre):
        client.get(path)
    assert attempt_of(course.pre).state is AttemptState.IN_PROGRESS


def test_no_key_and_no_explanation_is_in_any_byte_before_closing(course: Any, as_user: Any) -> None:
    course.open(course.pre, course.post)
    person = course.person()
    client = as_user.ticket(person)
    contents = grading.contents_of(set(db.session.scalars(sa.select(Key.version_id))))
    secrets = [content.feedback.source for content in contents.values() if content.feedback]
    assert len(secrets) >= 35
    seen = []
    for quiz in (course.pre, course.post):
        client.post(f"/tiket/kuis/{quiz.id}")
        answers = {"answers": [sent(n, 1, seq=n) for n in range(1, 16)]}
        seen += [client.post(f"/tiket/kuis/{quiz.id}/jawaban", json=answers)]
        seen += [client.get(path) for path in participant_paths(quiz)] + [client.get("/tiket/kuis")]
        seen += [client.post(f"/tiket/kuis/{quiz.id}/kumpulkan")]
        seen += [client.get(path) for path in participant_paths(quiz)]
    course.close(course.pre)  # the post-test asks the same questions and is still open
    with clock.freeze(now() + timedelta(hours=1)):
        seen += [client.get(path) for path in participant_paths(course.pre)]
    for answer in seen:
        assert answer.status_code in (200, 302, 303, 405), answer.request.path
        body = answer.text + str(answer.headers)
        assert not [text for text in secrets if text in body], answer.request.path
        assert not re.search(r"is_correct|is_right|kunci|quiz_key|option_id|data-key", body, re.IGNORECASE)


def test_form_is_the_same_whichever_option_is_right(course: Any, as_user: Any) -> None:
    course.open(course.pre)
    client, url = as_user.ticket(course.person()), f"/tiket/kuis/{course.pre.id}"
    client.post(url)
    before = client.get(f"{url}/1").text
    for key in db.session.scalars(sa.select(Key)).all():
        options = key.content.get("options", [])
        worth = [option.pop("fraction", "0") for option in options]
        turned = [{**option, "fraction": one} for option, one in zip(options, worth[1:] + worth[:1], strict=True)]
        key.content = {**key.content, "options": turned}
    db.session.flush()
    without_clock = re.compile(r'data-now="\d+"|nonce-[^"\']+|value="[^"]{60,}"')
    assert without_clock.sub("", client.get(f"{url}/1").text) == without_clock.sub("", before)


def test_places_of_right_options_are_even_over_many_people(course: Any) -> None:
    course.open(course.pre)
    places: Counter[int] = Counter()
    for _person in range(50):
        attempt = services.start(quiz_id=course.pre.id, enrolment_id=course.person().id)
        places.update(place - 1 for place, _count in places_of(attempt))
    expected = 50 * 15 / 4
    chi_square = sum((places[place] - expected) ** 2 / expected for place in range(4))
    assert chi_square < 24  # 3 degrees of freedom: beyond this in one of 40,000 runs
    shown = taking.shown_questions(attempt)
    assert not hasattr(shown[0], "id")


def test_right_answers_come_after_every_quiz_with_these_questions_has_closed(course: Any, as_user: Any) -> None:
    course.open(course.pre, course.post)
    person = course.person()
    for quiz in (course.pre, course.post):
        course.take(quiz, person, right=10)
    client, url = as_user.ticket(person), f"/tiket/kuis/{course.post.id}/hasil"
    assert "Pembahasan" not in client.get(url).text
    course.close(course.post)
    with clock.freeze(now() + timedelta(minutes=11)):
        assert "Jawaban Anda</span>" not in client.get(url).text
        course.close(course.pre)
        assert "Jawaban Anda</span>" not in client.get(f"/tiket/kuis/{course.pre.id}/hasil").text
    with clock.freeze(now() + timedelta(minutes=30)):
        page = client.get(url).text
    version = db.session.scalars(sa.select(Question.version_id).filter_by(code="A05")).one()
    assert str(escape(grading.contents_of({version})[version].feedback.source)) in page
    assert (page.count("</svg> Benar</span>"), page.count("</svg> Kunci</span>")) == (10, 15)
    assert page.count("Jawaban Anda</span>") == 15


def test_score_can_be_kept_back(course: Any, as_user: Any) -> None:
    course.open(course.pre)
    person = course.person()
    course.take(course.pre, person, right=10)
    client, url = as_user.ticket(person), f"/tiket/kuis/{course.pre.id}/hasil"
    assert "67 <small>" in client.get(url).text
    set_setting("quiz.show_score", False, scope="workshop", scope_id=course.workshop.id)
    assert "67 <small>" not in client.get(url).text


def test_markup_in_questions_is_shown_as_text(course: Any, as_user: Any) -> None:
    source = '"><img src=x onerror=alert(1)>'
    question = db.session.scalars(sa.select(Question).filter_by(code="A01")).one()
    content = grading.contents_of({question.version_id})[question.version_id]
    bank.change(question.id, Draft(content=replace(content, text=Text(source=source))), actor=SYSTEM)
    course.open(course.pre)
    client, url = as_user.ticket(course.person()), f"/tiket/kuis/{course.pre.id}"
    client.post(url)
    page = client.get(f"{url}/1").text
    assert "<img" not in page
    assert "&lt;img src=x" in page
