"""Downloads: who gets which table, and that every copy is noted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.core.exports.api import Column
from lms.core.permissions import SEE_PARTICIPANTS, SITE_ADMIN
from lms.kernel.audit import AuditEntry
from lms.kernel.declarations import Export
from lms.kernel.errors import RuleViolation
from lms.kernel.permissions import Actor


def _columns() -> tuple[Column, ...]:
    return (Column("name", "Nama"), Column("phone", "Telepon"))


def _rows(*, actor: Actor, filters: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    if "bad" in filters:
        raise RuleViolation("This filter is not known.")
    yield ("=Wati", "081234567890")


@pytest.fixture
def exports(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """One export about a workshop, of a feature named `probe`, and one about the site."""
    found = [
        Export(key="probe.people", label="Peserta", permission=SEE_PARTICIPANTS, columns=_columns, rows=_rows),
        Export(key="probe.site", label="Situs", permission=SITE_ADMIN, columns=_columns, rows=_rows),
    ]
    registry = replace(app.extensions["lms_registry"], exports={export.key: export for export in found})
    monkeypatch.setitem(app.extensions, "lms_registry", registry)


def notes(db_session: Any) -> list[tuple[str, int | None]]:
    query = sa.select(AuditEntry.fields, AuditEntry.workshop_id).where(AuditEntry.action == "exports.downloaded")
    return [(row.fields, row.workshop_id) for row in db_session.execute(query)]


def test_a_committee_downloads_its_workshop_and_is_noted(
    exports: None, factories: Any, as_user: Any, db_session: Any
) -> None:
    workshop = factories.workshop()
    answer = as_user.committee(workshop).get(f"/kelola/unduh/probe.people.csv?workshop_id={workshop.id}")
    assert answer.status_code == 200
    assert answer.get_data().decode("utf-8-sig") == "Nama,Telepon\r\n'=Wati,081234567890\r\n"
    assert answer.content_type == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=probe-people-")
    assert "no-store" in answer.headers["Cache-Control"]
    assert notes(db_session) == [("probe.people.csv", workshop.id)]


def test_the_same_table_comes_as_xlsx(exports: None, factories: Any, as_user: Any) -> None:
    workshop = factories.workshop()
    answer = as_user.committee(workshop).get(f"/kelola/unduh/probe.people.xlsx?workshop_id={workshop.id}")
    assert answer.status_code == 200
    assert answer.get_data()[:2] == b"PK"


def test_another_workshop_looks_as_if_it_did_not_exist(
    exports: None, factories: Any, as_user: Any, db_session: Any
) -> None:
    committee = as_user.committee(factories.workshop())
    other = factories.workshop()
    assert committee.get(f"/kelola/unduh/probe.people.csv?workshop_id={other.id}").status_code == 404
    assert committee.get("/kelola/unduh/probe.people.csv?workshop_id=999999999").status_code == 404
    assert notes(db_session) == []


@pytest.mark.parametrize("value", ["", "x", "-1", "1.5", "٣", "9" * 30])
def test_an_unreadable_workshop_is_not_found(exports: None, as_user: Any, value: str) -> None:
    assert as_user.admin().get("/kelola/unduh/probe.people.csv", query_string={"workshop_id": value}).status_code == 404


def test_a_table_about_a_workshop_is_never_given_for_all_of_them(exports: None, as_user: Any) -> None:
    assert as_user.admin().get("/kelola/unduh/probe.people.csv").status_code == 403


def test_a_role_without_the_permission_is_refused(exports: None, factories: Any, as_user: Any, db_session: Any) -> None:
    workshop = factories.workshop()
    assert as_user.door(workshop).get(f"/kelola/unduh/probe.people.csv?workshop_id={workshop.id}").status_code == 404
    assert as_user.committee(workshop).get("/kelola/unduh/probe.site.csv").status_code == 403
    assert notes(db_session) == []


def test_a_site_table_goes_to_its_administrator(exports: None, as_user: Any) -> None:
    assert as_user.admin().get("/kelola/unduh/probe.site.csv").status_code == 200


def test_a_feature_that_is_off_gives_no_table(exports: None, factories: Any, as_user: Any) -> None:
    workshop = factories.workshop(disabled_features="probe")
    assert (
        as_user.committee(workshop).get(f"/kelola/unduh/probe.people.csv?workshop_id={workshop.id}").status_code == 404
    )


def test_a_refused_filter_gets_an_error_page_and_no_half_file(exports: None, factories: Any, as_user: Any) -> None:
    workshop = factories.workshop()
    answer = as_user.committee(workshop).get(f"/kelola/unduh/probe.people.csv?workshop_id={workshop.id}&bad=1")
    assert answer.status_code == 422


@pytest.mark.parametrize("path", ["probe.people.pdf", "unknown.csv", "probe.people"])
def test_unknown_tables_and_formats_are_not_found(exports: None, as_user: Any, path: str) -> None:
    assert as_user.admin().get(f"/kelola/unduh/{path}").status_code == 404


def test_nobody_downloads_without_signing_in(exports: None, client: Any) -> None:
    assert client.get("/kelola/unduh/probe.site.csv").status_code == 302
