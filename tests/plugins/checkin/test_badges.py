"""Badges on paper, looked at as a camera and as a pair of scissors see them."""

from __future__ import annotations

from typing import Any

import pytest
from pdf_tools import check, codes_in, info_of, needs_poppler, needs_qpdf, pages_of, picture_of, text_of, words_of

from lms.core.enrolments.enums import EnrolmentStatus
from lms.core.enrolments.services import badge_token, renew_link
from lms.kernel.permissions import SYSTEM, Role
from lms.plugins.checkin import badges, queries

MM = 72 / 25.4
LONG = "Maria Magdalena Kusumawardhani Suryaningrat Wijayakusuma Paramitha"


@pytest.fixture
def nine(workshop: Any, factories: Any) -> list[Any]:
    """Nine participants, so that a second page begins; names and organisations as long as they come."""
    names = ["Budi", LONG, "X" * 100, "H. Abdul bin Ahmad", "林美玲", *(f"Orang Nomor{n}" for n in range(4))]
    return [
        factories.enrolment(
            workshop=workshop,
            affiliation="Lembaga Kesejahteraan Sosial Lanjut Usia Harapan Ibu " * (1 + (index == 1)),
            person=factories.person(full_name=name, title_front="Dra. Hj.", title_back="S.Sos., M.Si., Ph.D."),
        )
        for index, name in enumerate(names)
    ]


@pytest.fixture
def committee(as_user: Any, workshop: Any) -> Any:
    return as_user.committee(workshop)


def fetch(client: Any, workshop: Any, **query: str) -> bytes:
    answer = client.get(f"/kelola/lokakarya/{workshop.id}/kehadiran/kartu.pdf", query_string=query)
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    return bytes(answer.data)


@needs_poppler
@pytest.mark.parametrize("dpi", [80, 150])
def test_every_badge_of_the_sheet_decodes_to_its_holder(workshop: Any, nine: list[Any], dpi: int) -> None:
    pdf = badges.sheet_of_badges(workshop, roles=[Role.PESERTA])
    assert pages_of(pdf) == 2
    found = [code for page in (1, 2) for code in codes_in(picture_of(pdf, dpi, page))]
    assert sorted(found) == sorted(f"http://localhost/b/{badge_token(person)}" for person in nine)
    read = {queries.enrolment_of_badge(code)[0].id for code in found}  # type: ignore[union-attr]
    assert read == {person.id for person in nine}


@needs_poppler
def test_nothing_leaves_its_badge(workshop: Any, nine: list[Any]) -> None:
    words = words_of(badges.sheet_of_badges(workshop, roles=[Role.PESERTA]))
    assert len(words) > 60
    for word in words:
        column, row = int((word.left - 10 * MM) // (95 * MM)), int((word.top - 16.5 * MM) // (66 * MM))
        left, top = (10 + 95 * column) * MM, (16.5 + 66 * row) * MM
        assert left < word.left < word.right < left + 95 * MM, word
        assert top < word.top < word.bottom < top + 66 * MM, word


@needs_poppler
def test_a_long_name_is_whole_and_beside_the_code(workshop: Any, nine: list[Any]) -> None:
    pdf = badges.single_badge(nine[1])
    assert f"Dra. Hj. {LONG}, S.Sos., M.Si., Ph.D." in text_of(pdf)
    for word in words_of(pdf):
        if word.top > 14 * MM:
            assert word.right < 50.5 * MM, word


@needs_poppler
def test_a_badge_says_who_as_what_where_and_when(workshop: Any, wati: Any) -> None:
    text = text_of(badges.single_badge(wati))
    for words in ("Wati Lestari", "LKSA Tunas Enggang", "Peserta", "Tata kelola LKSA", "2–3 Desember 2026"):
        assert words in text, words
    assert "WATAB2" not in text
    assert "0812" not in text


@needs_poppler
def test_a_single_badge_is_a_page_of_its_own_size(workshop: Any, wati: Any) -> None:
    pdf = badges.single_badge(wati)
    assert info_of(pdf)["Page size"].startswith("269.291 x 187.087")  # 95 x 66 mm
    assert codes_in(picture_of(pdf, 80)) == [f"http://localhost/b/{badge_token(wati)}"]


@needs_poppler
def test_the_sheets_are_chosen_by_group_and_hold_only_confirmed_people(
    committee: Any, workshop: Any, wati: Any, factories: Any
) -> None:
    for name, role in (("Budi Narasumber", Role.NARASUMBER), ("Sari Panitia", Role.PANITIA)):
        factories.enrolment(workshop=workshop, role=role, person=factories.person(full_name=name))
    for name, status in (("Si Batal", EnrolmentStatus.CANCELLED), ("Si Antre", EnrolmentStatus.WAITLISTED)):
        factories.enrolment(workshop=workshop, status=status, person=factories.person(full_name=name))
    here = {
        group: [name for name in ("Wati", "Budi", "Sari", "Batal", "Antre") if name in text_of(pdf)]
        for group in ("", "peserta", "narasumber", "panitia")
        for pdf in [fetch(committee, workshop, kelompok=group)]
    }
    assert here == {
        "": ["Wati", "Budi", "Sari"],
        "peserta": ["Wati"],
        "narasumber": ["Budi"],
        "panitia": ["Sari"],
    }


def test_no_badge_without_a_confirmed_place(
    committee: Any, as_user: Any, workshop: Any, factories: Any, wati: Any
) -> None:
    waiting = factories.enrolment(workshop=workshop, status=EnrolmentStatus.WAITLISTED)
    base = f"/kelola/lokakarya/{workshop.id}/kehadiran"
    assert committee.get(f"{base}/{waiting.id}/kartu.pdf").status_code == 409
    assert as_user.ticket(waiting).get("/tiket/kartu.pdf").status_code == 409
    assert committee.get(f"{base}/kartu.pdf?kelompok=panitia").status_code == 409
    assert committee.get(f"{base}/kartu.pdf?kelompok=pusat").status_code == 404
    foreign = factories.enrolment()
    assert committee.get(f"{base}/{foreign.id}/kartu.pdf").status_code == 404


@needs_poppler
def test_staff_and_holder_get_the_same_badge(committee: Any, as_user: Any, workshop: Any, wati: Any) -> None:
    ours = committee.get(f"/kelola/lokakarya/{workshop.id}/kehadiran/{wati.id}/kartu.pdf")
    own = as_user.ticket(wati).get("/tiket/kartu.pdf")
    assert (ours.status_code, own.status_code) == (200, 200)
    assert ours.data == own.data
    assert "/tiket/kartu.pdf" in as_user.ticket(wati).get("/tiket").text
    assert f"/{wati.id}/kartu.pdf" in committee.get(f"/kelola/lokakarya/{workshop.id}/peserta/{wati.id}").text


@needs_poppler
def test_a17_a_new_badge_is_another_code(workshop: Any, wati: Any) -> None:
    before = codes_in(picture_of(badges.single_badge(wati), 150))
    renew_link(enrolment_id=wati.id, actor=SYSTEM)
    after = codes_in(picture_of(badges.single_badge(wati), 150))
    assert before != after
    assert queries.enrolment_of_badge(before[0]) == (wati, False)
    assert queries.enrolment_of_badge(after[0]) == (wati, True)


@needs_qpdf
def test_the_file_is_clean(workshop: Any, nine: list[Any]) -> None:
    check(badges.sheet_of_badges(workshop, roles=[Role.PESERTA]))
