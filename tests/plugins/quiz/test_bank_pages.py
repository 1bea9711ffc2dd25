"""The list of the bank, categories, versions, and who may do what with whose questions."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from lms.core.settings.trail import lines_of
from lms.kernel import audit
from lms.kernel.db import db
from lms.kernel.permissions import SYSTEM
from lms.plugins.quiz import bank, bank_changes, bank_queries, categories
from lms.plugins.quiz.bank_changes import Step
from lms.plugins.quiz.bank_models import Category, Question
from lms.plugins.quiz.bank_queries import Filters
from lms.plugins.quiz.content import Content, Draft, Text
from lms.plugins.quiz.enums import Pillar, TextFormat
from tests.browser.markup import faults_of
from tests.plugins.quiz.forms_of_pages import forget_figures
from tests.plugins.quiz.samples import SAMPLES

BANK = "/kelola/bank-soal"


def a_question(text: str, *, owner: int | None = None, **values: Any) -> Question:
    content = bank.single_choice(text, ["Ketua", "Tamu"], 1)
    filed = {name: values.pop(name) for name in ("tags", "pillar") if name in values}
    return bank.add(Draft(content=content, **filed), organiser_id=owner, actor=SYSTEM, **values)


def a_category(name: str, *, owner: int | None = None, inside: int | None = None) -> Category:
    return categories.add(name=name, organiser_id=owner, parent_id=inside, actor=SYSTEM)


def codes(client: Any, query: str = "") -> list[str]:
    """The codes that the list shows, in its order."""
    page = client.get(f"{BANK}?{query}").text
    shown = db.session.scalars(sa.select(Question).order_by(Question.code))
    return [row.code for row in shown if f'<span class="vh">{row.code}</span>' in page]


@pytest.fixture
def workshop(factories: Any) -> Any:
    return factories.workshop()


def test_the_list_is_narrowed_by_everything_that_a_question_has(workshop: Any, as_user: Any) -> None:
    owner, client = workshop.organiser_id, as_user.organiser(workshop)
    above = a_category("Yayasan", owner=owner)
    below = a_category("Organ", owner=owner, inside=above.id)
    a_question("Siapa yang memimpin?", code="P1", owner=owner, category_id=below.id, pillar=Pillar.LEADERSHIP)
    a_question("Siapa yang mengawasi?", code="P2", owner=owner, category_id=above.id, tags=("Dasar",))
    a_question("Kapan rapat?", code="P3", owner=owner, needs_review=True)
    bank.add(Draft(content=SAMPLES["essay"]), organiser_id=owner, code="P4", actor=SYSTEM)
    a_question("Milik bersama", code="P5")
    retired = a_question("Lama", code="P6", owner=owner)
    bank_changes.apply(question_ids=[retired.id], step=Step.RETIRE, value="", actor=SYSTEM)
    expected = {
        "": ["P1", "P2", "P3", "P4", "P5"],
        "q=siapa": ["P1", "P2"],
        "q=p3": ["P3"],
        "q=dasar": ["P2"],
        f"kategori={above.id}": ["P1", "P2"],
        f"kategori={below.id}": ["P1"],
        "jenis=essay": ["P4"],
        "pilar=kepemimpinan": ["P1"],
        "pilar=semua": ["P1", "P2", "P3", "P4", "P5"],
        "label=dasar": ["P2"],
        "milik=shared": ["P5"],
        f"milik={owner}": ["P1", "P2", "P3", "P4"],
        "tinjau=1": ["P3"],
        "arsip=1": ["P6"],
        "q=siapa&label=Dasar": ["P2"],
        "kategori=x&jenis=%00&milik=%00&pilar=x&page=x": ["P1", "P2", "P3", "P4", "P5"],
    }
    assert {query: codes(client, query) for query in expected} == expected


def test_a_page_of_the_list_costs_the_same_for_one_and_for_many(
    workshop: Any, as_user: Any, count_statements: Any
) -> None:
    client = as_user.organiser(workshop)
    a_question("Satu", owner=workshop.organiser_id, tags=("a",))
    db.session.flush()
    forget_figures()
    count_statements()
    assert client.get(BANK).status_code == 200
    one = count_statements()
    for number in range(24):
        a_question(f"Soal {number}", owner=workshop.organiser_id, tags=("a", "b"))
    db.session.flush()
    forget_figures()
    count_statements()
    page = client.get(BANK)
    assert page.text.count('name="ids"') == 25
    assert count_statements() == one


def test_several_questions_change_at_once_and_back_again(workshop: Any, as_user: Any) -> None:
    owner, client = workshop.organiser_id, as_user.organiser(workshop)
    first, second = a_category("Satu", owner=owner), a_category("Dua", owner=owner)
    rows = [a_question(f"Soal {n}", owner=owner, category_id=first.id if n else None) for n in range(3)]
    foreign = a_question("Milik bersama")

    def state() -> list[tuple[Any, ...]]:
        db.session.expire_all()
        tags = bank_queries.tags_of([row.id for row in rows])
        return [(row.category_id, tags[row.id], row.is_shared, row.retired_at is not None) for row in rows]

    before = state()
    ids = [*(row.id for row in rows), foreign.id]
    for step, values, after in (
        ("move", {"kategori": str(second.id)}, [(second.id, [], False, False)] * 3),
        ("tag", {"label": "Dasar"}, [(c, ["Dasar"], False, False) for c in (None, first.id, first.id)]),
        ("share", {}, [(c, [], True, False) for c in (None, first.id, first.id)]),
        ("retire", {}, [(c, [], False, True) for c in (None, first.id, first.id)]),
    ):
        sent = {"aksi": step, "ids": ids, **values}
        assert client.post(f"{BANK}/aksi", data=sent).status_code == 303
        assert client.post(f"{BANK}/aksi", data=sent).status_code == 303  # twice is as good as once
        assert state() == after, step
        changed = client.post(f"{BANK}/aksi", data={**sent, "aksi": step})
        assert changed.status_code == 303
        client.post(f"{BANK}/aksi", data={**sent, **_opposite(step, values)})
        if step == "move":
            client.post(f"{BANK}/aksi", data={"aksi": "move", "ids": ids[:1], "kategori": ""})
            client.post(f"{BANK}/aksi", data={"aksi": "move", "ids": ids[1:3], "kategori": str(first.id)})
        assert state() == before, step
        assert client.post(f"{BANK}/aksi", data=sent).status_code == 303
        page = client.get(BANK).text
        assert f'action="{BANK}/urungkan"' in page
        assert client.post(f"{BANK}/urungkan").status_code == 303
        assert state() == before, step
        assert f'action="{BANK}/urungkan"' not in client.get(BANK).text
    db.session.refresh(foreign)
    assert (foreign.is_shared, foreign.retired_at, foreign.category_id) == (False, None, None)


def _opposite(step: str, values: dict[str, str]) -> dict[str, Any]:
    return {"aksi": {"tag": "untag", "share": "unshare", "retire": "restore"}.get(step, step), **values}


def test_all_of_the_page_and_nothing_and_nonsense(workshop: Any, as_user: Any) -> None:
    client = as_user.organiser(workshop)
    rows = [a_question(f"Soal {n}", owner=workshop.organiser_id) for n in range(2)]
    for sent in (
        {},
        {"aksi": "tag", "ids": "x", "label": "a"},
        {"aksi": "explode", "ids": str(rows[0].id)},
        {"aksi": "tag", "ids": str(rows[0].id), "label": " "},
        {"aksi": "move", "ids": str(rows[0].id), "kategori": "99999999999"},
        {"aksi": "move", "ids": str(rows[0].id), "kategori": "999999"},
    ):
        answer = client.post(f"{BANK}/aksi", data={**sent, "next": "//evil.example"})
        assert (answer.status_code, answer.location) == (303, BANK)
    client.post(
        f"{BANK}/aksi", data={"aksi": "tag", "semua": "1", "halaman": f"{rows[0].id},{rows[1].id}", "label": "a"}
    )
    assert bank_queries.tags_of([row.id for row in rows]) == {row.id: ["a"] for row in rows}


def test_a_category_of_another_bank_takes_no_question(workshop: Any, factories: Any, as_user: Any) -> None:
    other = a_category("Lain", owner=factories.workshop().organiser_id)
    row = a_question("Soal", owner=workshop.organiser_id)
    as_user.admin().post(f"{BANK}/aksi", data={"aksi": "move", "ids": row.id, "kategori": other.id})
    assert row.category_id is None


def test_nobody_changes_the_questions_of_others(workshop: Any, factories: Any, as_user: Any) -> None:
    theirs = factories.workshop()
    secret = a_question("Rahasia", owner=theirs.organiser_id, code="R-1")
    shared = a_question("Dibagikan", owner=theirs.organiser_id, code="R-2")
    for_all = a_question("Untuk semua", code="R-3")
    bank_changes.apply(question_ids=[shared.id], step=Step.SHARE, value="", actor=SYSTEM)
    client = as_user.organiser(workshop)
    assert codes(client) == ["R-2", "R-3"]
    pages = ("", "/ubah", "/versi", f"/gambar/{'a' * 64}")
    seen = {
        row.code: [client.get(f"{BANK}/{row.id}{p}").status_code for p in pages] for row in (secret, shared, for_all)
    }
    assert seen == {"R-1": [404] * 4, "R-2": [200, 404, 200, 404], "R-3": [200, 404, 200, 404]}
    for row in (secret, shared, for_all):
        assert client.post(f"{BANK}/{row.id}/ubah", data={"text": "x"}).status_code == 404
        client.post(f"{BANK}/aksi", data={"aksi": "retire", "ids": row.id})
        assert row.retired_at is None
    assert "/ubah" not in client.get(f"{BANK}/{shared.id}").text
    committee = as_user.committee(theirs)
    assert committee.get(f"{BANK}/{secret.id}").status_code == 200
    assert committee.get(f"{BANK}/{secret.id}/ubah").status_code == 404
    assert committee.get(f"{BANK}/baru").status_code == 403
    assert 'name="aksi"' not in committee.get(BANK).text
    for nobody in (as_user.door(theirs), as_user.observer("61"), as_user.ticket(factories.enrolment(workshop=theirs))):
        assert nobody.get(f"{BANK}/{secret.id}").status_code == 403


def test_a_question_that_is_shared_can_be_copied_into_the_own_bank_once(
    workshop: Any, factories: Any, as_user: Any
) -> None:
    theirs = factories.workshop()
    secret = a_question("Rahasia", owner=theirs.organiser_id)
    shared = a_question("Dibagikan", owner=theirs.organiser_id, tags=("Dasar",), pillar=Pillar.CONTROL)
    bank_changes.apply(question_ids=[shared.id], step=Step.SHARE, value="", actor=SYSTEM)
    client, own = as_user.organiser(workshop), {"owner": workshop.organiser_id}
    assert client.post(f"{BANK}/{secret.id}/salin", data=own).status_code == 404
    assert client.post(f"{BANK}/{shared.id}/salin", data={"owner": theirs.organiser_id}).status_code == 403
    answers = [client.post(f"{BANK}/{shared.id}/salin", data=own) for _again in range(2)]
    assert answers[0].location == answers[1].location
    copy = db.session.scalars(sa.select(Question).filter_by(organiser_id=workshop.organiser_id)).one()
    assert copy.code != shared.code
    assert (copy.fingerprint, copy.pillar, copy.is_shared) == (shared.fingerprint, Pillar.CONTROL, False)
    assert bank_queries.tags_of([copy.id])[copy.id] == ["Dasar"]


def test_only_the_centre_writes_into_the_shared_bank(workshop: Any, as_user: Any) -> None:
    client = as_user.organiser(workshop)
    sent = {"owner": "shared", "text": "Soal?", "format": "plain", "mark": "1", "pillar": ""}
    assert client.post(f"{BANK}/baru?jenis=essay", data=sent).status_code == 422
    assert client.post(f"{BANK}/kategori", data={"owner": "shared", "name": "Baru"}).status_code == 422
    own = {**sent, "owner": str(workshop.organiser_id)}
    assert client.post(f"{BANK}/baru?jenis=essay", data=own).status_code == 303
    elsewhere = a_category("Bersama")
    filed = {**own, "text": "Lain?", "category": str(elsewhere.id)}
    assert 'id="category-error"' in client.post(f"{BANK}/baru?jenis=essay", data=filed).text
    assert as_user.admin().post(f"{BANK}/baru?jenis=essay", data=sent).status_code == 422  # an equal one is there
    assert as_user.admin().post(f"{BANK}/baru?jenis=essay", data={**sent, "anyway": "1"}).status_code == 303


def test_q26_old_versions_are_shown_with_what_changed(course: Any, as_user: Any) -> None:
    course.open(course.pre)
    course.take(course.pre, right=3)
    question = db.session.scalars(sa.select(Question).filter_by(code="A01")).one()
    changed = bank.single_choice("Kata yang baru?", ["Satu", "Dua"], 2)
    bank.change(question.id, Draft(content=changed, pillar=question.pillar), actor=SYSTEM)
    client = as_user.admin()
    page = client.get(f"{BANK}/{question.id}/versi").text
    assert "<ins>" in page
    assert page.count("<del>") >= 2
    assert "Kata yang baru?</ins>" in page
    wordings = bank_queries.wordings_of(question.id)
    assert [row.version.number for row in wordings] == [2, 1]
    assert wordings[0].content == changed
    assert wordings[1].content.text.source in page
    assert "1 orang" in client.get(f"{BANK}/{question.id}/ubah").text


@pytest.mark.parametrize("kind", SAMPLES)
def test_every_type_is_previewed_with_its_key_beside_it(as_user: Any, db_session: Any, kind: str) -> None:
    question = bank.add(Draft(content=SAMPLES[kind]), organiser_id=None, actor=SYSTEM)
    client = as_user.admin()
    for path in ("", "/ubah", "/versi"):
        answer = client.get(f"{BANK}/{question.id}{path}")
        assert answer.status_code == 200
        assert set(faults_of(answer.text)) <= {"form to None has no token"}  # tests ask for none


def test_q05_what_looks_like_html_is_shown_as_text_unless_the_format_says_html(as_user: Any, db_session: Any) -> None:
    typed = "Apa arti <b>tebal</b>?<script>alert(1)</script>"
    client, found = as_user.admin(), {}
    for format in TextFormat:
        content = Content(kind="essay", text=Text(source=typed, format=format))
        row = bank.add(Draft(content=content), organiser_id=None, actor=SYSTEM)
        page = client.get(f"{BANK}/{row.id}").text
        found[format.value] = ("<b>tebal</b>" in page, "&lt;b&gt;tebal" in page, "<script>alert" in page)
    assert found == {
        "plain": (False, True, False),
        "markdown": (False, True, False),
        "html": (True, False, False),
    }


def test_the_trail_names_what_was_done(workshop: Any, as_user: Any) -> None:
    owner = workshop.organiser_id
    row = a_question("Soal", owner=owner)
    category = a_category("Bab", owner=owner)
    client = as_user.organiser(workshop)
    for step, value in (("move", str(category.id)), ("tag", "a"), ("share", ""), ("retire", ""), ("restore", "")):
        client.post(f"{BANK}/aksi", data={"aksi": step, "ids": row.id, "kategori": value, "label": value})
    entries = audit.entries(limit=20)
    actions = {entry.action for entry in entries}
    assert actions >= {
        "quiz.question_added", "quiz.category_added", "quiz.question_moved", "quiz.question_tagged",
        "quiz.question_shared", "quiz.question_retired", "quiz.question_restored",
    }  # fmt: skip
    from lms.core.workshops.history import ACTIONS

    assert actions - set(ACTIONS) == set()
    assert {line.name for line in lines_of(entries)} >= {"Soal", "Bab"}


def test_filters_know_nothing_of_the_address(workshop: Any) -> None:
    a_question("Satu", code="S1", owner=workshop.organiser_id)
    page = bank_queries.page_of(visible_to=SYSTEM, text="satu", filters=Filters(owner=workshop.organiser_id))
    assert [row.code for row in page.items] == ["S1"]
    assert bank_queries.page_of(visible_to=SYSTEM, pillar=Pillar.CONTROL).items == []
