"""Certificate numbers given out: books whose counters neither skip nor repeat one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from lms.core.workshops.models import Workshop
from lms.kernel.db import db, insert_ignore
from lms.plugins.certificates.enums import PaperKind, PaperRole
from lms.plugins.certificates.errors import CertificateRefused
from lms.plugins.certificates.models import Certificate, Series
from lms.plugins.certificates.number_rules import NumberRules, number_text, rules_of


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A number given to one paper; `series_id` and `number` are None for one from outside."""

    series_id: int | None
    number: int | None
    text: str


def lock_book(
    *,
    workshop: Workshop,
    role: PaperRole,
    kind: PaperKind,
    issued_on: date,
    rules: NumberRules | None = None,
) -> Series:
    """The counter of such papers, locked until the transaction ends, so that whoever pressed earlier has committed."""
    place = _Place.of(workshop=workshop, role=role, kind=kind, issued_on=issued_on, rules=rules)
    return _lock(workshop.organiser_id, place.book)


def take(
    *,
    workshop: Workshop,
    role: PaperRole,
    kind: PaperKind,
    issued_on: date,
    rules: NumberRules | None = None,
    external: str = "",
) -> Taken:
    """The next number of such a paper; the book stays locked until the transaction ends, which gives it back if undone.

    `external` is used instead, and the counter stays as it is. A number that the organiser has used already, for
    instance because its types shared a counter before, is passed over. Raises CertificateRefused for an external
    number that is in use.
    """
    place = _Place.of(workshop=workshop, role=role, kind=kind, issued_on=issued_on, rules=rules)
    series = _lock(workshop.organiser_id, place.book)
    if external:
        check_external(organiser_id=workshop.organiser_id, text=external)
        return Taken(series_id=None, number=None, text=external)
    series.last_number = _next(place, series.last_number)
    return Taken(series_id=series.id, number=series.last_number, text=place.text(series.last_number))


def next_numbers(
    workshop: Workshop, papers: Sequence[tuple[PaperRole, PaperKind]], *, issued_on: date, rules: NumberRules
) -> list[str]:
    """What the next of each of `papers` would get; for previews, promises nothing."""
    places = [
        _Place.of(workshop=workshop, role=role, kind=kind, issued_on=issued_on, rules=rules) for role, kind in papers
    ]
    query = sa.select(Series.book, Series.last_number).where(
        Series.organiser_id == workshop.organiser_id, Series.book.in_({place.book for place in places})
    )
    last: dict[str, int] = {row.book: row.last_number for row in db.session.execute(query)}
    return [place.text(_next(place, last.get(place.book, 0))) for place in places]


def check_external(*, organiser_id: int, text: str) -> None:
    """Raise CertificateRefused on `external_number` when a paper of the organiser has the number already."""
    if is_used(organiser_id, text):
        message = _("The number %(number)s is on another certificate already.", number=text)
        raise CertificateRefused(message, "external_number")


@dataclass(frozen=True, kw_only=True)
class _Place:
    """Where a paper is counted and how its number is written."""

    organiser_id: int
    book: str
    pattern: str
    issued_on: date
    values: dict[str, Any]

    @classmethod
    def of(
        cls,
        *,
        workshop: Workshop,
        role: PaperRole,
        kind: PaperKind,
        issued_on: date,
        rules: NumberRules | None = None,
    ) -> _Place:
        rules = rules or rules_of(workshop)
        wanted = rules.pattern_for(kind)
        return cls(
            organiser_id=workshop.organiser_id,
            book=rules.book_of(workshop_id=workshop.id, role=role, kind=kind, year=issued_on.year, pattern=wanted),
            pattern=wanted,
            issued_on=issued_on,
            values={
                "organiser_code": workshop.organiser.number_code,
                "type_code": rules.type_code(role, kind),
                "workshop_code": rules.workshop_code,
            },
        )

    def is_alike(self, number: int, text: str, issued_on: date) -> bool:
        """Whether another book wrote that number, on its day, as this one would, while this one counts."""
        is_now = self.book.startswith("w") or issued_on.year == self.issued_on.year
        return is_now and self.text(number, issued_on) == text

    def text(self, number: int, issued_on: date | None = None) -> str:
        return number_text(self.pattern, number=number, issued_on=issued_on or self.issued_on, **self.values)


def _lock(organiser_id: int, book: str) -> Series:
    """SQLite knows no row lock: there the unit of work itself has begun as the only writer."""
    query = sa.select(Series).filter_by(organiser_id=organiser_id, book=book).with_for_update()
    fresh = query.execution_options(populate_existing=True)
    found = db.session.scalar(fresh)
    if found is None:
        values = {"organiser_id": organiser_id, "book": book, "last_number": 0}
        insert_ignore(Series, values, keys=("organiser_id", "book"))
        found = db.session.scalars(fresh).one()
    return found


def _next(place: _Place, last: int) -> int:
    """The number after `last`, or after the highest that another book has written in the same way."""
    if not _is_written(place, last + 1):
        return last + 1
    # Read once when books were rearranged; from then on the counter is past them.
    query = sa.select(Certificate.number, Certificate.number_text, Certificate.issued_on).filter(
        Certificate.organiser_id == place.organiser_id, Certificate.number > last
    )
    same = [
        number
        for number, text, issued_on in db.session.execute(query)
        if number is not None and place.is_alike(number, text, issued_on)
    ]
    number = max([last, *same]) + 1
    while is_used(place.organiser_id, place.text(number)):  # numbers from outside
        number += 1
    return number


def _is_written(place: _Place, number: int) -> bool:
    """Whether the number is out: as it would be written today, or from another book as it was written on its day.

    The usual pattern has the month in it, so that the same number looks new in the next one.
    """
    query = (
        sa.select(Certificate.number_text, Certificate.issued_on)
        .join(Series, Series.id == Certificate.series_id)
        .where(Series.organiser_id == place.organiser_id, Series.book != place.book, Certificate.number == number)
    )
    elsewhere = any(place.is_alike(number, text, issued_on) for text, issued_on in db.session.execute(query))
    return elsewhere or is_used(place.organiser_id, place.text(number))


def is_used(organiser_id: int, text: str) -> bool:
    """Whether a paper of the organiser has this number, from whichever book or from outside."""
    query = sa.select(sa.literal(True)).where(Certificate.organiser_id == organiser_id, Certificate.number_text == text)
    return db.session.scalar(query.limit(1)) is not None
