"""Who may open which door: every address of check-in against every role."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from lms.core.enrolments.services import badge_token
from lms.kernel.permissions import Role, Scope
from tests.plugins.checkin.conftest import attendances, scans

DOOR = [
    ("GET", "presensi/pemindai"),
    ("GET", "presensi/cari"),
    ("GET", "presensi/tamu"),
    ("GET", "presensi/layar"),
    ("POST", "presensi/pemindai"),
    ("POST", "presensi/pilih"),
    ("POST", "presensi/tamu"),
    ("POST", "presensi/{person}/batal"),
    ("POST", "kehadiran/{person}/catat"),
    ("POST", "kehadiran/{person}/tarik"),
    ("GET", "kehadiran/perbaiki"),
]
BOARD = [("GET", "kehadiran"), ("GET", "kehadiran/langsung")]
MANAGEMENT = [
    ("GET", "kehadiran/hubungi"),
    ("GET", "kehadiran/izin"),
    ("GET", "kehadiran/{person}/izin"),
    ("POST", "kehadiran/{person}/izin"),
    ("POST", "kehadiran/{person}/izin/tarik"),
    ("GET", "kehadiran/aturan"),
    ("GET", "kehadiran/aturan/{session}"),
    ("POST", "kehadiran/aturan/{session}"),
    ("GET", "kehadiran/catatan"),
    ("GET", "kehadiran/daftar-kertas"),
]
SHEETS = [
    ("GET", "kehadiran/daftar-hadir"),
    ("GET", "kehadiran/daftar-hadir.pdf"),
    ("GET", "kehadiran/daftar-hadir.xlsx"),
    ("GET", "kehadiran/kartu.pdf"),
    ("GET", "kehadiran/{person}/kartu.pdf"),
]
ALL = [*DOOR, *BOARD, *MANAGEMENT, *SHEETS]
# role -> what it may use; everything else answers as if the workshop did not exist
MATRIX: dict[str, list[tuple[str, str]]] = {
    "pusat": ALL,
    "penyelenggara": ALL,
    "panitia": ALL,
    "petugas": [*DOOR, *BOARD],
    "pengamat": BOARD,
    "pengurus": [],
    "narasumber": [],
    "peserta": [],
    "panitia of another workshop": [],
    "petugas of another workshop": [],
    "penyelenggara of another organiser": [],
    "pengamat of another region": [],
}


def browsers(as_user: Any, factories: Any, workshop: Any, wati: Any) -> dict[str, Callable[[], Any]]:
    other = factories.workshop()
    return {
        "pusat": as_user.admin,
        "penyelenggara": lambda: as_user.organiser(workshop),
        "panitia": lambda: as_user.committee(workshop),
        "petugas": lambda: as_user.door(workshop),
        "pengamat": lambda: as_user.observer("61.71"),
        "pengurus": lambda: as_user.board_of(wati.affiliation_key),
        "narasumber": lambda: as_user.ticket(factories.enrolment(workshop=workshop, role=Role.NARASUMBER)),
        "peserta": lambda: as_user.ticket(wati),
        "panitia of another workshop": lambda: as_user.committee(other),
        "petugas of another workshop": lambda: as_user.door(other),
        "penyelenggara of another organiser": lambda: as_user.organiser(other),
        "pengamat of another region": lambda: as_user.observer("61.01"),
    }


def call(client: Any, method: str, path: str, session: Any, wati: Any) -> int:
    url = f"/kelola/lokakarya/{session.workshop_id}/{path.format(person=wati.id, session=session.id)}?sesi={session.id}"
    form = {
        "code": badge_token(wati),
        "enrolment_id": wati.id,
        "client_id": path,
        "reason": "uji",
        "full_name": "Tamu Baru",
        "phone": "081299990001",
        "affiliation": "LKSA",
        "gender": "",
        "kind": "sick",
        "reach": "session",
        "substitute": "",
        "mode": "once",
        "required": "",
    }
    status: int = client.open(url, method=method, data=form if method == "POST" else None).status_code
    return status


@pytest.mark.parametrize("role", list(MATRIX))
def test_each_role_uses_its_doors_and_finds_no_others(
    as_user: Any, factories: Any, workshop: Any, session: Any, wati: Any, role: str
) -> None:
    client = browsers(as_user, factories, workshop, wati)[role]()
    used = [(method, path) for method, path in ALL if call(client, method, path, session, wati) in {200, 303}]
    assert used == MATRIX[role]
    if not set(MATRIX[role]) & set(DOOR):
        assert scans() == attendances() == []


@pytest.mark.parametrize("role", [name for name, allowed in MATRIX.items() if not allowed])
def test_a_refusal_is_not_found_like_a_workshop_that_does_not_exist(
    as_user: Any, factories: Any, workshop: Any, session: Any, wati: Any, role: str
) -> None:
    client = browsers(as_user, factories, workshop, wati)[role]()
    assert {call(client, method, path, session, wati) for method, path in ALL} == {404}


def test_nobody_signed_in_is_sent_to_sign_in_or_refused(client: Any, session: Any, wati: Any) -> None:
    answers = {(method, call(client, method, path, session, wati)) for method, path in ALL}
    assert answers == {("GET", 302), ("POST", 401)}
    assert scans() == attendances() == []


def test_a_role_in_two_workshops_does_not_mix_them(as_user: Any, factories: Any, workshop: Any, wati: Any) -> None:
    account = factories.account()
    other = factories.workshop()
    factories.grant(account, Role.PETUGAS, Scope.WORKSHOP, workshop.id)
    factories.grant(account, Role.PENGAMAT, Scope.WORKSHOP, other.id)
    client = as_user.account(account)
    assert client.get(f"/kelola/lokakarya/{workshop.id}/kehadiran").status_code == 200
    assert client.get(f"/kelola/lokakarya/{other.id}/presensi/cari").status_code == 404


def test_forms_without_a_token_change_nothing(app: Flask, as_user: Any, session: Any, wati: Any) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        staff, phone = as_user.committee(wati.workshop), as_user.ticket(wati)
        for method, path in ALL:
            if method == "POST":
                assert call(staff, method, path, session, wati) in {400, 422}, path
        assert phone.post("/h/catat", data={"claim": "x"}).status_code in {400, 422}
    finally:
        app.config["WTF_CSRF_ENABLED"] = False
    assert scans() == attendances() == []
