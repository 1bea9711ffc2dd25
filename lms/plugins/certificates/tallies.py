"""How often papers are verified, viewed and downloaded: counted without saying by whom."""

from __future__ import annotations

import contextlib
import re
from functools import lru_cache

import sqlalchemy as sa
from flask import has_request_context, request
from sqlalchemy.dialects import postgresql, sqlite

from lms.kernel.clock import now
from lms.kernel.db import db, unit_of_work
from lms.plugins.certificates.enums import TallyKind
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


def of_certificate(certificate_id: int) -> dict[TallyKind, int]:
    """Uses of one paper; every kind is there."""
    query = sa.select(UseCount.kind, UseCount.count).filter_by(certificate_id=certificate_id)
    found = dict.fromkeys(TallyKind, 0)
    for kind, count in db.session.execute(query):
        found[kind] = count
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
