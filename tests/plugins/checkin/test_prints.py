"""Prints of attendance sheets: versions, codes, and the public page that knows every one of them."""

from __future__ import annotations

import hashlib
import io
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import time
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from pdf_tools import codes_in, needs_poppler, picture_of, text_of

from lms.kernel import clock
from lms.kernel.db import db, unit_of_work
from lms.kernel.permissions import SYSTEM, Role
from lms.plugins.checkin import documents, prints, services
from lms.plugins.checkin.documents import SheetKey
from lms.plugins.checkin.enums import Method
from lms.plugins.checkin.paper_models import PrintedSheet
from lms.plugins.schedule.api import Plan, create_session, session_by_id
from lms.testing import factories as made
from lms.testing.live import at_once, committed, live_app
from lms.testing.services_plugin import fresh_database
from tests.plugins.checkin.conftest import wib


def rows() -> list[PrintedSheet]:
    query = sa.select(PrintedSheet).order_by(PrintedSheet.id).execution_options(populate_existing=True)
    return list(db.session.scalars(query))


@pytest.fixture
def committee(as_user: Any, workshop: Any) -> Any:
    return as_user.committee(workshop)


@pytest.fixture
def pdf(committee: Any, workshop: Any) -> Any:
    def get(**query: str) -> bytes:
        answer = committee.get(f"/kelola/lokakarya/{workshop.id}/kehadiran/daftar-hadir.pdf", query_string=query)
        assert answer.status_code == 200
        return bytes(answer.data)

    return get


def test_the_same_facts_are_the_same_print_byte_for_byte(pdf: Any, door: Any, wati: Any) -> None:
    door.scan(wati)
    first = pdf()
    with clock.freeze(wib("11:00")):
        assert pdf() == first
    assert [(row.version, row.present_count, row.row_count) for row in rows()] == [(1, 1, 1)]
    assert rows()[0].file_hash == hashlib.sha256(first).hexdigest()


def test_a46_an_edit_is_the_next_version_and_the_issued_file_still_verifies(
    client: Any, pdf: Any, door: Any, wati: Any
) -> None:
    door.scan(wati)
    issued = pdf()
    door.undo(wati, reason="salah orang")
    changed = pdf()
    assert changed != issued
    first, second = rows()
    assert [(row.version, row.present_count, row.corrected_count) for row in (first, second)] == [(1, 1, 0), (2, 0, 1)]
    assert first.code != second.code
    for sheet, file, title in ((first, issued, "Ada versi yang lebih baru"), (second, changed, "Lembar ini dicetak")):
        page = client.get(f"/dh/{sheet.code}")
        assert title in page.text
        answer = client.post(f"/dh/{sheet.code}", data={"berkas": (io.BytesIO(file), "daftar.pdf")})
        assert answer.status_code == 200
        assert "Berkas ini persis seperti yang dicetak" in shown(answer.text)
    swapped = client.post(f"/dh/{first.code}", data={"berkas": (io.BytesIO(changed), "daftar.pdf")})
    assert "Berkas ini BUKAN yang dicetak" in shown(swapped.text)


def shown(page: str) -> str:
    """The page without what waits for the script."""
    before, _, rest = page.partition('<div data-compared="same" hidden>')
    return before + rest.partition("<form")[2]


def test_one_changed_byte_is_not_what_was_printed(client: Any, pdf: Any, session: Any, wati: Any) -> None:
    file = pdf()
    code = rows()[0].code
    for wrong in (file[:-1], file + b" ", b"", file.replace(b"%PDF", b"%PDG", 1)):
        answer = client.post(f"/dh/{code}", data={"berkas": (io.BytesIO(wrong), "daftar.pdf")})
        assert "Berkas ini BUKAN yang dicetak" in shown(answer.text)
    assert client.post(f"/dh/{code}", data={}).status_code == 422
    assert len(rows()) == 1  # looking stores nothing


def test_facts_that_come_back_are_the_old_print(pdf: Any, door: Any, wati: Any, factories: Any, workshop: Any) -> None:
    before = pdf()
    door.scan(wati)
    pdf()
    workshop.venue_name = "Aula lama"
    db.session.flush()
    pdf()
    workshop.venue_name = "Aula BK3S"
    db.session.flush()
    pdf()
    assert [row.version for row in rows()] == [1, 2, 3]
    assert pdf() != before


def test_sheets_have_versions_of_their_own(pdf: Any, session: Any, wati: Any, committee: Any) -> None:
    for query in ({}, {"isi": "kosong"}, {"kelompok": "panitia"}, {"hari": "2"}, {"sesi": str(session.id)}):
        pdf(**query)
    with committee.session_transaction() as cookie:
        cookie["language"] = "en"
    pdf()
    assert [row.version for row in rows()] == [1] * 6
    assert [row.mode for row in rows()] == ["filled", "blank", "filled", "filled", "filled", "filled-en"]
    assert [row.session_ref for row in rows()] == [0, 0, 0, 0, session.id, 0]


def test_who_came_changes_nothing_of_the_sheet_to_sign(pdf: Any, door: Any, wati: Any) -> None:
    blank = pdf(isi="kosong")
    door.scan(wati)
    assert pdf(isi="kosong") == blank


@needs_poppler
def test_the_print_carries_its_version_code_hash_and_qr(pdf: Any, session: Any, wati: Any) -> None:
    file = pdf()
    sheet = rows()[0]
    text = text_of(file)
    for words in ("versi 1", prints.spaced(sheet.code), prints.short_hash(sheet), "Dicetak dari sistem"):
        assert words in text, words
    assert codes_in(picture_of(file, 100)) == [prints.address_of(sheet.code)]
    assert prints.short_hash(sheet).replace("-", "") == sheet.facts_hash[:16]


