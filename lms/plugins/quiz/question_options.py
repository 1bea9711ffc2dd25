"""The editor's parts for types with options: one right, several right, true or false, ratings."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField

from lms.kernel.forms import choices
from lms.plugins.quiz import question_lines as lines
from lms.plugins.quiz.content import NOTHING, ONE, ZERO, Content, Option
from lms.plugins.quiz.formats import worth
from lms.plugins.quiz.question_fields import (
    Fields,
    Part,
    Row,
    area,
    fail,
    filled,
    fraction,
    letter,
    numbered,
    option_label,
    percent_field,
    typed,
    words,
)
from lms.plugins.quiz.question_texts import Texts

_SHUFFLES = _l("The order of the options may be drawn anew for each person")


class ChoiceRows(Part):
    """One option is right; others may earn a part."""

    first = 4
    anchor = "right"
    title = _l("Options")
    hint = _l("Write the options and choose the right one. Empty rows are left out.")
    extra = ("shuffles",)

    def fields(self, rows: int) -> Fields:
        """An option, its feedback and its part of the mark in each row."""
        numbers = range(1, rows + 1)
        return {
            "right": RadioField(
                _l("Right answer"), choices=choices((n, letter(n)) for n in numbers), validate_choice=False
            ),
            **{f"option_{n}": words(option_label(n)) for n in numbers},
            **{
                f"percent_{n}": percent_field(description=_l("Only for an answer that is partly right."))
                for n in numbers
            },
            **{f"feedback_{n}": words(_l("Feedback to this option")) for n in numbers},
            "shuffles": BooleanField(_SHUFFLES, default=True),
        }

    def rows(self, form: Any, count: int) -> list[Row]:
        """The right one is chosen in its row."""
        return [
            Row(
                legend=option_label(n),
                names=(f"option_{n}",),
                more=(f"percent_{n}", f"feedback_{n}"),
                choice=n - 1,
            )
            for n in range(1, count + 1)
        ]

    def data(self, content: Content, texts: Texts) -> dict[str, Any]:
        """The first option that earns the full mark is the chosen one."""
        right = next((n for n, option in enumerate(content.options, start=1) if option.fraction == ONE), None)
        percents = [
            "" if n == right or option.fraction == ZERO else lines.from_percent(option.fraction)
            for n, option in enumerate(content.options, start=1)
        ]
        return {
            "right": str(right or ""),
            "shuffles": content.shuffles,
            **_columns(content, texts),
            **numbered("percent", percents),
        }

    def count(self, content: Content) -> int:
        """One for each option."""
        return len(content.options)

    def read(self, form: Any, count: int, texts: Texts) -> dict[str, Any]:
        """The chosen one earns everything, the others what was typed."""
        rows = filled(form, count, "option", "feedback", "percent")
        right = typed(form, "right")
        if right not in {str(n) for n in rows}:
            fail(form, "right", _("Choose which option is right."))
        options = [
            Option(
                text=texts.read(typed(form, f"option_{n}")),
                fraction=ONE if right == str(n) else fraction(form, f"percent_{n}", ZERO),
                feedback=texts.read(typed(form, f"feedback_{n}")),
            )
            for n in rows
        ]
        return {"options": tuple(options), "shuffles": bool(form.shuffles.data)}


class MultipleRows(ChoiceRows):
    """Several options are right, each for a part of the mark."""

    anchor = "option_1"
    hint = _l(
        "Tick what is right. The right options then share the mark, and each wrong one takes away as much as a right"
        " one earns. Type percents for another weight."
    )

    def fields(self, rows: int) -> Fields:
        """A tick in the place of the one choice."""
        numbers = range(1, rows + 1)
        hint = _l("Of all options or of none; a wrong one may be negative.")
        return {
            **{f"option_{n}": words(option_label(n)) for n in numbers},
            **{f"ticked_{n}": BooleanField(_l("This option is right")) for n in numbers},
            **{f"percent_{n}": percent_field(description=hint) for n in numbers},
            **{f"feedback_{n}": words(_l("Feedback to this option")) for n in numbers},
            "shuffles": BooleanField(_SHUFFLES, default=True),
        }

    def rows(self, form: Any, count: int) -> list[Row]:
        """The tick stands below the option."""
        return [
            Row(legend=option_label(n), names=(f"option_{n}", f"ticked_{n}"), more=(f"percent_{n}", f"feedback_{n}"))
            for n in range(1, count + 1)
        ]

    def data(self, content: Content, texts: Texts) -> dict[str, Any]:
        """Percents are filled in where they are not what ticks alone would give."""
        earned = [option.fraction for option in content.options]
        ticked = [part > 0 for part in earned]
        is_plain = earned == lines.shared_fractions(ticked)
        percents = ["" if is_plain else lines.from_percent(part) for part in earned]
        return {
            "shuffles": content.shuffles,
            **_columns(content, texts),
            **numbered("ticked", ticked),
            **numbered("percent", percents),
        }

    def read(self, form: Any, count: int, texts: Texts) -> dict[str, Any]:
        """Typed percents decide; without any, the ticks do."""
        rows = filled(form, count, "option", "feedback", "percent")
        ticked = [bool(form[f"ticked_{n}"].data) for n in rows]
        if any(typed(form, f"percent_{n}").strip() for n in rows):
            parts = [self._part(form, n) for n in rows]
        else:
            parts = lines.shared_fractions(ticked)
            if not any(ticked):
                fail(form, self.anchor, _("Tick at least one option that is right."))
        options = [
            Option(
                text=texts.read(typed(form, f"option_{n}")),
                fraction=part,
                feedback=texts.read(typed(form, f"feedback_{n}")),
            )
            for n, part in zip(rows, parts, strict=True)
        ]
        return {"options": tuple(options), "shuffles": bool(form.shuffles.data)}

    def _part(self, form: Any, n: int) -> Decimal:
        part = fraction(form, f"percent_{n}", ZERO)
        if bool(form[f"ticked_{n}"].data) != (part > 0) and not form[f"percent_{n}"].errors:
            fail(form, f"percent_{n}", _("A ticked option needs a percent above 0, and only a ticked one has it."))
        return part


class TrueFalseRows(Part):
    """A statement that is true or false; the two options keep their words."""

    first = 2
    anchor = "right"
    title = _l("Answer")

    def fields(self, rows: int) -> Fields:
        """Which one is right, and a feedback to each."""
        return {
            "right": RadioField(
                _l("Right answer"), choices=choices([(1, _l("True")), (2, _l("False"))]), validate_choice=False
            ),
            **{f"feedback_{n}": words(_l("Feedback to this option")) for n in (1, 2)},
        }

    def rows(self, form: Any, count: int) -> list[Row]:
        """The words that were stored, or our own."""
        stored = [option.text.source for option in _two(form.stored)]
        return [Row(legend=stored[n - 1], names=(), more=(f"feedback_{n}",), choice=n - 1) for n in (1, 2)]

    def data(self, content: Content, texts: Texts) -> dict[str, Any]:
        """The right one and the feedbacks."""
        right = next((n for n, option in enumerate(content.options, start=1) if option.fraction == ONE), "")
        return {"right": str(right), **numbered("feedback", [texts.shown(o.feedback) for o in content.options])}

    def read(self, form: Any, count: int, texts: Texts) -> dict[str, Any]:
        """Two options; the wrong one keeps what an import said that it is worth."""
        right = typed(form, "right")
        if right not in {"1", "2"}:
            fail(form, "right", _("Choose which option is right."))
        options = []
        for n, option in enumerate(_two(form.stored), start=1):
            wrong = option.fraction if option.fraction != ONE else ZERO
            feedback = texts.read(typed(form, f"feedback_{n}"))
            options.append(replace(option, fraction=ONE if right == str(n) else wrong, feedback=feedback))
        return {"options": tuple(options)}


class RatingSteps(Part):
    """A rating; its steps from the lowest, one a line."""

    anchor = "steps"
    title = _l("Steps of the rating")
    extra = ("steps",)

    def fields(self, rows: int) -> Fields:
        """One field for all steps."""
        hint = _l("From the lowest to the highest, one a line. Leave it empty for poor, fair, good, very good.")
        return {"steps": area(_l("Steps"), rows=5, description=hint)}

    def data(self, content: Content, texts: Texts) -> dict[str, Any]:
        """The options, one a line."""
        return {"steps": "\n".join(texts.line(option.text) for option in content.options)}

    def read(self, form: Any, count: int, texts: Texts) -> dict[str, Any]:
        """The lines as options."""
        return {"options": tuple(Option(text=texts.read(line)) for line in lines.lines_of(typed(form, "steps")))}


def _columns(content: Content, texts: Texts) -> dict[str, Any]:
    return {
        **numbered("option", [texts.shown(option.text) for option in content.options]),
        **numbered("feedback", [texts.shown(option.feedback) for option in content.options]),
    }


def _two(stored: Content | None) -> tuple[Option, ...]:
    """The two options of a statement."""
    if stored is not None and len(stored.options) == 2:
        return stored.options
    return worth.true_false(is_true=True, when_true=NOTHING, when_false=NOTHING)
