"""The question bank: loaded once, kept apart by organiser, unchanged once it was asked."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from lms.kernel.db import db
from lms.kernel.errors import RuleViolation
from lms.kernel.permissions import SYSTEM
from lms.plugins.quiz import bank
from lms.plugins.quiz.enums import Pillar, QuestionKind
from lms.plugins.quiz.models import Key, Option, Question

FORM = {
    "owner": "shared",
    "text": "Siapa yang menandatangani surat tugas?",
    "option_1": "Ketua",
    "option_2": "Tamu",
    "option_3": "",
    "option_4": "",
    "key": "1",
    "pillar": "manajemen",
    "explanation": "",
    "source": "",
    "code": "",
}


def test_bank_is_loaded_once(db_session: Any) -> None:
    added = bank.load_bank()
    assert (added, bank.load_bank()) == (45, 0)
    kinds = dict(db_session.execute(sa.select(Question.kind, sa.func.count()).group_by(Question.kind)).all())
    assert kinds == {QuestionKind.SINGLE: 35, QuestionKind.LIKERT: 8, QuestionKind.TEXT: 2}
    assert len(db_session.scalars(sa.select(Key)).all()) == 35
    a05 = db_session.scalars(sa.select(Question).filter_by(code="A05")).one()
    assert db_session.get(Option, bank.key_of(a05.id)).text == "Pembina, Pengurus, dan Pengawas"


def test_central_staff_adds_and_changes_a_question(db_session: Any, as_user: Any) -> None:
    client = as_user.admin()
    answer = client.post("/kelola/bank-soal/baru", data=FORM)
    assert answer.status_code == 303
    question = db_session.scalars(sa.select(Question).where(Question.text == FORM["text"])).one()
    assert client.get(answer.location).status_code == 200
    edit = f"/kelola/bank-soal/{question.id}/ubah"
    assert 'value="Ketua"' in client.get(edit).text
    changed = {**FORM, "option_3": "Bendahara", "key": "3"}
    assert client.post(edit, data=changed).status_code == 303
    assert db_session.get(Option, bank.key_of(question.id)).text == "Bendahara"
    assert len(question.options) == 3


@pytest.mark.parametrize(
    "changes", [{"key": "3"}, {"option_2": ""}, {"option_2": "ketua"}, {"text": ""}, {"option_4": "x"}, {"key": ""}]
)
def test_incomplete_questions_are_refused(db_session: Any, as_user: Any, changes: dict[str, str]) -> None:
    answer = as_user.admin().post("/kelola/bank-soal/baru", data={**FORM, **changes})
    assert answer.status_code == 422
    assert db_session.scalar(sa.select(sa.func.count()).select_from(Question)) == 0


def test_question_that_was_asked_stays(course: Any, as_user: Any) -> None:
    course.open(course.pre)
    course.take(course.pre, right=1)
    question = db.session.scalars(sa.select(Question).filter_by(code="A01")).one()
    with pytest.raises(RuleViolation):
        bank.edit_question(question_id=question.id, text="Lain", options=["a", "b"], key=1, actor=SYSTEM)
    answer = as_user.admin().post(f"/kelola/bank-soal/{question.id}/ubah", data=FORM)
    assert answer.status_code == 422
    assert question.text != FORM["text"]


def test_search_and_pillar_narrow_the_list(db_session: Any, as_user: Any) -> None:
    bank.load_bank()
    client = as_user.admin()
    assert "A05" in client.get("/kelola/bank-soal?q=organ+yayasan").text
    page = client.get("/kelola/bank-soal?pilar=kepemimpinan").text
    assert "B05" in page
    assert "A05" not in page
    hits = client.get("/kelola/cari?q=organ+yayasan")
    assert hits.status_code == 200
    assert "Organ yayasan" in hits.text


def test_organisers_keep_their_questions_to_themselves(as_user: Any, factories: Any) -> None:
    mine, theirs = factories.workshop(), factories.workshop()
    bank.load_bank()
    secret = bank.add_question(
        organiser_id=theirs.organiser_id,
        text="Milik badan lain",
        options=["a", "b"],
        key=1,
        actor=SYSTEM,
        pillar=Pillar.CONTROL,
    )
    client = as_user.organiser(mine)
    assert "Milik badan lain" not in client.get("/kelola/bank-soal?q=milik").text
    for path in (f"/kelola/bank-soal/{secret.id}", f"/kelola/bank-soal/{secret.id}/ubah"):
        assert client.get(path).status_code == 404
    assert client.post("/kelola/bank-soal/baru", data={**FORM, "owner": "shared"}).status_code == 422
    assert client.post("/kelola/bank-soal/baru", data={**FORM, "owner": str(theirs.organiser_id)}).status_code == 422
    assert client.post("/kelola/bank-soal/baru", data={**FORM, "owner": str(mine.organiser_id)}).status_code == 303
    shared = db.session.scalars(sa.select(Question).filter_by(code="A05")).one()
    assert client.get(f"/kelola/bank-soal/{shared.id}").status_code == 200
    assert client.post(f"/kelola/bank-soal/{shared.id}/ubah", data=FORM).status_code == 404
    committee = as_user.committee(theirs)
    assert committee.get(f"/kelola/bank-soal/{secret.id}").status_code == 200
    assert committee.post("/kelola/bank-soal/baru", data=FORM).status_code == 403
