"""The question bank: loaded once, in versions that never change, kept apart by organiser."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from lms.kernel.errors import RuleViolation
from lms.kernel.permissions import SYSTEM
from lms.plugins.quiz import bank, bank_queries, taking
from lms.plugins.quiz.bank_models import Key, Question, QuestionVersion
from lms.plugins.quiz.content import Content, Draft, Option, Text
from lms.plugins.quiz.enums import QuestionKind
from lms.plugins.quiz.errors import QuestionChanged
from tests.plugins.quiz.samples import SAMPLES

DRAFT = Draft(content=bank.single_choice("Siapa yang menandatangani surat tugas?", ["Ketua", "Tamu"], 1))


def test_bank_is_loaded_once(db_session: Any) -> None:
    added = bank.load_bank()
    assert (added, bank.load_bank()) == (45, 0)
    kinds = dict(db_session.execute(sa.select(Question.kind, sa.func.count()).group_by(Question.kind)).all())
    assert kinds == {QuestionKind.SINGLE: 35, QuestionKind.LIKERT: 8, QuestionKind.ESSAY: 2}
    a05 = db_session.scalars(sa.select(Question).filter_by(code="A05")).one()
    stored = db_session.get(Key, a05.version_id).content
    right = [option["text"]["source"] for option in stored["options"] if Decimal(option.get("fraction", 0)) == 1]
    assert right == ["Pembina, Pengurus, dan Pengawas"]


@pytest.mark.parametrize(
    "content",
    [
        replace(DRAFT.content, text=Text()),
        replace(DRAFT.content, options=DRAFT.content.options[:1]),
        replace(DRAFT.content, options=(*DRAFT.content.options, Option(text=Text()))),
        replace(DRAFT.content, options=(*DRAFT.content.options, Option(text=Text(source="Ketua")))),
    ],
)
def test_incomplete_questions_are_refused(db_session: Any, content: Content) -> None:
    with pytest.raises(RuleViolation):
        bank.add(Draft(content=content), organiser_id=None, actor=SYSTEM)


def test_a_code_is_taken_once_in_each_bank(db_session: Any, factories: Any) -> None:
    owner = factories.workshop().organiser_id
    for place in (None, owner):
        bank.add(DRAFT, organiser_id=place, code="K1", actor=SYSTEM)
        with pytest.raises(RuleViolation):
            bank.add(DRAFT, organiser_id=place, code=" K1 ", actor=SYSTEM)


def test_q26_an_attempt_keeps_the_wording_that_it_saw(course: Any) -> None:
    course.open(course.pre)
    attempt = course.take(course.pre, right=1, hand_in=False)
    slot = attempt.layout[0]
    before = taking.shown_questions(attempt)[0].text
    content = bank.single_choice("Kata yang baru?", ["a", "b"], 1)
    question = bank.change(slot["q"], Draft(content=content), actor=SYSTEM)
    assert question.version_id != slot["v"]
    assert question.text == "Kata yang baru?"
    assert taking.shown_questions(attempt)[0].text == before


def test_the_same_content_makes_no_new_version(db_session: Any) -> None:
    question = bank.add(DRAFT, organiser_id=None, actor=SYSTEM)
    first = question.version_id
    bank.change(question.id, replace(DRAFT, objective="Tahu", tags=("a",)), actor=SYSTEM)
    assert (question.version_id, question.objective) == (first, "Tahu")
    assert bank_queries.tags_of([question.id]) == {question.id: ["a"]}
    heavier = replace(DRAFT, content=replace(DRAFT.content, mark=Decimal(2)))
    bank.change(question.id, heavier, actor=SYSTEM)
    numbers = db_session.scalars(sa.select(QuestionVersion.number).filter_by(question_id=question.id)).all()
    assert sorted(numbers) == [1, 2]
    assert bank_queries.wordings_of(question.id)[0].content.mark == 2


def test_a_question_keeps_its_type_and_a_version_seen_meanwhile(db_session: Any) -> None:
    question = bank.add(DRAFT, organiser_id=None, actor=SYSTEM)
    seen = question.version_id
    with pytest.raises(RuleViolation):
        bank.change(question.id, Draft(content=SAMPLES["essay"]), actor=SYSTEM)
    other = Draft(content=bank.single_choice("Lain?", ["a", "b"], 1))
    bank.change(question.id, other, actor=SYSTEM, based_on=seen)
    with pytest.raises(QuestionChanged):
        bank.change(question.id, DRAFT, actor=SYSTEM, based_on=seen)


def test_equal_questions_are_known_whatever_their_name_and_mark(db_session: Any) -> None:
    first = bank.add(DRAFT, organiser_id=None, actor=SYSTEM)
    named = replace(DRAFT.content, name="Nomor 3", mark=Decimal(2))
    assert bank.fingerprint_of(named) == first.fingerprint
    assert bank_queries.like(first.fingerprint, visible_to=SYSTEM) is first
    assert bank_queries.like(first.fingerprint, visible_to=SYSTEM, but=first.id) is None
    assert bank.fingerprint_of(SAMPLES["essay"]) != first.fingerprint


def test_the_search_of_the_site_finds_questions(as_user: Any) -> None:
    bank.load_bank()
    hits = as_user.admin().get("/kelola/cari?q=organ+yayasan")
    assert hits.status_code == 200
    assert "Organ yayasan" in hits.text
