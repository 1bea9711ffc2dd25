"""What the figures of a question mean for the committee: Indonesian bands, distractors, one sentence and a verdict."""

from __future__ import annotations

import enum
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from babel.lists import format_list
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.kernel.i18n import percent
from lms.plugins.quiz.statistics import Figure, SlotStatistics, halves

MIN_PEOPLE = 5  # below, no figure of a question means anything
MIN_FOR_HARDLY = 20  # below, one person is 5 % or more
HARDLY = 0.05  # a distractor chosen by a smaller share does no work
TOO_HARD, TOO_EASY = 0.2, 0.9  # a tighter range than the bands: "easy" is fine, 97 % is not


class Difficulty(enum.StrEnum):
    """Tingkat kesukaran: bands of the facility from 0.3 and from 0.7."""

    HARD = "hard"
    MEDIUM = "medium"
    EASY = "easy"


class Power(enum.StrEnum):
    """Daya pembeda: bands of the difference of the halves from 0.2, 0.4 and 0.7; below 0 the key is suspect."""

    NEGATIVE = "negative"
    POOR = "poor"
    FAIR = "fair"
    GOOD = "good"
    VERY_GOOD = "very_good"


class Verdict(enum.StrEnum):
    """What to do with a question; UNKNOWN while fewer than MIN_PEOPLE have answered it.

    MASTERED is of a test after the teaching: nearly everybody has it right there, as everybody should.
    """

    GOOD = "good"
    MASTERED = "mastered"
    LOOK = "look"
    REPLACE = "replace"
    UNKNOWN = "unknown"


DIFFICULTIES = {Difficulty.HARD: _l("Hard"), Difficulty.MEDIUM: _l("Medium"), Difficulty.EASY: _l("Easy")}
POWERS = {
    Power.NEGATIVE: _l("Negative, check the key"),
    Power.POOR: _l("Poor discrimination"),
    Power.FAIR: _l("Fair discrimination"),
    Power.GOOD: _l("Good discrimination"),
    Power.VERY_GOOD: _l("Very good discrimination"),
}
VERDICTS = {
    Verdict.GOOD: _l("Good question"),
    Verdict.MASTERED: _l("Mastered by nearly all"),
    Verdict.LOOK: _l("Look at it"),
    Verdict.REPLACE: _l("Replace it"),
    Verdict.UNKNOWN: _l("Too few answers"),
}


@dataclass(frozen=True, kw_only=True)
class OptionCount:
    """How many chose one option, in all and in the upper and lower half by total."""

    letter: str
    is_right: bool  # earns something
    chosen: int
    upper: int
    lower: int


@dataclass(frozen=True, kw_only=True)
class Advice:
    """The bands of one question, the sentence about it, and the verdict. A band is None where the figure is."""

    difficulty: Difficulty | None
    power: Power | None
    verdict: Verdict
    sentence: str


def difficulty_of(facility: float | None) -> Difficulty | None:
    """Below 0.3 hard, below 0.7 medium, else easy."""
    if facility is None:
        return None
    if facility < 0.3:
        return Difficulty.HARD
    return Difficulty.MEDIUM if facility < 0.7 else Difficulty.EASY


def power_of(upper_lower: float | None) -> Power | None:
    """The band begins at its bound: 0 is poor, 0.2 fair, 0.4 good, 0.7 very good."""
    if upper_lower is None:
        return None
    if upper_lower < 0:
        return Power.NEGATIVE
    bands = ((0.2, Power.POOR), (0.4, Power.FAIR), (0.7, Power.GOOD))
    return next((band for bound, band in bands if upper_lower < bound), Power.VERY_GOOD)


def letter_of(position: int) -> str:
    """A, B, ... Z, then 27, 28, ... for the option at a position from 0."""
    return chr(ord("A") + position) if position < 26 else str(position + 1)


def option_counts(
    *, choices: Sequence[Collection[int]], right: Sequence[bool], ranks: Sequence[Figure]
) -> tuple[OptionCount, ...]:
    """Count the options of a choice question.

    `choices` holds for each attempt the positions from 0 in the order of the key, empty where nothing was answered;
    `right` says for each option whether it earns something; `ranks` are the totals that make the halves.
    """
    if len(choices) != len(ranks):
        raise ValueError("one total for each attempt")
    upper, lower = halves(ranks)
    return tuple(
        OptionCount(
            letter=letter_of(position),
            is_right=is_right,
            chosen=sum(position in picked for picked in choices),
            upper=sum(position in choices[row] for row in upper),
            lower=sum(position in choices[row] for row in lower),
        )
        for position, is_right in enumerate(right)
    )


