"""What a person wants of a session, in the words of the workshop: day number and local times; and its rules."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from lms.core.workshops.models import Workshop
from lms.plugins.schedule.enums import Pillar, SessionKind
from lms.plugins.schedule.errors import PlanRefused
from lms.plugins.schedule.models import Session

TITLE_LENGTH = 200
LABEL_LENGTH = 120
MAX_JP = 12  # nine hours of 45 minutes: more in one session is a slip of the finger


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A session before it has moments in UTC; `counts_attendance` None means: as usual for its kind."""

    title: str
    day: int
    starts: time
    ends: time
    kind: SessionKind = SessionKind.SESSION
    jp: int = 0
    pillar: Pillar = Pillar.NONE
    speaker_label: str = ""
    room_id: int | None = None
    speaker_ids: tuple[int, ...] = field(default=())
    counts_attendance: bool | None = None

    @property
    def is_counted(self) -> bool:
        return self.kind is SessionKind.SESSION if self.counts_attendance is None else self.counts_attendance


def check_plan(plan: Plan, workshop: Workshop) -> None:
    """Raise PlanRefused, on the field to correct, unless the plan can stand in this workshop."""
    title = " ".join(plan.title.split())
    if not title:
        raise PlanRefused(_("Write what happens in this session."), "title")
    if len(title) > TITLE_LENGTH:
        raise PlanRefused(_("Shorten the title to %(count)s letters.", count=TITLE_LENGTH), "title")
    if len(plan.speaker_label) > LABEL_LENGTH:
        raise PlanRefused(_("Shorten this to %(count)s letters.", count=LABEL_LENGTH), "speaker_label")
    check_times(workshop, day=plan.day, starts=plan.starts, ends=plan.ends)
    if not 0 <= plan.jp <= MAX_JP:
        raise PlanRefused(_("JP is a number from 0 to %(most)s.", most=MAX_JP), "jp")
    if plan.jp and plan.kind is SessionKind.BREAK:
        raise PlanRefused(_("A break has no JP. Write 0, or choose another kind."), "jp")


def check_times(workshop: Workshop, *, day: int, starts: time, ends: time) -> None:
    """Raise PlanRefused for a day outside the workshop or an end that is not after the start."""
    if not 1 <= day <= workshop.day_count:
        raise PlanRefused(_("Choose a day of the workshop, 1 to %(last)s.", last=workshop.day_count), "day")
    if ends <= starts:
        raise PlanRefused(_("The end must be later than the start."), "ends")


def moment_of(workshop: Workshop, day: int, local: time) -> datetime:
    """The moment of a local time on a day (counted from 1), aware, in the workshop's zone."""
    on = workshop.starts_on + timedelta(days=day - 1)
    return datetime.combine(on, local, tzinfo=ZoneInfo(workshop.zone))


def local_time(moment: datetime, workshop: Workshop) -> time:
    """The local time of day in the workshop's zone."""
    return moment.astimezone(ZoneInfo(workshop.zone)).time()


def plan_of(session: Session) -> Plan:
    """A session as its plan, to carry it elsewhere; without room and speakers."""
    return Plan(
        title=session.title,
        day=session.day,
        starts=local_time(session.starts_at, session.workshop),
        ends=local_time(session.ends_at, session.workshop),
        kind=session.kind,
        jp=session.jp,
        pillar=session.pillar,
        speaker_label=session.speaker_label,
        counts_attendance=session.counts_attendance,
    )
