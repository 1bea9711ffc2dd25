"""Files into the bank: shown first, good ones kept, bad ones told, nothing twice."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from lms.kernel.db import db
from lms.kernel.permissions import SYSTEM
from lms.plugins.quiz import bank, exporting, grading, imports
from lms.plugins.quiz.bank_models import Category, ImportBatch, Key, Question, QuestionPicture, Tag
from lms.plugins.quiz.content import Draft, Picture, Reading, Text
from lms.plugins.quiz.enums import TextFormat
from lms.plugins.quiz.formats.errors import UnreadableFile

GIFT = b"""$CATEGORY: Pengasuhan/Disiplin

::Piring:: Anak melempar piring. Apa yang dilakukan lebih dulu? {
  ~Menghukum # Tidak membantu
  =Mendampingi # Tepat
  ####Aman dahulu.
}

// yang berikut ini rusak
::Rusak:: Tanpa kunci {~a ~b}

::Suhu:: Suhu badan normal? {#36.8:0.4}
"""


def staged(factories: Any, reading: Reading | None = None, *, organiser_id: int | None = None) -> ImportBatch:
    if reading is None:
        _format, reading = imports.read_file(GIFT, "soal, minggu 1.gift")
    return imports.stage(
        reading,
        format="gift",
        file_name="soal, minggu 1.gift",
        account_id=factories.account().id,
        organiser_id=organiser_id,
    )


def take_in(batch: ImportBatch, **values: Any) -> dict[str, int]:
    return imports.take_in(batch.id, actor=SYSTEM, **{"chosen": None, "skips_known": True, **values})


def size(table: Any = Question) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def test_q1_preview_shows_types_and_faults_before_anything_is_written(db_session: Any, factories: Any) -> None:
    batch = staged(factories)
    assert size() == 0
    rows = imports.rows_of(batch, visible_to=SYSTEM)
    assert [row.draft.content.kind for row in rows] == ["choice", "numerical"]
    (fault,) = imports.faults_of(batch)
    assert "10" in fault.where
    assert fault.reason


def test_q4_good_questions_are_kept_and_the_bad_reported(db_session: Any, factories: Any) -> None:
    outcome = take_in(staged(factories))
    assert outcome == {"added": 2, "skipped": 0, "left_out": 0, "faults": 1}
    questions = db.session.scalars(sa.select(Question).order_by(Question.id)).all()
    content = grading.contents_of([questions[0].version_id])[questions[0].version_id]
    assert [(option.text.source, option.fraction, option.feedback.source) for option in content.options] == [
        ("Menghukum", 0, "Tidak membantu"),
        ("Mendampingi", 1, "Tepat"),
    ]
    assert content.feedback.source == "Aman dahulu."
    paths = {row.id: (row.parent_id, row.name) for row in db.session.scalars(sa.select(Category))}
    assert paths[questions[0].category_id][1] == "Disiplin"
    assert paths[paths[questions[0].category_id][0]] == (None, "Pengasuhan")


def test_q4_a_second_import_offers_to_skip_what_is_there(db_session: Any, factories: Any) -> None:
    take_in(staged(factories))
    again = staged(factories)
    assert all(row.known is not None for row in imports.rows_of(again, visible_to=SYSTEM))
    assert take_in(again)["skipped"] == 2
    assert size() == 2
    assert take_in(staged(factories), skips_known=False)["added"] == 2
    assert size() == 4
    assert size(Category) == 2


def test_taking_in_twice_adds_nothing(db_session: Any, factories: Any) -> None:
    batch = staged(factories)
    assert take_in(batch, skips_known=False) == take_in(batch, skips_known=False)
    assert size() == 2


def test_only_what_was_chosen_comes_in(db_session: Any, factories: Any) -> None:
    outcome = take_in(staged(factories), chosen={2})
    assert (outcome["added"], outcome["left_out"]) == (1, 1)
    assert db.session.scalars(sa.select(Question.kind)).one() == "numerical"


def test_pictures_wait_with_the_file_and_come_along(db_session: Any, factories: Any) -> None:
    data = b"\x89PNG\r\n\x1a\n-not-really"
    picture = Picture(sha="a" * 64, media_type="image/png", data=data)
    content = bank.single_choice("?", ["ya", "tidak"], 1)
    html = Text(source=f'<p>Gambar <img src="picture:{picture.sha}" alt="piring"></p>', format=TextFormat.HTML)
    draft = Draft(
        content=type(content)(**{**vars(content), "text": html}), pictures=(picture,), tags=("Gizi", " Gizi ")
    )
    batch = staged(factories, Reading(drafts=(draft,)))
    assert imports.picture_of(batch, picture.sha) == picture
    take_in(batch)
    (row,) = db.session.scalars(sa.select(QuestionPicture)).all()
    assert (row.sha, row.is_public) == (picture.sha, True)
    assert db.session.scalars(sa.select(Tag.name)).all() == ["Gizi"]
    (exported,) = exporting.drafts_of(db.session.scalars(sa.select(Question)).all())
    assert exported.pictures == (picture,)


def test_empty_and_unknown_files_are_refused(db_session: Any) -> None:
    with pytest.raises(UnreadableFile):
        imports.read_file(b"", "kosong.gift")
    with pytest.raises(UnreadableFile):
        imports.read_file(b"x", "x", format="ods")


def test_exported_bank_comes_back_equal(db_session: Any, factories: Any) -> None:
    bank.load_bank()
    questions = list(db.session.scalars(sa.select(Question).where(Question.kind == "choice").order_by(Question.code)))
    for key in ("gift", "moodle-xml", "csv", "xlsx"):  # QTI says every text in markup, so it is equal in words only
        data, left_out = exporting.write(questions, format=key)
        assert left_out == [], key
        found, reading = imports.read_file(data, f"bank.{key}", format=key)
        assert (found, reading.faults) == (key, ()), key
        before = [bank.fingerprint_of(draft.content) for draft in exporting.drafts_of(questions)]
        assert [bank.fingerprint_of(draft.content) for draft in reading.drafts] == before, key


def test_a_thousand_questions_cost_few_statements(db_session: Any, factories: Any, count_statements: Any) -> None:
    drafts = tuple(
        Draft(content=bank.single_choice(f"Soal {number}", ["ya", "tidak"], 1), category=("Besar", str(number % 9)))
        for number in range(1000)
    )
    batch = staged(factories, Reading(drafts=drafts))
    count_statements()
    assert take_in(batch)["added"] == 1000
    assert count_statements() < 2100  # SQLite numbers rows one by one, which PostgreSQL does in bulk
    assert size(Key) == 1000
