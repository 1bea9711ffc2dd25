"""Item analysis: the figures of the page, who counts, forms, pools, erased answers, and who sees it."""

from __future__ import annotations

import csv
import io
import random
from dataclasses import asdict, replace
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from python_calamine import CalamineWorkbook

from lms.kernel.audit import AuditEntry
from lms.kernel.db import db
from lms.kernel.permissions import SYSTEM
from lms.plugins.quiz import bank, grading, retention
from lms.plugins.quiz.analysis import analysis_of
from lms.plugins.quiz.content import Draft
from lms.plugins.quiz.enums import AttemptState, Form, QuizKind
from lms.plugins.quiz.item_advice import Verdict
from lms.plugins.quiz.item_charts import mini_of
from lms.plugins.quiz.marks_csv import parse_max_marks, read_marks
from lms.plugins.quiz.models import Quiz, QuizItem
from lms.plugins.quiz.statistics import Statistics, question_of, statistics_of
from tests.plugins.quiz.filled import ESSAY, finished, question, quiz_with

FIGURES = ("facility", "sd", "discrimination_index", "discriminative_efficiency", "effective_weight", "point_biserial")
CLOSE = 1e-6


def page_of(quiz: Quiz) -> str:
    return f"/kelola/lokakarya/{quiz.workshop_id}/kuis/{quiz.id}/analisis"


def same(found: Any, wanted: Any) -> bool:
    return (found is None and wanted is None) or found == pytest.approx(wanted, abs=CLOSE)


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.lstrip("\ufeff"))))


@pytest.fixture
def filled(course: Any) -> Quiz:
    """Forty people and six questions of different worth, with parts, negative marks and a constant column."""
    chance = random.Random(30)
    rows = [question(course, number) for number in range(1, 7)]
    most = ["1", "2", "1", "1.5", "1", "1"]
    quiz = quiz_with(course, rows, most=most)
    for _person in range(40):
        able = chance.random()
        marks = [worth if chance.random() < able else chance.choice(["0", "0", "-0.25", "0.333333"]) for worth in most]
        finished(quiz, course.person(), [*marks[:5], "1"], most=most)
    return quiz


def exported(client: Any, quiz: Quiz, most: str, **query: str) -> Statistics:
    """What anybody computes from the table of marks that the page offers."""
    answer = client.get(f"{page_of(quiz)}/nilai.csv", query_string=query)
    assert answer.status_code == 200
    table = read_marks(answer.data, parse_max_marks(most))
    assert not table.is_header_doubtful
    return statistics_of(marks=table.marks, max_marks=table.max_marks)


def test_q30_page_and_downloads_equal_the_statistics_of_the_exported_matrix(filled: Quiz, as_user: Any) -> None:
    client = as_user.committee(filled.workshop)
    wanted = exported(client, filled, "1,2,1,1.5,1,1")
    found = analysis_of(filled)
    assert found.people == wanted.total.n == 40
    assert all(same(value, asdict(wanted.total)[key]) for key, value in asdict(found.totals[0].figures).items())
    table = read(client.get(f"/kelola/unduh/quiz.items.csv?workshop_id={filled.workshop_id}&quiz_id={filled.id}").text)
    headings = ("Tingkat kesukaran", "Simpangan baku", "Indeks daya beda, persen", "Efisiensi daya beda, persen",
                "Bobot efektif, persen", "Korelasi titik-biserial")  # fmt: skip
    for item, slot, line in zip(found.items, wanted.slots, table, strict=True):
        for name, heading in zip(FIGURES, headings, strict=True):
            assert same(getattr(item.slot, name), getattr(slot, name)), (name, item.column.number)
            assert same(float(line[heading]) if line[heading] else None, getattr(slot, name)), (heading, line)
    page = client.get(page_of(filled)).text
    assert f"{found.items[0].slot.facility:.2f}".replace(".", ",").rstrip("0") in page
    assert "lms quiz stats --csv nilai.csv --max-marks 1,2,1,1.5,1,1" in page


def test_q30_the_constant_question_has_dashes_and_negative_figures_are_shown(course: Any, as_user: Any) -> None:
    rows = [question(course, number) for number in range(1, 4)]
    quiz = quiz_with(course, rows)
    for marks in (["1", "0", "1"], ["1", "1", "0"], ["1", "1", "0"], ["1", "0", "1"], ["1", "0", "0"]):
        finished(quiz, course.person(), marks)
    found = analysis_of(quiz)
    assert found.items[0].slot.discrimination_index is None
    assert (found.items[1].slot.discrimination_index or 0) < -60
    assert (found.totals[0].figures.cic or 0) < 0
    page = as_user.committee(course.workshop).get(page_of(quiz)).text
    assert page.count(">–<") >= 3
    assert "-66,67" in page


