"""What open boards ask for every few seconds: has anything changed, and the same page for all who may see the same.

Asking costs one small statement, which each process makes at most once a second and board; a change is rendered once a
process, page and kind of visitor. So neither two hundred boards nor seventeen check-ins a second make it dear.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa
from flask import current_app, render_template, request
from flask_babel import get_locale

from lms.core.workshops.models import Workshop
from lms.kernel import audit
from lms.kernel.clock import now
from lms.kernel.db import db
from lms.kernel.fragments import Fragments
from lms.kernel.memory import remembered
from lms.plugins.checkin import board
from lms.plugins.checkin.board import Board, Sight
from lms.plugins.schedule.api import Session

KEPT_SECONDS = 1.0  # a board follows within this and the pause between two of its questions (board.js)
SIGNS_SECONDS = 300  # signs of other plugins change without a trace here: a board counts as changed after this


@dataclass(frozen=True, kw_only=True)
class View:
    """One page of the board of one session, as one kind of visitor sees it."""

    workshop: Workshop
    session: Session
    sight: Sight
    only: str
    page: int


def tag_of(view: View, *, fresh: bool) -> str:
    """An ETag that changes with everything the page shows; `fresh` asks the database whatever was asked before."""
    ids = view.workshop.id, view.session.id
    state = pulse(ids, lambda: _state(*ids), fresh=fresh)
    known = (*ids, view.sight, view.only, view.page, str(get_locale()), request.script_root, state)
    return hashlib.sha256(repr(known).encode()).hexdigest()[:20]


def part_of(view: View, tag: str) -> str:
    """The part of the page that changes, made once for each tag."""
    kept: Fragments = current_app.extensions["lms_fragments"]
    return kept.get(("checkin.board", tag), lambda: _render(view)) or ""


def _render(view: View) -> str:
    return render_template("checkin/_board.html", workshop=view.workshop, board=board_of(view), sight=view.sight)


def board_of(view: View) -> Board:
    """What the page shows, read now."""
    return board.board_of(view.session, sight=view.sight, only=view.only, page=view.page)


def pulse(key: tuple[int, int], read: Callable[[], str], *, fresh: bool) -> str:
    """What `read` says now, or said less than a second ago."""
    return remembered("checkin.board", key, read, seconds=0 if fresh else KEPT_SECONDS)


# Counts rather than newest rows: what commits later may bear an earlier number. Whatever else the page shows (names,
# absences, rules, settings) leaves an entry in the audit trail.
_STATE = sa.text(
    "SELECT (SELECT count(*) FROM checkin_scan WHERE session_id = :session),"
    " (SELECT count(*) FROM checkin_attendance WHERE workshop_id = :workshop AND session_id = :session),"
    " (SELECT count(*) FROM core_enrolment"
    "  WHERE workshop_id = :workshop AND role = 'peserta' AND status = 'confirmed'),"
    " (SELECT count(*) FROM checkin_walk_in WHERE workshop_id = :workshop AND state = 'waiting')"
)


def _state(workshop_id: int, session_id: int) -> str:
    counts = db.session.execute(_STATE, {"workshop": workshop_id, "session": session_id}).one()
    return repr((*counts, audit.newest(), int(now().timestamp()) // SIGNS_SECONDS))
