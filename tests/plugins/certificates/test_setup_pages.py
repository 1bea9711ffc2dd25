"""Pages where staff sets conditions, signatories and numbers, and decides about single people."""

from __future__ import annotations

import io
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from PIL import Image

from lms.kernel.db import db, unit_of_work
from lms.kernel.permissions import SYSTEM, Role
from lms.kernel.storage import storage
from lms.plugins.certificates import criteria, decision_queries, decisions, listing, queries
from lms.plugins.certificates.eligibility import Row, Table
from lms.plugins.certificates.enums import PaperRole, Standing
from lms.plugins.certificates.models import Certificate
from lms.plugins.certificates.number_rules import Books, rules_of


@pytest.fixture
def base(workshop: Any) -> str:
    return f"/kelola/lokakarya/{workshop.id}/sertifikat"


@pytest.fixture
def staff(workshop: Any, as_user: Any) -> Any:
    return as_user.organiser(workshop)


def png() -> bytes:
    made = io.BytesIO()
    Image.new("RGBA", (60, 20), (0, 0, 120, 80)).save(made, "PNG")
    return made.getvalue()


def count() -> int:
    return db.session.scalar(sa.select(sa.func.count(Certificate.id))) or 0


def test_c08_the_page_shows_the_next_number_of_every_role(staff: Any, base: str, add_person: Any, issue: Any) -> None:
    issue(add_person())
    page = staff.get(f"{base}/pengaturan").text
    assert page.count("002/SERT/BK3S-KB/XI/2026") == 5
    assert page.count("001/UTK/BK3S-KB/XI/2026") == 1


def test_c08_trying_a_pattern_saves_nothing(staff: Any, base: str, workshop: Any) -> None:
    before = rules_of(workshop)
    values = {"pattern": "{n:04}-{type}-{year}", "books": "by_type", "type_narasumber": "PIAGAM", "do": "preview"}
    page = staff.post(f"{base}/pengaturan/nomor", data=values)
    assert (page.status_code, rules_of(workshop)) == (200, before)
    assert "0001-PIAGAM-2026" in page.text
    preset = staff.post(f"{base}/pengaturan/nomor", data={"pattern": "x", "preset": "{type}-{year}-{n:05}"})
    assert "SERT-2026-00001" in preset.text
    assert rules_of(workshop) == before


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"pattern": "SERT/{year}"}, "Pola ini tidak memiliki nomor urut"),
        ({"pattern": "{n}/{code}"}, "nomor akan berulang"),
        ({"books": "by_type", "pattern": "{n}/{year}"}, "Masukkan {type} ke dalam pola"),
        ({"reset": "workshop"}, "Masukkan {workshop} ke dalam pola"),
        ({"type_letter": "SERT"}, "Beri kode yang tidak dipakai sertifikat"),
        ({"books": "sometimes"}, "Isian yang perlu diperbaiki"),
    ],
)
@pytest.mark.parametrize("button", ["save", "preview"])
def test_c08_what_could_repeat_is_refused_in_plain_words(
    staff: Any, base: str, workshop: Any, values: dict[str, str], words: str, button: str
) -> None:
    before = rules_of(workshop)
    page = staff.post(f"{base}/pengaturan/nomor", data={**values, "do": button})
    assert (page.status_code, rules_of(workshop)) == (422, before)
    assert words in page.text


def test_saved_rules_count_from_then_on(staff: Any, base: str, workshop: Any, add_person: Any, issue: Any) -> None:
    values = {"books": "by_type", "type_peserta": "STTPL", "do": "save"}
    assert staff.post(f"{base}/pengaturan/nomor", data=values).status_code == 303
    assert (rules_of(workshop).books, rules_of(workshop).codes["peserta"]) == (Books.BY_TYPE, "STTPL")
    assert issue(add_person()).number_text == "001/STTPL/BK3S-KB/XI/2026"


