"""The list of questions of a quiz: added from the bank, ordered, marked, pooled; until somebody begins."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from lms.kernel.audit import AuditEntry
from lms.kernel.db import db
from lms.kernel.permissions import SYSTEM
from lms.plugins.quiz import bank, items, services, taking
from lms.plugins.quiz.bank_models import Question, Tag
from lms.plugins.quiz.content import Content, Draft, Text
from lms.plugins.quiz.enums import Form, Pillar, QuizState
from lms.plugins.quiz.errors import QuizCannotChange
from lms.plugins.quiz.items import Edit, PoolEdit
from lms.plugins.quiz.models import Pool, Quiz, QuizItem


def page_of(course: Any, quiz: Quiz, rest: str = "") -> str:
    return f"/kelola/lokakarya/{course.workshop.id}/kuis/{quiz.id}/soal{rest}"


def stored(quiz: Quiz) -> list[QuizItem]:
    query = sa.select(QuizItem).filter_by(quiz_id=quiz.id).order_by(QuizItem.position, QuizItem.id)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def order(quiz: Quiz) -> list[int]:
    return [row.question_id for row in stored(quiz)]


def others(quiz: Quiz, count: int) -> list[int]:
    """Questions of the bank that the quiz does not have."""
    query = sa.select(Question.id).where(Question.id.not_in(order(quiz)), Question.kind == "choice")
    return list(db.session.scalars(query.order_by(Question.code).limit(count)))


def change(quiz: Quiz, **values: Any) -> None:
    items.change(quiz_id=quiz.id, edit=Edit(**values), actor=SYSTEM)


def totals(quiz: Quiz) -> items.Totals:
    rows = items.rows_of(quiz.id)
    return items.totals_of(quiz, rows, items.pool_rows(items.pools_of(quiz.id), rows))


def private(factories: Any, **values: Any) -> Question:
    """A question of another organiser."""
    draft = Draft(content=bank.single_choice("Rahasia?", ["Ya", "Tidak"], 1, ""))
    return bank.add(draft, organiser_id=factories.organiser().id, actor=SYSTEM, **values)


def test_several_questions_are_added_at_once_and_a_second_time_changes_nothing(course: Any, as_user: Any) -> None:
    client, quiz = as_user.committee(course.workshop), course.pre
    before, added = order(quiz), others(course.pre, 3)
    for _one in range(2):
        answer = client.post(page_of(course, quiz, "/pilih?q=a&page=1"), data={"soal": added})
        assert (answer.status_code, answer.location) == (303, page_of(course, quiz, "/pilih?q=a&page=1"))
    assert order(quiz) == [*before, *added]
    assert [row.position for row in stored(quiz)] == list(range(1, 19))
    entries = sa.select(AuditEntry).filter_by(action="quiz.items", subject_id=quiz.id)
    assert len(db.session.scalars(entries).all()) == 1


def test_ticking_nothing_says_what_to_do(course: Any, as_user: Any) -> None:
    answer = as_user.committee(course.workshop).post(page_of(course, course.pre, "/pilih"), data={})
    assert answer.status_code == 422
    assert "Tandai paling sedikit satu soal" in answer.text


def test_question_of_a_bank_out_of_reach_is_neither_shown_nor_added(course: Any, as_user: Any, factories: Any) -> None:
    foreign, client = private(factories), as_user.committee(course.workshop)
    assert "Rahasia?" not in client.get(page_of(course, course.pre, "/pilih?q=Rahasia")).text
    answer = client.post(page_of(course, course.pre, "/pilih"), data={"soal": [foreign.id]})
    assert answer.status_code == 409
    assert foreign.id not in order(course.pre)


@pytest.mark.parametrize(
    ("query", "found"), [("q=zakat+mal", 1), ("label=bendahara", 1), ("label=benda", 0), ("jenis=essay", 0)]
)
def test_bank_is_narrowed_by_words_tag_and_type(course: Any, as_user: Any, query: str, found: int) -> None:
    draft = Draft(content=bank.single_choice("Apa zakat mal itu?", ["Ya", "Tidak"], 1, ""), pillar=Pillar.LEADERSHIP)
    question = bank.add(draft, organiser_id=None, actor=SYSTEM)
    db.session.add(Tag(question_id=question.id, name="Bendahara"))
    db.session.flush()
    page = as_user.committee(course.workshop).get(page_of(course, course.pre, f"/pilih?{query}")).text
    assert page.count(f'name="soal" value="{question.id}"') == found


def test_bank_is_narrowed_by_pillar_and_category(course: Any, as_user: Any) -> None:
    client = as_user.committee(course.workshop)
    page = client.get(page_of(course, course.pre, "/pilih?pilar=kontrol")).text
    wanted = sa.select(Question.id).filter_by(pillar=Pillar.CONTROL)
    for number in db.session.scalars(wanted):
        assert f'name="soal" value="{number}"' in page
    assert page.count('name="soal"') == len(db.session.scalars(wanted).all())
    assert client.get(page_of(course, course.pre, "/pilih?kategori=987654&page=99")).status_code == 200


def test_evaluation_takes_ratings_and_open_questions_only(course: Any) -> None:
    quiz = course.evaluation
    with pytest.raises(QuizCannotChange):
        items.add_questions(quiz_id=quiz.id, question_ids=others(quiz, 1), pool_id=None, actor=SYSTEM)
    rating = bank.add(
        Draft(content=Content(kind="likert", text=Text(source="Ruangannya?"))), organiser_id=None, actor=SYSTEM
    )
    assert items.add_questions(quiz_id=quiz.id, question_ids=[rating.id], pool_id=None, actor=SYSTEM) == 1


def test_moving_a_question_keeps_the_focus_on_its_button(course: Any, as_user: Any) -> None:
    client, quiz = as_user.committee(course.workshop), course.pre
    rows, before = stored(quiz), order(quiz)
    third = rows[2]
    answer = client.post(page_of(course, quiz), data={"tindakan": f"naik:{third.id}:2"})
    assert (answer.status_code, answer.location) == (303, f"{page_of(course, quiz)}#naik-{third.id}")
    assert order(quiz) == [before[0], before[2], before[1], *before[3:]]
    answer = client.post(page_of(course, quiz), data={"tindakan": f"naik:{third.id}:1"})
    assert answer.location.endswith(f"#turun-{third.id}")
    assert order(quiz)[0] == third.question_id
    page = client.get(page_of(course, quiz)).text
    assert f'id="turun-{third.id}"' in page


def test_pressing_twice_moves_once(course: Any) -> None:
    quiz = course.pre
    second = stored(quiz)[1].id
    for _one in range(2):
        change(quiz, place=(second, 3))
    assert [row.id for row in stored(quiz)].index(second) == 2
    change(quiz, place=(second, 99))
    assert stored(quiz)[-1].id == second


def test_marks_are_saved_with_every_button(course: Any, as_user: Any) -> None:
    client, quiz = as_user.committee(course.workshop), course.pre
    first, second = stored(quiz)[:2]
    data = {f"nilai-{first.id}": "2,5", f"nilai-{second.id}": "3", "tindakan": f"turun:{first.id}:2"}
    assert client.post(page_of(course, quiz), data=data).status_code == 303
    assert {row.id: row.mark for row in stored(quiz)[:2]} == {first.id: Decimal("2.5"), second.id: 3}
    assert totals(quiz).most == Decimal("18.5")
    assert 'value="2,5"' in client.get(page_of(course, quiz)).text


@pytest.mark.parametrize("mark", ["0", "-1", "NaN", "1e9", "dua", "", "1.234"])
def test_impossible_mark_is_refused_and_still_there(course: Any, as_user: Any, mark: str) -> None:
    client, quiz = as_user.committee(course.workshop), course.pre
    first, second = stored(quiz)[:2]
    data = {f"nilai-{first.id}": mark, f"nilai-{second.id}": "7", "tindakan": "simpan"}
    answer = client.post(page_of(course, quiz), data=data)
    assert answer.status_code == 422
    assert 'value="7"' in answer.text
    assert {row.mark for row in stored(quiz)} == {1}


def test_removing_from_the_quiz_keeps_the_question_in_the_bank(course: Any, as_user: Any) -> None:
    client, quiz = as_user.committee(course.workshop), course.pre
    first, second, third = stored(quiz)[:3]
    client.post(page_of(course, quiz), data={"tindakan": f"keluar:{first.id}"})
    client.post(page_of(course, quiz), data={"tindakan": "keluarkan", "pilih": [second.id, third.id]})
    client.post(page_of(course, quiz), data={"tindakan": f"keluar:{first.id}"})
    assert len(order(quiz)) == 12
    assert [row.position for row in stored(quiz)] == list(range(1, 13))
    assert db.session.get(Question, first.question_id) is not None


def test_open_quiz_keeps_a_question(course: Any) -> None:
    course.open(course.pre)
    with pytest.raises(QuizCannotChange):
        change(course.pre, drop=tuple(row.id for row in stored(course.pre)))
    assert taking.item_count(course.pre.id) == 15


def test_pool_is_made_of_ticked_questions_changed_and_given_up(course: Any, as_user: Any) -> None:
    client, quiz = as_user.committee(course.workshop), course.pre
    ticked = [row.id for row in stored(quiz)[:6]]
    data = {"tindakan": "kelompok", "pilih": ticked, "kelompok-baru": "Kas", "ambil-baru": "2"}
    for _one in range(2):
        assert client.post(page_of(course, quiz), data=data).status_code == 303
    pool = db.session.scalars(sa.select(Pool).filter_by(quiz_id=quiz.id)).one()
    assert {row.id for row in stored(quiz) if row.pool_id == pool.id} == set(ticked)
    assert totals(quiz) == items.Totals(questions=11, least=Decimal(11), most=Decimal(11), form_a=0, form_b=0)
    assert totals(quiz).questions == taking.asked_count(quiz)
    page = client.get(page_of(course, quiz)).text
    assert "Ambil acak, dari 6 soal" in page
    assert "11 <small>dari 15 soal</small>" in page
    client.post(
        page_of(course, quiz),
        data={f"kelompok-{pool.id}": "Kas dan buku", f"ambil-{pool.id}": "3", "tindakan": "simpan"},
    )
    assert (pool.name, pool.draws, totals(quiz).questions) == ("Kas dan buku", 3, 12)
    client.post(page_of(course, quiz), data={"tindakan": "pindah", "tujuan": "0", "pilih": ticked[:1]})
    assert [row.pool_id for row in stored(quiz)[:2]] == [None, pool.id]
    client.post(page_of(course, quiz), data={"tindakan": f"bubar:{pool.id}"})
    assert items.pools_of(quiz.id) == []
    assert {row.pool_id for row in stored(quiz)} == {None}


@pytest.mark.parametrize(
    "data", [{"kelompok-baru": "", "ambil-baru": "2"}, {"kelompok-baru": "Kas", "ambil-baru": "0"}]
)
def test_pool_needs_a_name_and_a_number(course: Any, as_user: Any, data: dict[str, str]) -> None:
    client, quiz = as_user.committee(course.workshop), course.pre
    first = stored(quiz)[0].id
    answer = client.post(page_of(course, quiz), data={"tindakan": "kelompok", "pilih": [first], **data})
    assert answer.status_code == 422
    assert items.pools_of(quiz.id) == []


def test_questions_can_go_straight_into_a_pool(course: Any, as_user: Any) -> None:
    client, quiz = as_user.committee(course.workshop), course.pre
    change(quiz, chosen=(stored(quiz)[0].id,), new_pool=PoolEdit(name="Kas", draws=1))
    (pool,) = items.pools_of(quiz.id)
    added = others(quiz, 4)
    client.post(page_of(course, quiz, "/pilih"), data={"soal": added, "kelompok": pool.id})
    assert {row.question_id for row in stored(quiz) if row.pool_id == pool.id} >= set(added)
    answer = client.post(page_of(course, quiz, "/pilih"), data={"soal": others(quiz, 1), "kelompok": 987_654})
    assert answer.status_code == 409


def test_pool_of_another_quiz_is_not_changed(course: Any) -> None:
    change(course.post, chosen=(stored(course.post)[0].id,), new_pool=PoolEdit(name="Kas", draws=1))
    (pool,) = items.pools_of(course.post.id)
    change(course.pre, pools={pool.id: PoolEdit(name="Curian", draws=9)}, dissolve=pool.id)
    assert (pool.name, pool.draws) == ("Kas", 1)
    foreign = stored(course.post)[1]
    change(course.pre, marks={foreign.id: Decimal(9)}, drop=(foreign.id,))
    assert (foreign.mark, len(order(course.post))) == (1, 15)
    with pytest.raises(QuizCannotChange):
        change(course.pre, chosen=(stored(course.pre)[0].id,), into=pool.id)


def test_unlike_marks_in_a_pool_are_shown_as_a_range_and_warned_of(course: Any, as_user: Any) -> None:
    quiz = course.pre
    rows = stored(quiz)
    change(
        quiz,
        chosen=tuple(row.id for row in rows[:3]),
        new_pool=PoolEdit(name="Kas", draws=1),
        marks={rows[0].id: Decimal(4)},
    )
    assert (totals(quiz).least, totals(quiz).most) == (13, 16)
    page = as_user.committee(course.workshop).get(page_of(course, quiz)).text
    assert "nilai yang sama dalam satu kelompok lebih adil" in page
    assert "Nilai soal dalam “Kas” tidak sama" in page


def test_totals_count_one_form(course: Any) -> None:
    quiz = course.pre
    quiz.has_forms = True
    for row, form in zip(stored(quiz), [Form.A, Form.A, Form.B], strict=False):
        row.form = form
    db.session.flush()
    found = totals(quiz)
    assert (found.questions, found.form_a, found.form_b, found.least, found.most) == (14, 2, 1, 13, 14)
    assert found.questions == taking.asked_count(quiz)


def test_text_to_read_earns_no_marks(course: Any) -> None:
    text = bank.add(
        Draft(content=Content(kind="description", text=Text(source="Bacalah."))), organiser_id=None, actor=SYSTEM
    )
    items.add_questions(quiz_id=course.pre.id, question_ids=[text.id], pool_id=None, actor=SYSTEM)
    assert (totals(course.pre).questions, totals(course.pre).most) == (16, 15)


def test_questions_stay_once_somebody_has_begun(course: Any, as_user: Any) -> None:
    client, quiz = as_user.committee(course.workshop), course.pre
    course.open(quiz)
    assert items.add_questions(quiz_id=quiz.id, question_ids=others(quiz, 1), pool_id=None, actor=SYSTEM) == 1
    services.start(quiz_id=quiz.id, enrolment_id=course.person().id)
    before = order(quiz)
    first = stored(quiz)[0]
    for data in ({"tindakan": f"keluar:{first.id}"}, {f"nilai-{first.id}": "9"}, {"tindakan": f"turun:{first.id}:2"}):
        answer = client.post(page_of(course, quiz), data=data)
        assert answer.status_code == 409
        assert "Salin kuis ini" in answer.text
    assert client.post(page_of(course, quiz, "/pilih"), data={"soal": others(quiz, 1)}).status_code == 409
    assert (order(quiz), first.mark) == (before, 1)
    page = client.get(page_of(course, quiz)).text
    assert 'name="tindakan"' not in page


def test_quiz_without_questions_points_to_the_bank(course: Any, as_user: Any) -> None:
    quiz = course.post
    change(quiz, drop=tuple(row.id for row in stored(quiz)))
    page = as_user.committee(course.workshop).get(page_of(course, quiz)).text
    assert "Belum ada soal" in page
    assert page_of(course, quiz, "/pilih") in page
    assert quiz.state is QuizState.DRAFT


@pytest.mark.parametrize("rest", ["", "/pilih"])
def test_page_costs_the_same_for_many_questions(course: Any, as_user: Any, count_statements: Any, rest: str) -> None:
    client, quiz = as_user.committee(course.workshop), course.pre
    client.get(page_of(course, quiz, rest))
    count_statements()
    client.get(page_of(course, quiz, rest))
    many = count_statements()
    change(quiz, drop=tuple(row.id for row in stored(quiz)[1:]))
    db.session.flush()
    count_statements()
    client.get(page_of(course, quiz, rest))
    assert count_statements() == many <= 15
