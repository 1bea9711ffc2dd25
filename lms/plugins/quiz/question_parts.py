"""Which fields the editor has for which type of question."""

from __future__ import annotations

from lms.plugins.quiz.enums import QuestionKind
from lms.plugins.quiz.question_answers import AcceptedRows, EssayParts, NumberRows, PairRows, Steps
from lms.plugins.quiz.question_fields import Part
from lms.plugins.quiz.question_gaps import GapRows
from lms.plugins.quiz.question_options import ChoiceRows, MultipleRows, RatingSteps, TrueFalseRows

_PARTS: dict[str, Part] = {
    QuestionKind.SINGLE: ChoiceRows(),
    QuestionKind.MULTIPLE: MultipleRows(),
    QuestionKind.TRUE_FALSE: TrueFalseRows(),
    QuestionKind.SHORT: AcceptedRows(),
    QuestionKind.NUMERIC: NumberRows(),
    QuestionKind.MATCHING: PairRows(),
    QuestionKind.ORDERING: Steps(),
    QuestionKind.CLOZE: GapRows(),
    QuestionKind.ESSAY: EssayParts(),
    QuestionKind.LIKERT: RatingSteps(),
}
_TEXT_ALONE = Part()


def part_of(kind: str) -> Part:
    """The part of a type; types of plugins have their text, and keep what an import gave them."""
    return _PARTS.get(kind, _TEXT_ALONE)
