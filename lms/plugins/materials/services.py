"""Writes on materials: upload, new version, opening rule, removal."""

from __future__ import annotations

from typing import BinaryIO

import sqlalchemy as sa

from lms.kernel import audit
from lms.kernel.clock import now
from lms.kernel.db import db
from lms.kernel.errors import NotFound
from lms.kernel.events import publish
from lms.kernel.permissions import Actor
from lms.kernel.storage import storage
from lms.plugins.materials import intake, queries
from lms.plugins.materials.enums import Opens
from lms.plugins.materials.events import MaterialUploaded
from lms.plugins.materials.intake import Received
from lms.plugins.materials.models import Material, MaterialVersion
from lms.plugins.materials.names import clean_title, safe_filename, stem_of
from lms.plugins.schedule.api import Session


def upload(
    *,
    session: Session,
    title: str,
    filename: str,
    file: BinaryIO | Received,
    actor: Actor,
    opens: Opens = Opens.WITH_SESSION,
    may_be_shared: bool = False,
    material: Material | None = None,
    note: str = "",
) -> MaterialVersion:
    """Store a file as a new material of `session`, or as the next version of `material`.

    The same bytes as the newest version of it (of a new material: of one with this title) change nothing, so a retried
    upload is harmless. Raises FileRefused, or RuleViolation on `title`.
    """
    arrived = file if isinstance(file, Received) else intake.receive(workshop_id=session.workshop_id, file=file)
    _lock(session)
    named = material.title if material else clean_title(title.strip() or stem_of(filename) or session.title)
    target = _current(material) if material else queries.material_titled(session.id, named)
    if target is not None and target.versions and target.newest.sha256 == arrived.sha256:
        storage().delete(arrived.key)
        return target.newest
    if material is None:
        target = _new_material(session, named, opens, may_be_shared, actor)
    assert target is not None
    version = _new_version(target, arrived, safe_filename(filename, arrived.kind), note)
    audit.record(action="materials.uploaded", subject=target, workshop_id=session.workshop_id, actor=actor)
    publish(MaterialUploaded(material_id=target.id, version=version.number, workshop_id=session.workshop_id))
    return version


def change(*, material: Material, title: str, opens: Opens, actor: Actor) -> None:
    """Rename a material or change when it opens. Raises RuleViolation on `title`."""
    values = {"title": clean_title(title), "opens": opens}
    fields = [name for name, value in values.items() if getattr(material, name) != value]
    for name in fields:
        setattr(material, name, values[name])
    db.session.flush()
    if fields:
        audit.record(
            action="materials.changed", subject=material, workshop_id=material.workshop_id, actor=actor, fields=fields
        )


def remove(*, material: Material, actor: Actor) -> None:
    """Delete a material with all its versions and their files; the audit trail keeps that it was there."""
    audit.record(action="materials.removed", subject=material, workshop_id=material.workshop_id, actor=actor)
    for version in material.versions:
        storage().delete(version.storage_key)
    db.session.delete(material)
    db.session.flush()


def remove_files_of(*, session_id: int) -> None:
    """Delete the materials of a session that is taken out of the agenda, so that no bytes stay behind."""
    for material in queries.materials_of_session(session_id):
        for version in material.versions:
            storage().delete(version.storage_key)
        db.session.delete(material)
    db.session.flush()


def count_download(*, version_id: int) -> None:
    """Add one to a version's downloads, without reading it first."""
    statement = sa.update(MaterialVersion).where(MaterialVersion.id == version_id)
    db.session.execute(statement.values(downloads=MaterialVersion.downloads + 1))


def _lock(session: Session) -> None:
    """One upload to a session at a time: two at once would take the same number, or store a retry twice.

    Check-ins refer to the session and do not wait for this lock.
    """
    query = sa.select(Session.id).where(Session.id == session.id).with_for_update(of=Session, key_share=True)
    if db.session.scalar(query) is None:
        raise NotFound


def _current(material: Material) -> Material:
    """The material as it is now that the lock is held. Raises NotFound when it was removed meanwhile."""
    query = sa.select(Material).where(Material.id == material.id).options(sa.orm.selectinload(Material.versions))
    found = db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise NotFound
    return found


def _new_material(session: Session, title: str, opens: Opens, may_be_shared: bool, actor: Actor) -> Material:
    material = Material(
        workshop_id=session.workshop_id,
        session=session,
        enrolment_id=actor.enrolment.id if actor.enrolment else None,
        title=title,
        opens=opens,
        may_be_shared=may_be_shared,
        created_at=now(),
        versions=[],
    )
    db.session.add(material)
    db.session.flush()
    return material


def _new_version(material: Material, arrived: Received, filename: str, note: str) -> MaterialVersion:
    version = MaterialVersion(
        material=material,
        number=max((version.number for version in material.versions), default=0) + 1,
        storage_key=arrived.key,
        filename=filename,
        kind=arrived.kind,
        size=arrived.size,
        sha256=arrived.sha256,
        pages=arrived.pages,
        note=note[:200],
        uploaded_at=now(),
    )
    db.session.add(version)
    db.session.flush()
    db.session.refresh(material, ["versions"])
    return version
