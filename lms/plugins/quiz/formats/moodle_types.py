"""Reads one question of Moodle XML, whatever its type."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from urllib.parse import unquote

from flask_babel import gettext as _

from lms.plugins.quiz.content import (
    NOTHING,
    ONE,
    Accepted,
    Content,
    Draft,
    Number,
    Option,
    Pair,
    Text,
    Unit,
)
from lms.plugins.quiz.enums import QuestionKind, TextFormat
from lms.plugins.quiz.formats import hints, moodle_cloze
from lms.plugins.quiz.formats.collecting import choice_doubts
from lms.plugins.quiz.formats.errors import Broken
from lms.plugins.quiz.formats.moodle_words import foreign_type
from lms.plugins.quiz.formats.pictures import Album, from_base64
from lms.plugins.quiz.formats.worth import from_percent, inverse, number, true_false
from lms.plugins.quiz.formats.xml_safety import Element, inner_markup

_FILE = "@@PLUGINFILE@@"
_YES = {"1", "true", "yes"}
_FORMATS = {"html": TextFormat.HTML, "markdown": TextFormat.MARKDOWN}
_NONE_OF_IT = "html"  # the documented default of a question's text


class Question:
    """The element of a question, and how its parts are read."""

    def __init__(self, element: Element) -> None:
        self.element = element
        self.album = Album()
        text = element.find("questiontext")
        self.default = _NONE_OF_IT if text is None else text.get("format") or _NONE_OF_IT

    def word(self, path: str) -> str:
        """A short text without format."""
        return (self.element.findtext(path) or "").strip()

    def flag(self, path: str, *, default: bool) -> bool:
        """A switch."""
        word = self.word(path).lower()
        return word in _YES if word else default

    def text(self, parent: Element | None) -> Text:
        """A text with its format and the files beside it."""
        if parent is None:
            return NOTHING
        source, kind = self.source(parent)
        album = Album(_finder(parent))
        found = album.text(source, kind)
        self.album.take(album)
        return found

    def source(self, parent: Element) -> tuple[str, TextFormat]:
        """A text as written, and its format; Moodle's own format is plain unless it shows pictures."""
        inner = parent.find("text")
        source = inner_markup(inner) if inner is not None else (parent.text or "")
        name = parent.get("format") or self.default
        if name == "moodle_auto_format" and _FILE in source:
            return source, TextFormat.HTML
        return source, _FORMATS.get(name, TextFormat.PLAIN)

    def fraction(self, answer: Element) -> Decimal:
        """The weight of an answer."""
        return from_percent(answer.get("fraction") or "0")


def read_question(element: Element, where: str, category: tuple[str, ...]) -> Draft:
    """The draft of a question. Raises Broken."""
    kind = (element.get("type") or "").strip().lower()
    if kind not in _READERS:
        raise Broken(foreign_type(kind))
    question = Question(element)
    content = _READERS[kind](question, _base(question))
    if not content.text:
        raise Broken(_("The question has no text."))
    if question.flag("hidden", default=False):
        question.album.doubt(_("The question was hidden in Moodle."))
    tags = dict.fromkeys((tag.text or "").strip() for tag in element.iterfind("tags/tag/text"))
    draft = Draft(content=content, where=where, category=category, tags=tuple(tag for tag in tags if tag)[:50])
    draft = hints.apply(draft, _hints(element), question.album)
    doubts = (*question.album.doubts, *choice_doubts(content))
    return replace(draft, pictures=question.album.pictures(), doubts=doubts)


def _base(question: Question) -> Content:
    """What all types have."""
    mark = number(question.word("defaultgrade") or "1")
    return Content(
        kind=QuestionKind.DESCRIPTION,
        text=question.text(question.element.find("questiontext")),
        name=" ".join((question.word("name/text") or question.word("idnumber")).split())[:300],
        feedback=question.text(question.element.find("generalfeedback")),
        mark=mark if 0 < mark <= 1000 else ONE,
    )


def _hints(element: Element) -> dict[str, object]:
    try:
        found = json.loads((element.findtext("lokakarya") or "{}")[:8_000_000])
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _choice(question: Question, base: Content) -> Content:
    options = []
    for answer in question.element.iterfind("answer"):
        text = question.text(answer)
        if not text:
            raise Broken(_("An option is empty. Write its text or take it out."))
        feedback = question.text(answer.find("feedback"))
        options.append(Option(text=text, fraction=question.fraction(answer), feedback=feedback))
    is_single = question.flag("single", default=True)
    return replace(
        base,
        kind=QuestionKind.SINGLE if is_single else QuestionKind.MULTIPLE,
        options=tuple(options),
        shuffles=question.flag("shuffleanswers", default=True),
    )


