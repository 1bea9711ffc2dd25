"""Import and export as the organiser sees them: choose, look, take in, and take the list away again."""

from __future__ import annotations

import io
from typing import Any

import pytest
import sqlalchemy as sa

from lms.kernel.db import db
from lms.plugins.quiz import bank
from lms.plugins.quiz.bank_models import ImportBatch, Question

GIFT = "::Satu:: 1+1? {=dua ~<b>tiga</b>}\n\n::Rusak:: Tanpa kunci {~a ~b}\n\n::Dua:: Benar? {T}\n"
PASTED = "1. Ibu kota Kalimantan Barat?\na. Sambas\nb. Pontianak\nKunci: B\n\n2. Tanpa kunci?\na. ya\nb. tidak\n"
PAGE = "/kelola/bank-soal/impor"


def sent(client: Any, *, text: str = "", name: str = "soal, baru.gift", pasted: str = "", **values: str) -> Any:
    data: dict[str, Any] = {"owner": "shared", "pasted": pasted, "format": "", **values}
    if text:
        data["file"] = (io.BytesIO(text.encode()), name)
    return client.post(PAGE, data=data, content_type="multipart/form-data")


def test_q1_file_is_shown_before_anything_is_written_and_then_taken_in(db_session: Any, as_user: Any) -> None:
    client = as_user.admin()
    answer = sent(client, text=GIFT)
    assert answer.status_code == 303
    page = client.get(answer.location).text
    assert "soal, baru.gift" in page
    assert "Tidak terbaca" in page
    assert "&lt;b&gt;tiga" in page  # Q5: what looks like HTML is text
    assert db.session.scalars(sa.select(Question)).all() == []
    assert client.post(answer.location, data={"semua": "1", "skips_known": "y"}).status_code == 303
    assert sorted(db.session.scalars(sa.select(Question.kind))) == ["choice", "truefalse"]
    client.post(answer.location, data={"semua": "1", "skips_known": "y"})
    assert len(db.session.scalars(sa.select(Question)).all()) == 2
    assert "2 soal dimasukkan" in client.get(answer.location).text


def test_pasted_text_is_read_by_its_numbers(db_session: Any, as_user: Any) -> None:
    client = as_user.admin()
    address = sent(client, pasted=PASTED).location
    client.post(address, data={"soal": ["1"], "skips_known": "y"})
    question = db.session.scalars(sa.select(Question)).one()
    assert question.text == "Ibu kota Kalimantan Barat?"


@pytest.mark.parametrize(
    "values",
    [{}, {"text": GIFT, "pasted": PASTED}, {"text": "\x00\x01\x02", "name": "a.docx"}, {"text": "PK\x03\x04x"}],
)
def test_what_cannot_be_read_is_told_and_nothing_is_kept(db_session: Any, as_user: Any, values: dict[str, str]) -> None:
    assert sent(as_user.admin(), **values).status_code == 422
    assert db.session.scalars(sa.select(ImportBatch)).all() == []


def test_a_file_that_waits_is_for_its_author_alone(db_session: Any, as_user: Any, factories: Any) -> None:
    workshop = factories.workshop()
    address = sent(as_user.organiser(workshop), text=GIFT, owner=str(workshop.organiser_id)).location
    other = as_user.organiser(factories.workshop())
    assert other.get(address).status_code == 404
    assert other.post(address, data={"semua": "1"}).status_code == 404
    assert sent(other, text=GIFT, owner=str(workshop.organiser_id)).status_code == 422


@pytest.mark.parametrize("ending", ["docx", "xlsx"])
def test_templates_can_be_downloaded_and_an_unknown_one_cannot(db_session: Any, as_user: Any, ending: str) -> None:
    client = as_user.admin()
    answer = client.get(f"/kelola/bank-soal/templat.{ending}")
    assert answer.status_code == 200
    assert answer.data.startswith(b"PK")
    assert f"templat-soal.{ending}" in answer.headers["Content-Disposition"]
    assert client.get("/kelola/bank-soal/templat.exe").status_code == 404


def test_export_is_the_list_as_it_is_narrowed(db_session: Any, as_user: Any) -> None:
    bank.load_bank()
    client = as_user.admin()
    whole = client.get("/kelola/bank-soal/ekspor?format=gift").text
    some = client.get("/kelola/bank-soal/ekspor?format=gift&pilar=kepemimpinan").text
    assert "Organ yayasan" in whole
    assert 0 < some.count("{") < whole.count("{")
    assert client.get("/kelola/bank-soal/ekspor?format=aiken").status_code == 404


def test_export_holds_no_question_of_another_organiser(db_session: Any, as_user: Any, factories: Any) -> None:
    mine, theirs = factories.workshop(), factories.workshop()
    bank.add(bank_draft("Rahasia badan lain?"), organiser_id=theirs.organiser_id, actor=bank.SYSTEM, code="RAHASIA")
    client = as_user.organiser(mine)
    assert "Rahasia" not in client.get("/kelola/bank-soal/ekspor?format=gift").text


def bank_draft(text: str) -> Any:
    return bank.Draft(content=bank.single_choice(text, ["ya", "tidak"], 1))
