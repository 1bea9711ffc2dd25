"""What a review by fresh eyes found: each of these failed before it was mended."""

from __future__ import annotations

import threading
from datetime import date
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from PIL import Image

from lms.core.enrolments.enums import EnrolmentStatus
from lms.core.people.models import Person
from lms.core.people.services import erase_person
from lms.core.workshops.queries import workshop_by_id
from lms.kernel.db import db, unit_of_work
from lms.kernel.permissions import SYSTEM, Role
from lms.kernel.settings import set_setting
from lms.kernel.storage import FileMissing
from lms.plugins.certificates import (
    batches,
    content,
    decisions,
    eligibility,
    keys,
    ledger,
    merkle,
    numbering,
    services,
    template_pictures,
    templates,
)
from lms.plugins.certificates.content import basis_of
from lms.plugins.certificates.design import ready_made
from lms.plugins.certificates.design.drawings import clean_svg
from lms.plugins.certificates.design.model import Design, canonical
from lms.plugins.certificates.enums import PaperKind, PaperRole
from lms.plugins.certificates.errors import CertificateRefused
from lms.plugins.certificates.models import Certificate
from lms.plugins.certificates.number_rules import BOOKS_KEY, MAX_NUMBER, Books, check_pattern
from lms.plugins.certificates.paper_views import FAILURES
from lms.plugins.certificates.record_models import LogHead, LogLeaf
from lms.plugins.certificates.signing.model import SigningFailed

XI, XII = date(2026, 11, 27), date(2026, 12, 3)


def take(workshop: Any, issued_on: date, role: PaperRole = PaperRole.PESERTA) -> numbering.Taken:
    with unit_of_work():
        return numbering.take(workshop=workshop, role=role, kind=PaperKind.CERTIFICATE, issued_on=issued_on)


def issue_checked(workshop: Any, row: eligibility.Row) -> Certificate:
    with unit_of_work():
        basis = basis_of(workshop, PaperRole.PESERTA)
        return services.issue_checked(basis=basis, row=row, actor=SYSTEM)


# Numbers


def test_books_told_apart_in_a_later_month_do_not_repeat_the_numbers_of_the_year(
    workshop: Any, issue: Any, add_person: Any
) -> None:
    for name in "ABC":
        issue(add_person(name * 3))
    with unit_of_work():
        set_setting(BOOKS_KEY, Books.BY_TYPE.value, scope="workshop", scope_id=workshop.id)
    assert take(workshop, XII).text == "004/SERT/BK3S-KB/XII/2026"


def test_books_joined_again_in_a_later_month_do_not_repeat_numbers_either(
    workshop: Any, issue: Any, add_person: Any
) -> None:
    issue(add_person("Satu"))  # 001 of the book of all
    with unit_of_work():
        set_setting(BOOKS_KEY, Books.BY_TYPE.value, scope="workshop", scope_id=workshop.id)
    issue(add_person("Dua"))  # 002 of the book of SERT
    with unit_of_work():
        set_setting(BOOKS_KEY, Books.SHARED.value, scope="workshop", scope_id=workshop.id)
    assert take(workshop, XII).text == "003/SERT/BK3S-KB/XII/2026"


def test_an_outside_number_at_the_start_of_a_year_makes_no_gap_of_the_size_of_last_year(
    workshop: Any, issue: Any, add_person: Any
) -> None:
    for name in "ABC":
        issue(add_person(name * 3))
    outside = add_person("Dari Luar")
    with unit_of_work():
        decisions.set_external_number(
            enrolment_id=outside.id, role=PaperRole.PESERTA, text="001/SERT/BK3S-KB/I/2027", actor=SYSTEM
        )
    issue(outside)
    assert take(workshop, date(2027, 1, 4)).text == "002/SERT/BK3S-KB/I/2027"


def test_a_number_from_outside_cannot_write_lines_into_the_log(workshop: Any, add_person: Any, issue: Any) -> None:
    person = add_person()
    text = f"12/DINSOS\n{'0' * 64}\u202e\x00"
    with unit_of_work():
        decisions.set_external_number(enrolment_id=person.id, role=PaperRole.PESERTA, text=text, actor=SYSTEM)
    paper = issue(person)
    assert paper.number_text == f"12/DINSOS {'0' * 64}"
    entry = db.session.scalars(sa.select(LogLeaf.entry).filter_by(certificate_id=paper.id)).one()
    assert entry.split("\n")[2:] == [paper.number_text, paper.sha256]