def test_q30_one_person_has_figures_where_they_are_defined_and_no_error(course: Any, as_user: Any) -> None:
    quiz = quiz_with(course, [question(course, 1), question(course, 2)])
    finished(quiz, course.person(), ["1", "0"])
    found = analysis_of(quiz)
    assert [item.slot.facility for item in found.items] == [1, 0]
    assert (found.totals[0].figures.sd, found.totals[0].figures.cic) == (None, None)
    assert [item.advice.verdict for item in found.items] == [Verdict.UNKNOWN] * 2
    assert "Sedikit peserta" in as_user.committee(course.workshop).get(page_of(quiz)).text


def test_q35_unfinished_and_unmarked_attempts_are_counted_and_in_no_figure(course: Any, as_user: Any) -> None:
    quiz = quiz_with(course, [question(course, 1), question(course, 2, kind=ESSAY)])
    waiting = finished(quiz, course.person(), ["1", None])
    first = course.person()
    finished(quiz, first, ["0", "0.5"])
    finished(quiz, first, ["1", "1"], number=2)
    finished(quiz, course.person(), ["0", "0"], state=AttemptState.IN_PROGRESS)
    finished(quiz, course.person(), ["1", "1"], state=AttemptState.AUTO_CLOSED)
    found = analysis_of(quiz)
    assert (found.people, found.running, found.waiting) == (2, 1, 1)
    assert [item.slot.facility for item in found.items] == [0.5, 0.75]
    assert found.items[1].shares is not None
    assert (found.items[1].shares.full, found.items[1].shares.part, found.items[1].shares.none) == (1, 1, 0)
    assert "Menunggu penilaian" in as_user.committee(course.workshop).get(page_of(quiz)).text
    waiting.marks, waiting.is_provisional = ["1", "0.2"], False
    db.session.flush()
    assert analysis_of(quiz).people == 3


def test_people_without_a_confirmed_place_are_in_no_figure(course: Any) -> None:
    quiz = quiz_with(course, [question(course, 1)])
    finished(quiz, course.person(), ["1"])
    finished(quiz, course.person(status="cancelled"), ["0"])
    finished(quiz, course.person(role="panitia"), ["0"])
    assert (analysis_of(quiz).people, analysis_of(quiz).items[0].slot.facility) == (1, 1)


def test_options_are_counted_in_both_halves_and_the_key_stands_out(course: Any, as_user: Any) -> None:
    quiz = quiz_with(course, [question(course, 1, worth=("0", "1", "0", "0")), question(course, 2)])
    for place in range(10):
        right = place < 6
        chosen = 1 if right else 0 if place < 9 else None
        finished(
            quiz, course.person(), ["1" if right else "0", "1" if right else "0"], chosen=[chosen, 0 if right else 1]
        )
    item = analysis_of(quiz).items[0]
    assert [(o.letter, o.is_right, o.chosen, o.upper, o.lower) for o in item.options] == [
        ("A", False, 3, 0, 3),
        ("B", True, 6, 5, 1),
        ("C", False, 0, 0, 0),
        ("D", False, 0, 0, 0),
    ]
    assert (item.chosen_by, item.blank) == (10, 1)
    assert "pengecoh C dan D tidak dipilih" in item.advice.sentence
    mini = mini_of(item)
    assert mini is not None
    assert mini.label == "Kunci B. A 30%, B 60%, C 0%, D 0%, tidak memilih 10%"
    assert [(bar.letter, bar.is_right) for bar in mini.bars][1:] == [
        ("B", True),
        ("C", False),
        ("D", False),
        ("–", False),
    ]
    page = as_user.committee(course.workshop).get(page_of(quiz)).text
    assert f'aria-label="{mini.label}"' in page
    assert page.count('<path class="c-bar-strong"') == 2


def test_real_answers_give_the_same_counts_as_their_marks(course: Any) -> None:
    course.open(course.pre)
    for right in (15, 9, 6, 3, 0):
        course.take(course.pre, right=right)
    for item in analysis_of(course.pre).items:
        right = sum(option.chosen for option in item.options if option.is_right)
        assert item.slot.facility == pytest.approx(right / 5)
        assert sum(option.chosen for option in item.options) == 5


def test_options_are_counted_over_the_wording_that_most_people_had(course: Any) -> None:
    row = question(course, 1, worth=("1", "0", "0"))
    quiz = quiz_with(course, [row])
    finished(quiz, course.person(), ["1"], chosen=[0])
    content = grading.contents_of([row.version_id])[row.version_id]
    swapped = replace(content, options=(content.options[1], content.options[0], content.options[2]))
    bank.change(row.id, Draft(content=swapped), actor=SYSTEM)
    for _person in range(2):
        finished(quiz, course.person(), ["1"], chosen=[1])
    item = analysis_of(quiz).items[0]
    assert (item.people, item.chosen_by) == (3, 2)
    assert [option.chosen for option in item.options] == [0, 2, 0]


