"""Pictures of questions in live rounds: for the hall's screen and for phones, once their question is open."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from flask import Response, url_for

from lms.core.enrolments.models import Enrolment
from lms.kernel.errors import NotFound
from lms.kernel.permissions import requires
from lms.plugins.quiz import live_queries
from lms.plugins.quiz.live_models import Live
from lms.plugins.quiz.live_queries import Round
from lms.plugins.quiz.loaders import live_from_url, participant_from_ticket
from lms.plugins.quiz.permissions import MANAGE, TAKE
from lms.plugins.quiz.phone_views import picture_answer
from lms.plugins.quiz.staff_views import WORKSHOP
from lms.plugins.quiz.views import bp


@bp.get(f"{WORKSHOP}/langsung/<int:live_id>/gambar/<sha>")
@requires(MANAGE, on=live_from_url)
def live_host_picture(row: Live, sha: str) -> Response:
    """A picture on the hall's screen."""
    return _picture(live_queries.round_of(row.id), sha)


@bp.get("/tiket/kuis/langsung/<int:live_id>/gambar/<sha>")
@requires(TAKE, on=participant_from_ticket)
def live_picture(enrolment: Enrolment, live_id: int, sha: str) -> Response:
    """A picture on a phone."""
    played = live_queries.seen_in(enrolment.workshop_id, fresh=True)
    return _picture(played if played is not None and played.id == live_id else None, sha)


def _picture(played: Round | None, sha: str) -> Response:
    row = live_queries.picture_of(played, sha) if played is not None else None
    if row is None:
        raise NotFound
    return picture_answer(row)


@lru_cache(maxsize=64)  # texts are kept rendered per function, so it is the same one each time
def host_url(workshop_id: int, live_id: int) -> Callable[[str], str]:
    """Turns the SHA-256 of a picture into its address for the hall's screen."""
    return lambda sha: url_for("quiz.live_host_picture", workshop_id=workshop_id, live_id=live_id, sha=sha)


@lru_cache(maxsize=64)
def phone_url(live_id: int) -> Callable[[str], str]:
    """The same for phones."""
    return lambda sha: url_for("quiz.live_picture", live_id=live_id, sha=sha)
