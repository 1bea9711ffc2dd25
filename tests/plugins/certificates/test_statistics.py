"""C37: figures of a workshop by role and by kabupaten/kota; letters of thanks are not counted."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from lms.kernel.db import db, unit_of_work
from lms.kernel.declarations import Period
from lms.kernel.permissions import SYSTEM, Role
from lms.plugins.certificates import metrics, queries, services, statistics
from lms.plugins.certificates.enums import PaperRole, TallyKind
from lms.plugins.certificates.record_models import UseCount
from lms.plugins.certificates.statistics import Figures


@pytest.fixture
def figures(add_person: Any, issue: Any, workshop: Any) -> Any:
    """Pontianak: one valid, one revoked, one corrected; Kubu Raya: one; a speaker without kabupaten, with a letter."""
    valid, revoked, old = (issue(add_person(name)) for name in ("Ani", "Budi", "Citra"))
    issue(add_person("Dewi", region_code="61.12"))
    issue(add_person("Maria", Role.NARASUMBER, region_code=None))
    with unit_of_work():
        services.revoke(certificate_id=revoked.id, reason="Keliru", actor=SYSTEM)
        services.reissue(certificate_id=old.id, reason="Nama", actor=SYSTEM)
    for kind, count in ((TallyKind.VERIFIED, 5), (TallyKind.VIEWED, 2), (TallyKind.DOWNLOADED, 1)):
        db.session.add(UseCount(certificate_id=valid.id, kind=kind, count=count, last_at=valid.issued_at))
    db.session.flush()
    return statistics.statistics_of(workshop.id)


def test_c37_figures_by_role(figures: Any) -> None:
    assert dict(figures.by_role) == {
        "Peserta": Figures(issued=5, valid=3, revoked=1, replaced=1, viewed=2, downloaded=1, verified=5),
        "Narasumber": Figures(issued=1, valid=1),
    }


def test_c37_figures_by_region_and_their_sum(figures: Any) -> None:
    by_region = dict(figures.by_region)
    assert by_region["Kab. Kubu Raya"] == Figures(issued=1, valid=1)
    assert by_region["tidak diketahui"] == Figures(issued=1, valid=1)
    assert by_region["Kota Pontianak"] == Figures(
        issued=4, valid=2, revoked=1, replaced=1, viewed=2, downloaded=1, verified=5
    )
    assert sum(by_region.values(), Figures()) == figures.whole


def test_letters_count_nowhere(figures: Any, workshop: Any) -> None:
    assert queries.count_valid(workshop.id, PaperRole.NARASUMBER) == 1
    period = Period(first=workshop.starts_on, last=workshop.ends_on)
    assert metrics.issued(period=period, region_codes=["61.71", "61.12"]) == {"61.71": Decimal(2), "61.12": Decimal(1)}


def test_c37_the_page_and_the_table_for_download(figures: Any, workshop: Any, as_user: Any) -> None:
    staff = as_user.committee(workshop)
    page = staff.get(f"/kelola/lokakarya/{workshop.id}/sertifikat/angka").text
    for part in ("Kota Pontianak", "Kab. Kubu Raya", "Narasumber", "certificates.figures.xlsx"):
        assert part in page
    text = staff.get(f"/kelola/unduh/certificates.figures.csv?workshop_id={workshop.id}").text
    assert "Peran,Peserta,5,3,1,1,2,1,5" in text
    assert text.splitlines()[-1] == "Semua,,6,4,1,1,2,1,5"
    assert as_user.door(workshop).get(f"/kelola/lokakarya/{workshop.id}/sertifikat/angka").status_code == 404


def test_figures_cost_the_same_for_many(add_person: Any, issue: Any, workshop: Any, count_statements: Any) -> None:
    issue(add_person("Orang A"))
    count_statements()
    statistics.statistics_of(workshop.id)
    few = count_statements()
    for letter in "BCDE":
        issue(add_person(f"Orang {letter}"))
    count_statements()
    statistics.statistics_of(workshop.id)
    assert count_statements() == few <= 3
