"""Uploads: a retry changes nothing, a new version keeps the old, and whose session it is decides who may."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from lms.core.enrolments.enums import EnrolmentStatus
from lms.core.people.services import erase_person
from lms.kernel import storage_backend
from lms.kernel.audit import AuditEntry
from lms.kernel.db import db
from lms.kernel.permissions import SYSTEM, Role
from lms.kernel.storage import storage
from lms.plugins.materials import personal_data
from lms.plugins.materials.enums import FileKind, Opens
from lms.plugins.materials.names import safe_filename
from lms.plugins.schedule.services import remove_session
from tests.plugins.materials.conftest import materials, pdf, pptx, stored, versions


def audited() -> list[str]:
    query = sa.select(AuditEntry.action).where(AuditEntry.action.like("materials.%")).order_by(AuditEntry.id)
    return list(db.session.scalars(query))


def test_a_speaker_uploads_by_the_personal_link(send: Any, session: Any, speaker: Any) -> None:
    answer = send(pptx(), "Materi Sesi 1.pptx", title="  Modul   satu ", opens="after_session", may_be_shared="y")
    assert (answer.status_code, answer.location) == (303, "/tiket/materi")
    (row,) = materials()
    assert (row.title, row.opens, row.may_be_shared) == ("Modul satu", Opens.AFTER_SESSION, True)
    assert (row.session_id, row.enrolment_id) == (session.id, speaker.id)
    assert audited() == ["materials.uploaded"]


def test_a_retried_upload_is_one_material_and_one_file(app: Any, send: Any) -> None:
    before = stored(app)
    for _ in range(3):
        assert send(pdf(), "Modul.pdf").status_code == 303
    assert len(materials()) == len(versions()) == len(stored(app) - before) == 1
    assert audited() == ["materials.uploaded"]


def test_a_retried_version_is_one_version(app: Any, send: Any) -> None:
    send(pdf(1), "Modul.pdf")
    url = f"/tiket/materi/berkas/{materials()[0].id}/versi"
    before = stored(app)
    for _ in range(3):
        assert send(pdf(2), "Modul.pdf", url=url, note="Tambahan").status_code == 303
    assert [(row.number, row.pages, row.note) for row in versions()] == [(1, 1, ""), (2, 2, "Tambahan")]
    assert len(stored(app) - before) == 1


def test_other_bytes_or_another_title_make_another_material(send: Any) -> None:
    send(pdf(1), "Modul.pdf", title="Satu")
    send(pdf(1), "Modul.pdf", title="Dua")
    send(pdf(2), "Modul.pdf", title="Satu")
    assert sorted(row.title for row in materials()) == ["Dua", "Satu", "Satu"]


def test_going_back_to_old_bytes_is_a_new_version(send: Any) -> None:
    send(pdf(1), "Modul.pdf")
    url = f"/tiket/materi/berkas/{materials()[0].id}/versi"
    for pages in (2, 1):
        send(pdf(pages), "Modul.pdf", url=url)
    assert [(row.number, row.pages) for row in versions()] == [(1, 1), (2, 2), (3, 1)]


def test_a_replacement_keeps_the_old_file_within_reach(send: Any, as_user: Any, workshop: Any) -> None:
    send(pdf(1), "Modul.pdf", opens="at_once")
    (row,) = materials()
    send(pptx(), "Modul baru.pptx", url=f"/tiket/materi/berkas/{row.id}/versi")
    client = as_user.committee(workshop)
    address = f"/materi/{row.id}/x"
    assert client.get(address).data == pptx()
    assert client.get(f"{address}?versi=1").data == pdf(1)
    assert client.get(f"{address}?versi=3").status_code == 404
    page = client.get(f"/kelola/materi/{row.id}").text
    assert "Versi 1" in page
    assert "Versi 2" in page


def test_deleting_takes_all_files_along_and_the_trail_remembers(
    app: Any, send: Any, as_user: Any, workshop: Any
) -> None:
    before = stored(app)
    send(pdf(1), "Modul.pdf")
    (row,) = materials()
    send(pdf(2), "Modul.pdf", url=f"/tiket/materi/berkas/{row.id}/versi")
    client = as_user.committee(workshop)
    assert client.get(f"/kelola/materi/{row.id}/hapus").status_code == 405
    assert len(stored(app) - before) == 2
    assert client.post(f"/kelola/materi/{row.id}/hapus").status_code == 303
    assert materials() == versions() == []
    assert stored(app) == before
    assert audited()[-1] == "materials.removed"
    assert client.post(f"/kelola/materi/{row.id}/hapus").status_code == 404


def test_a_session_taken_out_of_the_agenda_leaves_no_bytes_behind(app: Any, send: Any, session: Any) -> None:
    before = stored(app)
    send(pdf(1), "Modul.pdf")
    with app.test_request_context():
        remove_session(session_id=session.id, actor=SYSTEM)
        db.session.commit()
    assert materials() == []
    with app.test_request_context():
        assert [key for key in stored(app) - before if storage().record(key)] == []


def test_when_the_disk_is_full_the_form_says_so_and_lists_no_half_file(
    app: Any, send: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = stored(app)
    with app.test_request_context():
        files = storage()
    monkeypatch.setattr(files, "reserve", lambda space: space.total * 2)
    page = send(pdf(), "Modul.pdf")
    assert page.status_code == 422
    assert str(storage_backend.StorageFull().status) == "507"
    assert materials() == []
    assert stored(app) == before


def test_what_the_database_refuses_leaves_no_bytes_behind(app: Any, send: Any) -> None:
    before = stored(app)
    assert send(pdf(), "Modul.pdf", title="🎉🎉").status_code == 422
    assert materials() == []
    assert stored(app) == before


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"title": "x" * 201}, "title"),
        ({"title": ",,,"}, "title"),
        ({"opens": "never"}, "opens"),
        ({"opens": ""}, "opens"),
    ],
)
def test_a_form_with_a_fault_names_the_field(send: Any, form: dict[str, str], field: str) -> None:
    page = send(pdf(), "Modul.pdf", **form)
    assert page.status_code == 422
    assert f'id="{field}-error"' in page.text
    assert materials() == []


def test_a_form_without_a_file_asks_for_one(as_user: Any, speaker: Any, session: Any) -> None:
    page = as_user.ticket(speaker).post(f"/tiket/materi/{session.id}/unggah", data={"opens": "at_once"})
    assert page.status_code == 422
    assert 'id="file-error"' in page.text


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("Modul Satu.pptx", "Modul Satu"),
        ("C:\\fakepath\\Modul.pptx", "Modul"),
        ("../../etc/passwd.pptx", "passwd"),
        ('a"; filename="evil.exe.pptx', "a filenameevil.exe"),
        ("gpj.\u202eexe.pptx", "gpj.exe"),
        ("Mo\u200bdul\x00\r\nSet-Cookie: x.pptx", "Modul Set-Cookie x"),
        ("materi.pdf.exe", "materi.pdf"),
        ("<script>alert(1)</script>.pptx", "script"),
        ("Jose\u0301.pptx", "José"),
        ("教材.pptx", "教材"),
        (".pptx", "pptx"),
        ("...", "materi"),
        ("", "materi"),
        ("-rf.pptx", "rf"),
        ("x" * 500 + ".pptx", "x" * 120),
    ],
)
def test_file_names_become_harmless(name: str, stem: str) -> None:
    assert safe_filename(name, FileKind.PPTX) == f"{stem}.pptx"


@pytest.mark.parametrize(
    ("name", "title"), [("Modul Satu.pdf", "Modul Satu"), ("📊.pdf", "Kepemimpinan"), ("..pdf", "Kepemimpinan")]
)
def test_without_a_title_the_file_or_the_session_gives_one(send: Any, name: str, title: str) -> None:
    assert send(pdf(), name).status_code == 303
    assert materials()[0].title == title


def test_titles_lose_what_cannot_be_seen_and_are_escaped(send: Any, as_user: Any, workshop: Any) -> None:
    send(pdf(), "a.pdf", title='"><img src=x onerror=alert(1)>\u202e\u200b')
    (row,) = materials()
    assert "\u202e" not in row.title
    page = as_user.committee(workshop).get(f"/kelola/lokakarya/{workshop.id}/materi").text
    assert "<img src=x" not in page
    assert "onerror=alert(1)&gt;" in page


def outsiders(as_user: Any, factories: Any, workshop: Any, add_session: Any) -> dict[str, Any]:
    other = factories.workshop()
    colleague = factories.enrolment(workshop=workshop, role=Role.NARASUMBER)
    add_session("10:30", "12:00", title="Keuangan", speakers=[colleague])
    return {
        "speaker of another session": as_user.ticket(colleague),
        "speaker of another workshop": as_user.ticket(factories.enrolment(workshop=other, role=Role.NARASUMBER)),
        "participant": as_user.ticket(factories.enrolment(workshop=workshop)),
        "door": as_user.door(workshop),
        "observer": as_user.observer("61"),
        "committee of another workshop": as_user.committee(other),
        "organiser of another organiser": as_user.organiser(other),
    }


def test_nobody_else_touches_the_materials_of_a_session(
    app: Any, send: Any, as_user: Any, factories: Any, workshop: Any, session: Any, add_session: Any
) -> None:
    send(pdf(1), "Modul.pdf")
    (row,) = materials()
    before = stored(app)
    addresses = [
        f"/tiket/materi/{session.id}/unggah",
        f"/tiket/materi/berkas/{row.id}/versi",
        f"/kelola/materi/sesi/{session.id}/unggah",
        f"/kelola/materi/{row.id}",
        f"/kelola/materi/{row.id}/versi",
        f"/kelola/materi/{row.id}/hapus",
    ]
    for who, client in outsiders(as_user, factories, workshop, add_session).items():
        for url in addresses:
            assert client.get(url).status_code in ({405} if url.endswith("hapus") else {404}), (who, url)
            assert send(pdf(2), "x.pdf", client=client, url=url, title="Diubah").status_code == 404, (who, url)
        assert client.get(f"/kelola/lokakarya/{workshop.id}/materi").status_code == 404, who
    assert [(m.title, len(m.versions)) for m in materials()] == [("Modul", 1)]
    assert stored(app) == before


def test_a_speaker_has_no_staff_pages_and_one_who_cancelled_nothing_at_all(
    send: Any, as_user: Any, session: Any, speaker: Any, workshop: Any
) -> None:
    send(pdf(1), "Modul.pdf")
    (row,) = materials()
    client = as_user.ticket(speaker)
    for url in (
        f"/kelola/materi/{row.id}",
        f"/kelola/materi/sesi/{session.id}/unggah",
        f"/kelola/materi/{row.id}/versi",
    ):
        assert client.get(url).status_code == 404
    speaker.status = EnrolmentStatus.CANCELLED
    db.session.flush()
    for url in (f"/tiket/materi/{session.id}/unggah", f"/tiket/materi/berkas/{row.id}/versi"):
        assert send(pdf(2), "x.pdf", client=client, url=url).status_code == 404
    assert client.get("/tiket/materi").status_code == 404
    assert client.get(f"/materi/{row.id}/x").status_code == 404
    assert len(versions()) == 1


def test_anonymous_visitors_are_sent_to_sign_in(client: Any, send: Any, session: Any, workshop: Any) -> None:
    for url in (f"/tiket/materi/{session.id}/unggah", f"/kelola/lokakarya/{workshop.id}/materi", "/tiket/materi"):
        assert client.get(url).status_code == 302
    assert send(pdf(), "x.pdf", client=client).status_code == 401
    assert materials() == []


@pytest.mark.parametrize("number", ["0", "999999", "2147483648", "9" * 30])
def test_numbers_that_nobody_has_are_not_found(as_user: Any, session: Any, speaker: Any, number: str) -> None:
    for client in (as_user.admin(), as_user.ticket(speaker)):
        for url in (
            f"/materi/{number}/x",
            f"/kelola/materi/{number}",
            f"/kelola/materi/sesi/{number}/unggah",
            f"/tiket/materi/{number}/unggah",
            f"/tiket/materi/berkas/{number}/versi",
        ):
            assert client.get(url).status_code == 404, url


def test_staff_upload_rename_and_open_for_any_session(send: Any, as_user: Any, workshop: Any, session: Any) -> None:
    client = as_user.committee(workshop)
    answer = send(pdf(), "Modul.pdf", client=client, url=f"/kelola/materi/sesi/{session.id}/unggah")
    assert answer.location == f"/kelola/lokakarya/{workshop.id}/materi"
    (row,) = materials()
    assert row.enrolment_id is None
    edit = f"/kelola/materi/{row.id}"
    assert client.post(edit, data={"title": "Modul dua", "opens": "hidden"}).status_code == 303
    assert (materials()[0].title, materials()[0].opens) == ("Modul dua", Opens.HIDDEN)
    assert audited() == ["materials.uploaded", "materials.changed"]
    client.post(edit, data={"title": "Modul dua", "opens": "hidden"})
    assert audited() == ["materials.uploaded", "materials.changed"]  # nothing was changed
    for form in ({"title": "", "opens": "hidden"}, {"title": ",", "opens": "hidden"}, {"title": "x", "opens": "y"}):
        assert client.post(edit, data=form).status_code == 422
    assert materials()[0].title == "Modul dua"


def test_a_switched_off_plugin_answers_nowhere(send: Any, as_user: Any, workshop: Any, session: Any, wati: Any) -> None:
    send(pdf(), "Modul.pdf", opens="at_once")
    (row,) = materials()
    workshop.disabled_features = "materials"
    db.session.flush()
    assert as_user.ticket(wati).get(f"/materi/{row.id}/x").status_code == 404
    assert as_user.ticket(wati).get("/tiket/materi").status_code == 404
    assert as_user.committee(workshop).get(f"/kelola/lokakarya/{workshop.id}/materi").status_code == 404
    assert send(pdf(2), "x.pdf").status_code == 404


def test_a_person_gets_what_was_uploaded_and_erasure_takes_the_name_out(
    app: Any, send: Any, speaker: Any, as_user: Any
) -> None:
    send(pdf(1), "Materi Budi-Santoso.pdf", title="Catatan Budi Santoso")
    send(pdf(2), "Umum.pdf", title="Umum")
    with app.test_request_context():
        said = personal_data.export(speaker.person_id)["materials"]
        assert [row["title"] for row in said] == ["Catatan Budi Santoso", "Umum"]  # type: ignore[attr-defined]
        assert said[0]["files"][0][0] == "Materi Budi-Santoso.pdf"  # type: ignore[index]
        erase_person(person_id=speaker.person_id, actor=SYSTEM)
        assert personal_data.export(speaker.person_id) == {"materials": []}
    assert [(row.title, row.enrolment_id) for row in materials()] == [("Kepemimpinan", None), ("Umum", None)]
    assert [row.filename for row in versions()] == ["materi.pdf", "Umum.pdf"]
    assert as_user.committee(speaker.workshop).get(f"/materi/{materials()[0].id}/x").data == pdf(1)
