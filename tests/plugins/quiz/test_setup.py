"""Quizzes that the committee makes, copies, sets up, schedules and deletes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from lms.kernel import clock
from lms.kernel.audit import AuditEntry
from lms.kernel.clock import now
from lms.kernel.db import db
from lms.kernel.permissions import SYSTEM
from lms.plugins.quiz import queries, services, setup, taking
from lms.plugins.quiz.enums import Form, QuizKind, QuizState, SessionPoint
from lms.plugins.quiz.errors import QuizCannotChange
from lms.plugins.quiz.models import Pool, Quiz, QuizItem
from lms.plugins.quiz.setup import Settings
from tests.plugins.quiz.conftest import session_of

NINE = datetime(2026, 12, 2, 2, tzinfo=UTC)  # 09.00 WIB
HOUR = timedelta(hours=1)


def base(course: Any) -> str:
    return f"/kelola/lokakarya/{course.workshop.id}/kuis"


def made(course: Any, kind: QuizKind = QuizKind.PRACTICE, title: str = "Latihan", **values: Any) -> Quiz:
    values = {"session_id": None, **values}
    return setup.make_quiz(workshop_id=course.workshop.id, kind=kind, title=title, actor=SYSTEM, **values)


def typed(quiz: Quiz, **values: Any) -> dict[str, Any]:
    """What the page of settings sends when nothing is changed, and `values`."""
    return {
        "title": quiz.title,
        "session_id": quiz.session_id or 0,
        "opens_with_session": "",
        "max_attempts": quiz.max_attempts,
        "pass_percent": "70",
        "shuffles_questions": "y",
        "shuffles_options": "y",
        "review_as": "usual",
        **values,
    }


def change(quiz: Quiz, **values: Any) -> Quiz:
    return setup.change_settings(quiz_id=quiz.id, settings=Settings(**{"title": quiz.title, **values}), actor=SYSTEM)


@pytest.mark.parametrize("kind", list(QuizKind))
def test_committee_makes_a_quiz_of_every_kind(course: Any, as_user: Any, kind: QuizKind) -> None:
    session = session_of(course.workshop, NINE)
    data = {"kind": kind.value, "title": "Kuis kita", "session_id": session.id}
    answer = as_user.committee(course.workshop).post(f"{base(course)}/baru", data=data)
    quiz = db.session.scalars(sa.select(Quiz).filter_by(title="Kuis kita")).one()
    assert (answer.status_code, answer.location) == (303, f"{base(course)}/{quiz.id}/soal")
    assert (quiz.kind, quiz.state, quiz.session_id) == (kind, QuizState.DRAFT, session.id)
    assert quiz.max_attempts == (0 if kind is QuizKind.PRACTICE else 1)


def test_sending_the_form_twice_makes_one_quiz(course: Any) -> None:
    assert made(course).id == made(course).id


def test_name_of_a_draft_with_questions_is_taken(course: Any, as_user: Any) -> None:
    data = {"kind": "pre", "title": course.pre.title, "session_id": 0}
    answer = as_user.committee(course.workshop).post(f"{base(course)}/baru", data=data)
    assert answer.status_code == 422
    assert "sudah ada" in answer.text


def test_session_quiz_needs_a_session_of_this_agenda(course: Any, make_course: Any) -> None:
    foreign = session_of(make_course().workshop, NINE)
    for session_id in (None, foreign.id):
        with pytest.raises(QuizCannotChange) as refused:
            made(course, QuizKind.SESSION, session_id=session_id)
        assert refused.value.field == "session_id"


def test_copy_from_another_workshop_brings_everything_but_what_people_did(
    make_course: Any, as_user: Any, factories: Any
) -> None:
    owner = factories.organiser()
    there, here = make_course(organiser=owner), make_course(organiser=owner)
    source = there.pre
    source.title, source.intro, source.time_limit, source.bands = (
        "Ulangan",
        "Baca",
        25,
        [{"from": "0.8", "text": "Hebat"}],
    )
    pool = Pool(quiz_id=source.id, name="Kas", draws=2)
    db.session.add(pool)
    db.session.flush()
    rows = db.session.scalars(sa.select(QuizItem).filter_by(quiz_id=source.id).order_by(QuizItem.position)).all()
    rows[0].mark, rows[0].pool_id, rows[1].form = Decimal(3), pool.id, Form.A
    there.open(source)
    there.take(source, right=2)
    client = as_user.organiser(here.workshop)
    answer = client.post(f"{base(here)}/salin", data={"source": source.id, "title": "Ulangan kedua"})
    copy = db.session.scalars(sa.select(Quiz).filter_by(workshop_id=here.workshop.id, title="Ulangan kedua")).one()
    assert (answer.status_code, answer.location) == (303, f"{base(here)}/{copy.id}/pengaturan")
    assert (copy.state, copy.intro, copy.time_limit, copy.bands) == (QuizState.DRAFT, "Baca", 25, source.bands)
    assert not queries.is_begun(copy.id)
    copied = db.session.scalars(sa.select(QuizItem).filter_by(quiz_id=copy.id).order_by(QuizItem.position)).all()
    assert [row.question_id for row in copied] == [row.question_id for row in rows]
    own_pool = db.session.scalars(sa.select(Pool).filter_by(quiz_id=copy.id)).one()
    assert (copied[0].mark, copied[0].pool_id, copied[0].drawn, copied[1].form) == (3, own_pool.id, 0, Form.A)
    assert client.post(f"{base(here)}/salin", data={"source": source.id, "title": "Ulangan kedua"}).status_code == 303
    assert len(db.session.scalars(sa.select(Quiz).filter_by(title="Ulangan kedua")).all()) == 1


def test_quiz_out_of_reach_is_neither_offered_nor_copied(course: Any, make_course: Any, as_user: Any) -> None:
    other = make_course()
    other.workshop.title = "Milik orang lain"
    client = as_user.committee(course.workshop)
    assert "Milik orang lain" not in client.get(f"{base(course)}/baru").text
    assert client.post(f"{base(course)}/salin", data={"source": other.pre.id, "title": "Curian"}).status_code == 422
    assert db.session.scalars(sa.select(Quiz).filter_by(title="Curian")).all() == []


def test_all_settings_are_saved_as_typed(course: Any, as_user: Any) -> None:
    session = session_of(course.workshop, NINE)
    quiz = course.post
    data = typed(
        quiz,
        title="Tes penutup",
        intro="Kerjakan sendiri.",
        session_id=session.id,
        opens_with_session="end",
        opens_at="2026-12-02T08:30",
        closes_at="2026-12-02T11:00",
        opens_with_exit="y",
        time_limit="25",
        max_attempts="2",
        pass_percent="72,5",
        review_as="own",
        shuffles_options="",
        **{"review-after": ["score", "correctness"], "review-closed": ["score", "key", "feedback", "nonsense"]},
        **{
            "bands-0-percent": "80",
            "bands-0-text": "Sangat baik",
            "bands-1-percent": "0",
            "bands-1-text": "Terus belajar",
        },
    )
    with clock.freeze(NINE - 2 * HOUR):
        answer = as_user.committee(course.workshop).post(f"{base(course)}/{quiz.id}/pengaturan", data=data)
    assert answer.status_code == 303
    assert (quiz.title, quiz.intro, quiz.session_id) == ("Tes penutup", "Kerjakan sendiri.", session.id)
    assert (quiz.opens_with_session, quiz.opens_with_exit) == (SessionPoint.END, True)
    zone = timedelta(hours=7)
    assert quiz.opens_at == datetime(2026, 12, 2, 8, 30, tzinfo=UTC) - zone
    assert quiz.closes_at == datetime(2026, 12, 2, 11, tzinfo=UTC) - zone
    assert (quiz.time_limit, quiz.max_attempts, quiz.pass_ratio) == (25, 2, Decimal("0.725"))
    assert (quiz.shuffles_questions, quiz.shuffles_options) == (True, False)
    assert quiz.review == {
        "during": [],
        "after": ["score", "correctness"],
        "open": [],
        "closed": ["score", "key", "feedback"],
    }
    assert quiz.bands == [{"from": "0.8", "text": "Sangat baik"}, {"from": "0", "text": "Terus belajar"}]
    entry = db.session.scalars(sa.select(AuditEntry).filter_by(action="quiz.settings", subject_id=quiz.id)).one()
    assert "pass_ratio" in entry.fields


def test_saving_the_same_again_leaves_no_trace(course: Any, as_user: Any) -> None:
    client, quiz = as_user.committee(course.workshop), course.pre
    for _one in range(2):
        assert client.post(f"{base(course)}/{quiz.id}/pengaturan", data=typed(quiz, time_limit="9")).status_code == 303
    assert len(db.session.scalars(sa.select(AuditEntry).filter_by(action="quiz.settings")).all()) == 1


def test_usual_review_is_stored_as_nothing(course: Any) -> None:
    change(course.pre, review={"during": ["score"]})
    assert course.pre.review["during"] == ["score"]
    change(course.pre, review=None)
    assert course.pre.review == {}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("pass_percent", "101"),
        ("pass_percent", "abc"),
        ("time_limit", "0"),
        ("opens_at", "besok"),
        ("closes_at", "0001-01-01T00:00"),
        ("max_attempts", "77"),
        ("bands-0-percent", "50"),
    ],
)
def test_impossible_settings_are_refused_with_what_was_typed(course: Any, as_user: Any, field: str, value: str) -> None:
    quiz = course.pre
    data = typed(quiz, **{"intro": "Masih di sini", field: value})
    answer = as_user.committee(course.workshop).post(f"{base(course)}/{quiz.id}/pengaturan", data=data)
    assert answer.status_code in {409, 422}
    assert "Masih di sini" in answer.text
    assert quiz.intro == ""


def test_hours_that_contradict_each_other_are_refused(course: Any) -> None:
    with clock.freeze(NINE):
        for values in ({"opens_at": NINE + HOUR, "closes_at": NINE + HOUR}, {"closes_at": NINE - HOUR}):
            with pytest.raises(QuizCannotChange) as refused:
                change(course.pre, **values)
            assert refused.value.field == "closes_at"


def test_session_opening_needs_a_session(course: Any) -> None:
    with pytest.raises(QuizCannotChange):
        change(course.post, opens_with_session=SessionPoint.START)


def test_opening_cannot_move_ahead_of_people_who_have_begun(course: Any) -> None:
    course.open(course.pre)
    services.start(quiz_id=course.pre.id, enrolment_id=course.person().id)
    with pytest.raises(QuizCannotChange) as refused:
        change(course.pre, opens_at=now() + HOUR)
    assert refused.value.field == "opens_at"


def test_running_quiz_takes_new_hours_and_says_for_whom(course: Any, as_user: Any) -> None:
    quiz = course.pre
    course.open(quiz)
    services.start(quiz_id=quiz.id, enrolment_id=course.person().id)
    client = as_user.committee(course.workshop)
    assert "1 orang sedang mengerjakan" in client.get(f"{base(course)}/{quiz.id}/pengaturan").text
    later = now() + HOUR
    change(quiz, closes_at=later, time_limit=30, max_attempts=3)
    assert (quiz.closes_at, quiz.time_limit, quiz.max_attempts) == (later, 30, 3)


def test_scheduled_quiz_says_so_and_waits_for_its_hour(course: Any, as_user: Any) -> None:
    quiz = course.post
    with clock.freeze(NINE):
        client = as_user.committee(course.workshop)
        change(quiz, opens_at=NINE + HOUR)
        assert "Jadwalkan pembukaan" in client.get(base(course)).text
        course.open(quiz)
        page = client.get(base(course)).text
        assert "Terjadwal" in page
        assert "Terbuka sendiri pada 2 Desember 2026 pukul 10.00 WIB" in page
        assert [tile.state.value for tile in taking.tiles(course.person()) if tile.quiz.id == quiz.id] == ["later"]
    with clock.freeze(NINE + HOUR):
        assert "Terjadwal" not in client.get(base(course)).text


def test_keys_shown_early_are_warned_of_and_not_refused(course: Any, as_user: Any) -> None:
    client, path = as_user.committee(course.workshop), f"{base(course)}/{course.pre.id}/pengaturan"
    change(course.pre, review={"after": ["score"]})
    assert "sebelum kuis ditutup" not in client.get(path).text
    change(course.pre, review={"after": ["key"]})
    assert "peserta melihat kunci jawaban atau pembahasan sebelum kuis ditutup" in client.get(path).text
    change(course.pre, review={"closed": ["feedback"]})
    page = client.get(path).text
    assert "sebelum kuis ditutup. Mereka" not in page
    assert "membocorkannya" in page  # the post-test asks the same questions


def test_draft_that_nobody_has_begun_is_deleted_and_its_questions_stay(course: Any, as_user: Any) -> None:
    quiz = course.post
    before = len(taking.questions_of(quiz.id))
    answer = as_user.committee(course.workshop).post(f"{base(course)}/{quiz.id}/hapus")
    assert answer.status_code == 303
    assert db.session.scalars(sa.select(Quiz).filter_by(workshop_id=course.workshop.id, kind=QuizKind.POST)).all() == []
    assert len(taking.questions_of(course.pre.id)) == before
    assert db.session.scalars(sa.select(AuditEntry).filter_by(action="quiz.deleted")).one().subject_id == quiz.id


def test_open_or_begun_quiz_is_not_deleted(course: Any, as_user: Any) -> None:
    client, quiz = as_user.committee(course.workshop), course.pre
    course.open(quiz)
    assert "Hanya draf" in client.post(f"{base(course)}/{quiz.id}/hapus", follow_redirects=True).text
    course.take(quiz, right=3)
    quiz.state = QuizState.DRAFT
    with pytest.raises(QuizCannotChange):
        setup.delete_quiz(quiz_id=quiz.id, actor=SYSTEM)
    assert taking.item_count(quiz.id) == 15


def test_evaluation_has_no_marks_and_no_attempts_to_set(course: Any, as_user: Any) -> None:
    client, quiz = as_user.committee(course.workshop), course.evaluation
    page = client.get(f"{base(course)}/{quiz.id}/pengaturan")
    assert page.status_code == 200
    assert "pass_percent" not in page.text
    data = {"title": "Kesan", "session_id": 0, "opens_with_session": "", "pass_percent": "10", "max_attempts": "0"}
    assert client.post(f"{base(course)}/{quiz.id}/pengaturan", data=data).status_code == 303
    assert (quiz.title, quiz.max_attempts, quiz.pass_ratio) == ("Kesan", 1, Decimal("0.7"))


PAGES = ("baru", "{quiz}/pengaturan", "{quiz}/soal", "{quiz}/soal/pilih", "{quiz}/paket")
DEEDS = ("baru", "salin", "{quiz}/pengaturan", "{quiz}/hapus", "{quiz}/soal", "{quiz}/soal/pilih", "{quiz}/paket")


@pytest.mark.parametrize("who", ["other", "door", "observer", "ticket"])
def test_nobody_else_sets_up_a_quiz(course: Any, make_course: Any, as_user: Any, who: str) -> None:
    clients = {
        "other": lambda: as_user.committee(make_course().workshop),
        "door": lambda: as_user.door(course.workshop),
        "observer": lambda: as_user.observer("61"),
        "ticket": lambda: as_user.ticket(course.person()),
    }
    client, quiz = clients[who](), course.pre
    for page in PAGES:
        assert client.get(f"{base(course)}/{page.format(quiz=quiz.id)}").status_code in {403, 404}
    for deed in DEEDS:
        assert client.post(f"{base(course)}/{deed.format(quiz=quiz.id)}").status_code in {403, 404}
    assert taking.item_count(quiz.id) == 15


def test_quiz_of_another_workshop_is_not_found_under_this_one(course: Any, make_course: Any, as_user: Any) -> None:
    other, client = make_course(), as_user.committee(course.workshop)
    for page in PAGES[1:]:
        assert client.get(f"{base(course)}/{page.format(quiz=other.pre.id)}").status_code == 404


def test_list_costs_the_same_for_more_quizzes(course: Any, as_user: Any, count_statements: Any) -> None:
    client = as_user.committee(course.workshop)
    client.get(base(course))
    count_statements()
    client.get(base(course))
    few = count_statements()
    for number in range(6):
        made(course, title=f"Latihan {number}")
    db.session.flush()
    count_statements()
    client.get(base(course))
    assert count_statements() == few