def test_a_corrected_paper_passes_over_a_suffix_that_is_taken_and_finds_room_for_its_own(
    workshop: Any, add_person: Any, issue: Any
) -> None:
    first, second = add_person("Ani"), add_person("Budi")
    longest = "X" * MAX_NUMBER
    for person, text in ((first, longest), (second, f"{longest[:-3]}-R1"[:MAX_NUMBER])):
        with unit_of_work():
            decisions.set_external_number(enrolment_id=person.id, role=PaperRole.PESERTA, text=text, actor=SYSTEM)
    with unit_of_work():
        set_setting("certificates.suffix", True, scope="workshop", scope_id=workshop.id)
    old = issue(first)
    with unit_of_work():
        made = services.reissue(certificate_id=old.id, reason="Nama", actor=SYSTEM)
    assert made.number_text == f"{longest}-R1"
    assert len(made.number_text) <= 120


def test_a_suffix_that_an_outside_number_has_is_passed_over(workshop: Any, add_person: Any, issue: Any) -> None:
    first, second = add_person("Ani"), add_person("Budi")
    with unit_of_work():
        set_setting("certificates.suffix", True, scope="workshop", scope_id=workshop.id)
        decisions.set_external_number(
            enrolment_id=second.id, role=PaperRole.PESERTA, text="001/SERT/BK3S-KB/XI/2026-R1", actor=SYSTEM
        )
    old = issue(first)
    issue(second)
    with unit_of_work():
        made = services.reissue(certificate_id=old.id, reason="Nama", actor=SYSTEM)
    assert made.number_text == "001/SERT/BK3S-KB/XI/2026-R2"


def test_a_pattern_whose_numbers_no_row_can_hold_is_refused_before_anybody_is_issued_one(workshop: Any) -> None:
    check_pattern("{n:06}/{type}/{workshop}/{code}/{month}/{year}")
    with pytest.raises(CertificateRefused):
        check_pattern("{n}/{year}/" + "{code}" * 4)


# Locks, and who changes while a batch runs


