"""A signature drawn on the phone: what is let through, until when, and where it is printed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as some
from pdf_tools import needs_poppler, picture_of, text_of

from lms.core.people.services import erase_person
from lms.kernel import clock
from lms.kernel.db import db
from lms.kernel.permissions import SYSTEM
from lms.plugins.checkin import documents, personal_data, signatures
from lms.plugins.checkin.documents import SheetKey
from lms.plugins.checkin.enums import Mode
from lms.plugins.checkin.models import SessionRule
from lms.plugins.checkin.paper_models import Signature
from lms.plugins.checkin.signatures import SignatureRefused, check_path
from tests.plugins.checkin.conftest import wib

PATH = "M20 60L30 30L45 20L60 50L50 80M40 60L90 40L110 55L130 30L150 70"
OTHER = "M10 10L200 90"
BAD = [
    "",
    "M",
    "M10 10",
    "M10 10L11 11",
    "L10 10L200 90",
    "M10 10L301 90",
    "M10 10L200 101",
    "M10 10L1000 90",
    "M10 10l200 90",
    "M10,10L200,90",
    "M10 10L200.5 90",
    "M-1 10L200 90",
    "M10 10L200 90Z",
    "M10 10L200 90 ",
    "M10 10L200 90\n",
    "M10 10L200 90'/><script>",
    "M١٠ ١٠L200 90",
    "M10 10" + "L200 90L10 10" * 500,
]


def signed() -> list[Signature]:
    query = sa.select(Signature).order_by(Signature.id).execution_options(populate_existing=True)
    return list(db.session.scalars(query))


@pytest.fixture
def phone(as_user: Any, door: Any, wati: Any) -> Any:
    """Wati's phone, after she was marked present at 08.20."""
    door.scan(wati)
    return as_user.ticket(wati)


def address(session: Any) -> str:
    return f"/h/tanda-tangan/{session.id}"


def test_a_signature_is_stored_once_and_may_be_drawn_anew(phone: Any, session: Any, wati: Any) -> None:
    for path in (PATH, PATH, OTHER, OTHER):
        answer = phone.post(address(session), data={"path": path})
        assert (answer.status_code, answer.headers["Location"]) == (303, address(session))
    assert [(row.enrolment_id, row.session_id, row.path) for row in signed()] == [(wati.id, session.id, OTHER)]
    page = phone.get(address(session)).text
    assert f'<path d="{OTHER}"/>' in page
    assert "yang baru menggantikan yang lama" in page


@pytest.mark.parametrize("path", BAD)
def test_nothing_but_a_drawing_is_let_through(path: str) -> None:
    with pytest.raises(SignatureRefused):
        check_path(path)


@given(some.text(max_size=40) | some.from_regex(r"(M\d{1,4} \d{1,4}(L\d{1,4} \d{1,4})*)+", fullmatch=True))
def test_what_is_let_through_holds_only_points_of_the_box(path: str) -> None:
    try:
        clean = check_path(path)
    except SignatureRefused:
        return
    assert set(clean) <= set("ML 0123456789")
    numbers = [int(part) for part in clean.replace("M", " ").replace("L", " ").split()]
    assert max(numbers[::2]) <= 300
    assert max(numbers[1::2]) <= 100
    assert len(clean) <= 6000


def test_a_bad_drawing_is_answered_with_what_to_do(phone: Any, session: Any) -> None:
    for path in ("", "M10 10L9999 10"):
        answer = phone.post(address(session), data={"path": path})
        assert answer.status_code == 422
        assert "tanda tangan" in answer.text
    assert signed() == []


def test_who_is_not_marked_present_cannot_sign(as_user: Any, session: Any, wati: Any) -> None:
    browser = as_user.ticket(wati)
    page = browser.get(address(session))
    assert page.status_code == 200
    assert "belum tercatat hadir" in page.text
    assert "data-sign" not in page.text
    assert browser.post(address(session), data={"path": PATH}).status_code == 422
    assert signed() == []


def test_after_the_day_the_list_is_closed(phone: Any, session: Any) -> None:
    with clock.freeze(wib("23:59")):
        assert phone.post(address(session), data={"path": PATH}).status_code == 303
    with clock.freeze(wib("00:00", day=2)):
        assert phone.post(address(session), data={"path": OTHER}).status_code == 422
        page = phone.get(address(session)).text
    assert "data-sign" not in page
    assert [row.path for row in signed()] == [PATH]


