"""Forms of the agenda: sessions, moves, rooms, narasumber."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, SelectField, SelectMultipleField, StringField, TelField, TimeField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from lms.core.enrolments.models import Enrolment
from lms.core.workshops.models import Workshop
from lms.kernel.forms import Form
from lms.kernel.i18n import clock, shortday
from lms.plugins.schedule.enums import KIND_LABELS, PILLAR_LABELS, Pillar, SessionKind
from lms.plugins.schedule.models import Room, Session
from lms.plugins.schedule.plans import LABEL_LENGTH, MAX_JP, TITLE_LENGTH, Plan, local_time
from lms.plugins.schedule.rooms import NAME_LENGTH

_TIME = ["%H:%M", "%H.%M", "%H:%M:%S"]  # browsers send 08:30; people without a time picker type 08.30


class Checkboxes(SelectMultipleField):  # type: ignore[misc]
    """Several choices as checkboxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class SessionForm(Form):
    """One session; choices of day, room and narasumber are those of its workshop."""

    title = StringField(
        _l("What happens"),
        validators=[InputRequired(_l("Write what happens in this session."))],
        render_kw={"maxlength": TITLE_LENGTH},
    )
    kind = SelectField(_l("Kind"), choices=[SelectChoice(kind.value, label) for kind, label in KIND_LABELS.items()])
    day = SelectField(_l("Day"), coerce=int)
    starts = TimeField(_l("Start"), format=_TIME, validators=[InputRequired(_l("Write the time, such as 08.30."))])
    ends = TimeField(_l("End"), format=_TIME, validators=[InputRequired(_l("Write the time, such as 08.30."))])
    room_id = SelectField(_l("Room"), coerce=int)
    jp = IntegerField(
        _l("JP"),
        description=_l("One JP is 45 minutes. Write 0 for what is not taught."),
        validators=[InputRequired(_l("Write a number; 0 for no JP."))],
        default=0,
        render_kw={"min": 0, "max": MAX_JP, "inputmode": "numeric"},
    )
    pillar = SelectField(
        _l("Pillar"), choices=[SelectChoice(pillar.value, label) for pillar, label in PILLAR_LABELS.items()]
    )
    speaker_ids = Checkboxes(_l("Speakers"), coerce=int, validators=[Optional()])
    speaker_label = StringField(
        _l("Shown until a speaker is chosen"),
        description=_l("For example: Speaker 1, Committee, Master of ceremonies"),
        validators=[Optional()],
        render_kw={"maxlength": LABEL_LENGTH},
    )
    counts_attendance = BooleanField(_l("Attendance at this session counts for the certificate"))

    def offer(self, workshop: Workshop, rooms: Sequence[Room], speakers: Sequence[Enrolment]) -> None:
        """Set the choices."""
        self.day.choices = day_choices(workshop)
        self.room_id.choices = room_choices(rooms)
        self.speaker_ids.choices = [SelectChoice(row.id, row.person.formal_name) for row in speakers]

    def plan(self) -> Plan:
        """What was typed; only after a successful `validate_on_submit`."""
        return Plan(
            title=self.title.data,
            kind=SessionKind(self.kind.data),
            day=self.day.data,
            starts=self.starts.data,
            ends=self.ends.data,
            room_id=self.room_id.data or None,
            jp=self.jp.data,
            pillar=Pillar(self.pillar.data),
            speaker_ids=tuple(self.speaker_ids.data or ()),
            speaker_label=self.speaker_label.data or "",
            counts_attendance=self.counts_attendance.data,
        )


class MoveForm(Form):
    """Another day, start or room; the length stays."""

    day = SelectField(_l("Day"), coerce=int)
    starts = TimeField(_l("Start"), format=_TIME, validators=[InputRequired(_l("Write the time, such as 08.30."))])
    room_id = SelectField(_l("Room"), coerce=int)

    def offer(self, workshop: Workshop, rooms: Sequence[Room]) -> None:
        """Set the choices."""
        self.day.choices = day_choices(workshop)
        self.room_id.choices = room_choices(rooms)


class RoomForm(Form):
    """One room."""

    name = StringField(
        _l("Name of the room"),
        validators=[InputRequired(_l("Write the name of the room."))],
        render_kw={"maxlength": NAME_LENGTH},
    )
    capacity = IntegerField(_l("Seats"), validators=[Optional()], render_kw={"min": 0, "inputmode": "numeric"})


class SpeakerForm(Form):
    """A narasumber of one workshop."""

    full_name = StringField(
        _l("Full name without titles"), validators=[InputRequired(_l("Write the full name in letters."))]
    )
    title_front = StringField(_l("Titles before the name"), validators=[Optional()], description="Dra. Hj.")
    title_back = StringField(_l("Titles after the name"), validators=[Optional()], description="S.Sos., M.Si.")
    organisation = StringField(_l("Organisation"), validators=[Optional()])
    position = StringField(_l("Position or expertise"), validators=[Optional()])
    phone = TelField(
        _l("WhatsApp number"),
        validators=[Optional()],
        description=_l("For sending the personal link. Participants do not see it."),
    )
    session_ids = Checkboxes(_l("Speaks in"), coerce=int, validators=[Optional()])

    def offer(self, workshop: Workshop, sessions: Iterable[Session]) -> None:
        """Set the choices: the taught sessions."""
        self.session_ids.choices = [
            SelectChoice(
                row.id, f"{shortday(row.starts_at, workshop.zone)}, {clock(row.starts_at, workshop.zone)}: {row.title}"
            )
            for row in sessions
            if row.is_taught
        ]


def day_choices(workshop: Workshop) -> list[SelectChoice]:
    """ "Hari 1, 2 Des 2026" for each day."""
    return [
        SelectChoice(number, _("Day %(number)s, %(date)s", number=number, date=shortday(_on(workshop, number))))
        for number in range(1, workshop.day_count + 1)
    ]


def room_choices(rooms: Sequence[Room]) -> list[SelectChoice]:
    """The rooms, and 0 for none."""
    return [SelectChoice(0, _("No room")), *(SelectChoice(room.id, room.name) for room in rooms)]


def values_of(session: Session) -> dict[str, object]:
    """What the forms show of a session before anything is typed."""
    workshop = session.workshop
    return {
        "title": session.title,
        "kind": session.kind.value,
        "day": session.day,
        "starts": local_time(session.starts_at, workshop),
        "ends": local_time(session.ends_at, workshop),
        "room_id": session.room_id or 0,
        "jp": session.jp,
        "pillar": session.pillar.value,
        "speaker_ids": [speaker.id for speaker in session.speakers],
        "speaker_label": session.speaker_label,
        "counts_attendance": session.counts_attendance,
    }


def _on(workshop: Workshop, number: int) -> date:
    return workshop.starts_on + timedelta(days=number - 1)
