"""The agenda editor."""

from __future__ import annotations

from typing import Any

import pytest

from lms.kernel.permissions import Role, Scope
from lms.plugins.schedule import queries
from lms.plugins.schedule.api import SessionState


@pytest.fixture
def base(workshop: Any) -> str:
    return f"/kelola/lokakarya/{workshop.id}"


def test_a_session_is_added_changed_moved_and_removed(
    workshop, base, as_user, add_speaker, add_room, session_form
) -> None:
    browser, speaker, room = as_user.committee(workshop), add_speaker(), add_room()
    sent = session_form(speaker_ids=str(speaker.id), room_id=str(room.id))
    answer = browser.post(f"{base}/agenda/tambah", data=sent)
    assert answer.status_code == 303
    (session,) = queries.sessions_of(workshop.id)
    assert answer.location.endswith(f"?hari=1#sesi-{session.id}")
    assert (session.title, session.room, session.speakers) == ("Administrasi keuangan", room, [speaker])
    url = f"{base}/agenda/{session.id}"
    assert "Administrasi keuangan" in browser.get(url).text
    assert browser.post(url, data=session_form(title="Keuangan lembaga")).status_code == 303
    assert (session.title, session.speakers) == ("Keuangan lembaga", [])
    moved = browser.post(f"{url}/pindah", data={"day": "2", "starts": "13.00", "room_id": "0"})
    assert moved.status_code == 303
    assert (session.day, session.room_id, session.minutes) == (2, None, 90)
    assert browser.post(f"{url}/hapus").status_code == 303
    assert queries.sessions_of(workshop.id) == []


@pytest.mark.parametrize(
    ("change", "indonesian", "english"),
    [
        ({"title": " "}, "Tuliskan acara sesi ini.", "Write what happens in this session."),
        ({"title": "x" * 201}, "Ringkas judul menjadi 200 huruf.", "Shorten the title to 200 letters."),
        ({"ends": "08:00"}, "Waktu selesai harus setelah waktu mulai.", "The end must be later than the start."),
        ({"jp": "-1"}, "JP adalah angka dari 0 sampai 12.", "JP is a number from 0 to 12."),
        ({"jp": "99"}, "JP adalah angka dari 0 sampai 12.", "JP is a number from 0 to 12."),
        ({"starts": "delapan"}, None, None),
        ({"day": "9"}, None, None),
        ({"jp": "dua"}, None, None),
    ],
)
def test_bad_input_is_answered_on_the_field_in_both_languages_and_kept(
    workshop, base, as_user, session_form, change, indonesian, english
) -> None:
    browser = as_user.committee(workshop)
    for language, message in (("id", indonesian), ("en", english)):
        with browser.session_transaction() as cookie:
            cookie["language"] = language
        answer = browser.post(f"{base}/agenda/tambah", data=session_form(speaker_label="Ketikan saya", **change))
        assert answer.status_code == 422
        assert 'aria-invalid="true"' in answer.text
        assert "Ketikan saya" in answer.text
        if message:
            assert message in answer.text
    assert queries.sessions_of(workshop.id) == []


def test_a_failed_move_keeps_what_was_typed(workshop, base, as_user, add_session) -> None:
    session = add_session("08:30", "10:00")
    answer = as_user.committee(workshop).post(
        f"{base}/agenda/{session.id}/pindah", data={"day": "2", "starts": "23:15", "room_id": "0"}
    )
    assert answer.status_code == 422
    assert "23:15" in answer.text
    assert "Sesi ini akan selesai setelah tengah malam" in answer.text


def test_the_agenda_shows_days_blocks_and_the_sum(workshop, base, as_user, add_session, add_room) -> None:
    add_session("08:30", "10:00", title="Sesi pagi", room=add_room("Aula Kapuas", 120))
    add_session("08:30", "10:00", day=2, title="Sesi hari kedua", jp=3)
    browser = as_user.committee(workshop)
    page = browser.get(f"{base}/agenda").text
    for text in ("Sesi pagi", "Aula Kapuas", "120 kursi", "5 JP", "timetable"):
        assert text in page
    assert "Sesi hari kedua" not in page
    assert "Sesi hari kedua" in browser.get(f"{base}/agenda?hari=2").text
    assert browser.get(f"{base}/agenda?hari=semua").text.count("<table") == 2
    assert browser.get(f"{base}/agenda?hari=omong").status_code == 200


