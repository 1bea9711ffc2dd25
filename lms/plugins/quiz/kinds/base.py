"""What every type of question answers: the interface that built-in types and plugins implement."""

from __future__ import annotations

import secrets
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from lms.plugins.quiz.content import Content

# What a form or a phone sends for one question: `{part: values}`. The part is "" for `q3` and "2" for `q3-2`.
Given = Mapping[str, Sequence[str]]
# What is stored of an answer: JSON that names positions of the question's version, never of the order shown.
Value = Any
# What was drawn for one person at the start: JSON, `[2, 0, 1]` for three options, `[]` where nothing is drawn.
Order = list[Any]
Public = dict[str, Any]
dice = secrets.SystemRandom()


@dataclass(frozen=True, kw_only=True)
class Line:
    """One part of an answer with several, for reviews: a prompt, an item or a gap, all in plain words."""

    label: str
    answer: str  # empty where nothing was given
    solution: str
    is_right: bool


class QuestionType(ABC):
    """One type of question. Instances hold no state; `key` is stored with every question of the type."""

    key: ClassVar[str]
    label: ClassVar[object]  # translated
    icon: ClassVar[str] = "list-checks"
    template: ClassVar[str]  # fragment of the answering page: gets `question` (a `taking.Shown`)
    is_scored: ClassVar[bool] = True  # False: nothing is right or wrong (ratings, texts to read)
    is_marked_by_hand: ClassVar[bool] = False
    is_question: ClassVar[bool] = True  # False: a text to read, with nothing to answer

    @abstractmethod
    def problems(self, content: Content) -> list[str]:
        """Why this cannot be a question of the type, in words for its author; empty when it can."""

    def doubts(self, content: Content) -> list[str]:
        """What its author should look at before it is used, in words; it can be used all the same."""
        return []

    @abstractmethod
    def public(self, content: Content) -> Public:
        """JSON of all that an answering page may know: nothing in it tells what is right, not even an order."""

    def order(self, public: Public, *, shuffles: bool) -> Order:
        """Draw what is random for one person."""
        return []

    @abstractmethod
    def shown(self, public: Public, order: Order) -> dict[str, Any]:
        """What the fragment needs, in this person's order."""

    @abstractmethod
    def read(self, public: Public, order: Order, given: Given) -> Value | None:
        """The answer as stored; None when everything was left empty. Raises UnreadableAnswer for the impossible."""

    @abstractmethod
    def given(self, public: Public, order: Order, value: Value) -> dict[str, list[str]]:
        """The inverse of `read`: what the fragment shows as filled in."""

    @abstractmethod
    def fraction(self, content: Content, value: Value | None) -> Decimal | None:
        """What an answer earns, -1..1 of the mark; an empty one 0. None: a person must mark it, or nothing counts."""

    @abstractmethod
    def words(self, content: Content, value: Value) -> str:
        """The answer in plain words, for reviews, exports and graders."""

    @abstractmethod
    def solution(self, content: Content) -> str:
        """What is right, in plain words; empty where nothing is."""

    def feedbacks(self, content: Content, value: Value | None) -> list[Any]:
        """The feedback texts (`content.Text`) that this answer earns, besides the general one."""
        return []

    def chosen(self, content: Content, value: Value) -> list[int]:
        """Positions of the options that were chosen, for distractor counts; empty for types without options."""
        return []

    def lines(self, content: Content, value: Value | None) -> list[Line]:
        """The parts of an answer with several; empty for types that have one."""
        return []
