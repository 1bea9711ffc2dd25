"""The screen of the hall: its page works all day without internet, and refreshes its counter while there is some."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from flask import jsonify, render_template, request, url_for
from flask_babel import gettext as _

from lms.core.loaders import workshop_from_url
from lms.core.workshops.models import Workshop
from lms.kernel.clock import now
from lms.kernel.errors import NotFound
from lms.kernel.i18n import clock
from lms.kernel.offline import keep_offline
from lms.kernel.permissions import requires
from lms.kernel.qr import qr_svg
from lms.kernel.tokens import CODE_ALPHABET
from lms.kernel.web import wants_json
from lms.plugins.checkin import board, queries, venue
from lms.plugins.checkin.enums import Direction
from lms.plugins.checkin.models import SessionRule
from lms.plugins.checkin.permissions import SCAN
from lms.plugins.checkin.staff_views import bp, chosen_session
from lms.plugins.schedule.api import Session


@bp.get("/layar")
@requires(SCAN, on=workshop_from_url)
def screen(workshop: Workshop) -> Any:
    """The projector page with the code of this moment; JSON for its refresh.

    The page holds the keys of the day's sessions, so it makes their codes itself; who opens it may check in anyway.
    """
    session = chosen_session(workshop)
    if session is None:
        raise NotFound
    direction = _direction()
    code = venue.venue_code(session.id, direction=direction)
    counter = queries.counter(workshop.id, session.id)
    shown = {"code": f"{code[:3]}-{code[3:]}", "qr": _drawn(session, code), "seconds": venue.seconds_left()}
    if wants_json():
        return jsonify(**shown, present=counter.present, expected=counter.expected, now=int(now().timestamp() * 1000))
    day = [row for row in board.choices(workshop.id) if row.day == session.day]
    before, after = _neighbours(day, session)
    page = render_template(
        "checkin/screen.html",
        **shown,
        before=before,
        after=after,
        alphabet=CODE_ALPHABET,
        workshop=workshop,
        session=session,
        direction=direction,
        counter=counter,
        moment=now(),
        is_chosen="sesi" in request.args,
        rule=queries.rule_of(session.id),
        keys=json.dumps(_keys_of(day)),
    )
    return keep_offline(page)


def _direction() -> Direction:
    """Which code is asked for: of arrival, the second one in the middle, or of leaving."""
    try:
        return Direction(request.args.get("kode", Direction.IN.value))
    except ValueError:
        raise NotFound from None


def _drawn(session: Session, code: str) -> str:
    address = url_for("checkin.scan", session_id=session.id, code=code, _external=True)
    return qr_svg(address, label=_("Check-in QR code, changes every 30 seconds"))


def _neighbours(day: Sequence[Session], session: Session) -> tuple[Session | None, Session | None]:
    """The sessions before and after this one."""
    ids = [row.id for row in day]
    here = ids.index(session.id)
    return (day[here - 1] if here else None), (day[here + 1] if here + 1 < len(day) else None)


def _keys_of(day: Sequence[Session]) -> list[dict[str, object]]:
    """What the screen needs to show any session of this day without asking again, in order."""
    rules = queries.rules_of([row.id for row in day])
    return [_prepared(row, rules.get(row.id)) for row in day]


def _prepared(session: Session, rule: SessionRule | None) -> dict[str, object]:
    ways = [way for way in Direction if way is not Direction.MID or (rule is not None and rule.has_second_code)]
    return {
        "id": session.id,
        "title": session.title,
        "room": session.room.name if session.room else "",
        "time": f"{clock(session.starts_at)}–{clock(session.ends_at)}",
        "starts": int(session.starts_at.timestamp()),
        "ends": int(session.ends_at.timestamp()),
        "counts": session.counts_attendance,
        "keys": {way.value: venue.session_key(session.id, way).hex() for way in ways},
    }