def test_what_all_have_learned_is_no_bad_question_after_the_teaching(course: Any, as_user: Any) -> None:
    for kind, verdict in ((QuizKind.SESSION, Verdict.REPLACE), (QuizKind.POST, Verdict.MASTERED)):
        quiz = quiz_with(
            course, [question(course, 10 * (1 + len(verdict))), question(course, 10 * len(verdict) + 5)], kind=kind
        )
        for place in range(8):
            finished(quiz, course.person(), ["1", str(place % 2)])
        item = analysis_of(quiz).items[0]
        assert item.advice.verdict is verdict
        page = as_user.committee(course.workshop).get(page_of(quiz)).text
        assert ("dikuasai hampir semua peserta" in page) is (verdict is Verdict.MASTERED)


def test_a_negative_key_is_suspect_also_after_the_teaching(course: Any) -> None:
    quiz = quiz_with(course, [question(course, number) for number in range(1, 4)], kind=QuizKind.POST)
    for place in range(20):
        finished(quiz, course.person(), ["0" if place == 0 else "1", *(["1", "1"] if place < 5 else ["0", "0"])])
    assert analysis_of(quiz).items[0].advice.verdict is Verdict.LOOK


def test_forms_have_totals_of_their_own_and_questions_those_who_had_them(course: Any, as_user: Any) -> None:
    rows = [question(course, number) for number in range(1, 6)]
    quiz = quiz_with(course, rows)
    items = {item.question_id: item for item in db.session.scalars(sa.select(QuizItem).filter_by(quiz_id=quiz.id))}
    for row, form in zip(rows, ("A", "A", "B", "B", ""), strict=True):
        items[row.id].form = Form(form)
    quiz.has_forms = True
    chance, given = random.Random(8), []
    for place in range(14):
        form = Form.A if place % 2 else Form.B
        among = [rows[0], rows[1], rows[4]] if form is Form.A else [rows[2], rows[3], rows[4]]
        marks = [str(chance.randint(0, 1)) for _slot in among]
        given.append((form, marks))
        finished(quiz, course.person(), marks, among=among, form=form)
    found = analysis_of(quiz)
    assert [(total.form, total.figures.n, total.most) for total in found.totals] == [(Form.A, 7, 3), (Form.B, 7, 3)]
    client = as_user.committee(course.workshop)
    for place, form in enumerate((Form.A, Form.B)):
        wanted = exported(client, quiz, "1", paket=form.value)
        assert asdict(found.totals[place].figures) == pytest.approx(asdict(wanted.total))
        mine = [item for item in found.items if item.column.form is form]
        assert [item.slot for item in mine] == list(wanted.slots[:2])
    both = found.items[4]
    shared = question_of(
        marks=[int(marks[2]) for _form, marks in given],
        totals=[sum(map(int, marks)) for _form, marks in given],
        max_mark=1,
    )
    assert (both.people, both.slot) == (14, shared)
    page = client.get(page_of(quiz)).text
    assert "Tes ini mempunyai dua paket" in page
    assert page.count("paket=A") == 1


def test_questions_drawn_from_a_pool_are_judged_by_those_who_had_them(course: Any, as_user: Any) -> None:
    rows = [question(course, number) for number in range(1, 5)]
    quiz = quiz_with(course, rows)
    for place in range(8):
        among = [rows[0], rows[1 + place % 3]]
        finished(quiz, course.person(), ["1" if place < 4 else "0", "1"], among=among)
    found = analysis_of(quiz)
    assert [item.people for item in found.items] == [8, 3, 3, 2]
    assert [item.slot.facility for item in found.items] == [0.5, 1, 1, 1]
    assert found.items[0].slot.upper_lower == 1
    assert found.has_draws
    (total,) = found.totals
    assert (total.figures.mean, total.figures.cic, total.most) == (1.5, None, 2)
    assert "soal yang berbeda dari kumpulan soal" in as_user.committee(course.workshop).get(page_of(quiz)).text


def test_totals_of_draws_with_different_worth_are_in_percent(course: Any) -> None:
    rows = [question(course, number) for number in range(1, 3)]
    quiz = quiz_with(course, rows)
    finished(quiz, course.person(), ["1"], among=[rows[0]], most=["2"])
    finished(quiz, course.person(), ["1"], among=[rows[1]], most=["1"])
    (total,) = analysis_of(quiz).totals
    assert (total.is_percent, total.figures.mean, total.most) == (True, 75, 100)


