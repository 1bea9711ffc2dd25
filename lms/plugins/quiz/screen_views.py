"""Routes of the hall's screen of the tests, and of the early warning that only the facilitator sees."""

from __future__ import annotations

from flask import current_app, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.core.loaders import workshop_from_url
from lms.core.workshops.models import Workshop
from lms.kernel.clock import now
from lms.kernel.fragments import Fragments
from lms.kernel.permissions import can, requires
from lms.plugins.quiz import charts, following, screen, words
from lms.plugins.quiz.permissions import MANAGE, RESULTS
from lms.plugins.quiz.staff_views import WORKSHOP
from lms.plugins.quiz.views import bp


@bp.get(f"{WORKSHOP}/layar")
@requires(RESULTS, on=workshop_from_url)
def screen_page(workshop: Workshop) -> ResponseReturnValue:
    """Who is where in the running test, and the gain; no names. `peringatan=1` adds the early warning."""
    tag = _tag(workshop, fresh=True)
    page = render_template(
        "quiz/screen.html",
        workshop=workshop,
        tag=tag,
        warns=_warns(workshop),
        may_warn=can(MANAGE, workshop),
        moment=now(),
        **_shown(workshop),
    )
    return following.tagged(make_response(page), tag)


@bp.get(f"{WORKSHOP}/layar/isi")
@requires(RESULTS, on=workshop_from_url)
def screen_part(workshop: Workshop) -> ResponseReturnValue:
    """For follow.js: the part that changes."""
    tag = _tag(workshop, fresh=False)
    back = url_for("quiz.screen_page", workshop_id=workshop.id)
    return following.part(tag, lambda: _part(workshop, tag), page=back)


@bp.get(f"{WORKSHOP}/peringatan")
@requires(MANAGE, on=workshop_from_url)
def warning(workshop: Workshop) -> ResponseReturnValue:
    """The questions that are missed most while a test runs, for whoever teaches next."""
    tag = _warning_tag(workshop, fresh=True)
    page = render_template("quiz/warning.html", workshop=workshop, tag=tag, **_warned(workshop))
    return following.tagged(make_response(page), tag)


@bp.get(f"{WORKSHOP}/peringatan/isi")
@requires(MANAGE, on=workshop_from_url)
def warning_part(workshop: Workshop) -> ResponseReturnValue:
    """For follow.js: the part that changes."""
    tag = _warning_tag(workshop, fresh=False)
    back = url_for("quiz.warning", workshop_id=workshop.id)
    return following.part(tag, lambda: _warning_part(workshop, tag), page=back)


def _warns(workshop: Workshop) -> bool:
    return request.args.get("peringatan") == "1" and can(MANAGE, workshop)


def _tag(workshop: Workshop, *, fresh: bool) -> str:
    state = screen.state_of(workshop.id, fresh=fresh)
    return following.tag_of("screen", workshop.id, _warns(workshop), state)


def _warning_tag(workshop: Workshop, *, fresh: bool) -> str:
    return following.tag_of("warning", workshop.id, screen.state_of(workshop.id, fresh=fresh))


def _shown(workshop: Workshop) -> dict[str, object]:
    return {
        "screen": screen.screen_of(workshop.id),
        "warnings": screen.warnings_of(workshop.id) if _warns(workshop) else (),
        "least": screen.LEAST_FINISHED,
        "words": words,
        "points": charts.points,
    }


def _warned(workshop: Workshop) -> dict[str, object]:
    return {"warnings": screen.warnings_of(workshop.id), "least": screen.LEAST_FINISHED}


def _part(workshop: Workshop, tag: str) -> str:
    """Made once for each tag and process: it holds nothing of the visitor."""
    return _kept().get(("quiz.screen", tag), lambda: render_template("quiz/_screen.html", **_shown(workshop))) or ""


def _warning_part(workshop: Workshop, tag: str) -> str:
    return _kept().get(("quiz.warning", tag), lambda: render_template("quiz/_warning.html", **_warned(workshop))) or ""


def _kept() -> Fragments:
    kept: Fragments = current_app.extensions["lms_fragments"]
    return kept
