"""C36: names of files in the ZIP, and the register."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from typing import Any

import pytest

from lms.kernel.db import db, unit_of_work
from lms.kernel.permissions import SYSTEM, Role
from lms.kernel.settings import set_setting
from lms.kernel.storage import storage
from lms.plugins.certificates import bundle, services
from lms.plugins.certificates.enums import PaperKind, TallyKind
from lms.plugins.certificates.record_models import UseCount


@dataclass(frozen=True, kw_only=True)
class Paper:
    number: int | None = 1
    number_text: str = "001/SERT/BK3S-KB/XI/2026"
    kind: PaperKind = PaperKind.CERTIFICATE
    holder: str = "Ani"


@pytest.mark.parametrize(
    ("paper", "name"),
    [
        (Paper(holder="Dr. Hj. Siti Nūr, M.Si."), "001_SERT_Dr._Hj._Siti_Nūr,_M.Si.pdf"),
        (Paper(number=12, number_text="012/PIAGAM/BK3S/2026"), "012_PIAGAM_Ani.pdf"),
        (Paper(number_text="001/UTK/BK3S/2026", kind=PaperKind.LETTER), "001_UTK_Ani.pdf"),
        (Paper(number=None, number_text="421.3/077/Dinsos"), "421_SERT_Ani.pdf"),
        (Paper(number=None, number_text="007/SERT/B/2026-R1"), "007_SERT_Ani.pdf"),
        (Paper(holder=""), "001_SERT_-.pdf"),
        (Paper(holder="../../etc/passwd"), "001_SERT_etc_passwd.pdf"),
    ],
)
def test_c36_files_are_named_by_number_type_and_holder(paper: Paper, name: str) -> None:
    assert bundle.file_name(paper, {"SERT", "UTK", "PIAGAM"}) == name


def test_no_file_hides_another_of_the_same_name() -> None:
    papers = [Paper(), Paper(holder="ani"), Paper(holder="Budi")]
    assert bundle.unique_names(papers, {"SERT"}) == ["001_SERT_Ani.pdf", "001_SERT_ani_2.pdf", "001_SERT_Budi.pdf"]


def test_c36_the_zip_of_a_role_has_its_letters_and_no_other_role(
    add_person: Any, issue: Any, workshop: Any, as_user: Any
) -> None:
    issue(add_person("Ani"))
    issue(add_person("Maria", Role.NARASUMBER))
    staff, base = as_user.committee(workshop), f"/kelola/lokakarya/{workshop.id}/sertifikat/semua.zip"
    speakers = zipfile.ZipFile(io.BytesIO(staff.get(f"{base}?peran=narasumber").data))
    assert sorted(speakers.namelist()) == ["001_UTK_Maria.pdf", "002_SERT_Maria.pdf"]
    assert len(zipfile.ZipFile(io.BytesIO(staff.get(base).data)).namelist()) == 3


def test_c36_one_file_is_read_at_a_time(
    add_person: Any, issue: Any, workshop: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [issue(add_person(name)) for name in ("Ani", "Budi", "Citra")]
    read: list[str] = []
    real = storage().read
    monkeypatch.setattr(storage(), "read", lambda key: read.append(key) or real(key))
    pieces = bundle.stream_zip([(f"{row.id}.pdf", row.storage_key) for row in made])
    next(pieces)
    assert read == [made[0].storage_key]
    assert len(b"".join(pieces)) > made[1].size + made[2].size


def test_c36_the_register_says_kind_validity_signer_design_and_uses(
    add_person: Any, issue: Any, workshop: Any, as_user: Any, count_statements: Any
) -> None:
    set_setting("certificates.valid_months", 12, scope="organiser", scope_id=workshop.organiser_id)
    made = issue(add_person("Maria", Role.NARASUMBER))
    db.session.add(UseCount(certificate_id=made.id, kind=TallyKind.VERIFIED, count=41, last_at=made.issued_at))
    db.session.flush()
    staff, url = as_user.committee(workshop), f"/kelola/unduh/certificates.register.csv?workshop_id={workshop.id}"
    head, *lines = staff.get(url).text.splitlines()
    assert len(lines) == 2
    first = next(line for line in lines if made.number_text in line)
    for part in ("Sertifikat", "2027-11-27", "versi 1", ",41"):
        assert part in first
    assert "Surat ucapan terima kasih" in next(line for line in lines if line != first)
    assert "Berlaku sampai" in head
    count_statements()
    staff.get(url)
    few = count_statements()
    for letter in "ABCDE":
        issue(add_person(f"Orang {letter}"))
    db.session.expire_all()
    count_statements()
    staff.get(url)
    assert count_statements() <= few + 1


def test_a_revoked_paper_is_in_the_register_and_not_in_the_zip(
    add_person: Any, issue: Any, workshop: Any, as_user: Any
) -> None:
    made = issue(add_person("Ani"))
    with unit_of_work():
        services.revoke(certificate_id=made.id, reason="Keliru", actor=SYSTEM)
    staff = as_user.committee(workshop)
    assert staff.get(f"/kelola/lokakarya/{workshop.id}/sertifikat/semua.zip").status_code == 404
    assert "dicabut" in staff.get(f"/kelola/unduh/certificates.register.csv?workshop_id={workshop.id}").text
