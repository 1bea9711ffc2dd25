"""What quizzes show on pages of the core."""

from __future__ import annotations

from collections.abc import Mapping

from lms.core.enrolments.models import Enrolment
from lms.core.workshops.models import Workshop
from lms.kernel.permissions import Role
from lms.kernel.settings import setting
from lms.plugins.quiz import charts, results, taking, words
from lms.plugins.quiz.taking import TileState


def period() -> Mapping[str, object]:
    """How long answers are kept, for the privacy notice."""
    return {"months": setting("quiz.answers_months")}


def deed(*, workshop: Workshop, enrolment: Enrolment) -> Mapping[str, object] | None:
    """The quiz that matters now: an open one, else the next, else the last that was done; None without quizzes."""
    tiles = taking.tiles(enrolment)
    for state in (TileState.OPEN, TileState.LATER, TileState.DONE, TileState.MISSED):
        found = sorted((tile for tile in tiles if tile.state is state), key=lambda tile: not tile.waits_for_exit)
        if found:
            tile = found[-1] if state is TileState.DONE else found[0]
            open_count = len(found) if state is TileState.OPEN else 0
            return {"tile": tile, "open_count": open_count, "words": words.TILES}
    return None


def desk(*, workshop: Workshop, enrolment: Enrolment) -> Mapping[str, object] | None:
    """Where the phone sends what it still keeps of quizzes, for those who take them; asks the database nothing."""
    return {} if enrolment.role is Role.PESERTA else None


def kpi(*, workshop: Workshop) -> Mapping[str, object]:
    """The gain of the group."""
    found = results.results_of(workshop.id)
    return {"gain": found.gain, "results": found, "words": words}


def overview(*, workshop: Workshop) -> Mapping[str, object] | None:
    """The means as one line, once there is a pair."""
    found = results.results_of(workshop.id)
    if not found.paired:
        return None
    return {"gain": found.gain, "results": found, "points": charts.points, "words": words}


def scores(*, workshop: Workshop, enrolment: Enrolment) -> Mapping[str, object] | None:
    """The attempts of one person."""
    rows = results.scores_of_enrolment(enrolment.id)
    return {"rows": rows} if rows else None
