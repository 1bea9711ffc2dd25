"""How often papers are verified, viewed and downloaded: counted without saying by whom."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Collection
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from flask import has_request_context, request
from sqlalchemy.dialects import postgresql, sqlite

from lms.core.enrolments.models import Enrolment
from lms.kernel.clock import now
from lms.kernel.db import db, unit_of_work
from lms.plugins.certificates.enums import TallyKind
from lms.plugins.certificates.models import Certificate
from lms.plugins.certificates.record_models import UseCount

# Programs that fetch a page for a preview or an index; who hides is counted, which does no harm.
_PROGRAM = re.compile(
    r"bot|crawl|spider|slurp|preview|scan(?:ner)?/|monitor|uptime|headless|facebookexternalhit|whatsapp|telegram"
    r"|curl|wget|python|java/|go-http|okhttp|axios|node",
    re.IGNORECASE,
)


def count(certificate_id: int, kind: TallyKind) -> None:
    """Count one use, in a unit of work of its own; call it when the answer is made.

    Passed over for HEAD, prefetching and programs, and where the database is busy: no page depends on it.
    """
    if has_request_context() and not _is_a_person():
        return
    values = {"certificate_id": certificate_id, "kind": kind, "count": 1, "last_at": now()}
    with contextlib.suppress(sa.exc.OperationalError, sa.exc.TimeoutError), unit_of_work(is_hasty=True):
        db.session.connection().execute(_counted(db.session.get_bind().dialect.name == "postgresql"), values)


def totals_of(workshop_id: int) -> dict[TallyKind, int]:
    """Uses of all papers of a workshop; every kind is there."""
    query = (
        sa.select(UseCount.kind, sa.func.sum(UseCount.count))
        .join(Certificate, Certificate.id == UseCount.certificate_id)
        .where(Certificate.workshop_id == workshop_id)
        .group_by(UseCount.kind)
    )
    return _of_each_kind(query)


def of_certificate(certificate_id: int) -> dict[TallyKind, int]:
    """Uses of one paper; every kind is there."""
    query = sa.select(UseCount.kind, UseCount.count).filter_by(certificate_id=certificate_id)
    return _of_each_kind(query)


def _of_each_kind(query: sa.Select[TallyKind, Any]) -> dict[TallyKind, int]:
    found = dict.fromkeys(TallyKind, 0)
    for kind, total in db.session.execute(query):
        found[kind] = int(total)
    return found


def by_region(workshop_ids: Collection[int]) -> dict[str, dict[TallyKind, int]]:
    """Uses of the papers of workshops by the kabupaten/kota of the holder's organisation; "" where none is known."""
    query = (
        sa.select(Enrolment.region_code, UseCount.kind, sa.func.sum(UseCount.count))
        .join(Certificate, Certificate.id == UseCount.certificate_id)
        .join(Enrolment, Enrolment.id == Certificate.enrolment_id)
        .where(Certificate.workshop_id.in_(workshop_ids))
        .group_by(Enrolment.region_code, UseCount.kind)
    )
    found: dict[str, dict[TallyKind, int]] = {}
    for code, kind, total in db.session.execute(query):
        uses = found.setdefault(code or "", dict.fromkeys(TallyKind, 0))
        uses[kind] += int(total)
    return found


def _is_a_person() -> bool:
    if request.method != "GET":
        return False
    headers = request.headers
    if "prefetch" in headers.get("Sec-Purpose", headers.get("Purpose", "")):
        return False
    program = headers.get("User-Agent", "")
    return bool(program) and _PROGRAM.search(program) is None


@lru_cache(maxsize=2)
def _counted(is_postgresql: bool) -> sa.Executable:
    """Made once: one statement that inserts or adds, so that two at the same time both count."""
    rows = UseCount.__table__
    insert = (postgresql if is_postgresql else sqlite).insert(rows)
    return insert.on_conflict_do_update(
        index_elements=["certificate_id", "kind"],
        set_={"count": rows.c.count + 1, "last_at": insert.excluded.last_at},
    )
