"""Organisations for tests of the registry."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from lms.kernel.clock import now
from lms.kernel.i18n import page_zone
from lms.kernel.permissions import SYSTEM
from lms.plugins.organisations import services
from lms.plugins.organisations.enums import Accreditation, Activity, DocumentKind, LegalForm, OrganisationKind
from lms.plugins.organisations.models import Organisation


@pytest.fixture
def today() -> date:
    return now().astimezone(page_zone()).date()


@pytest.fixture
def add_organisation(app: Any, db_session: Any) -> Callable[..., Organisation]:
    """`add_organisation("LKSA Enggang", region_code="61.12")` through the service."""

    def add(name: str = "LKSA Tunas Enggang", **values: Any) -> Organisation:
        defaults: dict[str, Any] = {
            "organisation_id": None,
            "kind": OrganisationKind.LKSA,
            "legal_form": LegalForm.FOUNDATION,
            "region_code": "61.71",
            "activity": Activity.ACTIVE,
            "accreditation": Accreditation.NONE,
            "actor": SYSTEM,
        }
        with app.test_request_context():
            return services.save_organisation(name=name, **{**defaults, **values})

    return add


@pytest.fixture
def add_licence(app: Any) -> Callable[..., Any]:
    """An operating licence that ends on a day, or has no end printed."""

    def add(organisation: Organisation, until: date | None, kind: DocumentKind = DocumentKind.LICENCE) -> Any:
        with app.test_request_context():
            return services.add_document(
                organisation_id=organisation.id, kind=kind, number="503/12", issuer="Dinas Sosial", issued_on=None,
                valid_until=until, actor=SYSTEM,
            )  # fmt: skip

    return add


@pytest.fixture
def organisation_form() -> Callable[..., dict[str, str]]:
    """What a browser sends for an organisation that is all right."""

    def form(**changes: str) -> dict[str, str]:
        values = {
            "name": "Panti Asuhan Kasih Siantan",
            "kind": "LKSA",
            "legal_form": "yayasan",
            "scope": "kabkota",
            "region_code": "61.71",
            "address": "Jalan Khatulistiwa 12",
            "postal_code": "78241",
            "chair_name": "Yohana Lestari",
            "contact_name": "Agnes Mayang",
            "contact_phone": "0812 3456 7890",
            "activity": "aktif",
            "accreditation": "B",
        }
        return {**values, **changes}

    return form
