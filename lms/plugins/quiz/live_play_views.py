"""Routes of live rounds for participants: one page that waits, asks, and says what was right."""

from __future__ import annotations

from typing import Any

from flask import make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.core.enrolments.models import Enrolment
from lms.kernel.clock import now
from lms.kernel.db import unit_of_work
from lms.kernel.errors import RuleViolation
from lms.kernel.permissions import requires
from lms.plugins.quiz import following, live, live_figures, live_pictures, live_queries
from lms.plugins.quiz.live_queries import Phase, Round
from lms.plugins.quiz.loaders import participant_from_ticket
from lms.plugins.quiz.permissions import TAKE
from lms.plugins.quiz.views import bp

PART = "Lms-Part"  # follow.js sends it with an answer: it wants the part that changes and no redirect


@bp.get("/tiket/kuis/langsung")
@requires(TAKE, on=participant_from_ticket)
def live_play(enrolment: Enrolment) -> ResponseReturnValue:
    """The round of the ticket's workshop as it stands now."""
    played = live_queries.seen_in(enrolment.workshop_id, fresh=True)
    return _page(enrolment, played)


@bp.get("/tiket/kuis/langsung/isi")
@requires(TAKE, on=participant_from_ticket)
def live_play_part(enrolment: Enrolment) -> ResponseReturnValue:
    """For follow.js: the part that changes; 304 costs no statement about the round in most cases."""
    played = live_queries.seen_in(enrolment.workshop_id, fresh=False)
    return following.part(_tag(played), lambda: _part(enrolment, played), page=url_for("quiz.live_play"))


@bp.post("/tiket/kuis/langsung/<int:live_id>/<int:number>")
@requires(TAKE, on=participant_from_ticket)
def live_answer(enrolment: Enrolment, live_id: int, number: int) -> ResponseReturnValue:
    """Answer a question, once; sent again it says the same."""
    refusal = ""
    given = {"": request.form.getlist(f"q{number}")}
    played = live_queries.seen_in(enrolment.workshop_id, fresh=True)
    if played is None or played.id != live_id:
        return redirect(url_for("quiz.live_play"), 303)
    try:
        with unit_of_work():
            live.answer(live_id=live_id, enrolment_id=enrolment.id, position=number, parts=given)
    except RuleViolation as error:
        refusal, status = str(error), error.status
        if PART not in request.headers:
            return _page(enrolment, played, refusal), status
    if PART in request.headers:
        answer = make_response(_part(enrolment, played, refusal))
        return following.tagged(answer, _tag(played))
    return redirect(url_for("quiz.live_play"), 303)


def _tag(played: Round | None) -> str:
    if played is None:
        return following.tag_of("play")
    return following.tag_of("play", played.id, played.position, played.phase(now()))


def _page(enrolment: Enrolment, played: Round | None, refusal: str = "") -> str:
    shown = _shown(enrolment, played, refusal)
    return render_template("quiz/live_play.html", tag=_tag(played), waits=_waits(played), **shown)


def _waits(played: Round | None) -> int:
    """Seconds after which a page without script asks again: late enough to fill in an answer."""
    return 15 if played is not None and played.phase(now()) is Phase.OPEN else 5


def _part(enrolment: Enrolment, played: Round | None, refusal: str = "") -> str:
    return render_template("quiz/_live_play.html", **_shown(enrolment, played, refusal))


def _shown(enrolment: Enrolment, played: Round | None, refusal: str = "") -> dict[str, Any]:
    """What the phone shows; the first time in a round it is noted as being in."""
    moment = now()
    if played is None:
        return {"played": None, "phase": "none", "refusal": refusal}
    _enter(enrolment, played)
    own = live_queries.own_answers(played.id, enrolment.id)
    phase, revealed = played.phase(moment), played.revealed(moment)
    value, earned = own.get(played.position, (None, None))
    return {
        "played": played,
        "phase": phase.value,
        "asked": live_queries.asked_of(played, played.position, value) if played.position else None,
        "has_answered": played.position in own,
        "earned": earned,
        "solution": live_figures.solution_of(played, played.position) if phase is Phase.SHOWN else "",
        "right": sum(1 for place, (_value, part) in own.items() if place <= revealed and part == 1),
        "revealed": revealed,
        "refusal": refusal,
        "moment": moment,
        "picture_url": live_pictures.phone_url(played.id),
    }


def _enter(enrolment: Enrolment, played: Round) -> None:
    if enrolment.id in live.known_inside(played.id):
        return
    with unit_of_work():
        live.enter(live_id=played.id, enrolment_id=enrolment.id)
    live.known_inside(played.id).add(enrolment.id)