def test_conditions_are_set_for_each_role(staff: Any, base: str, workshop: Any) -> None:
    before = criteria.thresholds_of(workshop.id)
    values = {"peran": "panitia", "checkin__attendance_ratio": "50", "quiz__evaluation_done": "y", "quiz__gain": ""}
    assert staff.post(f"{base}/pengaturan/syarat", data=values).status_code == 303
    assert criteria.thresholds_of(workshop.id, PaperRole.PANITIA) == {
        "checkin.attendance_ratio": Decimal("0.5"),
        "quiz.evaluation_done": Decimal(1),
    }
    assert criteria.thresholds_of(workshop.id) == before
    refused = staff.post(f"{base}/pengaturan/syarat", data={"peran": "panitia", "checkin__attendance_ratio": "500"})
    assert (refused.status_code, "Tidak mungkin dicapai" in refused.text) == (422, True)


def test_three_people_may_sign(staff: Any, base: str, workshop: Any) -> None:
    values = {f"name_{place}": f"Orang {place}" for place in (1, 2, 3)}
    answer = staff.post(
        f"{base}/pengaturan/penanda-tangan",
        data={**values, "image_3": (io.BytesIO(png()), "c.png")},
        content_type="multipart/form-data",
    )
    assert answer.status_code == 303
    rows = queries.signatories_of(workshop.id)
    assert [(row.place, row.name, bool(row.image_key)) for row in rows] == [
        (1, "Orang 1", False),
        (2, "Orang 2", False),
        (3, "Orang 3", True),
    ]
    assert storage().read(rows[2].image_key or "").startswith(b"\x89PNG")


def test_an_exception_is_given_seen_and_taken_back(
    staff: Any, strict_workshop: Any, as_user: Any, factories: Any
) -> None:
    person = factories.enrolment(workshop=strict_workshop)
    staff = as_user.organiser(strict_workshop)
    base = f"/kelola/lokakarya/{strict_workshop.id}/sertifikat"
    about = f"{base}/orang/{person.id}"
    assert f"{about}?peran=peserta" in staff.get(base).text
    assert "tes akhir belum dikumpulkan" in staff.get(about).text
    assert staff.post(f"{about}/pengecualian", data={"reason": " "}).status_code == 422
    assert staff.post(f"{about}/pengecualian", data={"reason": "Tugas negara"}).status_code == 303
    page = staff.get(base).text
    assert "pengecualian: Tugas negara" in page
    assert "Terbitkan 1 sertifikat" in page
    assert staff.post(f"{about}/pengecualian/batal").status_code == 303
    assert "Terbitkan 1 sertifikat" not in staff.get(base).text


def test_a_moderator_is_found_added_issued_and_kept(staff: Any, base: str, workshop: Any, add_person: Any) -> None:
    person = add_person("Yohana Lestari")
    empty = staff.get(f"{base}?peran=moderator").text
    assert "Belum ada yang ditunjuk untuk peran ini" in empty
    found = staff.get(f"{base}/tambah-orang?peran=moderator&q=lestari").text
    assert f'value="{person.id}"' in found
    values = {"peran": "moderator", "enrolment_id": str(person.id), "detail": "Panel pengasuhan"}
    for _twice in range(2):
        assert staff.post(f"{base}/tambah-orang", data=values).status_code == 303
    page = staff.get(f"{base}?peran=moderator").text
    assert "Panel pengasuhan" in page
    assert staff.post(f"{base}/terbitkan/{person.id}", data={"peran": "moderator"}).status_code == 303
    made = db.session.scalars(sa.select(Certificate).filter_by(kind="certificate")).one()
    assert (made.role, made.number) == (PaperRole.MODERATOR, 1)
    kept = staff.post(f"{base}/orang/{person.id}/lepas", data={"peran": "moderator"}, follow_redirects=True)
    assert "Cabut dahulu sertifikatnya" in kept.text
    assert len(decision_queries.decisions_of(workshop.id, PaperRole.MODERATOR)) == 1


def test_who_is_not_named_gets_no_certificate_of_that_role(staff: Any, base: str, add_person: Any) -> None:
    person = add_person()
    assert staff.post(f"{base}/terbitkan/{person.id}", data={"peran": "moderator"}).status_code == 404
    assert staff.get(f"{base}/orang/{person.id}?peran=moderator").status_code == 404
    assert staff.get(f"{base}?peran=tamu").status_code == 404
    assert count() == 0


