"""The editor's parts for types whose answers are typed, matched, ordered or marked by hand."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, StringField
from wtforms.validators import Length

from lms.plugins.quiz import question_lines as lines
from lms.plugins.quiz.content import ONE, ZERO, Accepted, Content, Criterion, Number, Pair, Unit
from lms.plugins.quiz.question_fields import (
    Fields,
    Part,
    Row,
    area,
    fail,
    filled,
    fraction,
    numbered,
    parsed,
    percent_field,
    typed,
    words,
)
from lms.plugins.quiz.question_texts import Texts

_FEEDBACK = _l("Feedback to this answer")
_FULL = _l("Empty for the full mark.")


class AcceptedRows(Part):
    """Accepted answers of a short answer."""

    first = 3
    anchor = "accepted_1"
    title = _l("Accepted answers")
    hint = _l("The first answer that fits counts. A star (*) stands for any words. Empty rows are left out.")
    extra = ("case_matters", "ignores_accents")

    def fields(self, rows: int) -> Fields:
        """An answer, what it is worth and its feedback in each row."""
        numbers = range(1, rows + 1)
        return {
            **{f"accepted_{n}": words(_l("Answer"), most=1000) for n in numbers},
            **{f"percent_{n}": percent_field(description=_FULL) for n in numbers},
            **{f"feedback_{n}": words(_FEEDBACK) for n in numbers},
            "case_matters": BooleanField(_l("Capital and small letters must agree")),
            "ignores_accents": BooleanField(_l("Letters with and without accents count the same, é as e")),
        }

    def rows(self, form: Any, count: int) -> list[Row]:
        """The worth and the feedback on demand."""
        return [
            Row(
                legend=_("Answer %(number)s", number=n),
                names=(f"accepted_{n}",),
                more=(f"percent_{n}", f"feedback_{n}"),
            )
            for n in range(1, count + 1)
        ]

    def data(self, content: Content, texts: Texts) -> dict[str, Any]:
        """A row for each pattern."""
        rows = content.accepted
        return {
            "case_matters": content.case_matters,
            "ignores_accents": not content.accents_matter,
            **numbered("accepted", [row.pattern for row in rows]),
            **numbered("percent", ["" if row.fraction == ONE else lines.from_percent(row.fraction) for row in rows]),
            **numbered("feedback", [texts.shown(row.feedback) for row in rows]),
        }

    def count(self, content: Content) -> int:
        """One for each pattern."""
        return len(content.accepted)

    def read(self, form: Any, count: int, texts: Texts) -> dict[str, Any]:
        """The rows in their order."""
        accepted = [
            Accepted(
                pattern=" ".join(typed(form, f"accepted_{n}").split()),
                fraction=fraction(form, f"percent_{n}", ONE),
                feedback=texts.read(typed(form, f"feedback_{n}")),
            )
            for n in filled(form, count, "accepted", "feedback", "percent")
        ]
        return {
            "accepted": tuple(accepted),
            "case_matters": bool(form.case_matters.data),
            "accents_matter": not form.ignores_accents.data,
        }


class NumberRows(Part):
    """Accepted numbers with their tolerance, and units."""

    first = 2
    anchor = "value_1"
    title = _l("Accepted numbers")
    hint = _l("The first number within whose tolerance the answer lies counts. A star (*) takes every number.")
    extra = ("units",)

    def fields(self, rows: int) -> Fields:
        """A number with its tolerance, what it is worth and its feedback in each row."""
        numbers = range(1, rows + 1)
        short = [Length(max=64)]
        figure = {"inputmode": "decimal", "size": 12}
        return {
            **{f"value_{n}": StringField(_l("Accepted number"), short) for n in numbers},
            **{f"tolerance_{n}": StringField(_l("Tolerance (±)"), short, render_kw=figure) for n in numbers},
            **{f"percent_{n}": percent_field(description=_FULL) for n in numbers},
            **{f"feedback_{n}": words(_FEEDBACK) for n in numbers},
            "units": area(
                _l("Units"),
                rows=3,
                most=3000,
                description=_l(
                    "One a line, that of the numbers above first. A factor leads to it, for example: m = 0,001"
                ),
            ),
        }

    def rows(self, form: Any, count: int) -> list[Row]:
        """The worth and the feedback on demand."""
        return [
            Row(
                legend=_("Number %(number)s", number=n),
                names=(f"value_{n}", f"tolerance_{n}"),
                more=(f"percent_{n}", f"feedback_{n}"),
            )
            for n in range(1, count + 1)
        ]

    def data(self, content: Content, texts: Texts) -> dict[str, Any]:
        """A row for each number."""
        rows = content.numbers
        values = [lines.ANY_NUMBER if row.value is None else lines.from_figure(row.value) for row in rows]
        return {
            "units": lines.from_units(content.units),
            **numbered("value", values),
            **numbered("tolerance", [lines.from_figure(row.tolerance) if row.tolerance else "" for row in rows]),
            **numbered("percent", ["" if row.fraction == ONE else lines.from_percent(row.fraction) for row in rows]),
            **numbered("feedback", [texts.shown(row.feedback) for row in rows]),
        }

    def count(self, content: Content) -> int:
        """One for each number."""
        return len(content.numbers)

    def read(self, form: Any, count: int, texts: Texts) -> dict[str, Any]:
        """The rows in their order."""
        numbers = []
        for n in filled(form, count, "value", "tolerance", "percent", "feedback"):
            if not typed(form, f"value_{n}").strip():
                fail(form, f"value_{n}", _("Write the number, or empty the whole row."))
            numbers.append(
                Number(
                    value=parsed(form, f"value_{n}", _figure, None),
                    tolerance=parsed(form, f"tolerance_{n}", lines.figure, ZERO),
                    fraction=fraction(form, f"percent_{n}", ONE),
                    feedback=texts.read(typed(form, f"feedback_{n}")),
                )
            )
        none: tuple[Unit, ...] = ()
        return {"numbers": tuple(numbers), "units": parsed(form, "units", lines.units, none)}


def _figure(text: str) -> Decimal | None:
    return None if text.strip() == lines.ANY_NUMBER else lines.figure(text)


class PairRows(Part):
    """Prompts and their partners."""

    first = 4
    anchor = "prompt_1"
    title = _l("Pairs")
    hint = _l("A partner without a prompt is a lone distractor. Empty rows are left out.")

    def fields(self, rows: int) -> Fields:
        """A prompt and its partner in each row."""
        numbers = range(1, rows + 1)
        return {
            **{f"prompt_{n}": words(_l("Prompt")) for n in numbers},
            **{f"partner_{n}": words(_l("Its partner"), most=1000) for n in numbers},
        }

    def rows(self, form: Any, count: int) -> list[Row]:
        """Both side by side."""
        return [
            Row(legend=_("Pair %(number)s", number=n), names=(f"prompt_{n}", f"partner_{n}"))
            for n in range(1, count + 1)
        ]

    def data(self, content: Content, texts: Texts) -> dict[str, Any]:
        """A row for each pair."""
        return {
            **numbered("prompt", [texts.shown(pair.prompt) for pair in content.pairs]),
            **numbered("partner", [pair.answer for pair in content.pairs]),
        }

    def count(self, content: Content) -> int:
        """One for each pair."""
        return len(content.pairs)

    def read(self, form: Any, count: int, texts: Texts) -> dict[str, Any]:
        """The pairs in their order."""
        pairs = []
        for n in filled(form, count, "prompt", "partner"):
            partner = typed(form, f"partner_{n}").strip()
            if not partner:
                fail(form, f"partner_{n}", _("Write the partner of this prompt, or empty the whole row."))
            pairs.append(Pair(prompt=texts.read(typed(form, f"prompt_{n}")), answer=partner))
        return {"pairs": tuple(pairs)}


class Steps(Part):
    """Steps in their right order, one a line."""

    anchor = "steps"
    title = _l("Steps in their right order")
    extra = ("steps",)

    def fields(self, rows: int) -> Fields:
        """One field for all steps."""
        hint = _l("The first step above. People see them in another order.")
        return {"steps": area(_l("Steps, one a line"), rows=7, description=hint)}

    def data(self, content: Content, texts: Texts) -> dict[str, Any]:
        """The steps, one a line."""
        return {"steps": "\n".join(texts.line(step) for step in content.steps)}

    def read(self, form: Any, count: int, texts: Texts) -> dict[str, Any]:
        """The lines as steps."""
        return {"steps": tuple(texts.read(line) for line in lines.lines_of(typed(form, "steps")))}


class EssayParts(Part):
    """What graders see: the rubric and a model answer."""

    anchor = "rubric"
    title = _l("For graders")
    extra = ("rubric", "model_answer")

    def fields(self, rows: int) -> Fields:
        """Two fields of several lines."""
        hint = _l("One criterion a line with its points, for example: Names two examples = 2")
        return {
            "rubric": area(_l("Rubric"), rows=5, most=20_000, description=hint),
            "model_answer": area(_l("Model answer"), rows=6, description=_l("Shown to graders, and with the key.")),
        }

    def data(self, content: Content, texts: Texts) -> dict[str, Any]:
        """A line for each criterion."""
        return {"rubric": lines.from_rubric(content.rubric), "model_answer": texts.shown(content.model_answer)}

    def read(self, form: Any, count: int, texts: Texts) -> dict[str, Any]:
        """The criteria and the model answer."""
        none: tuple[Criterion, ...] = ()
        rubric = parsed(form, "rubric", lines.rubric, none)
        return {"rubric": rubric, "model_answer": texts.read(typed(form, "model_answer"))}
