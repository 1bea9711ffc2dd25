"""What staff decides about one person: naming for a role, exceptions, numbers from outside."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from lms.core.enrolments.enums import EnrolmentStatus
from lms.kernel.audit import AuditEntry
from lms.kernel.db import db, unit_of_work
from lms.kernel.errors import NotFound
from lms.kernel.permissions import SYSTEM, Role
from lms.plugins.certificates import criteria, decision_queries, decisions, eligibility, services
from lms.plugins.certificates.enums import PaperRole, Standing
from lms.plugins.certificates.errors import CertificateRefused, NotEligible
from lms.plugins.certificates.models import Certificate, Decision

MODERATOR, PESERTA = PaperRole.MODERATOR, PaperRole.PESERTA


def name(enrolment: Any, role: PaperRole = MODERATOR, detail: str = "") -> Decision:
    with unit_of_work():
        return decisions.name_person(enrolment_id=enrolment.id, role=role, detail=detail, actor=SYSTEM)


def allow(enrolment: Any, reason: str = "Tugas negara", role: PaperRole = PESERTA) -> Decision:
    with unit_of_work():
        return decisions.set_exception(enrolment_id=enrolment.id, role=role, reason=reason, actor=SYSTEM)


def outside(enrolment: Any, text: str, role: PaperRole = PESERTA) -> None:
    with unit_of_work():
        decisions.set_external_number(enrolment_id=enrolment.id, role=role, text=text, actor=SYSTEM)


def paste(workshop: Any, text: str, role: PaperRole = PESERTA) -> int:
    with unit_of_work():
        return decisions.paste_external_numbers(workshop_id=workshop.id, role=role, text=text, actor=SYSTEM)


def names_in(workshop: Any, role: PaperRole) -> list[str]:
    return [row.enrolment.person.full_name for row in eligibility.table_of(workshop, role).rows]


def actions() -> list[str]:
    query = sa.select(AuditEntry.action).where(AuditEntry.action.like("certificates.%")).order_by(AuditEntry.id)
    return [action for action in db.session.scalars(query) if action != "certificates.criteria_changed"]


def test_people_of_any_role_can_be_named_as_moderator(add_person: Any, workshop: Any) -> None:
    add_person("Tidak Ditunjuk")
    first, second = add_person("Zul", Role.NARASUMBER), add_person("Ani")
    name(first, detail="Panel  pertama")
    name(second)
    table = eligibility.table_of(workshop, MODERATOR)
    assert [(row.enrolment.person.full_name, row.standing, row.detail) for row in table.rows] == [
        ("Ani", Standing.READY, ""),
        ("Zul", Standing.READY, "Panel pertama"),
    ]
    assert names_in(workshop, PaperRole.FASILITATOR) == []


def test_c09_a_named_person_holds_a_certificate_of_each_role(add_person: Any, issue: Any) -> None:
    person = add_person("Hendrikus")
    name(person)
    own = issue(person)
    with unit_of_work():
        named = services.issue(enrolment_id=person.id, role=MODERATOR, actor=SYSTEM)
    with unit_of_work():
        again = services.issue(enrolment_id=person.id, role=MODERATOR, actor=SYSTEM)
    assert (own.role, named.role, again.id) == (PESERTA, MODERATOR, named.id)
    assert (own.number, named.number) == (1, 2)


def test_c09_nobody_has_a_role_twice_through_two_registrations(add_person: Any, factories: Any) -> None:
    person = factories.person(full_name="Hendrikus Jampi")
    listener, speaker = add_person(person=person), add_person(person=person, role=Role.NARASUMBER)
    for enrolment in (listener, speaker):
        with pytest.raises(CertificateRefused):
            name(enrolment, PaperRole.NARASUMBER)
    name(listener)
    with pytest.raises(CertificateRefused):
        name(speaker)
    assert db.session.scalar(sa.select(sa.func.count(Decision.id))) == 1


def test_naming_again_changes_the_detail_only(add_person: Any) -> None:
    person = add_person()
    assert name(person, detail="Panel 1").id == name(person, detail="Panel 2").id
    found = decision_queries.decision_of(person.id, MODERATOR)
    assert found is not None
    assert found.detail == "Panel 2"


def test_only_confirmed_people_are_named_and_stay_on_the_list(add_person: Any, workshop: Any) -> None:
    with pytest.raises(CertificateRefused):
        name(add_person("Antre", status=EnrolmentStatus.WAITLISTED))
    person = add_person("Batal Kemudian")
    name(person)
    person.status = EnrolmentStatus.CANCELLED
    db.session.flush()
    assert names_in(workshop, MODERATOR) == []


def test_a_naming_is_taken_back_until_a_certificate_is_out(add_person: Any, workshop: Any) -> None:
    person = add_person()
    for _twice in range(2):
        name(person)
        with unit_of_work():
            decisions.unname(enrolment_id=person.id, role=MODERATOR, actor=SYSTEM)
    assert names_in(workshop, MODERATOR) == []
    name(person)
    with unit_of_work():
        services.issue(enrolment_id=person.id, role=MODERATOR, actor=SYSTEM)
    with pytest.raises(CertificateRefused), unit_of_work():
        decisions.unname(enrolment_id=person.id, role=MODERATOR, actor=SYSTEM)
    with pytest.raises(CertificateRefused), unit_of_work():
        decisions.unname(enrolment_id=person.id, role=PESERTA, actor=SYSTEM)


def test_an_exception_lets_pass_with_its_reason_among_the_facts(
    factories: Any, strict_workshop: Any, add_session: Any
) -> None:
    add_session(strict_workshop, 8)
    person, other = (factories.enrolment(workshop=strict_workshop) for _ in range(2))
    with pytest.raises(NotEligible), unit_of_work():
        services.issue(enrolment_id=person.id, actor=SYSTEM)
    allow(person, "Mewakili dinas pada hari kedua")
    rows = {row.enrolment.id: row for row in eligibility.table_of(strict_workshop, PESERTA).rows}
    assert (rows[person.id].standing, rows[person.id].is_exception) == (Standing.READY, True)
    assert (rows[other.id].standing, rows[other.id].is_exception) == (Standing.LACKING, False)
    with unit_of_work():
        made = services.issue(enrolment_id=person.id, actor=SYSTEM)
    assert made.content["facts"] == [
        "belum pernah hadir, perlu 80% dari sesi",
        "tes akhir belum dikumpulkan",
        "pengecualian: Mewakili dinas pada hari kedua",
    ]


def test_an_exception_needs_a_reason_and_somebody_who_has_the_role(add_person: Any) -> None:
    person = add_person()
    with pytest.raises(CertificateRefused) as refused:
        allow(person, "   ")
    assert refused.value.field == "reason"
    with pytest.raises(NotFound):
        allow(person, role=MODERATOR)
    assert db.session.scalar(sa.select(sa.func.count(Decision.id))) == 0


def test_an_exception_is_noted_without_its_words_and_can_be_taken_back(add_person: Any, workshop: Any) -> None:
    criteria.save_criteria(workshop_id=workshop.id, thresholds={"quiz.posttest_submitted": Decimal(1)}, actor=SYSTEM)
    person = add_person("Nama Rahasia")
    allow(person, "Sakit keras")
    for _twice in range(2):
        with unit_of_work():
            decisions.clear_exception(enrolment_id=person.id, role=PESERTA, actor=SYSTEM)
    assert actions() == ["certificates.exception", "certificates.exception_withdrawn"]
    entries = list(db.session.scalars(sa.select(AuditEntry)))
    assert all("Sakit" not in row.reason and "Rahasia" not in row.reason for row in entries)
    assert eligibility.table_of(workshop, PESERTA).rows[0].standing is Standing.LACKING
    assert decision_queries.decision_of(person.id, PESERTA) is None


def test_an_exception_waives_a_fact_that_nobody_provides(add_person: Any, issue: Any, workshop: Any) -> None:
    person, other = add_person("Ani"), add_person("Budi")
    criteria.save_criteria(workshop_id=workshop.id, thresholds={"gone.fact": Decimal(1)}, actor=SYSTEM)
    allow(person)
    table = eligibility.table_of(workshop, PESERTA)
    assert [(row.enrolment.id, row.standing) for row in table.rows] == [
        (person.id, Standing.READY),
        (other.id, Standing.LACKING),
    ]
    assert "gone.fact" in table.problem
    assert issue(person).is_valid


def test_after_issuing_an_exception_stays_as_it_is(add_person: Any, issue: Any) -> None:
    person = add_person()
    allow(person)
    issue(person)
    with pytest.raises(CertificateRefused), unit_of_work():
        decisions.clear_exception(enrolment_id=person.id, role=PESERTA, actor=SYSTEM)
    with pytest.raises(CertificateRefused):
        allow(person, "lain")


def test_a_number_from_outside_is_printed_and_the_series_waits(add_person: Any, issue: Any) -> None:
    first, second = add_person("Ani"), add_person("Budi")
    outside(first, "  045/DIKLAT/2026 ")
    made = [issue(person) for person in (first, second)]
    assert [(row.number_text, row.number) for row in made] == [
        ("045/DIKLAT/2026", None),
        ("001/SERT/BK3S-KB/XI/2026", 1),
    ]
    with pytest.raises(CertificateRefused):
        outside(first, "046/DIKLAT/2026")


def test_a_number_from_outside_is_used_once_in_an_organiser(
    add_person: Any, issue: Any, workshop: Any, factories: Any
) -> None:
    first, second = add_person("Ani"), add_person("Budi")
    outside(first, "045/DIKLAT/2026")
    outside(first, "045/DIKLAT/2026")  # the same again is no fault
    elsewhere = factories.enrolment(workshop=factories.workshop(organiser=workshop.organiser))
    for person in (second, elsewhere):
        with pytest.raises(CertificateRefused) as refused:
            outside(person, "045/DIKLAT/2026")
        assert refused.value.field == "external_number"
    issue(first)
    with pytest.raises(CertificateRefused):
        outside(second, "045/DIKLAT/2026")
    outside(factories.enrolment(workshop=factories.workshop()), "045/DIKLAT/2026")  # of another organiser


def test_the_database_refuses_one_number_on_two_papers(add_person: Any, issue: Any) -> None:
    made = [issue(add_person(letter)) for letter in "AB"]
    statement = sa.update(Certificate).where(Certificate.id == made[1].id).values(number_text=made[0].number_text)
    with pytest.raises(sa.exc.IntegrityError), db.session.begin_nested():
        db.session.execute(statement)


def test_an_empty_number_goes_back_to_the_series(add_person: Any, issue: Any) -> None:
    person = add_person()
    outside(person, "045/DIKLAT/2026")
    outside(person, "")
    assert decision_queries.decision_of(person.id, PESERTA) is None
    assert issue(person).number == 1


def test_a_pasted_list_gives_numbers_to_many(add_person: Any, workshop: Any) -> None:
    people = [add_person(letter) for letter in "ABC"]
    codes = [person.ticket_code for person in people]
    text = f"{codes[0].lower()}\t045/DIKLAT/2026\r\n\r\n{codes[1]}; 046/DIKLAT/2026\n{codes[2]} 047 / D\n"
    assert paste(workshop, text) == 3
    rows = decision_queries.with_external_number(workshop.id, PESERTA)
    assert [(row.external_number, person.id) for row, person in rows] == [
        ("045/DIKLAT/2026", people[0].id),
        ("046/DIKLAT/2026", people[1].id),
        ("047 / D", people[2].id),
    ]


def test_a_pasted_list_counts_whole_or_not_at_all(add_person: Any, workshop: Any, factories: Any) -> None:
    ani, budi = (add_person(letter) for letter in ("Ani", "Budi"))
    committee = add_person("Cici", Role.PANITIA)
    elsewhere = factories.enrolment(workshop=factories.workshop())
    good = f"{ani.ticket_code}\tA/1"
    for bad in (
        "",
        f"{good}\nXXXXXX\tA/2",
        f"{good}\n{budi.ticket_code}",
        f"{good}\n{budi.ticket_code}\tA/1",
        f"{good}\n{ani.ticket_code}\tA/2",
        f"{good}\n{committee.ticket_code}\tA/2",
        f"{good}\n{elsewhere.ticket_code}\tA/2",
        f"{good}\n{budi.ticket_code}\t" + "x" * 121,
    ):
        with pytest.raises(CertificateRefused) as refused:
            paste(workshop, bad)
        assert refused.value.field == "lines"
    assert decision_queries.with_external_number(workshop.id, PESERTA) == []


def test_the_table_of_a_role_costs_the_same_for_many_named_people(
    add_person: Any, workshop: Any, count_statements: Any
) -> None:
    def cost() -> int:
        db.session.expire_all()
        count_statements()
        eligibility.table_of(workshop, MODERATOR)
        return int(count_statements())

    name(add_person("Orang A"))
    cost()
    few = cost()
    for letter in "BCDEFG":
        name(add_person(f"Orang {letter}"))
    assert cost() <= few + 1
