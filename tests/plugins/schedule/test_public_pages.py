"""What the public and ticket holders see of the agenda."""

from __future__ import annotations

from datetime import UTC, datetime

from lms.kernel.clock import freeze
from lms.plugins.schedule import panels
from lms.plugins.schedule.api import SessionKind

DURING = datetime(2026, 12, 2, 2, 0, tzinfo=UTC)  # 09.00 in Pontianak


def test_the_public_page_shows_days_speakers_jp_and_the_calendar(
    client, workshop, add_session, add_speaker, add_room
) -> None:
    add_session("08:30", "10:00", title="Sesi pagi", speakers=[add_speaker("Ratna Wulandari")], room=add_room("Aula"))
    add_session("10:00", "10:15", title="Rehat kopi", kind=SessionKind.BREAK, jp=0)
    add_session("08:00", "09:30", day=2, title="Sesi hari kedua", speaker_label="Narasumber 4", jp=3)
    page = client.get(f"/lokakarya/{workshop.slug}").text
    for text in ("Sesi pagi", "Rehat kopi", "Ratna Wulandari", "Narasumber 4", "5 JP", "08.00–10.15 WIB"):
        assert text in page
    assert page.index("<details") < page.index("Sesi hari kedua")
    assert f"/lokakarya/{workshop.slug}/agenda.ics" in page
    assert "Simpan ke kalender" in page


def test_phone_numbers_of_speakers_stay_out_of_the_public_page(client, workshop, add_session, add_speaker) -> None:
    speaker = add_speaker()
    add_session(speakers=[speaker])
    page = client.get(f"/lokakarya/{workshop.slug}").text
    assert speaker.person.phone_e164[3:] not in page.replace("-", "")
    assert speaker.ticket_code not in page


def test_a_workshop_without_sessions_shows_no_agenda(client, workshop) -> None:
    page = client.get(f"/lokakarya/{workshop.slug}").text
    assert 'id="agenda"' not in page
    assert "agenda.ics" not in page


def test_a_hostile_title_is_only_text(client, workshop, add_session) -> None:
    add_session(title="<script>alert(1)</script>")
    page = client.get(f"/lokakarya/{workshop.slug}").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_the_ticket_shows_today_with_what_is_done_and_what_runs(workshop, add_session, factories, as_user) -> None:
    add_session("07:30", "08:30", title="Registrasi", kind=SessionKind.REGISTRATION, jp=0)
    add_session("08:30", "10:00", title="Sesi berjalan")
    add_session("08:00", "09:00", day=2, title="Sesi besok")
    browser = as_user.ticket(factories.enrolment(workshop=workshop))
    with freeze(DURING):
        page = browser.get("/tiket").text
    page = page[page.index("Hari ini") :]
    assert page.index("slot-done") < page.index("Registrasi") < page.index("slot-now") < page.index("Sesi berjalan")
    assert "Sesi besok" not in page


def test_the_ticket_shows_the_next_day_before_and_nothing_after(workshop, add_session, factories) -> None:
    add_session("08:30", "10:00", day=2, title="Sesi besok")
    enrolment = factories.enrolment(workshop=workshop)
    with freeze(DURING):
        shown = panels.ticket_agenda(workshop, enrolment)
    assert (shown["day"].number, shown["is_today"]) == (2, False)
    with freeze(datetime(2026, 12, 4, 2, 0, tzinfo=UTC)):
        assert panels.ticket_agenda(workshop, enrolment) is None


def test_late_evening_in_utc_is_already_tomorrow_in_pontianak(workshop, add_session, factories) -> None:
    add_session("08:30", "10:00")
    add_session("08:30", "10:00", day=2)
    with freeze(datetime(2026, 12, 2, 18, 0, tzinfo=UTC)):
        shown = panels.ticket_agenda(workshop, factories.enrolment(workshop=workshop))
    assert (shown["day"].number, shown["is_today"]) == (2, True)


def test_a_speakers_ticket_lists_own_sessions_with_a_button(workshop, add_session, add_speaker, as_user) -> None:
    speaker = add_speaker()
    session = add_session(speakers=[speaker], title="Sesi saya")
    with freeze(DURING):
        page = as_user.ticket(speaker).get("/tiket").text
    assert "Sesi Anda" in page
    assert f"/tiket/sesi/{session.id}/buka" in page
    with freeze(datetime(2026, 12, 1, 2, 0, tzinfo=UTC)):
        page = as_user.ticket(speaker).get("/tiket").text
    assert "Sesi saya" in page
    assert f"/tiket/sesi/{session.id}/buka" not in page


def test_the_overview_counts_sessions_that_have_a_speaker(workshop, add_session, add_speaker, as_user) -> None:
    add_session("08:30", "10:00", speakers=[add_speaker()])
    add_session("10:00", "11:00")
    add_session("11:00", "12:00", kind=SessionKind.BREAK, jp=0)
    page = as_user.organiser(workshop).get(f"/kelola/lokakarya/{workshop.id}").text
    assert "dari 2" in page
    assert "1 sesi belum memiliki narasumber" in page
