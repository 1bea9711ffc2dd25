"""To each prompt its partner."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.plugins.quiz.content import ZERO, Content, Pair
from lms.plugins.quiz.enums import QuestionKind
from lms.plugins.quiz.kinds import reading, wording
from lms.plugins.quiz.kinds.base import Given, Line, Order, Public, QuestionType, Value
from lms.plugins.quiz.kinds.choice import drawn, seen


class Matching(QuestionType):
    """Each right pair earns the same part. An answer is a list over the prompts of positions among `answers`."""

    key = QuestionKind.MATCHING.value
    label = _l("Matching")
    icon = "link"
    template = "quiz/kinds/matching.html"

    def problems(self, content: Content) -> list[str]:
        """Fewer than two pairs, or all with the same partner."""
        found = [] if content.text else [_("The question has no text.")]
        if len(_asked(content)) < 2:
            found.append(_("Give at least two pairs."))
        if not all(_answer(pair) for pair in content.pairs):
            found.append(_("A pair has no partner. Write it or take the pair out."))
        if len(_answers(content)) < 2:
            found.append(_("Give at least two different partners to choose from."))
        return found

    def public(self, content: Content) -> Public:
        """The prompts in the order of their author, the partners by alphabet: that order tells no pair."""
        prompts = [wording.to_public(pair.prompt) for pair in _asked(content)]
        text = wording.to_public(content.text)
        return {"kind": self.key, "text": text, "prompts": prompts, "answers": _answers(content)}

    def order(self, public: Public, *, shuffles: bool) -> Order:
        """The partners in a new order, whatever the quiz says."""
        return drawn(len(public["answers"]))

    def shown(self, public: Public, order: Order) -> dict[str, Any]:
        """`prompts`, and `answers` in this person's order."""
        answers = public["answers"]
        return {"prompts": public["prompts"], "answers": [answers[place] for place in seen(order, len(answers))]}

    def read(self, public: Public, order: Order, given: Given) -> Value | None:
        """A position among the partners for each prompt, None where none was chosen."""
        count = len(public["answers"])
        names = [str(number + 1) for number in range(len(public["prompts"]))]
        parts = reading.parts_of(given, names)
        places = [reading.place(reading.one(parts.get(name, [])), count) for name in names]
        value = [None if place is None else seen(order, count)[place] for place in places]
        return None if all(position is None for position in value) else value

    def given(self, public: Public, order: Order, value: Value) -> dict[str, list[str]]:
        """For each prompt the place of its partner in this person's order, from 1."""
        order = seen(order, len(public["answers"]))
        chosen = ((number, position) for number, position in enumerate(value, start=1) if position is not None)
        return {str(number): [str(order.index(position) + 1)] for number, position in chosen}

    def fraction(self, content: Content, value: Value | None) -> Decimal | None:
        """Right pairs among all pairs."""
        if value is None:
            return ZERO
        asked = _asked(content)
        hits = sum(answer == _answer(pair) for pair, answer in zip(asked, _given(content, value), strict=True))
        return Decimal(hits) / len(asked)

    def words(self, content: Content, value: Value) -> str:
        """The pairs as they were made."""
        return "; ".join(f"{line.label} → {line.answer or '–'}" for line in self.lines(content, value))

    def solution(self, content: Content) -> str:
        """The right pairs."""
        return "; ".join(f"{line.label} → {line.solution}" for line in self.lines(content, None))

    def lines(self, content: Content, value: Value | None) -> list[Line]:
        """A line for each prompt."""
        pairs = zip(_asked(content), _given(content, value), strict=True)
        return [
            Line(
                label=wording.option_words(pair.prompt, number),
                answer=answer,
                solution=_answer(pair),
                is_right=answer == _answer(pair),
            )
            for number, (pair, answer) in enumerate(pairs)
        ]


def _asked(content: Content) -> list[Pair]:
    """The pairs without the lone distractors."""
    return [pair for pair in content.pairs if pair.prompt]


def _answers(content: Content) -> list[str]:
    """Every partner once. Stored answers name positions in it: its order must never change."""
    return sorted({_answer(pair) for pair in content.pairs if _answer(pair)})


def _given(content: Content, value: Value | None) -> list[str]:
    """The partner that each prompt was given, "" where none was."""
    if value is None:
        return [""] * len(_asked(content))
    answers = _answers(content)
    return ["" if position is None else answers[position] for position in value]


def _answer(pair: Pair) -> str:
    return " ".join(pair.answer.split())
