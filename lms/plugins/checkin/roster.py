"""The list of people that a scanner keeps for the time without signal, and that tells a finder of the phone nothing.

Each entry lies under a key that is made from the code of that person's badge: only who holds the badge to the camera
can read the name. Phone numbers and identity numbers are in no entry.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, TypeVar, cast

import sqlalchemy as sa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from lms.core.enrolments.enums import EnrolmentStatus
from lms.core.enrolments.models import Enrolment
from lms.core.enrolments.queries import BADGE
from lms.core.people.models import Person
from lms.core.people.names import formal_name
from lms.kernel.audit import AuditEntry
from lms.kernel.clock import now
from lms.kernel.db import UtcDateTime, db
from lms.kernel.memory import recalled, remembered
from lms.kernel.settings import setting
from lms.kernel.tokens import keyed, make_token
from lms.plugins.checkin.devices import Caller
from lms.plugins.checkin.enums import Direction
from lms.plugins.checkin.models import Attendance

NONCE_BYTES = 12
_REPLACED = 20  # earlier badges of one person that are still told apart from unknown ones
_PEOPLE, _PRESENT = "checkin.roster.people", "checkin.roster.present"
Entry = tuple[str, str, str]
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class People:
    """The people of one workshop; `version` is the same in every process as long as nothing changed."""

    version: str
    made_at: datetime
    entries: list[Entry]
    replaced: list[str]
    open: list[tuple[int, str, str, str]] | None


@dataclass(frozen=True, kw_only=True)
class Roster:
    """The people, and who of them is where."""

    people: People
    present: dict[str, list[int]]

    @property
    def etag(self) -> str:
        there = json.dumps(self.present, sort_keys=True).encode()
        return f"{self.people.version}-{hashlib.sha256(there).hexdigest()[:16]}"

    def as_answer(self, *, known: str) -> dict[str, Any]:
        """For the API; a phone that names the version it has (`known`) gets only who is present."""
        people, is_known = self.people, known == self.people.version
        return {
            "version": people.version,
            "made_at": people.made_at.isoformat(),
            "entries": None if is_known else people.entries,
            "replaced": None if is_known else people.replaced,
            "open": None if is_known else people.open,
            "present": self.present,
        }


def roster_of(caller: Caller) -> Roster:
    """The newest roster of the device's workshop: one small statement while nothing changed."""
    state = db.session.execute(_state()).one()
    workshop_id = caller.workshop_id
    people = _kept(_PEOPLE, workshop_id, (state.changes, state.enrolment, state.registered), _people)
    present = _kept(_PRESENT, workshop_id, (state.changes, state.attendance), _present)
    if caller.session_id is not None:
        present = {key: ids for key, ids in present.items() if key == str(caller.session_id)}
    return Roster(people=people, present=present)


def _kept(name: str, workshop_id: int, state: object, make: Callable[[int, Any], T]) -> T:
    """What this process made for the same state of the data; one value for each workshop."""
    before = recalled(name, workshop_id)
    if before is not None and before[0] == state:
        return cast(T, before[1])
    made = make(workshop_id, before[1] if before else None)
    remembered(name, workshop_id, lambda: (state, made), seconds=0)
    return made


def entry_id(token: str) -> str:
    """Under which name the entry of a badge is looked up."""
    return _text(hashlib.sha256(f"lokakarya-roster-id:{token}".encode()).digest())[:16]


def entry_key(token: str) -> bytes:
    """The key of the entry of a badge."""
    return hashlib.sha256(f"lokakarya-roster-key:{token}".encode()).digest()


def _people(workshop_id: int, before: People | None) -> People:
    """Made anew only where the content differs from what was made before: then no phone fetches it again."""
    rows = db.session.execute(_enrolled(), {"workshop": workshop_id}).all()
    is_open = setting("checkin.searches_offline", workshop_id=workshop_id)
    content = [
        (row.id, row.badge_version, _name(row), row.affiliation, row.status.value, row.role.value, row.ticket_code)
        for row in rows
    ]
    told = json.dumps([content, bool(is_open)], ensure_ascii=False).encode()
    version = hmac.digest(keyed("roster-version"), told, hashlib.sha256).hex()[:32]
    if before is not None and before.version == version:
        return before
    return People(
        version=version,
        made_at=now(),
        entries=[_entry(row) for row in rows],
        replaced=[entry_id(token) for row in rows for token in _older(row)],
        open=[_readable(row) for row in rows if row.status is EnrolmentStatus.CONFIRMED] if is_open else None,
    )


def _entry(row: Any) -> Entry:
    token = make_token(BADGE, row.id, row.badge_version)
    plain = json.dumps(
        [row.id, _name(row), row.affiliation, row.status.value, row.role.value], ensure_ascii=False
    ).encode()
    nonce = secrets.token_bytes(NONCE_BYTES)
    return entry_id(token), _text(nonce), _text(AESGCM(entry_key(token)).encrypt(nonce, plain, None))


def _older(row: Any) -> list[str]:
    first = max(0, row.badge_version - _REPLACED)
    return [make_token(BADGE, row.id, version) for version in range(first, row.badge_version)]


def _readable(row: Any) -> tuple[int, str, str, str]:
    return row.id, _name(row), row.affiliation, row.ticket_code


def _name(row: Any) -> str:
    return formal_name(row.title_front, row.full_name, row.title_back)


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _present(workshop_id: int, _before: object) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for session_id, enrolment_id in db.session.execute(_attended(), {"workshop": workshop_id}):
        found[str(session_id)].append(enrolment_id)
    return dict(found)


@cache
def _state() -> sa.Executable:
    """What changes when any roster may have changed: the ends of three primary keys and of one index."""
    numbers = {"changes": AuditEntry.id, "attendance": Attendance.id, "enrolment": Enrolment.id}
    newest = [sa.select(sa.func.coalesce(sa.func.max(column), 0)) for column in numbers.values()]
    registered = sa.select(sa.func.max(sa.type_coerce(Enrolment.registered_at, UtcDateTime()))).scalar_subquery()
    return sa.select(
        *(query.scalar_subquery().label(name) for name, query in zip(numbers, newest, strict=True)),
        registered.label("registered"),
    )


@cache
def _enrolled() -> sa.Executable:
    return (
        sa.select(Enrolment.id, Enrolment.badge_version, Enrolment.affiliation, Enrolment.status, Enrolment.role)
        .add_columns(Enrolment.ticket_code, Person.title_front, Person.full_name, Person.title_back)
        .join(Person, Person.id == Enrolment.person_id)
        .where(Enrolment.workshop_id == sa.bindparam("workshop", type_=sa.Integer))
        .order_by(Enrolment.id)
    )


@cache
def _attended() -> sa.Executable:
    return (
        sa.select(Attendance.session_id, Attendance.enrolment_id)
        .where(
            Attendance.workshop_id == sa.bindparam("workshop", type_=sa.Integer),
            Attendance.direction == Direction.IN,
        )
        .order_by(Attendance.session_id, Attendance.enrolment_id)
    )
