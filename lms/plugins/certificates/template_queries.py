"""Reads on designs: templates, their versions, what a workshop chose, and pictures."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from lms.kernel.db import db
from lms.kernel.errors import NotFound
from lms.plugins.certificates.design_models import Asset, Template, TemplateChoice, TemplateVersion
from lms.plugins.certificates.enums import PaperRole


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A template in a list: its newest version and how many workshops chose it."""

    template: Template
    version_id: int
    number: int
    uses: int


def template_by_id(template_id: int) -> Template:
    """Raises NotFound."""
    found = db.session.get(Template, template_id)
    if found is None:
        raise NotFound
    return found


def version_by_number(template_id: int, number: int) -> TemplateVersion:
    """Raises NotFound."""
    found = db.session.scalar(_versions(template_id).where(TemplateVersion.number == number))
    if found is None:
        raise NotFound
    return found


def newest_version(template_id: int) -> TemplateVersion:
    """The version that is used when a certificate is issued; raises NotFound."""
    found = db.session.scalar(_versions(template_id).limit(1))
    if found is None:
        raise NotFound
    return found


def version_by_id(version_id: int) -> TemplateVersion:
    """The version that a paper was printed with; raises NotFound."""
    found = db.session.get(TemplateVersion, version_id)
    if found is None:
        raise NotFound
    return found


def versions_of(template_id: int) -> list[TemplateVersion]:
    """All versions, the newest first."""
    return list(db.session.scalars(_versions(template_id)))


def _versions(template_id: int) -> sa.Select[TemplateVersion]:
    return (
        sa.select(TemplateVersion)
        .where(TemplateVersion.template_id == template_id)
        .order_by(TemplateVersion.number.desc())
    )


def templates_of(organiser_id: int, *, with_archived: bool = False) -> list[Listed]:
    """An organiser's templates, the ready-made first in their order of making, then the others by name."""
    newest = (
        sa.select(TemplateVersion.template_id, sa.func.max(TemplateVersion.number).label("number"))
        .group_by(TemplateVersion.template_id)
        .subquery()
    )
    uses = (
        sa.select(sa.func.count())
        .where(TemplateChoice.template_id == Template.id)
        .correlate(Template)
        .scalar_subquery()
    )
    query = (
        sa.select(Template, TemplateVersion.id, TemplateVersion.number, uses)
        .join(newest, newest.c.template_id == Template.id)
        .join(
            TemplateVersion,
            sa.and_(TemplateVersion.template_id == Template.id, TemplateVersion.number == newest.c.number),
        )
        .where(Template.organiser_id == organiser_id)
        .order_by(Template.ready_made.is_(None), sa.case((Template.ready_made.is_(None), Template.name), else_=""))
        .order_by(Template.id)
    )
    if not with_archived:
        query = query.where(Template.archived_at.is_(None))
    return [
        Listed(template=template, version_id=version_id, number=number, uses=count)
        for template, version_id, number, count in db.session.execute(query)
    ]


def ready_made_of(organiser_id: int, name: str) -> Template | None:
    """The organiser's row of a ready-made design."""
    query = sa.select(Template).where(Template.organiser_id == organiser_id, Template.ready_made == name)
    return db.session.scalar(query)


def fingerprints_of(template_id: int) -> dict[str, int]:
    """`{SHA-256: number}` of the versions of a template."""
    query = sa.select(TemplateVersion.sha256, TemplateVersion.number).where(TemplateVersion.template_id == template_id)
    rows = db.session.execute(query.order_by(TemplateVersion.number))
    return dict(rows.all())


def choice_of(workshop_id: int, role: PaperRole) -> TemplateChoice | None:
    """What the workshop chose for a role."""
    query = sa.select(TemplateChoice).where(TemplateChoice.workshop_id == workshop_id, TemplateChoice.role == role)
    return db.session.scalar(query)


def choices_of(workshop_id: int) -> dict[PaperRole, Template]:
    """What the workshop chose, by role; a role without a choice is absent."""
    query = sa.select(TemplateChoice.role, Template).join(Template, Template.id == TemplateChoice.template_id)
    rows = db.session.execute(query.where(TemplateChoice.workshop_id == workshop_id))
    return dict(rows.all())


def assets_of(organiser_id: int) -> list[Asset]:
    """An organiser's pictures, the newest first."""
    query = sa.select(Asset).where(Asset.organiser_id == organiser_id).order_by(Asset.id.desc())
    return list(db.session.scalars(query))


def asset_by_sha(organiser_id: int, sha256: str) -> Asset:
    """A picture of the organiser; raises NotFound."""
    found = db.session.scalar(sa.select(Asset).where(Asset.organiser_id == organiser_id, Asset.sha256 == sha256))
    if found is None:
        raise NotFound
    return found


def assets_by_sha(organiser_id: int, sha256s: Collection[str]) -> dict[str, Asset]:
    """`{SHA-256: picture}` of those that the organiser has."""
    if not sha256s:
        return {}
    query = sa.select(Asset).where(Asset.organiser_id == organiser_id, Asset.sha256.in_(sha256s))
    return {asset.sha256: asset for asset in db.session.scalars(query)}


def count_assets(organiser_id: int) -> int:
    """How many pictures an organiser has."""
    return db.session.scalar(sa.select(sa.func.count()).where(Asset.organiser_id == organiser_id)) or 0
