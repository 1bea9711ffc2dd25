"""Issuing, revoking and reissuing: once per person and role, truthful afterwards."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from lms.core.enrolments.enums import EnrolmentStatus
from lms.core.evidence import EvidenceUnavailable
from lms.core.people.services import erase_person
from lms.kernel.clock import freeze
from lms.kernel.db import db, unit_of_work
from lms.kernel.errors import RuleViolation
from lms.kernel.permissions import SYSTEM, Role
from lms.kernel.storage import storage
from lms.plugins.certificates import batches, criteria, eligibility, metrics, services
from lms.plugins.certificates.enums import CertificateStatus, Standing
from lms.plugins.certificates.errors import CertificateRefused, NotEligible
from lms.plugins.certificates.models import Batch, Certificate


def count() -> int:
    return db.session.scalar(sa.select(sa.func.count(Certificate.id))) or 0


def test_issuing_twice_gives_the_same_certificate(add_person: Any, issue: Any) -> None:
    person = add_person()
    assert issue(person) is issue(person)
    assert count() == 1


def test_the_stored_file_is_the_one_that_was_recorded(add_person: Any, issue: Any) -> None:
    made = issue(add_person())
    data = storage().read(made.storage_key)
    assert (len(data), hashlib.sha256(data).hexdigest()) == (made.size, made.sha256)


def test_a_person_has_one_certificate_per_role(add_person: Any, issue: Any, factories: Any) -> None:
    person = factories.person(full_name="Hendrikus Jampi")
    roles = (Role.PESERTA, Role.NARASUMBER, Role.PANITIA)
    made = [issue(add_person(person=person, role=role)) for role in roles]
    assert [row.number for row in made] == [1, 2, 3]
    assert {row.role for row in made} == set(roles)


def test_only_confirmed_people_get_one(add_person: Any, issue: Any) -> None:
    for status in (EnrolmentStatus.WAITLISTED, EnrolmentStatus.CANCELLED):
        with pytest.raises(CertificateRefused):
            issue(add_person(str(status), status=status))
    assert count() == 0


def test_a_refused_paper_gives_its_number_back(add_person: Any, issue: Any, workshop: Any) -> None:
    first = add_person("Orang A")
    with pytest.raises(ZeroDivisionError), unit_of_work():
        services.issue(enrolment_id=first.id, actor=SYSTEM)
        raise ZeroDivisionError
    assert issue(add_person("Orang B")).number == 1


def test_eligible_from_eighty_percent_and_the_reason_says_what_is_missing(
    factories: Any, strict_workshop: Any, add_session: Any, attend: Any
) -> None:
    criteria.save_criteria(
        workshop_id=strict_workshop.id, thresholds={"quiz.posttest_submitted": Decimal(0)}, actor=SYSTEM
    )
    criteria.save_criteria(
        workshop_id=strict_workshop.id, thresholds={"checkin.attendance_ratio": Decimal("0.80")}, actor=SYSTEM
    )
    sessions = [add_session(strict_workshop, hour) for hour in (8, 9, 10, 11, 13)]
    enough, few, none = (factories.enrolment(workshop=strict_workshop) for _ in range(3))
    attend(enough, sessions[:4])
    attend(few, sessions[:3])
    table = eligibility.table_of(strict_workshop, Role.PESERTA)
    by_id = {row.enrolment.id: row for row in table.rows}
    assert by_id[enough.id].standing is Standing.READY
    assert by_id[few.id].reasons == ("hadir 3 dari 5 sesi (60%), perlu 80%",)
    assert by_id[none.id].reasons == ("belum pernah hadir, perlu 80% dari sesi",)
    with pytest.raises(NotEligible, match="hadir 3 dari 5 sesi"), unit_of_work():
        services.issue(enrolment_id=few.id, actor=SYSTEM)


def test_the_usual_conditions_ask_for_attendance_and_the_post_test(
    factories: Any, strict_workshop: Any, add_session: Any, attend: Any
) -> None:
    sessions = [add_session(strict_workshop, 8)]
    person = factories.enrolment(workshop=strict_workshop)
    attend(person, sessions)
    row = eligibility.table_of(strict_workshop, Role.PESERTA).rows[0]
    assert row.reasons == ("tes akhir belum dikumpulkan",)


def test_a_fact_that_nobody_provides_never_passes(add_person: Any, issue: Any, workshop: Any) -> None:
    person = add_person()
    criteria.save_criteria(workshop_id=workshop.id, thresholds={"gone.fact": Decimal(1)}, actor=SYSTEM)
    table = eligibility.table_of(workshop, Role.PESERTA)
    assert "gone.fact" in table.problem
    assert not table.ready
    with pytest.raises(EvidenceUnavailable):
        issue(person)
    assert count() == 0


def test_a_fact_of_a_feature_that_is_off_never_passes(add_person: Any, workshop: Any) -> None:
    add_person()
    criteria.save_criteria(workshop_id=workshop.id, thresholds={"quiz.posttest_score": Decimal("0.7")}, actor=SYSTEM)
    workshop.disabled_features = "quiz"
    assert eligibility.table_of(workshop, Role.PESERTA).problem


def test_speakers_and_committee_need_no_attendance(factories: Any, strict_workshop: Any, issue: Any) -> None:
    for role in (Role.NARASUMBER, Role.PANITIA):
        assert issue(factories.enrolment(workshop=strict_workshop, role=role)).is_valid


def test_revoked_stays_revoked_and_a_batch_passes_the_person_over(add_person: Any, issue: Any, workshop: Any) -> None:
    person = add_person()
    first = issue(person)
    with unit_of_work():
        services.revoke(certificate_id=first.id, reason="Tidak hadir", actor=SYSTEM)
    assert (first.status, first.revoke_reason, first.active_key) == (CertificateStatus.REVOKED, "Tidak hadir", None)
    assert first.revoked_on is not None
    table = eligibility.table_of(workshop, Role.PESERTA)
    assert table.rows[0].standing is Standing.REVOKED
    assert not table.ready
    second = issue(person)  # staff asks for this one person
    assert (second.number, first.status) == (2, CertificateStatus.REVOKED)


def test_revoking_needs_a_reason(add_person: Any, issue: Any) -> None:
    made = issue(add_person())
    with pytest.raises(CertificateRefused), unit_of_work():
        services.revoke(certificate_id=made.id, reason="  ", actor=SYSTEM)


def test_a_corrected_name_is_reissued_with_a_new_number(add_person: Any, issue: Any, workshop: Any) -> None:
    person = add_person("Yohana Lestri")
    old = issue(person)
    person.person.full_name = "Yohana Lestari"
    with freeze(old.issued_at + timedelta(days=10)), unit_of_work():
        new = services.reissue(certificate_id=old.id, reason="Salah tulis nama", actor=SYSTEM)
    assert (old.status, old.replaced_by_id, old.holder) == (CertificateStatus.REPLACED, new.id, "Yohana Lestri")
    assert (new.number, new.holder, new.is_valid) == (2, "Yohana Lestari", True)
    assert new.number_text.endswith("/XII/2026")
    assert new.content["signed"] == "Pontianak, 7 Desember 2026"
    with pytest.raises(RuleViolation), unit_of_work():
        services.reissue(certificate_id=old.id, reason="lagi", actor=SYSTEM)


def test_what_was_printed_does_not_change_with_the_agenda(
    add_person: Any, issue: Any, workshop: Any, add_session: Any
) -> None:
    session = add_session(workshop, 8, jp=3)
    made = issue(add_person())
    session.jp, workshop.title = 9, "Judul baru"
    db.session.flush()
    db.session.expire(made)
    assert (made.content["jp"], made.content["workshop_title"]) == (3, "Tata Kelola LKSA")
    assert sum(line["jp"] for line in made.content["materials"]) == 3


def test_speaker_and_committee_papers_say_what_they_did(
    add_person: Any, issue: Any, workshop: Any, add_session: Any
) -> None:
    speaker = add_person("Maria Sulastri", Role.NARASUMBER)
    helper = add_person("Sela Marlina", Role.PANITIA, task="Registrasi")
    add_session(workshop, 8, jp=2, title="Kelekatan", speakers=[speaker])
    add_session(workshop, 10, jp=4, title="Keuangan")
    taught = issue(speaker).content
    assert "“Kelekatan” (2 JP)" in taught["body"]
    assert (taught["jp"], [line["title"] for line in taught["materials"]]) == (2, ["Kelekatan"])
    assert "Registrasi" in issue(helper).content["body"]
    assert issue(add_person()).content["jp"] == 6


def test_pressing_twice_is_one_batch_and_one_job(add_person: Any, workshop: Any) -> None:
    add_person()
    with unit_of_work():
        first = batches.start(workshop_id=workshop.id, role=Role.PESERTA, actor=SYSTEM)
    with unit_of_work():
        second = batches.start(workshop_id=workshop.id, role=Role.PESERTA, actor=SYSTEM)
    assert (first.id, first.job_id) == (second.id, second.job_id)
    assert db.session.scalar(sa.select(sa.func.count(Batch.id)).filter_by(workshop_id=workshop.id)) == 1


def test_an_erased_person_keeps_a_truthful_certificate_without_name(add_person: Any, issue: Any) -> None:
    person = add_person("Nama Rahasia")
    made = issue(person)
    key = made.storage_key
    with unit_of_work():
        erase_person(person_id=person.person_id, actor=SYSTEM)
    db.session.expire(made)
    assert (made.holder, made.is_valid, made.storage_key) == ("", True, "")
    assert "Rahasia" not in str(made.content)
    assert storage().record(key) is None


def test_the_metric_counts_a_replaced_certificate_once(add_person: Any, issue: Any, workshop: Any) -> None:
    from lms.kernel.declarations import Period

    old = issue(add_person())
    with unit_of_work():
        services.reissue(certificate_id=old.id, reason="nama", actor=SYSTEM)
    period = Period(first=workshop.starts_on, last=workshop.ends_on)
    assert metrics.issued(period=period, region_codes=["61.71", "61.12"]) == {"61.71": Decimal(1)}


def test_a_new_workshop_gets_its_conditions_written_down(factories: Any) -> None:
    from lms.core.workshops.services import create_workshop

    organiser = factories.organiser()
    first = factories.workshop().starts_on
    with unit_of_work():
        made = create_workshop(
            organiser_id=organiser.id, title="Baru", starts_on=first, region_code="61.71", actor=SYSTEM
        )
    assert criteria.thresholds_of(made.id) == criteria.DEFAULTS
    criteria.save_criteria(workshop_id=made.id, thresholds={"checkin.attendance_ratio": Decimal("0.5")}, actor=SYSTEM)
    with unit_of_work():
        copy = create_workshop(
            organiser_id=organiser.id,
            title="Salinan",
            starts_on=first,
            region_code="61.71",
            actor=SYSTEM,
            source_id=made.id,
        )
    assert criteria.thresholds_of(copy.id)["checkin.attendance_ratio"] == Decimal("0.5")
