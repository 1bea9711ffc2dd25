"""Tables for download: the results of a workshop's two tests, and the item analysis of its quizzes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.core.exports.api import Column, ColumnKind
from lms.kernel.declarations import Export
from lms.kernel.permissions import Actor
from lms.plugins.quiz import item_advice, queries, results
from lms.plugins.quiz.analysis import Item, analysis_of
from lms.plugins.quiz.item_charts import mini_of
from lms.plugins.quiz.permissions import MANAGE, RESULTS


def _columns() -> Sequence[Column]:
    return (
        Column("name", _("Name")),
        Column("affiliation", _("Organisation")),
        Column("region_code", _("Region code"), width=10),
        Column("pre", _("Pre-test"), ColumnKind.PERCENT),
        Column("post", _("Post-test"), ColumnKind.PERCENT),
        Column("gain", _("Normalised gain"), ColumnKind.NUMBER),
    )


def _rows(*, actor: Actor, filters: Mapping[str, str]) -> Iterator[Sequence[object]]:
    for row in results.results_of(int(filters.get("workshop_id", 0))).people:
        gain = round(row.gain, 2) if row.gain is not None else None
        yield row.name, row.affiliation, row.region_code, row.pre, row.post, gain


# Names stand in it, so it needs more than the right to see results.
RESULTS_TABLE = Export(
    key="quiz.results", label=_l("Results of the tests"), permission=MANAGE, columns=_columns, rows=_rows
)


def _item_columns() -> Sequence[Column]:
    return (
        Column("quiz", _("Quiz")),
        Column("number", _("No."), ColumnKind.NUMBER, width=6),
        Column("code", _("Code"), width=10),
        Column("form", _("Form"), width=8),
        Column("question", _("Question"), width=60),
        Column("kind", _("Type"), width=14),
        Column("mark", _("Highest possible"), ColumnKind.NUMBER),
        Column("people", _("People"), ColumnKind.NUMBER),
        Column("facility", _("Difficulty"), ColumnKind.NUMBER),
        Column("difficulty", _("Difficulty in words")),
        Column("upper_lower", _("Discrimination"), ColumnKind.NUMBER),
        Column("power", _("Discrimination in words")),
        Column("sd", _("SD"), ColumnKind.NUMBER),
        Column("discrimination_index", _("Discrimination index, percent"), ColumnKind.NUMBER),
        Column("discriminative_efficiency", _("Efficiency, percent"), ColumnKind.NUMBER),
        Column("effective_weight", _("Effective weight, percent"), ColumnKind.NUMBER),
        Column("point_biserial", _("Point-biserial"), ColumnKind.NUMBER),
        Column("answers", _("Spread of answers"), width=40),
        Column("verdict", _("Verdict")),
        Column("advice", _("Advice"), width=60),
    )


def _item_rows(*, actor: Actor, filters: Mapping[str, str]) -> Iterator[Sequence[object]]:
    """Of one quiz with the filter `quiz_id`, else of every quiz of the workshop that earns marks."""
    wanted = filters.get("quiz_id")
    for quiz in queries.quizzes_of(int(filters.get("workshop_id", 0))):
        if not quiz.is_evaluation and wanted in (None, str(quiz.id)):
            for item in analysis_of(quiz).items:
                yield (quiz.title, *_item_row(item))


def _item_row(item: Item) -> Sequence[object]:
    column, slot, advice = item.column, item.slot, item.advice
    mini = mini_of(item)
    return (
        column.number,
        column.code,
        column.form.value,
        column.text,
        column.kind,
        column.mark,
        item.people,
        slot.facility,
        item_advice.DIFFICULTIES[advice.difficulty] if advice.difficulty else None,
        slot.upper_lower,
        item_advice.POWERS[advice.power] if advice.power else None,
        slot.sd,
        slot.discrimination_index,
        slot.discriminative_efficiency,
        slot.effective_weight,
        slot.point_biserial,
        mini.label if mini else None,
        item_advice.VERDICTS[advice.verdict],
        advice.sentence,
    )


ITEMS_TABLE = Export(
    key="quiz.items", label=_l("Item analysis"), permission=RESULTS, columns=_item_columns, rows=_item_rows
)