def _truth(question: Question, base: Content) -> Content:
    key: bool | None = None
    feedbacks = {True: NOTHING, False: NOTHING}
    for answer in question.element.iterfind("answer"):
        is_true = (answer.findtext("text") or "").strip().lower() in {"true", "1", "benar"}
        feedbacks[is_true] = question.text(answer.find("feedback"))
        if question.fraction(answer) == ONE:
            key = is_true
    if key is None:
        raise Broken(_("No answer is marked as right. Mark the key and import the question again."))
    options = true_false(is_true=key, when_true=feedbacks[True], when_false=feedbacks[False])
    return replace(base, kind=QuestionKind.TRUE_FALSE, options=options)


def _short(question: Question, base: Content) -> Content:
    accepted = []
    for answer in question.element.iterfind("answer"):
        pattern = (answer.findtext("text") or "").strip()
        if not pattern:
            raise Broken(_("An accepted answer is empty. Write it or take it out."))
        feedback = question.text(answer.find("feedback"))
        accepted.append(Accepted(pattern=pattern, fraction=question.fraction(answer), feedback=feedback))
    cased = question.flag("usecase", default=False)
    return replace(base, kind=QuestionKind.SHORT, accepted=tuple(accepted), case_matters=cased)


def _numerical(question: Question, base: Content) -> Content:
    numbers = []
    for answer in question.element.iterfind("answer"):
        value = (answer.findtext("text") or "").strip()
        tolerance = number(answer.findtext("tolerance") or "0")
        if tolerance < 0:
            raise Broken(_("A tolerance cannot be negative."))
        numbers.append(
            Number(
                value=None if value == "*" else number(value),
                tolerance=tolerance,
                fraction=question.fraction(answer),
                feedback=question.text(answer.find("feedback")),
            )
        )
    units = tuple(_unit(unit) for unit in question.element.iterfind("units/unit") if unit.findtext("unit_name"))
    return replace(base, kind=QuestionKind.NUMERIC, numbers=tuple(numbers), units=units)


def _unit(unit: Element) -> Unit:
    """Moodle divides by its multiplier: 1 km is 0.001 of the unit m."""
    multiplier = number(unit.findtext("multiplier") or "1")
    if multiplier <= 0:
        raise Broken(_("The multiplier of a unit must be above zero."))
    return Unit(name=unit.findtext("unit_name").strip(), factor=inverse(multiplier))


def _matching(question: Question, base: Content) -> Content:
    pairs = []
    for row in question.element.iterfind("subquestion"):
        prompt, answer = question.text(row), " ".join((row.findtext("answer/text") or "").split())
        if not answer and prompt:
            raise Broken(_("A pair has no partner. Write it or take the pair out."))
        if answer:
            pairs.append(Pair(prompt=prompt, answer=answer))
    shuffles = question.flag("shuffleanswers", default=True)
    return replace(base, kind=QuestionKind.MATCHING, pairs=tuple(pairs), shuffles=shuffles)


def _essay(question: Question, base: Content) -> Content:
    return replace(base, kind=QuestionKind.ESSAY, model_answer=question.text(question.element.find("graderinfo")))


def _ordering(question: Question, base: Content) -> Content:
    """The weights of the answers are their places, where they say anything."""
    answers = list(question.element.iterfind("answer"))
    places = [number(answer.get("fraction") or "0") for answer in answers]
    if len(set(places)) == len(places):
        answers = [answer for _place, answer in sorted(zip(places, answers, strict=True), key=lambda pair: pair[0])]
    steps = tuple(question.text(answer) for answer in answers)
    if len(steps) < 2 or not all(steps):
        raise Broken(_("Give at least two steps, none of them empty."))
    return replace(base, kind=QuestionKind.ORDERING, steps=steps)


def _cloze(question: Question, base: Content) -> Content:
    parent = question.element.find("questiontext")
    if parent is None:
        raise Broken(_("The question has no text."))
    source, kind = question.source(parent)
    source, gaps = moodle_cloze.read(source, kind, question.album)
    album = Album(_finder(parent))
    text = album.text(source, kind)
    question.album.take(album)
    return replace(base, kind=QuestionKind.CLOZE, text=text, gaps=tuple(gaps))


def _description(question: Question, base: Content) -> Content:
    return base


_READERS: dict[str, Callable[[Question, Content], Content]] = {
    "multichoice": _choice,
    "truefalse": _truth,
    "shortanswer": _short,
    "numerical": _numerical,
    "matching": _matching,
    "match": _matching,
    "essay": _essay,
    "ordering": _ordering,
    "cloze": _cloze,
    "multianswer": _cloze,
    "description": _description,
}


def _finder(parent: Element) -> Callable[[str], bytes | None]:
    """Finds the files beside a text by their address in it."""

    def find(address: str) -> bytes | None:
        if not address.startswith(_FILE):
            return None
        wanted = unquote(address[len(_FILE) :].split("?")[0]).strip("/")
        for file in parent.iterfind("file"):
            folder = (file.get("path") or "/").strip("/")
            name = file.get("name") or ""
            if (f"{folder}/{name}" if folder else name) == wanted:
                return from_base64(file.text or "")
        return None

    return find