def test_nobody_of_another_workshop_is_added(staff: Any, base: str, factories: Any) -> None:
    foreign = factories.enrolment(workshop=factories.workshop())
    answer = staff.post(f"{base}/tambah-orang", data={"peran": "moderator", "enrolment_id": str(foreign.id)})
    assert answer.status_code == 404
    for path in ("", "/pengecualian", "/nomor", "/lepas"):
        method = staff.post if path else staff.get
        assert method(f"{base}/orang/{foreign.id}{path}").status_code == 404


def test_numbers_from_outside_are_pasted_and_changed(staff: Any, base: str, add_person: Any, issue: Any) -> None:
    person = add_person("Yohana Lestari")
    refused = staff.post(f"{base}/nomor-luar", data={"lines": f"{person.ticket_code}\tA/1\nXXXXXX\tA/2"})
    assert (refused.status_code, "Baris 2" in refused.text) == (422, True)
    assert staff.post(f"{base}/nomor-luar", data={"lines": f"{person.ticket_code}\tA/1"}).status_code == 303
    assert "A/1" in staff.get(f"{base}/nomor-luar").text
    about = f"{base}/orang/{person.id}"
    assert staff.post(f"{about}/nomor", data={"external_number": "A/2"}).status_code == 303
    assert issue(person).number_text == "A/2"


def test_the_committee_decides_nothing(as_user: Any, base: str, workshop: Any, add_person: Any) -> None:
    person, committee = add_person(), as_user.committee(workshop)
    about = f"{base}/orang/{person.id}"
    assert "/orang/" not in committee.get(base).text
    for path in (about, f"{base}/tambah-orang", f"{base}/nomor-luar"):
        assert committee.get(path).status_code == 404
    for path in ("pengecualian", "pengecualian/batal", "nomor", "lepas"):
        assert committee.post(f"{about}/{path}").status_code == 404


@pytest.fixture
def many(add_person: Any) -> Callable[[int], Table]:
    """A table of so many people, every other one ready."""

    def make(size: int) -> Table:
        person = add_person("Yohana Lestari")
        standings = (Standing.READY, Standing.LACKING)
        rows = tuple(Row(enrolment=person, standing=standings[at % 2]) for at in range(size))
        return Table(role=PaperRole.PESERTA, rows=rows)

    return make


def test_long_tables_come_in_pages(many: Any) -> None:
    table = many(2_000)
    shown = listing.listing_of(table, page=3)
    assert (len(shown.rows), shown.page, shown.pages, shown.total) == (100, 3, 20, 2_000)
    assert listing.listing_of(table, page=99).page == 20
    assert listing.listing_of(table, page=-1).page == 1
    assert listing.listing_of(table, standing="lacking").total == 1_000
    assert listing.listing_of(table, text="lestari yohana").total == 0
    assert listing.listing_of(table, text="lestari").total == 2_000
    assert listing.listing_of(many(0)).pages == 1


def test_the_table_is_filtered_by_state_and_name(staff: Any, base: str, add_person: Any, issue: Any) -> None:
    issue(add_person("Ani Terbit"))
    add_person("Budi Siap")
    issued, ready = (staff.get(f"{base}?keadaan={state}").text for state in ("issued", "ready"))
    assert ("Ani Terbit" in issued, "Budi Siap" in issued) == (True, False)
    assert ("Ani Terbit" in ready, "Budi Siap" in ready) == (False, True)
    named = staff.get(f"{base}?q=budi").text
    assert ("Ani Terbit" in named, "Budi Siap" in named) == (False, True)
    assert staff.get(f"{base}?q=budi&keadaan=issued&page=abc").status_code == 200


def test_a_speaker_named_from_the_participants_counts_as_one(
    staff: Any, base: str, workshop: Any, add_person: Any
) -> None:
    add_person("Maria", Role.NARASUMBER)
    with unit_of_work():
        decisions.name_person(
            enrolment_id=add_person("Yohana").id, role=PaperRole.NARASUMBER, detail="Studi kasus", actor=SYSTEM
        )
    page = staff.get(f"{base}?peran=narasumber").text
    assert "Terbitkan 2 sertifikat" in page
    assert "Studi kasus" in page