def test_the_public_page_tells_the_sheet_and_never_a_name(client: Any, pdf: Any, door: Any, wati: Any) -> None:
    door.scan(wati)
    pdf(sesi=str(door.session.id))
    sheet = rows()[0]
    answer = client.get(f"/dh/{prints.spaced(sheet.code).lower()}")
    assert answer.status_code == 200
    for words in (
        *("Tata kelola LKSA", "Hari 1, Rabu, 2 Desember 2026", "Kepemimpinan", "Peserta", "2 Desember 2026, 08.20 WIB"),
        *("1 dari 1", prints.short_hash(sheet), sheet.file_hash),
    ):
        assert words in answer.text, words
    assert "Wati" not in answer.text
    assert "Enggang" not in answer.text
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"


def test_wrong_codes_say_what_to_do_and_are_throttled(client: Any, session: Any) -> None:
    assert client.get("/dh").status_code == 200
    assert client.get("/dh?kode=abcd-efgh-jkmn").headers["Location"].endswith("/dh/ABCDEFGHJKMN")
    short = client.get("/dh/ABC")
    assert short.status_code == 404
    assert "seharusnya 12" in short.text
    assert "tidak memuat O, I, L" in client.get("/dh/ABCDEFGHJKM0").text
    answers = [client.get(f"/dh/ABCDEFGHJK{n:02d}".replace("0", "Z").replace("1", "Y")) for n in range(20)]
    assert [answer.status_code for answer in answers[:18]] == [404] * 18
    assert answers[-1].status_code == 429


def test_a_session_that_left_the_agenda_keeps_its_prints(client: Any, pdf: Any, session: Any, wati: Any) -> None:
    pdf(sesi=str(session.id))
    code = rows()[0].code
    db.session.delete(session)
    db.session.flush()
    assert "sudah dihapus dari susunan acara" in client.get(f"/dh/{code}").text


@pytest.fixture(params=["sqlite", "postgresql"])
def live(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Flask, int, int]]:
    """`(app, session id, enrolment id)`, committed."""
    url = request.getfixturevalue("postgres_base") if request.param == "postgresql" else ""
    url = fresh_database(url, f"prints_{uuid.uuid4().hex[:12]}") if url else ""
    with live_app(tmp_path, url) as app:
        with app.test_request_context(), unit_of_work():
            workshop = made.workshop()
            person = made.enrolment(workshop=workshop)
            plan = Plan(title="Satu", day=1, jp=2, starts=time(8, 30), ends=time(10, 0))
            session = create_session(workshop_id=workshop.id, plan=plan, actor=SYSTEM)
            ids = session.id, person.id
        yield app, *ids


@pytest.mark.integration
def test_prints_at_once_number_the_versions_without_gap_or_twin(live: Any) -> None:
    app, session_id, _person = live
    for change in range(3):
        with app.test_request_context(), unit_of_work():
            session_by_id(session_id).workshop.venue_name = f"Aula {change}"

        def print_one(caller: int) -> tuple[int, str]:
            session = session_by_id(session_id)
            # Two callers print what two others print too, of another group.
            role = (Role.PESERTA, Role.PANITIA)[caller % 2]
            key = SheetKey(workshop=session.workshop, day=1, role=role)
            found = prints.printed(key=key, sheet=documents.sheet_of(key, mode="filled"), actor=SYSTEM)
            return found.row.version, hashlib.sha256(found.body).hexdigest()

        results = at_once(app, print_one, count=4)
        assert {version for version, _digest in results} == {change + 1}, results
        assert results[0] == results[2]
        assert results[1] == results[3]
    found = committed(app, PrintedSheet)
    assert sorted((row.role, row.version) for row in found) == [
        (role, number) for role in (Role.PANITIA, Role.PESERTA) for number in (1, 2, 3)
    ]
    assert all(len(row.file_hash) == 64 for row in found)


@pytest.mark.integration
def test_different_facts_at_once_get_different_numbers(live: Any) -> None:
    app, session_id, _person = live

    def print_one(caller: int) -> int:
        session = session_by_id(session_id)
        key = SheetKey(workshop=session.workshop, day=1, role=Role.PESERTA)
        sheet = documents.sheet_of(key, mode="filled")
        return prints.printed(key=key, sheet=replace(sheet, place=f"Aula {caller}"), actor=SYSTEM).row.version

    assert sorted(at_once(app, print_one, count=4)) == [1, 2, 3, 4]


def test_the_rows_cost_the_same_statements_for_one_and_for_many(
    workshop: Any, session: Any, wati: Any, factories: Any, count_statements: Any
) -> None:
    key = SheetKey(workshop=workshop, day=1, role=Role.PESERTA)

    def cost() -> int:
        db.session.expire_all()
        assert workshop.organiser.name
        count_statements()
        documents.sheet_of(key, mode="filled")
        return int(count_statements())

    for number in range(2):
        services.check_in(
            session=session, enrolment=wati, method=Method.BADGE, device="d", client_id=str(number), actor=SYSTEM
        )
    few = cost()
    for number in range(8):
        person = factories.enrolment(workshop=workshop)
        services.check_in(
            session=session, enrolment=person, method=Method.BADGE, device="d", client_id=f"n{number}", actor=SYSTEM
        )
    assert cost() == few
