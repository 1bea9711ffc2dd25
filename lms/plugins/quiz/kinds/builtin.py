"""The types of questions that come with the product, in the order in which the bank offers them."""

from __future__ import annotations

from lms.plugins.quiz.kinds.base import QuestionType
from lms.plugins.quiz.kinds.choice import Choice, TrueFalse
from lms.plugins.quiz.kinds.cloze import Cloze
from lms.plugins.quiz.kinds.essay import Description, Essay
from lms.plugins.quiz.kinds.likert import Likert
from lms.plugins.quiz.kinds.matching import Matching
from lms.plugins.quiz.kinds.multiple import Multiple
from lms.plugins.quiz.kinds.numeric import Numeric
from lms.plugins.quiz.kinds.ordering import Ordering
from lms.plugins.quiz.kinds.short import Short

TYPES: tuple[QuestionType, ...] = (
    Choice(),
    Multiple(),
    TrueFalse(),
    Short(),
    Numeric(),
    Matching(),
    Ordering(),
    Cloze(),
    Essay(),
    Likert(),
    Description(),
)
