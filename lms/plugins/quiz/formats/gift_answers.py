"""Reads what stands between the braces of a GIFT question: the marks decide what kind of question it is."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal

from flask_babel import gettext as _

from lms.plugins.quiz.content import MAX_PARTS, NOTHING, ONE, ZERO, Accepted, Number, Option, Pair, Text
from lms.plugins.quiz.enums import QuestionKind, TextFormat
from lms.plugins.quiz.formats.errors import Broken
from lms.plugins.quiz.formats.gift_text import read_text, read_weight, restore
from lms.plugins.quiz.formats.pictures import Album
from lms.plugins.quiz.formats.worth import from_percent, number, range_of, true_false

_TRUTH = re.compile(r"(T|TRUE|F|FALSE|B|BENAR|S|SALAH)\s*(#.*)?", re.IGNORECASE | re.DOTALL)
_TRUE = {"T", "TRUE", "B", "BENAR"}


@dataclass
class Answers:
    """The kind of a question and its answers."""

    kind: QuestionKind
    options: list[Option] = field(default_factory=list)
    accepted: list[Accepted] = field(default_factory=list)
    numbers: list[Number] = field(default_factory=list)
    pairs: list[Pair] = field(default_factory=list)


def read_answers(raw: str, kind: TextFormat, album: Album) -> Answers:
    """The answers of a protected text. Raises Broken."""
    if not raw:
        return Answers(kind=QuestionKind.ESSAY)
    if raw.startswith("#"):
        return Answers(kind=QuestionKind.NUMERIC, numbers=_numbers(raw[1:].strip(), kind, album))
    truth = _TRUTH.fullmatch(raw)
    if truth:
        return _truth(truth.group(1).upper() in _TRUE, truth.group(2) or "", kind, album)
    if "~" in raw:
        is_single = any(mark == "=" for mark, _body in _tokens(raw, "~="))
        options = [_option(mark, body, kind, album) for mark, body in _tokens(raw, "~=")]
        return Answers(kind=QuestionKind.SINGLE if is_single else QuestionKind.MULTIPLE, options=options)
    if "=" not in raw:
        raise Broken(_("No answer is marked. Write = before the right answers and ~ before the wrong ones."))
    tokens = _tokens(raw, "=")
    if any("->" in body.partition("#")[0] for _mark, body in tokens):
        return Answers(kind=QuestionKind.MATCHING, pairs=[_pair(body, kind, album) for _mark, body in tokens])
    return Answers(kind=QuestionKind.SHORT, accepted=[_accepted(body, kind, album) for _mark, body in tokens])


def _tokens(raw: str, marks: str) -> list[tuple[str, str]]:
    """The answers with the mark before each. Raises Broken for text before the first, and for very many."""
    if sum(map(raw.count, marks)) > MAX_PARTS:
        raise Broken(_("There are more than %(count)s answers.", count=MAX_PARTS))
    first, *rest = re.split(f"([{marks}])", raw)
    if first.strip():
        raise Broken(_("“%(text)s” stands before the first = or ~.", text=restore(first.strip())[:60]))
    return [(mark, body.strip()) for mark, body in zip(rest[::2], rest[1::2], strict=True)]


def _feedback(body: str, kind: TextFormat, album: Album) -> tuple[str, Text]:
    """What stands before `#`, and the text after it."""
    answer, mark, feedback = body.partition("#")
    return answer.strip(), read_text(feedback, kind, album)[0] if mark else NOTHING


def _option(mark: str, body: str, kind: TextFormat, album: Album) -> Option:
    weight, body = read_weight(body)
    fraction = ONE if mark == "=" else ZERO
    if weight is not None:
        fraction = from_percent(weight)
    answer, feedback = _feedback(body, kind, album)
    text = read_text(answer, kind, album)[0]
    if not text:
        raise Broken(_("An option is empty. Write its text or take it out."))
    return Option(text=text, fraction=fraction, feedback=feedback)


def _accepted(body: str, kind: TextFormat, album: Album) -> Accepted:
    weight, body = read_weight(body)
    answer, feedback = _feedback(body, kind, album)
    pattern = restore(answer).strip()
    if not pattern:
        raise Broken(_("An accepted answer is empty. Write it or take it out."))
    return Accepted(pattern=pattern, fraction=ONE if weight is None else from_percent(weight), feedback=feedback)


def _pair(body: str, kind: TextFormat, album: Album) -> Pair:
    prompt, arrow, answer = body.partition("->")
    answer = restore(answer.partition("#")[0]).strip()
    if not arrow or not answer:
        raise Broken(_("Each pair needs -> and a partner after it, as in = Ketua -> memimpin rapat."))
    return Pair(prompt=read_text(prompt, kind, album)[0], answer=answer)


def _truth(is_true: bool, feedbacks: str, kind: TextFormat, album: Album) -> Answers:
    """The first feedback is for the wrong answer, the second for the right one."""
    parts = feedbacks.split("#")[1:3]
    wrong, right = (read_text(parts[place], kind, album)[0] if place < len(parts) else NOTHING for place in range(2))
    options = true_false(is_true=is_true, when_true=right if is_true else wrong, when_false=wrong if is_true else right)
    return Answers(kind=QuestionKind.TRUE_FALSE, options=list(options))


def _numbers(raw: str, kind: TextFormat, album: Album) -> list[Number]:
    if not raw:
        raise Broken(_("There is no number after #."))
    if raw[0] not in "=~":
        return [_number("=", raw, kind, album)]
    return [_number(mark, body, kind, album) for mark, body in _tokens(raw, "=~")]


def _number(mark: str, body: str, kind: TextFormat, album: Album) -> Number:
    """`3.14:0.01`, `1..5`, or nothing (any number) after `~`."""
    weight, body = read_weight(body)
    fraction = ZERO if mark == "~" else ONE
    if weight is not None:
        fraction = from_percent(weight)
    answer, feedback = _feedback(body, kind, album)
    value, tolerance = _value(answer, may_be_any=fraction < ONE)
    return Number(value=value, tolerance=tolerance, fraction=fraction, feedback=feedback)


def _value(answer: str, *, may_be_any: bool) -> tuple[Decimal | None, Decimal]:
    answer = restore(answer).strip()
    if answer in {"", "*"}:
        if answer or may_be_any:
            return None, ZERO
        raise Broken(_("There is no number after #."))
    low, dots, high = answer.partition("..")
    if dots:
        return range_of(low, high)
    value, colon, tolerance = answer.partition(":")
    half = number(tolerance) if colon else ZERO
    if half < 0:
        raise Broken(_("A tolerance cannot be negative."))
    return number(value), half
