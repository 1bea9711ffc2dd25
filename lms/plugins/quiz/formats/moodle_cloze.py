"""The gaps inside the text of Moodle's cloze questions: `{1:SHORTANSWER:=Dinas Sosial#Benar~%50%Dinsos}`."""

from __future__ import annotations

import html
import re
from decimal import Decimal

from flask_babel import gettext as _

from lms.kernel import rich_text
from lms.plugins.quiz.content import MAX_PARTS, NOTHING, ONE, ZERO, Accepted, Content, Gap, Number, Option, Text
from lms.plugins.quiz.enums import TextFormat
from lms.plugins.quiz.formats.errors import Broken
from lms.plugins.quiz.formats.pictures import Album, check_text
from lms.plugins.quiz.formats.worth import from_percent, number, plain, to_percent

_START = re.compile(r"\{[ \t]*(\d{0,3})[ \t]*:[ \t]*([A-Z][A-Z_]{1,20})[ \t]*:")
_REST = re.compile(r"((?:[^\\}]|\\.|\\$)*)\}", re.DOTALL)
_ALTERNATIVE = re.compile(r"~((?:[^\\~]|\\.|\\$)*)", re.DOTALL)
_ANSWER = re.compile(r"((?:[^\\#]|\\.|\\$)*)(?:#(.*))?", re.DOTALL)
_ANSWER_IN_HTML = re.compile(r"((?:[^\\#&]|\\.|\\$|&#?)*)(?:#(.*))?", re.DOTALL)  # `&#39;` begins no feedback
_ESCAPED = re.compile(r"""\\([}#~/"=%])""")
_SPECIAL = re.compile(r"[}#~]")
_WEIGHT = re.compile(r"%(-?\d{1,3}(?:[.,]\d{0,12})?)%")
_SHORT = {"SHORTANSWER", "SA", "MW"}
_SHORT_CASED = {"SHORTANSWER_C", "SAC", "MWC"}
_NUMBERS = {"NUMERICAL", "NM"}
_CHOICE = {"MULTICHOICE", "MC"}
_CHOICE_SUFFIXES = ("", "_V", "_H", "_S", "_VS", "_HS", "V", "H", "S", "VS", "HS")


def read(source: str, kind: TextFormat, album: Album) -> tuple[str, list[Gap]]:
    """The text with `{#1}`, `{#2}` … in the places of its gaps, and the gaps. Raises Broken."""
    check_text(source)
    parts: list[str] = []
    gaps: list[Gap] = []
    seen = 0
    while start := _START.search(source, seen):
        rest = _REST.match(source, start.end())
        if rest is None or len(gaps) >= MAX_PARTS:
            raise Broken(_("A gap has no end, or there are too many gaps."))
        parts.append(_without_places(source[seen : start.start()]))
        gaps.append(_gap(start.group(1), start.group(2), rest.group(1), kind, album))
        parts.append(f"{{#{len(gaps)}}}")
        seen = rest.end()
    if not gaps:
        raise Broken(_("There is no gap in the text. Write one as {1:SHORTANSWER:=answer}."))
    return "".join([*parts, _without_places(source[seen:])]), gaps


def _without_places(text: str) -> str:
    """What only looks like the place of a gap."""
    return text.replace("{#", "{ #")


def _gap(weight: str, name: str, body: str, kind: TextFormat, album: Album) -> Gap:
    size = min(max(int(weight or "1"), 1), 100)
    answers = [_answer(raw, kind, album) for raw in _ALTERNATIVE.findall("~" + body.removeprefix("~"))]
    if len(answers) > MAX_PARTS:
        raise Broken(_("There are more than %(count)s answers.", count=MAX_PARTS))
    if not any(fraction > 0 for _text, fraction, _feedback in answers):
        raise Broken(_("A gap has no right answer. Write = before it."))
    if name in _SHORT | _SHORT_CASED:
        accepted = tuple(Accepted(pattern=text, fraction=part, feedback=said) for text, part, said in answers)
        return Gap(weight=size, accepted=accepted, case_matters=name in _SHORT_CASED)
    if name in _NUMBERS:
        return Gap(weight=size, numbers=tuple(_number(*answer) for answer in answers))
    if any(name.removesuffix(suffix) in _CHOICE for suffix in _CHOICE_SUFFIXES if name.endswith(suffix)):
        options = (Option(text=Text(source=text), fraction=part, feedback=said) for text, part, said in answers)
        return Gap(weight=size, options=tuple(options))
    raise Broken(_("Gaps of the type %(name)s cannot be imported. Make it anew as another type.", name=name))