def test_erased_answers_leave_facilities_and_the_spread_of_totals(filled: Quiz, as_user: Any) -> None:
    before = analysis_of(filled)
    retention.erase_answers(quiz_id=filled.id)
    found = analysis_of(filled)
    assert found.people == before.people
    for item, was in zip(found.items, before.items, strict=True):
        assert same(item.slot.facility, was.slot.facility)
        assert (item.slot.sd, item.slot.upper_lower, item.options, item.shares) == (None, None, (), None)
    assert same(found.totals[0].figures.sd, before.totals[0].figures.sd)
    assert found.totals[0].figures.cic is None
    page = as_user.committee(filled.workshop).get(page_of(filled))
    assert "sudah dihapus karena masa simpannya habis" in page.text


def test_observers_see_figures_and_never_a_name(course: Any, as_user: Any) -> None:
    quiz = quiz_with(course, [question(course, 1), question(course, 2)])
    for name in ("Yohana Lestari", "Petrus Jangkang"):
        finished(quiz, course.person(person=course.factories.person(full_name=name)), ["1", "0"])
    observer, committee = as_user.observer("61"), as_user.committee(course.workshop)
    items = f"/kelola/unduh/quiz.items.csv?workshop_id={course.workshop.id}&quiz_id={quiz.id}"
    for path in (page_of(quiz), f"{page_of(quiz)}/nilai.csv", items):
        for client in (observer, committee):
            answer = client.get(path)
            assert answer.status_code == 200
            assert "Lestari" not in answer.text
            assert "Jangkang" not in answer.text
    assert observer.get(f"{page_of(quiz)}/nilai.xlsx").status_code == 404
    named = committee.get(f"{page_of(quiz)}/nilai.xlsx")
    cells = CalamineWorkbook.from_filelike(io.BytesIO(named.data)).get_sheet_by_index(0).to_python()
    assert cells[0][:6] == ["Nama", "Lembaga", "Paket", "Jumlah", "Nilai tertinggi", "Soal 1 (001)"]
    assert {row[0] for row in cells[1:]} == {"Yohana Lestari", "Petrus Jangkang"}
    assert [row[3:] for row in cells[1:]] == [[1, 2, 1, 0]] * 2


@pytest.mark.parametrize("path", ["", "/nilai.csv", "/nilai.xlsx"])
def test_only_who_may_see_results_of_this_workshop_gets_in(
    course: Any, make_course: Any, as_user: Any, path: str
) -> None:
    other = make_course()
    for client in (as_user.door(course.workshop), as_user.ticket(course.person()), as_user.committee(other.workshop)):
        assert client.get(page_of(course.pre) + path).status_code == 404
    committee = as_user.committee(course.workshop)
    assert committee.get(page_of(course.evaluation) + path).status_code == 404
    mixed = f"/kelola/lokakarya/{course.workshop.id}/kuis/{other.pre.id}/analisis{path}"
    assert committee.get(mixed).status_code == 404


def test_a_quiz_that_nobody_took_says_so(course: Any, as_user: Any) -> None:
    client = as_user.committee(course.workshop)
    assert "Belum ada yang menyelesaikan kuis ini" in client.get(page_of(course.pre)).text
    assert client.get(f"{page_of(course.pre)}/nilai.csv").status_code == 200
    assert len(read(client.get(f"/kelola/unduh/quiz.items.csv?workshop_id={course.workshop.id}").text)) == 30


def test_downloads_of_marks_are_noted(course: Any, as_user: Any) -> None:
    client = as_user.committee(course.workshop)
    for ending in ("csv", "xlsx"):
        client.get(f"{page_of(course.pre)}/nilai.{ending}")
    query = sa.select(AuditEntry).where(AuditEntry.action == "quiz.marks_downloaded")
    assert db.session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) == 2


def test_statements_do_not_grow_with_people(course: Any, as_user: Any, count_statements: Any) -> None:
    quiz = quiz_with(course, [question(course, number) for number in range(1, 4)])
    client, counts = as_user.committee(course.workshop), []
    for more in (3, 30):
        for _person in range(more):
            finished(quiz, course.person(), ["1", "0", "1"], chosen=[0, 1, 0])
        client.get(page_of(quiz))
        count_statements()
        assert client.get(page_of(quiz)).status_code == 200
        counts.append(count_statements())
    assert counts[0] == counts[1]


def test_marks_are_read_exactly(course: Any) -> None:
    quiz = quiz_with(course, [question(course, 1)], most=["3"])
    finished(quiz, course.person(), ["0.1"], most=["3"])
    assert analysis_of(quiz).totals[0].most == Decimal(3)
    assert analysis_of(quiz).items[0].slot.facility == pytest.approx(0.1 / 3, abs=1e-15)
