"""Routes of live rounds for the facilitator: making one, and the page on the hall's screen that moves it on."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.kernel.clock import now
from lms.kernel.db import unit_of_work
from lms.kernel.errors import RuleViolation
from lms.kernel.permissions import current_actor, requires
from lms.kernel.qr import qr_svg
from lms.plugins.quiz import following, live, live_figures, live_pictures, live_queries, taking
from lms.plugins.quiz.live_forms import RoundForm
from lms.plugins.quiz.live_models import Live
from lms.plugins.quiz.live_queries import Phase, Round
from lms.plugins.quiz.loaders import live_from_url, quiz_from_url
from lms.plugins.quiz.models import Quiz
from lms.plugins.quiz.permissions import MANAGE
from lms.plugins.quiz.staff_views import WORKSHOP
from lms.plugins.quiz.views import bp


@bp.route(f"{WORKSHOP}/<int:quiz_id>/langsung", methods=["GET", "POST"])
@requires(MANAGE, on=quiz_from_url)
def live_setup(quiz: Quiz) -> ResponseReturnValue:
    """Make a round of a quiz; the rounds that it had."""
    form = RoundForm()
    if form.validate_on_submit():
        try:
            with unit_of_work():
                played = live.make(
                    quiz_id=quiz.id, seconds=form.seconds.data, has_scores=form.has_scores.data, actor=current_actor()
                )
            return redirect(_host(played), 303)
        except RuleViolation as error:
            form.refuse(error)
    page = render_template(
        "quiz/live_setup.html",
        workshop=quiz.workshop,
        quiz=quiz,
        form=form,
        rounds=live_queries.rounds_of(quiz.id),
        left_out=[row for row in taking.questions_of(quiz.id) if row.kind not in live_queries.KINDS],
        running=live_queries.running_in(quiz.workshop_id),
    )
    return page, 422 if form.is_submitted() else 200


@bp.get(f"{WORKSHOP}/langsung/<int:live_id>")
@requires(MANAGE, on=live_from_url)
def live_host(row: Live) -> ResponseReturnValue:
    """The round on the hall's screen; when it is over, how every question was answered."""
    played = _read(row)
    if played.phase(now()) is Phase.ENDED:
        return _summary(row, played)
    tag = _tag(played, fresh=True)
    page = render_template("quiz/live_host.html", workshop=row.workshop, tag=tag, **_shown(played))
    return following.tagged(make_response(page), tag)


@bp.get(f"{WORKSHOP}/langsung/<int:live_id>/isi")
@requires(MANAGE, on=live_from_url)
def live_part(row: Live) -> ResponseReturnValue:
    """For follow.js: the part of the hall's screen that changes."""
    played = _read(row)
    if played.phase(now()) is Phase.ENDED:
        return redirect(_host(played), 303)
    return following.part(
        _tag(played, fresh=False), lambda: render_template("quiz/_live_host.html", **_shown(played)), page=_host(played)
    )


@bp.post(f"{WORKSHOP}/langsung/<int:live_id>/langkah")
@requires(MANAGE, on=live_from_url)
def live_move(row: Live) -> ResponseReturnValue:
    """Open the next question, show the answers, or end; a button pressed twice takes one step."""
    try:
        step = live.Step(request.form.get("langkah", ""))
        position = int(request.form.get("posisi", "")[:6])
    except ValueError:
        flash(_("That button was not understood. Use the buttons below."), "warning")
        return redirect(_host(_read(row)), 303)
    with unit_of_work():
        live.move(live_id=row.id, position=position, step=step, actor=current_actor())
    return redirect(_host(_read(row)), 303)


def _read(row: Live) -> Round:
    found = live_queries.round_of(row.id)
    assert found is not None  # the loader has just found it
    return found


def _host(played: Round) -> str:
    return url_for("quiz.live_host", workshop_id=played.workshop_id, live_id=played.id)


def _tag(played: Round, *, fresh: bool) -> str:
    counts = live_queries.counts_of(played.id, played.position, fresh=fresh)
    return following.tag_of("host", played.id, played.state, played.position, played.phase(now()), counts)


def _shown(played: Round) -> dict[str, Any]:
    moment = now()
    phase = played.phase(moment)
    inside, answered = live_queries.counts_of(played.id, played.position, fresh=False)
    address = url_for("quiz.live_play", _external=True)
    is_shown = phase is Phase.SHOWN
    return {
        "played": played,
        "phase": phase.value,
        "inside": inside,
        "answered": answered,
        "asked": live_queries.asked_of(played, played.position) if played.position else None,
        "result": live_figures.bars_of(played, played.position) if is_shown else None,
        "best": live_figures.top_of(played, played.position) if is_shown and played.has_scores else [],
        "address": address,
        "qr": qr_svg(address, label=_("QR code of the live quiz")) if phase is Phase.LOBBY else "",
        "moment": moment,
        "picture_url": live_pictures.host_url(played.workshop_id, played.id),
    }


def _summary(row: Live, played: Round) -> Response:
    revealed = played.revealed(now())
    page = render_template(
        "quiz/live_summary.html",
        workshop=row.workshop,
        quiz=row.quiz,
        played=played,
        picture_url=live_pictures.host_url(played.workshop_id, played.id),
        inside=live_queries.counts_of(played.id, played.position, fresh=True)[0],
        results=[live_figures.bars_of(played, position) for position in range(1, revealed + 1)],
        best=live_figures.top_of(played, revealed) if played.has_scores else [],
    )
    return make_response(page)
