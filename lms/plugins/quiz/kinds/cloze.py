"""A text with gaps, each with options, accepted answers or numbers of its own."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.kernel.i18n import number
from lms.plugins.quiz.content import ONE, ZERO, Accepted, Content, Gap, Number, Option, Text
from lms.plugins.quiz.enums import QuestionKind
from lms.plugins.quiz.kinds import numeric, reading, short, wording
from lms.plugins.quiz.kinds.base import Given, Line, Order, Public, QuestionType, Value
from lms.plugins.quiz.kinds.choice import drawn, seen


class Cloze(QuestionType):
    """The weighted mean of its gaps. An answer is a list over the gaps: a position among `options`, or a line."""

    key = QuestionKind.CLOZE.value
    label = _l("Text with gaps")
    icon = "scan-line"
    template = "quiz/kinds/cloze.html"

    def problems(self, content: Content) -> list[str]:
        """Gaps that are not in the text once each, or that nothing can fill."""
        found = [] if content.text else [_("The question has no text.")]
        places = [piece["gap"] for piece in wording.pieces(wording.to_public(content.text)) if "gap" in piece]
        if not content.gaps or sorted(places) != list(range(len(content.gaps))):
            found.append(_("Each gap must stand in the text once, as {#1}, {#2} and so on."))
        for place, gap in enumerate(content.gaps, start=1):
            for problem in _gap_problems(gap):
                found.append(_("Gap %(number)s: %(problem)s", number=number(place), problem=problem))
        return found

    def public(self, content: Content) -> Public:
        """The text as `body` and the kind of each gap, the options by alphabet; `text` is empty, the body says it."""
        return {
            "kind": self.key,
            "text": "",
            "body": wording.to_public(content.text),
            "gaps": [_public_gap(gap) for gap in content.gaps],
            "shuffles": content.shuffles,
        }

    def order(self, public: Public, *, shuffles: bool) -> Order:
        """For each gap the order of its options."""
        draws = shuffles and public["shuffles"]
        return [drawn(len(gap["options"])) if draws else [] for gap in public["gaps"]]

    def shown(self, public: Public, order: Order) -> dict[str, Any]:
        """`body`, and `gaps` with `options` in this person's order, `is_choice` and `is_number`."""
        gaps = []
        for gap, drawn_order in _gaps(public, order):
            options = [gap["options"][position] for position in drawn_order]
            gaps.append({"options": options, "is_choice": bool(options), "is_number": gap["kind"] == "number"})
        return {"body": public["body"], "gaps": gaps, "most": reading.MAX_SHORT}

    def read(self, public: Public, order: Order, given: Given) -> Value | None:
        """A position or a line for each gap, None where it was left empty."""
        parts = reading.parts_of(given, [str(n + 1) for n in range(len(public["gaps"]))])
        value: list[int | str | None] = []
        for n, (gap, drawn_order) in enumerate(_gaps(public, order), start=1):
            raw = reading.one(parts.get(str(n), []))
            if gap["options"]:
                place = reading.place(raw, len(drawn_order))
                value.append(None if place is None else drawn_order[place])
            else:
                value.append(reading.short(raw) or None)
        return None if all(part is None for part in value) else value

    def given(self, public: Public, order: Order, value: Value) -> dict[str, list[str]]:
        """For each filled gap its line, or the place of its option in this person's order."""
        found = {}
        for n, (part, (_gap, drawn_order)) in enumerate(zip(value, _gaps(public, order), strict=True), start=1):
            if part is not None:
                found[str(n)] = [part if isinstance(part, str) else str(drawn_order.index(part) + 1)]
        return found

    def fraction(self, content: Content, value: Value | None) -> Decimal | None:
        """The mean of what the gaps earn, by their weights."""
        if value is None:
            return ZERO
        earned = [gap.weight * _earned(content, gap, part) for gap, part in zip(content.gaps, value, strict=True)]
        return sum(earned, ZERO) / sum(gap.weight for gap in content.gaps)

    def words(self, content: Content, value: Value) -> str:
        """What stands in the gaps."""
        return "; ".join(f"{line.label}: {line.answer or '–'}" for line in self.lines(content, value))

    def solution(self, content: Content) -> str:
        """What belongs into the gaps."""
        return "; ".join(f"{line.label}: {line.solution}" for line in self.lines(content, None))

    def feedbacks(self, content: Content, value: Value | None) -> list[Text]:
        """What the author says about the filled gaps."""
        found = [_match(content, gap, part) for gap, part in zip(content.gaps, value or (), strict=False)]
        return [answer.feedback for answer in found if answer and answer.feedback]

    def lines(self, content: Content, value: Value | None) -> list[Line]:
        """A line for each gap."""
        parts = value or [None] * len(content.gaps)
        return [
            Line(
                label=number(n),
                answer=_words(gap, part),
                solution=_solution(gap),
                is_right=_earned(content, gap, part) == ONE,
            )
            for n, (gap, part) in enumerate(zip(content.gaps, parts, strict=True), start=1)
        ]


def _gaps(public: Public, order: Order) -> list[tuple[dict[str, Any], list[int]]]:
    """Each gap with the order of its options."""
    gaps = public["gaps"]
    return [(gap, seen(draw, len(gap["options"]))) for gap, draw in zip(gaps, order or [[]] * len(gaps), strict=True)]


def _public_gap(gap: Gap) -> dict[str, Any]:
    if gap.options:
        return {"kind": "choice", "options": [wording.plain(option.text) for option in _options(gap)]}
    return {"kind": "number" if gap.numbers else "text", "options": []}


def _options(gap: Gap) -> list[Option]:
    """Every text once, the best of equal ones. Stored answers name positions in it: its order must never change."""
    best: dict[tuple[str, str], Option] = {}
    for option in sorted(gap.options, key=lambda option: option.fraction):
        best[option.text.source.strip(), option.text.format.value] = option
    return [best[text] for text in sorted(best)]


def _match(content: Content, gap: Gap, part: int | str | None) -> Option | Accepted | Number | None:
    """The option, answer or number of the author that was chosen or that fits."""
    if part is None:
        return None
    if isinstance(part, int):
        return _options(gap)[part]
    if gap.numbers:
        return numeric.best_match(gap.numbers, part)
    return short.first_match(gap.accepted, part, cased=gap.case_matters, accented=content.accents_matter)


def _earned(content: Content, gap: Gap, part: int | str | None) -> Decimal:
    found = _match(content, gap, part)
    return found.fraction if found else ZERO


def _words(gap: Gap, part: int | str | None) -> str:
    return wording.option_words(_options(gap)[part].text, part) if isinstance(part, int) else part or ""


def _solution(gap: Gap) -> str:
    if gap.options:
        return " / ".join(wording.plain(option.text) for option in _options(gap) if option.fraction == ONE)
    return numeric.numbers_solution(gap.numbers) if gap.numbers else short.patterns_solution(gap.accepted)


def _gap_problems(gap: Gap) -> list[str]:
    if sum(map(bool, (gap.options, gap.accepted, gap.numbers))) != 1:
        return [_("Give options, accepted answers or numbers, one of the three.")]
    if gap.numbers:
        return numeric.numbers_problems(gap.numbers)
    if gap.accepted:
        return short.patterns_problems(gap.accepted)
    found = [] if any(option.fraction == ONE for option in gap.options) else [_("Mark the option that is right.")]
    if len(_options(gap)) < 2 or not all(wording.plain(option.text) for option in gap.options):
        found.append(_("Give at least two options, none of them empty."))
    return found
