"""Writes on materials: upload, new version, opening rule, removal."""

from __future__ import annotations

import re
import secrets
from typing import BinaryIO

import sqlalchemy as sa
from flask_babel import gettext as _

from lms.core.people.names import clean_title
from lms.kernel import audit
from lms.kernel.clock import now
from lms.kernel.db import db
from lms.kernel.events import publish
from lms.kernel.i18n import filesize
from lms.kernel.permissions import Actor
from lms.kernel.settings import setting
from lms.kernel.storage import storage
from lms.plugins.materials.enums import CONTENT_TYPES, FileKind, Opens
from lms.plugins.materials.errors import FileRefused, FileTooLarge
from lms.plugins.materials.events import MaterialUploaded
from lms.plugins.materials.inspection import inspect
from lms.plugins.materials.models import Material, MaterialVersion
from lms.plugins.schedule.api import Session

_UNSAFE = re.compile(r"[^\w.()+ -]+")


def upload(
    *,
    session: Session,
    title: str,
    filename: str,
    file: BinaryIO,
    actor: Actor,
    opens: Opens = Opens.WITH_SESSION,
    may_be_shared: bool = False,
    material: Material | None = None,
    note: str = "",
) -> MaterialVersion:
    """Store a file as a new material of `session`, or as the next version of `material`.

    The same bytes as the newest version change nothing, so a retried upload is harmless. Raises FileRefused.
    """
    size = _size(file)
    limit = setting("materials.max_megabytes", workshop_id=session.workshop_id) * 1_000_000
    if size == 0:
        raise FileRefused(_("This file is empty. Choose another one."), "file")
    if size > limit:
        text = _(
            "The file is %(size)s, the limit is %(limit)s. Make it smaller.", size=filesize(size), limit=filesize(limit)
        )
        raise FileTooLarge(text, "file")
    kind, pages = inspect(file)
    if material is None:
        material = _new_material(session, title, filename, opens, may_be_shared, actor)
    number = max((version.number for version in material.versions), default=0) + 1
    key = f"materials/{session.workshop_id}/{secrets.token_hex(16)}.{kind.value}"
    stored = storage().put(key, file, content_type=CONTENT_TYPES[kind])
    if material.versions and material.newest.sha256 == stored.sha256:
        storage().delete(key)
        return material.newest
    version = MaterialVersion(
        material=material,
        number=number,
        storage_key=key,
        filename=safe_filename(filename, kind),
        kind=kind,
        size=stored.size,
        sha256=stored.sha256,
        pages=pages,
        note=note[:200],
        uploaded_at=now(),
    )
    db.session.add(version)
    db.session.flush()
    db.session.refresh(material, ["versions"])
    audit.record(action="materials.uploaded", subject=material, workshop_id=session.workshop_id, actor=actor)
    publish(MaterialUploaded(material_id=material.id, version=number, workshop_id=session.workshop_id))
    return version


def change(*, material: Material, title: str, opens: Opens, actor: Actor) -> None:
    """Rename a material or change when it opens."""
    material.title, material.opens = clean_title(title, limit=200, field="title"), opens
    db.session.flush()
    audit.record(
        action="materials.changed", subject=material, workshop_id=material.workshop_id, actor=actor, fields=("opens",)
    )


def remove(*, material: Material, actor: Actor) -> None:
    """Delete a material with all its versions and their files."""
    audit.record(action="materials.removed", subject=material, workshop_id=material.workshop_id, actor=actor)
    for version in material.versions:
        storage().delete(version.storage_key)
    db.session.delete(material)
    db.session.flush()


def count_download(*, version_id: int) -> None:
    """Add one to a version's downloads, without reading it first."""
    statement = sa.update(MaterialVersion).where(MaterialVersion.id == version_id)
    db.session.execute(statement.values(downloads=MaterialVersion.downloads + 1))


def safe_filename(name: str, kind: FileKind) -> str:
    """A harmless name with the ending of what the file really is."""
    stem = name.replace("\\", "/").rpartition("/")[2].rpartition(".")[0] or name
    cleaned = _UNSAFE.sub("", " ".join(stem.split())).strip(" .")[:120]
    return f"{cleaned or 'materi'}.{kind.value}"


def _new_material(
    session: Session, title: str, filename: str, opens: Opens, may_be_shared: bool, actor: Actor
) -> Material:
    named = title.strip() or filename.rpartition(".")[0] or session.title
    material = Material(
        workshop_id=session.workshop_id,
        session=session,
        enrolment_id=actor.enrolment.id if actor.enrolment else None,
        title=clean_title(named[:200], limit=200, field="title"),
        opens=opens,
        may_be_shared=may_be_shared,
        created_at=now(),
        versions=[],
    )
    db.session.add(material)
    db.session.flush()
    return material


def _size(file: BinaryIO) -> int:
    size = file.seek(0, 2)
    file.seek(0)
    return size
