"""The gain by what people learned, by organisation and by kabupaten; small groups can be kept out of sight."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa

from lms.core.regions.api import labels_of
from lms.kernel.db import db
from lms.plugins.quiz import words
from lms.plugins.quiz.bank_models import Question
from lms.plugins.quiz.content import ZERO
from lms.plugins.quiz.enums import QuizKind
from lms.plugins.quiz.gain import STORED_NOISE, PairedGain, normalised, paired_gain
from lms.plugins.quiz.kinds.registry import kind_of
from lms.plugins.quiz.models import Quiz
from lms.plugins.quiz.results import TESTS, PersonResult, Results
from lms.plugins.quiz.sheets import Sheet, sheets_of

SMALLEST = 5  # people of a group that observers may see: below, a figure would be about somebody
Pair = tuple[Sheet, Sheet]


@dataclass(frozen=True, kw_only=True)
class GroupGain:
    """One organisation or kabupaten."""

    name: str
    gain: PairedGain


@dataclass(frozen=True, kw_only=True)
class Groups:
    """By name; `hidden` groups are smaller than asked for."""

    shown: tuple[GroupGain, ...]
    hidden: int = 0


@dataclass(frozen=True, kw_only=True)
class Objective:
    """What questions test: the share 0..1 of its marks that `people` with both tests earned before and after."""

    name: str
    people: int
    pre: Decimal
    post: Decimal

    @property
    def gain(self) -> Decimal | None:
        return normalised(self.pre, self.post)


@dataclass(frozen=True, kw_only=True)
class Objectives:
    """The least gain first; `hidden` are about fewer people than asked for."""

    shown: tuple[Objective, ...]
    hidden: int = 0


def organisations_of(results: Results, *, least: int = 0) -> Groups:
    """Of people whose organisation is known."""
    names = {row.affiliation_key: row.affiliation for row in reversed(results.paired)}
    return _groups(results.paired, lambda row: row.affiliation_key or None, names, least)


def regions_of(results: Results, *, least: int = 0) -> Groups:
    """By the kabupaten or kota of the organisation; one statement for the names."""
    codes = {row.region_code for row in results.paired if row.region_code}
    return _groups(results.paired, lambda row: row.region_code, labels_of(sorted(codes)), least)


def _groups(
    people: Iterable[PersonResult], key: Callable[[PersonResult], str | None], names: dict[str, str], least: int
) -> Groups:
    rows: dict[str, list[PersonResult]] = defaultdict(list)
    for person in people:
        if found := key(person):
            rows[found].append(person)
    groups = [
        GroupGain(name=names[code], gain=paired_gain(((row.pre, row.post) for row in own), noise=STORED_NOISE))
        for code, own in rows.items()
        if len(own) >= least
    ]
    shown = tuple(sorted(groups, key=lambda group: group.name.casefold()))
    return Groups(shown=shown, hidden=len(rows) - len(groups))


def objectives_of(workshop_id: int, *, least: int = 0) -> Objectives:
    """By the objective that authors wrote, by pillar where they wrote none; three statements.

    Both tests of a person may ask different questions about an objective (forms A and B): each counts in its own test.
    Nothing is left of it once single answers are erased.
    """
    pairs = _pairs_of(workshop_id)
    subject = _subjects({question for pair in pairs for sheet in pair for question in sheet.marks})
    sums: dict[str, list[tuple[Decimal, ...]]] = defaultdict(list)
    for pre, post in pairs:
        before, after = _earned(pre, subject), _earned(post, subject)
        for name in before.keys() & after.keys():
            sums[name].append((*before[name], *after[name]))
    found = []
    for name, rows in sums.items():
        got, of, then, of_then = (sum(column, ZERO) for column in zip(*rows, strict=True))
        if of and of_then:
            found.append(Objective(name=name, people=len(rows), pre=got / of, post=then / of_then))
    shown = sorted((row for row in found if row.people >= least), key=lambda row: (row.post - row.pre, row.name))
    return Objectives(shown=tuple(shown), hidden=len(found) - len(shown))


def _pairs_of(workshop_id: int) -> list[Pair]:
    """Both tests of everybody with both; of two tests of a kind the later one, as in the results."""
    query = sa.select(Quiz.id, Quiz.kind).where(Quiz.workshop_id == workshop_id, Quiz.kind.in_(TESTS))
    kinds: dict[int, QuizKind] = dict(db.session.execute(query).all())
    own: dict[int, dict[QuizKind, Sheet]] = defaultdict(dict)
    for sheet in sorted(sheets_of(list(kinds)), key=lambda sheet: sheet.quiz_id):
        if sheet.marks and all(mark is not None for mark, _most in sheet.marks.values()):
            own[sheet.enrolment_id][kinds[sheet.quiz_id]] = sheet
    return [(mine[QuizKind.PRE], mine[QuizKind.POST]) for mine in own.values() if len(mine) == len(TESTS)]


def _subjects(questions: Collection[int]) -> dict[int, str]:
    """`{question id: what it tests}` of the scored ones."""
    query = sa.select(Question.id, Question.kind, Question.objective, Question.pillar)
    rows = db.session.execute(query.where(Question.id.in_(questions)))
    return {
        number: objective.strip() or str(words.PILLARS[pillar])
        for number, kind, objective, pillar in rows
        if kind_of(kind).is_scored
    }


def _earned(sheet: Sheet, subject: dict[int, str]) -> dict[str, tuple[Decimal, Decimal]]:
    """By subject what was earned, of how much."""
    found: dict[str, tuple[Decimal, Decimal]] = {}
    for question, (mark, most) in sheet.marks.items():
        if mark is not None and question in subject:
            earned, whole = found.get(subject[question], (ZERO, ZERO))
            found[subject[question]] = (earned + mark, whole + most)
    return found
