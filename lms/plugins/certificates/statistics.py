"""Counts of a workshop's certificates by role and by kabupaten/kota: issued, ended, and how often they were used."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import sqlalchemy as sa
from flask_babel import gettext as _

from lms.core.enrolments.models import Enrolment
from lms.core.exports.api import Column, ColumnKind
from lms.core.regions.queries import labels_of
from lms.kernel.db import db
from lms.kernel.permissions import Actor
from lms.plugins.certificates import words
from lms.plugins.certificates.enums import CertificateStatus, PaperKind, PaperRole, TallyKind
from lms.plugins.certificates.models import Certificate
from lms.plugins.certificates.record_models import UseCount


@dataclass(frozen=True, kw_only=True)
class Figures:
    """One row of numbers. `issued` counts every certificate ever made: valid, revoked and replaced ones."""

    issued: int = 0
    valid: int = 0
    revoked: int = 0
    replaced: int = 0
    viewed: int = 0
    downloaded: int = 0
    verified: int = 0

    def __add__(self, other: Figures) -> Figures:
        return Figures(**{name: value + getattr(other, name) for name, value in vars(self).items()})


@dataclass(frozen=True, kw_only=True)
class Statistics:
    """The figures of a workshop: rows `(label, figures)`, by role in the usual order, by region by name."""

    whole: Figures
    by_role: tuple[tuple[str, Figures], ...]
    by_region: tuple[tuple[str, Figures], ...]


_Cell = tuple[PaperRole, str]  # role, code of kabupaten/kota or ""
_Key = TypeVar("_Key")


def statistics_of(workshop_id: int) -> Statistics:
    """Everything in three statements; letters of thanks are not counted."""
    cells = _cells(workshop_id)
    regions = _sums(cells, lambda cell: cell[1])
    labels = labels_of(code for code in regions if code)
    by_region = [(labels.get(code) or _("not known"), figures) for code, figures in regions.items()]
    by_role = _sums(cells, lambda cell: cell[0])
    return Statistics(
        whole=sum(cells.values(), Figures()),
        by_role=tuple((str(title), by_role[role]) for role, title in words.ROLES.items() if role in by_role),
        by_region=tuple(sorted(by_region, key=lambda row: row[0].casefold())),
    )


def _cells(workshop_id: int) -> dict[_Cell, Figures]:
    cells: dict[_Cell, Figures] = {}
    for role, code, figures in (*_issued(workshop_id), *_used(workshop_id)):
        cells[role, code] = cells.get((role, code), Figures()) + figures
    return cells


def _sums(cells: Mapping[_Cell, Figures], key_of: Callable[[_Cell], _Key]) -> dict[_Key, Figures]:
    sums: dict[_Key, Figures] = {}
    for cell, figures in cells.items():
        sums[key_of(cell)] = sums.get(key_of(cell), Figures()) + figures
    return sums


def _issued(workshop_id: int) -> Iterator[tuple[PaperRole, str, Figures]]:
    group = (Certificate.role, Enrolment.region_code, Certificate.status)
    query = (
        sa.select(*group, sa.func.count(Certificate.id))
        .join(Enrolment, Enrolment.id == Certificate.enrolment_id)
        .where(Certificate.workshop_id == workshop_id, Certificate.kind == PaperKind.CERTIFICATE)
        .group_by(*group)
    )
    for role, code, status, count in db.session.execute(query):
        yield role, code or "", Figures(**{"issued": count, _STATUS[status]: count})


def _used(workshop_id: int) -> Iterator[tuple[PaperRole, str, Figures]]:
    group = (Certificate.role, Enrolment.region_code, UseCount.kind)
    query = (
        sa.select(*group, sa.func.sum(UseCount.count))
        .select_from(UseCount)
        .join(Certificate, Certificate.id == UseCount.certificate_id)
        .join(Enrolment, Enrolment.id == Certificate.enrolment_id)
        .where(Certificate.workshop_id == workshop_id, Certificate.kind == PaperKind.CERTIFICATE)
        .group_by(*group)
    )
    for role, code, kind, count in db.session.execute(query):
        yield role, code or "", Figures(**{_USE[kind]: int(count)})


_STATUS = {status: status.value for status in CertificateStatus}
_USE = {kind: kind.value for kind in TallyKind}


def columns() -> Sequence[Column]:
    """The columns of the table for download."""
    numbers = {
        "issued": _("Issued"),
        "valid": _("Valid"),
        "revoked": _("Revoked"),
        "replaced": _("Replaced"),
        "viewed": _("Viewed by the holder"),
        "downloaded": _("Downloaded"),
        "verified": _("Verified"),
    }
    return (
        Column("group", _("By")),
        Column("label", _("Name")),
        *(Column(key, label, ColumnKind.NUMBER) for key, label in numbers.items()),
    )


def rows(*, actor: Actor, filters: Mapping[str, str]) -> Iterator[Sequence[object]]:
    """Roles, then kabupaten/kota, then the sum."""
    found = statistics_of(int(filters["workshop_id"]))
    for label, figures in found.by_role:
        yield _row(_("Role"), label, figures)
    for label, figures in found.by_region:
        yield _row(_("Kabupaten/kota"), label, figures)
    yield _row(_("All"), "", found.whole)


def _row(group: str, label: str, figures: Figures) -> Sequence[object]:
    return (
        group,
        label,
        figures.issued,
        figures.valid,
        figures.revoked,
        figures.replaced,
        figures.viewed,
        figures.downloaded,
        figures.verified,
    )
