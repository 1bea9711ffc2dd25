"""The pages of item analysis: what the figures say about each question, and the table of marks for whoever checks."""

from __future__ import annotations

from flask import Response, render_template, request
from flask_babel import gettext as _

from lms.core.exports.api import write_csv, write_xlsx
from lms.kernel import audit
from lms.kernel.db import unit_of_work
from lms.kernel.errors import NotFound
from lms.kernel.permissions import current_actor, requires
from lms.plugins.quiz import analysis, item_advice, item_charts, marks_table, words
from lms.plugins.quiz.enums import Form
from lms.plugins.quiz.loaders import quiz_from_url
from lms.plugins.quiz.models import Quiz
from lms.plugins.quiz.permissions import MANAGE, RESULTS
from lms.plugins.quiz.staff_views import WORKSHOP
from lms.plugins.quiz.views import bp

ANALYSIS = f"{WORKSHOP}/<int:quiz_id>/analisis"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def scored_quiz_from_url(workshop_id: int, quiz_id: int) -> Quiz:
    """A quiz of the workshop in the address that has marks: an evaluation has none."""
    quiz = quiz_from_url(workshop_id, quiz_id)
    if quiz.is_evaluation:
        raise NotFound
    return quiz


@bp.get(ANALYSIS)
@requires(RESULTS, on=scored_quiz_from_url)
def item_analysis(quiz: Quiz) -> str:
    """Figures of the test and of each question, with advice; no names."""
    found = analysis.analysis_of(quiz)
    return render_template(
        "quiz/analysis.html",
        workshop=quiz.workshop,
        quiz=quiz,
        found=found,
        totals=item_charts.total_rows(found.totals),
        minis={item.column.question_id: item_charts.mini_of(item) for item in found.items},
        shown=item_charts.shown,
        commands=marks_table.commands_of(found),
        advice=item_advice,
        words=words,
    )


@bp.get(f"{ANALYSIS}/nilai.csv")
@requires(RESULTS, on=scored_quiz_from_url)
def marks_csv(quiz: Quiz) -> Response:
    """Numbers only, a row an attempt: what `lms quiz stats --csv` reads. `paket=A` for one form."""
    columns, rows = marks_table.numbers_of(quiz, _form())
    return _download(quiz, b"".join(write_csv(columns, rows)), "text/csv", "csv")


@bp.get(f"{ANALYSIS}/nilai.xlsx")
@requires(MANAGE, on=scored_quiz_from_url)
def marks_xlsx(quiz: Quiz) -> Response:
    """The same with names, form and total, for the committee."""
    columns, rows = marks_table.named_of(quiz)
    return _download(quiz, write_xlsx(_("Marks by question"), columns, rows), XLSX, "xlsx")


def _form() -> Form | None:
    typed = request.args.get("paket", "")
    return Form(typed) if typed and typed in set(Form) else None


def _download(quiz: Quiz, body: bytes, media_type: str, ending: str) -> Response:
    with unit_of_work():
        audit.record(
            action="quiz.marks_downloaded",
            subject=quiz,
            workshop_id=quiz.workshop_id,
            actor=current_actor(),
            fields=(ending,),
        )
    response = Response(body, mimetype=media_type)
    response.headers.set("Content-Disposition", "attachment", filename=f"nilai-kuis-{quiz.id}.{ending}")
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
