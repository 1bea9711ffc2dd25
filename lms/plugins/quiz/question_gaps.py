"""The editor's part for a text with gaps."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import Length

from lms.kernel.forms import choices
from lms.plugins.quiz import question_lines as lines
from lms.plugins.quiz.content import Content, Gap
from lms.plugins.quiz.formats.errors import Broken
from lms.plugins.quiz.question_fields import Fields, Part, Row, area, fail, filled, numbered, typed
from lms.plugins.quiz.question_texts import Texts


class GapRows(Part):
    """The gaps of a text, each with its answers one a line."""

    first = 2
    anchor = "answers_1"
    title = _l("Gaps")
    hint = _l(
        "Put {#1}, {#2} and so on into the text above. Below, write the answers of each gap, one a line: = stands"
        " before a right option, 50 % before what is partly right, and a feedback follows after ::"
    )
    extra = ("shuffles", "ignores_accents")
    _NAMES = (("text", _l("Typed words")), ("options", _l("Choice from a list")), ("number", _l("A number")))

    def fields(self, rows: int) -> Fields:
        """The kind of a gap, its answers, weight and letters in each row."""
        numbers = range(1, rows + 1)
        short = [Length(max=3)]
        return {
            **{f"gap_{n}": SelectField(_l("Kind"), choices=choices(self._NAMES), default="text") for n in numbers},
            **{f"answers_{n}": area(_l("Answers, one a line"), rows=3) for n in numbers},
            **{f"weight_{n}": StringField(_l("Weight"), short, render_kw={"inputmode": "numeric"}) for n in numbers},
            **{f"cased_{n}": BooleanField(_l("Capital and small letters must agree")) for n in numbers},
            "shuffles": BooleanField(_l("The order of the options may be drawn anew for each person"), default=True),
            "ignores_accents": BooleanField(_l("Letters with and without accents count the same, é as e")),
        }

    def rows(self, form: Any, count: int) -> list[Row]:
        """The weight and the letters on demand."""
        return [
            Row(
                legend=_("Gap %(number)s", number=n),
                names=(f"gap_{n}", f"answers_{n}"),
                more=(f"weight_{n}", f"cased_{n}"),
            )
            for n in range(1, count + 1)
        ]

    def data(self, content: Content, texts: Texts) -> dict[str, Any]:
        """A row for each gap."""
        gaps = content.gaps
        return {
            "shuffles": content.shuffles,
            "ignores_accents": not content.accents_matter,
            **numbered("gap", [lines.kind_of_gap(gap) for gap in gaps]),
            **numbered("answers", [lines.from_gap(gap, texts) for gap in gaps]),
            **numbered("weight", ["" if gap.weight == 1 else str(gap.weight) for gap in gaps]),
            **numbered("cased", [gap.case_matters for gap in gaps]),
        }

    def count(self, content: Content) -> int:
        """One for each gap."""
        return len(content.gaps)

    def read(self, form: Any, count: int, texts: Texts) -> dict[str, Any]:
        """The gaps up to the last one that has answers: their numbers stand in the text."""
        last = max(filled(form, count, "answers"), default=0)
        gaps = tuple(gap for n in range(1, last + 1) if (gap := self._gap(form, n, texts)) is not None)
        return {
            "gaps": gaps,
            "shuffles": bool(form.shuffles.data),
            "accents_matter": not form.ignores_accents.data,
        }

    def _gap(self, form: Any, n: int, texts: Texts) -> Gap | None:
        weight = typed(form, f"weight_{n}").strip() or "1"
        if not (weight.isascii() and weight.isdigit() and 1 <= int(weight) <= 100):
            fail(form, f"weight_{n}", _("A weight is a whole number from 1 to 100."))
            weight = "1"
        kind, answers = typed(form, f"gap_{n}"), typed(form, f"answers_{n}")
        cased = bool(form[f"cased_{n}"].data)
        try:
            return lines.gap(kind, answers, weight=int(weight), case_matters=cased, texts=texts)
        except Broken as error:
            fail(form, f"answers_{n}", error.reason)
            return None
