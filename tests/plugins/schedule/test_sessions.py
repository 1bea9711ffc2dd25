"""Planning, moving, opening and closing sessions."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from lms.kernel.clock import freeze
from lms.kernel.permissions import SYSTEM
from lms.plugins.schedule import queries, services
from lms.plugins.schedule.api import SessionKind, SessionState
from lms.plugins.schedule.errors import PlanRefused, SessionInUse

MORNING = datetime(2026, 12, 2, 1, 45, tzinfo=UTC)  # 08.45 in Pontianak


@pytest.fixture(autouse=True)
def early() -> Any:
    """Long before the workshop."""
    with freeze(datetime(2026, 11, 20, tzinfo=UTC)):
        yield


def test_local_times_are_stored_as_moments_of_the_workshops_zone(add_session) -> None:
    session = add_session("08:30", "10:00", day=2)
    assert session.starts_at.astimezone(UTC) == datetime(2026, 12, 3, 1, 30, tzinfo=UTC)
    assert session.minutes == 90


def test_codes_count_up_by_kind(add_session) -> None:
    codes = [
        add_session("08:00", "08:30").code,
        add_session("08:30", "09:00", kind=SessionKind.BREAK, jp=0).code,
        add_session("09:00", "09:30").code,
    ]
    assert codes == ["SESI-1", "REHAT-1", "SESI-2"]


def test_only_taught_sessions_count_for_attendance_unless_said(workshop, add_session) -> None:
    taught = add_session("08:00", "08:30")
    add_session("08:30", "09:00", kind=SessionKind.CEREMONY, jp=0)
    told = add_session("09:00", "09:30", kind=SessionKind.TEST, jp=0, counts_attendance=True)
    assert [row.id for row in queries.attendance_sessions(workshop.id)] == [taught.id, told.id]


def test_jp_is_summed_for_the_workshop_and_for_a_speaker(workshop, add_session, add_speaker) -> None:
    speaker = add_speaker()
    add_session("08:00", "09:30", jp=2, speakers=[speaker])
    add_session("10:00", "10:45", jp=1)
    assert queries.total_jp(workshop.id) == 3
    assert queries.jp_of_speaker(speaker.id) == 2
    assert queries.total_jp(workshop.id + 1000) == 0


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": "  "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"day": 3}, "day"),
        ({"day": 0}, "day"),
        ({"ends": "08:30"}, "ends"),
        ({"ends": "08:00"}, "ends"),
        ({"jp": -1}, "jp"),
        ({"jp": 13}, "jp"),
        ({"kind": SessionKind.BREAK, "jp": 1}, "jp"),
        ({"speaker_label": "x" * 121}, "speaker_label"),
    ],
)
def test_a_plan_that_cannot_stand_is_refused_on_its_field(add_session, change, field) -> None:
    values = {"starts": "08:30", "ends": "10:00", **change}
    with pytest.raises(PlanRefused) as refusal:
        add_session(values.pop("starts"), values.pop("ends"), **values)
    assert refusal.value.field == field


def test_a_room_or_speaker_of_another_workshop_is_refused(add_session, add_room, factories) -> None:
    other = factories.workshop()
    with pytest.raises(PlanRefused) as refusal:
        add_session(room=add_room("Aula lain", where=other))
    assert refusal.value.field == "room_id"
    with pytest.raises(PlanRefused) as refusal:
        add_session(speakers=[factories.enrolment(workshop=other)])
    assert refusal.value.field == "speaker_ids"


def test_a_moved_session_keeps_its_length_and_raises_its_sequence(workshop, add_session, add_room, heard) -> None:
    session, room = add_session("08:30", "10:00"), add_room()
    services.move_session(session_id=session.id, day=2, starts=time(13, 0), room_id=room.id, actor=SYSTEM)
    assert (session.day, session.minutes, session.room, session.sequence) == (2, 90, room, 1)
    assert session.starts_at.astimezone(UTC) == datetime(2026, 12, 3, 6, 0, tzinfo=UTC)
    assert heard == ["SessionMoved"]


def test_moving_to_the_same_place_changes_nothing(add_session, heard) -> None:
    session = add_session("08:30", "10:00")
    services.move_session(session_id=session.id, day=1, starts=time(8, 30), room_id=None, actor=SYSTEM)
    assert (session.sequence, heard) == (0, [])


def test_a_move_past_midnight_or_outside_the_days_is_refused(add_session) -> None:
    session = add_session("08:30", "10:00")
    for day, starts, field in ((1, time(23, 0), "starts"), (1, time(22, 30), "starts"), (3, time(8, 0), "day")):
        with pytest.raises(PlanRefused) as refusal:
            services.move_session(session_id=session.id, day=day, starts=starts, room_id=None, actor=SYSTEM)
        assert refusal.value.field == field
    assert session.sequence == 0


def test_opening_twice_keeps_the_first_time(add_session, heard) -> None:
    session = add_session()
    with freeze(MORNING):
        services.open_session(session_id=session.id, actor=SYSTEM)
    with freeze(MORNING + timedelta(minutes=5)):
        services.open_session(session_id=session.id, actor=SYSTEM)
    assert (session.state, session.opened_at, heard) == (SessionState.OPEN, MORNING, ["SessionOpened"])


def test_a_closed_session_can_be_opened_again(add_session, heard) -> None:
    session = add_session()
    for act in (services.open_session, services.close_session, services.close_session, services.open_session):
        act(session_id=session.id, actor=SYSTEM)
    assert session.closed_at is None
    assert heard == ["SessionOpened", "SessionClosed", "SessionOpened"]


def test_the_current_session_is_the_one_opened_last_else_the_one_that_runs(workshop, add_session) -> None:
    first = add_session("08:30", "10:00")
    later = add_session("10:00", "11:00")
    assert queries.current_session(workshop.id) is None
    with freeze(MORNING):
        assert queries.current_session(workshop.id).id == first.id
        services.open_session(session_id=first.id, actor=SYSTEM)
    with freeze(MORNING + timedelta(minutes=1)):
        services.open_session(session_id=later.id, actor=SYSTEM)
        assert queries.current_session(workshop.id).id == later.id


def test_a_closed_or_forgotten_session_is_not_current(workshop, add_session) -> None:
    closed, forgotten = add_session("08:30", "10:00"), add_session("09:00", "10:00", day=1)
    with freeze(MORNING):
        services.close_session(session_id=closed.id, actor=SYSTEM)
        services.open_session(session_id=forgotten.id, actor=SYSTEM)
        services.close_session(session_id=forgotten.id, actor=SYSTEM)
        assert queries.current_session(workshop.id) is None
        services.open_session(session_id=forgotten.id, actor=SYSTEM)
    with freeze(MORNING + timedelta(days=1)):
        assert queries.current_session(workshop.id) is None


def test_a_break_gives_way_to_a_session_at_the_same_time(workshop, add_session) -> None:
    add_session("08:00", "10:00", kind=SessionKind.BREAK, jp=0)
    taught = add_session("08:30", "10:00")
    with freeze(MORNING):
        assert queries.current_session(workshop.id).id == taught.id


def test_a_session_that_was_opened_cannot_be_removed(workshop, add_session) -> None:
    session, spare = add_session(), add_session("10:00", "11:00")
    services.open_session(session_id=session.id, actor=SYSTEM)
    with pytest.raises(SessionInUse):
        services.remove_session(session_id=session.id, actor=SYSTEM)
    services.remove_session(session_id=spare.id, actor=SYSTEM)
    assert [row.id for row in queries.sessions_of(workshop.id)] == [session.id]


def test_a_session_of_a_public_workshop_cannot_be_removed_once_it_began(add_session) -> None:
    session = add_session()
    with freeze(MORNING), pytest.raises(SessionInUse):
        services.remove_session(session_id=session.id, actor=SYSTEM)


def test_the_agenda_takes_as_many_statements_for_one_session_as_for_ten(
    workshop, add_session, add_speaker, add_room, db_session, count_statements
) -> None:
    number = workshop.id

    def read() -> int:
        db_session.flush()
        db_session.expire_all()
        count_statements()
        for row in queries.sessions_of(number):
            assert row.access.enrolment_ids
            assert f"{row.speaker_text} {row.room.name} {row.workshop.title}"
        return count_statements()

    add_session("07:00", "07:30", speakers=[add_speaker()], room=add_room("R"))
    one = read()
    for hour in range(8, 17):
        speaker, room = add_speaker(f"Orang {hour}"), add_room(f"R{hour}")
        add_session(f"{hour:02}:00", f"{hour:02}:30", speakers=[speaker], room=room)
    assert (one, read()) == (2, 2)


@pytest.fixture
def heard(app: Any, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the session events told since the fixture was set up."""
    from dataclasses import replace

    from lms.kernel.declarations import Subscription
    from lms.plugins.schedule.events import SessionClosed, SessionMoved, SessionOpened, SessionRemoved

    names: list[str] = []

    def note(event: Any) -> None:
        names.append(type(event).__name__)

    kinds = (SessionOpened, SessionClosed, SessionMoved, SessionRemoved)
    own = {kind: (Subscription(event=kind, handler=note),) for kind in kinds}
    registry = app.extensions["lms_registry"]
    changed = replace(registry, subscriptions={**registry.subscriptions, **own})
    monkeypatch.setitem(app.extensions, "lms_registry", changed)
    return names
