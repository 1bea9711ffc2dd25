"""What every part of the demo stands on: regions, the organiser, accounts."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from lms.core.accounts import services as accounts
from lms.core.regions.services import load_regions
from lms.core.settings.services import save_organiser
from lms.core.workshops.models import Organiser
from lms.demo.seed import PASSWORD
from lms.kernel.db import db, unit_of_work
from lms.kernel.permissions import SYSTEM, Role, Scope

PROVINCE = "61"
LOGINS = (
    ("pusat@contoh.id", "pusat: seluruh situs"),
    ("penyelenggara@contoh.id", "penyelenggara: semua lokakarya BK3S"),
    ("panitia@contoh.id", "panitia: lokakarya yang sedang berjalan"),
    ("pintu@contoh.id", "petugas presensi di pintu"),
    ("dinsos@contoh.id", "pengamat wilayah: Dinas Sosial Kubu Raya"),
    ("lembaga@contoh.id", "pengurus satu lembaga"),
)


@dataclass(frozen=True, kw_only=True)
class DemoAccount:
    """An account of the demo, with the one role that it shows."""

    name: str
    email: str
    role: Role
    scope: Scope
    ref: str


def is_loaded() -> bool:
    """Whether this installation holds the demo already."""
    return db.session.scalar(sa.select(Organiser.id).limit(1)) is not None


def load_base() -> Organiser:
    """Regions of Kalimantan Barat and the body that owns the workshops."""
    with unit_of_work():
        load_regions(province_code=PROVINCE, actor=SYSTEM)
        return save_organiser(
            organiser_id=None,
            name="BK3S Kalimantan Barat (contoh)",
            short_name="BK3S Kalbar",
            number_code="BK3S-KB",
            region_code=PROVINCE,
            city="Pontianak",
            address="Jalan Contoh Nomor 1, Pontianak",
            contact="Data contoh, bukan alamat sebenarnya",
            leader_name="Dr. Hj. Contoh Ketua, M.Si.",
            leader_position="Ketua Umum BK3S Kalimantan Barat",
            actor=SYSTEM,
        )


def load_accounts(wanted: list[DemoAccount]) -> None:
    """Accounts with their roles, all with the demo's password."""
    with unit_of_work():
        for item in wanted:
            account = accounts.create_account(
                name=item.name, email=item.email, phone=None, password=PASSWORD, actor=SYSTEM, is_demo=True
            )
            accounts.grant(account_id=account.id, role=item.role, scope=item.scope, ref=item.ref, actor=SYSTEM)


def accounts_of(*, organiser: Organiser, workshop_id: int, affiliation_key: str) -> list[DemoAccount]:
    """One account for each role of the domain."""
    reaches = (
        ("Pusat Contoh", Role.PUSAT, Scope.SITE, ""),
        ("Rani Oktaviana", Role.PENYELENGGARA, Scope.ORGANISER, str(organiser.id)),
        ("Dimas Pratama", Role.PANITIA, Scope.WORKSHOP, str(workshop_id)),
        ("Sela Marlina", Role.PETUGAS, Scope.WORKSHOP, str(workshop_id)),
        ("Pengamat Kubu Raya", Role.PENGAMAT, Scope.REGION, "61.12"),
        ("Siti Maryam", Role.PENGURUS, Scope.ORGANISATION, affiliation_key),
    )
    return [
        DemoAccount(name=name, email=email, role=role, scope=scope, ref=ref)
        for (email, _note), (name, role, scope, ref) in zip(LOGINS, reaches, strict=True)
    ]
