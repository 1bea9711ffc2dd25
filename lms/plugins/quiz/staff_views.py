"""The pages of the committee: quizzes of a workshop, preview, and results."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.core.loaders import workshop_from_url
from lms.core.permissions import SEE_PARTICIPANTS
from lms.core.workshops.models import Workshop
from lms.kernel.db import unit_of_work
from lms.kernel.permissions import can, current_actor, requires
from lms.plugins.quiz import (
    charts,
    evaluations,
    forms_ab,
    gain_groups,
    marking,
    queries,
    quizzes,
    results,
    taking,
    words,
)
from lms.plugins.quiz.gain_groups import Objectives
from lms.plugins.quiz.loaders import quiz_from_url
from lms.plugins.quiz.models import Quiz
from lms.plugins.quiz.paging import page_of
from lms.plugins.quiz.permissions import MANAGE, RESULTS
from lms.plugins.quiz.results import Facility
from lms.plugins.quiz.views import bp

MOST_DUMBBELLS = 8  # pictures beside the chart; the table below holds all
WORKSHOP = "/kelola/lokakarya/<int:workshop_id>/kuis"


@bp.get(WORKSHOP)
@requires(MANAGE, on=workshop_from_url)
def index(workshop: Workshop) -> str:
    """The quizzes of a workshop, with how far people are."""
    rows = queries.rows_of(workshop.id)
    waiting = marking.waiting_count([row.quiz.id for row in rows])
    return render_template("quiz/index.html", workshop=workshop, rows=rows, waiting=waiting, words=words)


@bp.get(f"{WORKSHOP}/<int:quiz_id>")
@requires(MANAGE, on=quiz_from_url)
def preview(quiz: Quiz) -> str:
    """All questions with their right answers."""
    solved = queries.solved(taking.questions_of(quiz.id))
    return render_template("quiz/preview.html", workshop=quiz.workshop, quiz=quiz, solved=solved, words=words)


@bp.post(f"{WORKSHOP}/<int:quiz_id>/buka")
@requires(MANAGE, on=quiz_from_url)
def open_quiz(quiz: Quiz) -> ResponseReturnValue:
    """Open, or open again."""
    with unit_of_work():
        quizzes.open_quiz(quiz_id=quiz.id, actor=current_actor())
    flash(_("“%(title)s” is open. Participants see it on their ticket.", title=quiz.title), "success")
    return _back(quiz)


@bp.post(f"{WORKSHOP}/<int:quiz_id>/tutup")
@requires(MANAGE, on=quiz_from_url)
def close_quiz(quiz: Quiz) -> ResponseReturnValue:
    """Close; attempts that are running end with what was saved."""
    with unit_of_work():
        quizzes.close_quiz(quiz_id=quiz.id, actor=current_actor())
    flash(_("“%(title)s” is closed. Open it again if that was a mistake.", title=quiz.title), "success")
    return _back(quiz)


@bp.post(f"{WORKSHOP}/<int:quiz_id>/tarik")
@requires(MANAGE, on=quiz_from_url)
def take_back(quiz: Quiz) -> ResponseReturnValue:
    """Undo an opening that nobody used."""
    with unit_of_work():
        quizzes.take_back(quiz_id=quiz.id, actor=current_actor())
    flash(_("“%(title)s” is a draft again.", title=quiz.title), "success")
    return _back(quiz)


@bp.post(f"{WORKSHOP}/<int:quiz_id>/kode-pulang")
@requires(MANAGE, on=quiz_from_url)
def choose_exit(quiz: Quiz) -> ResponseReturnValue:
    """Whether it opens for each person with the exit code."""
    wanted = request.form.get("pakai") == "ya"
    with unit_of_work():
        quizzes.choose_exit(quiz_id=quiz.id, opens_with_exit=wanted, actor=current_actor())
    if wanted:
        flash(_("“%(title)s” opens for each person with their exit code.", title=quiz.title), "success")
    else:
        flash(_("“%(title)s” needs no exit code.", title=quiz.title), "success")
    return _back(quiz)


@bp.get(f"{WORKSHOP}/hasil")
@requires(RESULTS, on=workshop_from_url)
def gains(workshop: Workshop) -> str:
    """What changed: means, gain by subject, group and person, questions missed, and the evaluation.

    Who may not see participants sees no figure of a group that is so small that it tells of somebody.
    """
    found = results.results_of(workshop.id)
    least = 0 if can(SEE_PARTICIPANTS, workshop) else gain_groups.SMALLEST
    facilities = results.facilities(workshop.id)
    objectives = gain_groups.objectives_of(workshop.id, least=least)
    pairs = [row.pair for row in found.people if row.pair is not None]
    return render_template(
        "quiz/results.html",
        workshop=workshop,
        results=found,
        gain=found.gain,
        change=found.paired_gain,
        chart=charts.slopes(pairs, found.gain),
        objectives=objectives,
        organisations=gain_groups.organisations_of(found, least=least),
        regions=gain_groups.regions_of(found, least=least),
        dumbbells=_dumbbells(objectives, facilities),
        facilities=facilities,
        quizzes=[quiz for quiz in queries.quizzes_of(workshop.id) if not quiz.is_evaluation],
        same_form=forms_ab.same_form_people(workshop.id),
        evaluation=evaluations.summary_of(workshop.id),
        page=page_of(found.people, request.args),
        words=words,
        points=charts.points,
    )


def _dumbbells(found: Objectives, facilities: list[Facility]) -> list[tuple[object, int | None, int | None]]:
    """By objective; by pillar where single answers are erased and only counts are left."""
    if found.shown or found.hidden:
        return [(row.name, charts.points(row.pre), charts.points(row.post)) for row in found.shown[:MOST_DUMBBELLS]]
    return [
        (words.PILLARS[pillar], charts.points(before), charts.points(after))
        for pillar, before, after in results.by_pillar(facilities)
    ]


def _back(quiz: Quiz) -> ResponseReturnValue:
    return redirect(url_for("quiz.index", workshop_id=quiz.workshop_id), 303)