def idle_distractors(options: Sequence[OptionCount], people: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The letters of wrong options that nobody chose, and of those that (of 20 people or more) under 5 % chose."""
    wrong = [option for option in options if not option.is_right]
    never = tuple(option.letter for option in wrong if option.chosen == 0)
    if people < MIN_FOR_HARDLY:
        return never, ()
    return never, tuple(option.letter for option in wrong if 0 < option.chosen < HARDLY * people)


def advice_of(
    *,
    number: int,
    slot: SlotStatistics,
    people: int,
    options: Sequence[OptionCount] = (),
    label: str | None = None,
    is_after: bool = False,
) -> Advice:
    """The advice on question `number`; `people` had it. `options` only of a choice; `label` in place of the number.

    `is_after` for a post-test, where a question that nearly everybody gets right has done its work.
    """
    difficulty, power = difficulty_of(slot.facility), power_of(slot.upper_lower)
    name = label or str(number)
    if people < MIN_PEOPLE or slot.facility is None:
        sentence = _("Question %(name)s has too few answers to be judged (%(people)s).", name=name, people=people)
        if slot.facility is None and people >= MIN_PEOPLE:
            sentence = _("Question %(name)s earns no marks, so it has no figures.", name=name)
        return Advice(difficulty=difficulty, power=power, verdict=Verdict.UNKNOWN, sentence=sentence)
    if is_after and slot.facility >= TOO_EASY and power is not Power.NEGATIVE:
        share = percent(slot.facility)
        sentence = _("Question %(name)s is mastered by nearly all participants (%(share)s).", name=name, share=share)
        return Advice(difficulty=difficulty, power=power, verdict=Verdict.MASTERED, sentence=sentence)
    never, hardly = idle_distractors(options, people)
    clauses = [_difficulty_clause(name, slot.facility), *_power_clauses(power), *_distractor_clauses(never, hardly)]
    verdict = _verdict(slot.facility, power, has_idle=bool(never or hardly))
    return Advice(difficulty=difficulty, power=power, verdict=verdict, sentence="; ".join(clauses) + ".")


def _verdict(facility: float, power: Power | None, *, has_idle: bool) -> Verdict:
    """A question that is out of range and tells nobody apart goes; any one weakness deserves a look."""
    is_out = facility < TOO_HARD or facility >= TOO_EASY
    if is_out and power is Power.POOR:
        return Verdict.REPLACE
    return Verdict.LOOK if is_out or has_idle or power in (Power.NEGATIVE, Power.POOR) else Verdict.GOOD


def _difficulty_clause(name: str, facility: float) -> str:
    values = {"name": name, "share": percent(facility)}
    if facility >= TOO_EASY:
        return _("Question %(name)s is too easy (%(share)s)", **values)
    if facility < TOO_HARD:
        return _("Question %(name)s is too hard (%(share)s)", **values)
    match difficulty_of(facility):
        case Difficulty.HARD:
            return _("Question %(name)s is hard (%(share)s)", **values)
        case Difficulty.EASY:
            return _("Question %(name)s is easy (%(share)s)", **values)
    return _("Question %(name)s is of medium difficulty (%(share)s)", **values)


def _power_clauses(power: Power | None) -> list[str]:
    match power:
        case Power.NEGATIVE:
            return [_("the lower half does better on it than the upper half, so check the key")]
        case Power.POOR:
            return [_("it hardly tells the upper half from the lower half")]
        case Power.GOOD | Power.VERY_GOOD:
            return [_("it tells the upper half from the lower half well")]
    return []


def _distractor_clauses(never: Sequence[str], hardly: Sequence[str]) -> list[str]:
    clauses = []
    if len(never) == 1:
        clauses.append(_("distractor %(letters)s is not chosen", letters=never[0]))
    elif never:
        clauses.append(_("distractors %(letters)s are not chosen", letters=_joined(never)))
    if len(hardly) == 1:
        clauses.append(_("distractor %(letters)s is hardly chosen", letters=hardly[0]))
    elif hardly:
        clauses.append(_("distractors %(letters)s are hardly chosen", letters=_joined(hardly)))
    return clauses


def _joined(letters: Sequence[str]) -> str:
    """ "B dan D", "B, C, dan D" in the page's language."""
    return str(format_list(list(letters), locale=get_locale() or "id"))
