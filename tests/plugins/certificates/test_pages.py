"""Pages of the holder and of the staff."""

from __future__ import annotations

import io
import zipfile
from decimal import Decimal
from typing import Any

from lms.kernel.db import db, unit_of_work
from lms.kernel.job_runner import run_job
from lms.kernel.permissions import SYSTEM
from lms.plugins.certificates import criteria, services
from lms.plugins.certificates.models import Batch


def test_the_holder_sees_later_then_issued(add_person: Any, issue: Any, as_user: Any) -> None:
    person = add_person()
    browser = as_user.ticket(person)
    assert "Nanti" in browser.get("/tiket").text
    assert browser.get("/tiket/sertifikat").status_code == 200
    made = issue(person)
    assert "Terbit" in browser.get("/tiket").text
    page = browser.get("/tiket/sertifikat").text
    assert made.number_text in page
    assert "wa.me" in page
    pdf = browser.get(f"/tiket/sertifikat/{made.id}.pdf")
    assert pdf.data.startswith(b"%PDF")
    assert "001_SERT_Yohana_Lestari.pdf" in pdf.headers["Content-Disposition"]
    assert browser.get(f"/tiket/sertifikat/{made.id}.png").mimetype == "image/png"


def test_nobody_else_can_fetch_it_even_with_its_number(
    add_person: Any, issue: Any, as_user: Any, client: Any, factories: Any
) -> None:
    made = issue(add_person())
    other_workshop = factories.workshop()
    for browser in (
        as_user.ticket(add_person("Orang Lain")),
        as_user.ticket(factories.enrolment(workshop=other_workshop)),
        as_user.committee(other_workshop),
        as_user.organiser(other_workshop),
    ):
        for ending in ("pdf", "png"):
            assert browser.get(f"/tiket/sertifikat/{made.id}.{ending}").status_code == 404
        assert browser.get(f"/kelola/lokakarya/{made.workshop_id}/sertifikat/{made.id}.pdf").status_code == 404
        wrong = f"/kelola/lokakarya/{other_workshop.id}/sertifikat/{made.id}"
        assert browser.get(wrong).status_code == 404
    assert client.get(f"/tiket/sertifikat/{made.id}.pdf").status_code == 302


def test_the_holder_reads_what_is_missing(add_person: Any, workshop: Any, as_user: Any, add_session: Any) -> None:
    add_session(workshop, 8)
    criteria.save_criteria(workshop_id=workshop.id, thresholds=criteria.DEFAULTS, actor=SYSTEM)
    page = as_user.ticket(add_person()).get("/tiket/sertifikat").text
    assert "belum pernah hadir, perlu 80% dari sesi" in page


def test_staff_issues_to_all_and_sees_how_it_went(
    app: Any, add_person: Any, workshop: Any, as_user: Any, add_session: Any, attend: Any
) -> None:
    session = add_session(workshop, 8)
    criteria.save_criteria(
        workshop_id=workshop.id, thresholds={"checkin.attendance_ratio": Decimal("0.8")}, actor=SYSTEM
    )
    there = [add_person(f"Hadir {letter}") for letter in "AB"]
    for person in there:
        attend(person, [session])
    add_person("Tidak Hadir")
    staff = as_user.organiser(workshop)
    base = f"/kelola/lokakarya/{workshop.id}/sertifikat"
    assert "Terbitkan 2 sertifikat" in staff.get(base).text
    answer = staff.post(f"{base}/terbitkan", data={"peran": "peserta"})
    assert answer.status_code == 303
    batch = db.session.query(Batch).filter_by(workshop_id=workshop.id).one()
    waiting = staff.get(answer.location)
    assert "<noscript><meta http-equiv=" in waiting.text
    assert staff.get(answer.location, headers={"Accept": "application/json"}).json["over"] is False
    assert run_job(app, batch.job_id)
    db.session.expire_all()
    done = staff.get(answer.location).text
    assert "2 terbit, 0 gagal, 1 belum memenuhi syarat" in done
    assert "Tidak Hadir" in done
    assert "belum pernah hadir" in done