def test_the_page_takes_as_many_statements_for_one_session_as_for_many(
    workshop, base, as_user, add_session, add_speaker, add_room, db_session, count_statements
) -> None:
    browser = as_user.committee(workshop)

    def read() -> int:
        db_session.commit()
        db_session.expire_all()
        count_statements()
        assert browser.get(f"{base}/agenda").status_code == 200
        return count_statements()

    add_session("07:00", "07:30", speakers=[add_speaker()], room=add_room("R"))
    one = read()
    for hour in range(8, 14):
        speaker, room = add_speaker(f"Orang {hour}"), add_room(f"R{hour}")
        add_session(f"{hour:02}:00", f"{hour:02}:30", speakers=[speaker], room=room)
    assert read() == one


def test_the_door_opens_and_closes_but_does_not_plan(workshop, base, as_user, add_session, session_form) -> None:
    session = add_session()
    browser = as_user.door(workshop)
    assert browser.post(f"{base}/agenda/{session.id}/buka").status_code == 303
    assert session.state is SessionState.OPEN
    assert browser.post(f"{base}/agenda/{session.id}/tutup").status_code == 303
    assert session.state is SessionState.CLOSED
    page = browser.get(f"{base}/agenda").text
    assert "agenda/tambah" not in page
    assert browser.get(f"{base}/agenda/{session.id}").status_code == 404
    assert browser.post(f"{base}/agenda/tambah", data=session_form()).status_code == 404
    assert browser.get(f"{base}/narasumber").status_code == 404


def test_another_workshops_staff_find_nothing(workshop, base, as_user, add_session, factories) -> None:
    session, other = add_session(), factories.workshop()
    browser = as_user.committee(other)
    assert browser.get(f"{base}/agenda").status_code == 404
    mixed = f"/kelola/lokakarya/{other.id}/agenda/{session.id}"
    assert browser.get(mixed).status_code == 404
    assert browser.post(f"{mixed}/hapus").status_code == 404
    assert browser.post(f"{mixed}/buka").status_code == 404
    assert as_user.with_role(Role.PENGAMAT, Scope.REGION, "61").get(f"{base}/agenda").status_code == 404


def test_a_running_session_cannot_be_removed(workshop, base, as_user, add_session) -> None:
    session = add_session()
    browser = as_user.committee(workshop)
    browser.post(f"{base}/agenda/{session.id}/buka")
    browser.post(f"{base}/agenda/{session.id}/hapus")
    assert [row.id for row in queries.sessions_of(workshop.id)] == [session.id]


def test_rooms_are_added_once_and_removed_without_their_sessions(workshop, base, as_user, add_session) -> None:
    browser = as_user.committee(workshop)
    assert browser.post(f"{base}/agenda/ruang", data={"name": "Aula", "capacity": "40"}).status_code == 303
    again = browser.post(f"{base}/agenda/ruang", data={"name": " aula "})
    assert again.status_code == 422
    assert "Sudah ada ruang dengan nama ini." in again.text
    assert browser.post(f"{base}/agenda/ruang", data={"name": "B", "capacity": "-1"}).status_code == 422
    (room,) = queries.rooms_of(workshop.id)
    session = add_session(room=room)
    assert browser.post(f"{base}/agenda/ruang/{room.id}/hapus").status_code == 303
    assert queries.rooms_of(workshop.id) == []
    assert (session.room_id, session.sequence) == (None, 1)


def test_the_agenda_prints_as_pdf_for_staff_of_the_workshop(workshop, base, as_user, add_session, factories) -> None:
    import pypdfium2

    add_session("08:30", "10:00", title="Kepemimpinan lembaga", speaker_label="Narasumber 2")
    answer = as_user.door(workshop).get(f"{base}/agenda.pdf")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    document = pypdfium2.PdfDocument(answer.data)
    text = " ".join(document[0].get_textpage().get_text_bounded().split())
    for part in ("Tata kelola LKSA", "Kepemimpinan lembaga", "08.30", "Narasumber 2"):
        assert part in text
    document.close()
    assert as_user.committee(factories.workshop()).get(f"{base}/agenda.pdf").status_code == 404
