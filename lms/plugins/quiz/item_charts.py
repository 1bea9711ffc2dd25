"""How item analysis is shown: the small pictures beside a question, and the figures of the whole test in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from lms.kernel.i18n import number, percent
from lms.plugins.quiz.analysis import FormTotal, Item
from lms.plugins.quiz.statistics import TotalStatistics

STEP, WIDTH, BASE, TALLEST = 17, 13, 28, 20  # pixels: from bar to bar, of a bar, of the ground, of a full bar
MOST_BARS = 12  # wider pictures fit no phone; the sentence beside it names all


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One bar; a right one carries a pointer above it, so that colour does not speak alone."""

    letter: str
    x: int
    y: int
    height: int
    is_right: bool

    @property
    def middle(self) -> int:
        return self.x + WIDTH // 2

    @property
    def pointer(self) -> str:
        return f"M{self.middle - 4} {self.y - 7}h8l-4 5z"


@dataclass(frozen=True, kw_only=True)
class Mini:
    """The picture, and all of it in words."""

    width: int
    bars: tuple[Bar, ...]
    label: str


def mini_of(item: Item) -> Mini | None:
    """Of a question with options their shares, of others how many earned all, a part, and nothing; None of nobody."""
    if item.options and item.chosen_by:
        rows = [(option.letter, option.chosen / item.chosen_by, option.is_right) for option in item.options]
        told = ", ".join(f"{letter} {percent(share)}" for letter, share, _right in rows)
        keys = ", ".join(letter for letter, _share, is_right in rows if is_right)
        label = _("Key %(key)s. %(shares)s", key=keys, shares=told)
        if item.blank:
            share = item.blank / item.chosen_by
            label = _("%(label)s, nothing chosen %(share)s", label=label, share=percent(share))
            rows = [*rows[: MOST_BARS - 1], ("–", share, False)]
        return _mini(rows[:MOST_BARS], label)
    if item.shares is None or not item.people:
        return None
    full, part, none = (count / item.people for count in (item.shares.full, item.shares.part, item.shares.none))
    values = {"full": percent(full), "part": percent(part), "none": percent(none)}
    label = _("Full marks %(full)s, a part %(part)s, none %(none)s", **values)
    return _mini([("0", none, False), ("½", part, False), ("1", full, True)], label)


def _mini(rows: list[tuple[str, float, bool]], label: str) -> Mini:
    bars = []
    for place, (letter, share, is_right) in enumerate(rows):
        height = max(1, round(share * TALLEST))
        bars.append(Bar(letter=letter, x=place * STEP, y=BASE - height, height=height, is_right=is_right))
    return Mini(width=len(rows) * STEP - (STEP - WIDTH), bars=tuple(bars), label=label)


@dataclass(frozen=True, kw_only=True)
class TotalRow:
    """One figure of the whole test: a value for each form, and what it tells."""

    label: str
    values: tuple[str, ...]
    hint: str


def shown(value: float | None, digits: int = 2) -> str:
    """A figure as it is, negative ones too; a dash where it is not defined."""
    return "–" if value is None else number(round(value, digits) + 0.0, digits)  # + 0.0: no "-0"


def total_rows(totals: Sequence[FormTotal]) -> list[TotalRow]:
    """The table of the whole test, a column a form."""
    figures = [total.figures for total in totals]
    rows: list[tuple[str, Callable[[TotalStatistics], str], str]] = [
        (_("Mean"), lambda row: shown(row.mean), _("What people earned on average.")),
        (_("Median"), lambda row: shown(row.median), _("Half of the people earned at least this.")),
        (
            _("Spread (standard deviation)"),
            lambda row: shown(row.sd),
            _("How far scores lie from the mean, typically."),
        ),
        (
            _("Skewness"),
            lambda row: shown(row.skewness),
            _("Below 0: many high scores and a few low ones. Above 0: the reverse."),
        ),
        (
            _("Kurtosis"),
            lambda row: shown(row.kurtosis),
            _("Above 0: most scores lie close together, with some far out. Below 0: they are spread evenly."),
        ),
        (
            _("Reliability (coefficient of internal consistency)"),
            lambda row: _percent(row.cic),
            _("How well the questions measure the same thing. Good from 70 percent; below 0 the keys need a look."),
        ),
        (
            _("Share of chance (error ratio)"),
            lambda row: _percent(row.error_ratio),
            _("How much of the spread may be chance. The lower the better."),
        ),
        (
            _("Standard error"),
            lambda row: shown(row.standard_error),
            _("By so many marks may a score be off in either direction."),
        ),
    ]
    return [TotalRow(label=label, values=tuple(map(read, figures)), hint=hint) for label, read, hint in rows]


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{shown(value, 1)}%"
