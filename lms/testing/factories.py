"""Factories of the smallest valid objects; each adds to the session of the running test and flushes."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from lms.core.accounts.models import Account, RoleGrant
from lms.core.accounts.passwords import hash_password
from lms.core.enrolments.enums import EnrolmentStatus
from lms.core.enrolments.models import Enrolment
from lms.core.people.models import Person
from lms.core.people.names import search_key
from lms.core.regions.models import Region
from lms.core.workshops.enums import WorkshopStatus
from lms.core.workshops.models import Organiser, Workshop
from lms.kernel.clock import now
from lms.kernel.db import db, unit_of_work
from lms.kernel.permissions import Role, Scope
from lms.kernel.tokens import new_code

WIB = ZoneInfo("Asia/Pontianak")  # from midnight there to midnight in UTC the dates differ
_numbers = count(1)
REGIONS = {
    "61": ("Kalimantan Barat", "provinsi", None),
    "61.71": ("Kota Pontianak", "kota", "61"),
    "61.12": ("Kabupaten Kubu Raya", "kabupaten", "61"),
    "61.01": ("Kabupaten Sambas", "kabupaten", "61"),
}
# "rahasia-pengujian-satu" hashed once: Argon2 costs about 60 ms, too much for every test.
PASSWORD = "rahasia-pengujian-satu"
_hash: list[str] = []


def load_test_regions() -> None:
    """A few regions, committed once per database, since most objects refer to one."""
    with unit_of_work():
        for code, (name, kind, parent) in REGIONS.items():
            if db.session.get(Region, code) is None:
                db.session.add(
                    Region(code=code, name=name, kind=kind, parent_code=parent, search_name=search_key(name))
                )
                db.session.flush()


def _save(row: Any) -> Any:
    db.session.add(row)
    db.session.flush()
    return row


def organiser(**values: Any) -> Organiser:
    number = next(_numbers)
    defaults = {
        "name": f"Badan {number}",
        "short_name": f"B{number}",
        "number_code": "BK3S-KB",
        "region_code": "61",
        "city": "Pontianak",
    }
    row: Organiser = _save(Organiser(**{**defaults, **values}))
    return row


def workshop(**values: Any) -> Workshop:
    """A published workshop of two days that starts tomorrow; `starts_in` shifts it by days."""
    number = next(_numbers)
    first = datetime.now(WIB).date() + timedelta(days=values.pop("starts_in", 1))
    defaults = {
        "slug": f"lokakarya-{number}",
        "title": f"Lokakarya {number}",
        "status": WorkshopStatus.PUBLISHED,
        "starts_on": first,
        "ends_on": first + timedelta(days=1),
        "region_code": "61.71",
        "venue_name": "Aula BK3S",
        "created_at": now(),
    }
    values.setdefault("organiser", None)
    if values["organiser"] is None:
        values["organiser"] = organiser()
    row: Workshop = _save(Workshop(**{**defaults, **values}))
    return row


def person(**values: Any) -> Person:
    number = next(_numbers)
    name = values.get("full_name", f"Orang {number}")
    defaults = {
        "full_name": name,
        "search_name": search_key(name),
        "phone_e164": f"+62812{number:08d}",
        "created_at": now(),
    }
    row: Person = _save(Person(**{**defaults, **values}))
    return row


def enrolment(**values: Any) -> Enrolment:
    """A confirmed participant."""
    number = next(_numbers)
    values["workshop"] = values.get("workshop") or workshop()
    values["person"] = values.get("person") or person()
    defaults = {
        "role": Role.PESERTA,
        "status": EnrolmentStatus.CONFIRMED,
        "affiliation": f"LKSA {number}",
        "affiliation_key": f"name:lksa{number}",
        "region_code": "61.71",
        "position": "Pengasuh",
        "ticket_code": new_code(6),
        "registered_at": now(),
    }
    row: Enrolment = _save(Enrolment(**{**defaults, **values}))
    return row


def account(**values: Any) -> Account:
    """An account whose password is PASSWORD."""
    if not _hash:
        _hash.append(hash_password(PASSWORD))
    number = next(_numbers)
    defaults = {
        "name": f"Akun {number}",
        "email": f"akun{number}@contoh.id",
        "password_hash": _hash[0],
        "created_at": now(),
        "password_changed_at": now(),
    }
    row: Account = _save(Account(**{**defaults, **values}))
    return row


def grant(account: Account, role: Role, scope: Scope, ref: object = "") -> RoleGrant:
    row: RoleGrant = _save(RoleGrant(account_id=account.id, role=role, scope=scope, ref=str(ref), created_at=now()))
    return row
