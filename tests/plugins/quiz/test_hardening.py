"""What nobody sends by hand, what one broken part must not hold up, and what must not grow or leak."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from lms.core.people.services import erase_person
from lms.kernel import clock
from lms.kernel.audit import AuditEntry
from lms.kernel.clock import now
from lms.kernel.db import db
from lms.kernel.errors import RuleViolation
from lms.kernel.permissions import SYSTEM
from lms.kernel.registry import registry
from lms.plugins.quiz import (
    allowances,
    bank,
    bank_changes,
    imports,
    jobs,
    late,
    marking,
    personal_data,
    pictures,
    quizzes,
    regrading,
    review,
    services,
)
from lms.plugins.quiz.bank_models import ImportBatch, Question
from lms.plugins.quiz.content import Draft, Option, Picture, Reading, Text
from lms.plugins.quiz.enums import AttemptState, Phase
from lms.plugins.quiz.errors import UnreadableAnswer
from lms.plugins.quiz.formats import cells
from lms.plugins.quiz.models import Allowance, AnswerLog, Attempt, QuizItem
from tests.plugins.quiz.conftest import given
from tests.plugins.quiz.samples import SAMPLES
from tests.plugins.quiz.test_rest_push import program_of

BANK = "/kelola/bank-soal"
GIFT = "::Satu:: 1+1? {=dua ~tiga}\n"
RUBRIC = '// lokakarya:{"rubric":[["Isi","5000"]]}\n::Uraian:: Jelaskan. {}\n'
TINY = "NO,SOAL,A,B,KUNCI,BOBOT\n1,Berapa?,satu,dua,A,1E-999999\n2,Lagi?,tiga,empat,B,1\n"


class Handle:
    def progress(self, done: int, total: int, message: str) -> None:
        """Nobody listens."""


def begun(quiz: Any, person: Any, *answers: int | str) -> Attempt:
    attempt = services.start(quiz_id=quiz.id, enrolment_id=person.id)
    sent = [given(number, answer) for number, answer in enumerate(answers, start=1)]
    services.save_answers(attempt_id=attempt.id, answers=sent)
    return attempt


def upload(client: Any, text: str, name: str) -> Any:
    data = {"owner": "shared", "format": "", "pasted": "", "file": (io.BytesIO(text.encode()), name)}
    return client.post(f"{BANK}/impor", data=data, content_type="multipart/form-data")


@pytest.mark.parametrize("extra", [{"extra_minutes": 30}, {"closes_at": timedelta(hours=2)}])
def test_q13_nothing_of_the_key_is_told_while_somebody_has_more_time(
    course: Any, quiz_with: Any, extra: dict[str, Any]
) -> None:
    quiz, start = quiz_with(SAMPLES["choice"]), now()
    quiz.time_limit, quiz.closes_at = 20, start + timedelta(minutes=20)
    quiz.review = {"closed": ["key", "feedback"]}
    course.open(quiz)
    done, slow = begun(quiz, course.person(), 1), course.person()
    services.submit(attempt_id=done.id)
    given_hours: dict[str, Any] = {
        name: start + value if isinstance(value, timedelta) else value for name, value in extra.items()
    }
    allowances.allow(quiz=quiz, enrolment_id=slow.id, actor=SYSTEM, **given_hours)
    if "extra_minutes" in extra:
        begun(quiz, slow, 1)
    with clock.freeze(start + timedelta(minutes=35)):
        services.close_overdue()
        assert review.phase_of(quiz, done) is Phase.OPEN
        assert not quizzes.keys_are_out(quiz)
    with clock.freeze(start + timedelta(hours=3)):
        services.close_overdue()
        assert review.phase_of(quiz, done) is Phase.CLOSED
        assert quizzes.keys_are_out(quiz)


def test_marking_again_leaves_the_mark_of_a_person_whose_words_were_erased(course: Any, quiz_with: Any) -> None:
    quiz = quiz_with(SAMPLES["shortanswer"])
    course.open(quiz)
    person = course.person()
    attempt = begun(quiz, person, "aman")
    services.submit(attempt_id=attempt.id)
    before = attempt.score_ratio
    assert before
    erase_person(person_id=person.person_id, actor=SYSTEM)
    assert [change.new for change in regrading.preview(quiz).changes] == [before]
    regrading.regrade(quiz_id=quiz.id, actor=SYSTEM, reason="Kunci diperbaiki")
    assert attempt.score_ratio == before


@pytest.mark.parametrize("order", [(1, 0), (0, 1)], ids=["moved", "reworded"])
def test_q26_options_that_changed_places_are_no_key_for_old_answers(
    course: Any, quiz_with: Any, order: tuple[int, int]
) -> None:
    options = (Option(text=Text(source="Kas"), fraction=Decimal(1)), Option(text=Text(source="Bank")))
    quiz = quiz_with(replace(SAMPLES["choice"], options=options))
    course.open(quiz)
    attempt = begun(quiz, course.person(), 1)
    services.submit(attempt_id=attempt.id)
    question = db.session.get_one(Question, attempt.layout[0]["q"])
    corrected = (replace(options[0], text=Text(source="Uang kas")), options[1]) if order == (0, 1) else options
    changed = replace(SAMPLES["choice"], options=tuple(corrected[place] for place in order))
    bank.change(question.id, Draft(content=changed), actor=SYSTEM)
    found = regrading.preview(quiz)
    assert bool(found.unlike) is (order == (1, 0))
    assert [change.new for change in found.changes] == [1]


def test_q19_answer_taken_back_in_time_and_counted_late_earns_nothing(course: Any, quiz_with: Any) -> None:
    quiz, start = quiz_with(SAMPLES["choice"]), now()
    course.open(quiz)
    right = next(n for n, option in enumerate(SAMPLES["choice"].options, start=1) if option.fraction == 1)
    attempt = begun(quiz, course.person(), right)
    services.submit(attempt_id=attempt.id)
    assert attempt.score_ratio == 1
    with clock.freeze(start + timedelta(minutes=5)):
        back = services.Given(number=1, seq=2**52, age=301_000)
        services.save_answers(attempt_id=attempt.id, answers=[back])
        assert late.count_in(attempt_id=attempt.id, actor=SYSTEM, reason="Tanpa sinyal") == 1
    assert attempt.score_ratio == 0


def test_log_of_an_attempt_does_not_grow_without_end(
    course: Any, quiz_with: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    quiz = quiz_with(SAMPLES["choice"])
    course.open(quiz)
    attempt = begun(quiz, course.person(), 1)
    monkeypatch.setattr(services, "MAX_LOGGED", 3)
    for seq in (1, 2):
        services.save_answers(attempt_id=attempt.id, answers=[given(1, 2, seq=seq)])
    with pytest.raises(UnreadableAnswer):
        services.save_answers(attempt_id=attempt.id, answers=[given(1, 2, seq=3)])
    assert db.session.scalar(sa.select(sa.func.count()).select_from(AnswerLog)) == 3


def test_q20_quiz_that_cannot_be_graded_does_not_hold_up_the_others(
    course: Any, quiz_with: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, sound = quiz_with(SAMPLES["essay"]), quiz_with(SAMPLES["choice"])
    broken.time_limit = sound.time_limit = 10
    course.open(broken, sound)
    attempts = begun(broken, course.person(), "Sebab itu."), begun(sound, course.person(), 1)
    db.session.commit()
    monkeypatch.delitem(registry().question_types, "essay")
    with clock.freeze(now() + timedelta(minutes=12)):
        jobs.close_overdue(job=Handle())
    assert [db.session.get_one(Attempt, row.id).state for row in attempts] == [
        AttemptState.IN_PROGRESS,
        AttemptState.AUTO_CLOSED,
    ]


def test_files_that_were_read_are_forgotten_after_a_week(factories: Any, app: Any) -> None:
    reading, account = Reading(drafts=(Draft(content=SAMPLES["choice"]),)), factories.account()
    with app.test_request_context():
        for _age in range(2):
            imports.stage(reading, format="gift", file_name="a.gift", account_id=account.id, organiser_id=None)
    old = db.session.scalars(sa.select(ImportBatch).limit(1)).one()
    old.created_at = now() - imports.KEPT - timedelta(minutes=1)
    db.session.commit()
    jobs.clear_imports(job=Handle())
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ImportBatch)) == 1
    assert ("quiz.clear_imports", timedelta(days=1)) in {(job.name, job.every) for job in jobs.JOBS}


@pytest.mark.parametrize("body", ["[" * 100_000, '{"answers":' + "[" * 100_000], ids=["list", "answers"])
def test_brackets_by_the_thousand_are_no_answers(course: Any, as_user: Any, body: str) -> None:
    course.open(course.pre)
    client, url = as_user.ticket(course.person()), f"/tiket/kuis/{course.pre.id}"
    client.post(url)
    assert client.post(f"{url}/jawaban", data=body, content_type="application/json").status_code == 422


@pytest.mark.parametrize("number", ["²", "9" * 5_000], ids=["power", "long"])
def test_q4_number_that_no_preview_holds_is_passed_over(db_session: Any, as_user: Any, number: str) -> None:
    client = as_user.admin()
    address = upload(client, GIFT, "a.gift").location
    assert client.post(address, data={"soal": [number]}).status_code == 422
    assert client.post(address, data={"soal": [number, "1"]}).status_code == 303


def test_name_of_a_file_is_kept_as_it_can_be_shown(db_session: Any, as_user: Any) -> None:
    client = as_user.admin()
    answer = upload(client, GIFT, "a\x00\x1bb.gift")
    assert answer.status_code == 303
    assert db.session.scalars(sa.select(ImportBatch.file_name)).one() == "ab.gift"


@pytest.mark.parametrize(
    ("text", "name", "good"), [(TINY, "a.csv", 1), (GIFT + "\n" + RUBRIC, "a.gift", 1)], ids=["mark", "rubric"]
)
def test_q4_number_out_of_bounds_is_a_fault_beside_the_good_questions(
    db_session: Any, as_user: Any, text: str, name: str, good: int
) -> None:
    client = as_user.admin()
    address = upload(client, text, name).location
    batch = db.session.scalars(sa.select(ImportBatch)).one()
    assert (len(batch.reading["drafts"]), len(imports.faults_of(batch))) == (good, 1)
    assert client.get(address).status_code == 200


@pytest.mark.parametrize("typed", ["sNaN", "-sNaN", "NaN", "Infinity", "1e999999", "1e-999999"])
def test_numbers_that_nobody_types_are_refused_in_every_form(
    course: Any, quiz_with: Any, as_user: Any, typed: str
) -> None:
    quiz = quiz_with(SAMPLES["essay"])
    course.open(quiz)
    attempt = begun(quiz, course.person(), "Sebab itu.")
    services.submit(attempt_id=attempt.id)
    item = db.session.scalar(sa.select(QuizItem.id).filter_by(quiz_id=course.pre.id))
    client, workshop = as_user.admin(), f"/kelola/lokakarya/{course.workshop.id}/kuis"
    base = f"{workshop}/{quiz.id}"
    settings = {"title": "Kuis", "pass_percent": typed, "max_attempts": "1", "session_id": "0"}
    mark = f"{base}/periksa/{attempt.layout[0]['q']}/{attempt.id}"
    assert client.post(f"{base}/pengaturan", data=settings).status_code == 422
    assert client.post(f"{workshop}/{course.pre.id}/soal", data={f"nilai-{item}": typed}).status_code == 422
    assert client.post(mark, data={f"a{attempt.id}-earned": typed}).status_code == 422


@pytest.mark.parametrize("part", ["depth", "mark"])
def test_pushed_question_with_impossible_values_is_refused_alone(factories: Any, client: Any, part: str) -> None:
    deep: dict[str, Any] = {}
    for _level in range(300):
        deep = {"a": deep}
    program = program_of(client, factories.workshop().organiser_id)
    options = [{"text": {"source": "a"}, "fraction": "1"}, {"text": {"source": "b"}}]
    good = {"kind": "choice", "text": {"source": "Apa?"}, "options": options}
    bad = {**good, "extra": deep} if part == "depth" else {**good, "mark": "1E-999999"}
    answer = program.post("/questions", {"questions": [{"id": "x", "content": bad}, {"id": "y", "content": good}]})
    assert [verdict["outcome"] for verdict in answer.get_json()["results"]] == ["refused", "added"]


def test_allowance_that_two_people_add_at_once_is_one(course: Any) -> None:
    person = course.person()
    allowances.allow(quiz=course.pre, enrolment_id=person.id, actor=SYSTEM, extra_minutes=5)
    again = allowances._first(course.pre.id, person.id)  # as if the other had not been there when we looked
    assert again.extra_minutes == 5
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Allowance)) == 1


def test_personal_data_holds_what_was_written_about_the_person_and_the_trail_no_reason(
    course: Any, quiz_with: Any
) -> None:
    quiz, person = quiz_with(SAMPLES["essay"]), course.person()
    course.open(quiz)
    reason = "Sedang sakit mata"
    allowances.allow(quiz=quiz, enrolment_id=person.id, actor=SYSTEM, extra_minutes=15, reason=reason)
    attempt = begun(quiz, person, "Sebab itu.")
    services.submit(attempt_id=attempt.id)
    question = attempt.layout[0]["q"]
    marking.mark(
        quiz=quiz, attempt_id=attempt.id, question_id=question, earned=Decimal(1), comment="Kurang rinci", actor=SYSTEM
    )
    found = personal_data.export(person.person_id)
    assert [row["comment"] for row in found["comments"]] == ["Kurang rinci"]  # type: ignore[attr-defined]
    assert [row["reason"] for row in found["allowances"]] == [reason]  # type: ignore[attr-defined]
    assert [row["answer"] for row in found["answers_as_they_came"]] == ["Sebab itu."]  # type: ignore[attr-defined]
    assert reason not in set(db.session.scalars(sa.select(AuditEntry.reason)))
    personal_data.erase(person.person_id)
    left = personal_data.export(person.person_id)
    assert (left["comments"], left["answers_as_they_came"]) == ([], [])
    assert "sakit" not in str(left)


def test_pictures_of_questions_that_nobody_saves_are_few_and_go(app: Any, db_session: Any) -> None:
    def picture(number: int) -> Picture:
        return Picture(sha=f"{number:064x}", media_type="image/png", data=b"png")

    with app.test_request_context():
        for number in range(pictures.MOST_WAITING):
            pictures.stage(picture(number), account_id=7)
        pictures.stage(picture(0), account_id=7)  # the same again
        with pytest.raises(RuleViolation):
            pictures.stage(picture(999), account_id=7)
        pictures.stage(picture(999), account_id=71)
        assert pictures.clear_old() == 0
        with clock.freeze(now() + pictures.KEPT + timedelta(minutes=1)):
            assert pictures.clear_old() == pictures.MOST_WAITING + 1


def test_question_that_is_changed_holds_up_no_answer_to_it(db_session: Any, app: Any) -> None:
    """Answers refer to the question: they must not wait for its editor, and two that wait for each other fail."""
    with app.test_request_context():
        question = bank.add(Draft(content=SAMPLES["choice"]), organiser_id=None, actor=SYSTEM)
        said: list[str] = []
        sa.event.listen(db.engine, "before_cursor_execute", lambda _c, _x, statement, *_rest: said.append(statement))
        bank.change(question.id, Draft(content=SAMPLES["choice"]), actor=SYSTEM)
        bank_changes.apply(question_ids=[question.id], step=bank_changes.Step.DOUBT, value="", actor=SYSTEM)
    locks = [statement for statement in said if "FROM quiz_question" in statement and " FOR " in statement]
    assert len(locks) == (2 if db.engine.dialect.name == "postgresql" else 0)
    assert all("FOR NO KEY UPDATE" in statement for statement in locks)


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", "\uff1d1+1", "\r=1+1", "\t-1"])
def test_q9_text_that_a_spreadsheet_would_run_is_guarded_and_comes_back(text: str) -> None:
    assert cells.guarded(text) == f"'{text}"
    assert cells.unguarded(cells.guarded(text)) == text
