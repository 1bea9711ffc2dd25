"""The change history in names and words."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from lms.core.settings import trail
from lms.kernel import audit
from lms.kernel.permissions import SYSTEM, Actor, ActorEnrolment, Role, Scope
from lms.plugins.schedule.models import Room


@pytest.fixture
def newest(app: Flask, factories: Any) -> Any:
    """`newest(subject, actor)` records a change and reads its line."""

    def read(subject: object = None, actor: Actor = SYSTEM) -> tuple[str, str, str]:
        audit.record(action="x.changed", subject=subject, actor=actor)
        with app.test_request_context():
            line = trail.lines_of(audit.entries(limit=1))[0]
        return line.who, line.kind, line.name

    return read


def test_who_acted_is_told_by_name(newest: Any, factories: Any) -> None:
    account = factories.account(name="Sari")
    held = factories.enrolment(person=factories.person(full_name="Wati", title_front="Dra."))
    ticket = ActorEnrolment(
        id=held.id, workshop_id=held.workshop_id, role=held.role, affiliation_key="", person_id=held.person_id
    )
    assert newest(None, Actor(account_id=account.id))[0] == "Sari"
    assert newest(None, Actor(enrolment=ticket))[0] == "Dra. Wati"
    assert newest(None)[0] == "sistem"
    assert newest(None, Actor(account_id=999_999))[0] == "Akun 999999, sudah dihapus"


def test_what_was_changed_is_told_in_words(newest: Any, factories: Any) -> None:
    account = factories.account(name="Sari")
    workshop = factories.workshop(title="Manajemen Panti")
    room = Room(workshop_id=workshop.id, name="Aula")
    audit.db.session.add(room)
    audit.db.session.flush()
    subjects = {
        ("Peran", "Panitia, Sari"): factories.grant(account, Role.PANITIA, Scope.WORKSHOP, workshop.id),
        ("Akun", "Sari"): account,
        ("Lokakarya", "Manajemen Panti"): workshop,
        ("Pendaftaran", "Wati"): factories.enrolment(person=factories.person(full_name="Wati")),
        ("Ruang", "Aula"): room,
        ("", ""): None,
    }
    assert {newest(subject)[1:] for subject in subjects.values()} == set(subjects)


def test_what_is_gone_keeps_its_kind_and_number(newest: Any, factories: Any, db_session: Any) -> None:
    grant = factories.grant(factories.account(), Role.PANITIA, Scope.WORKSHOP, 1)
    number = grant.id
    newest(grant)
    db_session.delete(grant)
    db_session.flush()
    assert trail.lines_of(audit.entries(limit=1))[0].name == str(number)


def test_every_kind_of_the_product_that_is_audited_has_a_word() -> None:
    tables = {mapper.local_table.name for mapper in audit.Model.registry.mappers}
    assert set(trail.KINDS) <= tables


def test_the_history_costs_the_same_for_many_changes(as_user: Any, factories: Any, count_statements: Any) -> None:
    browser = as_user.admin()
    audit.record(action="enrolments.added", subject=factories.enrolment(), actor=Actor(account_id=1))
    browser.get("/kelola/riwayat")
    count_statements()
    page = browser.get("/kelola/riwayat").text
    few = count_statements()
    for _number in range(9):
        audit.record(action="enrolments.added", subject=factories.enrolment(), actor=Actor(account_id=1))
    factories.workshop()
    count_statements()
    assert browser.get("/kelola/riwayat").text.count("Pendaftaran:") == page.count("Pendaftaran:") + 9
    assert count_statements() == few
