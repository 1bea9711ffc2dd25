"""The 16 invented organisations, with documents that expired, end soon, or carry no date."""

from __future__ import annotations

from datetime import date, timedelta

from lms.core.people.names import search_key
from lms.demo.seed import rows
from lms.kernel.clock import now
from lms.kernel.db import db, unit_of_work
from lms.kernel.permissions import SYSTEM
from lms.plugins.organisations import services
from lms.plugins.organisations.enums import Accreditation, Activity, DocumentKind, LegalForm, OrganisationKind
from lms.plugins.organisations.models import Organisation


def load_organisations(today: date) -> None:
    """Add the registry; what a document prints is chosen so that every state shows."""
    ends = {"DEMO-03": today - timedelta(days=1), "DEMO-04": today + timedelta(days=30), "DEMO-05": None}
    with unit_of_work():
        for row in rows("organisasi_demo"):
            organisation = _organisation(row)
            db.session.add(organisation)
            db.session.flush()
            code = row["kode"]
            if code not in {"DEMO-13", "DEMO-16"}:
                services.add_document(
                    organisation_id=organisation.id,
                    kind=DocumentKind.LICENCE,
                    number=f"{code[-2:]}/IZIN/CONTOH",
                    issuer="Dinas Sosial (contoh)",
                    issued_on=None,
                    valid_until=ends.get(code, today + timedelta(days=700)),
                    actor=SYSTEM,
                )
            if organisation.legal_form is not LegalForm.NONE:
                services.add_document(
                    organisation_id=organisation.id,
                    kind=DocumentKind.DEED,
                    number=f"{code[-2:]}/AKTA/CONTOH",
                    issuer="Notaris contoh",
                    issued_on=today - timedelta(days=2000),
                    valid_until=None,
                    actor=SYSTEM,
                )
            services.add_snapshot(
                organisation_id=organisation.id, on=today - timedelta(days=60), inside=int(row["klien_dalam"]),
                outside=int(row["klien_luar"]), carers=int(row["pengasuh"]), social_workers=int(row["pekerja_sosial"]),
                actor=SYSTEM,
            )  # fmt: skip


def _organisation(row: dict[str, str]) -> Organisation:
    return Organisation(
        external_code=row["kode"],
        name=row["nama"],
        search_name=search_key(row["nama"]),
        kind=OrganisationKind(row["jenis"]),
        legal_form=LegalForm(row["bentuk_hukum"]),
        scope=row["lingkup"],
        region_code=row["kode_kabkota"],
        village_code=row["kode_desa"],
        address=f"{row['desa_kelurahan']} (alamat contoh)",
        postal_code=row["kode_pos"],
        activity=Activity(row["status_keaktifan"]),
        accreditation=Accreditation(row["akreditasi"]),
        is_demo=True,
        created_at=now(),
    )