def test_all_files_come_as_one_zip(add_person: Any, issue: Any, workshop: Any, as_user: Any) -> None:
    made = [issue(add_person(name)) for name in ("Ani", "../../Budi /etc")]
    answer = as_user.committee(workshop).get(f"/kelola/lokakarya/{workshop.id}/sertifikat/semua.zip")
    bundle = zipfile.ZipFile(io.BytesIO(answer.data))
    assert bundle.testzip() is None
    assert bundle.namelist() == ["001_SERT_Ani.pdf", "002_SERT_Budi_etc.pdf"]
    assert [len(bundle.read(name)) for name in bundle.namelist()] == [row.size for row in made]


def test_the_register_lists_revoked_ones_too(add_person: Any, issue: Any, workshop: Any, as_user: Any) -> None:
    made = issue(add_person("Ani"))
    with unit_of_work():
        services.revoke(certificate_id=made.id, reason="Terbit ganda", actor=SYSTEM)
    text = as_user.committee(workshop).get(f"/kelola/unduh/certificates.register.csv?workshop_id={workshop.id}").text
    for part in (made.number_text, "Ani", "dicabut", "Terbit ganda"):
        assert part in text


def test_the_committee_sees_but_does_not_issue(add_person: Any, issue: Any, workshop: Any, as_user: Any) -> None:
    person = add_person()
    made = issue(person)
    committee = as_user.committee(workshop)
    base = f"/kelola/lokakarya/{workshop.id}/sertifikat"
    assert committee.get(base).status_code == 200
    assert committee.get(f"{base}/{made.id}").status_code == 200
    for path in ("terbitkan", f"terbitkan/{person.id}", f"{made.id}/cabut", f"{made.id}/terbit-ulang"):
        assert committee.post(f"{base}/{path}").status_code == 404
    assert committee.get(f"{base}/pengaturan").status_code == 404


def test_staff_revokes_and_reissues_from_the_page(add_person: Any, issue: Any, workshop: Any, as_user: Any) -> None:
    person = add_person("Yohana Lestri")
    made, staff = issue(person), as_user.organiser(workshop)
    base = f"/kelola/lokakarya/{workshop.id}/sertifikat"
    person.person.full_name = "Yohana Lestari"
    db.session.flush()
    assert "Yohana Lestari" in staff.get(f"{base}/{made.id}").text
    answer = staff.post(f"{base}/{made.id}/terbit-ulang", data={"reissue-reason": "Salah tulis"})
    assert answer.status_code == 303
    new_id = int(answer.location.rpartition("/")[2])
    assert staff.post(f"{base}/{new_id}/cabut", data={"revoke-reason": ""}).status_code == 422
    assert staff.post(f"{base}/{new_id}/cabut", data={"revoke-reason": "Keliru"}).status_code == 303
    page = staff.get(f"{base}/{new_id}").text
    assert "dicabut" in page
    assert staff.post(f"{base}/terbitkan/{person.id}").status_code == 303


def test_one_person_who_lacks_something_is_refused_with_the_reason(
    factories: Any, strict_workshop: Any, as_user: Any
) -> None:
    person = factories.enrolment(workshop=strict_workshop)
    base = f"/kelola/lokakarya/{strict_workshop.id}/sertifikat"
    answer = as_user.organiser(strict_workshop).post(f"{base}/terbitkan/{person.id}", follow_redirects=True)
    assert "tes akhir belum dikumpulkan" in answer.text


