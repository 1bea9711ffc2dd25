"""One right option among several, and statements that are true or false."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.plugins.quiz.content import ONE, ZERO, Content, Option, Text
from lms.plugins.quiz.enums import QuestionKind
from lms.plugins.quiz.kinds import reading, wording
from lms.plugins.quiz.kinds.base import Given, Order, Public, QuestionType, Value, dice

NO_WORDS = {"false", "f", "salah", "s", "tidak", "no", "n", "tidak benar", "keliru"}


class Options(QuestionType):
    """What types with a list of options share: the list itself, its order, and the fields of a form."""

    def problems(self, content: Content) -> list[str]:
        """Too few options, empty ones, or twice the same with different worth."""
        found = [] if content.text else [_("The question has no text.")]
        if len(content.options) < 2:
            found.append(_("Give at least two options."))
        if not all(option.text for option in content.options):
            found.append(_("An option is empty. Write its text or take it out."))
        worth: dict[str, Decimal] = {}
        if any(worth.setdefault(_key(o), o.fraction) != o.fraction for o in content.options):
            found.append(_("Two options read the same, but are worth different parts. Change one."))
        return found

    def public(self, content: Content) -> Public:
        """The texts in the order of their author."""
        return {
            "kind": self.key,
            "text": wording.to_public(content.text),
            "options": [wording.to_public(option.text) for option in content.options],
            "shuffles": content.shuffles,
        }

    def order(self, public: Public, *, shuffles: bool) -> Order:
        """A permutation of the options, or nothing where the author's order stays."""
        return drawn(len(public["options"])) if shuffles and public["shuffles"] else []

    def shown(self, public: Public, order: Order) -> dict[str, Any]:
        """`options` in this person's order."""
        return {"options": [public["options"][position] for position in seen(order, len(public["options"]))]}

    def chosen(self, content: Content, value: Value) -> list[int]:
        """The positions that were chosen."""
        return [value]

    def words(self, content: Content, value: Value) -> str:
        """The texts of what was chosen."""
        chosen = self.chosen(content, value)
        return "; ".join(wording.option_words(content.options[position].text, position) for position in chosen)

    def feedbacks(self, content: Content, value: Value | None) -> list[Text]:
        """What the author says about the chosen options."""
        chosen = [] if value is None else self.chosen(content, value)
        return [content.options[position].feedback for position in chosen if content.options[position].feedback]


class Choice(Options):
    """One option is chosen; each is worth its fraction."""

    key = QuestionKind.SINGLE.value
    label = _l("Single choice")
    icon = "circle-check"
    template = "quiz/kinds/choice.html"

    def problems(self, content: Content) -> list[str]:
        """As for all options, and no option that earns the full mark."""
        found = super().problems(content)
        if not any(option.fraction == ONE for option in content.options):
            found.append(_("Mark the option that is right."))
        return found

    def read(self, public: Public, order: Order, given: Given) -> Value | None:
        """The position of the option."""
        count = len(public["options"])
        raw = reading.one(reading.parts_of(given, ("",)).get("", []))
        place = reading.place(raw, count)
        return None if place is None else seen(order, count)[place]

    def given(self, public: Public, order: Order, value: Value) -> dict[str, list[str]]:
        """The place of the option in this person's order, from 1."""
        return {"": [str(seen(order, len(public["options"])).index(value) + 1)]}

    def fraction(self, content: Content, value: Value | None) -> Decimal | None:
        """The fraction of the chosen option, which may be negative."""
        return ZERO if value is None else content.options[value].fraction

    def solution(self, content: Content) -> str:
        """The options that earn the full mark."""
        right = [i for i, option in enumerate(content.options) if option.fraction == ONE]
        return " / ".join(wording.option_words(content.options[position].text, position) for position in right)


class TrueFalse(Choice):
    """A statement and two options, always shown with the affirming one first."""

    key = QuestionKind.TRUE_FALSE.value
    label = _l("True or false")
    icon = "check"

    def problems(self, content: Content) -> list[str]:
        """As for a single choice, and other than two options or two right ones."""
        found = super().problems(content)
        if len(content.options) > 2:
            found.append(_("True or false has exactly two options."))
        elif len(content.options) == 2 and all(option.fraction == ONE for option in content.options):
            found.append(_("Only one of the two can be right."))
        return found

    def public(self, content: Content) -> Public:
        """The two texts; an importer may have written the right one first, so a page never shows that order."""
        return {**super().public(content), "shuffles": False}

    def order(self, public: Public, *, shuffles: bool) -> Order:
        """The affirming option first, whatever the order of the author."""
        first = wording.plain(wording.from_public(public["options"][0])).casefold()
        return [1, 0] if first in NO_WORDS else []


def drawn(count: int) -> list[int]:
    """The positions below `count` in an order that nobody can tell beforehand."""
    positions = list(range(count))
    dice.shuffle(positions)
    return positions


def seen(order: Order, count: int) -> list[int]:
    """The order of a list as one person sees it; an empty order is the author's."""
    return order or list(range(count))


def _key(option: Option) -> str:
    return " ".join(option.text.source.split())
