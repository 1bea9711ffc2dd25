"""A question for staff: as a participant would see it, and its versions with what changed between them."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from lms.kernel.i18n import number, percent
from lms.plugins.quiz import pictures
from lms.plugins.quiz.bank_models import Question
from lms.plugins.quiz.bank_queries import Wording
from lms.plugins.quiz.content import ONE, Accepted, Content, Number, Option
from lms.plugins.quiz.kinds import wording
from lms.plugins.quiz.kinds.numeric import numbers_solution
from lms.plugins.quiz.kinds.registry import kind_of
from lms.plugins.quiz.question_fields import letter
from lms.plugins.quiz.taking import Shown


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of a version: `sign` is "+" for a new one, "-" for one that went, "" for one that stayed."""

    sign: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Changed:
    """A version and how it differs from the one before; of the first one every line is as it was."""

    wording: Wording
    is_current: bool
    lines: tuple[Line, ...]

    @property
    def has_changes(self) -> bool:
        return any(line.sign for line in self.lines)


def shown(content: Content) -> Shown:
    """The question as one participant would get it, with an order drawn now and stored nowhere."""
    kind = kind_of(content.kind)
    public = kind.public(content)
    order = kind.order(public, shuffles=True)
    return Shown(
        number=1,
        kind=kind.key,
        template=kind.template,
        text=public["text"],
        mark=str(content.mark),
        shown=kind.shown(public, order),
        given={},
        is_answered=False,
        is_question=kind.is_question,
    )


def changes_of(wordings: Sequence[Wording], question: Question) -> list[Changed]:
    """The versions, the newest first, each with what it changed."""
    found = []
    for place, row in enumerate(wordings):
        lines = list(described(row.content))
        older = list(described(wordings[place + 1].content)) if place + 1 < len(wordings) else lines
        is_current = row.version.id == question.version_id
        found.append(Changed(wording=row, is_current=is_current, lines=tuple(_compared(older, lines))))
    return found


def _compared(older: list[str], newer: list[str]) -> Iterator[Line]:
    matcher = difflib.SequenceMatcher(a=older, b=newer, autojunk=False)
    for step, begin, end, first, last in matcher.get_opcodes():
        if step == "equal":
            yield from (Line(sign="", text=text) for text in newer[first:last])
            continue
        yield from (Line(sign="-", text=text) for text in older[begin:end])
        yield from (Line(sign="+", text=text) for text in newer[first:last])


def described(content: Content) -> Iterator[str]:
    """Everything that a question says, in plain words, line by line."""
    yield _("Question: %(text)s", text=wording.plain(content.text))
    yield from _answers(content)
    for pair in content.pairs:
        yield f"{wording.plain(pair.prompt) or '–'} → {pair.answer}"
    for place, step in enumerate(content.steps, start=1):
        yield f"{place}. {wording.plain(step)}"
    for place, gap in enumerate(content.gaps, start=1):
        for line in _answers(gap):
            yield _("Gap %(number)s: %(problem)s", number=place, problem=line)
    for unit in content.units:
        yield _("Unit: %(name)s, factor %(factor)s", name=unit.name, factor=number(unit.factor, 6))
    for criterion in content.rubric:
        yield _("Criterion: %(text)s, %(points)s points", text=criterion.text, points=number(criterion.points, 2))
    if content.model_answer:
        yield _("Model answer: %(text)s", text=wording.plain(content.model_answer))
    if content.feedback:
        yield _("Explanation: %(text)s", text=wording.plain(content.feedback))
    yield _("Mark: %(mark)s", mark=number(content.mark, 2))


def _answers(part: object) -> Iterator[str]:
    """The options, patterns and numbers of a question or a gap, with what each is worth."""
    for place, option in enumerate(getattr(part, "options", ()), start=1):
        yield f"{letter(place)}. {wording.option_words(option.text, place - 1)}{_worth(option)}"
    for answer in getattr(part, "accepted", ()):
        yield f"= {answer.pattern}{_worth(answer)}"
    for figure in getattr(part, "numbers", ()):
        full = Number(value=figure.value, tolerance=figure.tolerance)
        yield f"= {numbers_solution([full]) or '*'}{_worth(figure)}"


def _worth(answer: Option | Accepted | Number) -> str:
    worth = _("right answer") if answer.fraction == ONE else percent(answer.fraction)
    said = f" ({worth})" if answer.fraction else ""
    return f"{said} – {wording.plain(answer.feedback)}" if answer.feedback else said


def staff_pictures(question_id: int) -> pictures.PictureUrl:
    """For templates: the addresses of a question's pictures for staff."""
    return pictures.address_in_bank(question_id)


FILTERS = (("quiz_staff_pictures", staff_pictures), ("quiz_letter", letter))