def test_every_book_is_locked_before_the_log_so_that_nobody_waits_in_a_circle(
    workshop: Any, add_person: Any, issue: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    lock, lock_log = numbering._lock, ledger.lock_log

    def book(organiser_id: int, name: str) -> Any:
        order.append(name)
        return lock(organiser_id, name)

    def log(year: int) -> Any:
        order.append("log")
        return lock_log(year)

    monkeypatch.setattr(numbering, "_lock", book)
    monkeypatch.setattr(ledger, "lock_log", log)
    person = add_person("Maria", Role.NARASUMBER)
    paper = issue(person)
    assert set(order[: order.index("log")]) == {"2026", "2026:UTK"}
    order.clear()
    person.person.full_name = "Maria Goretti"
    with unit_of_work():
        services.reissue(certificate_id=paper.id, reason="Nama", actor=SYSTEM)
    assert set(order[: order.index("log")]) == {"2026", "2026:UTK"}


@pytest.mark.parametrize("change", ["erased", "cancelled", "renamed"])
def test_a_batch_sees_what_became_of_a_person_since_it_began(live_app: Any, crowd: Any, change: str) -> None:
    """Sessions keep what they have read over a commit: the batch must look again before it prints a name."""
    [enrolment_id] = crowd(1)
    workshop = workshop_by_id(db.session.scalars(sa.text("select id from core_workshop")).one())
    [row] = eligibility.table_of(workshop, PaperRole.PESERTA).ready
    db.session.commit()
    person_id, name = row.enrolment.person_id, row.enrolment.person.full_name

    def meanwhile() -> None:
        with live_app.app_context(), unit_of_work():
            if change == "erased":
                erase_person(person_id=person_id, actor=SYSTEM)
            elif change == "renamed":
                db.session.get_one(Person, person_id).full_name = "Nama Benar"
            else:
                table = sa.table("core_enrolment", sa.column("id"), sa.column("status"))
                cancelled = sa.update(table).where(table.c.id == enrolment_id)
                db.session.execute(cancelled.values(status=EnrolmentStatus.CANCELLED.value))

    other = threading.Thread(target=meanwhile)
    other.start()
    other.join()
    if change == "renamed":
        assert name != issue_checked(workshop, row).holder == "Nama Benar"
        return
    with pytest.raises(CertificateRefused):
        issue_checked(workshop, row)
    assert db.session.scalar(sa.select(sa.func.count(Certificate.id))) == 0


# What cannot be made


@pytest.mark.parametrize("part", ["set", "signed"])
def test_a_paper_that_cannot_be_made_is_told_to_who_pressed_and_keeps_its_number(
    workshop: Any, add_person: Any, issue: Any, as_user: Any, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    first, second = add_person("Ani"), add_person("Budi")

    def fail(*_args: Any, **_values: Any) -> Any:
        raise SigningFailed("secret") if part == "signed" else FileMissing("certificates/assets/1/x.png")

    with monkeypatch.context() as patch:
        patch.setattr(keys, "pdf_signer", fail) if part == "signed" else patch.setattr(content, "render", fail)
        web = as_user.organiser(workshop)
        base = f"/kelola/lokakarya/{workshop.id}/sertifikat"
        answer = web.post(f"{base}/terbitkan/{first.id}")
        assert answer.status_code == 303
        page = web.get(base).text
        assert ("ditandatangani" if part == "signed" else "disusun") in page
        assert "secret" not in page
        batch = batches.start(workshop_id=workshop.id, role=PaperRole.PESERTA, actor=SYSTEM)
        job: Any = SimpleNamespace(actor_id=None, progress=lambda _done, _total: None)
        batches.run(job=job, workshop_id=workshop.id, role="peserta", batch_id=batch.id)
        assert {row.kind for row in batches.failures_of(batch)} <= set(FAILURES)
        assert batches.progress_of(batch).failed == 2
    assert issue(second).number == 1


# The log


def test_a_hole_in_the_log_does_not_take_the_verification_of_other_papers_away(
    workshop: Any, add_person: Any, issue: Any, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    papers = [issue(add_person(f"Orang {letter}")) for letter in "ABC"]
    with unit_of_work():
        db.session.execute(sa.delete(LogLeaf).where(LogLeaf.certificate_id == papers[0].id))
    empty = ledger._Kept(tree=merkle.Tree())  # as a process that has just begun
    monkeypatch.setattr(ledger, "_kept", lambda _log_id: empty)
    assert client.get(f"/v/{papers[2].code}").status_code == 200
    assert client.get(f"/v/{papers[2].code}/bukti.json").status_code == 404
    with pytest.raises(ledger.LogDamaged), unit_of_work():  # and nothing is signed that hides it
        db.session.execute(sa.delete(LogHead))
        ledger.sign_head(2026)


# Erasure


def test_after_an_erasure_no_public_reason_names_the_person(
    workshop: Any, add_person: Any, issue: Any, client: Any
) -> None:
    person = add_person("Zulkarnain al-Amin", title_front="Dr.", title_back="M.Si.")
    paper = issue(person)
    with unit_of_work():
        reason = "Salah ketik: ZULKARNAIN Al-Amin; tugasnya diaminkan panitia"
        services.revoke(certificate_id=paper.id, reason=reason, actor=SYSTEM)
    with unit_of_work():
        erase_person(person_id=person.person_id, actor=SYSTEM)
    assert paper.revoke_reason == "Salah ketik: … …; tugasnya diaminkan panitia"
    for path in (f"/v/{paper.code}", f"/v/{paper.code}/status.json"):
        assert "zulkarnain" not in client.get(path).text.casefold()


# Designs


def test_a_design_shows_no_picture_of_another_organiser_even_when_its_press_is_warm(
    workshop: Any, factories: Any
) -> None:
    picture = BytesIO()
    Image.new("RGB", (40, 40), (200, 10, 10)).save(picture, "PNG")
    with unit_of_work():
        asset = templates.add_asset(
            organiser_id=workshop.organiser_id, data=picture.getvalue(), filename="cap.png", actor=SYSTEM
        )
    plain = canonical(ready_made.design("kalbar"))
    design = Design.model_validate({**plain, "front": {**plain["front"], "background": asset.sha256}})
    facts = template_pictures.sample()
    template_pictures.print_of(design, facts, organiser_id=workshop.organiser_id, side="front")
    with pytest.raises(CertificateRefused):
        template_pictures.print_of(design, facts, organiser_id=factories.workshop().organiser_id, side="front")


# Drawings


def nested(levels: int, kind: str) -> bytes:
    """Each level draws the next one twice: 2 ** levels shapes, said by classes of a style sheet only."""
    tag = {"mask": "mask", "clip-path": "clipPath"}[kind]
    sheet = "".join(f".c{at}{{{kind}:url(#m{at})}}" for at in range(levels + 1))
    parts = "".join(
        f'<{tag} id="m{at}"><rect width="9" height="9" class="c{at + 1}"/>'
        f'<rect width="5" height="5" class="c{at + 1}"/></{tag}>'
        for at in range(levels)
    )
    root = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10">'
    return f'{root}<style>{sheet}</style><defs>{parts}</defs><rect width="9" height="9" class="c0"/></svg>'.encode()


@pytest.mark.parametrize("kind", ["mask", "clip-path"])
def test_masks_of_a_style_sheet_are_counted_like_those_of_attributes(app: Any, kind: str) -> None:
    with app.test_request_context(), pytest.raises(CertificateRefused, match=r"shapes|bentuk"):
        clean_svg(nested(15, kind))
    with app.test_request_context():
        assert clean_svg(nested(3, kind)).width > 0
