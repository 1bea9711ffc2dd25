"""How a workshop issues: validity, suffixes and letters are its own, and what cannot be made is explained."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from lms.core.people.services import update_person
from lms.kernel.db import db, unit_of_work
from lms.kernel.permissions import SYSTEM, Role
from lms.plugins.certificates import issuing_rules, keys, queries, services, templates
from lms.plugins.certificates.enums import CertificateStatus, PaperKind, PaperRole
from lms.plugins.certificates.errors import CertificateRefused
from lms.plugins.certificates.models import Certificate, Series
from lms.plugins.certificates.signing.model import SigningFailed

PAGE = "/kelola/lokakarya/{}/sertifikat/pengaturan/penerbitan"
USUAL = {"valid_months": 0, "letter": True, "offline_qr": True, "suffix": False, "email": False, "attach": True}


def choose(workshop: Any, **values: Any) -> None:
    with unit_of_work():
        issuing_rules.save_issuing(workshop_id=workshop.id, values={**USUAL, **values}, actor=SYSTEM)


def rename(enrolment: Any, name: str) -> None:
    person = enrolment.person
    with unit_of_work():
        update_person(
            person_id=person.id, full_name=name, title_front="", title_back="", gender=person.gender,
            phone=person.phone_e164, email=person.email, actor=SYSTEM,
        )  # fmt: skip


def test_the_form_saves_how_the_workshop_issues(as_user: Any, workshop: Any) -> None:
    staff = as_user.organiser(workshop)
    answer = staff.post(PAGE.format(workshop.id), data={"valid_months": "36", "letter": "y"})
    assert answer.status_code == 303
    found = issuing_rules.issuing_values(workshop)
    assert found == {**USUAL, "valid_months": 36, "offline_qr": False, "attach": False}


def test_a_wrong_number_of_months_is_refused_and_kept_on_the_page(as_user: Any, workshop: Any) -> None:
    answer = as_user.organiser(workshop).post(PAGE.format(workshop.id), data={"valid_months": "-1"})
    assert answer.status_code == 422
    assert 'value="-1"' in answer.text
    assert issuing_rules.issuing_values(workshop) == USUAL


def test_c29_months_of_validity_end_on_the_same_day_of_a_later_month(
    workshop: Any, add_person: Any, issue: Any
) -> None:
    choose(workshop, valid_months=15)
    made = issue(add_person())
    assert (made.issued_on, made.expires_on) == (date(2026, 11, 27), date(2028, 2, 27))
    assert made.content["expires"] == "27 Februari 2028"


def test_c28_with_the_suffix_a_corrected_paper_keeps_its_number_and_the_book_its_counter(
    workshop: Any, add_person: Any, issue: Any
) -> None:
    choose(workshop, suffix=True)
    first = issue(add_person())
    numbers = [first.number_text]
    for _again in range(2):
        with unit_of_work():
            made = services.reissue(certificate_id=first.id, reason="Ejaan", actor=SYSTEM)
        first = made
        numbers.append(made.number_text)
    assert numbers == [numbers[0], f"{numbers[0]}-R1", f"{numbers[0]}-R2"]
    assert db.session.scalar(sa.select(Series.last_number)) == 1


def test_a_corrected_name_is_corrected_on_the_letter_too(add_person: Any, issue: Any) -> None:
    speaker = add_person("Ratna Wulandri", Role.NARASUMBER)
    first = issue(speaker)
    rename(speaker, "Ratna Wulandari")
    with unit_of_work():
        services.reissue(certificate_id=first.id, reason="Ejaan", actor=SYSTEM)
    letters = list(db.session.scalars(sa.select(Certificate).filter_by(kind=PaperKind.LETTER).order_by(Certificate.id)))
    assert [(row.holder, row.status) for row in letters] == [
        ("Ratna Wulandri", CertificateStatus.REPLACED),
        ("Ratna Wulandari", CertificateStatus.VALID),
    ]


def test_without_letters_a_speaker_gets_the_piagam_alone(workshop: Any, add_person: Any, issue: Any) -> None:
    choose(workshop, letter=False)
    speaker = add_person("Ratna Wulandari", Role.NARASUMBER)
    issue(speaker)
    assert queries.active_certificate(speaker.id, PaperRole.NARASUMBER, PaperKind.LETTER) is None


def test_a_signature_that_cannot_be_made_issues_nothing_and_says_who_can_help(
    add_person: Any, issue: Any, monkeypatch: pytest.MonkeyPatch, as_user: Any, workshop: Any, tmp_path: Path
) -> None:
    person = add_person()

    def fail() -> Any:
        raise SigningFailed(f"{tmp_path.name}.p12 cannot be read")

    monkeypatch.setattr(keys, "pdf_signer", fail)
    with pytest.raises(CertificateRefused, match="ditandatangani"):
        issue(person)
    address = f"/kelola/lokakarya/{workshop.id}/sertifikat/terbitkan/{person.id}"
    shown = as_user.organiser(workshop).post(address, follow_redirects=True)
    assert "tidak dapat ditandatangani" in shown.text
    assert tmp_path.name not in shown.text
    assert db.session.scalar(sa.select(sa.func.count(Certificate.id))) == 0


def test_a_revoked_piagam_takes_its_letter_along(add_person: Any, issue: Any) -> None:
    made = issue(add_person("Ratna Wulandari", Role.NARASUMBER))
    with unit_of_work():
        services.revoke(certificate_id=made.id, reason="Tidak jadi mengisi", actor=SYSTEM)
    rows = list(db.session.scalars(sa.select(Certificate)))
    assert {(row.kind, row.status, row.revoke_reason) for row in rows} == {
        (PaperKind.CERTIFICATE, CertificateStatus.REVOKED, "Tidak jadi mengisi"),
        (PaperKind.LETTER, CertificateStatus.REVOKED, "Tidak jadi mengisi"),
    }


def test_the_letter_is_no_design_for_certificates(workshop: Any) -> None:
    with unit_of_work():
        letter = templates.version_for(workshop, PaperRole.NARASUMBER, PaperKind.LETTER).template
    with pytest.raises(CertificateRefused), unit_of_work():
        templates.choose(workshop_id=workshop.id, role=PaperRole.NARASUMBER, template_id=letter.id, actor=SYSTEM)
