"""Writes one item of QTI 3."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from xml.sax.saxutils import escape

from flask_babel import gettext as _

from lms.kernel import rich_text
from lms.plugins.quiz.content import ONE, Accepted, Draft, Gap, Number, Picture
from lms.plugins.quiz.enums import QuestionKind
from lms.plugins.quiz.formats.errors import Broken
from lms.plugins.quiz.formats.naming import kind_words
from lms.plugins.quiz.formats.qti_frame import RESPONSE, Frame
from lms.plugins.quiz.formats.worth import EXACT, plain

_PLACE = re.compile(r"\{#(\d{1,3})\}")


class ItemWriter:
    """Writes one question. `notes` are what was lost although the question could be written."""

    def __init__(self, draft: Draft, identifier: str) -> None:
        self._content = draft.content
        self._identifier = identifier
        self._frame = Frame(draft.pictures)
        self.notes = self._frame.notes

    def used_pictures(self) -> tuple[Picture, ...]:
        """The pictures that the item shows."""
        return tuple(self._frame.used.values())

    def item(self) -> str:
        """The markup. Raises Broken for what QTI cannot express."""
        content, frame = self._content, self._frame
        if content.kind not in _BODIES or content.extra:
            raise Broken(_("QTI has no questions of the type %(kind)s.", kind=kind_words(content.kind)))
        body = _BODIES[QuestionKind(content.kind)](self)
        if content.feedback:
            frame.outcome("GENERAL", "identifier", "general")
            frame.modal("GENERAL", "general", content.feedback)
        frame.outcome("SCORE", "float", "0")
        frame.outcome("MAXSCORE", "float", plain(content.mark))
        return frame.item(identifier=self._identifier, title=content.name, body=body)

    def wording(self) -> str:
        """The question itself."""
        return f"<div>{self._frame.xhtml(self._content.text)}</div>"

    def choice(self) -> str:
        content = self._content
        is_multiple = content.kind == QuestionKind.MULTIPLE
        names = [f"choice-{place}" for place in range(1, len(content.options) + 1)]
        options = dict(zip(names, content.options, strict=True))
        cardinality = "multiple" if is_multiple else "single"
        self._frame.respond(
            [name for name, option in options.items() if option.fraction > 0 if is_multiple or option.fraction == ONE],
            {name: option.fraction for name, option in options.items()},
            cardinality=cardinality,
            bounds=' lower-bound="0" upper-bound="1"' if is_multiple else "",
        )
        self._frame.map()
        if any(option.feedback for option in options.values()):
            self._frame.outcome("FEEDBACK", "identifier", "", cardinality)
            self._frame.show("FEEDBACK", RESPONSE)
            for name, option in options.items():
                if option.feedback:
                    self._frame.modal("FEEDBACK", name, option.feedback)
        choices = "".join(
            f'<qti-simple-choice identifier="{name}">{self._frame.xhtml(option.text)}</qti-simple-choice>'
            for name, option in options.items()
        )
        shuffles = str(content.shuffles and content.kind != QuestionKind.TRUE_FALSE).lower()
        most = 0 if is_multiple else 1
        return (
            f'{self.wording()}<qti-choice-interaction response-identifier="{RESPONSE}" shuffle="{shuffles}" '
            f'max-choices="{most}">{choices}</qti-choice-interaction>'
        )

    def short(self) -> str:
        self._entry(self._content.accepted, self._content.case_matters, RESPONSE, 1)
        return f'{self.wording()}<div><qti-text-entry-interaction response-identifier="{RESPONSE}"/></div>'

    def _entry(self, accepted: tuple[Accepted, ...], cased: bool, name: str, weight: int) -> None:
        words = [answer.pattern.replace("\\*", "\0") for answer in accepted]
        if any("*" in word for word in words):
            raise Broken(_("QTI cannot express * for any letters in an accepted answer."))
        if not self._content.accents_matter:
            self._frame.note(_("QTI cannot say that accents do not matter."))
        self._note_feedback(accepted)
        points = {
            word.replace("\0", "*"): EXACT.multiply(answer.fraction, Decimal(weight))
            for word, answer in reversed(list(zip(words, accepted, strict=True)))  # the first of equal ones counts
        }
        points = dict(reversed(list(points.items())))
        correct = [key for key, worth in points.items() if worth == weight]
        self._frame.respond(correct[:1], points, name=name, kind="string", cased=cased)
        self._frame.map(name)

    def _note_feedback(self, answers: tuple[Accepted | Number, ...]) -> None:
        if any(answer.feedback for answer in answers):
            self._frame.note(_("Feedback for single answers was left out, which QTI has for options only."))

    def number(self) -> str:
        if self._content.units:
            raise Broken(_("QTI cannot express units."))
        self._figure(self._content.numbers, RESPONSE, 1)
        return f'{self.wording()}<div><qti-text-entry-interaction response-identifier="{RESPONSE}"/></div>'

    def _figure(self, numbers: tuple[Number, ...], name: str, weight: int) -> None:
        right = [number for number in numbers if number.fraction]
        if len(right) != 1 or right[0].fraction != ONE or right[0].value is None:
            raise Broken(_("QTI can express one accepted number only."))
        self._note_feedback(numbers)
        value = plain(right[0].value)
        self._frame.respond([value], {value: Decimal(weight)}, name=name, kind="float")
        half = plain(right[0].tolerance)
        mode = (
            f'tolerance-mode="absolute" tolerance="{half} {half}"' if right[0].tolerance else 'tolerance-mode="exact"'
        )
        self._frame.add(
            f'<qti-base-value base-type="float">{weight}</qti-base-value>',
            f'<qti-equal {mode}><qti-variable identifier="{name}"/><qti-correct identifier="{name}"/></qti-equal>',
        )

    def matching(self) -> str:
        pairs = self._content.pairs
        answers = list(dict.fromkeys(pair.answer for pair in pairs))
        asked = [pair for pair in pairs if pair.prompt]
        keys = [f"left-{n} right-{answers.index(pair.answer) + 1}" for n, pair in enumerate(asked, start=1)]
        share = EXACT.divide(ONE, Decimal(len(keys) or 1)).quantize(Decimal("0.0000001"))
        self._frame.respond(keys, dict.fromkeys(keys, share), cardinality="multiple", kind="directedPair")
        self._frame.map()
        left = "".join(
            _associable(f"left-{n}", self._frame.xhtml(pair.prompt), 1) for n, pair in enumerate(asked, start=1)
        )
        right = "".join(_associable(f"right-{n}", escape(answer), 0) for n, answer in enumerate(answers, start=1))
        return (
            f'{self.wording()}<qti-match-interaction response-identifier="{RESPONSE}" shuffle="true" '
            f'max-associations="{len(asked)}"><qti-simple-match-set>{left}</qti-simple-match-set>'
            f"<qti-simple-match-set>{right}</qti-simple-match-set></qti-match-interaction>"
        )

    def ordering(self) -> str:
        names = [f"step-{place}" for place in range(1, len(self._content.steps) + 1)]
        self._frame.respond(names, {}, cardinality="ordered")
        self._frame.add(
            '<qti-base-value base-type="float">1</qti-base-value>',
            f'<qti-match><qti-variable identifier="{RESPONSE}"/><qti-correct identifier="{RESPONSE}"/></qti-match>',
        )
        # In alphabetical order: the order of the file must not be the key.
        rows = sorted(zip(names, map(self._frame.xhtml, self._content.steps), strict=True), key=lambda row: row[1])
        steps = "".join(f'<qti-simple-choice identifier="{name}">{step}</qti-simple-choice>' for name, step in rows)
        return (
            f'{self.wording()}<qti-order-interaction response-identifier="{RESPONSE}" shuffle="true">'
            f"{steps}</qti-order-interaction>"
        )

    def cloze(self) -> str:
        fields = [self._gap(gap, f"{RESPONSE}-{n}") for n, gap in enumerate(self._content.gaps, start=1)]

        def field_at(found: re.Match[str]) -> str:
            place = int(found.group(1)) - 1
            return fields[place] if 0 <= place < len(fields) else found.group()

        return _PLACE.sub(field_at, self.wording())

    def _gap(self, gap: Gap, name: str) -> str:
        if not gap.options:
            if gap.numbers:
                self._figure(gap.numbers, name, gap.weight)
            else:
                self._entry(gap.accepted, gap.case_matters, name, gap.weight)
            return f'<qti-text-entry-interaction response-identifier="{name}"/>'
        names = [f"choice-{place}" for place in range(1, len(gap.options) + 1)]
        options = dict(zip(names, gap.options, strict=True))
        if any(option.feedback for option in gap.options):
            self._frame.note(_("Feedback for single answers was left out, which QTI has for options only."))
        self._frame.respond(
            [key for key, option in options.items() if option.fraction == ONE][:1],
            {key: EXACT.multiply(option.fraction, Decimal(gap.weight)) for key, option in options.items()},
            name=name,
        )
        self._frame.map(name)
        choices = "".join(
            f'<qti-inline-choice identifier="{key}">'
            f"{escape(rich_text.plain(option.text.source, option.text.format.value))}</qti-inline-choice>"
            for key, option in options.items()
        )
        return (
            f'<qti-inline-choice-interaction response-identifier="{name}" shuffle="true">{choices}'
            "</qti-inline-choice-interaction>"
        )

    def essay(self) -> str:
        content = self._content
        self._frame.respond([], {}, kind="string")
        if content.rubric:
            self._frame.note(_("The rubric was left out, which QTI cannot express."))
        guide = (
            '<qti-rubric-block view="scorer" use="scoring"><qti-content-body>'
            f"{self._frame.xhtml(content.model_answer)}</qti-content-body></qti-rubric-block>"
            if content.model_answer
            else ""
        )
        return f'{self.wording()}{guide}<qti-extended-text-interaction response-identifier="{RESPONSE}"/>'


def _associable(name: str, inside: str, most: int) -> str:
    return (
        f'<qti-simple-associable-choice identifier="{name}" match-max="{most}">{inside}</qti-simple-associable-choice>'
    )


_BODIES: dict[QuestionKind, Callable[[ItemWriter], str]] = {
    QuestionKind.SINGLE: ItemWriter.choice,
    QuestionKind.MULTIPLE: ItemWriter.choice,
    QuestionKind.TRUE_FALSE: ItemWriter.choice,
    QuestionKind.SHORT: ItemWriter.short,
    QuestionKind.NUMERIC: ItemWriter.number,
    QuestionKind.MATCHING: ItemWriter.matching,
    QuestionKind.ORDERING: ItemWriter.ordering,
    QuestionKind.CLOZE: ItemWriter.cloze,
    QuestionKind.ESSAY: ItemWriter.essay,
    QuestionKind.DESCRIPTION: ItemWriter.wording,
}
