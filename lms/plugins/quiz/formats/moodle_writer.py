"""Writes Moodle XML, so that reading it again gives equal questions, in Moodle too."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from xml.sax.saxutils import escape, quoteattr

from flask_babel import gettext as _

from lms.plugins.quiz.content import ONE, ZERO, Accepted, Draft, Fault, Number, Option, Text
from lms.plugins.quiz.enums import QuestionKind, TextFormat
from lms.plugins.quiz.formats import encoding, hints, moodle_cloze
from lms.plugins.quiz.formats.collecting import moodle_path
from lms.plugins.quiz.formats.errors import Broken
from lms.plugins.quiz.formats.naming import kind_words, where_of
from lms.plugins.quiz.formats.pictures import MEDIA_TYPES, with_addresses
from lms.plugins.quiz.formats.worth import inverse, plain, to_percent

_FORMATS = {TextFormat.PLAIN: "plain_text", TextFormat.MARKDOWN: "markdown", TextFormat.HTML: "html"}
# What Moodle XML says itself, of what hints would say.
_OWN = frozenset({"mark", "case", "shuffles", "feedback"})


def write(drafts: Sequence[Draft]) -> tuple[bytes, list[Fault]]:
    """The file, and the questions that Moodle XML cannot express."""
    parts = ['<?xml version="1.0" encoding="UTF-8"?>', "<quiz>"]
    left_out: list[Fault] = []
    category: tuple[str, ...] = ()
    for draft in drafts:
        try:
            written = _Writer(draft).question()
        except Broken as error:
            left_out.append(Fault(where=where_of(draft), reason=error.reason))
            continue
        if draft.category != category:
            category = draft.category
            parts.append(_category(category))
        parts.append(written)
    parts.append("</quiz>\n")
    return "\n".join(parts).encode(), left_out


def _category(path: tuple[str, ...]) -> str:
    return f'<question type="category"><category>{_text(moodle_path(path))}</category></question>'


def _text(text: str) -> str:
    return f"<text>{_clean(text)}</text>"


def _clean(text: str) -> str:
    return escape(encoding.clean(text))


class _Writer:
    """Writes one question."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._content = draft.content
        self._pictures = {picture.sha: picture for picture in draft.pictures}

    def question(self) -> str:
        content = self._content
        name, answers = self._type_and_answers()
        parts = [
            f'<question type="{name}">',
            f"<name>{_text(content.name)}</name>",
            self.text("questiontext", content.text),
            self.text("generalfeedback", content.feedback),
            f"<defaultgrade>{plain(content.mark)}</defaultgrade>",
            *answers,
            self._tags(),
            self._hints(name),
            "</question>",
        ]
        return "\n".join(part for part in parts if part)

    def _type_and_answers(self) -> tuple[str, list[str]]:
        content = self._content
        if content.kind not in _TYPES or content.extra:
            raise Broken(_("Moodle XML has no questions of the type %(kind)s.", kind=kind_words(content.kind)))
        if content.kind == QuestionKind.TRUE_FALSE and not self._is_usual_truth():
            return "multichoice", self.options()
        name, write_answers = _TYPES[QuestionKind(content.kind)]
        return name, write_answers(self)

    def _tags(self) -> str:
        tags = "".join(f"<tag>{_text(tag)}</tag>" for tag in self._draft.tags)
        return f"<tags>{tags}</tags>" if tags else ""

    def _hints(self, name: str) -> str:
        own = _OWN | ({"answer"} if name == "essay" else frozenset())
        if name not in {"multichoice", "matching"}:
            own = own - {"shuffles"}
        if name != "shortanswer":
            own = own - {"case"}
        if name == "description":
            own = own - {"mark"}
        said = hints.of(self._draft, without=own)
        return f"<lokakarya>{_clean(json.dumps(said, ensure_ascii=False))}</lokakarya>" if said else ""

    def text(self, tag: str, text: Text, attributes: str = "", inside: str = "") -> str:
        """A text with its format and the pictures in it; `inside` follows within the element."""
        used: list[str] = []

        def address_of(sha: str) -> str:
            picture = self._pictures.get(sha)
            if picture is None:
                return f"picture:{sha}"
            if sha not in used:
                used.append(sha)
            return f"@@PLUGINFILE@@/{_file_name(sha, picture.media_type)}"

        source = with_addresses(text, address_of)
        if text is self._content.text and self._content.gaps:
            source = moodle_cloze.write(source, self._content)
        files = "".join(self._file(sha) for sha in used)
        return f'<{tag}{attributes} format="{_FORMATS[text.format]}">{_text(source)}{files}{inside}</{tag}>'

    def _file(self, sha: str) -> str:
        picture = self._pictures[sha]
        data = base64.b64encode(picture.data).decode()
        name = quoteattr(_file_name(sha, picture.media_type))
        return f'<file name={name} path="/" encoding="base64">{data}</file>'

    def _is_usual_truth(self) -> bool:
        options = self._content.options
        return [option.text for option in options] == [Text(source="Benar"), Text(source="Salah")] and sorted(
            option.fraction for option in options
        ) == [ZERO, ONE]

    def options(self) -> list[str]:
        single = "false" if self._content.kind == QuestionKind.MULTIPLE else "true"
        shuffles = "true" if self._content.shuffles else "false"
        found = [f"<single>{single}</single>", f"<shuffleanswers>{shuffles}</shuffleanswers>"]
        for option in self._content.options:
            found.append(self.text("answer", option.text, _fraction(option), self._feedback(option)))
        return found

    def truth(self) -> list[str]:
        """The two answers by the words that Moodle knows."""
        return [
            f"<answer{_fraction(option)}>{_text(word)}{self._feedback(option)}</answer>"
            for word, option in zip(("true", "false"), self._content.options, strict=True)
        ]

    def accepted(self) -> list[str]:
        found = [f"<usecase>{int(self._content.case_matters)}</usecase>"]
        for answer in self._content.accepted:
            found.append(f"<answer{_fraction(answer)}>{_text(answer.pattern)}{self._feedback(answer)}</answer>")
        return found

    def numbers(self) -> list[str]:
        found = []
        for number in self._content.numbers:
            value = _text("*" if number.value is None else plain(number.value))
            tolerance = f"<tolerance>{plain(number.tolerance)}</tolerance>"
            found.append(f"<answer{_fraction(number)}>{value}{tolerance}{self._feedback(number)}</answer>")
        units = "".join(
            f"<unit><multiplier>{plain(inverse(unit.factor))}</multiplier><unit_name>{_clean(unit.name)}</unit_name></unit>"
            for unit in self._content.units
        )
        return [*found, f"<units>{units}</units>"] if units else found

    def pairs(self) -> list[str]:
        found = [f"<shuffleanswers>{'true' if self._content.shuffles else 'false'}</shuffleanswers>"]
        for pair in self._content.pairs:
            found.append(self.text("subquestion", pair.prompt, "", f"<answer>{_text(pair.answer)}</answer>"))
        return found

    def essay(self) -> list[str]:
        return [self.text("graderinfo", self._content.model_answer)]

    def steps(self) -> list[str]:
        return [
            self.text("answer", step, f' fraction="{place}.0000000"')
            for place, step in enumerate(self._content.steps, start=1)
        ]

    def nothing(self) -> list[str]:
        return []

    def _feedback(self, answer: Option | Accepted | Number) -> str:
        return self.text("feedback", answer.feedback) if answer.feedback else ""


def _fraction(answer: Option | Accepted | Number) -> str:
    return f' fraction="{to_percent(answer.fraction)}"'


def _file_name(sha: str, media_type: str) -> str:
    return f"{sha[:16]}.{MEDIA_TYPES.get(media_type, 'png')}"


_TYPES: dict[QuestionKind, tuple[str, Callable[[_Writer], list[str]]]] = {
    QuestionKind.SINGLE: ("multichoice", _Writer.options),
    QuestionKind.MULTIPLE: ("multichoice", _Writer.options),
    QuestionKind.TRUE_FALSE: ("truefalse", _Writer.truth),
    QuestionKind.SHORT: ("shortanswer", _Writer.accepted),
    QuestionKind.NUMERIC: ("numerical", _Writer.numbers),
    QuestionKind.MATCHING: ("matching", _Writer.pairs),
    QuestionKind.ORDERING: ("ordering", _Writer.steps),
    QuestionKind.CLOZE: ("cloze", _Writer.nothing),
    QuestionKind.ESSAY: ("essay", _Writer.essay),
    QuestionKind.DESCRIPTION: ("description", _Writer.nothing),
}
