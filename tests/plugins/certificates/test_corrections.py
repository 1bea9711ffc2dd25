"""C28: a holder asks for a correction, the organiser decides, and both papers then verify truthfully."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from lms.core.people.errors import NameRefused
from lms.core.people.services import erase_person
from lms.kernel.audit import AuditEntry
from lms.kernel.db import db, unit_of_work
from lms.kernel.errors import RuleViolation
from lms.kernel.permissions import SYSTEM
from lms.plugins.certificates import corrections, personal_data
from lms.plugins.certificates.enums import CertificateStatus, CorrectionStatus
from lms.plugins.certificates.models import Certificate
from lms.plugins.certificates.record_models import Correction


@pytest.fixture
def person(add_person: Any) -> Any:
    return add_person("Yohana Lestri", title_back="S.Pd.", affiliation="LKSA Tunas")


@pytest.fixture
def paper(person: Any, issue: Any) -> Certificate:
    made: Certificate = issue(person)
    return made


def ask(paper: Certificate, name: str = "Yohana Lestari, S.Pd.", **more: Any) -> Correction:
    with unit_of_work():
        return corrections.ask(
            certificate_id=paper.id, name=name, **{"organisation": "LKSA Tunas", "actor": SYSTEM, **more}
        )


def wanted(**more: str) -> corrections.Wanted:
    usual = {"title_front": "", "full_name": "Yohana Lestari", "title_back": "S.Pd.", "organisation": "LKSA Tunas"}
    return corrections.Wanted(**{**usual, **more})


def accept(row: Correction, **more: str) -> Certificate:
    with unit_of_work():
        return corrections.accept(correction_id=row.id, wanted=wanted(**more), actor=SYSTEM)


def count(kind: Any) -> int:
    return db.session.scalar(sa.select(sa.func.count(kind.id))) or 0


def test_a_holder_asks_in_three_taps_and_sending_twice_is_one_request(paper: Certificate, as_user: Any) -> None:
    browser = as_user.ticket(paper.enrolment)
    own = browser.get("/tiket/sertifikat").text
    url = f"/tiket/sertifikat/{paper.id}/perbaikan"
    assert f'href="{url}"' in own  # the first tap
    form = browser.get(url).text
    assert 'value="Yohana Lestri, S.Pd."' in form  # prefilled: the second tap corrects it
    values = {"name": "Yohana Lestari, S.Pd.", "organisation": "LKSA Tunas", "note": ""}
    for _time in range(2):
        answer = browser.post(url, data=values)
        assert (answer.status_code, answer.location) == (303, url)
    assert count(Correction) == 1
    assert "menunggu jawaban" in browser.get(url).text
    assert "menunggu jawaban" in browser.get("/tiket/sertifikat").text


def test_asking_for_what_is_printed_already_is_refused_unless_there_is_a_note(paper: Certificate) -> None:
    with pytest.raises(RuleViolation):
        ask(paper, "Yohana Lestri, S.Pd.")
    assert ask(paper, "Yohana Lestri, S.Pd.", note="JP saya kurang").note == "JP saya kurang"


def test_a_name_that_no_paper_can_carry_is_refused(paper: Certificate) -> None:
    with pytest.raises(NameRefused):
        ask(paper, "Yohana 🙂 Lestari")


def test_c28_accepting_corrects_the_person_and_issues_again(paper: Certificate) -> None:
    new = accept(ask(paper, organisation="LKSA Tunas Enggang"), organisation="LKSA Tunas Enggang")
    db.session.expire_all()
    assert (new.holder, new.content["organisation"]) == ("Yohana Lestari, S.Pd.", "LKSA Tunas Enggang")
    assert (paper.status, paper.replaced_by_id, paper.holder) == (
        CertificateStatus.REPLACED,
        new.id,
        "Yohana Lestri, S.Pd.",
    )
    assert paper.enrolment.person.full_name == "Yohana Lestari"
    assert (paper.enrolment.affiliation, paper.enrolment.region_code) == ("LKSA Tunas Enggang", "61.71")
    actions = set(db.session.scalars(sa.select(AuditEntry.action)))
    assert {
        "people.changed",
        "enrolments.changed",
        "certificates.reissued",
        "certificates.correction_accepted",
    } <= actions


def test_accepting_twice_issues_once(paper: Certificate) -> None:
    row = ask(paper)
    assert accept(row).id == accept(row).id
    assert count(Certificate) == 2


def test_what_cannot_be_issued_changes_nobody(paper: Certificate) -> None:
    row = ask(paper)
    with pytest.raises(RuleViolation):
        accept(row, full_name="🙂")
    db.session.expire_all()
    assert (row.status, paper.enrolment.person.full_name) == (CorrectionStatus.OPEN, "Yohana Lestri")


def test_a_declined_holder_reads_why_and_may_ask_again(paper: Certificate, as_user: Any, workshop: Any) -> None:
    row = ask(paper)
    staff = as_user.organiser(workshop)
    url = f"/kelola/lokakarya/{workshop.id}/sertifikat/perbaikan/{row.id}/tolak"
    assert staff.post(url, data={f"d{row.id}-answer": ""}).status_code == 422
    assert staff.post(url, data={f"d{row.id}-answer": "Sesuai KTP"}).status_code == 303
    assert "Sesuai KTP" in as_user.ticket(paper.enrolment).get("/tiket/sertifikat").text
    assert ask(paper).id != row.id


def test_a_request_can_be_taken_back_and_leaves_no_words(paper: Certificate, as_user: Any, add_person: Any) -> None:
    row = ask(paper)
    url = f"/tiket/sertifikat/perbaikan/{row.id}/batal"
    assert as_user.ticket(add_person("Orang Lain")).post(url).status_code == 404
    assert as_user.ticket(paper.enrolment).post(url).status_code == 303
    assert count(Correction) == 0


def test_staff_compares_old_and_wanted_and_accepts_from_the_page(
    paper: Certificate, as_user: Any, workshop: Any, factories: Any
) -> None:
    row = ask(paper)
    staff, base = as_user.organiser(workshop), f"/kelola/lokakarya/{workshop.id}/sertifikat/perbaikan"
    assert "1 pemilik meminta perbaikan" in staff.get(f"/kelola/lokakarya/{workshop.id}").text
    page = staff.get(base).text
    for part in ("Yohana Lestri, S.Pd.", "Yohana Lestari, S.Pd.", 'value="Yohana Lestari"', 'value="S.Pd."'):
        assert part in page
    assert as_user.organiser(factories.workshop()).get(base).status_code == 404
    assert as_user.committee(workshop).get(base).status_code == 404
    values = {
        f"a{row.id}-full_name": "Yohana Lestari",
        f"a{row.id}-title_back": "S.Pd.",
        f"a{row.id}-organisation": "X",
    }
    assert staff.post(f"{base}/{row.id}/terima", data={**values, f"a{row.id}-full_name": ""}).status_code == 422
    assert staff.post(f"{base}/{row.id}/terima", data=values).status_code == 303
    assert "diterima" in staff.get(base).text
    assert "meminta perbaikan" not in staff.get(f"/kelola/lokakarya/{workshop.id}").text


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Dr. Hj. Siti Nurhaliza, S.Sos., M.Si.", ("Dr. Hj.", "Siti Nurhaliza", "S.Sos., M.Si.")),
        ("M. Ainul Yaqin", ("", "M. Ainul Yaqin", "")),
        ("H. Moh. Ali, Lc.", ("H.", "Moh. Ali", "Lc.")),
        ("Prof.", ("", "Prof.", "")),
    ],
)
def test_a_printed_name_is_taken_apart_for_the_form(text: str, parts: tuple[str, str, str]) -> None:
    assert corrections.split_name(text) == parts


def test_erasing_a_person_removes_what_they_asked_for(paper: Certificate) -> None:
    ask(paper, note="Nama ibu saya keliru")
    assert "Nama ibu saya" in str(personal_data.export(paper.enrolment.person_id))
    with unit_of_work():
        erase_person(person_id=paper.enrolment.person_id, actor=SYSTEM)
    assert count(Correction) == 0
