"""Signatures drawn at check-in: what a phone may send, and until when it may be drawn anew."""

from __future__ import annotations

import math
import re
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask_babel import gettext as _

from lms.core.enrolments.models import Enrolment
from lms.kernel.clock import now
from lms.kernel.db import db, insert_ignore
from lms.kernel.errors import RuleViolation
from lms.plugins.checkin import paper_queries, queries
from lms.plugins.checkin.paper_models import Signature
from lms.plugins.schedule.api import Session

WIDTH, HEIGHT = 300, 100
LONGEST = 6000  # characters of a path
LEAST_INK = 30  # units: a dot or a slip of the finger is no signature
_POINT = r"\d{1,3} \d{1,3}"
_PATH = re.compile(rf"(?:M{_POINT}(?:L{_POINT})*)+")
_STEP = re.compile(r"([ML])(\d{1,3}) (\d{1,3})")


class SignatureRefused(RuleViolation):
    """What was sent is no signature, or it is not the time for one."""


def check_path(path: str) -> str:
    """The path when it is `M12 40L13 41…` with whole numbers inside of the box, long enough to be a signature.

    It goes into drawings as it is, so nothing else is let through. Raises SignatureRefused on `path`.
    """
    if not path:
        raise SignatureRefused(_("Draw your signature in the box first."), "path")
    if len(path) > LONGEST:
        raise SignatureRefused(_("This drawing is too long. Wipe it and sign once more, with fewer strokes."), "path")
    if not (path.isascii() and _PATH.fullmatch(path)):
        raise SignatureRefused(_("This drawing could not be read. Wipe it and sign once more."), "path")
    ink, before = 0.0, (0, 0)
    for step, x, y in _STEP.findall(path):
        point = int(x), int(y)
        if point[0] > WIDTH or point[1] > HEIGHT:
            raise SignatureRefused(_("This drawing could not be read. Wipe it and sign once more."), "path")
        ink += math.dist(before, point) if step == "L" else 0.0
        before = point
    if ink < LEAST_INK:
        raise SignatureRefused(_("Draw your signature in the box first."), "path")
    return path


def ends_at(session: Session) -> datetime:
    """The end of the session's day where the workshop is: until then a signature may be drawn anew."""
    zone = ZoneInfo(session.workshop.zone)
    day = session.starts_at.astimezone(zone).date()
    return datetime.combine(day + timedelta(days=1), time(), zone)


def may_sign(session: Session, enrolment: Enrolment) -> bool:
    """Whether this person was marked present there and the day is not over."""
    return now() < ends_at(session) and queries.attendance(enrolment.id, session.id) is not None


def sign(*, session: Session, enrolment: Enrolment, path: str) -> Signature:
    """Keep the signature, in place of an earlier one of the same session. Sending it twice changes nothing.

    Raises SignatureRefused when it cannot be read, when nobody marked the person present, or when the day is over.
    """
    clean = check_path(path)
    if not may_sign(session, enrolment):
        raise SignatureRefused(_("This list is closed for signatures on the phone. Sign on the paper list."), "path")
    values = {
        "workshop_id": session.workshop_id,
        "session_id": session.id,
        "enrolment_id": enrolment.id,
        "path": clean,
        "signed_at": now(),
    }
    if insert_ignore(Signature, values, keys=("enrolment_id", "session_id")) is None:
        mine = sa.update(Signature).filter_by(enrolment_id=enrolment.id, session_id=session.id)
        changed = mine.where(Signature.path != clean).values(path=clean, signed_at=values["signed_at"])
        db.session.execute(changed.execution_options(synchronize_session=False))
    row = paper_queries.signature(enrolment.id, session.id)
    assert row is not None
    db.session.refresh(row)
    return row
