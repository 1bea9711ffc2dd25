"""C36: one PDF of all certificates of a role, for the printer."""

from __future__ import annotations

import io
from typing import Any

import pypdfium2
import pytest
import sqlalchemy as sa

from lms.core.people.services import erase_person
from lms.kernel.db import db, unit_of_work
from lms.kernel.errors import NotFound
from lms.kernel.job_runner import run_job
from lms.kernel.permissions import SYSTEM, Role
from lms.kernel.storage import storage
from lms.plugins.certificates import book, services
from lms.plugins.certificates.enums import PaperRole
from lms.plugins.certificates.record_models import Book


def start(workshop: Any, role: PaperRole = PaperRole.PESERTA) -> Book:
    with unit_of_work():
        return book.start(workshop_id=workshop.id, role=role, actor=SYSTEM)


def made(app: Any, workshop: Any, role: PaperRole = PaperRole.PESERTA) -> Book:
    row = start(workshop, role)
    assert row.job_id is not None
    assert run_job(app, row.job_id)
    db.session.expire_all()
    return book.book_by_id(row.id)


def names_in(pdf: bytes, names: list[str]) -> list[str]:
    """Which of `names` each page says, in the order of the pages."""
    document = pypdfium2.PdfDocument(pdf)
    texts = [page.get_textpage().get_text_bounded() for page in document]
    document.close()
    return [name for text in texts for name in names if name in text]


@pytest.fixture
def three(add_person: Any, issue: Any) -> list[Any]:
    return [issue(add_person(name)) for name in ("Ani Satu", "Budi Dua", "Citra Tiga")]


def test_c36_the_book_has_every_valid_paper_in_the_order_of_the_numbers(
    app: Any, workshop: Any, three: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(book, "CHUNK", 2)  # so that portions are joined too
    with unit_of_work():
        services.revoke(certificate_id=three[1].id, reason="Keliru", actor=SYSTEM)
    row = made(app, workshop)
    data = storage().read(row.storage_key)
    assert names_in(data, ["Ani Satu", "Budi Dua", "Citra Tiga"]) == ["Ani Satu", "Citra Tiga"]
    assert (row.papers, row.size, row.open_key) == (2, len(data), None)


def test_papers_with_a_back_page_begin_on_a_sheet_of_their_own(
    app: Any, workshop: Any, add_person: Any, issue: Any, add_session: Any
) -> None:
    first = issue(add_person("Tanpa Materi"))
    add_session(workshop, 8)
    second = issue(add_person("Dengan Materi"))
    pages = [len(pypdfium2.PdfDocument(storage().read(row.storage_key))) for row in (first, second)]
    assert pages == [1, 2]
    assert len(pypdfium2.PdfDocument(storage().read(made(app, workshop).storage_key))) == 4


def test_pressing_twice_makes_one_and_a_new_one_removes_the_old(app: Any, workshop: Any, three: list[Any]) -> None:
    assert start(workshop).id == start(workshop).id
    first = made(app, workshop)
    old_id, old_key = first.id, first.storage_key
    second = made(app, workshop)
    assert second.id != old_id
    assert db.session.scalar(sa.select(sa.func.count(Book.id))) == 1
    assert storage().record(old_key) is None
    assert book.newest(workshop.id, PaperRole.PESERTA) == second


def test_a_book_runs_again_after_a_crash(app: Any, workshop: Any, three: list[Any]) -> None:
    row = start(workshop)
    with unit_of_work():
        storage().put(f"certificates/{workshop.id}/books/{row.id}.pdf", b"half", content_type="application/pdf")
    assert row.job_id is not None
    run_job(app, row.job_id)
    db.session.expire_all()
    assert storage().read(book.book_by_id(row.id).storage_key).startswith(b"%PDF")


def test_a_book_says_when_papers_came_since(app: Any, workshop: Any, three: list[Any]) -> None:
    row = made(app, workshop)
    assert not book.state_of(row).is_stale
    with unit_of_work():
        services.revoke(certificate_id=three[0].id, reason="Keliru", actor=SYSTEM)
    assert book.state_of(row).is_stale


def test_an_empty_role_has_no_book(workshop: Any) -> None:
    with pytest.raises(NotFound):
        start(workshop, PaperRole.PANITIA)


def test_erasing_a_person_removes_the_book_that_shows_them(app: Any, workshop: Any, three: list[Any]) -> None:
    row = made(app, workshop)
    key = row.storage_key
    with unit_of_work():
        erase_person(person_id=three[0].enrolment.person_id, actor=SYSTEM)
    assert storage().record(key) is None
    assert book.newest(workshop.id, PaperRole.PESERTA) is None


def test_staff_makes_it_and_takes_it_in_pieces(app: Any, workshop: Any, three: list[Any], as_user: Any) -> None:
    staff, base = as_user.committee(workshop), f"/kelola/lokakarya/{workshop.id}/sertifikat/cetak"
    assert "Buat berkas cetak" in staff.get(base).text
    answer = staff.post(base, data={"peran": "peserta"})
    assert (answer.status_code, answer.location) == (303, f"{base}?peran=peserta")
    row = db.session.scalars(sa.select(Book)).one()
    assert staff.get(base, headers={"Accept": "application/json"}).json["over"] is False
    run_job(app, row.job_id)
    db.session.expire_all()
    assert f"{base}/{row.id}.pdf" in staff.get(base).text
    whole = staff.get(f"{base}/{row.id}.pdf")
    piece = staff.get(f"{base}/{row.id}.pdf", headers={"Range": "bytes=0-9"})
    assert (piece.status_code, piece.data) == (206, whole.data[:10])
    assert len(pypdfium2.PdfDocument(io.BytesIO(whole.data))) >= 3
    assert as_user.door(workshop).get(f"{base}/{row.id}.pdf").status_code == 404


def test_the_book_has_one_role_only(app: Any, workshop: Any, three: list[Any], add_person: Any, issue: Any) -> None:
    issue(add_person("Panitia Kita", Role.PANITIA))
    data = storage().read(made(app, workshop, PaperRole.PANITIA).storage_key)
    assert names_in(data, ["Ani Satu", "Panitia Kita"]) == ["Panitia Kita"]
