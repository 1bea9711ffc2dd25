"""C37: the holder's pages: certificates in every role, and all of them with the JP of each year."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from lms.core.people.services import erase_person
from lms.kernel.db import db, unit_of_work
from lms.kernel.permissions import SYSTEM, Role
from lms.kernel.storage import storage
from lms.plugins.certificates import services
from lms.plugins.certificates.enums import PaperKind, TallyKind
from lms.plugins.certificates.models import Certificate
from lms.plugins.certificates.record_models import Delivery, LogLeaf, UseCount
from tests.plugins.certificates.conftest import ask_nothing, make_workshop

PHONE = {"User-Agent": "Mozilla/5.0 (Linux; Android 14) Firefox/140"}


def uses() -> dict[TallyKind, int]:
    return {row.kind: row.count for row in db.session.execute(sa.select(UseCount.kind, UseCount.count))}


def test_c09_the_page_shows_certificates_in_every_role_and_the_letter(
    add_person: Any, workshop: Any, as_user: Any, issue: Any
) -> None:
    speaker = add_person("Maria Goreti", Role.NARASUMBER)
    made = issue(speaker)
    letter = db.session.scalars(sa.select(Certificate).filter_by(kind=PaperKind.LETTER)).one()
    browser = as_user.ticket(speaker)
    page = browser.get("/tiket/sertifikat").text
    for part in (made.number_text, f"/v/{made.code}", f"/tiket/sertifikat/{letter.id}.pdf", "wa.me"):
        assert part in page
    assert (
        browser.get(f"/tiket/sertifikat/{letter.id}.pdf")
        .headers["Content-Disposition"]
        .startswith("attachment; filename=001_UTK_Maria_Goreti.pdf")
    )


def test_c37_views_and_downloads_of_the_holder_are_counted(add_person: Any, as_user: Any, issue: Any) -> None:
    person = add_person()
    made = issue(person)
    browser = as_user.ticket(person)
    for _time in range(2):
        browser.get("/tiket/sertifikat", headers=PHONE)
    browser.get(f"/tiket/sertifikat/{made.id}.pdf", headers=PHONE)
    assert uses() == {TallyKind.VIEWED: 2, TallyKind.DOWNLOADED: 1}


def test_a_replaced_and_a_revoked_one_are_named(add_person: Any, as_user: Any, issue: Any) -> None:
    person = add_person()
    old = issue(person)
    with unit_of_work():
        new = services.reissue(certificate_id=old.id, reason="Nama", actor=SYSTEM)
    browser = as_user.ticket(person)
    page = browser.get("/tiket/sertifikat").text
    assert f"Menggantikan nomor {old.number_text}" in page or old.number_text in page
    with unit_of_work():
        services.revoke(certificate_id=new.id, reason="Terbit keliru", actor=SYSTEM)
    assert "Terbit keliru" in browser.get("/tiket/sertifikat").text


@pytest.fixture
def elsewhere(factories: Any, issue: Any, add_session: Any) -> Callable[..., Certificate]:
    """`elsewhere(person, jp=3)`: a certificate of the same person from a workshop of the year before."""

    def make(person: Any, *, jp: int) -> Certificate:
        first = date(2025, 5, 6)
        workshop = make_workshop(starts_on=first, ends_on=first)
        ask_nothing(workshop)
        add_session(workshop, 8, jp=jp)
        made: Certificate = issue(factories.enrolment(workshop=workshop, person=person))
        return made

    return make


def test_c37_all_certificates_of_a_person_with_the_jp_of_each_year(
    add_person: Any, workshop: Any, as_user: Any, issue: Any, add_session: Any, elsewhere: Any
) -> None:
    person = add_person()
    add_session(workshop, 8, jp=4)
    before = elsewhere(person.person, jp=3)
    made = issue(person)
    page = as_user.ticket(person).get("/tiket/sertifikat/semua").text
    for part in ("2026", "4 JP", made.number_text, "2025", "3 JP", before.number_text, f"/v/{before.code}"):
        assert part in page
    assert f"/tiket/sertifikat/{before.id}.pdf" not in page
    assert as_user.ticket(person).get(f"/tiket/sertifikat/{before.id}.pdf").status_code == 404


def test_a_ticket_without_certificate_shows_nothing_of_other_workshops(
    add_person: Any, as_user: Any, elsewhere: Any
) -> None:
    """A name and a number make the same person; they are no proof of who holds the ticket."""
    person = add_person()
    before = elsewhere(person.person, jp=3)
    page = as_user.ticket(person).get("/tiket/sertifikat/semua").text
    assert before.number_text not in page
    assert before.code not in page


def test_erasure_removes_files_mails_and_names_and_keeps_the_log(
    add_person: Any, issue: Any, as_user: Any, client: Any
) -> None:
    speaker = add_person("Maria Goreti", Role.NARASUMBER)
    made = issue(speaker)
    papers = list(db.session.scalars(sa.select(Certificate)))
    keys, hashes = [row.storage_key for row in papers], [row.sha256 for row in papers]
    leaves = list(db.session.scalars(sa.select(LogLeaf.leaf_hash).order_by(LogLeaf.id)))
    with unit_of_work():
        erase_person(person_id=speaker.person_id, actor=SYSTEM)
    db.session.expire_all()
    assert (len(papers), [storage().record(key) for key in keys]) == (2, [None, None])
    assert [row.sha256 for row in papers] == hashes
    assert all("Goreti" not in str(row.content) for row in papers)
    assert list(db.session.scalars(sa.select(LogLeaf.leaf_hash).order_by(LogLeaf.id))) == leaves
    assert db.session.scalar(sa.select(sa.func.count(Delivery.id))) == 0
    page = client.get(f"/v/{made.code}")
    assert (page.status_code, "Goreti" in page.text) == (200, False)


def test_the_day_of_expiry_stands_on_the_page(add_person: Any, issue: Any, as_user: Any, workshop: Any) -> None:
    person = add_person()
    made = issue(person)
    made.expires_on = date(2026, 11, 26)
    db.session.flush()
    assert "kedaluwarsa" in as_user.ticket(person).get("/tiket/sertifikat").text