def test_conditions_signatories_and_pattern_are_changed_on_one_page(workshop: Any, as_user: Any) -> None:
    staff, base = as_user.organiser(workshop), f"/kelola/lokakarya/{workshop.id}/sertifikat/pengaturan"
    page = staff.get(base).text
    assert "Drs. Petrus Lungkang, M.Si." in page
    assert "001/SERT/BK3S-KB/XI/2026" in page
    values = {
        "checkin__attendance_ratio": "82,5",
        "checkin__sessions_attended": "0",
        "checkin__exits": "0",
        "quiz__posttest_score": "70",
        "quiz__pretest_score": "0",
        "quiz__best_score": "0",
        "quiz__gain": "0",
        "quiz__posttest_submitted": "y",
    }
    assert staff.post(f"{base}/syarat", data=values).status_code == 303
    assert criteria.thresholds_of(workshop.id) == {
        "checkin.attendance_ratio": Decimal("0.825"),
        "quiz.posttest_score": Decimal("0.7"),
        "quiz.posttest_submitted": Decimal(1),
    }
    assert staff.post(f"{base}/syarat", data={**values, "quiz__posttest_score": "banyak"}).status_code == 422
    image = (io.BytesIO(b"GIF89a"), "tanda.png")
    bad = {"name_1": "Petrus", "position_1": "Ketua", "image_1": image}
    answer = staff.post(f"{base}/penanda-tangan", data=bad, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert "Petrus" in answer.text
    assert staff.post(f"{base}/penanda-tangan", data={"name_1": "Petrus"}).status_code == 303


def test_the_pattern_is_tried_before_it_is_saved(workshop: Any, as_user: Any) -> None:
    staff, base = as_user.organiser(workshop), f"/kelola/lokakarya/{workshop.id}/sertifikat/pengaturan"
    tried = staff.post(f"{base}/nomor", data={"pattern": "{n:04}/X/{year}", "do": "preview"})
    assert (tried.status_code, "0001/X/2026" in tried.text) == (200, True)
    assert "001/SERT/BK3S-KB/XI/2026" in staff.get(base).text
    refused = staff.post(f"{base}/nomor", data={"pattern": "X/{year}", "do": "save"})
    assert refused.status_code == 422
    assert "X/{year}" in refused.text
    assert staff.post(f"{base}/nomor", data={"pattern": "{n:04}/X/{year}", "do": "save"}).status_code == 303


def test_the_overview_reminds_after_the_last_day(add_person: Any, issue: Any, workshop: Any, as_user: Any) -> None:
    person, staff = add_person(), as_user.organiser(workshop)
    assert "Terbitkan sertifikat" in staff.get(f"/kelola/lokakarya/{workshop.id}").text
    issue(person)
    assert "Sertifikat sudah terbit" in staff.get(f"/kelola/lokakarya/{workshop.id}").text


def test_staff_finds_a_certificate_by_its_number(
    add_person: Any, issue: Any, workshop: Any, as_user: Any, factories: Any
) -> None:
    made = issue(add_person("Ani"))
    assert made.number_text in as_user.organiser(workshop).get("/kelola/cari?q=001/SERT").text
    foreign = as_user.organiser(factories.workshop()).get("/kelola/cari?q=001/SERT").text
    assert "Ani" not in foreign


def test_the_feature_can_be_off_for_a_workshop_but_papers_still_verify(
    add_person: Any, issue: Any, workshop: Any, as_user: Any, client: Any
) -> None:
    made = issue(add_person())
    workshop.disabled_features = "certificates"
    db.session.flush()
    assert as_user.organiser(workshop).get(f"/kelola/lokakarya/{workshop.id}/sertifikat").status_code == 404
    assert client.get(f"/v/{made.code}").status_code == 200


def test_the_table_costs_the_same_for_many_people(
    add_person: Any, workshop: Any, as_user: Any, count_statements: Any
) -> None:
    staff, url = as_user.organiser(workshop), f"/kelola/lokakarya/{workshop.id}/sertifikat"

    def cost() -> int:
        db.session.expire_all()
        count_statements()
        assert staff.get(url).status_code == 200
        return count_statements()

    add_person("Orang A")
    cost()
    few = cost()
    for letter in "BCDEFGH":
        add_person(f"Orang {letter}")
    assert cost() <= few + 1