def _answer(raw: str, kind: TextFormat, album: Album) -> tuple[str, Decimal, Text]:
    """Its words, its weight and its feedback."""
    raw = raw.strip()
    weight = _WEIGHT.match(raw)
    fraction = ZERO
    if raw.startswith("="):
        fraction, raw = ONE, raw[1:]
    elif weight:
        fraction, raw = from_percent(weight.group(1)), raw[weight.end() :]
    found = (_ANSWER_IN_HTML if kind is TextFormat.HTML else _ANSWER).fullmatch(raw)
    answer, feedback = found.groups() if found else (raw, None)
    words = _words(answer, kind)
    if not words:
        raise Broken(_("An answer of a gap is empty."))
    return words, fraction, _feedback(feedback, kind, album)


def _words(raw: str, kind: TextFormat) -> str:
    text = _ESCAPED.sub(r"\1", raw)
    if kind is TextFormat.HTML:
        text = rich_text.plain(text, "html") if "<" in text else html.unescape(text)
    return text.strip()


def _feedback(raw: str | None, kind: TextFormat, album: Album) -> Text:
    text = _ESCAPED.sub(r"\1", raw or "").strip()
    if not text:
        return NOTHING
    if kind is TextFormat.HTML and "<" in text:
        return album.text(text, TextFormat.HTML)
    return Text(source=html.unescape(text) if kind is TextFormat.HTML else text)


def _number(text: str, fraction: Decimal, feedback: Text) -> Number:
    value, _colon, tolerance = text.partition(":")
    half = number(tolerance) if tolerance.strip() else ZERO
    if half < 0:
        raise Broken(_("A tolerance cannot be negative."))
    figure = None if value.strip() == "*" else number(value)
    return Number(value=figure, tolerance=half, fraction=fraction, feedback=feedback)


def write(source: str, content: Content) -> str:
    """The text with its gaps in Moodle's notation; `source` is that of the text, with the addresses of its pictures."""
    kind = content.text.format

    def gap_at(found: re.Match[str]) -> str:
        place = int(found.group(1)) - 1
        return _written(content.gaps[place], kind) if 0 <= place < len(content.gaps) else found.group()

    return re.sub(r"\{#(\d{1,3})\}", gap_at, source)


def _written(gap: Gap, kind: TextFormat) -> str:
    if gap.options:
        name, answers = "MULTICHOICE", [_alternative(_label(o), o.fraction, o.feedback, kind) for o in gap.options]
    elif gap.numbers:
        name, answers = "NUMERICAL", [_alternative(_figure(n), n.fraction, n.feedback, kind) for n in gap.numbers]
    else:
        name = "SHORTANSWER_C" if gap.case_matters else "SHORTANSWER"
        answers = [_alternative(a.pattern, a.fraction, a.feedback, kind) for a in gap.accepted]
    return f"{{{gap.weight}:{name}:{'~'.join(answers)}}}"


def _label(option: Option) -> str:
    return rich_text.plain(option.text.source, option.text.format.value)


def _figure(accepted: Number) -> str:
    if accepted.value is None:
        return "*"
    return plain(accepted.value) + (f":{plain(accepted.tolerance)}" if accepted.tolerance else "")


def _alternative(words: str, fraction: Decimal, feedback: Text, kind: TextFormat) -> str:
    weight = "=" if fraction == ONE else f"%{to_percent(fraction)}%"
    said = feedback.source
    if feedback and kind is TextFormat.HTML and feedback.format is not TextFormat.HTML:
        said = html.escape(said, quote=False)
    elif feedback.format is TextFormat.HTML and kind is not TextFormat.HTML:
        said = rich_text.plain(said, "html")
    words = html.escape(words, quote=False) if kind is TextFormat.HTML else words
    return weight + _escape(words, kind) + (f"#{_escape(said, kind)}" if said else "")


def _escape(text: str, kind: TextFormat) -> str:
    """Moodle has no escape for the backslash itself; in HTML it can be written by its number."""
    if kind is TextFormat.HTML:
        text = re.sub(r"\\(?=[}#~/\"=%\\]|$)", "&bsol;", text)
    return _SPECIAL.sub(lambda found: "\\" + found.group(), text)