def test_nobody_signs_at_a_session_of_another_workshop(phone: Any, add_session: Any, factories: Any) -> None:
    foreign = add_session(workshop=factories.workshop(starts_on=wib("08:00").date(), ends_on=wib("08:00").date()))
    for answer in (phone.get(address(foreign)), phone.post(address(foreign), data={"path": PATH})):
        assert answer.status_code == 404
    assert phone.get("/h/tanda-tangan/999999").status_code == 404


def test_without_a_script_the_page_sends_to_the_paper_list(phone: Any, session: Any) -> None:
    page = phone.get(address(session)).text
    form = page[page.index("data-sign") - 60 : page.index("data-sign") + 200]
    assert " hidden>" in form
    assert "tanda tanganlah di daftar kertas" in page


def test_the_ticket_offers_to_sign_after_check_in(phone: Any, as_user: Any, session: Any, factories: Any) -> None:
    assert address(session) in phone.get("/tiket").text
    other = as_user.ticket(factories.enrolment(workshop=session.workshop))
    assert address(session) not in other.get("/tiket").text


@needs_poppler
def test_drawn_and_empty_signatures_stand_in_one_sheet(
    phone: Any, door: Any, session: Any, factories: Any, workshop: Any, wati: Any
) -> None:
    door.scan(factories.enrolment(workshop=workshop, person=factories.person(full_name="Zahra")))
    phone.post(address(session), data={"path": PATH})
    rows = documents.sheet_of(SheetKey(workshop=workshop, day=1, role=wati.role), mode="filled").rows
    assert [(row.name, row.signature) for row in rows] == [("Wati Lestari", PATH), ("Zahra", "")]
    of_session = SheetKey(workshop=workshop, day=1, role=wati.role, session=session)
    pdf = documents.sheet_pdf(of_session, mode="filled", actor=SYSTEM)
    assert "Wati Lestari" in text_of(pdf)
    picture = np.asarray(picture_of(pdf, 150)).astype(int)
    _rows, columns = np.nonzero(picture[:, :, 2] - picture[:, :, 1] > 55)  # petrol is as green as blue
    assert len(columns) > 60, "the signature is drawn in blue ink"
    assert columns.min() > picture.shape[1] * 0.75, "in the last column"


def test_an_attendance_taken_back_takes_its_signature_off_the_sheet(
    phone: Any, door: Any, session: Any, workshop: Any, wati: Any
) -> None:
    phone.post(address(session), data={"path": PATH})
    door.undo(wati)
    rows = documents.sheet_of(SheetKey(workshop=workshop, day=1, role=wati.role), mode="filled").rows
    assert [(row.is_present, row.signature) for row in rows] == [(False, "")]


def test_with_a_check_in_for_the_whole_day_one_signature_is_on_every_sheet_of_it(
    as_user: Any, door: Any, session: Any, add_session: Any, workshop: Any, wati: Any
) -> None:
    later = add_session("10:30", "12:00", title="Keuangan")
    db.session.add(SessionRule(session_id=session.id, mode=Mode.DAY, question="", has_second_code=False))
    db.session.flush()
    door.scan(wati)
    as_user.ticket(wati).post(address(session), data={"path": PATH})
    for shown in (session, later, None):
        key = SheetKey(workshop=workshop, day=1, role=wati.role, session=shown)
        assert documents.sheet_of(key, mode="filled").rows[0].signature == PATH


def test_the_signature_belongs_to_the_person(phone: Any, session: Any, wati: Any) -> None:
    phone.post(address(session), data={"path": PATH})
    assert [row["path"] for row in personal_data.export(wati.person_id)["signatures"]] == [PATH]  # type: ignore[attr-defined]
    erase_person(person_id=wati.person_id, actor=SYSTEM)
    assert signed() == []


def test_a_page_that_only_looks_changes_nothing(phone: Any, session: Any) -> None:
    phone.get(address(session), query_string={"path": PATH})
    assert signed() == []
    assert signatures.LONGEST == 6000
