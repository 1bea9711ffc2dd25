"""What authors type into one field of the editor for several things: percents, numbers, and one answer a line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from flask_babel import gettext as _

from lms.plugins.quiz.content import ONE, ZERO, Accepted, Criterion, Gap, Number, Option, Text, Unit
from lms.plugins.quiz.formats import worth
from lms.plugins.quiz.formats.errors import Broken
from lms.plugins.quiz.question_texts import Texts

_FIGURE = re.compile(r"[+-]?\d{1,30}(?:[.,]\d{1,30})?")
_TWO_SENSES = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}")
_WORTH = re.compile(r"(?:(=)|([+-]?\d{1,3}(?:[.,]\d{1,7})?)\s?%)\s*(.*)", re.DOTALL)
_FEEDBACK = " :: "
ANY_NUMBER = "*"
GAP_KINDS = ("text", "options", "number")


def figure(typed: str) -> Decimal:
    """A number as people here write it. Raises Broken where it is none, or could be a thousand as well as a decimal."""
    line = "".join(typed.split()).replace("−", "-")
    if _TWO_SENSES.fullmatch(line):
        raise Broken(
            _(
                "“%(text)s” can be read in two ways. Write a thousand without a mark, as 1500, or one more decimal, as"
                " 1,5000.",
                text=typed.strip()[:40],
            )
        )
    if not _FIGURE.fullmatch(line):
        raise Broken(_("“%(text)s” is not a number. Write digits, with a comma before decimals.", text=typed[:40]))
    return Decimal(worth.plain(Decimal(line.replace(",", "."))))


def from_figure(value: Decimal) -> str:
    """The inverse of `figure`."""
    line = worth.plain(value).replace(".", ",")
    return f"{line}0" if _TWO_SENSES.fullmatch(line) and "," in line else line


def percent(typed: str) -> Decimal:
    """`50`, `33,33333` or `-25 %` as a fraction. Raises Broken."""
    try:
        return worth.from_percent(typed.replace("%", "").strip().replace(",", ".") or "0")
    except Broken as error:
        raise Broken(_("Write a percent between -100 and 100.")) from error


def from_percent(fraction: Decimal) -> str:
    """The inverse of `percent`, without the sign."""
    return worth.to_percent(fraction).replace(".", ",")


def lines_of(typed: str) -> list[str]:
    """The lines that say something."""
    return [line.strip() for line in typed.replace("\r", "\n").split("\n") if line.strip()]


def units(typed: str) -> tuple[Unit, ...]:
    """`km` or `m = 0,001`, a unit a line. Raises Broken."""
    found = []
    for line in lines_of(typed):
        name, equals, factor = line.rpartition("=")
        found.append(Unit(name=name.strip(), factor=figure(factor)) if equals else Unit(name=line))
    return tuple(found)


def from_units(rows: Iterable[Unit]) -> str:
    """The inverse of `units`."""
    return "\n".join(row.name if row.factor == ONE else f"{row.name} = {from_figure(row.factor)}" for row in rows)


def rubric(typed: str) -> tuple[Criterion, ...]:
    """`Menyebut dua contoh = 2`, a criterion a line. Raises Broken."""
    found = []
    for line in lines_of(typed):
        text, equals, points = line.rpartition("=")
        if not equals or not text.strip():
            raise Broken(_("“%(line)s” lacks its points. Write: what is asked = 2", line=line[:60]))
        value = figure(points)
        if not 0 < value <= 1000:
            raise Broken(_("The points of “%(line)s” must lie between 0 and 1000.", line=text.strip()[:60]))
        found.append(Criterion(text=text.strip()[:1000], points=value))
    return tuple(found)


def from_rubric(rows: Iterable[Criterion]) -> str:
    """The inverse of `rubric`."""
    return "\n".join(f"{' '.join(row.text.split())} = {from_figure(row.points)}" for row in rows)


def gap(kind: str, typed: str, *, weight: int, case_matters: bool, texts: Texts) -> Gap:
    """One gap from its lines: `answer`, `50 % answer` or `answer :: feedback`; among options `=` marks the right one.

    Raises Broken.
    """
    rows = [_parted(line) for line in lines_of(typed)]
    options: tuple[Option, ...] = ()
    accepted: tuple[Accepted, ...] = ()
    numbers: tuple[Number, ...] = ()
    if kind == "options":
        options = tuple(
            Option(text=texts.read(line), fraction=fraction or ZERO, feedback=texts.read(said))
            for fraction, line, said in rows
        )
    elif kind == "number":
        numbers = tuple(_number(fraction, line, texts.read(said)) for fraction, line, said in rows)
    else:
        accepted = tuple(
            Accepted(pattern=line, fraction=ONE if fraction is None else fraction, feedback=texts.read(said))
            for fraction, line, said in rows
        )
    return Gap(weight=weight, options=options, accepted=accepted, numbers=numbers, case_matters=case_matters)


def from_gap(row: Gap, texts: Texts) -> str:
    """The inverse of `gap`."""
    return "\n".join(_gap_lines(row, texts))


def kind_of_gap(row: Gap) -> str:
    """One of GAP_KINDS."""
    return "options" if row.options else "number" if row.numbers else "text"


def _gap_lines(row: Gap, texts: Texts) -> Iterator[str]:
    for option in row.options:
        mark = "" if option.fraction == ZERO else _mark(option.fraction)
        yield _joined(mark, texts.line(option.text), texts.line(option.feedback), bare=not mark)
    for answer in row.accepted:
        mark = "" if answer.fraction == ONE else _mark(answer.fraction)
        yield _joined(mark, answer.pattern, texts.line(answer.feedback), bare=not mark)
    for number in row.numbers:
        value = ANY_NUMBER if number.value is None else from_figure(number.value)
        tolerance = f" ± {from_figure(number.tolerance)}" if number.tolerance else ""
        mark = "" if number.fraction == ONE else _mark(number.fraction)
        yield _joined(mark, value + tolerance, texts.line(number.feedback), bare=not mark)


def _mark(fraction: Decimal) -> str:
    return "=" if fraction == ONE else f"{from_percent(fraction)} %"


def _joined(mark: str, line: str, feedback: str, *, bare: bool) -> str:
    """A line that `_parted` takes apart again; a backslash stands before what only looks like a mark."""
    line = line.replace(_FEEDBACK, r" \:: ")
    if bare and (_WORTH.fullmatch(line) or line.startswith("\\")):
        line = f"\\{line}"
    head = f"{mark} {line}" if mark else line
    return f"{head}{_FEEDBACK}{feedback}" if feedback else head


def _parted(line: str) -> tuple[Decimal | None, str, str]:
    """`(fraction or None, answer, feedback)`."""
    head, _separator, feedback = line.partition(_FEEDBACK)
    found = _WORTH.fullmatch(head)
    fraction = None
    if found is not None:
        fraction = ONE if found[1] else percent(found[2])
        head = found[3]
    elif head.startswith("\\"):
        head = head[1:]
    return fraction, head.replace(r" \:: ", _FEEDBACK).strip(), feedback.strip()


def _number(fraction: Decimal | None, line: str, feedback: Text) -> Number:
    value, _sign, tolerance = line.partition("±")
    return Number(
        value=None if value.strip() == ANY_NUMBER else figure(value),
        tolerance=figure(tolerance) if tolerance.strip() else ZERO,
        fraction=ONE if fraction is None else fraction,
        feedback=feedback,
    )


def shared_fractions(ticked: Sequence[bool]) -> list[Decimal]:
    """What options are worth when their author only ticks the right ones.

    The right ones share the mark, and each wrong one takes away as much as a right one earns.
    """
    count = sum(ticked)
    if not count:
        return [ZERO for _ in ticked]
    part = (ONE / count).quantize(Decimal("0.0000001")) if count > 1 else ONE
    return [part if is_right else -part for is_right in ticked]
