"""Who of an organisation has been trained, in how many hours, and whose names a visitor may read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from lms.core.enrolments.models import Enrolment
from lms.core.permissions import SEE_PARTICIPANTS
from lms.core.programme import programme_of
from lms.kernel.permissions import Actor
from lms.plugins.organisations import queries
from lms.plugins.organisations.models import Organisation
from lms.plugins.organisations.permissions import EDIT


@dataclass(frozen=True, kw_only=True)
class Attended:
    """One person's workshop with its training hours."""

    enrolment: Enrolment
    jp: int


@dataclass(frozen=True, kw_only=True)
class Training:
    """`people` and `jp` count everybody; `named` holds those whose names the visitor may read."""

    people: int
    jp: int
    named: tuple[Attended, ...]

    @property
    def has_hidden(self) -> bool:
        return self.people > len({row.enrolment.person_id for row in self.named})


def training_of(organisation: Organisation, *, actor: Actor, today: date) -> Training:
    """Participants of workshops that are over. JP is the sum over people of what each workshop taught.

    An observer reads numbers and no names, as on every page of a workshop; another organiser reads the names of its
    own workshops only; the board reads all names of its organisation.
    """
    enrolments = queries.people_of(organisation.key, before=today)
    hours = {number: _hours(number) for number in {row.workshop_id for row in enrolments}}
    is_board = any(g.role in EDIT.default_roles and g.ref == organisation.key for g in actor.grants)
    rows = [Attended(enrolment=row, jp=hours[row.workshop_id]) for row in enrolments]
    return Training(
        people=len({row.person_id for row in enrolments}),
        jp=sum(row.jp for row in rows),
        named=tuple(row for row in rows if is_board or actor.can(SEE_PARTICIPANTS, row.enrolment.workshop.access)),
    )


def _hours(workshop_id: int) -> int:
    return sum(line.jp for line in programme_of(workshop_id))
